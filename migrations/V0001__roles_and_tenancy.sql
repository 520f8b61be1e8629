-- Roles, and the functions that say which tenant a session acts for.
--
-- No role here may bypass row-level security. Roles belong to the cluster, not to the database, so creating them
-- tolerates that another database's migration was first.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['posthaste_directory', 'posthaste_worker', 'posthaste_app', 'posthaste_tenant'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOBYPASSRLS', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO posthaste_directory, posthaste_worker, posthaste_app, posthaste_tenant;
-- ALTER FUNCTION … OWNER TO asks that the new owner may create in the schema; nobody can log in as this role.
GRANT CREATE ON SCHEMA public TO posthaste_directory;

-- The tenant of an API transaction. Unset means none: the comparison is then NULL and no row passes.
CREATE FUNCTION app_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid $$;

-- The tenants of a worker's batch.
CREATE FUNCTION app_tenants() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT coalesce(nullif(current_setting('app.tenant_ids', true), ''), '{}')::uuid[] $$;

-- Times cross the border between the software and the database as milliseconds since the epoch.
CREATE FUNCTION at_ms(ms bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT 'epoch'::timestamptz + ms * interval '1 millisecond' $$;
CREATE FUNCTION ms_of(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (extract(epoch FROM at) * 1000)::bigint $$;

CREATE TABLE tenant (
    tenant_id   uuid PRIMARY KEY,
    name        text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    backlog_max integer NOT NULL DEFAULT 50000 CHECK (backlog_max > 0),
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE tenant IS 'A customer of the platform.';
COMMENT ON COLUMN tenant.backlog_max IS 'Messages that may wait; past it single messages are refused with 429.';

-- Which tenant a person's own database login belongs to. The login cannot change it, as it could change a setting.
CREATE TABLE tenant_role (
    role_name text PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant
);
COMMENT ON TABLE tenant_role IS 'Database logins of tenants: session_user decides the tenant.';

CREATE FUNCTION session_tenant() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$ SELECT tenant_id FROM public.tenant_role WHERE role_name = session_user $$;
ALTER FUNCTION session_tenant() OWNER TO posthaste_directory;

-- Adds forced row-level security and the three policies of a tenant table.
CREATE PROCEDURE protect_tenant_table(table_name regclass) LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format('CREATE POLICY app ON %s TO posthaste_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', table_name);
    -- The sub-select makes the array an InitPlan: parsed once a statement, not once a row.
    EXECUTE format('CREATE POLICY worker ON %s TO posthaste_worker USING (tenant_id = ANY ((SELECT app_tenants())::uuid[])) WITH CHECK (tenant_id = ANY ((SELECT app_tenants())::uuid[]))', table_name);
    EXECUTE format('CREATE POLICY tenant ON %s FOR SELECT TO posthaste_tenant USING (tenant_id = (SELECT session_tenant()))', table_name);
    EXECUTE format('CREATE POLICY directory ON %s FOR SELECT TO posthaste_directory USING (true)', table_name);
END
$$;

-- Adds forced row-level security to a table that no tenant ever touches.
CREATE PROCEDURE protect_system_table(table_name regclass) LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format('CREATE POLICY worker ON %s TO posthaste_worker USING (true) WITH CHECK (true)', table_name);
END
$$;

CALL protect_tenant_table('tenant');
CALL protect_tenant_table('tenant_role');
GRANT SELECT ON tenant TO posthaste_app, posthaste_worker, posthaste_tenant, posthaste_directory;
GRANT SELECT ON tenant_role TO posthaste_directory;

CREATE TABLE api_key (
    tenant_id  uuid NOT NULL REFERENCES tenant,
    key_id     uuid NOT NULL,
    key_hash   bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    hint       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, key_id)
);
COMMENT ON TABLE api_key IS 'API keys; only the SHA-256 of a key is kept.';
COMMENT ON COLUMN api_key.hint IS 'The last four characters, for people.';
CALL protect_tenant_table('api_key');
GRANT SELECT ON api_key TO posthaste_directory;

-- An API request knows its key before it knows its tenant.
CREATE FUNCTION tenant_of_api_key(hash bytea) RETURNS TABLE (tenant_id uuid, name text, backlog_max integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT t.tenant_id, t.name, t.backlog_max
      FROM public.api_key k JOIN public.tenant t USING (tenant_id)
     WHERE k.key_hash = hash AND k.revoked_at IS NULL
$$;
ALTER FUNCTION tenant_of_api_key(bytea) OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION tenant_of_api_key(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_of_api_key(bytea) TO posthaste_app;
