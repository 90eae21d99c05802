//! A wrong root that served: claimed from, disabled with the one built on it,
//! followed by a true one that declares what was overpaid, and made good.

use crate::drill::{attest_blindly, books_are_in_order, submit};
use crate::epochs::report;
use crate::faults::with_lease;
use crate::world::World;
use solana_sdk::signature::Signer;
use std::net::SocketAddr;
use tributary_client::rewards::{Relatives, VetoReason, disable_root, recapitalise};
use tributary_core::amount::BaseUnits;
use tributary_core::id::Claimant;
use tributary_core::leaf::LeafClass;
use tributary_operator::keys::development;
use tributary_operator::store::ContentStore;
use tributary_operator::{claim, vault};
use tributary_settlement::settler::Sabotage;
use tributary_settlement::verify::Outcome;

/// Somebody whose key pays for others' claims.
const PAYER: &str = "paul";

async fn claim_all(world: &World) -> u64 {
    let chain = &world.network.chain;
    let serving = claim::serving(chain, &ContentStore::new(&world.store), &world.network.mint).await.unwrap();
    let mut paid = 0;
    for leaf in serving.leaves.leaves() {
        paid += serving.claim(chain, &development(PAYER), leaf.class, &leaf.claimant).await.unwrap().paid.0;
    }
    paid
}

/// An address that nobody listens on.
fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Waits until the settler's metrics and health say how much is missing.
async fn until_shortfall(world: &World, health: SocketAddr, expected: u64) {
    let line = format!("settler_shortfall_base_units{{vault=\"{}\"}} {expected}", world.network.vault);
    let status = if expected == 0 { 200 } else { 503 };
    let get = async |path: &str| reqwest::get(format!("http://{health}{path}")).await.unwrap();
    world
        .until(&format!("the settler to tell a shortfall of {expected}"), async || {
            let metrics = get("/metrics").await.text().await.unwrap();
            metrics.lines().any(|told| told == line) && get("/health").await.status() == status
        })
        .await;
}

/// "a bad root was claimed from" of docs/settlement.md.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_root_that_was_claimed_from_and_built_on_is_disabled_and_made_good_to_the_unit() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    world.gateway.serve(&call, &[5_000]).await;
    let mut config = world.settler_config();
    config.sabotage = Some("one-unit@2".parse::<Sabotage>().unwrap());
    let health = free_address();
    config.health_addr = Some(health);
    let settler = world.settler(config);
    let watcher = world.watcher(world.watcher_config());
    world.until_step(1, 0, "active").await;
    watcher.stop().await;

    // A watcher that attests to anything lets a wrong root serve, and everybody claims.
    world.gateway.serve(&call, &[7_000]).await;
    attest_blindly(&world, 2).await;
    let paid = claim_all(&world).await;
    let chain = &world.network.chain;
    let (id, account) = vault::read(chain, &world.network.mint).await.unwrap();
    let wrong = account.head_root;
    let total: u64 = account.head_class_totals.iter().sum();
    assert_eq!(paid, total, "all of it, with the unit too much");

    // The next root is built on it and waits.
    world.gateway.serve(&call, &[900]).await;
    world.until_step(3, 0, "posted").await;
    let (_, account) = vault::read(chain, &world.network.mint).await.unwrap();
    let relatives =
        Relatives { later: vec![], pending: Some(account.next_place()), parent: Some((account.head_place + 7) % 8) };
    let governor = development("governor");
    let instruction = disable_root(&governor.pubkey(), &id, account.head_place, &wrong, VetoReason::Wrong, &relatives);
    submit(chain, &governor, instruction).await;
    world.until_step(2, 0, "disabled").await;
    world.until_step(3, 0, "disabled").await;
    let rolled_back = world.number("SELECT coalesce(sum(published), 0)::bigint FROM ledger.entitlements").await as u64;
    let (_, account) = vault::read(chain, &world.network.mint).await.unwrap();
    assert_eq!(rolled_back, account.head_class_totals.iter().sum::<u64>(), "the ledger says what serves");

    // An honest watcher is back; the next attempt is right, and says what went wrong.
    let watcher = world.watcher(world.watcher_config());
    world.until_step(2, 1, "active").await;
    let (_, account) = vault::read(chain, &world.network.mint).await.unwrap();
    let now: u64 = account.head_class_totals.iter().sum();
    let beyond: u64 = account.overpaid.0;
    let leaf_over = now.saturating_sub(total - 1);
    assert!(leaf_over > 0, "the events of the struck root and of the one on it are all in");
    let overpaid = world
        .number("SELECT (overpaid / 4294967296)::bigint FROM ledger.identity WHERE epoch = 2 AND attempt = 1")
        .await;
    assert_eq!(overpaid as u64, beyond, "declared is what the ledger says");
    // An operator is told what is missing, and again once nothing is.
    until_shortfall(&world, health, beyond).await;
    books_are_in_order(&world).await;

    // Anybody makes it good. What is more than needed stands by as a reserve.
    let friend = development("bob");
    let instruction = recapitalise(&friend.pubkey(), &account.mint, &account.token_program, BaseUnits(3));
    let slot = submit(chain, &friend, instruction).await;
    world.until_final(slot).await;
    world.gateway.serve(&call, &[1_000]).await;
    world.until_step(3, 1, "active").await;
    until_shortfall(&world, health, 0).await;
    settler.stop().await;
    watcher.stop().await;
    books_are_in_order(&world).await;
    let report = report(&world).await;
    assert!(report.holds(), "{:?}", report.roots);
    let attempts: Vec<_> = report.roots.iter().map(|root| (root.epoch.0, root.attempt)).collect();
    assert_eq!(attempts, [(1, 0), (2, 1), (3, 1)]);
    let Outcome::Right(last) = &report.roots[2].outcome else { panic!("not right") };
    use tributary_settlement::compute::Account;
    let of = |account| last.identity.get(account).0 >> 32;
    assert_eq!((of(Account::Recapitalised), of(Account::Shortfall)), (3, 0));
    assert_eq!(of(Account::Overpaid) + of(Account::Reserve), 3);

    // Everybody gets exactly what the true leaves say: what was paid wrongly counts as paid.
    claim_all(&world).await;
    let serving = claim::serving(chain, &ContentStore::new(&world.store), &world.network.mint).await.unwrap();
    let mut overpaid = 0;
    for leaf in serving.leaves.leaves() {
        let claimed = claim::claimed(chain, &id, leaf.class, &leaf.claimant).await.unwrap();
        overpaid += claimed.0.checked_sub(leaf.cumulative.0).unwrap();
    }
    assert_eq!(u128::from(overpaid), of(Account::Overpaid));
    let nobody = serving.leaves.find(LeafClass::Refund, &Claimant([9; 32]));
    assert!(nobody.is_none());
    let (_, account) = vault::read(chain, &world.network.mint).await.unwrap();
    let held = vault::holdings(chain, &account).await.unwrap();
    assert_eq!(account.deposited.0 + account.recapitalised.0, held.0 + account.paid.iter().sum::<u64>());
    world.end().await;
}
