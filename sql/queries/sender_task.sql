--- What the owner of a sender loads and commits. Every statement runs with app.tenant_ids set to the tenants of the
--- batch.
---
--- Keys are joined as `(SELECT * FROM unnest(…) LIMIT cardinality(…))`, which leaves out none of them: the planner expects
--- one row of it instead of ten, and goes from each key to its row whatever it thinks of the table's size. A plan made
--- while a table was empty and kept until the next ANALYZE would read all rows of the tenant otherwise.

--! set_tenants
SELECT set_config('app.tenant_ids', :tenants, true);

--! opted_out
SELECT o.tenant_id, o.contact, o.scope
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :contacts::text[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, contact)
  JOIN opt_out o ON o.tenant_id = k.tenant_id AND o.contact = k.contact
 WHERE NOT o.withdrawn;

--! new_opt_outs
-- Who opted out since then, or took that back, of the tenants that have messages waiting. The times are made before they are
-- compared: what a function makes of another row may not choose rows by an index where row-level security holds.
SELECT o.tenant_id, o.contact, o.scope, o.withdrawn, ms_of(o.at) AS at_ms
  FROM (SELECT tenant_id, at_ms(since) FROM unnest(:tenant_ids::uuid[], :since::bigint[]) AS n (tenant_id, since)
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, since)
  JOIN opt_out o ON o.tenant_id = k.tenant_id AND o.at >= k.since;

--! write_opt_outs
-- What a person said, or Meta: it concerns marketing alone and all ids of the person but numbers that they have given up, changes
-- nothing of what the tenant itself has noted, and counts only if nothing newer was told. After note_people, which locks.
WITH said AS (
    SELECT * FROM unnest(:tenant_ids::uuid[], :contacts::text[], :reasons::text[], :sources::text[], :told_at::bigint[],
                         :withdrawn::boolean[]) AS n (tenant_id, contact, reason, source, told_at, withdrawn)
), everywhere AS (
    SELECT * FROM said
     UNION ALL
    SELECT n.tenant_id, p.contact, n.reason, n.source, n.told_at, n.withdrawn
      FROM said n CROSS JOIN LATERAL same_person(n.tenant_id, n.contact) AS p
     WHERE NOT p.given_up
)
INSERT INTO opt_out (tenant_id, contact, reason, at, scope, source, told_at, withdrawn)
SELECT DISTINCT ON (n.tenant_id, n.contact)
       n.tenant_id, n.contact, n.reason, clock_timestamp(), 'marketing', n.source, at_ms(n.told_at), n.withdrawn
  FROM everywhere n
 ORDER BY n.tenant_id, n.contact, n.told_at DESC
ON CONFLICT (tenant_id, contact) DO UPDATE
   SET reason = excluded.reason, at = excluded.at, source = excluded.source, told_at = excluded.told_at,
       withdrawn = excluded.withdrawn
 WHERE (opt_out.source <> 'api' OR opt_out.withdrawn) AND opt_out.told_at <= excluded.told_at;

--! apply_template_status (reason?)
-- Meta's times are whole seconds: of two events of one second the later one in the log counts.
UPDATE template
   SET status = :status, status_reason = :reason, status_at = at_ms(:at_ms)
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND name = :name AND language = :language
   AND status_at <= at_ms(:at_ms);

--! knows_template
SELECT EXISTS (SELECT FROM template
                WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND name = :name AND language = :language) AS known;

--! apply_template_quality
UPDATE template
   SET quality = :quality, quality_at = at_ms(:at_ms)
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND name = :name AND language = :language
   AND quality_at <= at_ms(:at_ms);

--! apply_template_category
UPDATE template
   SET category = :category, category_at = at_ms(:at_ms)
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND name = :name AND language = :language
   AND category_at <= at_ms(:at_ms);

--! apply_template_body (title?, footer?)
-- The words of the components change with it; what else they hold stays.
UPDATE template
   SET body = :body, parameter_count = :parameter_count, body_at = at_ms(:at_ms),
       components = (
           SELECT coalesce(jsonb_agg(
                      CASE WHEN upper(c ->> 'type') = 'BODY' THEN jsonb_set(c, '{text}', to_jsonb(:body::text))
                           WHEN upper(c ->> 'type') = 'HEADER' AND upper(c ->> 'format') = 'TEXT' AND :title::text IS NOT NULL
                           THEN jsonb_set(c, '{text}', to_jsonb(:title::text))
                           WHEN upper(c ->> 'type') = 'FOOTER' AND :footer::text IS NOT NULL
                           THEN jsonb_set(c, '{text}', to_jsonb(:footer::text))
                           ELSE c END ORDER BY place), '[]')::text
             FROM jsonb_array_elements(components::jsonb) WITH ORDINALITY AS own (c, place))
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND name = :name AND language = :language
   AND body_at <= at_ms(:at_ms);
