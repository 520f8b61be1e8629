-- Campaigns: a cursor over chunks. `campaign` is written by the API alone, `campaign_progress` by the sender's owner alone.
CREATE TABLE campaign (
    tenant_id         uuid NOT NULL,
    campaign_id       uuid NOT NULL,
    name              text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    sender_id         text NOT NULL,
    template_name     text NOT NULL,
    template_language text NOT NULL,
    unknown_policy    text NOT NULL CHECK (unknown_policy IN ('at_most_once', 'at_least_once')),
    ttl_seconds       integer NOT NULL CHECK (ttl_seconds BETWEEN 30 AND 2592000),
    state             text NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'cancelled')),
    generation        integer NOT NULL DEFAULT 0,
    recipients        integer NOT NULL DEFAULT 0,
    rejected          integer NOT NULL DEFAULT 0,
    created_at        timestamptz NOT NULL DEFAULT now(),
    started_at        timestamptz,
    PRIMARY KEY (tenant_id, campaign_id),
    FOREIGN KEY (tenant_id, sender_id) REFERENCES sender
);
COMMENT ON TABLE campaign IS 'What the tenant asked for.';
COMMENT ON COLUMN campaign.generation IS 'Grows at every pause and cancel; the owner of the sender confirms it in campaign_progress.';
CALL protect_tenant_table('campaign');
GRANT SELECT, INSERT, UPDATE ON campaign TO posthaste_app;
GRANT SELECT ON campaign TO posthaste_worker, posthaste_tenant, posthaste_directory;

CREATE TABLE campaign_progress (
    tenant_id    uuid NOT NULL,
    campaign_id  uuid NOT NULL,
    cursor       integer NOT NULL DEFAULT 0,
    ingested     integer NOT NULL DEFAULT 0,
    accepted     integer NOT NULL DEFAULT 0,
    sent         integer NOT NULL DEFAULT 0,
    delivered    integer NOT NULL DEFAULT 0,
    read         integer NOT NULL DEFAULT 0,
    failed       integer NOT NULL DEFAULT 0,
    rejected     integer NOT NULL DEFAULT 0,
    expired      integer NOT NULL DEFAULT 0,
    cancelled    integer NOT NULL DEFAULT 0,
    unconfirmed  integer NOT NULL DEFAULT 0,
    unknown      integer NOT NULL DEFAULT 0,
    open         integer NOT NULL DEFAULT 0,
    confirmed    integer NOT NULL DEFAULT 0,
    completed_at timestamptz,
    PRIMARY KEY (tenant_id, campaign_id),
    FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign
) WITH (fillfactor = 50);
COMMENT ON TABLE campaign_progress IS 'How far it is: recipients released, and messages that ever reached each status.';
COMMENT ON COLUMN campaign_progress.cursor IS 'Recipients released to the sender so far.';
COMMENT ON COLUMN campaign_progress.ingested IS 'Released messages that the sender has taken in.';
COMMENT ON COLUMN campaign_progress.unknown IS 'Messages whose fate is unknown at this moment.';
COMMENT ON COLUMN campaign_progress.open IS 'Messages that are queued, armed or unknown at this moment.';
COMMENT ON COLUMN campaign_progress.confirmed IS 'Newest generation of a pause that holds: at most one arm window of the campaign still leaves.';
CALL protect_tenant_table('campaign_progress');
GRANT SELECT, INSERT ON campaign_progress TO posthaste_app;
GRANT SELECT, UPDATE ON campaign_progress TO posthaste_worker;
GRANT SELECT ON campaign_progress TO posthaste_tenant, posthaste_directory;

CREATE TABLE campaign_chunk (
    tenant_id     uuid NOT NULL,
    campaign_id   uuid NOT NULL,
    first_ordinal integer NOT NULL,
    count         integer NOT NULL CHECK (count > 0),
    recipients    text NOT NULL,
    PRIMARY KEY (tenant_id, campaign_id, first_ordinal),
    FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign
);
COMMENT ON TABLE campaign_chunk IS 'Recipients, up to 500 a row.';
COMMENT ON COLUMN campaign_chunk.recipients IS 'JSON: [["+16315550101", ["parameter 1", "parameter 2"]], …].';
CALL protect_tenant_table('campaign_chunk');
GRANT SELECT, INSERT ON campaign_chunk TO posthaste_app;
GRANT SELECT ON campaign_chunk TO posthaste_worker, posthaste_tenant;

CREATE TABLE campaign_upload (
    tenant_id   uuid NOT NULL,
    campaign_id uuid NOT NULL,
    chunk       integer NOT NULL CHECK (chunk >= 0),
    digest      bytea NOT NULL,
    accepted    integer NOT NULL,
    rejected    integer NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, campaign_id, chunk),
    FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign
);
COMMENT ON TABLE campaign_upload IS 'Uploaded chunks, so that repeating one changes nothing.';
CALL protect_tenant_table('campaign_upload');
GRANT SELECT, INSERT ON campaign_upload TO posthaste_app;
GRANT SELECT ON campaign_upload TO posthaste_tenant;

CREATE TABLE campaign_contact (
    tenant_id   uuid NOT NULL,
    campaign_id uuid NOT NULL,
    contact     text NOT NULL,
    chunk       integer NOT NULL,
    line        bigint NOT NULL,
    PRIMARY KEY (tenant_id, campaign_id, contact),
    FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign
);
COMMENT ON TABLE campaign_contact IS 'Who is in a campaign already: finds duplicates across chunks.';
CALL protect_tenant_table('campaign_contact');
GRANT SELECT, INSERT ON campaign_contact TO posthaste_app;
GRANT SELECT ON campaign_contact TO posthaste_tenant;

CREATE TABLE campaign_reject (
    tenant_id   uuid NOT NULL,
    campaign_id uuid NOT NULL,
    chunk       integer NOT NULL,
    line        bigint NOT NULL,
    code        text NOT NULL,
    reason      text NOT NULL,
    raw         text NOT NULL,
    PRIMARY KEY (tenant_id, campaign_id, chunk, line),
    FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign
);
COMMENT ON TABLE campaign_reject IS 'Lines that were not accepted, with the reason.';
CALL protect_tenant_table('campaign_reject');
GRANT SELECT, INSERT ON campaign_reject TO posthaste_app;
GRANT SELECT ON campaign_reject TO posthaste_tenant;

CREATE TABLE idempotency (
    tenant_id   uuid NOT NULL REFERENCES tenant,
    key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    status      integer NOT NULL,
    body        text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
);
COMMENT ON TABLE idempotency IS 'First answer per Idempotency-Key, replayed for 72 hours.';
CREATE INDEX idempotency_created ON idempotency (created_at);
CALL protect_tenant_table('idempotency');
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency TO posthaste_app, posthaste_worker;

-- Campaigns that a sender's owner must look at: the event-driven path never asks across tenants, this question does.
CREATE FUNCTION directory_active_campaigns() RETURNS TABLE (tenant_id uuid, campaign_id uuid, sender_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT c.tenant_id, c.campaign_id, c.sender_id
      FROM public.campaign c JOIN public.campaign_progress p USING (tenant_id, campaign_id)
     WHERE c.state <> 'draft' AND p.completed_at IS NULL
$$;
ALTER FUNCTION directory_active_campaigns() OWNER TO posthaste_directory;
REVOKE EXECUTE ON FUNCTION directory_active_campaigns() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_active_campaigns() TO posthaste_worker;
