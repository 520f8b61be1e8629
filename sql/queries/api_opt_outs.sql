--- Who wants no messages. Every statement runs in a transaction that names its tenant (app.tenant_id): row-level
--- security adds the tenant to each of them.

--! list_opt_outs
SELECT contact, reason, scope, source, ms_of(at) AS at_ms
  FROM opt_out
 WHERE contact > :after AND NOT withdrawn
 ORDER BY contact
 LIMIT :limit;

--! opt_out_person
-- What the tenant says concerns all messages and all ids of the person; said again, it changes nothing.
SELECT opt_out_person(app_tenant(), :contact, :reason) AS changed;

--! withdraw_opt_out
-- Gives how many rows of the person there were.
SELECT withdraw_opt_out(app_tenant(), :contact) AS withdrawn;

--! opted_out_contacts
SELECT contact, scope FROM opt_out WHERE contact = ANY (:contacts::text[]) AND NOT withdrawn;
