-- A record of a type that this version does not know is a letter of its own kind: nothing is wrong with it.
ALTER TABLE letter DROP CONSTRAINT letter_state_check;
ALTER TABLE letter ADD CONSTRAINT letter_state_check
    CHECK (state IN ('buried', 'parked', 'replaying', 'replayed', 'discarded'));
ALTER TABLE letter ADD COLUMN parked boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN letter.parked IS 'It was parked, not buried: what a replay that is not possible returns to.';
CREATE INDEX letter_parked ON letter (tenant_id) WHERE state = 'parked';
