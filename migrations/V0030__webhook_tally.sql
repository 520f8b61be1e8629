-- What the edges have made of webhooks, by the app in their URL. The edges have no database: they tell the log, and the accounts
-- task writes it here. It is the operator's, as the apps are; tenants are told what concerns the app of their numbers.
CREATE TABLE webhook_tally (
    app     text NOT NULL,
    outcome text NOT NULL,
    edge    text NOT NULL,
    since   timestamptz NOT NULL,
    times   bigint NOT NULL CHECK (times > 0),
    at      timestamptz NOT NULL,
    name    text,
    PRIMARY KEY (app, outcome, edge)
);
COMMENT ON TABLE webhook_tally IS 'What became of webhooks: a row per app, outcome and process of the edge, for 30 days after it happened last.';
COMMENT ON COLUMN webhook_tally.app IS 'Name in the URL; empty for all names together that no app has.';
COMMENT ON COLUMN webhook_tally.outcome IS 'accepted, or the code of the refusal.';
COMMENT ON COLUMN webhook_tally.edge IS 'The process; another one counts anew.';
COMMENT ON COLUMN webhook_tally.since IS 'When the process began to count.';
COMMENT ON COLUMN webhook_tally.times IS 'How often since then; it only grows, so what was told before changes nothing.';
COMMENT ON COLUMN webhook_tally.at IS 'When last, by the clock of the edge.';
COMMENT ON COLUMN webhook_tally.name IS 'The newest of the names that no app has.';
CALL protect_system_table('webhook_tally');
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_tally TO posthaste_worker;
