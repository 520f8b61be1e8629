--- Dead letters. The pipeline keeps and replays them (its transactions name the letters' tenants), tenants see their own
--- by row-level security, and operators see all as the superuser: with the same statements.

--: LetterRow(note?)
--: Letter(note?)

--! keep_letters
INSERT INTO letter (tenant_id, letter_id, at, code, reason, origin, value, state, parked)
SELECT n.tenant_id, n.letter_id, at_ms(n.at_ms), n.code, n.reason, n.origin, n.value, n.state, n.state = 'parked'
  FROM unnest(:tenant_ids::uuid[], :letter_ids::uuid[], :ats_ms::bigint[], :codes::text[], :reasons::text[],
              :origins::text[], :contents::bytea[], :states::text[])
       AS n (tenant_id, letter_id, at_ms, code, reason, origin, value, state)
ON CONFLICT DO NOTHING;

--! forget_letters
-- Those of the transaction's tenants that are older: whoever gets new letters loses old ones.
DELETE FROM letter WHERE at < now() - make_interval(days => :days);

--! replaying_letters
SELECT tenant_id, letter_id FROM directory_replaying_letters();

--! take_letter
-- One process replays it at a time; the others pass by.
SELECT origin, parked FROM letter WHERE letter_id = :letter_id AND state = 'replaying' FOR UPDATE SKIP LOCKED;

--! set_letter_state (note?)
UPDATE letter SET state = :state, note = :note, changed_at = now() WHERE letter_id = :letter_id;

--! lock_letter
SELECT state FROM letter WHERE letter_id = :letter_id FOR UPDATE;

--! replay_parked_letters
-- All that a newer version may understand, in one statement; of the tenants that the transaction may see.
UPDATE letter SET state = 'replaying', note = NULL, changed_at = now() WHERE state = 'parked' RETURNING letter_id;

--! count_letters
SELECT state, count(*) AS letters FROM letter GROUP BY state ORDER BY state;

--! list_letters : LetterRow
-- Newest first.
SELECT tenant_id, letter_id, ms_of(at) AS at_ms, code, reason, origin, octet_length(value) AS bytes, state, note,
       ms_of(changed_at) AS changed_at_ms
  FROM letter
 WHERE (at, letter_id) < (at_ms(:before_ms), :before_id) AND state = ANY (:states::text[])
 ORDER BY at DESC, letter_id DESC
 LIMIT :limit;

--! get_letter : Letter
SELECT tenant_id, letter_id, ms_of(at) AS at_ms, code, reason, origin, value, state, note,
       ms_of(changed_at) AS changed_at_ms
  FROM letter
 WHERE letter_id = :letter_id;
