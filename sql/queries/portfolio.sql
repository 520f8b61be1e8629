--- The messaging limit of a portfolio: people are reserved before anything is armed for them, under the lock of its row.

--! lock_portfolio : (messaging_limit?)
SELECT messaging_limit FROM portfolio WHERE tenant_id = :tenant_id AND portfolio_id = :portfolio_id FOR UPDATE;

--! forget_reached
-- Gives how many people count still.
WITH gone AS (
    DELETE FROM portfolio_contact
     WHERE tenant_id = :tenant_id AND portfolio_id = :portfolio_id
       AND at <= clock_timestamp() - make_interval(mins => :counted_min)
    RETURNING 1)
UPDATE portfolio
   SET used = used - (SELECT count(*) FROM gone)::int
 WHERE tenant_id = :tenant_id AND portfolio_id = :portfolio_id
RETURNING used;

--! forget_windows
-- Where a human agent may answer for a week, they are kept as long.
DELETE FROM service_window w
 WHERE w.tenant_id = :tenant_id AND w.sender_id = :sender_id
   AND w.last_inbound < clock_timestamp() - interval '25 hours'
   AND (w.last_inbound < clock_timestamp() - interval '169 hours'
        OR NOT EXISTS (SELECT FROM sender s
                        WHERE s.tenant_id = :tenant_id AND s.sender_id = :sender_id AND s.channel <> 'whatsapp'));

--! reserve_contacts
-- Who may be sent to: those whose service window is open, under whichever of their ids, those who count already, and as many others as there is room.
WITH wanted AS (
    SELECT w.contact, w.n FROM unnest(:contacts::text[]) WITH ORDINALITY AS w (contact, n)
), in_window AS (
    SELECT w.contact
      FROM wanted w
      JOIN service_window s ON s.tenant_id = :tenant_id AND s.sender_id = :sender_id AND s.contact = w.contact
     WHERE s.last_inbound > clock_timestamp() - make_interval(mins => :open_min)
     UNION
    SELECT w.contact
      FROM wanted w
     CROSS JOIN LATERAL same_person(:tenant_id, w.contact) AS p
     CROSS JOIN LATERAL (SELECT last_inbound FROM service_window
                          WHERE tenant_id = :tenant_id AND sender_id = :sender_id AND contact = p.contact LIMIT 1) AS s
     WHERE p.portfolio_id = :portfolio_id AND NOT p.former
       AND s.last_inbound > clock_timestamp() - make_interval(mins => :open_min)
), known AS (
    UPDATE portfolio_contact c
       SET at = clock_timestamp()
      FROM wanted w
     WHERE c.tenant_id = :tenant_id AND c.portfolio_id = :portfolio_id AND c.contact = w.contact
       AND NOT EXISTS (SELECT FROM in_window i WHERE i.contact = w.contact)
    RETURNING c.contact
), fresh AS (
    SELECT w.contact
      FROM wanted w
     WHERE NOT EXISTS (SELECT FROM in_window i WHERE i.contact = w.contact)
       AND NOT EXISTS (SELECT FROM known k WHERE k.contact = w.contact)
     ORDER BY w.n
     LIMIT :room
), added AS (
    INSERT INTO portfolio_contact (tenant_id, portfolio_id, contact, at)
    SELECT :tenant_id, :portfolio_id, contact, clock_timestamp() FROM fresh
    RETURNING contact
), counted AS (
    UPDATE portfolio
       SET used = used + (SELECT count(*) FROM added)::int
     WHERE tenant_id = :tenant_id AND portfolio_id = :portfolio_id
)
SELECT contact FROM in_window UNION ALL SELECT contact FROM known UNION ALL SELECT contact FROM added;

--! note_portfolio : (wait_ms?)
-- Notes whether the limit is used up, and gives for how long: since somebody was refused, until there is room again.
UPDATE portfolio p
   SET used_up_until = CASE WHEN :refused OR p.used_up_until IS NOT NULL AND p.used >= p.messaging_limit THEN (
           SELECT min(c.at) + make_interval(mins => :counted_min)
             FROM portfolio_contact c
            WHERE c.tenant_id = p.tenant_id AND c.portfolio_id = p.portfolio_id) END
 WHERE p.tenant_id = :tenant_id AND p.portfolio_id = :portfolio_id
