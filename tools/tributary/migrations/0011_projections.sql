-- What changed since a registration or a vault's creation, a row for each event.
-- `stream` and `sequence` name the event a row came from: what a fork undoes is
-- deleted by them, exactly, and what is missing in between is never guessed.

-- Which version of the projections is stored; the indexer writes them anew when
-- it knows a later one.
ALTER TABLE chain.status ADD COLUMN projections integer NOT NULL DEFAULT 0;
-- Which version of the decoder could not read it.
ALTER TABLE chain.dead_letters ADD COLUMN decoder integer NOT NULL DEFAULT 1;

-- Rows are deleted by the event they came from, never by cascade.
ALTER TABLE chain.parents DROP CONSTRAINT parents_asset_fkey;
ALTER TABLE chain.co_owners DROP CONSTRAINT co_owners_asset_fkey;
ALTER TABLE chain.deposits DROP CONSTRAINT deposits_vault_fkey;
ALTER TABLE chain.refund_requests DROP CONSTRAINT refund_requests_vault_fkey;
ALTER TABLE chain.roots DROP CONSTRAINT roots_vault_fkey;
ALTER TABLE chain.claims DROP CONSTRAINT claims_vault_fkey;

-- While a fork is taken back, rows of both sides may stand for a moment.
ALTER TABLE chain.assets DROP CONSTRAINT assets_asset_sequence_key;
CREATE INDEX assets_by_sequence ON chain.assets (asset_sequence);
ALTER TABLE chain.roots DROP CONSTRAINT roots_vault_epoch_attempt_key;
CREATE INDEX roots_by_epoch ON chain.roots (vault, epoch, attempt);

-- Registrations and displacements: the one with the oldest commitment stands,
-- and `assets`, `parents` and `co_owners` say what it says.
CREATE TABLE chain.registrations (
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    asset           public.key32 NOT NULL,
    commit_slot     bigint,                  -- of a displacement
    slot            bigint NOT NULL,
    PRIMARY KEY (stream, sequence)
);
CREATE INDEX registrations_by_asset ON chain.registrations (asset);

-- What an asset is now, as far as events say: the owner, uses without those that
-- are still to come, and what else holds since the newest event.
ALTER TABLE chain.assets
    ADD COLUMN registered_slot bigint NOT NULL DEFAULT 0,   -- of the registration that stands
    ADD COLUMN next_uses smallint CHECK (next_uses BETWEEN 0 AND 7),
    ADD COLUMN next_uses_slot bigint,
    ADD COLUMN retired_slot bigint,
    ADD COLUMN disputed_slot bigint,
    ADD COLUMN dispute_deadline bigint;

-- Announced terms, the registered ones among them. Those in force are found by slot.
CREATE TABLE chain.terms (
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    asset           public.key32 NOT NULL,
    claimants       bytea[] NOT NULL CHECK (cardinality(claimants) BETWEEN 1 AND 16),
    shares_bps      integer[] NOT NULL CHECK (cardinality(shares_bps) = cardinality(claimants)),
    mix_bps         integer[] NOT NULL CHECK (cardinality(mix_bps) = 5),
    effective_slot  bigint NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (stream, sequence)
);
CREATE INDEX terms_by_asset ON chain.terms (asset, slot);
CREATE INDEX terms_by_claimant ON chain.terms USING gin (claimants);

-- Transfers and reassignments.
CREATE TABLE chain.owners (
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    asset           public.key32 NOT NULL,
    previous_owner  public.key32 NOT NULL,
    owner           public.key32 NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (stream, sequence)
);
CREATE INDEX owners_by_asset ON chain.owners (asset, slot);

CREATE TABLE chain.offers (
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    asset           public.key32 NOT NULL,
    owner           public.key32 NOT NULL,
    recipient       public.key32,            -- NULL when the offer was withdrawn
    slot            bigint NOT NULL,
    PRIMARY KEY (stream, sequence)
);
CREATE INDEX offers_by_asset ON chain.offers (asset, slot);
CREATE INDEX offers_by_recipient ON chain.offers (recipient, slot);

CREATE TABLE chain.uses (
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    asset           public.key32 NOT NULL,
    uses            smallint NOT NULL CHECK (uses BETWEEN 0 AND 7),
    next_uses       smallint NOT NULL CHECK (next_uses BETWEEN 0 AND 7),
    effective_slot  bigint NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (stream, sequence)
);
CREATE INDEX uses_by_asset ON chain.uses (asset, slot);

