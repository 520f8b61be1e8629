-- Ownership, the commit point and the outbox of the tasks. No tenant touches these.
CREATE TABLE task_lease (
    task           text NOT NULL,
    partition      integer NOT NULL,
    owner          text NOT NULL,
    epoch          bigint NOT NULL,
    next_offset    bigint NOT NULL,
    valid_until    timestamptz NOT NULL,
    outbox_seq     bigint NOT NULL DEFAULT 0,
    published_upto bigint NOT NULL DEFAULT 0,
    high_water     text NOT NULL DEFAULT '{}',
    PRIMARY KEY (task, partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE task_lease IS 'One row per task-partition: who owns it, and the offset that its state has reached.';
COMMENT ON COLUMN task_lease.epoch IS 'Grows at every take-over; a commit of an older epoch updates no row.';
COMMENT ON COLUMN task_lease.next_offset IS 'Offset of the next record to apply; -1 before the first commit.';
COMMENT ON COLUMN task_lease.valid_until IS 'The owner may POST until then; a successor may not before.';
COMMENT ON COLUMN task_lease.outbox_seq IS 'Sequence number of the newest outbox record.';
COMMENT ON COLUMN task_lease.published_upto IS 'Every outbox record up to here is acknowledged by the log.';
COMMENT ON COLUMN task_lease.high_water IS 'JSON: per producing task-partition the highest sequence number applied.';
CALL protect_system_table('task_lease');
GRANT SELECT, INSERT, UPDATE ON task_lease TO posthaste_worker;

CREATE TABLE outbox (
    task      text NOT NULL,
    partition integer NOT NULL,
    first_seq bigint NOT NULL,
    last_seq  bigint NOT NULL CHECK (last_seq >= first_seq),
    records   bytea NOT NULL,
    PRIMARY KEY (task, partition, first_seq)
);
COMMENT ON TABLE outbox IS 'Records that a committed batch publishes: one row per batch, dropped once the log has acknowledged it.';
CALL protect_system_table('outbox');
GRANT SELECT, INSERT, DELETE ON outbox TO posthaste_worker;
