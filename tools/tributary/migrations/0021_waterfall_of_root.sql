-- A page asks for the waterfall of a root; no two roots have the same id.
CREATE UNIQUE INDEX waterfalls_root ON ledger.waterfalls (root_id);
