-- The signed waterfall that was published with an attempt's root.
CREATE TABLE ledger.waterfalls (
    vault           public.key32 NOT NULL,
    epoch           bigint NOT NULL,
    attempt         integer NOT NULL,
    root_id         public.key32 NOT NULL,
    file            public.key32 NOT NULL,     -- its hash in the content store
    PRIMARY KEY (vault, epoch, attempt),
    FOREIGN KEY (vault, epoch, attempt) REFERENCES ledger.epochs
);

GRANT SELECT ON ledger.waterfalls TO tributary_reader;
GRANT INSERT, UPDATE, DELETE ON ledger.waterfalls TO tributary_settlement;
