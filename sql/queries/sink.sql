--- Deliveries to tenants' receivers: cursors and positions. A statement on cursors runs with app.tenant_ids set to the
--- tenants of the batch.

--! directory_receivers
SELECT tenant_id, endpoint_id, url, topics, secret, form FROM directory_receivers();

--! directory_numbers
SELECT sender_id, waba_id, display_number, channel FROM directory_numbers();

--! directory_number_owners
SELECT tenant_id, sender_id, waba_id, display_number, channel FROM directory_number_owners();

--! load_sink_cursors : (failing_since_ms?)
SELECT c.tenant_id, c.endpoint_id, c.topic, c.partition, c.next_offset, ms_of(c.failing_since) AS failing_since_ms
  FROM unnest(:topics::text[], :partitions::int[]) AS p (topic, partition)
  JOIN sink_cursor c ON c.topic = p.topic AND c.partition = p.partition
 WHERE c.endpoint_id = ANY (:endpoint_ids);

--! advance_sink_positions
-- First statement of every save. A partition that is not returned has another owner: nothing of it may be written.
UPDATE task_lease l
   SET next_offset = n.next_offset, high_water = n.high_water,
       valid_until = now() + :ttl_ms::bigint * interval '1 millisecond'
  FROM unnest(:tasks::text[], :partitions::int[], :epochs::bigint[], :next_offsets::bigint[], :high_waters::text[])
       AS n (task, partition, epoch, next_offset, high_water)
 WHERE l.task = n.task AND l.partition = n.partition AND l.epoch = n.epoch
RETURNING l.task, l.partition;

--! save_sink_cursors (failing_since_ms[?])
-- A receiver that was deleted meanwhile has no cursor.
INSERT INTO sink_cursor (tenant_id, endpoint_id, topic, partition, next_offset, failing_since)
SELECT n.tenant_id, n.endpoint_id, n.topic, n.partition, n.next_offset, at_ms(n.failing_since_ms)
  FROM unnest(:tenant_ids::uuid[], :endpoint_ids::uuid[], :topics::text[], :partitions::int[], :next_offsets::bigint[],
              :failing_since_ms::bigint[])
       AS n (tenant_id, endpoint_id, topic, partition, next_offset, failing_since_ms)
  JOIN sink_endpoint e ON e.tenant_id = n.tenant_id AND e.endpoint_id = n.endpoint_id
ON CONFLICT (tenant_id, endpoint_id, topic, partition) DO UPDATE
   SET next_offset = excluded.next_offset, failing_since = excluded.failing_since;

--! delete_sink_cursors
-- No row means: served up to the position of the partition.
DELETE FROM sink_cursor c
 USING unnest(:tenant_ids::uuid[], :endpoint_ids::uuid[], :topics::text[], :partitions::int[])
       AS n (tenant_id, endpoint_id, topic, partition)
 WHERE c.tenant_id = n.tenant_id AND c.endpoint_id = n.endpoint_id AND c.topic = n.topic AND c.partition = n.partition;

--! disable_sink_endpoint
UPDATE sink_endpoint SET disabled_reason = :reason
 WHERE tenant_id = :tenant_id AND endpoint_id = :endpoint_id AND disabled_reason IS NULL;
