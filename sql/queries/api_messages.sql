--- Messages. Every statement runs in a transaction that names its tenant (app.tenant_id): row-level
--- security adds the tenant to each of them.

--! get_message : (campaign_id?, callback_data?)
SELECT intent_id, sender_id, contact, class, campaign_id, message, callback_data, unknown_policy,
       ms_of(accepted_at) AS accepted_at_ms, ms_of(expires_at) AS expires_at_ms
  FROM intent
 WHERE intent_id = :intent_id;

--! last_inbound
-- When whoever has this id wrote to the sender last, or called it, under whichever of their ids. What was written under an id that
-- another one has taken the place of opens nothing for that.
SELECT ms_of(w.last_inbound) AS at_ms
  FROM (SELECT :contact::text AS contact
         UNION ALL
        SELECT p.contact
          FROM same_person(app_tenant(), :contact) AS p
          JOIN sender s ON s.sender_id = :sender_id AND p.portfolio_id = coalesce(s.portfolio_id, s.waba_id)
         WHERE NOT p.former) AS own
  CROSS JOIN LATERAL (SELECT last_inbound FROM service_window
                       WHERE sender_id = :sender_id AND contact = own.contact LIMIT 1) AS w
 ORDER BY w.last_inbound DESC
 LIMIT 1;

--! inbound_contact : (contact?)
-- Who wrote this message to that sender.
SELECT contact FROM inbound_message WHERE sender_id = :sender_id AND wamid = :wamid AND NOT from_business;

--! get_message_attempts : (armed_at_ms?, unknown_at_ms?, accepted_at_ms?, sent_at_ms?, delivered_at_ms?, read_at_ms?, played_at_ms?, failed_at_ms?, ended_at_ms?, wamid?, code?, reason?)
SELECT attempt, status, marks, ms_of(due_at) AS due_at_ms, ms_of(armed_at) AS armed_at_ms,
       ms_of(unknown_at) AS unknown_at_ms, ms_of(accepted_at) AS accepted_at_ms, ms_of(sent_at) AS sent_at_ms,
       ms_of(delivered_at) AS delivered_at_ms, ms_of(read_at) AS read_at_ms, ms_of(played_at) AS played_at_ms,
       ms_of(failed_at) AS failed_at_ms, ms_of(ended_at) AS ended_at_ms, wamid, code, reason
  FROM attempt
 WHERE intent_id = :intent_id
 ORDER BY attempt;
