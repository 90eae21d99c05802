//! `open_dispute`, `rule_dispute` and `end_dispute`. What follows a verdict for
//! the challenger is in `reassignment`.

use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::registry::{self, Contest, Dispute, DisputeStatus, Parties, RegistryEvent, Verdict};
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, FileHash};
use tributary_core::position::Slot;
use tributary_program_tests::chain::{Chain, Outcome, assert_refused};
use tributary_program_tests::misuse::{assert_accounts_are_checked, assert_only_signer};
use tributary_program_tests::registrations::*;

const EVIDENCE: FileHash = FileHash([0xe5; 32]);

/// A dataset, its owner, and somebody who disputes it.
struct Case {
    chain: Chain,
    owner: Keypair,
    rival: Keypair,
    dataset: AssetId,
}

impl Case {
    fn new() -> Self {
        let (mut chain, owner, dataset) = with_dataset();
        let rival = chain.person();
        Self { chain, owner, rival, dataset }
    }

    fn opened() -> Self {
        let mut case = Self::new();
        case.open().unwrap();
        case
    }

    fn open(&mut self) -> Outcome {
        let open = registry::open_dispute(&self.rival.pubkey(), 0, &self.dataset, &EVIDENCE);
        self.chain.send(&[open], &[&self.rival])
    }

    fn parties(&self) -> Parties {
        Parties { asset: self.dataset, challenger: self.rival.pubkey(), owner: self.owner.pubkey() }
    }

    fn rule(&mut self, verdict: Verdict) -> Outcome {
        let rule = registry::rule_dispute(&arbiter().pubkey(), 0, &self.parties(), verdict);
        self.chain.send(&[rule], &[&arbiter()])
    }

    fn end(&mut self) -> Outcome {
        let end = registry::end_dispute(0, &self.parties());
        self.chain.send(&[end], &[])
    }

    /// Lamports of owner, challenger and dispute.
    fn purses(&self) -> [u64; 3] {
        [self.owner.pubkey(), self.rival.pubkey(), pda::dispute(&self.dataset)].map(|key| self.chain.lamports(&key))
    }
}

#[test]
fn a_dispute_holds_its_bond_and_marks_the_asset() {
    let mut case = Case::new();
    let [owner, rival, _] = case.purses();
    let receipt = case.open().unwrap();
    let data = case.chain.data(&pda::dispute(&case.dataset));
    let found = Dispute::decode(&data).unwrap();
    let deadline = case.chain.slot() + DISPUTE;
    assert_eq!((found.status, found.bond, found.deadline_slot), (DisputeStatus::Open, BOND, Slot(deadline)));
    assert_eq!((found.challenger, found.asset, found.evidence_hash), (case.rival.pubkey(), case.dataset, EVIDENCE));
    let held = case.chain.rent(data.len()) + BOND;
    assert_eq!(case.purses(), [owner, rival - held, held]);
    assert_eq!(record(&case.chain, &case.dataset).contest, Contest::Disputed);
    let RegistryEvent::DisputeOpened(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.challenger, event.evidence_hash), (case.rival.pubkey(), EVIDENCE.0));
    assert_eq!((event.bond, event.deadline_slot), (BOND, deadline));
}

#[test]
fn threat_18_disputes_cannot_be_stacked_and_cost_whoever_loses() {
    let mut case = Case::new();
    let [owner, rival, _] = case.purses();
    for round in 1..=3u64 {
        case.open().unwrap();
        // Neither the same nor another challenger opens a second one.
        assert!(case.open().is_err());
        let other = case.chain.person();
        let second = registry::open_dispute(&other.pubkey(), 0, &case.dataset, &EVIDENCE);
        assert!(case.chain.send(&[second], &[&other]).is_err());
        case.chain.pass(DISPUTE + 1, 20);
        case.end().unwrap();
        assert_eq!(case.purses(), [owner + round * BOND, rival - round * BOND, 0]);
    }
}

#[test]
fn a_verdict_for_the_owner_ends_it_with_the_bond() {
    let mut case = Case::new();
    let [owner, rival, _] = case.purses();
    case.open().unwrap();
    case.chain.pass(DISPUTE, 20);
    let receipt = case.rule(Verdict::ForOwner).unwrap();
    assert_eq!(case.purses(), [owner + BOND, rival - BOND, 0]);
    assert!(case.chain.account(&pda::dispute(&case.dataset)).is_none());
    let found = record(&case.chain, &case.dataset);
    assert_eq!((found.owner, found.contest), (case.owner.pubkey(), Contest::None));
    let RegistryEvent::DisputeRuled(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.verdict, event.bond, event.ripe_slot, event.ripe_second), (0, BOND, 0, 0));
    assert!(case.rule(Verdict::ForOwner).is_err());
    case.open().unwrap();
}

#[test]
fn a_verdict_for_the_challenger_returns_the_bond_and_starts_the_wait() {
    let mut case = Case::new();
    let [owner, rival, _] = case.purses();
    case.open().unwrap();
    let receipt = case.rule(Verdict::ForChallenger).unwrap();
    let data = case.chain.data(&pda::dispute(&case.dataset));
    let rent = case.chain.rent(data.len());
    assert_eq!(case.purses(), [owner, rival - rent, rent]);
    let (slot, second) = (case.chain.slot() + TIMELOCK, case.chain.second() + TIMELOCK_SECONDS as i64);
    let upheld = DisputeStatus::Upheld { ripe_slot: Slot(slot), ripe_second: second };
    assert_eq!(Dispute::decode(&data).unwrap().status, upheld);
    let found = record(&case.chain, &case.dataset);
    assert_eq!((found.owner, found.contest), (case.owner.pubkey(), Contest::Reassigning));
    let RegistryEvent::DisputeRuled(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.verdict, event.ripe_slot, event.ripe_second), (1, slot, second));
    // It is ruled once, and does not run out any more.
    assert_refused(case.rule(Verdict::ForOwner), "AlreadyRuled");
    case.chain.pass(DISPUTE + 1, 20);
    assert_refused(case.end(), "AlreadyRuled");
    assert!(case.open().is_err());
}

