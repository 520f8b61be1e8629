-- One row per attempt: one try to POST a message.
--
-- The status of an attempt is the greatest that was ever reported, in the order of the status join: webhooks come
-- duplicated and reordered, and evidence of delivery outranks a report of failure. Each status occurs at most once per
-- attempt, so the earliest time of a status is its only one. `queued` and `armed` are no transitions of their own: the first one of an attempt
-- tells when they were. `read_at` counts a played voice message as read.
--
-- `campaign_id` is a grouping key although it follows from the intent: a filter on it then reaches the files.
SELECT r.intent_id,
       r.attempt,
       r.campaign_id,
       first_value(r.status ORDER BY r.rank DESC) AS status,
       max(r.rank)                                AS rank,
       max(r.sender_id)                           AS sender_id,
       max(r.contact)                             AS contact,
       max(r.class)                               AS class,
       max(r.template)                            AS template,
       max(r.wamid)                               AS wamid,
       min(r.accepted_at)                         AS accepted_at,
       min(r.queued_at)                           AS queued_at,
       min(r.armed_at)                            AS armed_at,
       min(r.at) FILTER (WHERE r.status = 'accepted')          AS meta_accepted_at,
       min(r.at) FILTER (WHERE r.status = 'sent')              AS sent_at,
       min(r.at) FILTER (WHERE r.status = 'delivered')         AS delivered_at,
       min(r.at) FILTER (WHERE r.status IN ('read', 'played')) AS read_at,
       min(r.at) FILTER (WHERE r.status = 'failed')            AS failed_at,
       first_value(r.code ORDER BY r.rank DESC)   AS code,
       first_value(r.reason ORDER BY r.rank DESC) AS reason
  FROM (SELECT *,
               CASE status
                   WHEN 'queued' THEN 0
                   WHEN 'armed' THEN 1
                   WHEN 'unknown' THEN 2
                   WHEN 'unconfirmed' THEN 3
                   WHEN 'deferred' THEN 4
                   WHEN 'expired' THEN 5
                   WHEN 'cancelled' THEN 6
                   WHEN 'rejected' THEN 7
                   WHEN 'accepted' THEN 8
                   WHEN 'sent' THEN 9
                   WHEN 'failed' THEN 10
                   WHEN 'delivered' THEN 11
                   WHEN 'read' THEN 12
                   WHEN 'played' THEN 13
               END AS rank
          FROM transitions) AS r
 GROUP BY r.intent_id, r.attempt, r.campaign_id
