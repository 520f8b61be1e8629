-- What people write counts against a sender's limit: a new owner asks how much was written to it of late.
CREATE INDEX inbound_message_at ON inbound_message (tenant_id, sender_id, at);
