--- Whose a group is. The tenant is named beside row-level security, which adds it for the API.

--! number_of_group
-- The number that a group is of, as long as the tenant has it.
SELECT g.sender_id
  FROM number_group g JOIN sender s USING (tenant_id, sender_id)
 WHERE g.tenant_id = :tenant_id AND g.group_id = :group_id AND s.channel = 'whatsapp';

--! put_groups
-- What Meta told last of a group holds. A number that is not the tenant's has none here.
INSERT INTO number_group AS g (tenant_id, group_id, sender_id)
SELECT s.tenant_id, told.group_id, s.sender_id
  FROM sender s, (SELECT DISTINCT unnest(:group_ids::text[]) AS group_id) told
 WHERE s.tenant_id = :tenant_id AND s.sender_id = :sender_id AND s.channel = 'whatsapp'
ON CONFLICT (tenant_id, group_id) DO UPDATE
   SET sender_id = excluded.sender_id, told_at = excluded.told_at
 WHERE g.sender_id <> excluded.sender_id;

--! forget_group
DELETE FROM number_group WHERE tenant_id = :tenant_id AND group_id = :group_id AND sender_id = :sender_id;
