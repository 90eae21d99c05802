//! What is told about an epoch adds up to what the epoch did, in every history.

use super::disputes::held_once;
use super::history::{address, key};
use super::properties::{Act, act, attempt, play};
use super::terms::{settle_event, settled_once};
use crate::bundle::{Bundle, bundle};
use crate::compute::{EpochInputs, EpochOutput, compute};
use crate::statement::receipts::{Receipts, counted, lines};
use crate::statement::waterfall::{Signed, Waterfall};
use crate::statement::year::{Opened, Year};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};
use tributary_core::amount::SubUnits;
use tributary_core::id::{Claimant, RootId};
use tributary_core::leaf::LeafClass;
use tributary_core::position::Epoch;

const OPENED: Opened = Opened { epoch: Epoch(3), root: RootId([8; 32]), opens_at: 1_790_000_000 };

fn laid_out(inputs: &EpochInputs, output: &EpochOutput) -> Bundle {
    bundle(inputs, output, &attempt(), &mut drop).unwrap()
}

/// How much somebody's cumulative credit grew, whatever the leaf says yet.
fn grown(inputs: &EpochInputs, output: &EpochOutput, class: LeafClass, claimant: Claimant) -> u128 {
    let of = |state: &crate::compute::State| state.entitlements.get(&(class, claimant)).map_or(0, |e| e.cumulative.0);
    of(&output.closing) - of(&inputs.opening)
}

fn claimants(output: &EpochOutput) -> BTreeSet<Claimant> {
    output.closing.entitlements.keys().map(|(_, claimant)| *claimant).collect()
}

/// A claimant's rows by column.
fn year_of(inputs: &EpochInputs, output: &EpochOutput, claimant: Claimant) -> Vec<BTreeMap<String, String>> {
    let mut year = Year::begin(claimant, Vec::new()).unwrap();
    year.add(&OPENED, inputs, output).unwrap();
    let bytes = year.end().unwrap();
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    reader.deserialize().map(Result::unwrap).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn receipts_of_every_history_sum_to_the_leaves_exactly(script in prop::collection::vec(act(), 0..60)) {
        play(&script, |_, inputs, output| {
            let receipts = Receipts::of(inputs, output).unwrap();
            for claimant in claimants(output) {
                let sum: u128 = receipts.of_claimant(claimant).map(|(_, receipt)| receipt.amount.0).sum();
                assert_eq!(sum, grown(inputs, output, LeafClass::Earned, claimant));
            }
        });
    }

    #[test]
    fn the_waterfall_of_every_history_adds_up_to_the_sub_unit(script in prop::collection::vec(act(), 0..60)) {
        play(&script, |_, inputs, output| {
            if output.leaves.is_empty() {
                return;
            }
            let waterfall = Waterfall::of(inputs, output, &laid_out(inputs, output)).unwrap();
            assert!(waterfall.adds_up());
            let prices = inputs.usage.iter().flat_map(|segment| &segment.groups).flat_map(|group| &group.events);
            let gross: u128 = prices.map(|event| event.price.to_sub_units().0).sum();
            assert_eq!(waterfall.amount("gross"), Some(SubUnits(gross)));
            assert_eq!(waterfall.amount("fee"), Some(output.fee));
        });
    }

    #[test]
    fn a_year_s_rows_of_every_history_balance_in_each_class(script in prop::collection::vec(act(), 0..40)) {
        play(&script, |_, inputs, output| {
            for claimant in claimants(output) {
                let mut sums: BTreeMap<(String, bool), u128> = BTreeMap::new();
                for row in year_of(inputs, output, claimant) {
                    let is_outcome = matches!(&row["entry"][..], "published" | "carried_out");
                    let amount: u128 = row["sub_units"].parse().unwrap();
                    *sums.entry((row["class"].clone(), is_outcome)).or_default() += amount;
                }
                for class in ["earned", "refund", "fee"] {
                    let side = |is_outcome| sums.get(&(class.to_string(), is_outcome)).copied().unwrap_or_default();
                    assert_eq!(side(false), side(true));
                }
            }
        });
    }
}

#[test]
fn what_a_dispute_holds_and_releases_is_told_apart_from_what_events_earn() {
    let (mut history, _, held) = held_once();
    history.rule(0, "text", 0, "owner of text");
    let (inputs, output) = history.settle_all();
    let waterfall = Waterfall::of(&inputs, &output, &laid_out(&inputs, &output)).unwrap();
    assert_eq!(waterfall.amount("released"), Some(held));
    assert_eq!(waterfall.amount("pool"), Some(SubUnits::ZERO));
    let owner = Claimant(address("owner of text").to_bytes());
    // Released by two labels: for its terms, and for the text that was repeated.
    let entries: Vec<String> = year_of(&inputs, &output, owner).into_iter().map(|row| row["entry"].clone()).collect();
    assert_eq!(entries, ["carried_in", "released", "released", "published", "carried_out"]);
}

