--- Sessions of uploads in pieces. Every statement runs as the worker's role in a transaction
--- that names its tenants, and names the tenant itself too.

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
