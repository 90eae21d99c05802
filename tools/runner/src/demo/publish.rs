//! Sets the network up and registers texts, models and agents.

use super::cast::{self, BUILDERS, Cast, FEE, OPERATOR, PATRON};
use super::progress::Progress;
use crate::machine::Machine;
use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use solana_sdk::signature::Signer;
use tributary_client::pda;
use tributary_client::registry::RegistrySettings;
use tributary_client::rewards::VaultSettings;
use tributary_core::amount::BasisPoints;
use tributary_core::content::{AssetKind, uses};
use tributary_core::id::{AssetId, GatewayId, VaultId};
use tributary_core::leaf_file::file_hash;
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};
use tributary_corpus::{Family, Text};
use tributary_operator::register::{self, Plan};
use tributary_operator::setup::{self, Roles};

/// Registrations under way at a time.
const CONCURRENCY: usize = 12;
/// Event sequences of the registry that registrations are spread over.
const SHARDS: u8 = 4;
/// What a model passes on to each dataset and model it is made of.
const ROYALTY_BPS: u16 = 500;
/// The most parents an asset may have.
const PARENTS_MAX: usize = 16;

/// What was registered.
pub struct Published {
    /// The vault.
    pub vault: VaultId,
    /// The gateway.
    pub gateway: GatewayId,
    /// Datasets with their titles, in the order of the texts.
    pub datasets: Vec<(AssetId, String)>,
    /// The models.
    pub models: Vec<(AssetId, String)>,
    /// The agents.
    pub agents: Vec<(AssetId, String)>,
}

/// The numbers the demo's epochs are computed with.
pub fn policy() -> Result<PolicySet> {
    let mut frequency_weights = [0; 16];
    for (step, weight) in frequency_weights.iter_mut().enumerate() {
        // A span that occurs in twice as many texts weighs three quarters as much.
        *weight = (0..step).fold(tributary_core::event::TOKEN_WEIGHT, |weight, _| weight / 4 * 3);
    }
    Ok(PolicySet {
        engine: 2,
        fee: BasisPoints::new(500).context("the fee is a share")?,
        fee_claimant: cast::claimant(FEE),
        default_mix: Mix::from_bps([2_000, 1_000, 0, 7_000, 0]).context("the mix sums to one")?,
        tokeniser: Tokeniser::Bytes,
        span_min: 24,
        frequency_weights,
        leaf_min: 1,
        similarity: Some(Similarity::STANDARD),
    })
}

/// Sets both programs up and creates vault and gateway.
pub async fn set_up(machine: &Machine, progress: &Progress) -> Result<(VaultId, GatewayId)> {
    std::fs::write(machine.layout.file("policy.bin"), policy()?.encode()).context("writing the policy set")?;
    let governor = machine.key("governor")?;
    let roles = Roles {
        poster: machine.key("poster")?.pubkey(),
        guardian: machine.key("guardian")?.pubkey(),
        watchers: vec![machine.key("watcher")?.pubkey()],
        threshold: 1,
        registry: RegistrySettings::local(governor.pubkey()),
        timelock_slots: 10,
        timelock_seconds: 5,
    };
    setup::initialize(&machine.chain, &governor, &roles).await?;
    setup::open_shards(&machine.chain, &governor, SHARDS).await?;
    let settings = VaultSettings {
        challenge_slots: 20,
        challenge_seconds: 2,
        growth_per_slot: 10_000_000,
        growth_burst: 2_000_000_000,
        outflow_per_slot: 0,
        outflow_burst: 0,
        policy_set: file_hash(&policy()?.encode()),
    };
    let (vault, _) = setup::create_vault(&machine.chain, &governor, &machine.mint(), &pda::TOKEN, &settings).await?;
    let operator = machine.key(OPERATOR)?;
    let signer = machine.key("gateway key")?.pubkey();
    let (gateway, _) = setup::register_gateway(&machine.chain, &operator, 0, &signer).await?;
    progress.say(&format!("programs set up; vault {vault}, gateway {gateway}"));
    Ok((vault, gateway))
}

