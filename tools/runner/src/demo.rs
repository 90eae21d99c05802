//! The demo: texts, models and agents are registered, payers pay for thousands
//! of answers, three epochs are settled, one wrong root is vetoed, a payer takes
//! a refund, contributors claim; at the end everything is recomputed.

mod cast;
mod checks;
mod claims;
mod epochs;
mod progress;
mod publish;
mod summary;
mod traffic;

use crate::layout::Layout;
use crate::machine::{self, Machine};
use crate::service::Service;
use anyhow::{Context, Result, bail};
use cast::{Cast, PAYERS};
use progress::Progress;
use publish::Published;
use solana_sdk::signature::Signer;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use summary::Summary;
use tributary_core::id::{AssetId, Claimant};
use tributary_core::leaf::LeafClass;
use tributary_operator::claim::Claimed;
use tributary_operator::gateway::GatewayClient;
use tributary_operator::{lookup_table, vault};

/// Flags of the demo.
#[derive(clap::Args, Clone, Debug)]
pub struct Options {
    /// Exit when all is shown: 0 only if everything held
    #[arg(long)]
    pub once: bool,
    /// Paid runs in all, in three epochs
    #[arg(long, default_value_t = 2_100, value_parser = clap::value_parser!(u64).range(30..=1_000_000))]
    pub runs: u64,
    /// Where the gateway listens; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    pub gateway_listen: String,
    /// Where the API and the claim page listen; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    pub api_listen: String,
    /// Folder for logs, keys, content and the summary; emptied at the start
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
}

/// What happened.
struct Done {
    paid: Vec<traffic::Paid>,
    claims: Vec<(Claimant, Claimed)>,
    refunds: Vec<(Claimant, Claimed)>,
}

/// Runs the demo; whether everything held. On Ctrl-C everything is stopped in
/// order.
pub async fn run(options: &Options) -> Result<bool> {
    let work = options.work.clone().unwrap_or_else(|| PathBuf::from("target/demo"));
    let layout = Layout::find(std::path::absolute(work)?)?;
    let progress = Progress::new();
    let texts = tributary_corpus::load(&fetch(&layout).await?)?;
    let cast = Cast::of(&texts);
    progress.say(&format!(
        "{} texts by {} authors; starting Postgres and the local chain",
        texts.len(),
        cast.authors.len()
    ));
    let machine_options = machine::Options { slot_ms: 100, cast: cast.funded() };
    let machine = Machine::start(layout, &machine_options).await?;
    let mut services = Vec::new();
    let outcome = tokio::select! {
        outcome = play(options, &machine, &progress, &cast, &texts, &mut services) => outcome,
        () = interrupted() => { progress.say("stopping"); Ok(false) }
    };
    if let Ok(true) = outcome
        && !options.once
    {
        println!("\nEverything stays up. Logs are in {}. Ctrl-C ends it.", machine.layout.file("logs").display());
        println!("A program that you build anew (`make programs`) is redeployed.");
        tokio::select! {
            () = interrupted() => {}
            () = machine.redeploy_on_change(|line| progress.say(line)) => {}
        }
    }
    // Gateways first, so that what they acknowledged is drained while Postgres runs.
    for service in services.iter_mut().rev() {
        service.stop().await?;
    }
    machine.stop().await?;
    outcome
}