CREATE TABLE chain.retirements (
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    asset           public.key32 NOT NULL,
    owner           public.key32 NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (stream, sequence)
);
CREATE INDEX retirements_by_asset ON chain.retirements (asset, slot);

-- Each step of each dispute.
CREATE TABLE chain.disputes (
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    asset           public.key32 NOT NULL,
    step            text NOT NULL CHECK (step IN ('opened', 'rejected', 'upheld', 'expired', 'reassigned', 'cancelled')),
    challenger      public.key32 NOT NULL,
    evidence_hash   public.key32,            -- opened
    bond            public.base_units,       -- opened, rejected, upheld, expired; in lamports
    deadline_slot   bigint,                  -- opened: the last slot for a ruling; upheld: the first for the reassignment
    slot            bigint NOT NULL,
    PRIMARY KEY (stream, sequence)
);
CREATE INDEX disputes_by_asset ON chain.disputes (asset, slot);

CREATE TABLE chain.collections (
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    collection      public.key32 NOT NULL,
    curator         public.key32 NOT NULL,
    index           bigint NOT NULL,
    share_bps       public.basis_points NOT NULL,
    metadata_hash   public.key32 NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (stream, sequence)
);
CREATE INDEX collections_by_id ON chain.collections (collection);
CREATE INDEX collections_by_curator ON chain.collections (curator, index);

-- Joinings (with curator and share) and leavings.
CREATE TABLE chain.memberships (
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    asset           public.key32 NOT NULL,
    collection      public.key32 NOT NULL,
    curator         public.key32,
    share_bps       public.basis_points,
    effective_slot  bigint NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (stream, sequence),
    CHECK ((curator IS NULL) = (share_bps IS NULL))
);
CREATE INDEX memberships_by_asset ON chain.memberships (asset, effective_slot);
CREATE INDEX memberships_by_collection ON chain.memberships (collection, effective_slot);

-- Registrations of gateways (with operator and index), keys added and revoked.
CREATE TABLE chain.gateway_changes (
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    gateway         public.key32 NOT NULL,
    operator        public.key32,
    index           bigint,
    key             public.key32,
    valid_from      bigint,
    revoked_from    bigint,
    slot            bigint NOT NULL,
    PRIMARY KEY (stream, sequence),
    CHECK (num_nonnulls(operator, valid_from, revoked_from) = 1),
    CHECK ((operator IS NULL) = (index IS NULL) AND (operator IS NULL) = (key IS NOT NULL))
);
CREATE INDEX gateway_changes_by_gateway ON chain.gateway_changes (gateway);

-- What happened to roots; `roots` says what came of it. Disabling names many.
CREATE TABLE chain.root_changes (
    vault           public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    root_id         public.key32 NOT NULL,
    step            text NOT NULL CHECK (step IN ('posted', 'attested', 'active', 'vetoed', 'disabled')),
    attestations    smallint,                -- attested: how many by now
    by_key          public.key32,            -- attested, vetoed, disabled
    reason          smallint,                -- vetoed, disabled: 1 wrong, 2 its data could not be fetched
    slot            bigint NOT NULL,
    PRIMARY KEY (vault, sequence, root_id)
);
CREATE INDEX root_changes_by_root ON chain.root_changes (vault, root_id, sequence);

-- Governance of the rewards program: changes proposed, applied, cancelled, or
-- made at once because they tighten. `vault` is the configuration for its own.
CREATE TABLE chain.changes (
    vault           public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    step            text NOT NULL CHECK (step IN ('proposed', 'applied', 'cancelled', 'tightened')),
    nonce           public.base_units,       -- all but tightened
    kind            text CHECK (kind IN ('poster', 'guardian', 'add_watcher', 'remove_watcher', 'threshold', 'timelock', 'window', 'growth', 'outflow', 'policy_set')),
    key             public.key32,            -- whom or which, where the kind names one
    numbers         numeric(20, 0)[] NOT NULL,   -- in the order of the change's fields
    ready_slot      public.base_units,       -- proposed: the first slot
    ready_at        bigint,                  -- proposed: the first second
    by_key          public.key32,            -- cancelled
    slot            bigint NOT NULL,
    PRIMARY KEY (vault, sequence),
    CHECK ((step = 'cancelled') = (kind IS NULL))
);

