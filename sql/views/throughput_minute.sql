-- What each sender did in each minute (UTC), by the time of the transition. That an attempt was armed is told by its first
-- transition, which may be of a later minute.
SELECT date_trunc('minute', at) AS minute,
       sender_id,
       count(*) FILTER (WHERE status = 'armed')     AS armed,
       count(*) FILTER (WHERE status = 'accepted')  AS accepted,
       count(*) FILTER (WHERE status = 'sent')      AS sent,
       count(*) FILTER (WHERE status = 'delivered') AS delivered,
       count(*) FILTER (WHERE status = 'read')      AS read,
       count(*) FILTER (WHERE status = 'failed')    AS failed,
       count(*) FILTER (WHERE status = 'rejected')  AS rejected
  FROM (SELECT at, sender_id, status FROM transitions
         UNION ALL
        SELECT armed_at AS at, sender_id, 'armed' AS status FROM transitions WHERE armed_at IS NOT NULL) AS t
 GROUP BY date_trunc('minute', at), sender_id
