-- What the intake decides once about a registered dataset, and what reputations
-- are worked out from.

-- Which cluster of near-duplicates a dataset is in: decided once, in dense places,
-- and never changed, whatever happens to its text. `shingles` names a file of the
-- content store with which later texts are compared.
CREATE TABLE intake.clusters (
    rules           public.key32 NOT NULL,     -- SHA-256 of what decides, as the policy set has it
    place           integer NOT NULL CHECK (place >= 0),
    asset           public.key32 NOT NULL,
    asset_sequence  bigint NOT NULL CHECK (asset_sequence >= 0),
    founder         public.key32 NOT NULL,     -- itself, or whose cluster it joined
    shingles        public.key32 NOT NULL,
    shingle_bytes   bigint NOT NULL CHECK (shingle_bytes >= 0),
    decided_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (rules, place),
    UNIQUE (rules, asset)
);

GRANT SELECT ON intake.clusters TO tributary_reader;
GRANT SELECT, INSERT ON intake.clusters TO tributary_gateway;

-- A last step: vectors for P2. It may wait for its server, and only it does.
ALTER TABLE intake.datasets
    DROP CONSTRAINT datasets_step_check,
    ADD CONSTRAINT datasets_step_check CHECK (step IN
        ('upload', 'validate', 'scan', 'compare', 'publish', 'register', 'index', 'embed', 'done'));
CREATE INDEX datasets_by_owner ON intake.datasets (owner, state);

-- A dataset's vectors as a file of the content store, by which anyone repeats
-- evidence of similarity.
CREATE TABLE usage.vector_files (
    asset           public.key32 NOT NULL,
    model           text NOT NULL,
    file            public.key32 NOT NULL,     -- SHA-256 of its bytes
    vectors         integer NOT NULL CHECK (vectors >= 0),
    made_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (asset, model)
);

GRANT SELECT ON usage.vector_files TO tributary_reader;
GRANT SELECT, INSERT ON usage.vector_files TO tributary_gateway;

-- The minutes in which a gateway served an agent: what a reputation calls uptime.
CREATE TABLE usage.uptime (
    agent           public.key32 NOT NULL,
    day             integer NOT NULL CHECK (day >= 0),        -- since 1970, UTC
    first_minute    bigint NOT NULL CHECK (first_minute >= 0),
    last_minute     bigint NOT NULL CHECK (last_minute >= first_minute),
    minutes         integer NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
    PRIMARY KEY (agent, day)
);

GRANT SELECT ON usage.uptime TO tributary_reader;
GRANT SELECT, INSERT, UPDATE ON usage.uptime TO tributary_gateway;

-- What events say, summed up for reputations. The gateway reads its own groups by
-- position and moves `tallied` in the transaction that adds them, so that each
-- counts once; everything here can be deleted and comes again.
CREATE TABLE usage.tallied (
    gateway         public.key32 NOT NULL,
    generation      bigint NOT NULL,
    next_sequence   bigint NOT NULL CHECK (next_sequence >= 0),
    PRIMARY KEY (gateway, generation)
);

CREATE TABLE usage.agent_days (
    agent           public.key32 NOT NULL,
    day             integer NOT NULL CHECK (day >= 0),
    answers         bigint NOT NULL CHECK (answers >= 0),     -- whose text was looked through
    whole           numeric(30, 0) NOT NULL CHECK (whole >= 0),       -- their weight
    matched         numeric(30, 0) NOT NULL CHECK (matched BETWEEN 0 AND whole),
    PRIMARY KEY (agent, day)
);

CREATE TABLE usage.asset_days (
    asset           public.key32 NOT NULL,
    day             integer NOT NULL CHECK (day >= 0),
    answers         bigint NOT NULL CHECK (answers >= 0),     -- that are near it or have its words
    verbatim        bigint NOT NULL CHECK (verbatim BETWEEN 0 AND answers),
    PRIMARY KEY (asset, day)
);

CREATE TABLE usage.callers (
    agent           public.key32 NOT NULL,
    vault           public.key32 NOT NULL,
    payer           public.key32 NOT NULL,
    last_slot       bigint NOT NULL CHECK (last_slot >= 0),
    last_day        integer NOT NULL CHECK (last_day >= 0),
    PRIMARY KEY (agent, vault, payer)
);

GRANT SELECT ON usage.tallied, usage.agent_days, usage.asset_days, usage.callers TO tributary_reader;
GRANT SELECT, INSERT, UPDATE ON usage.tallied, usage.agent_days, usage.asset_days, usage.callers TO tributary_gateway;
