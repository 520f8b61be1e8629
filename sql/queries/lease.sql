--- Ownership of a task-partition, and the compare-and-set that every commit begins with.

--! ensure_lease
-- A task-partition that nobody has had yet: a lease that is over.
INSERT INTO task_lease (task, partition, owner, epoch, next_offset, valid_until)
VALUES (:task, :partition, '', 0, -1, now())
ON CONFLICT (task, partition) DO NOTHING;

--! lock_lease
-- How long the present owner may still finish POSTs that it armed, and those before it. Before the change and in a
-- statement of its own: a renewal that is under way is waited for, and only the next statement would see what it wrote.
SELECT owner, greatest(0, (extract(epoch FROM valid_until - now()) * 1000)::bigint) AS lease_ms,
       greatest(0, (extract(epoch FROM greatest(earlier_until, now()) - now()) * 1000)::bigint) AS earlier_ms
  FROM task_lease
 WHERE task = :task AND partition = :partition
   FOR UPDATE;

--! take_lease
-- Takes over whatever the state of the lease is: the old owner can commit nothing from here on.
UPDATE task_lease
   SET owner = :owner, epoch = epoch + 1,
       earlier_until = now() + :wait_ms::bigint * interval '1 millisecond',
       valid_until = greatest(valid_until, now() + :ttl_ms::bigint * interval '1 millisecond')
 WHERE task = :task AND partition = :partition
RETURNING epoch, next_offset, outbox_seq, published_upto, commits, high_water;

--! take_free_lease
-- Takes a lease only if nobody holds it: for tasks that hand out slots instead of following the log's assignment.
INSERT INTO task_lease AS l (task, partition, owner, epoch, next_offset, valid_until)
VALUES (:task, :partition, :owner, 1, 0, now() + :ttl_ms::bigint * interval '1 millisecond')
ON CONFLICT (task, partition) DO UPDATE
   SET owner = excluded.owner, epoch = l.epoch + 1, valid_until = excluded.valid_until
 WHERE l.valid_until < now()
RETURNING epoch, next_offset, outbox_seq, published_upto, commits, high_water;

--! advance_lease
UPDATE task_lease
   SET next_offset = :new_offset, outbox_seq = :outbox_seq, published_upto = :published_upto, high_water = :high_water,
       commits = commits + 1, valid_until = now() + :ttl_ms::bigint * interval '1 millisecond'
 WHERE task = :task AND partition = :partition AND epoch = :epoch AND next_offset = :old_offset
   AND outbox_seq = :old_outbox_seq AND commits = :old_commits;

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
SELECT epoch, next_offset, outbox_seq, commits FROM task_lease WHERE task = :task AND partition = :partition;

--! insert_outbox
INSERT INTO outbox (task, partition, first_seq, last_seq, records)
VALUES (:task, :partition, :first_seq, :last_seq, :records);

--! trim_outbox
DELETE FROM outbox WHERE task = :task AND partition = :partition AND last_seq <= :published_upto;

--! unpublished_outbox
SELECT first_seq, last_seq, records FROM outbox
 WHERE task = :task AND partition = :partition AND last_seq > :published_upto
 ORDER BY first_seq;
