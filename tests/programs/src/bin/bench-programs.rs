//! Prints what the programs cost, one `name=value` a line, and below each the
//! best published figure of a comparable program with its source: what
//! `make bench-programs` runs. It judges nothing.
#![allow(clippy::unwrap_used)]

use tributary_program_tests::costs::{Large, bytes_of, claim_rent, own_units, post_root_units, register_units};

fn print(name: &str, value: u64, comparable: &str) {
    println!("{name}={value}");
    println!("# {comparable}");
}

fn main() {
    let mut first = Large::new(false, 0);
    let (transaction, _) = first.transaction();
    let claim_first = first.claim().units;
    let rent = claim_rent(&first);
    let mut later = Large::new(true, 0);
    let claim = own_units(&later.claim());

    print("claim_cu", claim, "7,600 to 15,200: solana-foundation/rewards, claim with vesting, its own figures");
    print(
        "claim_tx_bytes",
        bytes_of(&transaction) as u64,
        "1,227: the same, 20-level proof, compute budget, token account created",
    );
    print("claim_rent_lamports", rent, "1,016,160: the same, its 18-byte account a claim; here one for life");
    print("claim_first_cu", claim_first, "at most 200,000: saber merkle-distributor, 100,000 leaves, its own figure");
    print("post_root_cu", post_root_units(), "none published by a program whose roots show their nodes and sums");
    print("register_4x4_cu", register_units(4, 4), "none published by a program with commit and reveal");
}
