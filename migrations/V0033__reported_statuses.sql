-- Statuses that move no message are told too: of each participant of a group, of messages that others sent from the number, and by
-- names that the software does not know. A status that was told is not told again.
CREATE TABLE reported_status (
    tenant_id   uuid NOT NULL,
    event_id    uuid NOT NULL,
    reported_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, tenant_id)
);
COMMENT ON TABLE reported_status IS 'Statuses that were told beside the transitions, and those of groups, for 30 days.';
COMMENT ON COLUMN reported_status.event_id IS 'ce_id of the event: made of the number, Meta''s id of the message, the status and the participant.';
-- No index begins with the tenant: see named_message.
CREATE INDEX reported_status_at ON reported_status (reported_at);
CALL protect_tenant_table('reported_status');
GRANT SELECT, INSERT, DELETE ON reported_status TO posthaste_worker;
