//! How many declared events a core attributes in a second. Measures; asserts that
//! nothing was lost.

use anyhow::{Context, ensure};
use tributary_attribution::{Asset, Graph, RoyaltyMode, attribute_all};
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::content::{AssetKind, uses};
use tributary_core::event::{EventPosition, Evidence, TOKEN_WEIGHT, UsageEvent};
use tributary_core::id::{AssetId, Claimant, Commitment, GatewayId, MandateId, PayerId, RequestId, VaultId};
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};
use tributary_core::position::{AssetSeq, CreditSeq, EventSeq, Generation, Slot};

/// Assets of the graph: 2,000 on each of five levels, agents on top.
const LEVEL: u64 = 2_000;
const LEVELS: u64 = 5;
/// Events of an epoch.
const BATCH: u64 = 200_000;
/// Parents of an asset.
const PARENTS: u64 = 2;

/// Everything declared, without a fee.
pub fn policy() -> anyhow::Result<PolicySet> {
    Ok(PolicySet {
        engine: tributary_attribution::engine::ENGINE_VERSION,
        fee: BasisPoints::ZERO,
        fee_claimant: Claimant([9; 32]),
        default_mix: Mix::from_bps([10_000, 0, 0, 0, 0]).context("the mix")?,
        tokeniser: Tokeniser::Bytes,
        span_min: 1,
        frequency_weights: [TOKEN_WEIGHT; 16],
        leaf_min: 0,
        similarity: Some(Similarity::STANDARD),
    })
}

/// The address of an asset or key of a claimant.
fn id(n: u64) -> [u8; 32] {
    let mut bytes = [1; 32];
    // Scattered, so that the order of addresses is not that of registration.
    bytes[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    bytes
}

/// The nth asset of a level; each names two of the level below.
fn asset(level: u64, nth: u64) -> anyhow::Result<Asset> {
    let n = level * LEVEL + nth;
    let kind = match level {
        0..3 => AssetKind::Dataset,
        3 => AssetKind::Model,
        _ => AssetKind::Agent,
    };
    let royalty = BasisPoints::new(1_000).context("a royalty")?;
    let below = |parent: u64| (level - 1) * LEVEL + (nth * 7 + parent * 13) % LEVEL;
    let parents = if level == 0 { 0 } else { PARENTS };
    Ok(Asset {
        asset: AssetId(id(n)),
        seq: AssetSeq::compose(Slot(n), 0, 0).context("a slot")?,
        kind,
        owner: Claimant(id(n)),
        co_owners: vec![(Claimant(id(n)), BasisPoints::ONE)],
        parents: (0..parents).map(|parent| (AssetId(id(below(parent))), royalty)).collect(),
        royalties: RoyaltyMode::Relative,
        collection: None,
        mix: None,
        uses: uses::ALL,
        effective_slot: Slot(n),
        retired_from: None,
        disputed_from: None,
        changes: Vec::new(),
    })
}

/// Attributes so many different events and prints what it took.
pub fn run(count: u64) -> anyhow::Result<()> {
    let assets = (0..LEVELS).flat_map(|level| (0..LEVEL).map(move |nth| asset(level, nth)));
    let graph = Graph::new(assets.collect::<anyhow::Result<Vec<_>>>()?)?;
    let policy = policy()?;
    let event = |n: u64| {
        let nth = n.wrapping_mul(0x2545_f491_4f6c_dd1d) % LEVEL;
        UsageEvent {
            position: EventPosition { gateway: GatewayId([7; 32]), generation: Generation(0), sequence: EventSeq(n) },
            vault: VaultId([8; 32]),
            payer: PayerId([9; 32]),
            mandate: MandateId([10; 32]),
            lease: CreditSeq(1),
            request: RequestId(id(n)),
            agent: AssetId(id((LEVELS - 1) * LEVEL + nth)),
            model: AssetId(id((LEVELS - 2) * LEVEL + nth * 7 % LEVEL)),
            price: BaseUnits(1_000 + n),
            graph_slot: Slot(LEVEL * LEVELS),
            at_ms: 0,
            uses: uses::ALL,
            sidecar: Commitment([0; 32]),
            evidence: Evidence::none(100),
        }
    };
    // What settlement runs, on one thread; the time is that thread's own, so that
    // what else runs on the machine does not count.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let (mut nanoseconds, mut paid, mut due) = (0, 0u128, 0u128);
    for batch in 0..count.div_ceil(BATCH) {
        let events: Vec<UsageEvent> = (batch * BATCH..((batch + 1) * BATCH).min(count)).map(event).collect();
        let (found, took) = pool.install(|| -> anyhow::Result<_> {
            let started = own_nanoseconds()?;
            let found = attribute_all(&events, &graph, &policy)?;
            Ok((found, own_nanoseconds()? - started))
        })?;
        ensure!(found.void.is_empty(), "{} events are void", found.void.len());
        nanoseconds += took;
        paid += found.sum.total().context("the sum exceeds 128 bits")?.0;
        due += events.iter().map(|event| event.price.to_sub_units().0).sum::<u128>();
    }
    ensure!(paid == due, "{paid} sub-units were credited of {due}");
    println!("{}", serde_json::json!({ "events": count, "seconds": nanoseconds as f64 / 1e9 }));
    Ok(())
}

/// How long this thread has run on a core.
fn own_nanoseconds() -> anyhow::Result<u64> {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(line.split_whitespace().next().context("an empty schedstat")?.parse()?)
}
