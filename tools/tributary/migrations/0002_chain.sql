-- What the chain says: raw events, append-only, and projections of them.

-- One row: the indexer's cursor, its fencing number and its health.
CREATE TABLE chain.status (
    one             boolean PRIMARY KEY DEFAULT true CHECK (one),
    genesis         public.key32 NOT NULL,
    writer          bigint NOT NULL DEFAULT 0,      -- fencing: only the newest writer may write
    seen_slot       bigint NOT NULL DEFAULT 0 CHECK (seen_slot >= 0),       -- newest slot heard of
    confirmed_slot  bigint NOT NULL DEFAULT 0 CHECK (confirmed_slot >= 0),  -- everything up to here is stored
    finalised_slot  bigint NOT NULL DEFAULT 0 CHECK (finalised_slot >= 0),  -- everything up to here is stored, final and without gap
    finalised_at    timestamptz,
    updated_at      timestamptz NOT NULL DEFAULT now()
);

-- Where each program's signature listing has been read to.
CREATE TABLE chain.cursors (
    program         public.key32 PRIMARY KEY,
    newest          bytea CHECK (octet_length(newest) = 64),   -- everything up to this signature is stored
    slot            bigint NOT NULL DEFAULT 0 CHECK (slot >= 0)
);

CREATE TABLE chain.events (
    signature       bytea NOT NULL CHECK (octet_length(signature) = 64),
    outer_index     integer NOT NULL CHECK (outer_index >= 0),
    inner_index     integer NOT NULL CHECK (inner_index >= 0),
    slot            bigint NOT NULL CHECK (slot >= 0),
    block_time      bigint,
    program         public.key32 NOT NULL,
    stream          public.key32 NOT NULL,   -- the registry shard's account, the vault or the configuration
    sequence        bigint NOT NULL CHECK (sequence >= 0),
    name            text NOT NULL,
    data            bytea NOT NULL,          -- discriminator and fields
    decoder         integer NOT NULL,        -- version of the decoder
    commitment      text NOT NULL CHECK (commitment IN ('confirmed', 'finalised')),
    PRIMARY KEY (signature, outer_index, inner_index),
    UNIQUE (stream, sequence)
);
CREATE INDEX events_by_slot ON chain.events (slot, program, stream, sequence);
-- The few that are not final yet, looked at with every commit.
CREATE INDEX events_not_final ON chain.events (slot) WHERE commitment = 'confirmed';

CREATE TABLE chain.dead_letters (
    signature       bytea NOT NULL CHECK (octet_length(signature) = 64),
    outer_index     integer NOT NULL,
    inner_index     integer NOT NULL,
    slot            bigint NOT NULL,
    program         public.key32 NOT NULL,
    data            bytea NOT NULL,
    reason          text NOT NULL,
    seen_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (signature, outer_index, inner_index)
);

-- For each stream, how far its sequence is complete.
CREATE TABLE chain.streams (
    stream          public.key32 PRIMARY KEY,
    program         public.key32 NOT NULL,
    next_sequence   bigint NOT NULL DEFAULT 0 CHECK (next_sequence >= 0)
);

CREATE TABLE chain.gaps (
    stream          public.key32 NOT NULL,
    first_missing   bigint NOT NULL,
    last_missing    bigint NOT NULL CHECK (last_missing >= first_missing),
    below_slot      bigint NOT NULL,          -- the event that showed the gap is in this slot
    found_at        timestamptz NOT NULL DEFAULT now(),
    filled_at       timestamptz,
    PRIMARY KEY (stream, first_missing)
);

CREATE TABLE chain.slot_digests (
    slot            bigint PRIMARY KEY,
    events          integer NOT NULL CHECK (events > 0),
    digest          public.key32 NOT NULL     -- chained over all slots with events before
);

-- Projections. `slot` is the slot of the event that wrote the row last.
CREATE TABLE chain.assets (
    asset           public.key32 PRIMARY KEY,
    kind            smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
    content_id      public.key32 NOT NULL,
    content_hash    public.key32 NOT NULL,
    content_length  bigint NOT NULL CHECK (content_length >= 0),
    owner           public.key32 NOT NULL,
    metadata_hash   public.key32 NOT NULL,
    uri_hash        public.key32 NOT NULL,
    licence         text NOT NULL,
    uses            smallint NOT NULL CHECK (uses BETWEEN 0 AND 7),
    royalty_mode    smallint NOT NULL,
    mix_bps         integer[] NOT NULL CHECK (cardinality(mix_bps) = 5),
    asset_sequence  bigint NOT NULL UNIQUE,
    stack_bps       public.basis_points NOT NULL,
    effective_slot  bigint NOT NULL,
    slot            bigint NOT NULL
);
CREATE INDEX assets_by_owner ON chain.assets (owner, asset_sequence);

