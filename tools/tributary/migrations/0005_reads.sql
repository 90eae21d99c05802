-- Indexes for what claimants and payers ask about themselves.
CREATE INDEX credits_by_claimant ON ledger.credits (claimant, vault, epoch, attempt);
CREATE INDEX entitlements_by_claimant ON ledger.entitlements (claimant);
CREATE INDEX deposits_of_payer ON chain.deposits (payer, slot DESC);
CREATE INDEX leases_by_mandate ON credit.leases (mandate);
CREATE INDEX mandates_by_payer ON usage.mandates (payer, accepted_at DESC);
CREATE INDEX roots_by_id ON chain.roots (root_id);
