--- What became of webhooks at the edge. No tenant's: every statement runs as the worker's role.

--: Outcome(name?)

--! tally_webhooks (name?)
-- What a process has counted since its start: numbers only grow, so a record that was applied before, or overtaken, changes nothing.
INSERT INTO webhook_tally AS t (app, outcome, edge, since, times, at, name)
SELECT :app, o.outcome, :edge, at_ms(:since_ms), o.times, at_ms(o.at_ms), :name
  FROM unnest(:outcomes::text[], :times::bigint[], :at_ms::bigint[]) AS o (outcome, times, at_ms)
ON CONFLICT (app, outcome, edge) DO UPDATE
   SET times = excluded.times, at = excluded.at, name = excluded.name
 WHERE t.times < excluded.times;

--! forget_tallies
DELETE FROM webhook_tally WHERE at < now() - interval '30 days';

--! outcomes_of_app : Outcome
-- Of all processes together; of the app '' are the names that no app has, with the newest of them.
SELECT outcome, sum(times)::bigint AS times, ms_of(min(since)) AS since_ms, ms_of(max(at)) AS at_ms,
       (array_agg(name ORDER BY at DESC))[1] AS name
  FROM webhook_tally
 WHERE app = :app
 GROUP BY outcome
 ORDER BY outcome;