-- Policy sets of a vault, each from its slot on.
CREATE TABLE chain.policy_sets (
    vault           public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    policy_set      public.key32 NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (vault, sequence)
);

CREATE TABLE chain.pauses (
    vault           public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    flags           smallint NOT NULL CHECK (flags >= 0),   -- 1 deposits, 2 roots, 4 claims; 0 when lifted
    by_key          public.key32 NOT NULL,
    until           bigint,                  -- the second at which it ends by itself
    slot            bigint NOT NULL,
    PRIMARY KEY (vault, sequence)
);

CREATE TABLE chain.recapitalisations (
    vault           public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    by_key          public.key32 NOT NULL,
    amount          public.base_units NOT NULL,
    total           public.base_units NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (vault, sequence)
);

-- Whom claimants chose to receive what they are owed; NULL for themselves.
CREATE TABLE chain.recipients (
    vault           public.key32 NOT NULL,   -- the configuration
    sequence        bigint NOT NULL,
    claimant        public.key32 NOT NULL,
    recipient       public.key32,
    slot            bigint NOT NULL,
    PRIMARY KEY (vault, sequence)
);
CREATE INDEX recipients_by_claimant ON chain.recipients (claimant, sequence);

-- What other rooms read. A name's number goes up when its columns change meaning;
-- the old one stays until nobody reads it. "Now" is the newest slot up to which
-- everything is stored; `commitment` says whether the row's event is final.

CREATE FUNCTION chain.now_v1() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT greatest(confirmed_slot, finalised_slot) FROM chain.status
$$;

