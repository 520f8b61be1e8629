--- Endpoints that tenants have deliveries sent to. Every statement runs in a transaction that names its tenant
--- (app.tenant_id): row-level security adds the tenant to each of them.

--! count_endpoints
SELECT count(*) AS endpoints FROM sink_endpoint;

--! insert_endpoint
INSERT INTO sink_endpoint (tenant_id, endpoint_id, url, topics, form)
VALUES (app_tenant(), :endpoint_id, :url, :topics, :form)
RETURNING ms_of(created_at) AS created_at_ms;

--! insert_endpoint_secret
INSERT INTO sink_secret (tenant_id, endpoint_id, secret) VALUES (app_tenant(), :endpoint_id, :secret);

--! list_endpoints : (disabled_reason?)
SELECT endpoint_id, url, topics, form, disabled_reason, ms_of(created_at) AS created_at_ms
  FROM sink_endpoint
 ORDER BY endpoint_id;

--! delete_endpoint
DELETE FROM sink_endpoint WHERE endpoint_id = :endpoint_id;
