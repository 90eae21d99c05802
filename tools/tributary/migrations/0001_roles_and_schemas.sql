-- Each schema has one writing role; everyone reads. Roles belong to the cluster,
-- so they may exist already.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tributary_indexer', 'tributary_gateway', 'tributary_settlement', 'tributary_api', 'tributary_reader']
    LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
END
$$;

GRANT tributary_reader TO tributary_indexer, tributary_gateway, tributary_settlement, tributary_api;

CREATE SCHEMA chain;   -- the indexer writes
CREATE SCHEMA usage;   -- the gateway writes
CREATE SCHEMA credit;  -- the gateway writes
CREATE SCHEMA ledger;  -- settlement writes
CREATE SCHEMA access;  -- the API writes

-- Money and identity as domains, so that no column can hold a bad value.
CREATE DOMAIN public.base_units AS numeric(20, 0) CHECK (VALUE >= 0 AND VALUE <= 18446744073709551615);
CREATE DOMAIN public.sub_units AS numeric(39, 0) CHECK (VALUE >= 0);
CREATE DOMAIN public.key32 AS bytea CHECK (octet_length(VALUE) = 32);
CREATE DOMAIN public.basis_points AS integer CHECK (VALUE BETWEEN 0 AND 10000);
