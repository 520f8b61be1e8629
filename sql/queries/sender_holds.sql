--- What the owner of a sender holds. The head of sender_task.sql says under which rules.

--! open_holds : (code?)
SELECT tenant_id, scope, name, code, reason, by_report, ms_of(since) AS since_ms, ms_of(probe_at) AS probe_at_ms, wait_ms,
       probes
  FROM send_hold
 WHERE task_partition = :task_partition AND released_at IS NULL
 ORDER BY tenant_id, scope, name;

--! write_holds (codes[?], released_at[?])
INSERT INTO send_hold (tenant_id, task_partition, scope, name, code, reason, by_report, since, probe_at, wait_ms, probes,
                       released_at)
SELECT n.tenant_id, :task_partition, n.scope, n.name, n.code, n.reason, n.by_report, at_ms(n.since), at_ms(n.probe_at),
       n.wait_ms, n.probes, at_ms(n.released_at)
  FROM unnest(:tenant_ids::uuid[], :scopes::text[], :names::text[], :codes::bigint[], :reasons::text[],
              :by_reports::boolean[], :since::bigint[], :probe_at::bigint[], :wait_ms::bigint[], :probes::int[],
              :released_at::bigint[])
       AS n (tenant_id, scope, name, code, reason, by_report, since, probe_at, wait_ms, probes, released_at)
ON CONFLICT (tenant_id, task_partition, scope, name) DO UPDATE
   SET code = excluded.code, reason = excluded.reason, by_report = excluded.by_report, since = excluded.since,
       probe_at = excluded.probe_at, wait_ms = excluded.wait_ms, probes = excluded.probes,
       released_at = excluded.released_at;
