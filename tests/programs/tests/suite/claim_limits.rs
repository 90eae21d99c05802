//! `claim` under limits: the outflow of a vault, its pauses, what disabled roots
//! leave behind, what each root may pay, and old layouts.
//!
//! What no instruction sets yet is written into the accounts' bytes here, by the
//! offsets of `docs/programs.md`.

use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::rewards::Payout;
use tributary_core::amount::BaseUnits;
use tributary_core::leaf::LeafClass;
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::claims::{claim_of, claimed};
use tributary_program_tests::stage::{Published, Stage, earned, leaf};

/// Offsets in a vault.
mod vault {
    pub const PAID: usize = 48;
    pub const OUTFLOW_PER_SLOT: usize = 424;
    pub const OUTFLOW_BURST: usize = 432;
    pub const OUTFLOW: usize = 440;
    pub const OUTFLOW_SLOT: usize = 448;
    pub const ALLOWANCE: usize = 456;
    pub const PAUSE_FLAGS: usize = 492;
    pub const PAUSED_UNTIL: usize = 496;
}
/// Offsets in a root.
mod root {
    pub const STATUS: usize = 10;
    pub const PAID: usize = 928;
}
/// Where every account has its version.
const VERSION: usize = 8;
/// Of a pause: claims.
const CLAIMS: u8 = 4;
/// Of a root: disabled.
const DISABLED: u8 = 4;

fn write(stage: &mut Stage, address: Address, at: usize, bytes: &[u8]) {
    let mut data = stage.chain.data(&address);
    data[at..at + bytes.len()].copy_from_slice(bytes);
    stage.chain.place(address, pda::REWARDS, data);
}

fn write_vault(stage: &mut Stage, at: usize, value: u64) {
    let address = stage.vault_address();
    write(stage, address, at, &value.to_le_bytes());
}

fn pause(stage: &mut Stage, flags: u8) {
    let address = stage.vault_address();
    write(stage, address, vault::PAUSE_FLAGS, &[flags]);
}

/// Lets out `per_slot`, up to `burst`, starting with nothing saved up.
fn limit_outflow(stage: &mut Stage, per_slot: u64, burst: u64) {
    let slot = stage.chain.slot();
    let values = [
        (vault::OUTFLOW_PER_SLOT, per_slot),
        (vault::OUTFLOW_BURST, burst),
        (vault::OUTFLOW, 0),
        (vault::OUTFLOW_SLOT, slot),
    ];
    for (at, value) in values {
        write_vault(stage, at, value);
    }
}

/// A stage that owes one claimant so much in each of some roots, one after the other.
fn staged(amounts: &[u64]) -> (Stage, Vec<Published>, Keypair) {
    let mut stage = Stage::token();
    stage.payer(10_000);
    let alice = stage.chain.person();
    let roots = amounts.iter().map(|amount| stage.serve(&[earned(&alice.pubkey(), *amount)])).collect();
    (stage, roots, alice)
}

fn paid(stage: &mut Stage, who: &Keypair, published: &Published) -> u64 {
    claimed(&stage.claim(who, published, 0).unwrap()).paid
}

#[test]
fn a_limited_vault_pays_what_there_is_room_for_and_the_rest_later() {
    let (mut stage, roots, alice) = staged(&[1_000]);
    limit_outflow(&mut stage, 10, 300);
    assert_eq!(paid(&mut stage, &alice, &roots[0]), 0);

    stage.chain.pass(7, 3);
    let receipt = stage.claim(&alice, &roots[0], 0).unwrap();
    assert_eq!((claimed(&receipt).paid, claimed(&receipt).claimed), (70, 70));
    assert_eq!(paid(&mut stage, &alice, &roots[0]), 0);

    // Never more than the burst, however long nothing was claimed.
    stage.chain.pass(1_000, 400);
    assert_eq!(paid(&mut stage, &alice, &roots[0]), 300);
    let mut all = 370;
    while all < 1_000 {
        stage.chain.pass(11, 4);
        all += paid(&mut stage, &alice, &roots[0]);
    }
    assert_eq!((stage.balance(&alice.pubkey()), stage.vault().paid[0]), (1_000, 1_000));
    assert_eq!(paid(&mut stage, &alice, &roots[0]), 0);
}

#[test]
fn claimants_share_the_outflow_and_none_is_refused() {
    let mut stage = Stage::token();
    stage.payer(10_000);
    let (alice, bob) = (stage.chain.person(), stage.chain.person());
    let published = stage.serve(&[earned(&alice.pubkey(), 500), leaf(LeafClass::Refund, &bob.pubkey(), 500)]);
    limit_outflow(&mut stage, 100, 600);
    stage.chain.pass(6, 2);
    assert_eq!(claimed(&stage.claim(&alice, &published, 0).unwrap()).paid, 500);
    assert_eq!(claimed(&stage.claim(&bob, &published, 1).unwrap()).paid, 100);
    stage.chain.pass(4, 2);
    assert_eq!(claimed(&stage.claim(&bob, &published, 1).unwrap()).paid, 400);
}

