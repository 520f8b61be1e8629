--- What the owner of a sender loads and commits. Every statement runs with app.tenant_ids set to the tenants of the batch.
---
--- Keys are joined as `(SELECT * FROM unnest(…) LIMIT cardinality(…))`, which leaves out none of them: the planner expects
--- one row of it instead of ten, and goes from each key to its row whatever it thinks of the table's size. A plan made
--- while a table was empty and kept until the next ANALYZE would read all rows of the tenant otherwise.

--! set_tenants
SELECT set_config('app.tenant_ids', :tenants, true);

--! open_attempts : (armed_epoch?, armed_at_ms?, unknown_at_ms?, wamid?, code?, reason?, campaign_id?)
SELECT a.tenant_id, a.intent_id, a.attempt, a.status, a.marks, ms_of(a.due_at) AS due_at_ms, a.armed_epoch,
       ms_of(a.armed_at) AS armed_at_ms, ms_of(a.unknown_at) AS unknown_at_ms, a.wamid, a.code, a.reason,
       i.sender_id, i.contact, i.class, i.campaign_id, i.generation, i.ordinal, i.message, i.unknown_policy,
       ms_of(i.accepted_at) AS accepted_at_ms, ms_of(i.expires_at) AS expires_at_ms
  FROM attempt a JOIN intent i USING (tenant_id, intent_id)
 WHERE a.open AND a.task_partition = :task_partition
 ORDER BY i.accepted_at, a.intent_id;

--! load_attempts : (armed_epoch?, armed_at_ms?, unknown_at_ms?, wamid?, code?, reason?, campaign_id?)
SELECT a.tenant_id, a.intent_id, a.attempt, a.status, a.marks, ms_of(a.due_at) AS due_at_ms, a.armed_epoch,
       ms_of(a.armed_at) AS armed_at_ms, ms_of(a.unknown_at) AS unknown_at_ms, a.wamid, a.code, a.reason,
       i.sender_id, i.contact, i.class, i.campaign_id, i.generation, i.ordinal, i.message, i.unknown_policy,
       ms_of(i.accepted_at) AS accepted_at_ms, ms_of(i.expires_at) AS expires_at_ms
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :intent_ids::uuid[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, intent_id)
  JOIN intent i ON i.tenant_id = k.tenant_id AND i.intent_id = k.intent_id
  JOIN attempt a ON a.tenant_id = k.tenant_id AND a.intent_id = k.intent_id;

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

--! opted_out
SELECT o.tenant_id, o.contact
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :contacts::text[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, contact)
  JOIN opt_out o ON o.tenant_id = k.tenant_id AND o.contact = k.contact;

--! load_campaigns : (max_per_minute?, jitter_min_ms?, jitter_max_ms?, hours_from?, hours_to?, hours_zone?)
SELECT c.tenant_id, c.campaign_id, c.sender_id, c.state, c.generation, c.recipients, c.template_name, c.template_language,
       c.unknown_policy, c.ttl_seconds, c.weight, c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from,
       c.hours_to, c.hours_zone, p.cursor, p.ingested, p.open, p.confirmed
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :campaign_ids::uuid[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, campaign_id)
  JOIN campaign c ON c.tenant_id = k.tenant_id AND c.campaign_id = k.campaign_id
  JOIN campaign_progress p ON p.tenant_id = k.tenant_id AND p.campaign_id = k.campaign_id
 WHERE p.completed_at IS NULL;

--! load_chunks
-- The chunk that holds the cursor of each campaign.
SELECT k.tenant_id, k.campaign_id, c.first_ordinal, c.count, c.recipients
  FROM unnest(:tenant_ids::uuid[], :campaign_ids::uuid[], :cursors::int[]) AS k (tenant_id, campaign_id, cursor)
 CROSS JOIN LATERAL (
       SELECT first_ordinal, count, recipients FROM campaign_chunk c
        WHERE c.tenant_id = k.tenant_id AND c.campaign_id = k.campaign_id AND c.first_ordinal <= k.cursor
        ORDER BY c.first_ordinal DESC LIMIT 1) AS c;

--! insert_intents (campaign_ids[?])
INSERT INTO intent (tenant_id, intent_id, sender_id, contact, class, campaign_id, generation, ordinal, message,
                    unknown_policy, accepted_at, expires_at)
