--- What people write, as the owner of the sender loads and commits it. The head of sender_task.sql says under which
--- rules.

--! known_inbound
SELECT m.tenant_id, m.sender_id, m.wamid
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :sender_ids::text[], :wamids::text[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, sender_id, wamid)
  JOIN inbound_message m ON m.tenant_id = k.tenant_id AND m.sender_id = k.sender_id AND m.wamid = k.wamid;

--! heard
-- How many messages people wrote to each sender in each second since then.
SELECT m.sender_id, ms_of(m.at) AS at_ms, count(*) AS messages
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :sender_ids::text[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, sender_id)
  JOIN inbound_message m ON m.tenant_id = k.tenant_id AND m.sender_id = k.sender_id AND m.at >= at_ms(:since_ms::bigint)
 GROUP BY m.sender_id, m.at;

--! insert_inbound (contacts[?], profile_names[?], texts[?], reply_tos[?])
INSERT INTO inbound_message (tenant_id, sender_id, wamid, contact, profile_name, at, kind, text, reply_to, raw)
SELECT n.tenant_id, n.sender_id, n.wamid, n.contact, n.profile_name, at_ms(n.at), n.kind, n.text, n.reply_to, n.raw
  FROM unnest(:tenant_ids::uuid[], :sender_ids::text[], :wamids::text[], :contacts::text[], :profile_names::text[],
              :at::bigint[], :kinds::text[], :texts::text[], :reply_tos::text[], :raws::bytea[])
       AS n (tenant_id, sender_id, wamid, contact, profile_name, at, kind, text, reply_to, raw)
ON CONFLICT DO NOTHING;
