-- Why an account may not send, cause by cause: a ban that is lifted says nothing of a partner that has left, and a restriction that
-- ends says nothing of a ban.
CREATE TABLE account_standing (
    tenant_id uuid NOT NULL REFERENCES tenant,
    waba_id   text NOT NULL,
    cause     text NOT NULL CHECK (cause IN ('ban', 'departure', 'business_initiated', 'customer_initiated', 'utility_templates')),
    reason    text,
    until     timestamptz,
    at        timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, waba_id, cause)
);
COMMENT ON TABLE account_standing IS 'What Meta has told against an account. Ban and departure stop everything; the others are restrictions of some messages.';
COMMENT ON COLUMN account_standing.reason IS 'Why, for people; null where Meta has taken it back.';
COMMENT ON COLUMN account_standing.until IS 'When it ends by itself; null where Meta did not say so.';
COMMENT ON COLUMN account_standing.at IS 'Time of the newest event about this cause that was applied; older ones change nothing.';
CALL protect_tenant_table('account_standing');
GRANT SELECT, INSERT, UPDATE ON account_standing TO posthaste_worker;
GRANT SELECT ON account_standing TO posthaste_app, posthaste_directory;

-- What was noted without its cause has it in its words, which the version before this one wrote.
INSERT INTO account_standing (tenant_id, waba_id, cause, reason, until, at)
SELECT DISTINCT ON (s.tenant_id, s.waba_id) s.tenant_id, s.waba_id, c.cause, s.blocked_reason, s.blocked_until, s.blocked_at
  FROM sender s
 CROSS JOIN LATERAL (
       SELECT CASE WHEN s.blocked_reason LIKE 'Meta disabled %' THEN 'ban'
                   WHEN s.blocked_reason LIKE '%(RESTRICTED_BIZ_INITIATED_MESSAGING)' THEN 'business_initiated'
                   WHEN s.blocked_reason LIKE '%(RESTRICTED_CUSTOMER_INITIATED_MESSAGING)' THEN 'customer_initiated'
                   ELSE 'departure' END AS cause) AS c
 WHERE s.blocked_reason IS NOT NULL
 ORDER BY s.tenant_id, s.waba_id, s.blocked_at DESC;

-- sender.blocked_* stay what they were to every reader: why everything of the account is stopped. Restrictions are in the table
-- alone: a worker of the version before this one sends what they forbid, Meta refuses it, and a breaker holds the account.
UPDATE sender s
   SET blocked_reason = NULL, blocked_until = NULL
  FROM account_standing a
 WHERE a.tenant_id = s.tenant_id AND a.waba_id = s.waba_id AND a.cause NOT IN ('ban', 'departure')
   AND s.blocked_reason IS NOT NULL;
COMMENT ON COLUMN sender.blocked_reason IS 'Why Meta lets its account send nothing, made of account_standing; null while it may.';

ALTER TABLE sender
    ADD COLUMN quality_event text,
    ADD COLUMN quality_at timestamptz NOT NULL DEFAULT 'epoch';
COMMENT ON COLUMN sender.quality_event IS 'What Meta told last of the quality of the number: FLAGGED, UNFLAGGED, …';
COMMENT ON COLUMN sender.quality_at IS 'Time of the newest event about it that was applied; older ones change nothing.';
GRANT UPDATE (quality_event, quality_at) ON sender TO posthaste_worker;

-- The restrictions of an account that are in force.
CREATE FUNCTION account_restrictions(of_tenant uuid, of_waba text) RETURNS TABLE (cause text, reason text, until timestamptz)
LANGUAGE sql STABLE
AS $$
    SELECT a.cause, a.reason, a.until
      FROM public.account_standing a
     WHERE a.tenant_id = of_tenant AND a.waba_id = of_waba AND a.cause NOT IN ('ban', 'departure')
       AND a.reason IS NOT NULL AND coalesce(a.until > now(), true)
$$;

DROP FUNCTION directory_senders();
CREATE FUNCTION directory_senders() RETURNS TABLE
    (tenant_id uuid, sender_id text, waba_id text, limit_per_second integer, access_token text, tenant_weight integer,
     tenant_max_per_minute integer, tenant_time_zone text, portfolio_id text, messaging_limit integer, stop_words text[],
     blocked boolean, blocked_until_ms bigint, restrictions text, quality_event text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT s.tenant_id, s.sender_id, s.waba_id, s.limit_per_second, c.access_token, t.weight, t.max_per_minute,
           t.time_zone, coalesce(s.portfolio_id, s.waba_id), p.messaging_limit, t.stop_words,
           s.blocked_reason IS NOT NULL AND coalesce(s.blocked_until > now(), true), public.ms_of(s.blocked_until),
           (SELECT json_agg(json_build_object('what', r.cause, 'until', public.ms_of(r.until)) ORDER BY r.cause)::text
              FROM public.account_restrictions(s.tenant_id, s.waba_id) AS r),
           s.quality_event
      FROM public.sender s
      JOIN public.sender_credential c USING (tenant_id, sender_id)
      JOIN public.tenant t USING (tenant_id)
      LEFT JOIN public.portfolio p ON p.tenant_id = s.tenant_id AND p.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
$$;
ALTER FUNCTION directory_senders() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_senders() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_senders() TO posthaste_worker;

-- The restriction that holds a campaign, if one does: of all templates, or of utility where it has no other.
CREATE FUNCTION campaign_restriction(of_tenant uuid, of_campaign uuid, of_waba text, of_category text)
RETURNS TABLE (reason text, until timestamptz)
LANGUAGE sql STABLE
AS $$
    SELECT r.reason, r.until
      FROM public.account_restrictions(of_tenant, of_waba) AS r
     WHERE r.cause = 'business_initiated'
        OR r.cause = 'utility_templates' AND upper(of_category) = 'UTILITY'
           AND NOT EXISTS (
               SELECT FROM public.campaign_template c
                 JOIN public.template t ON t.tenant_id = c.tenant_id AND t.waba_id = of_waba AND t.name = c.name
                                       AND t.language = c.language
                WHERE c.tenant_id = of_tenant AND c.campaign_id = of_campaign AND upper(t.category) <> 'UTILITY')
     ORDER BY r.until DESC NULLS FIRST
     LIMIT 1
$$;
