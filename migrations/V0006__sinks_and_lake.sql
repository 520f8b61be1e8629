-- Where events go: tenants' webhook endpoints, and the lake's manifest.
CREATE TABLE sink_endpoint (
    tenant_id       uuid NOT NULL REFERENCES tenant,
    endpoint_id     uuid NOT NULL,
    url             text NOT NULL CHECK (url ~ '^https?://'),
    topics          text[] NOT NULL CHECK (topics <@ ARRAY['inbound.v1', 'delivery.v1'] AND cardinality(topics) > 0),
    disabled_reason text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, endpoint_id)
);
COMMENT ON TABLE sink_endpoint IS 'A tenant''s webhook receiver.';
COMMENT ON COLUMN sink_endpoint.disabled_reason IS 'Set when the receiver answered 410 or failed for days; null while it is served.';
CALL protect_tenant_table('sink_endpoint');
GRANT SELECT, INSERT, UPDATE, DELETE ON sink_endpoint TO posthaste_app;
GRANT SELECT, UPDATE ON sink_endpoint TO posthaste_worker;
GRANT SELECT ON sink_endpoint TO posthaste_tenant, posthaste_directory;

CREATE TABLE sink_secret (
    tenant_id   uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    secret      text NOT NULL CHECK (secret LIKE 'whsec_%'),
    PRIMARY KEY (tenant_id, endpoint_id),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES sink_endpoint ON DELETE CASCADE
);
COMMENT ON TABLE sink_secret IS 'Signing secret of a receiver (Standard Webhooks).';
CALL protect_tenant_table('sink_secret');
GRANT SELECT, INSERT, UPDATE, DELETE ON sink_secret TO posthaste_app;
GRANT SELECT ON sink_secret TO posthaste_worker, posthaste_directory;

CREATE TABLE sink_cursor (
    tenant_id   uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    topic       text NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint NOT NULL,
    failing_since timestamptz,
    PRIMARY KEY (tenant_id, endpoint_id, topic, partition),
    FOREIGN KEY (tenant_id, endpoint_id) REFERENCES sink_endpoint ON DELETE CASCADE
) WITH (fillfactor = 50);
COMMENT ON TABLE sink_cursor IS 'How far a receiver has been served, per partition of a topic.';
CALL protect_tenant_table('sink_cursor');
GRANT SELECT, INSERT, UPDATE, DELETE ON sink_cursor TO posthaste_worker;
GRANT SELECT ON sink_cursor TO posthaste_app, posthaste_tenant, posthaste_directory;

CREATE FUNCTION directory_sink_endpoints() RETURNS TABLE
    (tenant_id uuid, endpoint_id uuid, url text, topics text[], secret text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT e.tenant_id, e.endpoint_id, e.url, e.topics, s.secret
      FROM public.sink_endpoint e JOIN public.sink_secret s USING (tenant_id, endpoint_id)
     WHERE e.disabled_reason IS NULL
$$;
ALTER FUNCTION directory_sink_endpoints() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_sink_endpoints() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_sink_endpoints() TO posthaste_worker;

CREATE TABLE lake_file (
    tenant_id    uuid NOT NULL REFERENCES tenant,
    topic        text NOT NULL,
    partition    integer NOT NULL,
    first_offset bigint NOT NULL,
    last_offset  bigint NOT NULL CHECK (last_offset >= first_offset),
    day          date NOT NULL,
    path         text NOT NULL,
    rows         bigint NOT NULL,
    bytes        bigint NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, topic, partition, first_offset, day)
);
COMMENT ON TABLE lake_file IS 'Manifest of the lake: a Parquet file is visible when its row here is committed, with the offset of its task.';
CALL protect_tenant_table('lake_file');
GRANT SELECT, INSERT, DELETE ON lake_file TO posthaste_worker;
GRANT SELECT ON lake_file TO posthaste_app, posthaste_tenant;
