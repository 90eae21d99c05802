-- Roots that served and were disabled: what they overpaid has accounts of its own, the ledger is append-only in fact,
-- and the database itself says whether entries explain the identity.

ALTER TABLE ledger.epochs DROP CONSTRAINT epochs_step_check;
ALTER TABLE ledger.epochs ADD CONSTRAINT epochs_step_check
    CHECK (step IN ('closing', 'built', 'published', 'posted', 'active', 'vetoed', 'disabled'));

-- The last block height at which the journalled posting can land. Of postings from before it is not known: migrating
-- takes longer than a blockhash lives, so they count as expired, and the program takes an attempt once in any case.
ALTER TABLE ledger.epochs ADD COLUMN last_height bigint;
UPDATE ledger.epochs SET last_height = 0 WHERE signature IS NOT NULL;

-- What was overpaid and what was added to make it good need not be equal:
--   deposited + recapitalised + shortfall =
--     entitled (all classes) + available + leased + refunds_pending + unsettled
--     + held + residue + overpaid + reserve
ALTER TABLE ledger.identity DROP CONSTRAINT identity_check;
ALTER TABLE ledger.identity
    ADD COLUMN shortfall public.sub_units NOT NULL DEFAULT 0,
    ADD COLUMN reserve public.sub_units NOT NULL DEFAULT 0;
ALTER TABLE ledger.identity ADD CONSTRAINT identity_check CHECK (
    deposited + recapitalised + shortfall = entitled_earned + entitled_refund + entitled_fee
        + available + leased + refunds_pending + unsettled + held + residue + overpaid + reserve);
ALTER TABLE ledger.identity ADD CONSTRAINT identity_overpaid_check CHECK (
    recapitalised + shortfall = overpaid + reserve AND (shortfall = 0 OR reserve = 0));

-- The accounts, and whether an account grows by what it gives.
CREATE TABLE ledger.accounts (
    account         text PRIMARY KEY,
    is_source       boolean NOT NULL
);
INSERT INTO ledger.accounts VALUES
    ('deposited', true), ('recapitalised', true), ('shortfall', true),
    ('entitled_earned', false), ('entitled_refund', false), ('entitled_fee', false),
    ('available', false), ('leased', false), ('refunds_pending', false), ('unsettled', false),
    ('held', false), ('residue', false), ('overpaid', false), ('reserve', false);
ALTER TABLE ledger.entries DROP CONSTRAINT entries_debit_check, DROP CONSTRAINT entries_credit_check;
ALTER TABLE ledger.entries
    ADD CONSTRAINT entries_debit_account FOREIGN KEY (debit) REFERENCES ledger.accounts,
    ADD CONSTRAINT entries_credit_account FOREIGN KEY (credit) REFERENCES ledger.accounts;

-- Corrections are new entries, never edits.
CREATE FUNCTION ledger.refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger.entries is append-only: add entries that reverse the wrong ones';
END $$;
CREATE TRIGGER entries_are_append_only BEFORE UPDATE OR DELETE ON ledger.entries
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_edit();
CREATE TRIGGER entries_stay BEFORE TRUNCATE ON ledger.entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_edit();

-- What an attempt's entries move in all between two accounts, reversals counted.
CREATE VIEW ledger.balances AS
SELECT vault, epoch, attempt, debit, credit, amount FROM (
    SELECT e.vault, e.epoch, e.attempt, e.debit, e.credit,
        e.sum - coalesce(r.sum, 0) AS amount
    FROM (SELECT vault, epoch, attempt, debit, credit, sum(amount) FROM ledger.entries GROUP BY 1, 2, 3, 4, 5) e
    LEFT JOIN (SELECT vault, epoch, attempt, debit, credit, sum(amount) FROM ledger.entries GROUP BY 1, 2, 3, 4, 5) r
        ON (r.vault, r.epoch, r.attempt, r.debit, r.credit) = (e.vault, e.epoch, e.attempt, e.credit, e.debit)
) AS net WHERE amount > 0;

-- An identity as rows.
CREATE VIEW ledger.identity_accounts AS
SELECT i.vault, i.epoch, i.attempt, a.account, a.amount
FROM ledger.identity i, LATERAL (VALUES
    ('deposited', i.deposited), ('recapitalised', i.recapitalised), ('shortfall', i.shortfall),
    ('entitled_earned', i.entitled_earned), ('entitled_refund', i.entitled_refund),
    ('entitled_fee', i.entitled_fee), ('available', i.available), ('leased', i.leased),
    ('refunds_pending', i.refunds_pending), ('unsettled', i.unsettled), ('held', i.held),
    ('residue', i.residue), ('overpaid', i.overpaid), ('reserve', i.reserve)) AS a (account, amount);

-- Accounts of an attempt that its parent's identity and its own entries do not explain. Empty when all is well.
CREATE FUNCTION ledger.unexplained(of_vault bytea, of_epoch bigint, of_attempt integer)
RETURNS TABLE (account text, expected numeric, found numeric) LANGUAGE sql STABLE AS $$
    WITH parent AS (
        SELECT p.vault, p.epoch, p.attempt FROM ledger.epochs e
        JOIN ledger.epochs p ON p.vault = e.vault AND p.root_id = e.parent
        WHERE (e.vault, e.epoch, e.attempt) = (of_vault, of_epoch, of_attempt)
    ), moved AS (
        SELECT account, sum(amount) AS amount FROM (
            SELECT a.account, CASE WHEN a.is_source THEN e.amount ELSE -e.amount END AS amount
            FROM ledger.entries e JOIN ledger.accounts a ON a.account = e.debit
            WHERE (e.vault, e.epoch, e.attempt) = (of_vault, of_epoch, of_attempt)
            UNION ALL
            SELECT a.account, CASE WHEN a.is_source THEN -e.amount ELSE e.amount END
            FROM ledger.entries e JOIN ledger.accounts a ON a.account = e.credit
            WHERE (e.vault, e.epoch, e.attempt) = (of_vault, of_epoch, of_attempt)
        ) AS sides GROUP BY account
    ), compared AS (
        SELECT a.account,
            coalesce((SELECT i.amount FROM ledger.identity_accounts i JOIN parent USING (vault, epoch, attempt)
                      WHERE i.account = a.account), 0) + coalesce(m.amount, 0) AS expected,
            coalesce((SELECT i.amount FROM ledger.identity_accounts i
                      WHERE (i.vault, i.epoch, i.attempt) = (of_vault, of_epoch, of_attempt)
                        AND i.account = a.account), 0) AS found
        FROM ledger.accounts a LEFT JOIN moved m ON m.account = a.account
    )
    SELECT account, expected, found FROM compared WHERE expected <> found ORDER BY account
$$;

GRANT SELECT ON ledger.accounts, ledger.balances, ledger.identity_accounts TO tributary_reader;