#[test]
fn the_deadline_divides_ruling_from_ending() {
    let mut case = Case::opened();
    assert_refused(case.end(), "DeadlineOpen");
    case.chain.pass(DISPUTE, 20);
    assert_refused(case.end(), "DeadlineOpen");
    case.chain.pass(1, 1);
    for verdict in [Verdict::ForOwner, Verdict::ForChallenger] {
        assert_refused(case.rule(verdict), "DeadlinePassed");
    }
    let receipt = case.end().unwrap();
    let RegistryEvent::DisputeEnded(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.owner, event.bond), (case.owner.pubkey(), BOND));
    assert_eq!(record(&case.chain, &case.dataset).contest, Contest::None);
    assert!(case.end().is_err());
}

#[test]
fn an_unknown_verdict_is_refused() {
    let mut case = Case::opened();
    for verdict in [2, 255] {
        let mut rule = registry::rule_dispute(&arbiter().pubkey(), 0, &case.parties(), Verdict::ForOwner);
        *rule.data.last_mut().unwrap() = verdict;
        assert_refused(case.chain.send(&[rule], &[&arbiter()]), "BadVerdict");
    }
}

#[test]
fn bond_and_rent_go_to_nobody_else() {
    let mut case = Case::opened();
    let thief = case.chain.person().pubkey();
    let right = case.parties();
    for wrong in [Parties { challenger: thief, ..right }, Parties { owner: thief, ..right }] {
        let rule = registry::rule_dispute(&arbiter().pubkey(), 0, &wrong, Verdict::ForChallenger);
        assert_refused(case.chain.send(&[rule], &[&arbiter()]), "WrongRecipient");
        assert_refused(case.chain.send(&[registry::end_dispute(0, &wrong)], &[]), "WrongRecipient");
    }
}

#[test]
fn another_assets_dispute_decides_nothing_here() {
    let mut case = Case::opened();
    let (chain, owner) = (&mut case.chain, &case.owner);
    let other = registered(chain, owner, &asset(owner, AssetKind::Dataset, "other"));
    let parties = Parties { asset: other, ..case.parties() };
    let mut rule = registry::rule_dispute(&arbiter().pubkey(), 0, &parties, Verdict::ForChallenger);
    rule.accounts[4].pubkey = pda::dispute(&case.dataset);
    assert_refused(case.chain.send(&[rule], &[&arbiter()]), "WrongDispute");
    let mut end = registry::end_dispute(0, &parties);
    end.accounts[2].pubkey = pda::dispute(&case.dataset);
    assert_refused(case.chain.send(&[end], &[]), "WrongDispute");
    // And one that never was opened does not exist.
    assert!(case.chain.send(&[registry::end_dispute(0, &parties)], &[]).is_err());
}

#[test]
fn a_dispute_waits_for_older_commitments() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let (owner, rival) = (chain.person(), chain.person());
    let what = asset(&owner, AssetKind::Dataset, "text");
    register(&mut chain, &owner, &what).unwrap();
    let open = registry::open_dispute(&rival.pubkey(), 0, &what.asset(), &EVIDENCE);
    chain.pass(DISPLACE, 4);
    assert_refused(chain.send(std::slice::from_ref(&open), &[&rival]), "AssetDisplaceable");
    chain.pass(1, 1);
    chain.send(&[open], &[&rival]).unwrap();
}

#[test]
fn an_owner_may_dispute_its_own_asset_and_loses_nothing_but_time() {
    let (mut chain, owner, dataset) = with_dataset();
    let before = chain.lamports(&owner.pubkey());
    let open = registry::open_dispute(&owner.pubkey(), 0, &dataset, &EVIDENCE);
    chain.send(&[open], &[&owner]).unwrap();
    let parties = Parties { asset: dataset, challenger: owner.pubkey(), owner: owner.pubkey() };
    let rule = registry::rule_dispute(&arbiter().pubkey(), 0, &parties, Verdict::ForOwner);
    chain.send(&[rule], &[&arbiter()]).unwrap();
    assert_eq!(chain.lamports(&owner.pubkey()), before);
}

#[test]
fn no_account_of_a_dispute_can_be_another() {
    let mut case = Case::new();
    let open = registry::open_dispute(&case.rival.pubkey(), 0, &case.dataset, &EVIDENCE);
    assert_accounts_are_checked(&mut case.chain, &open, &[&case.rival]);
    case.chain.send(&[open], &[&case.rival]).unwrap();
    let rule = registry::rule_dispute(&arbiter().pubkey(), 0, &case.parties(), Verdict::ForOwner);
    assert_only_signer(&mut case.chain, &rule, 0, &[], "NotArbiter");
    assert_accounts_are_checked(&mut case.chain, &rule, &[&arbiter()]);
    case.chain.pass(DISPUTE + 1, 20);
    let end = registry::end_dispute(0, &case.parties());
    assert_accounts_are_checked(&mut case.chain, &end, &[]);
    case.end().unwrap();
}
