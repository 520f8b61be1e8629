-- A store that was set back to an earlier time is brought up to the log before anything is sent (docs/RECOVERY.md). The row says
-- that this has begun, and since when the log is read; no pipeline starts while one is unfinished.
CREATE TABLE recovery (
    started_at  timestamptz PRIMARY KEY DEFAULT clock_timestamp(),
    since       timestamptz NOT NULL,
    finished_at timestamptz
);
COMMENT ON TABLE recovery IS 'Recoveries after the database was set back to an earlier time.';
COMMENT ON COLUMN recovery.since IS 'What the log holds from then on is compared with the store.';
COMMENT ON COLUMN recovery.finished_at IS 'Not set while it is under way, or was broken off: it is to be run again.';
CREATE UNIQUE INDEX recovery_under_way ON recovery ((true)) WHERE finished_at IS NULL;
CALL protect_system_table('recovery');
GRANT SELECT, INSERT, UPDATE ON recovery TO posthaste_worker;
