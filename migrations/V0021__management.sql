-- Sweeping the folder of files asks which paths rows name.
CREATE INDEX media_path ON media (tenant_id, path) WHERE path IS NOT NULL;

-- A creation writes synced_at too: only what a whole list told says when an account was compared.
ALTER TABLE template ADD COLUMN listed_at timestamptz NOT NULL DEFAULT 'epoch';
COMMENT ON COLUMN template.synced_at IS 'When Meta last told of it: in its list, or as the answer to a creation.';
COMMENT ON COLUMN template.listed_at IS 'When it last was in Meta''s whole list.';

CREATE TABLE upload_session (
    tenant_id   uuid NOT NULL REFERENCES tenant,
    session_id  uuid NOT NULL,
    meta_id     text NOT NULL CHECK (meta_id <> '' AND length(meta_id) <= 2048),
    sender_id   text NOT NULL,
    file_length bigint NOT NULL CHECK (file_length > 0),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, session_id)
);
COMMENT ON TABLE upload_session IS 'Resumable uploads of examples for template headers; a row is removed some days after its session.';
COMMENT ON COLUMN upload_session.session_id IS 'Our id, which the tenant knows.';
COMMENT ON COLUMN upload_session.meta_id IS 'Meta''s id: upload:…';
COMMENT ON COLUMN upload_session.sender_id IS 'The number whose token the session was begun with.';
COMMENT ON COLUMN upload_session.file_length IS 'Bytes of the whole file.';
CALL protect_tenant_table('upload_session');
GRANT SELECT, INSERT, DELETE ON upload_session TO posthaste_worker;

CREATE TABLE registration_call (
    tenant_id uuid NOT NULL REFERENCES tenant,
    call_id   uuid NOT NULL,
    sender_id text NOT NULL,
    asked_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, call_id)
);
CREATE INDEX registration_call_of ON registration_call (tenant_id, sender_id, asked_at);
COMMENT ON TABLE registration_call IS 'Registrations and deregistrations that Meta was asked for; older than its 72 hours they are removed.';
CALL protect_tenant_table('registration_call');
GRANT SELECT, INSERT, DELETE ON registration_call TO posthaste_worker;

-- The version before this one does not read it: while such a worker runs, the campaigns of its numbers go as ordinary messages.
ALTER TABLE campaign ADD COLUMN marketing text;
COMMENT ON COLUMN campaign.marketing IS 'JSON of the options of the Marketing Messages API; null for ordinary messages.';
