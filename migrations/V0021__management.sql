-- Sweeping the folder of files asks which paths rows name.
CREATE INDEX media_path ON media (tenant_id, path) WHERE path IS NOT NULL;

-- A creation writes synced_at too: only what a whole list told says when an account was compared.
ALTER TABLE template ADD COLUMN listed_at timestamptz NOT NULL DEFAULT 'epoch';
COMMENT ON COLUMN template.synced_at IS 'When Meta last told of it: in its list, or as the answer to a creation.';
COMMENT ON COLUMN template.listed_at IS 'When it last was in Meta''s whole list.';
