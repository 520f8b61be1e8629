-- What a tenant sends from and with.
CREATE TABLE sender (
    tenant_id        uuid NOT NULL REFERENCES tenant,
    sender_id        text NOT NULL UNIQUE CHECK (sender_id <> '' AND length(sender_id) <= 64),
    channel          text NOT NULL DEFAULT 'whatsapp' CHECK (channel IN ('whatsapp')),
    waba_id          text NOT NULL,
    display_number   text NOT NULL,
    limit_per_second integer NOT NULL DEFAULT 80 CHECK (limit_per_second BETWEEN 5 AND 1000),
    created_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, sender_id)
);
COMMENT ON TABLE sender IS 'Sending identities. A sender belongs to one tenant: its id is also the key of its events.';
COMMENT ON COLUMN sender.limit_per_second IS 'Throughput that Meta grants the number, inbound and outbound together.';
CREATE INDEX sender_waba ON sender (waba_id);
CALL protect_tenant_table('sender');
GRANT SELECT ON sender TO posthaste_app, posthaste_worker, posthaste_tenant, posthaste_directory;

CREATE TABLE sender_credential (
    tenant_id    uuid NOT NULL,
    sender_id    text NOT NULL,
    access_token text NOT NULL,
    PRIMARY KEY (tenant_id, sender_id),
    FOREIGN KEY (tenant_id, sender_id) REFERENCES sender
);
COMMENT ON TABLE sender_credential IS 'Graph API tokens; no tenant role and no API role reads them.';
CALL protect_tenant_table('sender_credential');
GRANT SELECT ON sender_credential TO posthaste_worker, posthaste_directory;

CREATE TABLE template (
    tenant_id       uuid NOT NULL REFERENCES tenant,
    waba_id         text NOT NULL,
    name            text NOT NULL,
    language        text NOT NULL,
    status          text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'paused', 'disabled', 'deleted', 'unknown')),
    category        text NOT NULL,
    body            text NOT NULL,
    parameter_count integer NOT NULL CHECK (parameter_count BETWEEN 0 AND 99),
    status_reason   text,
    status_at       timestamptz NOT NULL DEFAULT 'epoch',
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, waba_id, name, language)
);
COMMENT ON TABLE template IS 'Message templates as Meta reviewed them.';
COMMENT ON COLUMN template.status_at IS 'Time of the newest status event that was applied; older ones change nothing.';
CALL protect_tenant_table('template');
GRANT SELECT ON template TO posthaste_app, posthaste_worker, posthaste_tenant, posthaste_directory;
GRANT UPDATE ON template TO posthaste_worker;

CREATE TABLE opt_out (
    tenant_id uuid NOT NULL REFERENCES tenant,
    contact   text NOT NULL,
    reason    text NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, contact)
);
COMMENT ON TABLE opt_out IS 'People who must not be sent to.';
CALL protect_tenant_table('opt_out');
GRANT SELECT, INSERT, DELETE ON opt_out TO posthaste_app;
GRANT SELECT, INSERT ON opt_out TO posthaste_worker;
GRANT SELECT ON opt_out TO posthaste_tenant;

-- The worker's directory: an event names its sender, never its tenant.
CREATE FUNCTION directory_senders() RETURNS TABLE
    (tenant_id uuid, sender_id text, waba_id text, limit_per_second integer, access_token text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT s.tenant_id, s.sender_id, s.waba_id, s.limit_per_second, c.access_token
      FROM public.sender s JOIN public.sender_credential c USING (tenant_id, sender_id)
$$;
ALTER FUNCTION directory_senders() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_senders() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_senders() TO posthaste_worker;

-- The tenants that hold an account: an account event names its WABA.
CREATE FUNCTION directory_waba_tenants(wabas text[]) RETURNS TABLE (waba_id text, tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$ SELECT DISTINCT s.waba_id, s.tenant_id FROM public.sender s WHERE s.waba_id = ANY (wabas) $$;
ALTER FUNCTION directory_waba_tenants(text[]) OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_waba_tenants(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_waba_tenants(text[]) TO posthaste_worker;
