-- Rules of pace and fairness beside Meta's own limits: weights, caps, jitter and hours. Columns are only added, each with
-- the meaning that its absence had before, so the version before this one may run beside it.
ALTER TABLE tenant ADD COLUMN weight integer NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 100);
ALTER TABLE tenant ADD COLUMN max_per_minute integer CHECK (max_per_minute > 0);
ALTER TABLE tenant ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC' CHECK (time_zone <> '');
COMMENT ON COLUMN tenant.weight IS 'POSTs that it may begin in one round, where tenants compete for the connections to Meta.';
COMMENT ON COLUMN tenant.max_per_minute IS 'Messages per minute of its plan, over all its senders; null for no cap.';
COMMENT ON COLUMN tenant.time_zone IS 'IANA zone of people whose number does not tell theirs.';

ALTER TABLE campaign ADD COLUMN weight integer NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 100);
ALTER TABLE campaign ADD COLUMN max_per_minute integer CHECK (max_per_minute > 0);
ALTER TABLE campaign ADD COLUMN jitter_min_ms integer CHECK (jitter_min_ms >= 0);
ALTER TABLE campaign ADD COLUMN jitter_max_ms integer CHECK (jitter_max_ms >= jitter_min_ms);
ALTER TABLE campaign ADD COLUMN hours_from integer CHECK (hours_from BETWEEN 0 AND 1439);
ALTER TABLE campaign ADD COLUMN hours_to integer CHECK (hours_to BETWEEN 1 AND 1440);
ALTER TABLE campaign ADD COLUMN hours_zone text;
ALTER TABLE campaign ADD CHECK (num_nulls(jitter_min_ms, jitter_max_ms) IN (0, 2));
ALTER TABLE campaign ADD CHECK (num_nulls(hours_from, hours_to, hours_zone) IN (0, 3));
COMMENT ON COLUMN campaign.weight IS 'Messages of it that leave in one round of the campaigns of its sender.';
COMMENT ON COLUMN campaign.max_per_minute IS 'Messages per minute at most; null for no cap.';
COMMENT ON COLUMN campaign.jitter_min_ms IS 'Shortest extra pause between two messages, in milliseconds; null for none.';
COMMENT ON COLUMN campaign.jitter_max_ms IS 'Longest extra pause between two messages, in milliseconds; null for none.';
COMMENT ON COLUMN campaign.hours_from IS 'Minute of the day from which messages may leave; null for always.';
COMMENT ON COLUMN campaign.hours_to IS 'Minute of the day at which they stop; below hours_from the hours go over midnight.';
COMMENT ON COLUMN campaign.hours_zone IS 'IANA zone in which the hours count, or ''recipient''.';

-- What a function returns can only be changed by making it anew. Columns are asked for by name, so one more hurts nobody.
DROP FUNCTION directory_senders();
CREATE FUNCTION directory_senders() RETURNS TABLE
    (tenant_id uuid, sender_id text, waba_id text, limit_per_second integer, access_token text, tenant_weight integer,
     tenant_max_per_minute integer, tenant_time_zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT s.tenant_id, s.sender_id, s.waba_id, s.limit_per_second, c.access_token, t.weight, t.max_per_minute,
           t.time_zone
      FROM public.sender s
      JOIN public.sender_credential c USING (tenant_id, sender_id)
      JOIN public.tenant t USING (tenant_id)
$$;
ALTER FUNCTION directory_senders() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_senders() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_senders() TO posthaste_worker;
