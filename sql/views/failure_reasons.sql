-- Why messages did not arrive: those that ended as failed, rejected, expired, cancelled or unconfirmed, by reason.
SELECT campaign_id,
       status,
       code,
       reason,
       count(*) AS messages
  FROM messages
 WHERE status IN ('failed', 'rejected', 'expired', 'cancelled', 'unconfirmed')
 GROUP BY campaign_id, status, code, reason
