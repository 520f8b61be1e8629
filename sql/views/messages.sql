-- One row per message (intent).
--
-- Its status is that of the attempt that stands for it. An attempt that Meta took and did not report as failed is
-- evidence that the message is on its way: among such attempts the furthest one stands. If there is none, one that Meta
-- took and reported as failed stands. Else the latest attempt stands: a message that was deferred and then tried again in
-- vain is as its last attempt ended.
--
-- Times are the first at which any attempt got there.
SELECT a.intent_id,
       a.campaign_id,
       first_value(a.status ORDER BY a.standing DESC) AS status,
       max(a.attempt)                                 AS attempts,
       max(a.sender_id)                               AS sender_id,
       max(a.contact)                                 AS contact,
       max(a.class)                                   AS class,
       max(a.template)                                AS template,
       first_value(a.wamid ORDER BY a.standing DESC)  AS wamid,
       min(a.accepted_at)                             AS accepted_at,
       min(a.queued_at)                               AS queued_at,
       min(a.armed_at)                                AS armed_at,
       min(a.meta_accepted_at)                        AS meta_accepted_at,
       min(a.sent_at)                                 AS sent_at,
       min(a.delivered_at)                            AS delivered_at,
       min(a.read_at)                                 AS read_at,
       min(a.failed_at)                               AS failed_at,
       first_value(a.code ORDER BY a.standing DESC)   AS code,
       first_value(a.reason ORDER BY a.standing DESC) AS reason
  FROM (SELECT *,
               -- Attempt numbers are 16-bit: evidence outranks every one of them.
               CASE WHEN status IN ('accepted', 'sent', 'delivered', 'read', 'played') THEN 100000 + rank
                    WHEN status = 'failed' THEN 50000 + CAST(attempt AS BIGINT)
                    ELSE CAST(attempt AS BIGINT)
               END AS standing
          FROM attempts) AS a
 GROUP BY a.intent_id, a.campaign_id
