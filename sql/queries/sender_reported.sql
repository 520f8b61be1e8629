--- Statuses that are told beside the transitions, as the owner of the sender loads and commits them. The head of sender_task.sql
--- says under which rules.

--! known_reports
SELECT r.tenant_id, r.event_id
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :event_ids::uuid[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, event_id)
  JOIN reported_status r ON r.tenant_id = k.tenant_id AND r.event_id = k.event_id;

--! insert_reports
INSERT INTO reported_status (tenant_id, event_id)
SELECT n.tenant_id, n.event_id FROM unnest(:tenant_ids::uuid[], :event_ids::uuid[]) AS n (tenant_id, event_id)
ON CONFLICT DO NOTHING;

--! purge_reports
-- Notes of statuses that nobody tells again: Meta repeats webhooks for 7 days, and the log has them for 9. A bounded number at a time.
DELETE FROM reported_status r
 USING (SELECT tenant_id, event_id FROM reported_status
         WHERE reported_at < now() - interval '30 days' ORDER BY reported_at LIMIT :most) AS old
 WHERE r.tenant_id = old.tenant_id AND r.event_id = old.event_id;
