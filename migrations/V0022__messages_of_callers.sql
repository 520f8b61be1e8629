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
    PRIMARY KEY (tenant_id, sender_id, wamid)
);
COMMENT ON TABLE named_message IS 'Messages of Messenger and Instagram by the ids that Meta gave them; numbers of WhatsApp have none here.';
COMMENT ON COLUMN named_message.sent_at IS 'When Meta took it, by our clock: a report of all messages up to a time concerns those before.';
CREATE INDEX named_message_contact ON named_message (tenant_id, sender_id, contact, sent_at);
CALL protect_tenant_table('named_message');
GRANT SELECT, INSERT ON named_message TO posthaste_worker;
GRANT SELECT ON named_message TO posthaste_app, posthaste_tenant;
