//! Tests of paid requests by key.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

const BODY: [u8; 32] = [1; 32];
const NOON: u64 = 20_000 * DAY_MS + DAY_MS / 2;

fn named(key: &[u8], now_ms: u64) -> [RequestId; 2] {
    identities(&GatewayId([1; 32]), &PayerId([2; 32]), key, now_ms)
}

fn begin(requests: &mut Requests, key: &[u8], now_ms: u64) -> Begin {
    requests.begin(named(key, now_ms), BODY, now_ms).unwrap()
}

#[test]
fn a_key_is_charged_once_and_refuses_another_body() {
    let mut requests = Requests::new();
    let Begin::New(request) = begin(&mut requests, b"k", NOON) else { panic!("the key is new") };
    assert_eq!(begin(&mut requests, b"k", NOON), Begin::Running);
    requests.paid(request, EventSeq(4), NOON);
    assert_eq!(begin(&mut requests, b"k", NOON), Begin::Again(Paid::Here(EventSeq(4), BODY)));
    assert_eq!(requests.begin(named(b"k", NOON), [2; 32], NOON), Ok(Begin::OtherBody));
    assert!(matches!(begin(&mut requests, b"l", NOON), Begin::New(_)));
}

#[test]
fn a_request_that_came_to_nothing_may_be_tried_again() {
    let mut requests = Requests::new();
    let Begin::New(request) = begin(&mut requests, b"k", NOON) else { panic!("the key is new") };
    requests.abandon(request);
    assert_eq!(begin(&mut requests, b"k", NOON), Begin::New(request));
    requests.paid(request, EventSeq(0), NOON);
    requests.abandon(request);
    assert!(matches!(begin(&mut requests, b"k", NOON), Begin::Again(_)), "a paid one stays paid");
}

#[test]
fn a_key_is_remembered_across_midnight_and_forgotten_with_its_identity() {
    let mut requests = Requests::new();
    let Begin::New(first) = begin(&mut requests, b"k", NOON) else { panic!("the key is new") };
    requests.paid(first, EventSeq(0), NOON);
    assert!(matches!(begin(&mut requests, b"k", NOON + DAY_MS), Begin::Again(_)));
    let Begin::New(second) = begin(&mut requests, b"k", NOON + 2 * DAY_MS) else { panic!("forgotten") };
    assert_ne!(first, second, "an identity never repeats");
    assert_eq!(requests.len(), 1);
}

proptest! {
    /// Whatever the moments of two uses of a key, within a day it is one request.
    #[test]
    fn a_retry_within_a_day_is_never_new(start in NOON..NOON + 3 * DAY_MS, later in 0..=DAY_MS) {
        let mut requests = Requests::new();
        let Begin::New(request) = begin(&mut requests, b"k", start) else { panic!("the key is new") };
        requests.paid(request, EventSeq(0), start);
        prop_assert!(matches!(begin(&mut requests, b"k", start + later), Begin::Again(_)));
    }
}
