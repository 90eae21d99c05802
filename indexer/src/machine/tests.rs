//! The machine, step by step. `tests/simulation` runs it under everything at once.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::source::{ChainTransaction, Head, InnerInstruction, Listed, Tip};
use std::collections::BTreeMap;
use tributary_client::EVENT_TAG;
use tributary_client::rewards::{Deposited, RewardsEvent};

/// How far finalised trails behind confirmed.
const FINALITY: u64 = 31;

fn signature(number: u64) -> Signature {
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Signature::from(bytes)
}

fn settings() -> Settings {
    Settings { page: 7, fetch_max: 3, listed_max: 1_000, ..Settings::default() }
}

/// A transaction with one deposit.
fn deposit(signature: Signature, slot: Slot) -> ChainTransaction {
    let event = RewardsEvent::Deposited(Box::new(Deposited {
        vault: Address::new_from_array([8; 32]),
        sequence: slot.0,
        payer: Address::new_from_array([9; 32]),
        amount: 1,
        payer_total: 1,
        deposited: 1,
        slot: slot.0,
    }));
    let instruction = InnerInstruction {
        outer: 0,
        inner: 0,
        program: pda::REWARDS,
        first_account: Some(pda::rewards_event_authority()),
        data: [&EVENT_TAG[..], &event.encode()].concat(),
    };
    ChainTransaction { signature, slot, block_time: None, failed: false, inner: vec![instruction] }
}

/// A machine whose session is open.
fn machine(settings: Settings, resume: Resume) -> Machine {
    opened(settings, resume, 1)
}

fn opened(settings: Settings, resume: Resume, providers: usize) -> Machine {
    let mut machine = Machine::new(settings, providers);
    assert_eq!(machine.step(Duration::ZERO, Input::Awake), Action::Identify);
    assert_eq!(machine.step(Duration::ZERO, Input::Identified(GENESIS)), Action::Open(GENESIS));
    let action = machine.step(Duration::ZERO, Input::Opened(resume));
    assert_eq!(action, Action::Sleep { duration: Duration::ZERO, wakeable: true });
    machine
}

const GENESIS: Genesis = Genesis([1; 32]);

/// Drives a machine to its first listing of the rewards program.
fn listing(machine: &mut Machine, now: Duration) -> ListRequest {
    assert_eq!(machine.step(now, Input::Awake), Action::Probe);
    let action = machine.step(now, Input::Probed { tip: TIP, heads: vec![] });
    assert!(matches!(action, Action::List(request) if request.address == pda::REGISTRY));
    match machine.step(now, Input::Page(vec![])) {
        Action::List(request) => request,
        other => panic!("{other:?}"),
    }
}

const TIP: Tip = Tip { confirmed: Slot(131), finalised: Slot(100), first: Slot(0) };

fn line(number: u64, slot: u64) -> Listed {
    Listed { signature: signature(number), slot: Slot(slot), failed: false, confirmed: true, finalised: slot <= 100 }
}

#[test]
fn a_listed_transaction_that_the_node_does_not_have_holds_the_cursor_below_it() {
    let mut machine = self::machine(settings(), Resume::default());
    listing(&mut machine, Duration::ZERO);
    let page = vec![line(2, 60), line(1, 50)];
    assert_eq!(
        machine.step(Duration::ZERO, Input::Page(page)),
        Action::Fetch(vec![signature(1), signature(2)]),
        "oldest first"
    );
    let outcomes = vec![FetchOutcome::Found(deposit(signature(2), Slot(60))), FetchOutcome::Null(signature(1))];
    let Action::Commit(commit) = machine.step(Duration::ZERO, Input::Fetched(outcomes)) else { panic!("no commit") };
    assert_eq!(commit.through, Some(Slot(49)));
    assert_eq!(commit.events.len(), 1);
    assert_eq!(commit.vanished, []);
    let after = machine.step(Duration::ZERO, Input::Committed(Committed::default()));
    assert!(matches!(after, Action::Sleep { wakeable: false, .. }), "{after:?}");
    assert_eq!(machine.cursor(), Slot(49));
}

