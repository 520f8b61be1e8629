--- What tenants ask and do through the API. Every statement runs in a transaction that names its tenant
--- (app.tenant_id): row-level security adds the tenant to each of them.

--: CampaignRow(max_per_minute?, jitter_min_ms?, jitter_max_ms?, hours_from?, hours_to?, hours_zone?, start_at_ms?, copied_from?, started_at_ms?, completed_at_ms?, messaging_limit?, used_up_until_ms?)
--: RejectRow()
--: HoldRow(code?)

--! api_ready
SELECT true AS ready;

--! find_sender
SELECT waba_id FROM sender WHERE sender_id = :sender_id;

--! list_senders : (messaging_limit?, used?, used_up_until_ms?)
SELECT s.sender_id, s.channel, s.waba_id, s.display_number, s.limit_per_second, ms_of(s.created_at) AS created_at_ms,
       coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, f.used,
       ms_of(CASE WHEN f.used_up_until > now() THEN f.used_up_until END) AS used_up_until_ms
  FROM sender s
  LEFT JOIN portfolio f ON f.tenant_id = s.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
 WHERE s.sender_id > :after
 ORDER BY s.sender_id
 LIMIT :limit;

--! template_languages : (status_reason?)
SELECT language, status, status_reason, parameter_count
  FROM template
 WHERE waba_id = :waba_id AND name = :name
 ORDER BY language;

--! list_templates : (status_reason?)
SELECT waba_id, name, language, status, status_reason, category, body, parameter_count, ms_of(created_at) AS created_at_ms
  FROM template
 WHERE (name, language, waba_id) > (:after_name, :after_language, :after_waba_id)
 ORDER BY name, language, waba_id
 LIMIT :limit;

--! list_opt_outs
SELECT contact, reason, ms_of(at) AS at_ms
  FROM opt_out
 WHERE contact > :after
 ORDER BY contact
 LIMIT :limit;

--! insert_opt_out
INSERT INTO opt_out (tenant_id, contact, reason) VALUES (app_tenant(), :contact, :reason) ON CONFLICT DO NOTHING;

--! delete_opt_out
DELETE FROM opt_out WHERE contact = :contact;

--! opted_out_contacts
SELECT contact FROM opt_out WHERE contact = ANY (:contacts::text[]);

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

--! insert_campaign (max_per_minute?, jitter_min_ms?, jitter_max_ms?, hours_from?, hours_to?, hours_zone?)
INSERT INTO campaign (tenant_id, campaign_id, name, sender_id, template_name, template_language, unknown_policy,
                      ttl_seconds, weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to,
                      hours_zone, state)
VALUES (app_tenant(), :campaign_id, :name, :sender_id, :template_name, :template_language, :unknown_policy,
        :ttl_seconds, :weight, :max_per_minute, :jitter_min_ms, :jitter_max_ms, :hours_from, :hours_to, :hours_zone,
        'draft');

--! insert_campaign_progress
INSERT INTO campaign_progress (tenant_id, campaign_id) VALUES (app_tenant(), :campaign_id);

--! get_campaign : CampaignRow
SELECT c.campaign_id, c.name, c.sender_id, c.template_name, c.template_language, c.unknown_policy, c.ttl_seconds, c.weight,
       c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from, c.hours_to, c.hours_zone, c.state,
       c.state = 'paused' AND p.confirmed < c.generation AS pausing,
       c.state = 'running' AND coalesce(c.start_at > now(), false) AS scheduled, ms_of(c.start_at) AS start_at_ms,
       c.copied_from, c.recipients, c.rejected AS rejected_lines, ms_of(c.created_at) AS created_at_ms,
       ms_of(c.started_at) AS started_at_ms, ms_of(p.completed_at) AS completed_at_ms, p.cursor, p.ingested, p.accepted,
       p.sent, p.delivered, p.read, p.failed, p.rejected, p.expired, p.cancelled, p.unconfirmed, p.unknown, p.open,
       coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, ms_of(f.used_up_until) AS used_up_until_ms
  FROM campaign c
  JOIN campaign_progress p USING (tenant_id, campaign_id)
  JOIN sender s USING (tenant_id, sender_id)
  LEFT JOIN portfolio f ON f.tenant_id = c.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
                       AND f.used_up_until > now()
 WHERE c.campaign_id = :campaign_id;

