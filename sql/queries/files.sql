--- Files that were uploaded, and those that people sent. Every statement runs as the worker's role in a transaction
--- that names its tenants, and names the tenant itself too.

--: Wanted(sha256?)

--! file_of_upload : (path?)
-- Where the file of this id is, if Meta has given the same id before.
SELECT path FROM media WHERE tenant_id = :tenant_id AND media_id = :media_id FOR UPDATE;

--! put_upload (filename?)
INSERT INTO media (tenant_id, media_id, sender_id, direction, state, mime_type, sha256, bytes, filename, path, expires_at)
VALUES (:tenant_id, :media_id, :sender_id, 'out', 'stored', :mime_type, :sha256, :bytes, :filename, :path,
        now() + make_interval(days => :days))
ON CONFLICT (tenant_id, media_id) DO UPDATE
   SET sender_id = excluded.sender_id, direction = 'out', state = 'stored', mime_type = excluded.mime_type,
       sha256 = excluded.sha256, bytes = excluded.bytes, filename = excluded.filename, path = excluded.path,
       expires_at = excluded.expires_at;

--! tenant_known
SELECT true AS known FROM tenant WHERE tenant_id = :tenant_id;

--! named_files
-- Which of these files rows name.
SELECT path FROM media WHERE tenant_id = :tenant_id AND path = ANY(:paths);

--! forget_media : (path?)
-- The row stays, so that the id is known as deleted. Gives where the file was.
UPDATE media m
   SET state = 'deleted', path = NULL
  FROM (SELECT tenant_id, media_id, path FROM media
         WHERE tenant_id = :tenant_id AND media_id = :media_id FOR UPDATE) AS was
 WHERE m.tenant_id = was.tenant_id AND m.media_id = was.media_id
RETURNING was.path;

--! directory_wanted_media
SELECT tenant_id FROM directory_wanted_media();

--! take_wanted : Wanted
-- Takes files up for :lease_s seconds: nobody else does meanwhile, and whoever comes after a crash does then.
UPDATE media m
   SET attempts = m.attempts + 1, next_try_at = now() + make_interval(secs => :lease_s)
  FROM (SELECT tenant_id, media_id FROM media
         WHERE tenant_id = :tenant_id AND state = 'wanted' AND next_try_at <= now()
         ORDER BY next_try_at
         LIMIT :limit
           FOR UPDATE SKIP LOCKED) AS due
 WHERE m.tenant_id = due.tenant_id AND m.media_id = due.media_id
RETURNING m.media_id, m.sender_id, m.mime_type, m.sha256, m.attempts, m.expires_at <= now() AS is_expired;

--! downloaded
UPDATE media
   SET state = 'stored', path = :path, bytes = :bytes, sha256 = :sha256, error = NULL
 WHERE tenant_id = :tenant_id AND media_id = :media_id AND state = 'wanted';

--! download_later
UPDATE media
   SET next_try_at = now() + make_interval(secs => :wait_s), error = :error
 WHERE tenant_id = :tenant_id AND media_id = :media_id AND state = 'wanted';

--! put_wanted_back
-- What was taken up and not tried. The number of tries is that of before.
UPDATE media
   SET attempts = greatest(attempts - 1, 0), next_try_at = now() + make_interval(secs => :wait_s), error = :error
 WHERE tenant_id = :tenant_id AND media_id = :media_id AND state = 'wanted';

--! download_failed
UPDATE media
   SET state = 'failed', error = :error
 WHERE tenant_id = :tenant_id AND media_id = :media_id AND state = 'wanted';
