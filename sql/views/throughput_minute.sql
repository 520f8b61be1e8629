-- What each sender did in each minute (UTC), by the time of the transition.
SELECT date_trunc('minute', at) AS minute,
       sender_id,
       count(*) FILTER (WHERE status = 'armed')     AS armed,
       count(*) FILTER (WHERE status = 'accepted')  AS accepted,
       count(*) FILTER (WHERE status = 'sent')      AS sent,
       count(*) FILTER (WHERE status = 'delivered') AS delivered,
       count(*) FILTER (WHERE status = 'read')      AS read,
       count(*) FILTER (WHERE status = 'failed')    AS failed,
       count(*) FILTER (WHERE status = 'rejected')  AS rejected
  FROM transitions
 GROUP BY date_trunc('minute', at), sender_id
