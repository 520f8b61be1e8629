-- Meta retires versions of its Graph API, and tenants move from one to the next when their own programs do.
ALTER TABLE tenant ADD COLUMN graph_version text CHECK (graph_version ~ '^v[0-9]{1,4}[.][0-9]{1,4}$');
COMMENT ON COLUMN tenant.graph_version IS 'Version of the Graph API that Meta is asked in for the tenant; null for that of the configuration.';

DROP FUNCTION directory_senders();
CREATE FUNCTION directory_senders() RETURNS TABLE
    (tenant_id uuid, sender_id text, waba_id text, limit_per_second integer, access_token text, tenant_weight integer,
     tenant_max_per_minute integer, tenant_time_zone text, portfolio_id text, messaging_limit integer, stop_words text[],
     blocked boolean, blocked_until_ms bigint, restrictions text, quality_event text, graph_version text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT s.tenant_id, s.sender_id, s.waba_id, s.limit_per_second, c.access_token, t.weight, t.max_per_minute,
           t.time_zone, coalesce(s.portfolio_id, s.waba_id), p.messaging_limit, t.stop_words,
           s.blocked_reason IS NOT NULL AND coalesce(s.blocked_until > now(), true), public.ms_of(s.blocked_until),
           (SELECT json_agg(json_build_object('what', r.cause, 'until', public.ms_of(r.until)) ORDER BY r.cause)::text
              FROM public.account_restrictions(s.tenant_id, s.waba_id) AS r),
           s.quality_event, t.graph_version
      FROM public.sender s
      JOIN public.sender_credential c USING (tenant_id, sender_id)
      JOIN public.tenant t USING (tenant_id)
      LEFT JOIN public.portfolio p ON p.tenant_id = s.tenant_id AND p.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
$$;
ALTER FUNCTION directory_senders() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_senders() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_senders() TO posthaste_worker;
