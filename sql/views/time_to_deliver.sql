-- How long delivery takes, from the moment the message was accepted from the tenant until it was on the person's device.
--
-- Meta reports times in whole seconds, so a delivery within the second of its acceptance may seem to precede it: it
-- counts as zero. Timestamps are in milliseconds, and so is the difference of their numbers (to_unixtime would cut to
-- seconds). Percentiles are approximate (t-digest).
SELECT campaign_id,
       count(*) AS messages,
       CAST(round(approx_percentile_cont(0.50) WITHIN GROUP (ORDER BY elapsed_ms)) AS BIGINT) AS p50_ms,
       CAST(round(approx_percentile_cont(0.90) WITHIN GROUP (ORDER BY elapsed_ms)) AS BIGINT) AS p90_ms,
       CAST(round(approx_percentile_cont(0.99) WITHIN GROUP (ORDER BY elapsed_ms)) AS BIGINT) AS p99_ms
  FROM (SELECT campaign_id,
               CAST(greatest(0, CAST(delivered_at AS BIGINT) - CAST(accepted_at AS BIGINT)) AS DOUBLE) AS elapsed_ms
          FROM messages
         WHERE delivered_at IS NOT NULL) AS delivered
 GROUP BY campaign_id
