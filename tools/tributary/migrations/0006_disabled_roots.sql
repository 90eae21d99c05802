-- Roots that served can be struck down.
ALTER TABLE chain.roots DROP CONSTRAINT roots_status_check;
ALTER TABLE chain.roots ADD CONSTRAINT roots_status_check
    CHECK (status IN ('pending', 'active', 'vetoed', 'disabled'));
