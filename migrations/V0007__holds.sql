-- What is not sent because Meta refuses everything of it: written by the owner of the sender alone.
CREATE TABLE send_hold (
    tenant_id      uuid NOT NULL REFERENCES tenant,
    task_partition integer NOT NULL,
    scope          text NOT NULL CHECK (scope IN ('token', 'waba', 'sender', 'template', 'campaign')),
    name           text NOT NULL,
    code           bigint,
    reason         text NOT NULL,
    by_report      boolean NOT NULL,
    since          timestamptz NOT NULL,
    probe_at       timestamptz NOT NULL,
    wait_ms        bigint NOT NULL CHECK (wait_ms > 0),
    probes         integer NOT NULL,
    released_at    timestamptz,
    PRIMARY KEY (tenant_id, task_partition, scope, name)
);
COMMENT ON TABLE send_hold IS 'Tokens, accounts, numbers, templates and campaigns whose messages wait because a handful was refused for a reason that concerns all of them.';
COMMENT ON COLUMN send_hold.task_partition IS 'Partition whose owner found it out: each learns for its own numbers.';
COMMENT ON COLUMN send_hold.name IS 'Fingerprint of the token, id of the account or number, account/template/language, id of the campaign.';
COMMENT ON COLUMN send_hold.code IS 'Meta''s error code.';
COMMENT ON COLUMN send_hold.reason IS 'Meta''s words.';
COMMENT ON COLUMN send_hold.by_report IS 'The failures came by webhook after an acceptance; only a webhook ends the hold.';
COMMENT ON COLUMN send_hold.probe_at IS 'When the next message leaves to see whether it is mended.';
COMMENT ON COLUMN send_hold.wait_ms IS 'Wait between probes; doubles up to half an hour.';
COMMENT ON COLUMN send_hold.released_at IS 'When it ended; null while it holds.';
CREATE INDEX send_hold_open ON send_hold (task_partition) WHERE released_at IS NULL;
CALL protect_tenant_table('send_hold');
GRANT SELECT, INSERT, UPDATE ON send_hold TO posthaste_worker;
GRANT SELECT ON send_hold TO posthaste_app, posthaste_tenant;