async fn play(
    options: &Options,
    machine: &Machine,
    progress: &Progress,
    cast: &Cast,
    texts: &[tributary_corpus::Text],
    services: &mut Vec<Service>,
) -> Result<bool> {
    progress.say(&format!("chain at {}, mint {}", machine.ready.rpc_url, machine.ready.mint));
    let pool = PgPoolOptions::new()
        .max_connections(4)
        .connect(&machine.database_url)
        .await
        .context("connecting to Postgres")?;
    let indexer = machine.indexer()?;
    let health = indexer.url().await?;
    services.push(indexer);
    let (vault, gateway_id) = publish::set_up(machine, progress).await?;
    services.push(machine.watcher()?);
    let published = publish::publish(machine, progress, cast, texts, (vault, gateway_id)).await?;
    traffic::deposit(machine, &vault).await?;
    let embedding = embedding(machine, progress, services).await?;
    let service = machine.gateway(&gateway_id, &options.gateway_listen, embedding.as_deref())?;
    let gateway_url = service.url().await?;
    services.push(service);
    let governor = machine.key("governor")?;
    let (table, _) = lookup_table::create(&machine.chain, &governor, &machine.mint()).await?;
    let api = machine.api(&options.api_listen, &gateway_url, &table)?;
    let api_url = api.url().await?;
    services.push(api);
    let environment = machine.write_environment(&gateway_id, &gateway_url, Some(&api_url))?;
    let gateway = GatewayClient::new(&gateway_url)?;
    progress.say("five payers deposited; waiting until the deposits are final and the agents are loaded");
    let mut keys = wait_for_mandates(machine, &gateway, &published).await?;
    traffic::wait_until_served(&gateway, published.agents.len(), &keys).await?;
    if embedding.is_some() {
        traffic::wait_for_vectors(&gateway, progress, published.datasets.len()).await?;
    }
    let agents: Vec<String> = published.agents.iter().map(|(_, name)| name.clone()).collect();

    let per_epoch = options.runs.div_ceil(3);
    let mut paid = traffic::runs(&gateway, progress, "paid runs, first epoch", (0, per_epoch), &keys, &agents).await?;
    epochs::wait_drained(&pool, paid.len() as u64).await?;
    epochs::settle(machine, &pool, progress, &vault, 1, None).await?;
    let mut claims = claims::claim(machine, progress, cast, LeafClass::Earned, |n| n % 2 == 0).await?;

    let second = traffic::runs(&gateway, progress, "paid runs, second epoch", (per_epoch, per_epoch), &keys, &agents);
    paid.extend(second.await?);
    let leaver = PAYERS[PAYERS.len() - 1];
    vault::request_refund(&machine.chain, &cast::key(leaver), &vault).await?;
    progress.say(&format!("{leaver} asks for the rest of its deposit"));
    wait_refunded(&pool, &vault.0, &cast::key(leaver).pubkey().to_bytes()).await?;
    keys.pop();
    epochs::wait_drained(&pool, paid.len() as u64).await?;
    epochs::settle(machine, &pool, progress, &vault, 2, Some("one-unit@2")).await?;
    claims.extend(claims::claim(machine, progress, cast, LeafClass::Earned, |n| n % 3 != 1).await?);
    let refunds = claims::claim(machine, progress, cast, LeafClass::Refund, |_| true).await?;

    let third = traffic::runs(&gateway, progress, "paid runs, third epoch", (2 * per_epoch, per_epoch), &keys, &agents);
    paid.extend(third.await?);
    epochs::wait_drained(&pool, paid.len() as u64).await?;
    epochs::settle(machine, &pool, progress, &vault, 3, None).await?;
    // Half of them stay unpaid, so that whoever opens the page has something to claim.
    claims.extend(claims::claim(machine, progress, cast, LeafClass::Earned, |n| n % 2 == 0).await?);
    claims.extend(claims::claim(machine, progress, cast, LeafClass::Fee, |_| true).await?);

    let urls = BTreeMap::from([
        ("chain", machine.ready.rpc_url.clone()),
        ("gateway", gateway_url.clone()),
        ("indexer", format!("{health}/health")),
        ("api", api_url.clone()),
        ("content", machine.layout.store().display().to_string()),
        ("logs", machine.layout.file("logs").display().to_string()),
        ("shell", format!("source {}", environment.display())),
        ("keys", machine.layout.file("keys").display().to_string()),
    ]);
    progress.say("recomputing everything");
    let summary = conclude(machine, progress, &pool, cast, &published, &Done { paid, claims, refunds }, urls).await?;
    let path = machine.layout.file("summary.json");
    std::fs::write(&path, serde_json::to_vec_pretty(&summary.json())?).with_context(|| path.display().to_string())?;
    summary.print();
    println!("  {:<12} {}", "summary", path.display());
    Ok(summary.holds())
}

/// The embedding model's server, where it is there: events then carry evidence of
/// similarity too.
async fn embedding(machine: &Machine, progress: &Progress, services: &mut Vec<Service>) -> Result<Option<String>> {
    let Some(server) = machine.embedding().await? else {
        progress.say("no embedding model here (`make embedding` adds it): no evidence of similarity this time");
        return Ok(None);
    };
    let url = format!("{}/v1", server.url().await?);
    services.push(server);
    progress.say(&format!("embedding model at {url}"));
    Ok(Some(url))
}

