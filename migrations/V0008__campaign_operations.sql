-- A campaign may begin later, and may be made from another one. Columns are only added, and no state: the version before
-- this one, running beside it, neither starts a campaign early nor meets a word that it does not know.
ALTER TABLE campaign ADD COLUMN start_at timestamptz;
ALTER TABLE campaign ADD COLUMN copied_from uuid;
COMMENT ON COLUMN campaign.start_at IS 'Not before then. A running campaign whose time has not come is shown as scheduled.';
COMMENT ON COLUMN campaign.copied_from IS 'The campaign whose recipients (all, or those that failed) it was made of.';

-- Nobody fires a timer: a campaign whose time has not come is not among the active ones, and then it is. So it begins
-- once, by the clock of the store alone, whoever was down meanwhile.
CREATE OR REPLACE FUNCTION directory_active_campaigns() RETURNS TABLE (tenant_id uuid, campaign_id uuid, sender_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT c.tenant_id, c.campaign_id, c.sender_id
      FROM public.campaign c JOIN public.campaign_progress p USING (tenant_id, campaign_id)
     WHERE c.state <> 'draft' AND p.completed_at IS NULL
       AND (c.state <> 'running' OR c.start_at IS NULL OR c.start_at <= now())
$$;
