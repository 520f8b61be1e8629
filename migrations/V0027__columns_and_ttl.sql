-- What a campaign's recipients bring beside numbered parameters of the body. Workers are upgraded before the API: the version before
-- this one would send the values of such a campaign as parameters of its body.
ALTER TABLE campaign ADD COLUMN layout text;
COMMENT ON COLUMN campaign.layout IS 'JSON: the columns of its recipients, and the places of each of its templates that they fill; null where these are the numbered parameters of the body.';

-- How long Meta tries to deliver a message of a template; it says nothing when it gives up.
ALTER TABLE template ADD COLUMN ttl_seconds integer;
COMMENT ON COLUMN template.ttl_seconds IS 'Meta''s message_send_ttl_seconds; null where Meta told none.';
