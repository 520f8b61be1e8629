--- Ownership of a task-partition, and the compare-and-set that every commit begins with.

--! take_lease : (previous_valid_until_ms?)
-- Takes over whatever the state of the lease is: the old owner can commit nothing from here on. It may still finish
-- POSTs that it armed until its lease ends, which is why the old end is returned.
WITH previous AS (
    SELECT valid_until FROM task_lease WHERE task = :task AND partition = :partition
), taken AS (
    INSERT INTO task_lease AS l (task, partition, owner, epoch, next_offset, valid_until)
    VALUES (:task, :partition, :owner, 1, -1, now() + :ttl_ms::bigint * interval '1 millisecond')
    ON CONFLICT (task, partition) DO UPDATE
       SET owner = excluded.owner, epoch = l.epoch + 1, valid_until = greatest(l.valid_until, excluded.valid_until)
    RETURNING epoch, next_offset, outbox_seq, published_upto, high_water
)
SELECT taken.epoch, taken.next_offset, taken.outbox_seq, taken.published_upto, taken.high_water,
       greatest(0, (extract(epoch FROM previous.valid_until - now()) * 1000)::bigint) AS wait_ms,
       ms_of(previous.valid_until) AS previous_valid_until_ms
  FROM taken LEFT JOIN previous ON true;

--! take_free_lease
-- Takes a lease only if nobody holds it: for tasks that hand out slots instead of following the log's assignment.
INSERT INTO task_lease AS l (task, partition, owner, epoch, next_offset, valid_until)
VALUES (:task, :partition, :owner, 1, 0, now() + :ttl_ms::bigint * interval '1 millisecond')
ON CONFLICT (task, partition) DO UPDATE
   SET owner = excluded.owner, epoch = l.epoch + 1, valid_until = excluded.valid_until
 WHERE l.valid_until < now()
RETURNING epoch, next_offset, outbox_seq, published_upto, high_water;

--! advance_lease
UPDATE task_lease
   SET next_offset = :new_offset, outbox_seq = :outbox_seq, published_upto = :published_upto, high_water = :high_water,
       valid_until = now() + :ttl_ms::bigint * interval '1 millisecond'
 WHERE task = :task AND partition = :partition AND epoch = :epoch AND next_offset = :old_offset;

--! renew_leases
UPDATE task_lease l
   SET valid_until = now() + :ttl_ms::bigint * interval '1 millisecond'
  FROM unnest(:tasks::text[], :partitions::int[], :epochs::bigint[]) AS mine (task, partition, epoch)
 WHERE l.task = mine.task AND l.partition = mine.partition AND l.epoch = mine.epoch
RETURNING l.task, l.partition;

--! release_lease
-- A clean hand-over: the successor need not wait.
UPDATE task_lease SET valid_until = now()
 WHERE task = :task AND partition = :partition AND epoch = :epoch;

--! read_lease
SELECT epoch, next_offset, outbox_seq FROM task_lease WHERE task = :task AND partition = :partition;

--! insert_outbox
INSERT INTO outbox (task, partition, first_seq, last_seq, records)
VALUES (:task, :partition, :first_seq, :last_seq, :records);

--! trim_outbox
DELETE FROM outbox WHERE task = :task AND partition = :partition AND last_seq <= :published_upto;

--! unpublished_outbox
SELECT first_seq, last_seq, records FROM outbox
 WHERE task = :task AND partition = :partition AND last_seq > :published_upto
 ORDER BY first_seq;
