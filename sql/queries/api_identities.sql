--- Who a contact is. Every statement runs in a transaction that names its tenant (app.tenant_id): row-level
--- security adds the tenant to each of them.

--! ids_of_person
-- All ids of whoever has this one, in each portfolio that knows it.
SELECT i.portfolio_id, i.kind, i.value, i.former, ms_of(i.at) AS at_ms
  FROM identity own
  JOIN identity i ON i.person = own.person
 WHERE own.value = :contact AND own.kind <> 'username'
 ORDER BY i.portfolio_id, i.person, i.kind, i.former, i.at DESC, i.value
 LIMIT :limit;
