--- Who wants no messages. Every statement runs in a transaction that names its tenant (app.tenant_id): row-level
--- security adds the tenant to each of them.

--! list_opt_outs
SELECT contact, reason, scope, source, ms_of(at) AS at_ms
  FROM opt_out
 WHERE contact > :after AND NOT withdrawn
 ORDER BY contact
 LIMIT :limit;

--! insert_opt_out
-- What the tenant says concerns all messages; said again, it changes nothing.
INSERT INTO opt_out (tenant_id, contact, reason, at) VALUES (app_tenant(), :contact, :reason, clock_timestamp())
ON CONFLICT (tenant_id, contact) DO UPDATE
   SET reason = excluded.reason, at = excluded.at, scope = 'all', source = 'api', withdrawn = false
 WHERE opt_out.source <> 'api' OR opt_out.withdrawn;

--! delete_opt_out
-- The row stays: whoever has learned of it must learn that too.
UPDATE opt_out SET withdrawn = true, at = clock_timestamp() WHERE contact = :contact AND NOT withdrawn;

--! opted_out_contacts
SELECT contact, scope FROM opt_out WHERE contact = ANY (:contacts::text[]) AND NOT withdrawn;
