--- Meta's management API on behalf of tenants: credentials, templates as Meta keeps them, and files. Every statement runs as the
--- worker's role in a transaction that names its tenants, and names the tenant itself too.

--: Wanted(sha256?)
--: Credential(graph_version?)

--! credential_of_number : Credential
SELECT c.access_token, t.graph_version
  FROM sender_credential c JOIN tenant t USING (tenant_id)
 WHERE c.tenant_id = :tenant_id AND c.sender_id = :sender_id;

--! credential_of_account : Credential
-- Templates belong to the account: any of its numbers will do.
SELECT c.access_token, t.graph_version
  FROM sender s JOIN sender_credential c USING (tenant_id, sender_id) JOIN tenant t USING (tenant_id)
 WHERE s.tenant_id = :tenant_id AND s.waba_id = :waba_id AND s.channel = 'whatsapp'
 ORDER BY s.sender_id
 LIMIT 1;

--! put_template (quality?, status_reason?, ttl_seconds?)
-- A template as Meta told it at :as_of_ms. What an event has changed since is newer and stays; an event that is older than what Meta
-- told changes nothing, with a minute between for clocks that differ.
INSERT INTO template AS t
       (tenant_id, waba_id, name, language, template_id, status, status_reason, category, quality, body, parameter_count,
        components, parameter_format, ttl_seconds, synced_at, listed_at)
VALUES (:tenant_id, :waba_id, :name, :language, :template_id, :status, :status_reason, :category, :quality, :body,
        :parameter_count, :components, :parameter_format, :ttl_seconds, at_ms(:as_of_ms),
        CASE WHEN :is_listed THEN at_ms(:as_of_ms) ELSE 'epoch' END)
ON CONFLICT (tenant_id, waba_id, name, language) DO UPDATE
   SET template_id = excluded.template_id, parameter_format = excluded.parameter_format, ttl_seconds = excluded.ttl_seconds,
       synced_at = greatest(t.synced_at, excluded.synced_at), listed_at = greatest(t.listed_at, excluded.listed_at),
       status = CASE WHEN t.status_at <= at_ms(:as_of_ms) THEN excluded.status ELSE t.status END,
       status_reason = CASE WHEN t.status_at <= at_ms(:as_of_ms) THEN excluded.status_reason ELSE t.status_reason END,
       status_at = greatest(t.status_at, at_ms(:as_of_ms) - interval '1 minute'),
       category = CASE WHEN t.category_at <= at_ms(:as_of_ms) THEN excluded.category ELSE t.category END,
       category_at = greatest(t.category_at, at_ms(:as_of_ms) - interval '1 minute'),
       quality = CASE WHEN t.quality_at <= at_ms(:as_of_ms) THEN coalesce(excluded.quality, t.quality) ELSE t.quality END,
       quality_at = greatest(t.quality_at, at_ms(:as_of_ms) - interval '1 minute'),
       body = CASE WHEN t.body_at <= at_ms(:as_of_ms) THEN excluded.body ELSE t.body END,
       parameter_count = CASE WHEN t.body_at <= at_ms(:as_of_ms) THEN excluded.parameter_count ELSE t.parameter_count END,
       components = CASE WHEN t.body_at <= at_ms(:as_of_ms) THEN excluded.components ELSE t.components END,
       body_at = greatest(t.body_at, at_ms(:as_of_ms) - interval '1 minute')
RETURNING xmax = 0 AS is_new;

--! edited_template (category?, components?, body?, parameter_count?, ttl_seconds?)
-- Meta reviews the template again. One that is approved stays so unless a webhook says otherwise; any other waits for its review.
UPDATE template
   SET category = coalesce(:category, category), components = coalesce(:components, components), body = coalesce(:body, body),
       parameter_count = coalesce(:parameter_count, parameter_count), ttl_seconds = coalesce(:ttl_seconds, ttl_seconds),
       status = CASE WHEN status_at <= at_ms(:as_of_ms) AND status <> 'approved' THEN 'pending' ELSE status END
 WHERE tenant_id = :tenant_id AND template_id = :template_id;