/// Everything that was shown, checked once more.
async fn conclude(
    machine: &Machine,
    progress: &Progress,
    pool: &PgPool,
    cast: &Cast,
    published: &Published,
    done: &Done,
    urls: BTreeMap<&'static str, String>,
) -> Result<Summary> {
    let Done { paid, claims, refunds } = done;
    let vault = &published.vault.0;
    let named = published.datasets.iter().chain(&published.models).chain(&published.agents);
    let titles: BTreeMap<AssetId, String> = named.cloned().collect();
    let mut claimed: BTreeMap<Claimant, u64> = BTreeMap::new();
    for (claimant, claim) in claims.iter().chain(refunds) {
        *claimed.entry(*claimant).or_default() += claim.paid.0;
    }
    let claimants: Vec<Claimant> = claimed.keys().copied().collect();
    let roots = epochs::roots(pool, &published.vault).await?;
    let vetoed = roots.iter().filter(|root| root.status == "vetoed").count();
    let active = roots.iter().filter(|root| root.status == "active").count();
    let mut checks = checks::money(machine, &claimants).await?;
    checks.extend(checks::events(pool, paid).await?);
    let (identity_checks, identity) = checks::identity(pool, vault).await?;
    checks.extend(identity_checks);
    checks.push(checks::verify(machine, active).await?);
    checks.extend(checks::independent(machine, &roots).await?);
    let refunded: u64 = refunds.iter().map(|(_, claim)| claim.paid.0).sum();
    checks.push(checks::Check {
        what: "three roots serve or served, the wrong one was vetoed, and the refund was paid".into(),
        holds: active == 3 && vetoed == 1 && refunded > 0 && identity.len() == 3,
        numbers: format!("{active} active, {vetoed} vetoed, {refunded} base units refunded"),
    });
    let earners = summary::earners(pool, vault, cast, &titles, &claimed).await?;
    let mut urls = urls;
    if let (Some(api), Some(earner)) = (urls.get("api").cloned(), earners.iter().find(|earner| earner.has_more())) {
        urls.insert("reference", format!("{api}/reference"));
        urls.insert("claim page", format!("{api}/?claimant={}", earner.claimant));
    }
    let example = paid
        .iter()
        .find(|run| run.text.len() > 80)
        .map_or_else(Default::default, |run| (run.prompt.clone(), run.text.clone()));
    Ok(Summary {
        earners,
        roots,
        identity,
        checks,
        urls,
        numbers: BTreeMap::from([
            ("datasets", published.datasets.len() as u64),
            ("owners", cast.authors.len() as u64),
            ("models", published.models.len() as u64),
            ("agents", published.agents.len() as u64),
            ("payers", PAYERS.len() as u64),
            ("runs", paid.len() as u64),
            ("claims", (claims.len() + refunds.len()) as u64),
            ("seconds", progress.seconds()),
        ]),
        example,
    })
}

/// Mandates are refused until the indexer has shown the gateway the vault.
async fn wait_for_mandates(machine: &Machine, gateway: &GatewayClient, published: &Published) -> Result<Vec<String>> {
    let start = Instant::now();
    loop {
        match traffic::mandates(machine, gateway, published).await {
            Ok(keys) => return Ok(keys),
            Err(error) if start.elapsed() > Duration::from_secs(60) => return Err(error),
            Err(error) => tracing::debug!("mandates are not accepted yet: {error:#}"),
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Waits until the gateway has closed the payer's leases and logged the refund.
async fn wait_refunded(pool: &PgPool, vault: &[u8; 32], payer: &[u8; 32]) -> Result<()> {
    let start = Instant::now();
    loop {
        let logged: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM credit.log WHERE kind = 'refund' AND vault = $1 AND payer = $2)",
        )
        .bind(vault.as_slice())
        .bind(payer.as_slice())
        .fetch_one(pool)
        .await?;
        if logged {
            return Ok(());
        }
        if start.elapsed() > Duration::from_secs(60) {
            bail!("the gateway did not log the refund within a minute: see gateway.log");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Fetches the texts where they are missing.
async fn fetch(layout: &Layout) -> Result<PathBuf> {
    let script = layout.checkout.join("tools/corpus/fetch");
    let output = tokio::process::Command::new(&script)
        .env("TRIBUTARY_CACHE", &layout.cache)
        .stderr(std::process::Stdio::inherit())
        .output()
        .await
        .with_context(|| format!("cannot run {}", script.display()))?;
    if !output.status.success() {
        bail!("the demo's texts could not be fetched; what to do stands above");
    }
    Ok(Path::new(String::from_utf8_lossy(&output.stdout).trim()).to_owned())
}

/// Ctrl-C or SIGTERM.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate());
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = async { match &mut term { Ok(term) => { term.recv().await; } Err(_) => std::future::pending().await } } => {}
    }
}
