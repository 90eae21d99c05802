//! What a claim costs under a tree of 2²⁰ leaves, against bounds far above what
//! it does cost: `make bench-programs` prints the figures.

use solana_signer::Signer;
use tributary_program_tests::costs::{LEAVES, Large, OWED, bytes_of, claim_rent, own_units};

/// What a transaction can have.
const BYTES_MAX: usize = 1_232;
/// What a transaction of one instruction may use without asking for more.
const DEFAULT_UNITS: u64 = 200_000;

#[test]
fn a_claim_under_a_million_leaves_fits_a_default_transaction_wherever_the_leaf_is() {
    for index in [0, LEAVES as u32 / 3, LEAVES as u32 - 1] {
        let mut large = Large::new(true, index);
        assert_eq!(large.published.tree.proof(index).unwrap().len(), 16 * 40);
        let receipt = large.claim();
        assert!(receipt.units < DEFAULT_UNITS && own_units(&receipt) < receipt.units);
        assert_eq!(large.stage.balance(&large.claimant.pubkey()), OWED);
        assert!(claim_rent(&large) > 0);
    }
}

#[test]
fn a_claim_with_a_compute_budget_that_opens_both_accounts_fits_a_transaction() {
    let mut large = Large::new(false, 0);
    let (transaction, instructions) = large.transaction();
    assert!(bytes_of(&transaction) < BYTES_MAX);

    large.stage.chain.submit(transaction, &instructions).unwrap();

    assert_eq!(large.stage.balance(&large.claimant.pubkey()), OWED);
}
