--- Files and templates as the Graph API shows them. Every statement runs in a transaction that names its tenant (app.tenant_id):
--- row-level security adds the tenant to each of them.

--! media_of : (sha256?, bytes?, filename?, path?)
SELECT media_id, sender_id, state, mime_type, sha256, bytes, filename, path, expires_at <= now() AS is_expired
  FROM media
 WHERE media_id = :media_id AND state <> 'deleted';

--! same_upload
-- An upload of the same bytes that Meta will still know tomorrow.
SELECT media_id
  FROM media
 WHERE sender_id = :sender_id AND sha256 = :sha256 AND mime_type = :mime_type AND direction = 'out' AND state = 'stored'
   AND expires_at > now() + interval '1 day'
 ORDER BY expires_at DESC
 LIMIT 1;

--! account_known
-- The account of a page or an Instagram account is that itself.
SELECT true AS known FROM sender WHERE waba_id = :waba_id AND channel = 'whatsapp' LIMIT 1;