--! list_campaigns : CampaignRow
SELECT c.campaign_id, c.name, c.sender_id, c.template_name, c.template_language, c.unknown_policy, c.ttl_seconds, c.weight,
       c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from, c.hours_to, c.hours_zone, c.state,
       c.state = 'paused' AND p.confirmed < c.generation AS pausing,
       c.state = 'running' AND coalesce(c.start_at > now(), false) AS scheduled, ms_of(c.start_at) AS start_at_ms,
       c.copied_from, c.recipients, c.rejected AS rejected_lines, ms_of(c.created_at) AS created_at_ms,
       ms_of(c.started_at) AS started_at_ms, ms_of(p.completed_at) AS completed_at_ms, p.cursor, p.ingested, p.accepted,
       p.sent, p.delivered, p.read, p.failed, p.rejected, p.expired, p.cancelled, p.unconfirmed, p.unknown, p.open,
       coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, ms_of(f.used_up_until) AS used_up_until_ms
  FROM campaign c
  JOIN campaign_progress p USING (tenant_id, campaign_id)
  JOIN sender s USING (tenant_id, sender_id)
  LEFT JOIN portfolio f ON f.tenant_id = c.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
                       AND f.used_up_until > now()
 WHERE c.campaign_id < :before
 ORDER BY c.campaign_id DESC
 LIMIT :limit;

--! lock_campaign
-- Whoever holds the row may append recipients or change the state.
SELECT c.state, c.recipients, c.sender_id, c.template_name, c.template_language, p.completed_at IS NOT NULL AS completed,
       c.state = 'running' AND coalesce(c.start_at > clock_timestamp(), false) AS scheduled,
       ms_of(clock_timestamp()) AS now_ms
  FROM campaign c JOIN campaign_progress p USING (tenant_id, campaign_id)
 WHERE c.campaign_id = :campaign_id
   FOR UPDATE OF c;

--! set_campaign_state
-- One that was to begin later and is cancelled before has never begun.
UPDATE campaign
   SET state = :state, generation = generation + :generations::int,
       started_at = CASE WHEN :state = 'cancelled' AND start_at > now() THEN NULL ELSE started_at END
 WHERE campaign_id = :campaign_id;

--! start_campaign (start_at_ms?)
UPDATE campaign
   SET state = 'running', start_at = at_ms(:start_at_ms), started_at = coalesce(at_ms(:start_at_ms), now())
 WHERE campaign_id = :campaign_id;

--! copy_campaign
INSERT INTO campaign (tenant_id, campaign_id, name, sender_id, template_name, template_language, unknown_policy,
                      ttl_seconds, weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to,
                      hours_zone, state, copied_from)
SELECT app_tenant(), :campaign_id, :name, sender_id, template_name, template_language, unknown_policy, ttl_seconds,
       weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to, hours_zone, 'draft', campaign_id
  FROM campaign
 WHERE campaign_id = :source;

--! chunks_to_copy
-- A few chunks of the recipients that the campaign had when the copy began.
SELECT first_ordinal, count, recipients
  FROM campaign_chunk
 WHERE campaign_id = :campaign_id AND first_ordinal >= :from AND first_ordinal < :end
 ORDER BY first_ordinal
 LIMIT :limit;

--! messages_that_ended
-- Of neighbouring messages of a campaign those whose status is one of these. Which attempt stands for a message is said in
-- sql/views/messages.sql.
SELECT intent_id
  FROM (SELECT DISTINCT ON (intent_id) intent_id, status
          FROM attempt
         WHERE intent_id BETWEEN :first AND :last
         ORDER BY intent_id,
                  CASE WHEN status IN ('accepted', 'sent', 'delivered', 'read', 'played') THEN 2
                       WHEN status = 'failed' THEN 1
                       ELSE 0
                  END DESC,
                  attempt DESC) AS standing
 WHERE status = ANY (:statuses::text[]);

--! grow_campaign
UPDATE campaign
   SET recipients = recipients + :accepted, rejected = rejected + :rejected
 WHERE campaign_id = :campaign_id
RETURNING recipients;

--! find_upload
SELECT digest, accepted, rejected FROM campaign_upload WHERE campaign_id = :campaign_id AND chunk = :chunk;

--! insert_upload
INSERT INTO campaign_upload (tenant_id, campaign_id, chunk, digest, accepted, rejected)
VALUES (app_tenant(), :campaign_id, :chunk, :digest, :accepted, :rejected);

--! claim_contacts
-- Returns the lines whose contact was not in the campaign yet; of equal contacts the first line wins.
INSERT INTO campaign_contact (tenant_id, campaign_id, contact, chunk, line)
SELECT app_tenant(), :campaign_id, n.contact, :chunk, n.line
  FROM unnest(:contacts::text[], :lines::bigint[]) AS n (contact, line)
ON CONFLICT DO NOTHING
RETURNING line;

--! first_claims
SELECT contact, chunk, line
  FROM campaign_contact
 WHERE campaign_id = :campaign_id AND contact = ANY (:contacts::text[]);

--! insert_chunks
INSERT INTO campaign_chunk (tenant_id, campaign_id, first_ordinal, count, recipients)
SELECT app_tenant(), :campaign_id, n.first_ordinal, n.count, n.recipients
  FROM unnest(:first_ordinals::int[], :counts::int[], :recipients::text[]) AS n (first_ordinal, count, recipients);

