-- Meta's id of a group does not say which number the group is of, and any token of an app may manage it by its id. Whose a group is,
-- is told by webhooks that name number and group, and by Meta's list of a number's groups.
CREATE TABLE number_group (
    tenant_id uuid NOT NULL REFERENCES tenant,
    group_id  text NOT NULL CHECK (group_id <> '' AND length(group_id) <= 256),
    sender_id text NOT NULL,
    told_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, group_id)
);
COMMENT ON TABLE number_group IS 'Groups of the tenants'' numbers, from when Meta told of them until it tells that they are deleted.';
COMMENT ON COLUMN number_group.group_id IS 'Meta''s id.';
COMMENT ON COLUMN number_group.sender_id IS 'The number that the group is of.';
COMMENT ON COLUMN number_group.told_at IS 'When Meta first told that it is of this number.';
CALL protect_tenant_table('number_group');
GRANT SELECT ON number_group TO posthaste_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON number_group TO posthaste_worker;
