--- The manifest of the lake. A file exists for readers when its row here is committed, together with the lease of its task.

--! lake_progress
-- How far the lake has come, per partition of the topic: what a hot tail must hold begins there.
SELECT partition, next_offset, high_water FROM task_lease WHERE task = :task ORDER BY partition;

--! insert_lake_files
-- A tenant that does not exist gets no file: its rows count as missing in the number of rows that this returns.
INSERT INTO lake_file (tenant_id, topic, partition, first_offset, last_offset, day, path, rows, bytes)
SELECT n.tenant_id, :topic, :partition, n.first_offset, n.last_offset, n.day::date, n.path, n.rows, n.bytes
  FROM unnest(:tenant_ids::uuid[], :first_offsets::bigint[], :last_offsets::bigint[], :days::text[], :paths::text[],
              :rows::bigint[], :bytes::bigint[])
       AS n (tenant_id, first_offset, last_offset, day, path, rows, bytes)
  JOIN tenant t ON t.tenant_id = n.tenant_id;

--! tenant_lake_files
-- The files of the transaction's tenant, oldest day first.
SELECT partition, last_offset, path, bytes FROM lake_file
 WHERE topic = :topic
 ORDER BY day, partition, first_offset;
