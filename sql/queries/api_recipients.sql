--- Uploads of recipients. Every statement runs in a transaction that names its tenant (app.tenant_id): row-level
--- security adds the tenant to each of them.

--: RejectRow()

--! find_upload
SELECT digest, accepted, rejected FROM campaign_upload WHERE campaign_id = :campaign_id AND chunk = :chunk;

--! insert_upload
INSERT INTO campaign_upload (tenant_id, campaign_id, chunk, digest, accepted, rejected)
VALUES (app_tenant(), :campaign_id, :chunk, :digest, :accepted, :rejected);

--! claim_contacts
-- Returns the lines whose contact was not in the campaign yet; of equal contacts the first line wins.
INSERT INTO campaign_contact (tenant_id, campaign_id, contact, chunk, line)
SELECT app_tenant(), :campaign_id, n.contact, :chunk, n.line
  FROM unnest(:contacts::text[], :lines::bigint[]) AS n (contact, line)
ON CONFLICT DO NOTHING
RETURNING line;

--! first_claims
SELECT contact, chunk, line
  FROM campaign_contact
 WHERE campaign_id = :campaign_id AND contact = ANY (:contacts::text[]);

--! insert_chunks
INSERT INTO campaign_chunk (tenant_id, campaign_id, first_ordinal, count, recipients)
SELECT app_tenant(), :campaign_id, n.first_ordinal, n.count, n.recipients
  FROM unnest(:first_ordinals::int[], :counts::int[], :recipients::text[]) AS n (first_ordinal, count, recipients);

--! insert_rejects
INSERT INTO campaign_reject (tenant_id, campaign_id, chunk, line, code, reason, raw)
SELECT app_tenant(), :campaign_id, :chunk, n.line, n.code, n.reason, n.raw
  FROM unnest(:lines::bigint[], :codes::text[], :reasons::text[], :raws::text[]) AS n (line, code, reason, raw);

--! upload_rejects : RejectRow
SELECT chunk, line, code, reason, raw
  FROM campaign_reject
 WHERE campaign_id = :campaign_id AND chunk = :chunk
 ORDER BY line
 LIMIT :limit;

--! page_rejects : RejectRow
SELECT chunk, line, code, reason, raw
  FROM campaign_reject
 WHERE campaign_id = :campaign_id AND (chunk, line) > (:after_chunk, :after_line)
 ORDER BY chunk, line
 LIMIT :limit;
