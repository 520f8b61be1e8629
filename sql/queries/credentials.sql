--- What Meta is called with for a tenant. Every statement runs as the worker's role in a transaction
--- that names its tenants, and names the tenant itself too.

--: Credential(graph_version?)

--! credential_of_number : Credential
SELECT c.access_token, t.graph_version
  FROM sender_credential c JOIN tenant t USING (tenant_id)
 WHERE c.tenant_id = :tenant_id AND c.sender_id = :sender_id;

--! credential_of_account : Credential
-- Templates belong to the account: any of its numbers will do.
SELECT c.access_token, t.graph_version
  FROM sender s JOIN sender_credential c USING (tenant_id, sender_id) JOIN tenant t USING (tenant_id)
 WHERE s.tenant_id = :tenant_id AND s.waba_id = :waba_id AND s.channel = 'whatsapp'
 ORDER BY s.sender_id
 LIMIT 1;

--! credential_of_tenant : (graph_version?)
-- An upload belongs to an app, not to a number.
SELECT s.sender_id, c.access_token, t.graph_version
  FROM sender s JOIN sender_credential c USING (tenant_id, sender_id) JOIN tenant t USING (tenant_id)
 WHERE s.tenant_id = :tenant_id AND s.channel = 'whatsapp'
 ORDER BY s.sender_id
 LIMIT 1;
