--- Intents and attempts, as the owner of their sender loads and commits them. The head of sender_task.sql says
--- under which rules.

--! open_attempts : (armed_epoch?, armed_at_ms?, unknown_at_ms?, wamid?, code?, reason?, campaign_id?, callback_data?)
SELECT a.tenant_id, a.intent_id, a.attempt, a.status, a.marks, ms_of(a.due_at) AS due_at_ms, a.armed_epoch,
       ms_of(a.armed_at) AS armed_at_ms, ms_of(a.unknown_at) AS unknown_at_ms, a.wamid, a.code, a.reason,
       i.sender_id, i.contact, i.class, i.campaign_id, i.generation, i.ordinal, i.message, i.callback_data,
       i.unknown_policy, ms_of(i.accepted_at) AS accepted_at_ms, ms_of(i.expires_at) AS expires_at_ms
  FROM attempt a JOIN intent i USING (tenant_id, intent_id)
 WHERE a.open AND a.task_partition = :task_partition
 ORDER BY i.accepted_at, a.intent_id;

--! load_attempts : (armed_epoch?, armed_at_ms?, unknown_at_ms?, wamid?, code?, reason?, campaign_id?, callback_data?)
SELECT a.tenant_id, a.intent_id, a.attempt, a.status, a.marks, ms_of(a.due_at) AS due_at_ms, a.armed_epoch,
       ms_of(a.armed_at) AS armed_at_ms, ms_of(a.unknown_at) AS unknown_at_ms, a.wamid, a.code, a.reason,
       i.sender_id, i.contact, i.class, i.campaign_id, i.generation, i.ordinal, i.message, i.callback_data,
       i.unknown_policy, ms_of(i.accepted_at) AS accepted_at_ms, ms_of(i.expires_at) AS expires_at_ms
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :intent_ids::uuid[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, intent_id)
  JOIN intent i ON i.tenant_id = k.tenant_id AND i.intent_id = k.intent_id
  JOIN attempt a ON a.tenant_id = k.tenant_id AND a.intent_id = k.intent_id;

--! insert_intents (campaign_ids[?], callback_data[?])
INSERT INTO intent (tenant_id, intent_id, sender_id, contact, class, campaign_id, generation, ordinal, message,
                    callback_data, unknown_policy, accepted_at, expires_at)
SELECT n.tenant_id, n.intent_id, n.sender_id, n.contact, n.class, n.campaign_id, n.generation, n.ordinal, n.message,
       n.callback_data, n.unknown_policy, at_ms(n.accepted_at), at_ms(n.expires_at)
  FROM unnest(:tenant_ids::uuid[], :intent_ids::uuid[], :sender_ids::text[], :contacts::text[], :classes::text[],
              :campaign_ids::uuid[], :generations::int[], :ordinals::int[], :messages::text[],
              :callback_data::text[], :unknown_policies::text[], :accepted_at::bigint[], :expires_at::bigint[])
       AS n (tenant_id, intent_id, sender_id, contact, class, campaign_id, generation, ordinal, message,
             callback_data, unknown_policy, accepted_at, expires_at)
ON CONFLICT DO NOTHING;

--! insert_attempts (armed_epochs[?], armed_at[?], unknown_at[?], accepted_at[?], sent_at[?], delivered_at[?], read_at[?], played_at[?], failed_at[?], ended_at[?], wamids[?], codes[?], reasons[?])
-- Every time, for an attempt may be queued, given up and reported on in one batch.
INSERT INTO attempt (tenant_id, intent_id, attempt, task_partition, open, status, marks, due_at, armed_epoch, armed_at,
                     unknown_at, accepted_at, sent_at, delivered_at, read_at, played_at, failed_at, ended_at, wamid, code,
                     reason)
SELECT n.tenant_id, n.intent_id, n.attempt, :task_partition, n.open, n.status, n.marks, at_ms(n.due_at), n.armed_epoch,
       at_ms(n.armed_at), at_ms(n.unknown_at), at_ms(n.accepted_at), at_ms(n.sent_at), at_ms(n.delivered_at),
       at_ms(n.read_at), at_ms(n.played_at), at_ms(n.failed_at), at_ms(n.ended_at), n.wamid, n.code, n.reason
  FROM unnest(:tenant_ids::uuid[], :intent_ids::uuid[], :attempts::smallint[], :opens::boolean[], :statuses::text[],
              :marks::int[], :due_at::bigint[], :armed_epochs::bigint[], :armed_at::bigint[], :unknown_at::bigint[],
              :accepted_at::bigint[], :sent_at::bigint[], :delivered_at::bigint[], :read_at::bigint[],
              :played_at::bigint[], :failed_at::bigint[], :ended_at::bigint[], :wamids::text[], :codes::bigint[],
              :reasons::text[])
       AS n (tenant_id, intent_id, attempt, open, status, marks, due_at, armed_epoch, armed_at, unknown_at, accepted_at,
             sent_at, delivered_at, read_at, played_at, failed_at, ended_at, wamid, code, reason)