CREATE TABLE chain.parents (
    asset           public.key32 NOT NULL REFERENCES chain.assets ON DELETE CASCADE,
    place           smallint NOT NULL CHECK (place BETWEEN 0 AND 15),
    parent          public.key32 NOT NULL,
    royalty_bps     public.basis_points NOT NULL,
    PRIMARY KEY (asset, place),
    UNIQUE (asset, parent)
);
CREATE INDEX parents_by_parent ON chain.parents (parent);

CREATE TABLE chain.co_owners (
    asset           public.key32 NOT NULL REFERENCES chain.assets ON DELETE CASCADE,
    place           smallint NOT NULL CHECK (place BETWEEN 0 AND 15),
    claimant        public.key32 NOT NULL,
    share_bps       public.basis_points NOT NULL,
    PRIMARY KEY (asset, place),
    UNIQUE (asset, claimant)
);
CREATE INDEX co_owners_by_claimant ON chain.co_owners (claimant);

CREATE TABLE chain.gateways (
    gateway         public.key32 PRIMARY KEY,
    operator        public.key32 NOT NULL,
    index           bigint NOT NULL,
    slot            bigint NOT NULL
);

CREATE TABLE chain.gateway_keys (
    -- No reference: a gateway and its keys may stand in different shards, and one
    -- shard may be known further than another.
    gateway         public.key32 NOT NULL,
    key             public.key32 NOT NULL,
    valid_from      bigint NOT NULL,
    revoked_from    bigint,
    PRIMARY KEY (gateway, key)
);

CREATE TABLE chain.vaults (
    vault           public.key32 PRIMARY KEY,
    mint            public.key32 NOT NULL,
    token_program   public.key32 NOT NULL,
    token_account   public.key32 NOT NULL,
    decimals        smallint NOT NULL CHECK (decimals BETWEEN 0 AND 255),
    domain          public.key32 NOT NULL,
    challenge_slots numeric(20, 0) NOT NULL,
    challenge_seconds numeric(20, 0) NOT NULL,
    growth_per_slot public.base_units NOT NULL,
    growth_burst    public.base_units NOT NULL,
    freezable       boolean NOT NULL,
    slot            bigint NOT NULL
);

CREATE TABLE chain.deposits (
    vault           public.key32 NOT NULL REFERENCES chain.vaults ON DELETE CASCADE,
    sequence        bigint NOT NULL,
    payer           public.key32 NOT NULL,
    amount          public.base_units NOT NULL,
    payer_total     public.base_units NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (vault, sequence)
);
CREATE INDEX deposits_by_payer ON chain.deposits (vault, payer, sequence);

-- Requests for refunds and their withdrawals, in order; the last one counts.
CREATE TABLE chain.refund_requests (
    vault           public.key32 NOT NULL REFERENCES chain.vaults ON DELETE CASCADE,
    sequence        bigint NOT NULL,
    payer           public.key32 NOT NULL,
    open            boolean NOT NULL,
    slot            bigint NOT NULL,
    PRIMARY KEY (vault, sequence)
);

CREATE TABLE chain.roots (
    vault           public.key32 NOT NULL REFERENCES chain.vaults ON DELETE CASCADE,
    root_id         public.key32 NOT NULL,
    place           smallint NOT NULL,
    epoch           bigint NOT NULL CHECK (epoch > 0),
    attempt         integer NOT NULL CHECK (attempt >= 0),
    parent          public.key32 NOT NULL,
    finalised_slot  bigint NOT NULL,
    tree_hash       public.key32 NOT NULL,
    earned_total    public.base_units NOT NULL,
    refund_total    public.base_units NOT NULL,
    fee_total       public.base_units NOT NULL,
    leaf_count      bigint NOT NULL CHECK (leaf_count BETWEEN 1 AND 16777216),
    manifest        public.key32 NOT NULL,
    policy_set      public.key32 NOT NULL,
    opens_slot      bigint NOT NULL,
    opens_at        bigint NOT NULL,
    status          text NOT NULL CHECK (status IN ('pending', 'active', 'vetoed')),
    attestations    smallint NOT NULL DEFAULT 0,
    posted_slot     bigint NOT NULL,
    posted_signature bytea NOT NULL CHECK (octet_length(posted_signature) = 64),
    slot            bigint NOT NULL,
    PRIMARY KEY (vault, root_id),
    UNIQUE (vault, epoch, attempt)
);

CREATE TABLE chain.claims (
    vault           public.key32 NOT NULL REFERENCES chain.vaults ON DELETE CASCADE,
    sequence        bigint NOT NULL,
    epoch           bigint NOT NULL,
    class           smallint NOT NULL CHECK (class BETWEEN 0 AND 2),
    claimant        public.key32 NOT NULL,
    destination     public.key32 NOT NULL,
    paid            public.base_units NOT NULL,
    claimed         public.base_units NOT NULL,
    signature       bytea NOT NULL CHECK (octet_length(signature) = 64),
    slot            bigint NOT NULL,
    PRIMARY KEY (vault, sequence)
);
CREATE INDEX claims_by_claimant ON chain.claims (claimant, vault, class, sequence);

GRANT USAGE ON SCHEMA chain TO tributary_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA chain TO tributary_reader;
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA chain TO tributary_indexer;
