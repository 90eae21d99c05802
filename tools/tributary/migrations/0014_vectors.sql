-- Vectors of registered datasets (P2), quantised once: whoever made them first,
-- theirs are kept.
CREATE TABLE usage.vectors (
    asset           public.key32 NOT NULL,
    passage         integer NOT NULL CHECK (passage >= 0),
    model           text NOT NULL,
    numbers         bytea NOT NULL CHECK (octet_length(numbers) = 384),
    made_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (asset, model, passage)
);

GRANT SELECT ON usage.vectors TO tributary_reader;
GRANT INSERT ON usage.vectors TO tributary_gateway;
