--- Templates as Meta keeps them. Every statement runs as the worker's role in a transaction
--- that names its tenants, and names the tenant itself too.

--! put_template (quality?, status_reason?, ttl_seconds?)
-- A template as Meta told it at :as_of_ms. What an event has changed since is newer and stays; an event that is older than what Meta
-- told changes nothing, with a minute between for clocks that differ.
INSERT INTO template AS t
       (tenant_id, waba_id, name, language, template_id, status, status_reason, category, quality, body, parameter_count,
        components, parameter_format, ttl_seconds, synced_at, listed_at)
VALUES (:tenant_id, :waba_id, :name, :language, :template_id, :status, :status_reason, :category, :quality, :body,
        :parameter_count, :components, :parameter_format, :ttl_seconds, at_ms(:as_of_ms),
        CASE WHEN :is_listed THEN at_ms(:as_of_ms) ELSE 'epoch' END)
ON CONFLICT (tenant_id, waba_id, name, language) DO UPDATE
   SET template_id = excluded.template_id, parameter_format = excluded.parameter_format, ttl_seconds = excluded.ttl_seconds,
       synced_at = greatest(t.synced_at, excluded.synced_at), listed_at = greatest(t.listed_at, excluded.listed_at),
       status = CASE WHEN t.status_at <= at_ms(:as_of_ms) THEN excluded.status ELSE t.status END,
       status_reason = CASE WHEN t.status_at <= at_ms(:as_of_ms) THEN excluded.status_reason ELSE t.status_reason END,
       status_at = greatest(t.status_at, at_ms(:as_of_ms) - interval '1 minute'),
       category = CASE WHEN t.category_at <= at_ms(:as_of_ms) THEN excluded.category ELSE t.category END,
       category_at = greatest(t.category_at, at_ms(:as_of_ms) - interval '1 minute'),
       quality = CASE WHEN t.quality_at <= at_ms(:as_of_ms) THEN coalesce(excluded.quality, t.quality) ELSE t.quality END,
       quality_at = greatest(t.quality_at, at_ms(:as_of_ms) - interval '1 minute'),
       body = CASE WHEN t.body_at <= at_ms(:as_of_ms) THEN excluded.body ELSE t.body END,
       parameter_count = CASE WHEN t.body_at <= at_ms(:as_of_ms) THEN excluded.parameter_count ELSE t.parameter_count END,
       components = CASE WHEN t.body_at <= at_ms(:as_of_ms) THEN excluded.components ELSE t.components END,
       body_at = greatest(t.body_at, at_ms(:as_of_ms) - interval '1 minute')
RETURNING xmax = 0 AS is_new;

--! edited_template (category?, components?, body?, parameter_count?, ttl_seconds?)
-- Meta reviews the template again. One that is approved stays so unless a webhook says otherwise; any other waits for its review.
UPDATE template
   SET category = coalesce(:category, category), components = coalesce(:components, components), body = coalesce(:body, body),
       parameter_count = coalesce(:parameter_count, parameter_count), ttl_seconds = coalesce(:ttl_seconds, ttl_seconds),
       status = CASE WHEN status_at <= at_ms(:as_of_ms) AND status <> 'approved' THEN 'pending' ELSE status END
 WHERE tenant_id = :tenant_id AND template_id = :template_id;

--! deleted_templates (template_id?)
-- All languages of a name, or the one with this id.
UPDATE template
   SET status = 'deleted', status_reason = NULL, status_at = greatest(status_at, now())
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND name = :name
   AND (:template_id::text IS NULL OR template_id = :template_id);

--! missing_templates
-- Marks what Meta's whole list of :as_of_ms did not have.
UPDATE template
   SET status = 'deleted', status_reason = 'no longer in Meta''s list'
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND status <> 'deleted'
   AND synced_at < at_ms(:as_of_ms) AND status_at <= at_ms(:as_of_ms) AND created_at <= at_ms(:as_of_ms)
RETURNING name, language;

--! last_sync : (at_ms?)
-- A template that was created or changed since says nothing of the others.
SELECT ms_of(max(listed_at)) AS at_ms FROM template WHERE tenant_id = :tenant_id AND waba_id = :waba_id;
