--- What is held, as its tenant sees it. Every statement runs in a transaction that names its tenant
--- (app.tenant_id): row-level security adds the tenant to each of them.

--: HoldRow(code?)

--! list_holds : HoldRow
-- A scope whose numbers lie in several partitions is held in each by itself, and told once.
SELECT scope, name, (array_agg(code ORDER BY since DESC))[1] AS code, (array_agg(reason ORDER BY since DESC))[1] AS reason,
       ms_of(min(since)) AS since_ms, ms_of(min(probe_at)) AS probe_at_ms, sum(probes)::bigint AS probes
  FROM send_hold
 WHERE released_at IS NULL AND (scope, name) > (:after_scope, :after_name)
 GROUP BY scope, name
 ORDER BY scope, name
 LIMIT :limit;

--! campaign_holds : HoldRow
-- What the messages of a campaign wait for. Which token its number has only the pipeline may see: a token's hold counts if
-- it was found out in the number's partition.
SELECT h.scope, h.name, (array_agg(h.code ORDER BY h.since DESC))[1] AS code, (array_agg(h.reason ORDER BY h.since DESC))[1] AS reason,
       ms_of(min(h.since)) AS since_ms, ms_of(min(h.probe_at)) AS probe_at_ms, sum(h.probes)::bigint AS probes
  FROM send_hold h JOIN sender s ON s.tenant_id = h.tenant_id AND s.sender_id = :sender_id
 WHERE h.released_at IS NULL
   AND CASE h.scope
            WHEN 'campaign' THEN h.name = :campaign
            WHEN 'sender' THEN h.name = s.sender_id
            WHEN 'waba' THEN h.name = s.waba_id
            WHEN 'template' THEN h.name IN (SELECT concat(s.waba_id, '/', n.name, '/', n.language)
                                              FROM unnest(:names::text[], :languages::text[]) AS n (name, language))
            WHEN 'token' THEN h.task_partition = (SELECT a.task_partition FROM attempt a
                                                   WHERE a.tenant_id = h.tenant_id AND a.intent_id BETWEEN :first AND :last
                                                   LIMIT 1)
       END
 GROUP BY h.scope, h.name
 ORDER BY h.scope, h.name;