#[test]
fn what_is_only_processed_and_what_failed_is_not_fetched() {
    let mut machine = self::machine(settings(), Resume::default());
    listing(&mut machine, Duration::ZERO);
    let page = vec![Listed { confirmed: false, ..line(3, 132) }, Listed { failed: true, ..line(2, 60) }, line(1, 50)];
    assert_eq!(machine.step(Duration::ZERO, Input::Page(page)), Action::Fetch(vec![signature(1)]));
}

#[test]
fn a_listing_goes_back_to_the_cursor_and_no_further() {
    let resume = Resume { cursor: Slot(55), ..Resume::default() };
    let mut machine = self::machine(Settings { page: 2, ..settings() }, resume);
    listing(&mut machine, Duration::ZERO);
    // A node that does not know `until` goes on below the cursor.
    let Action::List(next) = machine.step(Duration::ZERO, Input::Page(vec![line(4, 80), line(3, 70)])) else {
        panic!("no second page")
    };
    // The lowest slot is listed again: its order may change in between.
    assert_eq!(next.before, Some(signature(4)));
    assert!(matches!(machine.step(Duration::ZERO, Input::Page(vec![line(3, 70), line(2, 60)])), Action::List(_)));
    let action = machine.step(Duration::ZERO, Input::Page(vec![line(2, 60), line(1, 55)]));
    assert_eq!(action, Action::Fetch(vec![signature(2), signature(3), signature(4)]));
}

#[test]
fn a_node_that_repeats_its_page_is_not_followed_in_circles() {
    let mut machine = self::machine(Settings { page: 2, ..settings() }, Resume::default());
    listing(&mut machine, Duration::ZERO);
    let page = vec![line(4, 80), line(3, 70)];
    assert!(matches!(machine.step(Duration::ZERO, Input::Page(page.clone())), Action::List(_)));
    assert!(matches!(machine.step(Duration::ZERO, Input::Page(page)), Action::Sleep { wakeable: false, .. }));
}

#[test]
fn a_burst_of_notifications_makes_one_sweep() {
    let mut machine = self::machine(settings(), Resume::default());
    assert_eq!(machine.step(Duration::ZERO, Input::Awake), Action::Probe);
    machine.step(Duration::ZERO, Input::Failed(Failure::Unanswered));
    let again = machine.step(Duration::from_millis(1), Input::Awake);
    assert!(matches!(again, Action::Sleep { wakeable: false, duration } if duration <= settings().sweep_pause));
}

#[test]
fn waits_after_failures_grow_and_shrink_again_after_a_success() {
    let mut machine = self::machine(settings(), Resume::default());
    let mut now = Duration::ZERO;
    let mut waits = Vec::new();
    for _ in 0..12 {
        now += Duration::from_secs(60);
        assert_eq!(machine.step(now, Input::Awake), Action::Probe);
        let Action::Sleep { duration, .. } = machine.step(now, Input::Failed(Failure::Unanswered)) else {
            panic!("no rest")
        };
        waits.push(duration);
    }
    assert!(waits[0] >= settings().retry_min && waits[0] <= settings().retry_min * 2);
    assert!(waits[11] >= settings().retry_max && waits[11] <= settings().retry_max * 2);
    now += Duration::from_secs(60);
    listing(&mut machine, now);
    assert!(matches!(machine.step(now, Input::Page(vec![])), Action::Commit(_)));
    machine.step(now, Input::Committed(Committed::default()));
    now += Duration::from_secs(60);
    assert_eq!(machine.step(now, Input::Awake), Action::Probe);
    let Action::Sleep { duration, .. } = machine.step(now, Input::Failed(Failure::Unanswered)) else {
        panic!("no rest")
    };
    assert!(duration <= settings().retry_min * 2);
}

