-- What the gateways did, and what payers may still spend.

-- Mandates that payers signed. Append-only.
CREATE TABLE usage.mandates (
    mandate         public.key32 PRIMARY KEY,
    vault           public.key32 NOT NULL,
    payer           public.key32 NOT NULL,
    gateway         public.key32 NOT NULL,
    maximum         public.base_units NOT NULL,
    expires_slot    numeric(20, 0) NOT NULL,
    nonce           numeric(20, 0) NOT NULL,
    signature       bytea NOT NULL CHECK (octet_length(signature) = 64),
    accepted_at     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (vault, payer, gateway, nonce)
);

-- API keys, as hashes, each bound to a mandate and so to a payer.
CREATE TABLE usage.api_keys (
    key_hash        public.key32 PRIMARY KEY,
    mandate         public.key32 NOT NULL REFERENCES usage.mandates,
    created_at      timestamptz NOT NULL DEFAULT now(),
    revoked_at      timestamptz
);

-- Each gateway's chain of group commits, as signed.
CREATE TABLE usage.groups (
    gateway         public.key32 NOT NULL,
    generation      bigint NOT NULL CHECK (generation >= 0),
    first_sequence  bigint NOT NULL CHECK (first_sequence >= 0),
    end_sequence    bigint NOT NULL CHECK (end_sequence > first_sequence),
    previous        public.key32 NOT NULL,
    head            public.key32 NOT NULL,
    signer          public.key32 NOT NULL,
    bytes           bytea NOT NULL,
    drained_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (gateway, generation, first_sequence),
    UNIQUE (gateway, generation, end_sequence)
);

CREATE TABLE usage.events (
    gateway         public.key32 NOT NULL,
    generation      bigint NOT NULL,
    sequence        bigint NOT NULL CHECK (sequence >= 0),
    vault           public.key32 NOT NULL,
    payer           public.key32 NOT NULL,
    mandate         public.key32 NOT NULL REFERENCES usage.mandates,
    lease           bigint NOT NULL,
    request         public.key32 NOT NULL,
    agent           public.key32 NOT NULL,
    model           public.key32 NOT NULL,
    price           public.base_units NOT NULL,
    graph_slot      bigint NOT NULL,
    at_ms           bigint NOT NULL,
    tokens          integer NOT NULL CHECK (tokens BETWEEN 0 AND 65535),
    hash            public.key32 NOT NULL,
    PRIMARY KEY (gateway, generation, sequence),
    UNIQUE (gateway, request)
);
CREATE INDEX events_by_payer ON usage.events (payer, gateway, generation, sequence);

-- Up to where each generation has been drained: contiguous.
CREATE TABLE usage.heads (
    gateway         public.key32 NOT NULL,
    generation      bigint NOT NULL,
    next_sequence   bigint NOT NULL CHECK (next_sequence >= 0),
    head            public.key32 NOT NULL,
    PRIMARY KEY (gateway, generation)
);

-- Texts behind the evidence, which expire; no arithmetic needs them.
CREATE TABLE usage.sidecars (
    gateway         public.key32 NOT NULL,
    generation      bigint NOT NULL,
    sequence        bigint NOT NULL,
    salt            public.key32 NOT NULL,
    body            bytea NOT NULL,           -- JSON: output positions of the spans
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (gateway, generation, sequence)
);

-- The credit log: dense positions from 1, append-only. A position's effect on a
-- payer's credit with a vault:
--   grant    a finalised deposit becomes available
--   lease    available credit is leased to a gateway's generation
--   close    what a lease did not spend becomes available again; `spent_end` is
--            the position one past its last event
--   refund   available credit leaves for the payer, after a request on-chain
CREATE TABLE credit.log (
    position        bigint PRIMARY KEY CHECK (position > 0),
    kind            text NOT NULL CHECK (kind IN ('grant', 'lease', 'close', 'refund')),
    vault           public.key32 NOT NULL,
    payer           public.key32 NOT NULL,
    amount          public.base_units NOT NULL,
    deposit_sequence bigint,       -- grant: the deposit's place in the vault's sequence
    chain_slot      bigint NOT NULL CHECK (chain_slot >= 0),  -- finalised slot this rests on
    lease           bigint,        -- close: the lease's own position
    gateway         public.key32,  -- lease, close
    generation      bigint,        -- lease, close
    mandate         public.key32,  -- lease
    at              timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'grant') = (deposit_sequence IS NOT NULL)),
    CHECK ((kind = 'close') = (lease IS NOT NULL)),
    CHECK ((kind IN ('lease', 'close')) = (gateway IS NOT NULL AND generation IS NOT NULL)),
    CHECK ((kind = 'lease') = (mandate IS NOT NULL)),
    UNIQUE (vault, deposit_sequence),
    UNIQUE (lease)
);
CREATE INDEX log_by_payer ON credit.log (vault, payer, position);

-- Running balances, kept in the same transaction as the log.
CREATE TABLE credit.accounts (
    vault           public.key32 NOT NULL,
    payer           public.key32 NOT NULL,
    available       public.base_units NOT NULL,
    leased          public.base_units NOT NULL,
    PRIMARY KEY (vault, payer)
);

CREATE TABLE credit.leases (
    lease           bigint PRIMARY KEY REFERENCES credit.log,
    vault           public.key32 NOT NULL,
    payer           public.key32 NOT NULL,
    mandate         public.key32 NOT NULL REFERENCES usage.mandates,
    gateway         public.key32 NOT NULL,
    generation      bigint NOT NULL,
    amount          public.base_units NOT NULL,
    closed_at       bigint REFERENCES credit.log
);
CREATE INDEX leases_open ON credit.leases (gateway, generation) WHERE closed_at IS NULL;

-- Generations: a new one fences the older ones of the same gateway.
CREATE TABLE credit.generations (
    gateway         public.key32 NOT NULL,
    generation      bigint NOT NULL CHECK (generation >= 0),
    started_at      timestamptz NOT NULL DEFAULT now(),
    fenced_at       timestamptz,
    PRIMARY KEY (gateway, generation)
);

GRANT USAGE ON SCHEMA usage, credit TO tributary_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA usage, credit TO tributary_reader;
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA usage, credit TO tributary_gateway;