--! insert_rejects
INSERT INTO campaign_reject (tenant_id, campaign_id, chunk, line, code, reason, raw)
SELECT app_tenant(), :campaign_id, :chunk, n.line, n.code, n.reason, n.raw
  FROM unnest(:lines::bigint[], :codes::text[], :reasons::text[], :raws::text[]) AS n (line, code, reason, raw);

--! upload_rejects : RejectRow
SELECT chunk, line, code, reason, raw
  FROM campaign_reject
 WHERE campaign_id = :campaign_id AND chunk = :chunk
 ORDER BY line
 LIMIT :limit;

--! page_rejects : RejectRow
SELECT chunk, line, code, reason, raw
  FROM campaign_reject
 WHERE campaign_id = :campaign_id AND (chunk, line) > (:after_chunk, :after_line)
 ORDER BY chunk, line
 LIMIT :limit;

--! get_message : (campaign_id?)
SELECT intent_id, sender_id, contact, class, campaign_id, message, unknown_policy, ms_of(accepted_at) AS accepted_at_ms,
       ms_of(expires_at) AS expires_at_ms
  FROM intent
 WHERE intent_id = :intent_id;

--! get_message_attempts : (armed_at_ms?, unknown_at_ms?, accepted_at_ms?, sent_at_ms?, delivered_at_ms?, read_at_ms?, played_at_ms?, failed_at_ms?, ended_at_ms?, wamid?, code?, reason?)
SELECT attempt, status, marks, ms_of(due_at) AS due_at_ms, ms_of(armed_at) AS armed_at_ms,
       ms_of(unknown_at) AS unknown_at_ms, ms_of(accepted_at) AS accepted_at_ms, ms_of(sent_at) AS sent_at_ms,
       ms_of(delivered_at) AS delivered_at_ms, ms_of(read_at) AS read_at_ms, ms_of(played_at) AS played_at_ms,
       ms_of(failed_at) AS failed_at_ms, ms_of(ended_at) AS ended_at_ms, wamid, code, reason
  FROM attempt
 WHERE intent_id = :intent_id
 ORDER BY attempt;

--! count_endpoints
SELECT count(*) AS endpoints FROM sink_endpoint;

--! insert_endpoint
INSERT INTO sink_endpoint (tenant_id, endpoint_id, url, topics) VALUES (app_tenant(), :endpoint_id, :url, :topics)
RETURNING ms_of(created_at) AS created_at_ms;

--! insert_endpoint_secret
INSERT INTO sink_secret (tenant_id, endpoint_id, secret) VALUES (app_tenant(), :endpoint_id, :secret);

--! list_endpoints : (disabled_reason?)
SELECT endpoint_id, url, topics, disabled_reason, ms_of(created_at) AS created_at_ms
  FROM sink_endpoint
 ORDER BY endpoint_id;

--! delete_endpoint
DELETE FROM sink_endpoint WHERE endpoint_id = :endpoint_id;

--! list_holds : HoldRow
-- A scope whose numbers lie in several partitions is held in each by itself, and told once.
SELECT scope, name, (array_agg(code ORDER BY since DESC))[1] AS code, (array_agg(reason ORDER BY since DESC))[1] AS reason,
       ms_of(min(since)) AS since_ms, ms_of(min(probe_at)) AS probe_at_ms, sum(probes)::bigint AS probes
  FROM send_hold
 WHERE released_at IS NULL AND (scope, name) > (:after_scope, :after_name)
 GROUP BY scope, name
 ORDER BY scope, name
 LIMIT :limit;

--! campaign_holds : HoldRow
-- What the messages of a campaign wait for. Which token its number has only the pipeline may see: a token's hold counts if
-- it was found out in the number's partition.
SELECT h.scope, h.name, (array_agg(h.code ORDER BY h.since DESC))[1] AS code, (array_agg(h.reason ORDER BY h.since DESC))[1] AS reason,
       ms_of(min(h.since)) AS since_ms, ms_of(min(h.probe_at)) AS probe_at_ms, sum(h.probes)::bigint AS probes
  FROM send_hold h JOIN sender s ON s.tenant_id = h.tenant_id AND s.sender_id = :sender_id
 WHERE h.released_at IS NULL
   AND CASE h.scope
            WHEN 'campaign' THEN h.name = :campaign
            WHEN 'sender' THEN h.name = s.sender_id
            WHEN 'waba' THEN h.name = s.waba_id
            WHEN 'template' THEN h.name = concat(s.waba_id, '/', :template_name::text, '/', :template_language::text)
            WHEN 'token' THEN h.task_partition = (SELECT a.task_partition FROM attempt a
                                                   WHERE a.tenant_id = h.tenant_id AND a.intent_id BETWEEN :first AND :last
                                                   LIMIT 1)
       END
 GROUP BY h.scope, h.name
 ORDER BY h.scope, h.name;
