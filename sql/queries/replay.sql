--- What a replay of webhooks would change: asked by an operator, across tenants.

--! known_inbound
SELECT count(*) AS known
  FROM unnest(:sender_ids::text[], :wamids::text[]) AS n (sender_id, wamid)
  JOIN sender s ON s.sender_id = n.sender_id
  JOIN inbound_message i ON i.tenant_id = s.tenant_id AND i.sender_id = n.sender_id AND i.wamid = n.wamid;

--! known_statuses
-- Of statuses of our own sends: how many belong to an attempt that there is, and how many of them it has.
SELECT count(*) AS found, count(*) FILTER (WHERE a.marks & n.bit <> 0) AS known
  FROM unnest(:sender_ids::text[], :intent_ids::uuid[], :attempts::smallint[], :bits::int[])
       AS n (sender_id, intent_id, attempt, bit)
  JOIN sender s ON s.sender_id = n.sender_id
  JOIN attempt a ON a.tenant_id = s.tenant_id AND a.intent_id = n.intent_id AND a.attempt = n.attempt;
