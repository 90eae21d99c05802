-- Who may ask the API for more than reads: sign-ins, keys, webhooks. The API
-- alone writes here. Secrets that only need comparing are kept as hashes.

-- Messages that were handed out to be signed. One is used once, or never.
CREATE TABLE access.challenges (
    nonce           text PRIMARY KEY CHECK (length(nonce) BETWEEN 8 AND 64),
    account         public.key32 NOT NULL,
    message         text NOT NULL CHECK (length(message) <= 2048),
    expires_at      timestamptz NOT NULL,
    used_at         timestamptz
);
CREATE INDEX challenges_by_expiry ON access.challenges (expires_at);

-- Bearer tokens: sessions from a sign-in, and keys that a session made.
CREATE TABLE access.tokens (
    id              text PRIMARY KEY CHECK (id ~ '^[a-z]+_[0-9a-f]{24}$'),
    hash            public.key32 NOT NULL UNIQUE,      -- SHA-256 of the token
    kind            text NOT NULL CHECK (kind IN ('session', 'key')),
    account         public.key32 NOT NULL,
    name            text NOT NULL CHECK (length(name) <= 100),
    scopes          text[] NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz,
    revoked_at      timestamptz
);
CREATE INDEX tokens_of_account ON access.tokens (account, kind, id);

-- What was answered to a request that must not be done twice.
CREATE TABLE access.idempotency (
    account         public.key32 NOT NULL,
    key             text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request         public.key32 NOT NULL,             -- SHA-256 of path and body
    status          smallint,
    body            text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account, key)
);
CREATE INDEX idempotency_by_age ON access.idempotency (created_at);

-- Where to send what happened. The position is that of the last change that
-- became deliveries: they and the position are written together.
CREATE TABLE access.webhooks (
    id              text PRIMARY KEY CHECK (id ~ '^wh_[0-9a-f]{24}$'),
    account         public.key32 NOT NULL,
    url             text NOT NULL CHECK (length(url) <= 500),
    secret          bytea NOT NULL CHECK (octet_length(secret) = 32),   -- signs, so it is kept
    kinds           text[] NOT NULL,                   -- empty for all
    vault           public.key32,
    claimant        public.key32,
    slot            bigint NOT NULL,
    program         public.key32 NOT NULL,
    stream          public.key32 NOT NULL,
    sequence        bigint NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    disabled_at     timestamptz
);
CREATE INDEX webhooks_of_account ON access.webhooks (account, id);

CREATE TABLE access.deliveries (
    webhook         text NOT NULL REFERENCES access.webhooks ON DELETE CASCADE,
    number          bigint NOT NULL CHECK (number >= 0),   -- dense within the webhook
    kind            text NOT NULL,
    body            text NOT NULL,
    attempts        smallint NOT NULL DEFAULT 0,
    state           text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'given_up')),
    next_at         timestamptz NOT NULL DEFAULT now(),
    last_status     integer,
    last_error      text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    PRIMARY KEY (webhook, number)
);
CREATE INDEX deliveries_waiting ON access.deliveries (next_at) WHERE state = 'waiting';

GRANT USAGE ON SCHEMA access TO tributary_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA access TO tributary_api;
