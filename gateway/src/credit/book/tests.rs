//! Tests of the book: whatever happens, a lease holds what it was given.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn account(number: u8) -> Account {
    Account { vault: VaultId([1; 32]), payer: PayerId([number / 2; 32]), mandate: MandateId([number; 32]) }
}

fn book_with(amount: u64) -> Book {
    let mut book = Book::default();
    book.open(CreditSeq(1), account(0), BaseUnits(amount), BaseUnits::ZERO, None).unwrap();
    book
}

#[test]
fn a_maximum_is_set_aside_until_the_actual_price_is_known() {
    let mut book = book_with(100);
    let first = book.reserve(account(0), BaseUnits(60)).unwrap();
    assert_eq!(book.reserve(account(0), BaseUnits(60)), Err(BookError::Short { needed: BaseUnits(60) }));
    book.settle(first, BaseUnits(10), EventSeq(0)).unwrap();
    let second = book.reserve(account(0), BaseUnits(90)).unwrap();
    book.release(second).unwrap();
    assert_eq!(book.balance(account(0)).free, BaseUnits(90));
}

#[test]
fn a_price_above_its_reservation_is_refused() {
    let mut book = book_with(100);
    let reservation = book.reserve(account(0), BaseUnits(60)).unwrap();
    assert!(matches!(book.settle(reservation, BaseUnits(61), EventSeq(0)), Err(BookError::AboveMaximum { .. })));
}

#[test]
fn a_stopped_payer_reserves_nothing_under_any_mandate() {
    let mut book = book_with(100);
    book.open(CreditSeq(2), account(1), BaseUnits(100), BaseUnits::ZERO, None).unwrap();
    book.set_stopped([(account(0).vault, account(0).payer)].into());
    assert_eq!(book.reserve(account(0), BaseUnits(1)), Err(BookError::Stopped));
    assert_eq!(book.reserve(account(1), BaseUnits(1)), Err(BookError::Stopped));
    assert_eq!(book.closable(EventSeq(0)).len(), 2);
    // Withdrawn, the old leases stay retired: their closes may be on the way.
    book.set_stopped(BTreeSet::new());
    assert!(matches!(book.reserve(account(0), BaseUnits(1)), Err(BookError::Short { .. })));
}

#[test]
fn a_lease_closes_only_when_its_answers_are_out_and_its_events_drained() {
    let mut book = book_with(100);
    let reservation = book.reserve(account(0), BaseUnits(60)).unwrap();
    book.retire_account(account(0));
    assert!(book.closable(EventSeq(u64::MAX)).is_empty(), "an answer is on its way");
    book.settle(reservation, BaseUnits(25), EventSeq(4)).unwrap();
    assert!(book.closable(EventSeq(4)).is_empty(), "its event is not drained");
    let closable = book.closable(EventSeq(5));
    assert_eq!(closable, [Closable { lease: CreditSeq(1), account: account(0), unspent: BaseUnits(75) }]);
    book.close(CreditSeq(1));
    assert!(book.is_empty() && book.accounts().is_empty());
}

#[test]
fn a_lease_that_is_overspent_or_known_is_not_taken_in() {
    let mut book = book_with(100);
    let again = book.open(CreditSeq(1), account(0), BaseUnits(5), BaseUnits::ZERO, None);
    assert_eq!(again, Err(BookError::Lease(CreditSeq(1))));
    let overspent = book.open(CreditSeq(2), account(0), BaseUnits(5), BaseUnits(6), None);
    assert_eq!(overspent, Err(BookError::Lease(CreditSeq(2))));
}

#[derive(Clone, Debug)]
enum Step {
    Open { account: u8, amount: u64 },
    Reserve { account: u8, maximum: u64 },
    Settle { which: usize, part: u64 },
    Release { which: usize },
    Retire { account: u8 },
    Stop { payers: Vec<u8> },
    Close { drained: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0u8..4, 0u64..1_000).prop_map(|(account, amount)| Step::Open { account, amount }),
        (0u8..4, 0u64..300).prop_map(|(account, maximum)| Step::Reserve { account, maximum }),
        (0u8..4, 0u64..300).prop_map(|(account, maximum)| Step::Reserve { account, maximum }),
        (any::<usize>(), 0u64..1_000).prop_map(|(which, part)| Step::Settle { which, part }),
        any::<usize>().prop_map(|which| Step::Release { which }),
        (0u8..4).prop_map(|account| Step::Retire { account }),
        prop::collection::vec(0u8..2, 0..2).prop_map(|payers| Step::Stop { payers }),
        (0u64..80).prop_map(|drained| Step::Close { drained }),
    ];
    prop::collection::vec(step, 0..120)
}

proptest! {
    /// Every unit of every lease is spent, reserved, free or was returned; no
    /// lease is closed with more than its events left.
    #[test]
    fn no_history_overspends_or_loses_a_unit(steps in steps()) {
        let mut book = Book::default();
        let mut granted = 0u64;
        let mut spent = std::collections::BTreeMap::<CreditSeq, u64>::new();
        let mut amounts = std::collections::BTreeMap::<CreditSeq, u64>::new();
        let mut returned = 0u64;
        let mut open: Vec<Reservation> = Vec::new();
        let (mut leases, mut events) = (0u64, 0u64);
        for step in steps {
            match step {
                Step::Open { account: number, amount } => {
                    leases += 1;
                    granted += amount;
                    amounts.insert(CreditSeq(leases), amount);
                    book.open(CreditSeq(leases), account(number), BaseUnits(amount), BaseUnits::ZERO, None).unwrap();
                }
                Step::Reserve { account: number, maximum } => {
                    if let Ok(reservation) = book.reserve(account(number), BaseUnits(maximum)) {
                        prop_assert!(!book.stopped.contains(&(account(number).vault, account(number).payer)));
                        open.push(reservation);
                    }
                }
                Step::Settle { which, part } if !open.is_empty() => {
                    let reservation = open.swap_remove(which % open.len());
                    let price = reservation.maximum().0 * part / 1_000;
                    *spent.entry(reservation.lease()).or_default() += price;
                    book.settle(reservation, BaseUnits(price), EventSeq(events)).unwrap();
                    events += 1;
                }
                Step::Release { which } if !open.is_empty() => {
                    let reservation = open.swap_remove(which % open.len());
                    book.release(reservation).unwrap();
                }
                Step::Settle { .. } | Step::Release { .. } => {}
                Step::Retire { account: number } => book.retire_account(account(number)),
                Step::Stop { payers } => {
                    book.set_stopped(payers.into_iter().map(|payer| (VaultId([1; 32]), PayerId([payer; 32]))).collect());
                }
                Step::Close { drained } => {
                    for item in book.closable(EventSeq(drained.min(events))) {
                        prop_assert!(open.iter().all(|reservation| reservation.lease() != item.lease));
                        let left = amounts[&item.lease] - spent.get(&item.lease).copied().unwrap_or(0);
                        prop_assert_eq!(item.unspent.0, left);
                        returned += left;
                        book.close(item.lease);
                    }
                }
            }
            let held: u64 = book.leases.values().map(|lease| lease.amount.0 - lease.spent.0).sum();
            let reserved: u64 = book.leases.values().map(|lease| lease.reserved.0).sum();
            prop_assert_eq!(reserved, open.iter().map(|reservation| reservation.maximum().0).sum::<u64>());
            prop_assert!(reserved <= held);
            prop_assert_eq!(granted, held + returned + spent.values().sum::<u64>());
        }
    }
}
