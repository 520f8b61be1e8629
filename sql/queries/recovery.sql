--- Recovery after the database was set back to an earlier time: see docs/RECOVERY.md.

--! every_lease
SELECT task, partition, owner, epoch, next_offset, outbox_seq, published_upto, ms_of(valid_until) AS valid_until_ms,
       valid_until > now() AS held
  FROM task_lease
 ORDER BY task, partition;

--! unfinished_recovery
SELECT ms_of(since) AS since_ms FROM recovery WHERE finished_at IS NULL;

--! begin_recovery
INSERT INTO recovery (since) VALUES (at_ms(:since)) ON CONFLICT DO NOTHING;

--! finish_recovery
UPDATE recovery SET finished_at = clock_timestamp() WHERE finished_at IS NULL;

--! raise_lease
-- Numbers go on above what the log has from this producer, and epochs above all that there can have been since: a journal of an
-- epoch that was forgotten is never taken for a later one. Only if nobody has taken the lease since it was seen, or committed
-- anything: what is in the outbox since then was not published.
INSERT INTO task_lease AS l (task, partition, owner, epoch, next_offset, valid_until, outbox_seq, published_upto)
VALUES (:task, :partition, '', :epochs, -1, now(), :seq, :seq)
ON CONFLICT (task, partition) DO UPDATE
   SET epoch = l.epoch + excluded.epoch, outbox_seq = greatest(l.outbox_seq, excluded.outbox_seq),
       published_upto = greatest(l.outbox_seq, excluded.outbox_seq)
 WHERE l.epoch = :seen_epoch AND l.outbox_seq = :seen_seq;
