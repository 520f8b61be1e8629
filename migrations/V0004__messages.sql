-- Intents, their attempts, and inbound messages: written by the owner of the sender alone.
CREATE TABLE intent (
    tenant_id      uuid NOT NULL,
    intent_id      uuid NOT NULL,
    sender_id      text NOT NULL,
    contact        text NOT NULL,
    class          text NOT NULL CHECK (class IN ('otp', 'transactional', 'campaign')),
    campaign_id    uuid,
    generation     integer NOT NULL DEFAULT 0,
    ordinal        integer NOT NULL DEFAULT 0,
    message        text NOT NULL,
    unknown_policy text NOT NULL CHECK (unknown_policy IN ('at_most_once', 'at_least_once')),
    accepted_at    timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, intent_id)
);
COMMENT ON TABLE intent IS 'Messages that somebody wants sent; never updated.';
COMMENT ON COLUMN intent.message IS 'JSON of what is sent.';
CALL protect_tenant_table('intent');
GRANT SELECT, INSERT ON intent TO posthaste_worker;
GRANT SELECT ON intent TO posthaste_app, posthaste_tenant;

-- A row is updated about five times: space is left in each page so that the updates stay in it (HOT).
CREATE TABLE attempt (
    tenant_id      uuid NOT NULL,
    intent_id      uuid NOT NULL,
    attempt        smallint NOT NULL CHECK (attempt >= 1),
    task_partition integer NOT NULL,
    open           boolean NOT NULL,
    status         text NOT NULL,
    marks          integer NOT NULL,
    due_at         timestamptz NOT NULL,
    armed_epoch    bigint,
    armed_at       timestamptz,
    unknown_at     timestamptz,
    accepted_at    timestamptz,
    sent_at        timestamptz,
    delivered_at   timestamptz,
    read_at        timestamptz,
    played_at      timestamptz,
    failed_at      timestamptz,
    ended_at       timestamptz,
    wamid          text,
    code           bigint,
    reason         text,
    PRIMARY KEY (tenant_id, intent_id, attempt),
    FOREIGN KEY (tenant_id, intent_id) REFERENCES intent
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
COMMENT ON TABLE attempt IS 'Tries to send an intent, with one time per status.';
COMMENT ON COLUMN attempt.open IS 'Still to be armed, settled or reconciled.';
COMMENT ON COLUMN attempt.marks IS 'Set of the statuses that were ever reached, one bit each: the natural key of a transition.';
COMMENT ON COLUMN attempt.ended_at IS 'When it was rejected, deferred, expired, cancelled or given up as unconfirmed.';
CREATE INDEX attempt_open ON attempt (task_partition, intent_id) WHERE open;
CALL protect_tenant_table('attempt');
GRANT SELECT, INSERT, UPDATE ON attempt TO posthaste_worker;
GRANT SELECT ON attempt TO posthaste_app, posthaste_tenant;

CREATE TABLE inbound_message (
    tenant_id    uuid NOT NULL,
    sender_id    text NOT NULL,
    wamid        text NOT NULL,
    contact      text,
    profile_name text,
    at           timestamptz NOT NULL,
    kind         text NOT NULL,
    text         text,
    reply_to     text,
    raw          bytea NOT NULL,
    PRIMARY KEY (tenant_id, sender_id, wamid)
);
COMMENT ON TABLE inbound_message IS 'Messages from people.';
COMMENT ON COLUMN inbound_message.raw IS 'The element of the webhook, byte-exact.';
CALL protect_tenant_table('inbound_message');
GRANT SELECT, INSERT ON inbound_message TO posthaste_worker;
GRANT SELECT ON inbound_message TO posthaste_app, posthaste_tenant;
