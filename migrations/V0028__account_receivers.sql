-- A receiver may ask for what Meta tells of accounts. The version before this one serves such a receiver with the other topics alone.
ALTER TABLE sink_endpoint
    DROP CONSTRAINT sink_endpoint_topics_check,
    ADD CONSTRAINT sink_endpoint_topics_check
        CHECK (topics <@ ARRAY['inbound.v1', 'delivery.v1', 'accounts.v1'] AND cardinality(topics) > 0);

-- Such an event names its account, and often a number, but no tenant: it is told to those whose it is.
CREATE FUNCTION directory_number_owners() RETURNS TABLE
    (tenant_id uuid, sender_id text, waba_id text, display_number text, channel text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$ SELECT s.tenant_id, s.sender_id, s.waba_id, s.display_number, s.channel FROM public.sender s $$;
ALTER FUNCTION directory_number_owners() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_number_owners() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_number_owners() TO posthaste_worker;
