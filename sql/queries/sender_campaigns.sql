--- Campaigns, as the owner of their sender loads and commits them. The head of sender_task.sql says under which rules.

--! load_campaigns : (max_per_minute?, jitter_min_ms?, jitter_max_ms?, hours_from?, hours_to?, hours_zone?, template_status?, template_category?, template_quality?, marketing?, layout?, templates?)
SELECT c.tenant_id, c.campaign_id, c.sender_id, c.state, c.generation, c.recipients, c.template_name, c.template_language,
       c.unknown_policy, c.ttl_seconds, c.weight, c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from,
       c.hours_to, c.hours_zone, t.status AS template_status, t.category AS template_category,
       t.quality AS template_quality, c.marketing, c.layout,
       p.cursor, p.ingested, p.open, p.confirmed,
       (SELECT json_agg(json_build_object('name', r.name, 'language', r.language, 'status', o.status, 'category', o.category,
                                          'quality', o.quality)
                        ORDER BY r.position)::text
          FROM campaign_template r
          LEFT JOIN template o ON o.tenant_id = r.tenant_id AND o.waba_id = s.waba_id AND o.name = r.name AND o.language = r.language
         WHERE r.tenant_id = k.tenant_id AND r.campaign_id = k.campaign_id) AS templates
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :campaign_ids::uuid[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, campaign_id)
  JOIN campaign c ON c.tenant_id = k.tenant_id AND c.campaign_id = k.campaign_id
  JOIN campaign_progress p ON p.tenant_id = k.tenant_id AND p.campaign_id = k.campaign_id
  JOIN sender s ON s.tenant_id = k.tenant_id AND s.sender_id = c.sender_id
  LEFT JOIN template t ON t.tenant_id = k.tenant_id AND t.waba_id = s.waba_id AND t.name = c.template_name
                      AND t.language = c.template_language
 WHERE p.completed_at IS NULL;

--! load_chunks
-- The chunk that holds the cursor of each campaign.
SELECT k.tenant_id, k.campaign_id, c.first_ordinal, c.count, c.recipients
  FROM unnest(:tenant_ids::uuid[], :campaign_ids::uuid[], :cursors::int[]) AS k (tenant_id, campaign_id, cursor)
 CROSS JOIN LATERAL (
       SELECT first_ordinal, count, recipients FROM campaign_chunk c
        WHERE c.tenant_id = k.tenant_id AND c.campaign_id = k.campaign_id AND c.first_ordinal <= k.cursor
        ORDER BY c.first_ordinal DESC LIMIT 1) AS c;

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
