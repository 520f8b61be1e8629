--- Campaigns that are made of others: clones, and what failed once more. Every statement runs in a transaction that
--- names its tenant (app.tenant_id): row-level security adds the tenant to each of them.

--! copy_campaign
INSERT INTO campaign (tenant_id, campaign_id, name, sender_id, template_name, template_language, unknown_policy,
                      ttl_seconds, weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to,
                      hours_zone, marketing, layout, state, copied_from)
SELECT app_tenant(), :campaign_id, :name, sender_id, template_name, template_language, unknown_policy, ttl_seconds,
       weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to, hours_zone, marketing, layout, 'draft',
       campaign_id
  FROM campaign
 WHERE campaign_id = :source;

--! copy_campaign_templates
INSERT INTO campaign_template (tenant_id, campaign_id, position, name, language)
SELECT app_tenant(), :campaign_id, position, name, language FROM campaign_template WHERE campaign_id = :source;

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
