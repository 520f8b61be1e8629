-- The funnel of each campaign; single messages stand in the row without a campaign.
--
-- A message that was read was delivered, and one that was delivered was sent, whether or not Meta reported the step
-- between. A failed message counts as sent only if Meta reported that it was, and as accepted in any case: Meta fails
-- only what it has taken. The columns from `waiting` to `failed` are final or present states and exclude one another:
-- Messages are counted from their first transition on. What waits in its lane has none: `waiting` are those that were put
-- off, to be tried again; how many were not tried yet is said by the campaign itself (`progress.queued`).
--
-- messages = waiting + unknown + unconfirmed + expired + cancelled + rejected + failed + (still accepted, or beyond).
SELECT campaign_id,
       count(*) AS messages,
       count(*) FILTER (WHERE status IN ('accepted', 'sent', 'delivered', 'read', 'played')
                           OR meta_accepted_at IS NOT NULL OR sent_at IS NOT NULL OR failed_at IS NOT NULL) AS accepted,
       count(*) FILTER (WHERE status IN ('sent', 'delivered', 'read', 'played') OR sent_at IS NOT NULL) AS sent,
       count(*) FILTER (WHERE status IN ('delivered', 'read', 'played')) AS delivered,
       count(*) FILTER (WHERE status IN ('read', 'played'))              AS read,
       count(*) FILTER (WHERE status IN ('queued', 'armed', 'deferred')) AS waiting,
       count(*) FILTER (WHERE status = 'unknown')                        AS unknown,
       count(*) FILTER (WHERE status = 'unconfirmed')                    AS unconfirmed,
       count(*) FILTER (WHERE status = 'expired')                        AS expired,
       count(*) FILTER (WHERE status = 'cancelled')                      AS cancelled,
       count(*) FILTER (WHERE status = 'rejected')                       AS rejected,
       count(*) FILTER (WHERE status = 'failed')                         AS failed
  FROM messages
 GROUP BY campaign_id
