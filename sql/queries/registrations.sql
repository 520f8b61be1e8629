--- How often numbers were registered and deregistered. Every statement runs as the worker's role in a transaction
--- that names its tenants, and names the tenant itself too.

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
