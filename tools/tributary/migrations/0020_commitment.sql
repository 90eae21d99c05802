-- What readers need to tell now from later, and pending from final.

-- Columns are only added: `effective_slot` of the registration that stands.
CREATE OR REPLACE VIEW chain.assets_v1 AS
    SELECT asset, kind, content_id, content_hash, content_length, owner, metadata_hash, uri_hash, licence,
           CASE WHEN next_uses_slot <= chain.now_v1() THEN next_uses ELSE uses END AS uses,
           CASE WHEN next_uses_slot > chain.now_v1() THEN next_uses END AS next_uses,
           CASE WHEN next_uses_slot > chain.now_v1() THEN next_uses_slot END AS next_uses_slot,
           royalty_mode, asset_sequence, stack_bps,
           CASE WHEN disputed_slot IS NOT NULL THEN 'disputed' WHEN retired_slot IS NOT NULL THEN 'retired'
                ELSE 'active' END AS status,
           retired_slot, disputed_slot, dispute_deadline, registered_slot, slot,
           chain.commitment_v1(slot) AS commitment, effective_slot
    FROM chain.assets;

-- Assets whose income a key shares now, or will by terms that are announced.
CREATE FUNCTION chain.assets_shared_v1(by_claimant bytea) RETURNS SETOF bytea LANGUAGE sql STABLE AS $$
    SELECT DISTINCT t.asset::bytea FROM chain.terms t, (SELECT chain.now_v1() AS now) n
    WHERE t.claimants @> ARRAY[by_claimant]
      AND CASE WHEN t.effective_slot > n.now
               THEN NOT EXISTS (SELECT FROM chain.terms l
                                WHERE l.asset = t.asset AND l.slot < t.effective_slot
                                  AND (l.slot, l.stream, l.sequence) > (t.slot, t.stream, t.sequence))
               ELSE (t.stream, t.sequence) = (SELECT f.stream, f.sequence FROM chain.terms_at_v1(t.asset, n.now) f) END
$$;

-- What open disputes hold back, as of the root that serves: for whom, and what for.
CREATE TABLE ledger.held (
    vault           public.key32 NOT NULL,
    asset           public.key32 NOT NULL,
    claimant        public.key32 NOT NULL,
    policy          text NOT NULL,
    epoch           bigint NOT NULL,
    amount          public.sub_units NOT NULL CHECK (amount > 0),
    PRIMARY KEY (vault, asset, claimant, policy)
);
CREATE INDEX held_by_claimant ON ledger.held (claimant);
GRANT SELECT ON ledger.held TO tributary_reader;
GRANT INSERT, UPDATE, DELETE ON ledger.held TO tributary_settlement;
