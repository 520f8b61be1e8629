--- What people write, as the owner of the sender loads and commits it. The head of sender_task.sql says under which
--- rules.

--! known_inbound
-- The place of a file of the past is taken by its content when that comes.
SELECT m.tenant_id, m.sender_id, m.wamid, m.kind = 'media_placeholder' AS is_placeholder
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :sender_ids::text[], :wamids::text[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, sender_id, wamid)
  JOIN inbound_message m ON m.tenant_id = k.tenant_id AND m.sender_id = k.sender_id AND m.wamid = k.wamid;

--! heard
-- How many messages people wrote to each sender in each second since then.
SELECT m.sender_id, ms_of(m.at) AS at_ms, count(*) AS messages
  FROM (SELECT * FROM unnest(:tenant_ids::uuid[], :sender_ids::text[])
         LIMIT cardinality(:tenant_ids::uuid[])) AS k (tenant_id, sender_id)
  JOIN inbound_message m ON m.tenant_id = k.tenant_id AND m.sender_id = k.sender_id AND m.at >= at_ms(:since_ms::bigint)
   AND m.source IN ('person', 'standby')
 GROUP BY m.sender_id, m.at;

--! insert_inbound (contacts[?], user_ids[?], group_ids[?], profile_names[?], texts[?], reply_tos[?])
INSERT INTO inbound_message
       (tenant_id, sender_id, wamid, source, from_business, contact, user_id, group_id, profile_name, at, kind, text, content,
        reply_to, raw)
SELECT n.tenant_id, n.sender_id, n.wamid, n.source, n.from_business, n.contact, n.user_id, n.group_id, n.profile_name,
       at_ms(n.at), n.kind, n.text, n.content, n.reply_to, n.raw
  FROM unnest(:tenant_ids::uuid[], :sender_ids::text[], :wamids::text[], :sources::text[], :from_business::boolean[],
              :contacts::text[], :user_ids::text[], :group_ids::text[], :profile_names::text[], :at::bigint[],
              :kinds::text[], :texts::text[], :contents::text[], :reply_tos::text[], :raws::bytea[])
       AS n (tenant_id, sender_id, wamid, source, from_business, contact, user_id, group_id, profile_name, at, kind, text,
             content, reply_to, raw)
ON CONFLICT (tenant_id, sender_id, wamid) DO UPDATE
   SET kind = excluded.kind, text = excluded.text, content = excluded.content, raw = excluded.raw
 WHERE inbound_message.kind = 'media_placeholder';

--! want_media (sha256s[?], filenames[?])
-- The files of messages, to be downloaded before Meta forgets them after :days.
INSERT INTO media (tenant_id, media_id, sender_id, direction, state, mime_type, sha256, filename, expires_at)
SELECT n.tenant_id, n.media_id, n.sender_id, 'in', 'wanted', n.mime_type, n.sha256, n.filename,
       at_ms(n.at) + make_interval(days => :days)
  FROM unnest(:tenant_ids::uuid[], :media_ids::text[], :sender_ids::text[], :mime_types::text[], :sha256s::text[],
              :filenames::text[], :at::bigint[])
       AS n (tenant_id, media_id, sender_id, mime_type, sha256, filename, at)
 WHERE at_ms(n.at) + make_interval(days => :days) > now()
ON CONFLICT (tenant_id, media_id) DO NOTHING;