#[test]
fn events_of_an_epoch_open_into_lines_that_sum_to_its_credits() {
    let (mut history, mandate) = settled_once();
    for _ in 0..3 {
        let event = history.event("pat", mandate, 1_234_567);
        history.serve(vec![event]);
    }
    let (inputs, output) = history.settle_all();
    let mut sum = output.fee.0;
    for event in counted(&inputs, &output) {
        sum += lines(&inputs, &output, event).unwrap().iter().map(|line| line.amount.0).sum::<u128>();
    }
    assert_eq!(sum, 3 * (1_234_567 << 32));
}

fn signed_waterfall() -> Signed {
    let (mut history, mandate) = settled_once();
    settle_event(&mut history, mandate);
    let event = history.event("pat", mandate, 77);
    history.serve(vec![event]);
    let (inputs, output) = history.settle_all();
    Waterfall::of(&inputs, &output, &laid_out(&inputs, &output)).unwrap().sign(&key("poster")).unwrap()
}

#[test]
fn a_signed_waterfall_reads_back_and_holds() {
    let signed = signed_waterfall();
    let read = Signed::decode(&signed.encode().unwrap()).unwrap();
    assert_eq!(read, signed);
    assert!(read.holds().unwrap());
    assert_eq!(signed_waterfall().encode().unwrap(), signed.encode().unwrap(), "the same again, to the byte");
}

#[test]
fn a_waterfall_that_was_changed_does_not_hold() {
    let good = signed_waterfall();
    let mut other_fee = good.clone();
    other_fee.waterfall.fee_bps += 1;
    let mut other_root = good.clone();
    other_root.waterfall.root = RootId([1; 32]);
    let mut other_amount = good.clone();
    other_amount.waterfall.lines[0].amount.0 += 1;
    let mut other_key = good.clone();
    other_key.key = address("somebody else");
    for changed in [other_fee, other_root, other_amount, other_key] {
        assert!(!changed.holds().unwrap());
    }
    let mut unbalanced = good.waterfall;
    unbalanced.lines[0].amount.0 += 1;
    assert!(!unbalanced.sign(&key("poster")).unwrap().holds().unwrap(), "a signature makes no sum right");
}

#[test]
fn a_year_opens_in_python_s_csv_and_sums_there_too() {
    let (mut history, mandate) = settled_once();
    let event = history.event("pat", mandate, 9_999_999);
    history.serve(vec![event]);
    let (inputs, output) = history.settle_all();
    let owner = Claimant(address("owner of text").to_bytes());
    let mut year = Year::begin(owner, Vec::new()).unwrap();
    year.add(&OPENED, &inputs, &output).unwrap();
    let program = "import csv, sys\n\
                   rows = list(csv.DictReader(sys.stdin, strict=True))\n\
                   assert all(row['opened_at'].startswith('2026-') and None not in row for row in rows)\n\
                   print(sum(int(row['sub_units']) for row in rows if row['entry'] == 'credit'))\n";
    let mut python =
        Command::new("python3").args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    python.stdin.take().unwrap().write_all(&year.end().unwrap()).unwrap();
    let answer = python.wait_with_output().unwrap();
    assert!(answer.status.success());
    let sum: u128 = String::from_utf8(answer.stdout).unwrap().trim().parse().unwrap();
    assert!(sum > 0);
    assert_eq!(sum, grown(&inputs, &output, LeafClass::Earned, owner));
}

#[test]
fn the_number_of_threads_does_not_show_in_a_single_byte() {
    let (mut history, mandate) = settled_once();
    for _ in 0..4 {
        let events = (0..1_000).map(|n| history.event("pat", mandate, 1_000 + n)).collect::<Vec<_>>();
        // Each needs its own request; the gateway numbers them.
        let events = events.into_iter().enumerate().map(|(n, mut event)| {
            event.request.0[..8].copy_from_slice(&(n as u64 + history.slot * 10_000).to_le_bytes());
            event
        });
        let events = events.collect();
        history.serve(events);
        history.slot += 1;
    }
    let (inputs, output) = history.settle_all();
    assert!(output.voids.is_empty() && output.events == 4_000);
    let files = |output: &EpochOutput| {
        let mut files = Vec::new();
        bundle(&inputs, output, &attempt(), &mut |file| files.push(file)).unwrap();
        files
    };
    let expected = files(&output);
    for threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(files(&pool.install(|| compute(&inputs).unwrap())), expected, "{threads} threads");
    }
}

#[test]
fn an_epoch_without_events_has_no_receipts_and_no_fee() {
    play(&[Act::Deposit(0, 100), Act::Grant], |_, inputs, output| {
        assert_eq!(Receipts::of(inputs, output).unwrap(), Receipts::default());
        assert_eq!(output.fee, SubUnits::ZERO);
    });
}
