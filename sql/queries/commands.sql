--- Single messages on their way in: many requests, one commit.

--! claim_keys
-- The first request of a key wins it for 72 hours; the others find its row.
INSERT INTO idempotency AS i (tenant_id, key, fingerprint, status, body)
SELECT n.tenant_id, n.key, n.fingerprint, n.status, n.body
  FROM unnest(:tenant_ids::uuid[], :keys::text[], :fingerprints::bytea[], :statuses::int[], :bodies::text[])
       AS n (tenant_id, key, fingerprint, status, body)
ON CONFLICT (tenant_id, key) DO UPDATE
   SET fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body, created_at = now()
 WHERE i.created_at < now() - interval '72 hours'
RETURNING i.tenant_id, i.key;

--! claimed_keys
SELECT i.tenant_id, i.key, i.fingerprint, i.status, i.body
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :keys::text[])
         LIMIT cardinality(:keys::text[])) AS k (tenant_id, key)
  JOIN idempotency i ON i.tenant_id = k.tenant_id AND i.key = k.key;

--! waiting_messages
-- Messages of these tenants that wait for their sender.
SELECT tenant_id, count(*) AS waiting FROM attempt WHERE open AND tenant_id = ANY (:tenant_ids::uuid[]) GROUP BY tenant_id;

--! taken_in
-- Of these messages of a tenant those that a sender has taken in.
SELECT intent_id FROM intent WHERE tenant_id = :tenant_id AND intent_id = ANY (:intent_ids::uuid[]);

--! purge_keys
-- Keys that nobody may replay any more, a bounded number at a time.
DELETE FROM idempotency i
 USING (SELECT tenant_id, key FROM idempotency
         WHERE created_at < now() - interval '72 hours' ORDER BY created_at LIMIT :most) AS old
 WHERE i.tenant_id = old.tenant_id AND i.key = old.key;
