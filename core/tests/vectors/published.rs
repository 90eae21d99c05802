//! Vectors of policy set, leaf file, manifest and root: one epoch, so that the
//! root can be recomputed from the leaf file and the manifest alone.

use crate::ids::domain;
use crate::named;
use crate::trees::node;
use serde_json::{Value, json};
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::event::TOKEN_WEIGHT;
use tributary_core::hash::sha256;
use tributary_core::id::{Claimant, FileHash, GatewayId, Genesis, Head, MintId, ProgramId, RootId, VaultId};
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::leaf_file::write::write;
use tributary_core::leaf_file::{LeafFile, file_hash};
use tributary_core::manifest::{MANIFEST_VERSION, Manifest, UsageSegment};
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};
use tributary_core::position::{CreditSeq, Epoch, EventSeq, Generation, Slot};
use tributary_core::root::RootHeader;

fn policy() -> PolicySet {
    PolicySet {
        engine: 1,
        fee: BasisPoints::new(250).unwrap(),
        fee_claimant: Claimant(named("treasury")),
        default_mix: Mix::from_bps([3_000, 1_000, 500, 5_000, 500]).unwrap(),
        tokeniser: Tokeniser::Bytes,
        span_min: 24,
        frequency_weights: std::array::from_fn(|k| TOKEN_WEIGHT >> k),
        leaf_min: 100,
        similarity: None,
    }
}

pub fn policy_sets() -> Value {
    let newer = PolicySet { engine: 2, similarity: Some(Similarity::STANDARD), ..policy() };
    Value::Array([policy(), newer].iter().map(policy_set).collect())
}

fn policy_set(policy: &PolicySet) -> Value {
    assert_eq!(PolicySet::decode(&policy.encode()).as_ref(), Ok(policy));
    json!({
        "engine": policy.engine,
        "fee": policy.fee.get(),
        "fee_claimant": policy.fee_claimant.to_string(),
        "default_mix": policy.default_mix.shares().map(BasisPoints::get),
        "tokeniser": policy.tokeniser as u8,
        "span_min": policy.span_min,
        "frequency_weights": policy.frequency_weights,
        "leaf_min": policy.leaf_min.to_string(),
        "similarity": policy.similarity.map(|similarity| json!({
            "seed": similarity.seed.to_string(),
            "bands": similarity.bands,
            "rows": similarity.rows,
            "shingle_words": similarity.shingle_words,
            "threshold": similarity.threshold.get(),
            "neighbours": similarity.neighbours,
            "nearest": similarity.nearest,
        })),
        "bytes": hex::encode(policy.encode()),
        "hash": policy.hash().to_string(),
    })
}

fn small_file() -> LeafFile {
    let leaf = |class, name: &str, cumulative| Leaf {
        class,
        claimant: Claimant(named(name)),
        cumulative: BaseUnits(cumulative),
    };
    let mut leaves = vec![
        leaf(LeafClass::Earned, "author", 1_234_567),
        leaf(LeafClass::Earned, "translator", 100),
        leaf(LeafClass::Earned, "operator", 98_765_432_109),
        leaf(LeafClass::Refund, "payer", 5_000_000),
        leaf(LeafClass::Fee, "treasury", 31_415),
    ];
    leaves.sort();
    LeafFile::new(domain(), Epoch(7), 1, leaves).unwrap()
}

/// 2,100 leaves, so that there are two whole blocks and a part of one: leaf `i`
/// is earned, by `i` as 32 bytes big-endian, of `i + 1` base units.
fn large_file() -> LeafFile {
    let leaves = (0..2_100u64)
        .map(|i| {
            let mut claimant = [0; 32];
            claimant[24..].copy_from_slice(&i.to_be_bytes());
            Leaf { class: LeafClass::Earned, claimant: Claimant(claimant), cumulative: BaseUnits(i + 1) }
        })
        .collect();
    LeafFile::new(domain(), Epoch(8), 0, leaves).unwrap()
}

pub fn leaf_files() -> Value {
    let one = |file: &LeafFile, rule: Option<&str>| {
        let tree = file.tree().unwrap();
        let bytes = file.encode(&tree);
        assert_eq!(LeafFile::decode(&bytes).unwrap().0, *file);
        let mut streamed = Vec::new();
        let stream = || file.leaves().iter().copied();
        let written = write(&file.domain, file.epoch, file.attempt, stream, &mut streamed).unwrap();
        assert_eq!((streamed, written.class_totals), (bytes.clone(), file.class_totals()));
        assert_eq!((written.outline.root(), written.outline.frontier()), (tree.root(), tree.frontier()));
        let leaves: Vec<_> = file
            .leaves()
            .iter()
            .map(|leaf| json!([leaf.class as u8, leaf.claimant.to_string(), leaf.cumulative.to_string()]))
            .collect();
        let mut value = json!({
            "domain": hex::encode(file.domain.0),
            "epoch": file.epoch.to_string(),
            "attempt": file.attempt,
            "count": file.leaves().len(),
            "class_totals": file.class_totals().map(|total| total.to_string()),
            "top": node(&tree.root()),
            "length": bytes.len(),
            "hash": file_hash(&bytes).to_string(),
        });
        match rule {
            Some(rule) => value["rule"] = json!(rule),
            None => {
                value["leaves"] = json!(leaves);
                value["bytes"] = json!(hex::encode(bytes));
            }
        }
        value
    };
    json!([
        one(&small_file(), None),
        one(
            &large_file(),
            Some("leaf i has class 0, the claimant whose 32 bytes are i big-endian, and i + 1 base units")
        ),
    ])
}