CREATE FUNCTION chain.commitment_v1(at bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN at <= finalised_slot THEN 'finalised' ELSE 'confirmed' END FROM chain.status
$$;

-- Terms of an asset in force at a slot, as far as announced by then. What is
-- announced takes the place of what was announced before and does not count yet.
CREATE FUNCTION chain.terms_at_v1(of_asset bytea, at bigint) RETURNS SETOF chain.terms LANGUAGE sql STABLE AS $$
    SELECT t.* FROM chain.terms t
    WHERE t.asset = of_asset AND t.slot <= at AND t.effective_slot <= at
      AND NOT EXISTS (SELECT FROM chain.terms n
                      WHERE n.asset = t.asset AND n.slot < t.effective_slot
                        AND (n.slot, n.stream, n.sequence) > (t.slot, t.stream, t.sequence))
    ORDER BY t.effective_slot DESC, t.slot DESC, t.stream DESC, t.sequence DESC LIMIT 1
$$;

-- Every announcement with what came of it: past, in_force, pending or replaced.
CREATE VIEW chain.terms_v1 AS
    SELECT asset, claimants, shares_bps, mix_bps, slot AS announced_slot, effective_slot,
           CASE WHEN replaced THEN 'replaced'
                WHEN effective_slot > now THEN 'pending'
                WHEN row_number() OVER (PARTITION BY asset, replaced, effective_slot > now
                                        ORDER BY effective_slot DESC, slot DESC, stream DESC, sequence DESC) = 1
                THEN 'in_force' ELSE 'past' END AS state,
           chain.commitment_v1(slot) AS commitment
    FROM (SELECT t.*, chain.now_v1() AS now,
                 EXISTS (SELECT FROM chain.terms n
                         WHERE n.asset = t.asset AND n.slot < t.effective_slot
                           AND (n.slot, n.stream, n.sequence) > (t.slot, t.stream, t.sequence)) AS replaced
          FROM chain.terms t) t;

-- Assets as they stand now.
CREATE VIEW chain.assets_v1 AS
    SELECT asset, kind, content_id, content_hash, content_length, owner, metadata_hash, uri_hash, licence,
           CASE WHEN next_uses_slot <= chain.now_v1() THEN next_uses ELSE uses END AS uses,
           CASE WHEN next_uses_slot > chain.now_v1() THEN next_uses END AS next_uses,
           CASE WHEN next_uses_slot > chain.now_v1() THEN next_uses_slot END AS next_uses_slot,
           royalty_mode, asset_sequence, stack_bps,
           CASE WHEN disputed_slot IS NOT NULL THEN 'disputed' WHEN retired_slot IS NOT NULL THEN 'retired'
                ELSE 'active' END AS status,
           retired_slot, disputed_slot, dispute_deadline, registered_slot, slot,
           chain.commitment_v1(slot) AS commitment
    FROM chain.assets;

-- Disputes with their outcome; NULL while they are open.
CREATE VIEW chain.disputes_v1 AS
    SELECT o.asset, o.challenger, o.evidence_hash, o.bond, o.deadline_slot, o.slot AS opened_slot, u.slot AS upheld_slot,
           u.deadline_slot AS reassign_from, coalesce(e.step, d.step) AS outcome, coalesce(e.slot, d.slot) AS outcome_slot,
           chain.commitment_v1(greatest(o.slot, u.slot, e.slot, d.slot)) AS commitment
    FROM chain.disputes o
    LEFT JOIN LATERAL (
        SELECT t.step, t.slot FROM chain.disputes t
        WHERE t.asset = o.asset AND t.slot >= o.slot AND t.step IN ('rejected', 'expired', 'reassigned', 'cancelled')
        ORDER BY t.slot LIMIT 1) e ON true
    LEFT JOIN LATERAL (
        SELECT 'displaced' AS step, r.slot FROM chain.registrations r
        WHERE r.asset = o.asset AND r.slot >= o.slot AND r.commit_slot IS NOT NULL
        ORDER BY r.slot LIMIT 1) d ON e.slot IS NULL
    LEFT JOIN LATERAL (
        SELECT t.slot, t.deadline_slot FROM chain.disputes t
        WHERE t.asset = o.asset AND t.slot >= o.slot AND t.step = 'upheld'
          AND t.slot <= coalesce(e.slot, d.slot, t.slot)
        ORDER BY t.slot LIMIT 1) u ON true
    WHERE o.step = 'opened';

-- Memberships with their first slot and the one after the last.
CREATE VIEW chain.members_v1 AS
    SELECT asset, collection, curator, share_bps, effective_slot AS from_slot, until_slot,
           chain.commitment_v1(slot) AS commitment
    FROM (SELECT *, lead(effective_slot) OVER (PARTITION BY asset ORDER BY effective_slot, slot, stream, sequence)
                    AS until_slot
          FROM chain.memberships) m
    WHERE curator IS NOT NULL;

-- Offers that may still be accepted.
CREATE VIEW chain.offers_v1 AS
    SELECT o.asset, o.owner, o.recipient, o.slot, chain.commitment_v1(o.slot) AS commitment
    FROM (SELECT DISTINCT ON (asset) * FROM chain.offers ORDER BY asset, slot DESC, stream DESC, sequence DESC) o
    JOIN chain.assets a ON a.asset = o.asset AND a.owner = o.owner
    WHERE o.recipient IS NOT NULL
      AND NOT EXISTS (SELECT FROM chain.owners n WHERE n.asset = o.asset AND n.slot >= o.slot);

-- Policy sets with the slots they are in force; the last one has no end.
CREATE VIEW chain.policy_sets_v1 AS
    SELECT vault, policy_set, slot AS from_slot, lead(slot) OVER (PARTITION BY vault ORDER BY sequence) AS until_slot,
           chain.commitment_v1(slot) AS commitment
    FROM chain.policy_sets;

-- Changes that wait for their timelock.
CREATE VIEW chain.pending_changes_v1 AS
    SELECT p.vault, p.nonce, p.kind, p.key, p.numbers, p.ready_slot, p.ready_at, p.slot,
           chain.commitment_v1(p.slot) AS commitment
    FROM chain.changes p
    WHERE p.step = 'proposed'
      AND NOT EXISTS (SELECT FROM chain.changes n WHERE n.vault = p.vault AND n.nonce = p.nonce
                                                    AND n.sequence > p.sequence AND n.step IN ('applied', 'cancelled'));

-- The newest pause of each vault that was not lifted; it ends at second `until`.
CREATE VIEW chain.pauses_v1 AS
    SELECT vault, flags, by_key, until, slot, chain.commitment_v1(slot) AS commitment
    FROM (SELECT DISTINCT ON (vault) * FROM chain.pauses ORDER BY vault, sequence DESC) p
    WHERE flags <> 0;

-- Who receives what claimants are owed; who is not listed receives it itself.
CREATE VIEW chain.recipients_v1 AS
    SELECT claimant, recipient, slot, chain.commitment_v1(slot) AS commitment
    FROM (SELECT DISTINCT ON (claimant) * FROM chain.recipients ORDER BY claimant, sequence DESC) r
    WHERE recipient IS NOT NULL;

GRANT SELECT ON ALL TABLES IN SCHEMA chain TO tributary_reader;
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA chain TO tributary_indexer;
