//! Tests of paid requests by key.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

const RECENT_MAX: usize = 1_000;
const BODY: [u8; 32] = [1; 32];
const NOON: u64 = 20_000 * DAY_MS + DAY_MS / 2;

fn named(key: &[u8], now_ms: u64) -> [RequestId; 2] {
    identities(&GatewayId([1; 32]), &PayerId([2; 32]), key, now_ms)
}

fn begin(requests: &mut Requests, key: &[u8], now_ms: u64) -> Begin {
    requests.begin(named(key, now_ms), BODY, now_ms, false).unwrap()
}

#[test]
fn a_key_is_charged_once_and_refuses_another_body() {
    let mut requests = Requests::new(RECENT_MAX);
    let Begin::New(request) = begin(&mut requests, b"k", NOON) else { panic!("the key is new") };
    assert_eq!(begin(&mut requests, b"k", NOON), Begin::Running);
    requests.paid(request, EventSeq(4), NOON);
    assert_eq!(begin(&mut requests, b"k", NOON), Begin::Again(Paid::Here(EventSeq(4), BODY)));
    assert_eq!(requests.begin(named(b"k", NOON), [2; 32], NOON, false), Ok(Begin::OtherBody));
    assert!(matches!(begin(&mut requests, b"l", NOON), Begin::New(_)));
}

#[test]
fn a_request_that_came_to_nothing_may_be_tried_again() {
    let mut requests = Requests::new(RECENT_MAX);
    let Begin::New(request) = begin(&mut requests, b"k", NOON) else { panic!("the key is new") };
    requests.abandon(request);
    assert_eq!(begin(&mut requests, b"k", NOON), Begin::New(request));
    requests.paid(request, EventSeq(0), NOON);
    requests.abandon(request);
    assert!(matches!(begin(&mut requests, b"k", NOON), Begin::Again(_)), "a paid one stays paid");
}

#[test]
fn a_key_is_remembered_across_midnight_and_forgotten_with_its_identity() {
    let mut requests = Requests::new(RECENT_MAX);
    let Begin::New(first) = begin(&mut requests, b"k", NOON) else { panic!("the key is new") };
    requests.paid(first, EventSeq(0), NOON);
    assert!(matches!(begin(&mut requests, b"k", NOON + DAY_MS), Begin::Again(_)));
    let Begin::New(second) = begin(&mut requests, b"k", NOON + 2 * DAY_MS) else { panic!("forgotten") };
    assert_ne!(first, second, "an identity never repeats");
    assert_eq!(requests.len(), 1);
}

fn pay_many(requests: &mut Requests, count: u64) {
    for number in 0..count {
        let Begin::New(request) = begin(requests, &number.to_le_bytes(), NOON) else { panic!("the key is new") };
        requests.paid(request, EventSeq(number), NOON);
    }
}

#[test]
fn of_many_paid_requests_the_oldest_are_asked_for_and_none_is_ever_new() {
    let mut requests = Requests::new(RECENT_MAX);
    let many = RECENT_MAX as u64 + 1_000;
    pay_many(&mut requests, many);
    assert_eq!(requests.len() as u64, many, "Postgres has none of them yet");
    requests.trim(EventSeq(600));
    assert_eq!(requests.len() as u64, many - 600);
    requests.trim(EventSeq(many));
    assert_eq!(requests.len(), RECENT_MAX);
    for number in 0..many {
        let begun = begin(&mut requests, &number.to_le_bytes(), NOON + 5);
        let expected = if number < 1_000 { Begin::Ask } else { Begin::Again(Paid::Here(EventSeq(number), BODY)) };
        assert_eq!(begun, expected, "{number}");
    }
    // Postgres knows it: the key is as it was; or does not: it is new.
    let identity = named(&7u64.to_le_bytes(), NOON)[0];
    requests.recover(identity, NOON, Paid::Elsewhere(Generation(0), EventSeq(7))).unwrap();
    let again = Begin::Again(Paid::Elsewhere(Generation(0), EventSeq(7)));
    assert_eq!(begin(&mut requests, &7u64.to_le_bytes(), NOON), again);
    let sure = requests.begin(named(&8u64.to_le_bytes(), NOON), BODY, NOON, true).unwrap();
    assert!(matches!(sure, Begin::New(_)));
    // Days later the key is new without asking.
    assert!(matches!(begin(&mut requests, &9u64.to_le_bytes(), NOON + 2 * DAY_MS), Begin::New(_)));
}

proptest! {
    /// Whatever the moments of two uses of a key, within a day it is one request.
    #[test]
    fn a_retry_within_a_day_is_never_new(start in NOON..NOON + 3 * DAY_MS, later in 0..=DAY_MS) {
        let mut requests = Requests::new(RECENT_MAX);
        let Begin::New(request) = begin(&mut requests, b"k", start) else { panic!("the key is new") };
        requests.paid(request, EventSeq(0), start);
        prop_assert!(matches!(begin(&mut requests, b"k", start + later), Begin::Again(_)));
    }
}
