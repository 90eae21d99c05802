-- Group commits are large and half of them are hashes: lz4 compresses them many
-- times as fast as what Postgres does by itself. What is stored already stays as
-- it is and is read as before.
ALTER TABLE usage.groups ALTER COLUMN bytes SET COMPRESSION lz4;
ALTER TABLE usage.sidecars ALTER COLUMN body SET COMPRESSION lz4;
-- What agents remember of sessions that a payer named. Turns go when their time
-- has come, or when the payer says so; no arithmetic needs them.
CREATE TABLE usage.sessions (
    session         public.key32 NOT NULL,   -- hash of gateway, payer, agent and the session's name
    turn            bigint NOT NULL CHECK (turn >= 0),
    gateway         public.key32 NOT NULL,
    asked           bytea NOT NULL,          -- UTF-8
    answered        bytea NOT NULL,          -- UTF-8
    at              timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (session, turn)
);
CREATE INDEX sessions_by_age ON usage.sessions (gateway, at);

GRANT INSERT, UPDATE, DELETE, SELECT ON usage.sessions TO tributary_gateway;
