--- Campaigns. Every statement runs in a transaction that names its tenant (app.tenant_id): row-level
--- security adds the tenant to each of them.

--: CampaignRow(max_per_minute?, jitter_min_ms?, jitter_max_ms?, hours_from?, hours_to?, hours_zone?, start_at_ms?, copied_from?, started_at_ms?, completed_at_ms?, messaging_limit?, used_up_until_ms?, template_status?, template_reason?, marketing?, layout?, blocked_reason?, blocked_until_ms?, templates?)

--! insert_campaign (marketing?, layout?, max_per_minute?, jitter_min_ms?, jitter_max_ms?, hours_from?, hours_to?, hours_zone?)
INSERT INTO campaign (tenant_id, campaign_id, name, sender_id, template_name, template_language, unknown_policy,
                      ttl_seconds, weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to,
                      hours_zone, marketing, layout, state)
VALUES (app_tenant(), :campaign_id, :name, :sender_id, :template_name, :template_language, :unknown_policy,
        :ttl_seconds, :weight, :max_per_minute, :jitter_min_ms, :jitter_max_ms, :hours_from, :hours_to, :hours_zone,
        :marketing, :layout, 'draft');

--! insert_campaign_templates
INSERT INTO campaign_template (tenant_id, campaign_id, position, name, language)
SELECT app_tenant(), :campaign_id, n.position - 1, n.name, n.language
  FROM unnest(:names::text[], :languages::text[]) WITH ORDINALITY AS n (name, language, position);

--! campaign_templates
SELECT name, language FROM campaign_template WHERE campaign_id = :campaign_id ORDER BY position;

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
       coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, ms_of(f.used_up_until) AS used_up_until_ms,
       t.status AS template_status, t.status_reason AS template_reason, c.marketing, c.layout,
       coalesce(CASE WHEN coalesce(s.blocked_until > now(), true) THEN s.blocked_reason END, own.reason) AS blocked_reason,
       ms_of(CASE WHEN s.blocked_reason IS NULL THEN own.until ELSE s.blocked_until END) AS blocked_until_ms,
       (SELECT json_agg(json_build_object('name', r.name, 'language', r.language, 'status', o.status, 'reason', o.status_reason)
                        ORDER BY r.position)::text
          FROM campaign_template r
          LEFT JOIN template o ON o.tenant_id = r.tenant_id AND o.waba_id = s.waba_id AND o.name = r.name AND o.language = r.language
         WHERE r.tenant_id = c.tenant_id AND r.campaign_id = c.campaign_id) AS templates
  FROM campaign c
  JOIN campaign_progress p USING (tenant_id, campaign_id)
  JOIN sender s USING (tenant_id, sender_id)
  LEFT JOIN portfolio f ON f.tenant_id = c.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
                       AND f.used_up_until > now()
  LEFT JOIN template t ON t.tenant_id = c.tenant_id AND t.waba_id = s.waba_id AND t.name = c.template_name
                      AND t.language = c.template_language
  LEFT JOIN LATERAL campaign_restriction(c.tenant_id, c.campaign_id, s.waba_id, t.category) AS own ON true
 WHERE c.campaign_id = :campaign_id;

--! list_campaigns : CampaignRow
SELECT c.campaign_id, c.name, c.sender_id, c.template_name, c.template_language, c.unknown_policy, c.ttl_seconds, c.weight,
       c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from, c.hours_to, c.hours_zone, c.state,
       c.state = 'paused' AND p.confirmed < c.generation AS pausing,
       c.state = 'running' AND coalesce(c.start_at > now(), false) AS scheduled, ms_of(c.start_at) AS start_at_ms,
       c.copied_from, c.recipients, c.rejected AS rejected_lines, ms_of(c.created_at) AS created_at_ms,
       ms_of(c.started_at) AS started_at_ms, ms_of(p.completed_at) AS completed_at_ms, p.cursor, p.ingested, p.accepted,
       p.sent, p.delivered, p.read, p.failed, p.rejected, p.expired, p.cancelled, p.unconfirmed, p.unknown, p.open,
       coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, ms_of(f.used_up_until) AS used_up_until_ms,
       t.status AS template_status, t.status_reason AS template_reason, c.marketing, c.layout,
       coalesce(CASE WHEN coalesce(s.blocked_until > now(), true) THEN s.blocked_reason END, own.reason) AS blocked_reason,
       ms_of(CASE WHEN s.blocked_reason IS NULL THEN own.until ELSE s.blocked_until END) AS blocked_until_ms,
       (SELECT json_agg(json_build_object('name', r.name, 'language', r.language, 'status', o.status, 'reason', o.status_reason)
                        ORDER BY r.position)::text
          FROM campaign_template r
          LEFT JOIN template o ON o.tenant_id = r.tenant_id AND o.waba_id = s.waba_id AND o.name = r.name AND o.language = r.language
         WHERE r.tenant_id = c.tenant_id AND r.campaign_id = c.campaign_id) AS templates
  FROM campaign c
  JOIN campaign_progress p USING (tenant_id, campaign_id)
  JOIN sender s USING (tenant_id, sender_id)
  LEFT JOIN portfolio f ON f.tenant_id = c.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
                       AND f.used_up_until > now()
  LEFT JOIN template t ON t.tenant_id = c.tenant_id AND t.waba_id = s.waba_id AND t.name = c.template_name
                      AND t.language = c.template_language
  LEFT JOIN LATERAL campaign_restriction(c.tenant_id, c.campaign_id, s.waba_id, t.category) AS own ON true
 WHERE c.campaign_id < :before
 ORDER BY c.campaign_id DESC
 LIMIT :limit;

--! lock_campaign : (layout?)
-- Whoever holds the row may append recipients or change the state.
SELECT c.state, c.recipients, c.sender_id, c.template_name, c.template_language, c.marketing IS NOT NULL AS is_marketing, c.layout,
       p.completed_at IS NOT NULL AS completed,
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

--! grow_campaign
UPDATE campaign
   SET recipients = recipients + :accepted, rejected = rejected + :rejected
 WHERE campaign_id = :campaign_id
RETURNING recipients;
