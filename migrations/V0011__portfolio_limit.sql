-- The messaging limit of a business portfolio: distinct people per moving 24 h outside service windows, shared by all its
-- numbers, whichever process owns them.
ALTER TABLE sender ADD COLUMN portfolio_id text CHECK (portfolio_id <> '');
ALTER TABLE sender ADD COLUMN limit_at timestamptz NOT NULL DEFAULT 'epoch';
COMMENT ON COLUMN sender.portfolio_id IS 'Business portfolio at Meta; null: its account stands for it.';
COMMENT ON COLUMN sender.limit_at IS 'Time of the newest event about the limit that was applied; older ones change nothing.';
-- Meta raises limits by webhook.
GRANT UPDATE (limit_per_second, limit_at) ON sender TO posthaste_worker;

CREATE TABLE portfolio (
    tenant_id       uuid NOT NULL REFERENCES tenant,
    portfolio_id    text NOT NULL,
    messaging_limit integer CHECK (messaging_limit > 0),
    limit_at        timestamptz NOT NULL DEFAULT 'epoch',
    used            integer NOT NULL DEFAULT 0 CHECK (used >= 0),
    used_up_until   timestamptz,
    PRIMARY KEY (tenant_id, portfolio_id)
) WITH (fillfactor = 50);
COMMENT ON TABLE portfolio IS 'Business portfolios whose messaging limit is known. Its row is the lock under which people are reserved.';
COMMENT ON COLUMN portfolio.messaging_limit IS 'People per moving 24 h outside service windows; null for no limit.';
COMMENT ON COLUMN portfolio.limit_at IS 'Time of the newest event about the limit that was applied; older ones change nothing.';
COMMENT ON COLUMN portfolio.used IS 'Rows of portfolio_contact.';
COMMENT ON COLUMN portfolio.used_up_until IS 'When the first place becomes free again, if somebody was refused for want of one; null since there has been room again.';
CALL protect_tenant_table('portfolio');
GRANT SELECT, INSERT, UPDATE ON portfolio TO posthaste_worker;
GRANT SELECT ON portfolio TO posthaste_app, posthaste_tenant, posthaste_directory;

CREATE TABLE portfolio_contact (
    tenant_id    uuid NOT NULL,
    portfolio_id text NOT NULL,
    contact      text NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, portfolio_id, contact),
    FOREIGN KEY (tenant_id, portfolio_id) REFERENCES portfolio
);
COMMENT ON TABLE portfolio_contact IS 'People who count against the limit of a portfolio now.';
COMMENT ON COLUMN portfolio_contact.at IS 'When a place was last reserved for them.';
CREATE INDEX portfolio_contact_at ON portfolio_contact (tenant_id, portfolio_id, at);
CALL protect_tenant_table('portfolio_contact');
GRANT SELECT, INSERT, UPDATE, DELETE ON portfolio_contact TO posthaste_worker;
GRANT SELECT ON portfolio_contact TO posthaste_tenant;

CREATE TABLE service_window (
    tenant_id    uuid NOT NULL,
    sender_id    text NOT NULL,
    contact      text NOT NULL,
    last_inbound timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, sender_id, contact),
    FOREIGN KEY (tenant_id, sender_id) REFERENCES sender
);
COMMENT ON TABLE service_window IS 'Who wrote to a sender when, kept for senders whose portfolio has a limit: for 24 h messages to them do not count.';
COMMENT ON COLUMN service_window.last_inbound IS 'Meta''s time of their newest message.';
CREATE INDEX service_window_at ON service_window (tenant_id, sender_id, last_inbound);
CALL protect_tenant_table('service_window');
GRANT SELECT, INSERT, UPDATE, DELETE ON service_window TO posthaste_worker;
GRANT SELECT ON service_window TO posthaste_tenant;

DROP FUNCTION directory_senders();
CREATE FUNCTION directory_senders() RETURNS TABLE
    (tenant_id uuid, sender_id text, waba_id text, limit_per_second integer, access_token text, tenant_weight integer,
     tenant_max_per_minute integer, tenant_time_zone text, portfolio_id text, messaging_limit integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT s.tenant_id, s.sender_id, s.waba_id, s.limit_per_second, c.access_token, t.weight, t.max_per_minute,
           t.time_zone, coalesce(s.portfolio_id, s.waba_id), p.messaging_limit
      FROM public.sender s
      JOIN public.sender_credential c USING (tenant_id, sender_id)
      JOIN public.tenant t USING (tenant_id)
      LEFT JOIN public.portfolio p ON p.tenant_id = s.tenant_id AND p.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
$$;
ALTER FUNCTION directory_senders() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_senders() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_senders() TO posthaste_worker;
