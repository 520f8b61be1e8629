-- Dead letters, as read from their topic: what could not be processed, why, and what was done about it.
CREATE TABLE letter (
    tenant_id  uuid NOT NULL,
    letter_id  uuid NOT NULL,
    at         timestamptz NOT NULL,
    code       text NOT NULL,
    reason     text NOT NULL,
    origin     text NOT NULL,
    value      bytea NOT NULL,
    state      text NOT NULL DEFAULT 'buried' CHECK (state IN ('buried', 'replaying', 'replayed', 'discarded')),
    note       text,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, letter_id)
);
COMMENT ON TABLE letter IS 'What could not be processed.';
COMMENT ON COLUMN letter.tenant_id IS 'The nil UUID where nobody knows whose it is, as of most webhooks: no tenant has it, so none sees it.';
COMMENT ON COLUMN letter.letter_id IS 'The id of the letter''s event, made from its origin: a letter that is published twice is one row.';
COMMENT ON COLUMN letter.origin IS '<topic>/<partition>/<offset>/<index>: the record that holds it.';
COMMENT ON COLUMN letter.value IS 'The buried bytes.';
COMMENT ON COLUMN letter.note IS 'What became of the last replay.';
CREATE INDEX letter_at ON letter (tenant_id, at, letter_id);
CREATE INDEX letter_replaying ON letter (letter_id) WHERE state = 'replaying';
CALL protect_tenant_table('letter');
GRANT SELECT, UPDATE ON letter TO posthaste_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON letter TO posthaste_worker;
GRANT SELECT ON letter TO posthaste_tenant, posthaste_directory;

-- Whoever replays letters must find them before it can name their tenants.
CREATE FUNCTION directory_replaying_letters() RETURNS TABLE (tenant_id uuid, letter_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$ SELECT l.tenant_id, l.letter_id FROM public.letter l WHERE l.state = 'replaying' ORDER BY l.letter_id LIMIT 100 $$;
ALTER FUNCTION directory_replaying_letters() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_replaying_letters() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_replaying_letters() TO posthaste_worker;
