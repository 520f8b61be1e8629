--- What tenants ask of their senders and templates. Every statement runs in a transaction that names its tenant
--- (app.tenant_id): row-level security adds the tenant to each of them.

--: NumberRow()
--: TemplateRow(template_id?, status_reason?, quality?, ttl_seconds?)

--! api_ready
SELECT true AS ready;

--! channel_of
SELECT channel FROM sender WHERE sender_id = :sender_id;

--! display_number
SELECT display_number FROM sender WHERE sender_id = :sender_id AND channel = 'whatsapp';

--! number_of : NumberRow
SELECT sender_id, display_number, limit_per_second FROM sender WHERE sender_id = :sender_id AND channel = 'whatsapp';

--! numbers_of : NumberRow
SELECT sender_id, display_number, limit_per_second FROM sender
 WHERE waba_id = :waba_id AND channel = 'whatsapp' ORDER BY sender_id;

--! templates_of (name?, language?, status?, category?) : TemplateRow
-- A page of an account's templates, as Meta lists them: those that are deleted only where they are asked for.
SELECT waba_id, template_id, name, language, status, status_reason, category, quality, body, components, parameter_format,
       ttl_seconds
  FROM template
 WHERE waba_id = :waba_id AND (name, language) > (:after_name, :after_language)
   AND (:name::text IS NULL OR name = :name) AND (:language::text IS NULL OR language = :language)
   AND coalesce(status = :status, status <> 'deleted') AND (:category::text IS NULL OR upper(category) = :category)
 ORDER BY name, language
 LIMIT :limit;

--! templates_before (name?, language?, status?, category?) : TemplateRow
-- The page before a cursor, in the same order.
SELECT waba_id, template_id, name, language, status, status_reason, category, quality, body, components, parameter_format,
       ttl_seconds
  FROM (SELECT waba_id, template_id, name, language, status, status_reason, category, quality, body, components, parameter_format,
               ttl_seconds
          FROM template
         WHERE waba_id = :waba_id AND (name, language) < (:before_name, :before_language)
           AND (:name::text IS NULL OR name = :name) AND (:language::text IS NULL OR language = :language)
           AND coalesce(status = :status, status <> 'deleted') AND (:category::text IS NULL OR upper(category) = :category)
         ORDER BY name DESC, language DESC
         LIMIT :limit) page
 ORDER BY name, language;

--! template_of : TemplateRow
SELECT waba_id, template_id, name, language, status, status_reason, category, quality, body, components, parameter_format,
       ttl_seconds
  FROM template
 WHERE template_id = :template_id
 LIMIT 1;

--! list_senders : (messaging_limit?, used?, used_up_until_ms?, blocked_reason?, blocked_until_ms?, restrictions?, quality_event?)
SELECT s.sender_id, s.channel, s.waba_id, s.display_number, s.limit_per_second, ms_of(s.created_at) AS created_at_ms,
       coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, f.used,
       ms_of(CASE WHEN f.used_up_until > now() THEN f.used_up_until END) AS used_up_until_ms,
       CASE WHEN coalesce(s.blocked_until > now(), true) THEN s.blocked_reason END AS blocked_reason,
       ms_of(s.blocked_until) AS blocked_until_ms,
       (SELECT json_agg(json_build_object('what', r.cause, 'reason', r.reason, 'until', ms_of(r.until)) ORDER BY r.cause)::text
          FROM account_restrictions(s.tenant_id, s.waba_id) AS r) AS restrictions,
       s.quality_event
  FROM sender s
  LEFT JOIN portfolio f ON f.tenant_id = s.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
 WHERE s.sender_id > :after
 ORDER BY s.sender_id
 LIMIT :limit;

--! template_languages : (language?, status?, status_reason?, category?, parameter_count?, parameter_format?, components?)
-- No row without the sender; one without a language if its account has no such template. The components are those of the language
-- that is asked for.
SELECT t.language, t.status, t.status_reason, t.category, t.parameter_count, t.parameter_format,
       CASE WHEN t.language = :language THEN t.components END AS components
  FROM sender s
  LEFT JOIN template t ON t.tenant_id = s.tenant_id AND t.waba_id = s.waba_id AND t.name = :name
 WHERE s.sender_id = :sender_id
 ORDER BY t.language;

--! list_templates : (template_id?, status_reason?, quality?, ttl_seconds?)
SELECT waba_id, template_id, name, language, status, status_reason, category, quality, body, components, parameter_format,
       ttl_seconds, ms_of(created_at) AS created_at_ms
  FROM template
 WHERE (name, language, waba_id) > (:after_name, :after_language, :after_waba_id)
 ORDER BY name, language, waba_id
 LIMIT :limit;
