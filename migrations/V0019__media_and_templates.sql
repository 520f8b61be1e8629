-- Files of messages, and templates as Meta keeps them. Columns are only added, each with a default that says "not known yet", so
-- the version before this one may run beside it.
CREATE TABLE media (
    tenant_id   uuid NOT NULL REFERENCES tenant,
    media_id    text NOT NULL CHECK (media_id <> '' AND length(media_id) <= 128),
    sender_id   text NOT NULL,
    direction   text NOT NULL CHECK (direction IN ('in', 'out')),
    state       text NOT NULL CHECK (state IN ('wanted', 'stored', 'failed', 'deleted')),
    mime_type   text NOT NULL,
    sha256      text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes       bigint CHECK (bytes >= 0),
    filename    text,
    path        text,
    expires_at  timestamptz NOT NULL,
    attempts    integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT now(),
    error       text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, media_id),
    CHECK ((state = 'stored') = (path IS NOT NULL))
);
COMMENT ON TABLE media IS 'Files of messages: what people sent, and what the tenant uploaded.';
COMMENT ON COLUMN media.media_id IS 'Meta''s id.';
COMMENT ON COLUMN media.direction IS 'in: a person sent it; out: the tenant uploaded it.';
COMMENT ON COLUMN media.state IS 'wanted: to be downloaded; stored: in the object store; failed: given up, error says why; deleted.';
COMMENT ON COLUMN media.sha256 IS 'Hash of the bytes, hexadecimal; null where Meta did not tell it.';
COMMENT ON COLUMN media.path IS 'Where the object store has it.';
COMMENT ON COLUMN media.expires_at IS 'Until when Meta knows the id: 7 days for what people sent, 30 for uploads.';
COMMENT ON COLUMN media.next_try_at IS 'When a file that is wanted may be taken up next: while it is being downloaded, when that counts as broken off.';
-- What is to be downloaded, and which upload can be used again.
CREATE INDEX media_wanted ON media (next_try_at) WHERE state = 'wanted';
CREATE INDEX media_same ON media (tenant_id, sender_id, sha256) WHERE direction = 'out' AND state = 'stored';
CALL protect_tenant_table('media');
GRANT SELECT, INSERT, UPDATE ON media TO posthaste_worker;
GRANT SELECT ON media TO posthaste_app, posthaste_tenant, posthaste_directory;

-- The tenants that have files to be downloaded: a worker names its tenants before it sees their rows.
CREATE FUNCTION directory_wanted_media() RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$ SELECT DISTINCT m.tenant_id FROM public.media m WHERE m.state = 'wanted' AND m.next_try_at <= now() $$;
ALTER FUNCTION directory_wanted_media() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_wanted_media() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_wanted_media() TO posthaste_worker;

ALTER TABLE template
    ADD COLUMN template_id text,
    ADD COLUMN components text NOT NULL DEFAULT '[]',
    ADD COLUMN parameter_format text NOT NULL DEFAULT 'POSITIONAL',
    ADD COLUMN synced_at timestamptz NOT NULL DEFAULT 'epoch';
COMMENT ON COLUMN template.template_id IS 'Meta''s id; null until Meta told it.';
COMMENT ON COLUMN template.components IS 'JSON list of its components as Meta keeps them; empty until Meta told them.';
COMMENT ON COLUMN template.parameter_format IS 'POSITIONAL for {{1}}, NAMED for {{name}}.';
COMMENT ON COLUMN template.synced_at IS 'When the row was last compared with Meta''s list.';
CREATE INDEX template_by_id ON template (tenant_id, template_id);
-- Creation and the nightly comparison find templates that no operator registered.
GRANT INSERT ON template TO posthaste_worker;
