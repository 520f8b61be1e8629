--- Requests that were made before. Every statement runs in a transaction that names its tenant (app.tenant_id):
--- row-level security adds the tenant to each of them.

--! lock_idempotency_key
-- Two requests with one key at the same moment: the second waits and then finds the first one's answer.
SELECT pg_advisory_xact_lock(hashtextextended(:key, hashtext(app_tenant()::text)))::text AS locked;

--! find_idempotency
SELECT fingerprint, status, body, created_at < now() - make_interval(hours => :retention_hours) AS expired
  FROM idempotency
 WHERE key = :key;

--! delete_expired_idempotency
DELETE FROM idempotency WHERE key = :key AND created_at < now() - make_interval(hours => :retention_hours);

--! insert_idempotency
INSERT INTO idempotency (tenant_id, key, fingerprint, status, body)
VALUES (app_tenant(), :key, :fingerprint, :status, :body)
ON CONFLICT DO NOTHING;
