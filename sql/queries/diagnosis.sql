--- Why nothing arrives for a tenant's numbers. Every statement runs as the worker's role in a transaction
--- that names its tenants, and names the tenant itself too.

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
