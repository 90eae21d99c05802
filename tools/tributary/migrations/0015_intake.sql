-- Datasets on their way to registration, and what happened to each. The gateway
-- writes, everyone reads; what only the owner may see (keys, salts) is hashed or
-- in columns that readers are not granted.
CREATE SCHEMA intake;

CREATE TABLE intake.datasets (
    dataset         public.key32 PRIMARY KEY,     -- SHA-256 of the signed declaration
    gateway         public.key32 NOT NULL,
    owner           public.key32 NOT NULL,
    declaration     jsonb NOT NULL,
    signature       bytea NOT NULL CHECK (octet_length(signature) = 64),
    key_hash        public.key32 NOT NULL UNIQUE, -- of the key for upload and status
    salt            public.key32 NOT NULL,        -- of the commitment, secret until revealed
    step            text NOT NULL CHECK (step IN
                        ('upload', 'validate', 'scan', 'compare', 'publish', 'register', 'index', 'done')),
    state           text NOT NULL CHECK (state IN ('waiting', 'due', 'parked', 'done', 'withdrawn')),
    facts           jsonb NOT NULL DEFAULT '{}',  -- what the steps found out
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at          timestamptz NOT NULL DEFAULT now(),
    reason          text,                         -- why it waits or is parked
    events          bigint NOT NULL DEFAULT 0 CHECK (events >= 0),
    created_at      timestamptz NOT NULL DEFAULT now(),
    CHECK (state <> 'parked' OR reason IS NOT NULL)
);
CREATE INDEX datasets_due ON intake.datasets (gateway, due_at) WHERE state = 'due';

-- What happened, dense from 0 a dataset. Append-only.
CREATE TABLE intake.events (
    dataset         public.key32 NOT NULL REFERENCES intake.datasets,
    sequence        bigint NOT NULL CHECK (sequence >= 0),
    kind            text NOT NULL,
    body            jsonb NOT NULL,
    at              timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dataset, sequence)
);

GRANT USAGE ON SCHEMA intake TO tributary_reader, tributary_gateway;
GRANT SELECT (dataset, gateway, owner, declaration, step, state, facts, attempts, due_at, reason, events, created_at)
    ON intake.datasets TO tributary_reader;
GRANT SELECT ON intake.events TO tributary_reader;
GRANT SELECT, INSERT, UPDATE ON intake.datasets, intake.events TO tributary_gateway;

-- Further keys of a mandate: budgets and rates of their own. `taken` is what was
-- spent of a budget or is held by the running gateway.
ALTER TABLE usage.api_keys
    ADD COLUMN made_by public.key32 REFERENCES usage.api_keys,
    ADD COLUMN label text,
    ADD COLUMN budget public.base_units,
    ADD COLUMN taken public.base_units NOT NULL DEFAULT 0,
    ADD COLUMN rate bigint CHECK (rate > 0);
CREATE INDEX api_keys_by_mandate ON usage.api_keys (mandate);