/// Bytes that no reader may take for a leaf file.
pub fn refused_leaf_files() -> Value {
    let file = small_file();
    let good = file.encode(&file.tree().unwrap());
    const FIRST_LEAF: usize = tributary_core::leaf_file::HEADER_BYTES;
    const LEAF: usize = tributary_core::leaf_file::LEAF_BYTES;
    let one = |why: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        assert!(LeafFile::decode(&bytes).is_err(), "{why}");
        json!({ "why": why, "bytes": hex::encode(bytes) })
    };
    json!([
        one("the first bytes differ", &|bytes| bytes[0] ^= 1),
        one("the version is unknown", &|bytes| bytes[4] = 2),
        one("a class total is wrong", &|bytes| bytes[FIRST_LEAF - 24] ^= 1),
        one("a leaf is a unit richer than the block says", &|bytes| bytes[FIRST_LEAF + 33] ^= 1),
        one("two leaves are in the wrong order", &|bytes| {
            let first: Vec<u8> = bytes[FIRST_LEAF..FIRST_LEAF + LEAF].to_vec();
            bytes.copy_within(FIRST_LEAF + LEAF..FIRST_LEAF + 2 * LEAF, FIRST_LEAF);
            bytes[FIRST_LEAF + LEAF..FIRST_LEAF + 2 * LEAF].copy_from_slice(&first);
        }),
        one("a leaf is zero", &|bytes| bytes[FIRST_LEAF + 33..FIRST_LEAF + LEAF].fill(0)),
        one("a class is unknown", &|bytes| bytes[FIRST_LEAF] = 3),
        one("a block's hash is wrong", &|bytes| {
            let at = bytes.len() - 9;
            bytes[at] ^= 1;
        }),
        one("a byte is missing", &|bytes| bytes.truncate(bytes.len() - 1)),
        one("a byte is left over", &|bytes| bytes.push(0)),
    ])
}

fn manifest() -> Manifest {
    let file = small_file();
    let tree = file.tree().unwrap();
    let published = |name: &str| FileHash(named(name));
    Manifest {
        version: MANIFEST_VERSION,
        genesis: Genesis(named("genesis")),
        registry: ProgramId(named("registry")),
        rewards: ProgramId(named("rewards")),
        vault: VaultId(named("vault")),
        mint: MintId(named("mint")),
        epoch: file.epoch,
        attempt: file.attempt,
        parent: RootId(named("parent root")),
        finalised_slot: Slot(399_999_500),
        terms_slot: Slot(399_990_000),
        engine: "tributary-attribution 1".into(),
        policy_set: policy().hash(),
        opening_state: published("opening state"),
        chain: published("chain file"),
        chain_digest: published("chain digest"),
        graph: published("graph file"),
        mandates: published("mandates file"),
        credit: published("credit file"),
        credit_end: CreditSeq(19),
        usage: vec![UsageSegment {
            gateway: GatewayId(named("gateway")),
            generation: Generation(2),
            first: EventSeq(40),
            end: EventSeq(42),
            previous: Head(named("previous head")),
            head: Head(named("head")),
            file: published("usage segment"),
        }],
        closing_state: published("closing state"),
        leaf_file: file_hash(&file.encode(&tree)),
        tree_hash: FileHash(tree.root().hash),
        total: tree.root().sum.to_string(),
        leaf_count: tree.count(),
    }
}

pub fn manifests() -> Value {
    let manifest = manifest();
    let bytes = manifest.encode();
    assert_eq!(Manifest::decode(&bytes).as_ref(), Ok(&manifest));
    assert_eq!(manifest.hash().0, sha256(&[&bytes]));
    json!([{ "bytes": String::from_utf8(bytes).unwrap(), "hash": manifest.hash().to_string() }])
}

pub fn root_ids() -> Value {
    let (manifest, file) = (manifest(), small_file());
    let header = RootHeader {
        domain: file.domain,
        epoch: file.epoch,
        attempt: file.attempt,
        parent: manifest.parent,
        finalised_slot: manifest.finalised_slot,
        tree_hash: manifest.tree_hash.0,
        class_totals: file.class_totals(),
        leaf_count: manifest.leaf_count,
        manifest: manifest.hash(),
        policy_set: manifest.policy_set,
    };
    json!([{
        "domain": hex::encode(header.domain.0),
        "epoch": header.epoch.to_string(),
        "attempt": header.attempt,
        "parent": header.parent.to_string(),
        "finalised_slot": header.finalised_slot.to_string(),
        "tree_hash": hex::encode(header.tree_hash),
        "class_totals": header.class_totals.map(|total| total.to_string()),
        "leaf_count": header.leaf_count,
        "manifest": header.manifest.to_string(),
        "policy_set": header.policy_set.to_string(),
        "id": header.id().to_string(),
    }])
}
