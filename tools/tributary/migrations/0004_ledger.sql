-- Settlement: epochs, the double-entry ledger and what was published.

-- Fencing: a settler writes only with the newest number.
CREATE TABLE ledger.writer (
    one             boolean PRIMARY KEY DEFAULT true CHECK (one),
    fence           bigint NOT NULL DEFAULT 0
);
INSERT INTO ledger.writer DEFAULT VALUES;

CREATE TABLE ledger.epochs (
    vault           public.key32 NOT NULL,
    epoch           bigint NOT NULL CHECK (epoch > 0),
    attempt         integer NOT NULL CHECK (attempt >= 0),
    step            text NOT NULL CHECK (step IN ('closing', 'built', 'published', 'posted', 'active', 'vetoed')),
    parent          public.key32 NOT NULL,
    finalised_slot  bigint NOT NULL,
    credit_end      bigint NOT NULL,
    opening_state   public.key32 NOT NULL,
    manifest        public.key32,
    leaf_file       public.key32,
    root_id         public.key32,
    tree_hash       public.key32,
    leaf_count      bigint,
    events          bigint,
    void_events     bigint,
    signature       bytea CHECK (octet_length(signature) = 64),   -- of the posting transaction, before it is sent
    blockhash       public.key32,
    started_at      timestamptz NOT NULL DEFAULT now(),
    changed_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (vault, epoch, attempt)
);

-- The vector of event positions an epoch's attempt closes at.
CREATE TABLE ledger.epoch_positions (
    vault           public.key32 NOT NULL,
    epoch           bigint NOT NULL,
    attempt         integer NOT NULL,
    gateway         public.key32 NOT NULL,
    generation      bigint NOT NULL,
    first_sequence  bigint NOT NULL,
    end_sequence    bigint NOT NULL CHECK (end_sequence >= first_sequence),
    PRIMARY KEY (vault, epoch, attempt, gateway, generation),
    FOREIGN KEY (vault, epoch, attempt) REFERENCES ledger.epochs
);

-- Accounts of the identity (design §4), in sub-units:
--   deposited + recapitalised =
--     entitled (all classes) + available + leased + refunds_pending + unsettled
--     + held + residue + overpaid
-- Every entry moves an amount from one account to another, so the identity holds
-- as long as each account balances; append-only, corrections are new entries.
CREATE TABLE ledger.entries (
    vault           public.key32 NOT NULL,
    epoch           bigint NOT NULL,
    attempt         integer NOT NULL,
    line            integer NOT NULL CHECK (line >= 0),
    reason          text NOT NULL,
    debit           text NOT NULL CHECK (debit IN ('deposited', 'recapitalised', 'entitled_earned', 'entitled_refund', 'entitled_fee', 'available', 'leased', 'refunds_pending', 'unsettled', 'held', 'residue', 'overpaid')),
    credit          text NOT NULL CHECK (credit IN ('deposited', 'recapitalised', 'entitled_earned', 'entitled_refund', 'entitled_fee', 'available', 'leased', 'refunds_pending', 'unsettled', 'held', 'residue', 'overpaid')),
    amount          public.sub_units NOT NULL CHECK (amount > 0),
    CHECK (debit <> credit),
    PRIMARY KEY (vault, epoch, attempt, line),
    FOREIGN KEY (vault, epoch, attempt) REFERENCES ledger.epochs
);

-- Each claimant's cumulative credit as of an epoch that became active.
CREATE TABLE ledger.entitlements (
    vault           public.key32 NOT NULL,
    class           smallint NOT NULL CHECK (class BETWEEN 0 AND 2),
    claimant        public.key32 NOT NULL,
    epoch           bigint NOT NULL,
    cumulative      public.sub_units NOT NULL,
    published       public.base_units NOT NULL,
    PRIMARY KEY (vault, class, claimant)
);

-- What attribution gave, by asset and claimant, per epoch: the pool's receipts.
CREATE TABLE ledger.credits (
    vault           public.key32 NOT NULL,
    epoch           bigint NOT NULL,
    attempt         integer NOT NULL,
    claimant        public.key32 NOT NULL,
    asset           public.key32 NOT NULL,
    policy          text NOT NULL,
    amount          public.sub_units NOT NULL,
    PRIMARY KEY (vault, epoch, attempt, claimant, asset, policy),
    FOREIGN KEY (vault, epoch, attempt) REFERENCES ledger.epochs
);

-- The identity, as last checked.
CREATE TABLE ledger.identity (
    vault           public.key32 NOT NULL,
    epoch           bigint NOT NULL,
    attempt         integer NOT NULL,
    deposited       public.sub_units NOT NULL,
    recapitalised   public.sub_units NOT NULL,
    entitled_earned public.sub_units NOT NULL,
    entitled_refund public.sub_units NOT NULL,
    entitled_fee    public.sub_units NOT NULL,
    available       public.sub_units NOT NULL,
    leased          public.sub_units NOT NULL,
    refunds_pending public.sub_units NOT NULL,
    unsettled       public.sub_units NOT NULL,
    held            public.sub_units NOT NULL,
    residue         public.sub_units NOT NULL,
    overpaid        public.sub_units NOT NULL,
    PRIMARY KEY (vault, epoch, attempt),
    FOREIGN KEY (vault, epoch, attempt) REFERENCES ledger.epochs,
    CHECK (deposited + recapitalised = entitled_earned + entitled_refund + entitled_fee
        + available + leased + refunds_pending + unsettled + held + residue + overpaid)
);

-- A vault whose identity failed posts nothing until an operator looked.
CREATE TABLE ledger.halts (
    vault           public.key32 PRIMARY KEY,
    reason          text NOT NULL,
    since           timestamptz NOT NULL DEFAULT now()
);

GRANT USAGE ON SCHEMA ledger TO tributary_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO tributary_reader;
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ledger TO tributary_settlement;