/// Registers the texts, then models made of them, then agents.
pub async fn publish(
    machine: &Machine,
    progress: &Progress,
    cast: &Cast,
    texts: &[Text],
    (vault, gateway): (VaultId, GatewayId),
) -> Result<Published> {
    for name in cast.authors.iter().chain(&BUILDERS).chain(&[FEE, PATRON]) {
        machine.key_file(name)?;
    }
    let step = progress.step("registering texts (commit, wait, reveal)", texts.len() as u64);
    let datasets: Vec<(AssetId, String)> = stream::iter(texts.iter().enumerate())
        .map(|(n, text)| {
            let step = &step;
            async move {
                let asset = dataset(machine, text, n).await.with_context(|| format!("registering {}", text.title))?;
                step.tick();
                anyhow::Ok((asset, text.title.clone()))
            }
        })
        .buffered(CONCURRENCY)
        .try_collect()
        .await?;
    step.end(progress);

    let of = |family: Family| -> Vec<AssetId> {
        texts.iter().zip(&datasets).filter(|(text, _)| text.family == family).map(|(_, (asset, _))| *asset).collect()
    };
    let canon = [of(Family::Scripture), of(Family::Verse)].concat();
    let commons = [of(Family::Stage)[..8].to_vec(), of(Family::Licence)[..7].to_vec()].concat();
    let canon = model(machine, BUILDERS[0], "Canon", None, &canon).await?;
    let commons = model(machine, BUILDERS[1], "Commons", Some(canon), &commons).await?;
    progress.say("two models registered: Canon (scripture and verse) and Commons (stage and licences, child of Canon)");
    let mut agents = Vec::new();
    for (name, model, per_call, per_token) in
        [("psalmist", canon, 20_000, 400), ("player", commons, 15_000, 600), ("counsel", commons, 40_000, 500)]
    {
        agents.push((agent(machine, name, model, per_call, per_token).await?, name.to_owned()));
    }
    progress.say("three agents registered: psalmist, player, counsel");
    let models = vec![(canon, "Canon".to_owned()), (commons, "Commons".to_owned())];
    Ok(Published { vault, gateway, datasets, models, agents })
}

async fn dataset(machine: &Machine, text: &Text, n: usize) -> Result<AssetId> {
    let (first, _) = text.authors.first().context("a text has an author")?;
    let co_owners = text
        .authors
        .iter()
        .map(|(author, bps)| Ok((cast::claimant(author), BasisPoints::new(*bps).context("a share is at most one")?)))
        .collect::<Result<Vec<_>>>()?;
    let plan = Plan {
        kind: AssetKind::Dataset,
        content: text.body.clone().into_bytes(),
        name: text.title.clone(),
        creator: text.authors.iter().map(|(author, _)| *author).collect::<Vec<_>>().join(", "),
        description: format!("{:?} of the demo's corpus", text.family),
        licence: text.licence.to_owned(),
        uses: uses::ALL,
        mix_bps: [0; 5],
        parents: Vec::new(),
        co_owners,
    };
    register(machine, first, &plan, (n % usize::from(SHARDS)) as u8).await
}

async fn model(
    machine: &Machine,
    owner: &str,
    name: &str,
    parent: Option<AssetId>,
    datasets: &[AssetId],
) -> Result<AssetId> {
    let datasets = &datasets[..datasets.len().min(PARENTS_MAX - usize::from(parent.is_some()))];
    let royalty = BasisPoints::new(ROYALTY_BPS).context("a royalty is a share")?;
    let mut content = json!({"kind": "infinigram", "version": 1, "name": name, "datasets": datasets});
    if let Some(parent) = parent {
        content["parent"] = json!(parent);
    }
    let plan = Plan {
        kind: AssetKind::Model,
        content: content.to_string().into_bytes(),
        name: name.to_owned(),
        creator: owner.to_owned(),
        description: format!("An unbounded n-gram model of {} texts", datasets.len()),
        licence: "Apache-2.0".to_owned(),
        uses: uses::ALL,
        mix_bps: [2_000, 1_000, 0, 7_000, 0],
        parents: parent.iter().chain(datasets).map(|asset| (*asset, royalty)).collect(),
        co_owners: Vec::new(),
    };
    register(machine, owner, &plan, 0).await.with_context(|| format!("registering the model {name}"))
}

async fn agent(machine: &Machine, name: &str, model: AssetId, per_call: u64, per_token: u64) -> Result<AssetId> {
    let content = json!({
        "name": name,
        "model": model,
        "price_per_call": per_call.to_string(),
        "price_per_token": per_token.to_string(),
        "prompt_prefix": "",
    });
    let plan = Plan {
        kind: AssetKind::Agent,
        content: content.to_string().into_bytes(),
        name: name.to_owned(),
        creator: OPERATOR.to_owned(),
        description: format!("Goes on from a prompt, as {name}"),
        licence: "Apache-2.0".to_owned(),
        uses: uses::ALL,
        mix_bps: [0; 5],
        parents: vec![(model, BasisPoints::new(6_000).context("a royalty is a share")?)],
        co_owners: Vec::new(),
    };
    register(machine, OPERATOR, &plan, 0).await.with_context(|| format!("registering the agent {name}"))
}

async fn register(machine: &Machine, owner: &str, plan: &Plan, shard: u8) -> Result<AssetId> {
    let owner = cast::key(owner);
    let registration = register::publish(&machine.store, plan, &owner, shard)?;
    register::register(&machine.chain, &registration, &owner).await?;
    Ok(registration.asset())
}
