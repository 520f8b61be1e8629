--- Who wants no messages. Every statement runs in a transaction that names its tenant (app.tenant_id): row-level
--- security adds the tenant to each of them.

--! list_opt_outs
SELECT contact, reason, ms_of(at) AS at_ms
  FROM opt_out
 WHERE contact > :after
 ORDER BY contact
 LIMIT :limit;

--! insert_opt_out
INSERT INTO opt_out (tenant_id, contact, reason) VALUES (app_tenant(), :contact, :reason) ON CONFLICT DO NOTHING;

--! delete_opt_out
DELETE FROM opt_out WHERE contact = :contact;

--! opted_out_contacts
SELECT contact FROM opt_out WHERE contact = ANY (:contacts::text[]);