#[test]
fn a_minimum_refuses_a_payment_that_the_outflow_has_cut() {
    let (mut stage, roots, alice) = staged(&[1_000]);
    limit_outflow(&mut stage, 10, 300);
    stage.chain.pass(20, 8);
    let payout = |minimum| Payout { minimum: BaseUnits(minimum), ..Payout::default() };
    let claim = claim_of(&stage, &alice.pubkey(), &roots[0], 0, &payout(201));
    assert_refused(stage.chain.send(&[claim], &[&alice]), "TooLittleArrived");
    let claim = claim_of(&stage, &alice.pubkey(), &roots[0], 0, &payout(200));
    stage.chain.send(&[claim], &[&alice]).unwrap();
}

#[test]
fn the_highest_rates_do_not_overflow() {
    let (mut stage, roots, alice) = staged(&[1_000]);
    limit_outflow(&mut stage, u64::MAX, u64::MAX - 1);
    stage.chain.pass(1_000_000, 1);
    assert_eq!(paid(&mut stage, &alice, &roots[0]), 1_000);
}

#[test]
fn a_pause_stops_claims_except_under_the_oldest_live_root_and_ends_by_itself() {
    let (mut stage, roots, alice) = staged(&[100, 200, 300, 400, 500]);
    let until = stage.chain.second() + 1_000;
    pause(&mut stage, CLAIMS);
    write_vault(&mut stage, vault::PAUSED_UNTIL, until as u64);

    for root in &roots[2..] {
        assert_refused(stage.claim(&alice, root, 0), "Paused");
    }
    assert_refused(stage.claim(&alice, &roots[0], 0), "NotClaimable");
    assert_eq!(paid(&mut stage, &alice, &roots[1]), 200);
    stage.chain.pass(1, 999);
    assert_refused(stage.claim(&alice, &roots[4], 0), "Paused");
    stage.chain.pass(1, 1);
    assert_eq!(paid(&mut stage, &alice, &roots[4]), 300);
}

#[test]
fn the_only_root_is_the_oldest_and_pauses_of_other_things_stop_no_claim() {
    let (mut stage, roots, alice) = staged(&[100, 200]);
    write_vault(&mut stage, vault::PAUSED_UNTIL, u64::MAX >> 1);
    pause(&mut stage, !CLAIMS);
    assert_eq!(paid(&mut stage, &alice, &roots[1]), 200);

    let (mut stage, roots, alice) = staged(&[100]);
    write_vault(&mut stage, vault::PAUSED_UNTIL, u64::MAX >> 1);
    pause(&mut stage, CLAIMS);
    assert_eq!(paid(&mut stage, &alice, &roots[0]), 100);
}

#[test]
fn a_disabled_root_pays_nobody() {
    let (mut stage, roots, alice) = staged(&[100, 200]);
    let newest = pda::root(&stage.vault, roots[1].root.place);
    write(&mut stage, newest, root::STATUS, &[DISABLED]);
    assert_refused(stage.claim(&alice, &roots[1], 0), "NotClaimable");
    assert_eq!(paid(&mut stage, &alice, &roots[0]), 100);
}

#[test]
fn what_a_disabled_root_paid_strands_nobody_under_its_parent() {
    // A root that served too long paid a thief 900. Its parent owes Alice 100, which the allowance keeps payable.
    let (mut stage, roots, alice) = staged(&[100, 1_000]);
    write_vault(&mut stage, vault::PAID, 1_000);
    assert_refused(stage.claim(&alice, &roots[0], 0), "OverClaimed");
    write_vault(&mut stage, vault::ALLOWANCE, 100);
    assert_eq!(paid(&mut stage, &alice, &roots[0]), 100);
    assert_refused(stage.claim(&alice, &roots[1], 0), "OverClaimed");
}

#[test]
fn no_root_pays_a_class_more_than_its_own_leaves() {
    let (mut stage, roots, alice) = staged(&[600, 700]);
    let newest = pda::root(&stage.vault, roots[1].root.place);
    write(&mut stage, newest, root::PAID, &1u64.to_le_bytes());
    assert_refused(stage.claim(&alice, &roots[1], 0), "OverClaimed");
    write(&mut stage, newest, root::PAID, &0u64.to_le_bytes());
    assert_eq!(paid(&mut stage, &alice, &roots[1]), 700);
    assert_eq!(stage.root(roots[1].root.place).paid, [700, 0, 0]);
    assert_eq!(stage.root(roots[0].root.place).paid, [0; 3]);
}

#[test]
fn a_place_written_again_starts_with_nothing_paid() {
    let (mut stage, roots, alice) = staged(&[100]);
    paid(&mut stage, &alice, &roots[0]);
    for n in 2..=9 {
        stage.serve(&[earned(&alice.pubkey(), n * 100)]);
    }
    assert_eq!(stage.root(roots[0].root.place).paid, [0; 3]);
}

#[test]
fn accounts_of_the_first_layout_are_refused() {
    for of_root in [false, true] {
        let (mut stage, roots, alice) = staged(&[100]);
        let address = if of_root { pda::root(&stage.vault, roots[0].root.place) } else { stage.vault_address() };
        write(&mut stage, address, VERSION, &[1]);
        assert_refused(stage.claim(&alice, &roots[0], 0), "OldLayout");
    }
}