--! deleted_templates (template_id?)
-- All languages of a name, or the one with this id.
UPDATE template
   SET status = 'deleted', status_reason = NULL, status_at = greatest(status_at, now())
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND name = :name
   AND (:template_id::text IS NULL OR template_id = :template_id);

--! missing_templates
-- Marks what Meta's whole list of :as_of_ms did not have.
UPDATE template
   SET status = 'deleted', status_reason = 'no longer in Meta''s list'
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND status <> 'deleted'
   AND synced_at < at_ms(:as_of_ms) AND status_at <= at_ms(:as_of_ms) AND created_at <= at_ms(:as_of_ms)
RETURNING name, language;

--! last_sync : (at_ms?)
-- A template that was created or changed since says nothing of the others.
SELECT ms_of(max(listed_at)) AS at_ms FROM template WHERE tenant_id = :tenant_id AND waba_id = :waba_id;

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

--! whatsapp_numbers
SELECT s.sender_id, s.waba_id FROM sender s
 WHERE s.tenant_id = :tenant_id AND s.channel = 'whatsapp' ORDER BY s.sender_id LIMIT :most;

--! arrivals : (inbound_ms?, report_ms?)
-- When the newest message of a person was written, and the newest status of those of the tenant's last thousand messages came that
-- the number sent.
SELECT (SELECT ms_of(max(m.at)) FROM inbound_message m
         WHERE m.tenant_id = :tenant_id AND m.sender_id = :sender_id AND m.source = 'person') AS inbound_ms,
       (SELECT ms_of(max(greatest(a.sent_at, a.delivered_at, a.read_at, a.failed_at)))
          FROM (SELECT i.intent_id, i.sender_id FROM intent i WHERE i.tenant_id = :tenant_id
                 ORDER BY i.intent_id DESC LIMIT 1000) AS newest
          JOIN attempt a ON a.tenant_id = :tenant_id AND a.intent_id = newest.intent_id
         WHERE newest.sender_id = :sender_id) AS report_ms;

--! lock_number
-- Until the end of the transaction nobody else counts a registration of the number.
SELECT sender_id FROM sender WHERE tenant_id = :tenant_id AND sender_id = :sender_id FOR NO KEY UPDATE;

--! forget_registration_calls
DELETE FROM registration_call
 WHERE tenant_id = :tenant_id AND sender_id = :sender_id AND asked_at <= now() - interval '72 hours';

--! recent_registration_calls : (free_in_s?)
-- How many there were within 72 hours, and when the first of them does not count any more.
SELECT count(*) AS calls, ceil(extract(epoch FROM min(asked_at) + interval '72 hours' - now()))::bigint AS free_in_s
  FROM registration_call
 WHERE tenant_id = :tenant_id AND sender_id = :sender_id;

--! put_registration_call
INSERT INTO registration_call (tenant_id, call_id, sender_id) VALUES (:tenant_id, :call_id, :sender_id);

--! take_back_registration_call
DELETE FROM registration_call WHERE tenant_id = :tenant_id AND call_id = :call_id;

--! credential_of_tenant : (graph_version?)
-- An upload belongs to an app, not to a number.
SELECT s.sender_id, c.access_token, t.graph_version
  FROM sender s JOIN sender_credential c USING (tenant_id, sender_id) JOIN tenant t USING (tenant_id)
 WHERE s.tenant_id = :tenant_id AND s.channel = 'whatsapp'
 ORDER BY s.sender_id
 LIMIT 1;

--! forget_sessions
DELETE FROM upload_session WHERE tenant_id = :tenant_id AND created_at < now() - interval '7 days';

--! count_sessions
SELECT count(*) AS sessions FROM upload_session WHERE tenant_id = :tenant_id;

--! put_session
INSERT INTO upload_session (tenant_id, session_id, meta_id, sender_id, file_length)
VALUES (:tenant_id, :session_id, :meta_id, :sender_id, :file_length);

--! session_of : (graph_version?)
SELECT s.meta_id, s.file_length, c.access_token, t.graph_version
  FROM upload_session s JOIN sender_credential c USING (tenant_id, sender_id) JOIN tenant t USING (tenant_id)
 WHERE s.tenant_id = :tenant_id AND s.session_id = :session_id;
