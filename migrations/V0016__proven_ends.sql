-- A successor that can prove the end of the process before it need not wait for that lease, but for owners before it.
ALTER TABLE task_lease ADD COLUMN earlier_until timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN task_lease.earlier_until IS
    'POSTs of the owners before the present one may leave or arrive until then; nobody may POST before.';
