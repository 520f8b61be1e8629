-- What a caller gives with a message to have it back with every event.
ALTER TABLE intent ADD COLUMN callback_data text;
COMMENT ON COLUMN intent.callback_data IS 'The caller''s own text, given back with every event about the message.';

-- Messenger and Instagram report on messages by Meta's ids, and on all up to a time, but never by a token of ours.
CREATE TABLE named_message (
    tenant_id uuid NOT NULL,
    sender_id text NOT NULL,
    wamid     text NOT NULL,
    contact   text NOT NULL,
    intent_id uuid NOT NULL,
    attempt   smallint NOT NULL CHECK (attempt >= 1),
    sent_at   timestamptz NOT NULL,
    PRIMARY KEY (wamid, tenant_id, sender_id)
);
COMMENT ON TABLE named_message IS 'Messages of Messenger and Instagram by the ids that Meta gave them; numbers of WhatsApp have none here.';
COMMENT ON COLUMN named_message.sent_at IS 'When it was armed: a report of all messages up to a time concerns those before.';
-- No index begins with the tenant: while the table is small, and never analysed, one that gave all messages of a tenant would be
-- taken for one that gives the message.
CREATE INDEX named_message_contact ON named_message (contact, tenant_id, sender_id, sent_at);
CALL protect_tenant_table('named_message');
GRANT SELECT, INSERT ON named_message TO posthaste_worker;
GRANT SELECT ON named_message TO posthaste_app, posthaste_tenant;

-- The templates of a campaign that has several, which its recipients get in turn; the first one stands in the campaign too, and is
-- all that the version before this one sees.
CREATE TABLE campaign_template (
    tenant_id   uuid NOT NULL,
    campaign_id uuid NOT NULL,
    position    smallint NOT NULL CHECK (position BETWEEN 0 AND 9),
    name        text NOT NULL,
    language    text NOT NULL,
    PRIMARY KEY (tenant_id, campaign_id, position),
    FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign
);
COMMENT ON TABLE campaign_template IS 'Templates that the recipients of a campaign get in turn; a campaign with one has none here.';
CALL protect_tenant_table('campaign_template');
GRANT SELECT, INSERT ON campaign_template TO posthaste_app;
GRANT SELECT ON campaign_template TO posthaste_worker, posthaste_tenant;
