--- What the owner of a sender loads and commits. Every statement runs with app.tenant_ids set to the tenants of the
--- batch.
---
--- Keys are joined as `(SELECT * FROM unnest(…) LIMIT cardinality(…))`, which leaves out none of them: the planner expects
--- one row of it instead of ten, and goes from each key to its row whatever it thinks of the table's size. A plan made
--- while a table was empty and kept until the next ANALYZE would read all rows of the tenant otherwise.

--! set_tenants
SELECT set_config('app.tenant_ids', :tenants, true);

--! opted_out
SELECT o.tenant_id, o.contact
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :contacts::text[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, contact)
  JOIN opt_out o ON o.tenant_id = k.tenant_id AND o.contact = k.contact;

--! apply_template_status (reason?)
-- Meta's times are whole seconds: of two events of one second the later one in the log counts.
UPDATE template
   SET status = :status, status_reason = :reason, status_at = at_ms(:at_ms)
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND name = :name AND language = :language
   AND status_at <= at_ms(:at_ms);