#[test]
fn an_open_gap_is_looked_for_in_the_streams_own_listing_then_less_and_less_often() {
    let stream = Address::new_from_array([5; 32]);
    let gap = OpenGap { stream, first: 4, last: 6, from_slot: Slot(30) };
    let committed = || Input::Committed(Committed { gaps: vec![gap], ..Committed::default() });
    let mut machine = self::machine(settings(), Resume { cursor: Slot(90), ..Resume::default() });
    listing(&mut machine, Duration::ZERO);
    machine.step(Duration::ZERO, Input::Page(vec![]));
    let Action::List(request) = machine.step(Duration::ZERO, committed()) else { panic!("no refill") };
    assert_eq!((request.address, request.until), (stream, None));
    // Far below the cursor, and the slot of the event before the gap counts too.
    let page = vec![line(9, 95), line(8, 31), line(7, 30), line(6, 29)];
    let fetch = machine.step(Duration::ZERO, Input::Page(page));
    assert_eq!(fetch, Action::Fetch(vec![signature(7), signature(8), signature(9)]));
    let found = vec![FetchOutcome::Found(deposit(signature(8), Slot(31)))];
    let Action::Commit(commit) = machine.step(Duration::ZERO, Input::Fetched(found)) else { panic!("no commit") };
    assert_eq!((commit.through, commit.events.len()), (None, 1));
    // Not found: following goes on, and the next search waits.
    assert!(matches!(machine.step(Duration::ZERO, committed()), Action::Sleep { .. }));
    let soon = settings().retry_min / 2;
    listing(&mut machine, soon);
    machine.step(soon, Input::Page(vec![]));
    assert!(matches!(machine.step(soon, committed()), Action::Sleep { .. }));
    let later = settings().retry_min * 3;
    listing(&mut machine, later);
    machine.step(later, Input::Page(vec![]));
    assert!(matches!(machine.step(later, committed()), Action::List(request) if request.address == stream));
}

#[test]
fn a_listing_is_measured_by_heads_that_were_read_slots_before() {
    let mut machine = self::machine(settings(), Resume::default());
    let head = |next_sequence| Head { stream: Address::new_from_array([5; 32]), next_sequence };
    let mut sweep = |confirmed: u64, next_sequence| {
        let tip = Tip { confirmed: Slot(confirmed), finalised: Slot(confirmed - FINALITY), first: Slot(0) };
        let now = Duration::from_secs(confirmed);
        machine.step(now, Input::Awake);
        machine.step(now, Input::Probed { tip, heads: vec![head(next_sequence)] });
        machine.step(now, Input::Page(vec![]));
        let Action::Commit(commit) = machine.step(now, Input::Page(vec![])) else { panic!("no commit") };
        machine.step(now, Input::Committed(Committed::default()));
        (commit.heads, commit.verified)
    };
    assert_eq!(sweep(131, 3), (vec![], None));
    assert_eq!(sweep(132, 4), (vec![], None));
    assert_eq!(sweep(133, 5), (vec![head(3)], Some(Slot(100))));
    assert_eq!(sweep(140, 6), (vec![head(5)], Some(Slot(102))));
}

#[test]
fn a_stored_transaction_that_no_listing_shows_any_more_is_asked_for_before_it_is_given_up() {
    let stored = || Resume { confirmed: BTreeMap::from([(signature(1), Slot(50))]), ..Resume::default() };
    for (outcome, vanished, through) in [
        (FetchOutcome::Found(deposit(signature(1), Slot(50))), vec![], Slot(49)),
        (FetchOutcome::Null(signature(1)), vec![signature(1)], Slot(100)),
        (FetchOutcome::Failed(signature(1), Failure::Unanswered), vec![], Slot(49)),
    ] {
        let mut machine = self::machine(settings(), stored());
        listing(&mut machine, Duration::ZERO);
        assert_eq!(machine.step(Duration::ZERO, Input::Page(vec![])), Action::Fetch(vec![signature(1)]));
        let action = machine.step(Duration::ZERO, Input::Fetched(vec![outcome]));
        let Action::Commit(commit) = action else { panic!("no commit") };
        assert_eq!((commit.vanished, commit.through), (vanished, Some(through)));
    }
}

#[test]
fn a_transaction_that_moved_is_dealt_with_before_the_cursor_passes_where_it_was() {
    let resume = Resume { confirmed: BTreeMap::from([(signature(9), Slot(50))]), ..Resume::default() };
    let mut machine = self::machine(Settings { fetch_max: 1, ..settings() }, resume);
    listing(&mut machine, Duration::ZERO);
    let page = vec![line(9, 120), line(1, 60)];
    assert_eq!(machine.step(Duration::ZERO, Input::Page(page)), Action::Fetch(vec![signature(9)]));
}
