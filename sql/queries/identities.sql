--- The ids of people, as the pipeline notes them; see the functions of migrations V0023 to V0025, and V0034.

--! note_people
-- Gives how many reports said something new. Nothing else of this transaction may write opt-outs before it.
SELECT note_people(:also_locked::uuid[], :reports::int[], :tenant_ids::uuid[], :sender_ids::text[], :kinds::text[],
                   :ids::text[], :formers::boolean[], :told_at::bigint[], :spelling_tenants::uuid[], :spelling_senders::text[],
                   :spellings::text[], :numbers::text[], :spelled_at::bigint[]) AS news;

--! sender_of_account
-- The number that an event names, if it is the tenant's, else another of its account: of the same portfolio either way.
SELECT sender_id FROM sender
 WHERE tenant_id = :tenant_id AND waba_id = :waba_id
 ORDER BY sender_id = :sender_id DESC, sender_id
 LIMIT 1;
