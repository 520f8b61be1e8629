-- What Meta tells of a conversation in full, and who wants no messages of which kind. Columns are only added, each with the
-- meaning that its absence had before, so the version before this one may run beside it.
ALTER TABLE inbound_message
    ADD COLUMN source text NOT NULL DEFAULT 'person' CHECK (source IN ('person', 'echo', 'history', 'standby')),
    ADD COLUMN from_business boolean NOT NULL DEFAULT false,
    ADD COLUMN user_id text,
    ADD COLUMN group_id text,
    ADD COLUMN content text NOT NULL DEFAULT '{"kind":"unknown"}';
COMMENT ON TABLE inbound_message IS 'Messages of conversations that were not sent through this system: mostly those that people wrote.';
COMMENT ON COLUMN inbound_message.source IS 'How we heard of it: from the person, as an echo of what the business wrote elsewhere, with the history of the number, or on standby.';
COMMENT ON COLUMN inbound_message.from_business IS 'Whether the business wrote it.';
COMMENT ON COLUMN inbound_message.contact IS 'The person in the conversation, whoever of the two wrote.';
COMMENT ON COLUMN inbound_message.user_id IS 'Business-scoped id of the person; another one after a change of number.';
COMMENT ON COLUMN inbound_message.content IS 'JSON of what it holds; kind unknown where this version could not tell.';
-- The content of a file of the past comes after its place.
GRANT UPDATE (kind, text, content, raw) ON inbound_message TO posthaste_worker;

ALTER TABLE opt_out
    ADD COLUMN scope text NOT NULL DEFAULT 'all' CHECK (scope IN ('all', 'marketing')),
    ADD COLUMN source text NOT NULL DEFAULT 'api' CHECK (source IN ('api', 'preference', 'stop_word', 'refusal')),
    ADD COLUMN told_at timestamptz NOT NULL DEFAULT 'epoch',
    ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN opt_out.scope IS 'Which messages: all, or those of marketing templates.';
COMMENT ON COLUMN opt_out.source IS 'Who said so: the tenant, a preference that Meta reported, a word in a message, or a refusal of Meta''s.';
COMMENT ON COLUMN opt_out.told_at IS 'Meta''s time of the newest report; older ones change nothing.';
COMMENT ON COLUMN opt_out.at IS 'When this row was last changed: senders look for what is new.';
COMMENT ON COLUMN opt_out.withdrawn IS 'The person wants them again.';
CREATE INDEX opt_out_at ON opt_out (tenant_id, at);
GRANT UPDATE ON opt_out TO posthaste_app, posthaste_worker;

COMMENT ON TABLE service_window IS 'Who wrote to a sender when: for 24 h anything may be sent to them, and they do not count against the limit of a portfolio.';
GRANT SELECT ON service_window TO posthaste_app;

ALTER TABLE tenant ADD COLUMN stop_words text[] NOT NULL DEFAULT '{stop,unsubscribe}';
COMMENT ON COLUMN tenant.stop_words IS 'Whoever writes one of these and nothing else wants no marketing; lower case.';

ALTER TABLE template
    ADD COLUMN quality text,
    ADD COLUMN quality_at timestamptz NOT NULL DEFAULT 'epoch',
    ADD COLUMN category_at timestamptz NOT NULL DEFAULT 'epoch',
    ADD COLUMN body_at timestamptz NOT NULL DEFAULT 'epoch';
COMMENT ON COLUMN template.quality IS 'GREEN, YELLOW, RED or UNKNOWN, as Meta reported it last.';

ALTER TABLE sender
    ADD COLUMN blocked_reason text,
    ADD COLUMN blocked_until timestamptz,
    ADD COLUMN blocked_at timestamptz NOT NULL DEFAULT 'epoch';
COMMENT ON COLUMN sender.blocked_reason IS 'Why Meta lets its account send nothing; null while it may.';
COMMENT ON COLUMN sender.blocked_until IS 'When that ends by itself; null where Meta did not say so.';
COMMENT ON COLUMN sender.blocked_at IS 'Time of the newest event about it that was applied; older ones change nothing.';
GRANT UPDATE (blocked_reason, blocked_until, blocked_at) ON sender TO posthaste_worker;

DROP FUNCTION directory_senders();
CREATE FUNCTION directory_senders() RETURNS TABLE
    (tenant_id uuid, sender_id text, waba_id text, limit_per_second integer, access_token text, tenant_weight integer,
     tenant_max_per_minute integer, tenant_time_zone text, portfolio_id text, messaging_limit integer, stop_words text[],
     blocked boolean, blocked_until_ms bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT s.tenant_id, s.sender_id, s.waba_id, s.limit_per_second, c.access_token, t.weight, t.max_per_minute,
           t.time_zone, coalesce(s.portfolio_id, s.waba_id), p.messaging_limit, t.stop_words,
           s.blocked_reason IS NOT NULL AND coalesce(s.blocked_until > now(), true), public.ms_of(s.blocked_until)
      FROM public.sender s
      JOIN public.sender_credential c USING (tenant_id, sender_id)
      JOIN public.tenant t USING (tenant_id)
      LEFT JOIN public.portfolio p ON p.tenant_id = s.tenant_id AND p.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
$$;
ALTER FUNCTION directory_senders() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_senders() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_senders() TO posthaste_worker;