SELECT n.tenant_id, n.intent_id, n.sender_id, n.contact, n.class, n.campaign_id, n.generation, n.ordinal, n.message,
       n.unknown_policy, at_ms(n.accepted_at), at_ms(n.expires_at)
  FROM unnest(:tenant_ids::uuid[], :intent_ids::uuid[], :sender_ids::text[], :contacts::text[], :classes::text[],
              :campaign_ids::uuid[], :generations::int[], :ordinals::int[], :messages::text[],
              :unknown_policies::text[], :accepted_at::bigint[], :expires_at::bigint[])
       AS n (tenant_id, intent_id, sender_id, contact, class, campaign_id, generation, ordinal, message,
             unknown_policy, accepted_at, expires_at)
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

--! insert_inbound (contacts[?], profile_names[?], texts[?], reply_tos[?])
INSERT INTO inbound_message (tenant_id, sender_id, wamid, contact, profile_name, at, kind, text, reply_to, raw)
SELECT n.tenant_id, n.sender_id, n.wamid, n.contact, n.profile_name, at_ms(n.at), n.kind, n.text, n.reply_to, n.raw
  FROM unnest(:tenant_ids::uuid[], :sender_ids::text[], :wamids::text[], :contacts::text[], :profile_names::text[],
              :at::bigint[], :kinds::text[], :texts::text[], :reply_tos::text[], :raws::bytea[])
       AS n (tenant_id, sender_id, wamid, contact, profile_name, at, kind, text, reply_to, raw)
ON CONFLICT DO NOTHING;

--! update_progress (completed_at[?])
UPDATE campaign_progress p
   SET cursor = p.cursor + n.cursor, ingested = p.ingested + n.ingested, accepted = p.accepted + n.accepted,
       sent = p.sent + n.sent, delivered = p.delivered + n.delivered, read = p.read + n.read,
       failed = p.failed + n.failed, rejected = p.rejected + n.rejected, expired = p.expired + n.expired,
       cancelled = p.cancelled + n.cancelled, unconfirmed = p.unconfirmed + n.unconfirmed,
       unknown = p.unknown + n.unknown, open = p.open + n.open, confirmed = greatest(p.confirmed, n.confirmed),
       completed_at = coalesce(p.completed_at, at_ms(n.completed_at))
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :campaign_ids::uuid[], :cursors::int[], :ingested::int[],
                            :accepted::int[], :sent::int[], :delivered::int[], :read::int[], :failed::int[],
                            :rejected::int[], :expired::int[], :cancelled::int[], :unconfirmed::int[],
                            :unknown::int[], :open::int[], :confirmed::int[], :completed_at::bigint[])
         LIMIT cardinality(:tenant_ids::uuid[]))
       AS n (tenant_id, campaign_id, cursor, ingested, accepted, sent, delivered, read, failed, rejected, expired,
             cancelled, unconfirmed, unknown, open, confirmed, completed_at)
 WHERE p.tenant_id = n.tenant_id AND p.campaign_id = n.campaign_id;

--! open_holds : (code?)
SELECT tenant_id, scope, name, code, reason, by_report, ms_of(since) AS since_ms, ms_of(probe_at) AS probe_at_ms, wait_ms,
       probes
  FROM send_hold
 WHERE task_partition = :task_partition AND released_at IS NULL
 ORDER BY tenant_id, scope, name;

--! write_holds (codes[?], released_at[?])
INSERT INTO send_hold (tenant_id, task_partition, scope, name, code, reason, by_report, since, probe_at, wait_ms, probes,
                       released_at)
SELECT n.tenant_id, :task_partition, n.scope, n.name, n.code, n.reason, n.by_report, at_ms(n.since), at_ms(n.probe_at),
       n.wait_ms, n.probes, at_ms(n.released_at)
  FROM unnest(:tenant_ids::uuid[], :scopes::text[], :names::text[], :codes::bigint[], :reasons::text[],
              :by_reports::boolean[], :since::bigint[], :probe_at::bigint[], :wait_ms::bigint[], :probes::int[],
              :released_at::bigint[])
       AS n (tenant_id, scope, name, code, reason, by_report, since, probe_at, wait_ms, probes, released_at)
ON CONFLICT (tenant_id, task_partition, scope, name) DO UPDATE
   SET code = excluded.code, reason = excluded.reason, by_report = excluded.by_report, since = excluded.since,
       probe_at = excluded.probe_at, wait_ms = excluded.wait_ms, probes = excluded.probes,
       released_at = excluded.released_at;

--! apply_template_status (reason?)
-- Meta's times are whole seconds: of two events of one second the later one in the log counts.
UPDATE template
   SET status = :status, status_reason = :reason, status_at = at_ms(:at_ms)
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND name = :name AND language = :language
   AND status_at <= at_ms(:at_ms);