ON CONFLICT DO NOTHING;

--! update_attempts (armed_epochs[?], armed_at[?], unknown_at[?], accepted_at[?], sent_at[?], delivered_at[?], read_at[?], played_at[?], failed_at[?], ended_at[?], wamids[?], codes[?], reasons[?])
-- A time that is not given keeps its value: each is set once.
UPDATE attempt a
   SET open = n.open, status = n.status, marks = n.marks, due_at = at_ms(n.due_at),
       armed_epoch  = coalesce(n.armed_epoch, a.armed_epoch),
       armed_at     = coalesce(at_ms(n.armed_at), a.armed_at),
       unknown_at   = coalesce(at_ms(n.unknown_at), a.unknown_at),
       accepted_at  = coalesce(at_ms(n.accepted_at), a.accepted_at),
       sent_at      = coalesce(at_ms(n.sent_at), a.sent_at),
       delivered_at = coalesce(at_ms(n.delivered_at), a.delivered_at),
       read_at      = coalesce(at_ms(n.read_at), a.read_at),
       played_at    = coalesce(at_ms(n.played_at), a.played_at),
       failed_at    = coalesce(at_ms(n.failed_at), a.failed_at),
       ended_at     = coalesce(at_ms(n.ended_at), a.ended_at),
       wamid        = coalesce(n.wamid, a.wamid),
       code         = coalesce(n.code, a.code),
       reason       = coalesce(n.reason, a.reason)
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :intent_ids::uuid[], :attempts::smallint[], :opens::boolean[],
                            :statuses::text[], :marks::int[], :due_at::bigint[], :armed_epochs::bigint[],
                            :armed_at::bigint[], :unknown_at::bigint[], :accepted_at::bigint[], :sent_at::bigint[],
                            :delivered_at::bigint[], :read_at::bigint[], :played_at::bigint[], :failed_at::bigint[],
                            :ended_at::bigint[], :wamids::text[], :codes::bigint[], :reasons::text[])
         LIMIT cardinality(:tenant_ids::uuid[]))
       AS n (tenant_id, intent_id, attempt, open, status, marks, due_at, armed_epoch, armed_at, unknown_at, accepted_at,
             sent_at, delivered_at, read_at, played_at, failed_at, ended_at, wamid, code, reason)
 WHERE a.tenant_id = n.tenant_id AND a.intent_id = n.intent_id AND a.attempt = n.attempt;

--! named_messages
-- Messages by the ids that Meta gave them.
SELECT n.tenant_id, n.sender_id, n.wamid, n.contact, n.intent_id, n.attempt, ms_of(n.sent_at) AS sent_at_ms
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :sender_ids::text[], :wamids::text[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, sender_id, wamid)
  JOIN named_message n ON n.tenant_id = k.tenant_id AND n.sender_id = k.sender_id AND n.wamid = k.wamid;

--! messages_upto
-- Messages to a person up to a point of time that have not reached a status yet: at most 200, of the seven days before.
SELECT n.tenant_id, n.sender_id, n.wamid, n.contact, n.intent_id, n.attempt, ms_of(n.sent_at) AS sent_at_ms
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :sender_ids::text[], :contacts::text[], :upto::bigint[], :marks::int[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, sender_id, contact, upto, mark)
 CROSS JOIN LATERAL
       (SELECT m.*
          FROM named_message m
         CROSS JOIN LATERAL
               (SELECT marks FROM attempt
                 WHERE tenant_id = m.tenant_id AND intent_id = m.intent_id AND attempt = m.attempt
                 LIMIT 1) AS a
         WHERE m.tenant_id = k.tenant_id AND m.sender_id = k.sender_id AND m.contact = k.contact
           AND m.sent_at <= at_ms(k.upto) AND m.sent_at > at_ms(k.upto) - interval '7 days' AND a.marks & k.mark = 0
         ORDER BY m.sent_at DESC
         LIMIT 200) AS n;

--! insert_named_messages
INSERT INTO named_message (tenant_id, sender_id, wamid, contact, intent_id, attempt, sent_at)
SELECT n.tenant_id, n.sender_id, n.wamid, n.contact, n.intent_id, n.attempt, at_ms(n.sent_at)
  FROM unnest(:tenant_ids::uuid[], :sender_ids::text[], :wamids::text[], :contacts::text[], :intent_ids::uuid[],
              :attempts::smallint[], :sent_at::bigint[])
       AS n (tenant_id, sender_id, wamid, contact, intent_id, attempt, sent_at)
ON CONFLICT DO NOTHING;
