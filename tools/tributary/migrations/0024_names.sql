-- What assets are called, for search by name: an index of the content store,
-- which the API makes and could make again. NULL: the metadata has no name.
CREATE TABLE access.names (
    metadata_hash   public.key32 PRIMARY KEY,
    name            text CHECK (length(name) <= 120),
    words           tsvector NOT NULL
);
CREATE INDEX names_by_word ON access.names USING gin (words);
CREATE INDEX assets_by_metadata ON chain.assets (metadata_hash);

-- What an asset earned, whoever it was for.
CREATE INDEX credits_by_asset ON ledger.credits (asset, vault, epoch, attempt);
-- Disputes of all assets, newest first.
CREATE INDEX disputes_by_slot ON chain.disputes (slot, asset) WHERE step = 'opened';

GRANT SELECT, INSERT, UPDATE, DELETE ON access.names TO tributary_api;
