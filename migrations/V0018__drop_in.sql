-- Receipts go the way of messages, in a class of their own. NOT VALID: the rows that are there had the narrower rule, so
-- nothing is looked through.
ALTER TABLE intent
    DROP CONSTRAINT intent_class_check,
    ADD CONSTRAINT intent_class_check CHECK (class IN ('otp', 'transactional', 'campaign', 'receipt')) NOT VALID;
COMMENT ON TABLE intent IS 'What is to be sent: messages, and receipts of what people wrote (class receipt), of which no event tells.';

-- A commit that moves no offset and publishes nothing, such as the end of a receipt, is told from the one before it by this.
ALTER TABLE task_lease ADD COLUMN commits bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN task_lease.commits IS 'Commits of its owners: an owner whose answer was lost sees by it whether its commit happened.';

-- A receiver may ask for webhooks in Meta's own form, signed with a secret that its tenant gives.
ALTER TABLE sink_endpoint ADD COLUMN form text NOT NULL DEFAULT 'event' CHECK (form IN ('event', 'meta'));
COMMENT ON COLUMN sink_endpoint.form IS 'event: as it stands in the log, by Standard Webhooks; meta: as Meta would have sent it.';
ALTER TABLE sink_secret DROP CONSTRAINT sink_secret_secret_check;
COMMENT ON TABLE sink_secret IS 'Signing secret of a receiver: whsec_ and base64 (Standard Webhooks), or the app secret of one of Meta''s form.';
-- The version before this one goes on with receivers of its own form, and takes the others for broken if it sees them.
CREATE OR REPLACE FUNCTION directory_sink_endpoints() RETURNS TABLE
    (tenant_id uuid, endpoint_id uuid, url text, topics text[], secret text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT e.tenant_id, e.endpoint_id, e.url, e.topics, s.secret
      FROM public.sink_endpoint e JOIN public.sink_secret s USING (tenant_id, endpoint_id)
     WHERE e.disabled_reason IS NULL AND e.form = 'event'
$$;
CREATE FUNCTION directory_receivers() RETURNS TABLE
    (tenant_id uuid, endpoint_id uuid, url text, topics text[], secret text, form text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT e.tenant_id, e.endpoint_id, e.url, e.topics, s.secret, e.form
      FROM public.sink_endpoint e JOIN public.sink_secret s USING (tenant_id, endpoint_id)
     WHERE e.disabled_reason IS NULL
$$;
ALTER FUNCTION directory_receivers() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_receivers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_receivers() TO posthaste_worker;

-- An event names its sender, and Meta's form its account and how it is written too. Of other channels there is no such form.
CREATE FUNCTION directory_numbers() RETURNS TABLE (sender_id text, waba_id text, display_number text, channel text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$ SELECT s.sender_id, s.waba_id, s.display_number, s.channel FROM public.sender s $$;
ALTER FUNCTION directory_numbers() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_numbers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_numbers() TO posthaste_worker;
