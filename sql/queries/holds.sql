--- What is held, for operators, who see every tenant's.

--: HeldRow(code?)

--! all_holds : HeldRow
SELECT t.name AS tenant, h.tenant_id, h.task_partition, h.scope, h.name, h.code, h.reason, ms_of(h.since) AS since_ms,
       ms_of(h.probe_at) AS probe_at_ms, h.probes
  FROM send_hold h JOIN tenant t USING (tenant_id)
 WHERE h.released_at IS NULL
 ORDER BY h.since, t.name, h.scope, h.name, h.task_partition;
