-- Pages of Messenger and accounts of Instagram are senders too. The version before this one reads them as it reads numbers: it
-- takes what comes in to them, and cannot be asked to send from them.
ALTER TABLE sender
    DROP CONSTRAINT sender_channel_check,
    ADD CONSTRAINT sender_channel_check CHECK (channel IN ('whatsapp', 'messenger', 'instagram'));
COMMENT ON COLUMN sender.channel IS 'Where it sends: its id is a number of WhatsApp, a Facebook page, or an Instagram professional account.';
COMMENT ON COLUMN sender.waba_id IS 'The WhatsApp business account of a number; a page and an Instagram account are their own.';