RETURNING ms_of(p.used_up_until) - ms_of(clock_timestamp()) AS wait_ms;

--! note_windows
INSERT INTO service_window (tenant_id, sender_id, contact, last_inbound)
SELECT n.tenant_id, n.sender_id, n.contact, max(at_ms(n.at))
  FROM unnest(:tenant_ids::uuid[], :sender_ids::text[], :contacts::text[], :at::bigint[])
       AS n (tenant_id, sender_id, contact, at)
 GROUP BY n.tenant_id, n.sender_id, n.contact
ON CONFLICT (tenant_id, sender_id, contact) DO UPDATE
   SET last_inbound = greatest(service_window.last_inbound, excluded.last_inbound);

--! note_call_window
-- A call of a person opens the window as a message does, if the number is the tenant's.
INSERT INTO service_window (tenant_id, sender_id, contact, last_inbound)
SELECT s.tenant_id, s.sender_id, :contact, at_ms(:at_ms)
  FROM sender s
 WHERE s.tenant_id = :tenant_id AND s.sender_id = :sender_id
ON CONFLICT (tenant_id, sender_id, contact) DO UPDATE
   SET last_inbound = greatest(service_window.last_inbound, excluded.last_inbound);

--! apply_sender_limit
-- Meta's times are whole seconds: of two events of one second the later one in the log counts. A number is named by its
-- digits, for that is how Meta names it in these events.
UPDATE sender
   SET limit_per_second = :limit_per_second, limit_at = at_ms(:at_ms)
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND regexp_replace(display_number, '\D', '', 'g') = :digits
   AND limit_at <= at_ms(:at_ms);

--! apply_standing (reasons[?], until[?])
-- Cause by cause; where there is no reason it is taken back. What ends by itself does so, for a report that does not name a
-- restriction is no word on it.
INSERT INTO account_standing (tenant_id, waba_id, cause, reason, until, at)
SELECT :tenant_id, :waba_id, n.cause, n.reason, at_ms(n.until), at_ms(:at_ms)
  FROM unnest(:causes::text[], :reasons::text[], :until::bigint[]) AS n (cause, reason, until)
ON CONFLICT (tenant_id, waba_id, cause) DO UPDATE
   SET reason = excluded.reason, until = excluded.until, at = excluded.at
 WHERE account_standing.at <= excluded.at AND (excluded.reason IS NOT NULL OR account_standing.until IS NULL);

--! note_stops
-- What stops everything of the account, at each of its numbers, one that has just come to it among them.
UPDATE sender s
   SET blocked_reason = a.reason, blocked_until = NULL, blocked_at = greatest(s.blocked_at, a.at)
  FROM (SELECT string_agg(reason, '; ' ORDER BY cause) AS reason, max(at) AS at
          FROM account_standing
         WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND cause IN ('ban', 'departure')) AS a
 WHERE s.tenant_id = :tenant_id AND s.waba_id = :waba_id;

--! apply_sender_quality
UPDATE sender
   SET quality_event = :event, quality_at = at_ms(:at_ms)
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id AND regexp_replace(display_number, '\D', '', 'g') = :digits
   AND quality_at <= at_ms(:at_ms);

--! apply_messaging_limit (messaging_limit?)
-- Of every portfolio that a number of this account belongs to.
INSERT INTO portfolio (tenant_id, portfolio_id, messaging_limit, limit_at)
SELECT DISTINCT s.tenant_id, coalesce(s.portfolio_id, s.waba_id), :messaging_limit::int, at_ms(:at_ms)
  FROM sender s
 WHERE s.tenant_id = :tenant_id AND s.waba_id = :waba_id
ON CONFLICT (tenant_id, portfolio_id) DO UPDATE
   SET messaging_limit = excluded.messaging_limit, limit_at = excluded.limit_at, used_up_until = NULL
 WHERE portfolio.limit_at <= excluded.limit_at;
