//! Epochs with little in them, and vaults with little room: no event, one, a
//! vault that ran dry, a headroom that is short.

use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::network::Room;
use crate::world::{World, payer};
use std::time::Duration;
use tributary_core::leaf::LeafClass;
use tributary_operator::keys::development;
use tributary_operator::store::ContentStore;
use tributary_operator::{claim, vault};

#[tokio::test(flavor = "multi_thread")]
async fn without_events_no_epoch_closes_one_is_enough_and_a_vault_may_run_dry() {
    let mut world = World::start().await;
    world.fund("pat", 1_000).await;
    let settler = world.settler(world.settler_config());
    let watcher = world.watcher(world.watcher_config());
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.epochs").await, 0, "a deposit alone changes no leaf");

    let pat = development("pat");
    let mandate = world.gateway.mandate(&pat, &pat, 1_000).await;
    let lease = world.gateway.lease(payer("pat"), mandate, 1_000).await;
    let call = world.call("pat", mandate, lease);
    world.gateway.serve(&call, &[100]).await;
    world.until_step(1, 0, "active").await;
    assert_eq!(world.number("SELECT events FROM ledger.epochs WHERE epoch = 1").await, 1);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.epochs").await, 1, "nothing more, so no root more");

    // Everything that was ever deposited is spent, and everything that is owed is claimed.
    world.gateway.serve(&call, &[900]).await;
    world.until_step(2, 0, "active").await;
    let chain = &world.network.chain;
    let serving = claim::serving(chain, &ContentStore::new(&world.store), &world.network.mint).await.unwrap();
    let mut paid = 0;
    for leaf in serving.leaves.leaves() {
        paid += serving.claim(chain, &development("paul"), leaf.class, &leaf.claimant).await.unwrap().paid.0;
    }
    let (_, account) = vault::read(chain, &world.network.mint).await.unwrap();
    let held = vault::holdings(chain, &account).await.unwrap().0;
    assert_eq!(held + paid, 1_000);
    assert!(held <= serving.leaves.leaves().len() as u64, "only what floors leave: {held}");
    let spent = "SELECT (available + leased + refunds_pending)::bigint FROM ledger.identity WHERE epoch = 2";
    assert_eq!(world.number(spent).await, 0);

    // It fills again, and goes on.
    world.fund("pat", 500).await;
    let mandate = world.gateway.mandate(&pat, &pat, 500).await;
    let lease = world.gateway.lease(payer("pat"), mandate, 500).await;
    let call = world.call("pat", mandate, lease);
    world.gateway.serve(&call, &[500]).await;
    world.until_step(3, 0, "active").await;
    settler.stop().await;
    watcher.stop().await;
    books_are_in_order(&world).await;
    assert!(report(&world).await.holds());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_headroom_is_short_an_epoch_is_cut_at_the_longest_prefix_that_fits() {
    // Each class may grow by 6,000 at once, and saves up almost nothing.
    let mut world = World::start_in(Room { growth_burst: 6_000, growth_per_slot: 40 }).await;
    world.fund("pat", 100_000).await;
    let pat = development("pat");
    let mandate = world.gateway.mandate(&pat, &pat, 50_000).await;
    let lease = world.gateway.lease(payer("pat"), mandate, 20_000).await;
    let call = world.call("pat", mandate, lease);
    for _ in 0..5 {
        world.gateway.serve(&call, &[2_500]).await;
    }
    let settler = world.settler(world.settler_config());
    let watcher = world.watcher(world.watcher_config());
    world.until_step(1, 0, "active").await;
    assert_eq!(world.number("SELECT events FROM ledger.epochs WHERE epoch = 1").await, 2, "two of five fit");
    world
        .until("the rest, as the headroom accrues", async || {
            world.number("SELECT coalesce(sum(events), 0)::bigint FROM ledger.epochs WHERE step = 'active'").await == 5
        })
        .await;
    assert!(world.number("SELECT count(*) FROM ledger.epochs WHERE step = 'active'").await >= 2);

    // A refund that is larger than its class's room ever gets waits; what is earned under leases from before goes on.
    world.fund("ann", 10_000).await;
    let ann = development("ann");
    let mandate = world.gateway.mandate(&ann, &ann, 5_000).await;
    let of_ann = world.gateway.lease(payer("ann"), mandate, 1_000).await;
    let call = world.call("ann", mandate, of_ann);
    vault::request_refund(&world.network.chain, &pat, &world.network.vault).await.unwrap();
    world.gateway.close(payer("pat"), lease, 20_000 - 12_500).await;
    let now = world.network.chain.slot().await.unwrap();
    world.until_final(now).await;
    world.gateway.refund(payer("pat"), 100_000 - 12_500).await;
    world.gateway.serve(&call, &[40]).await;
    world
        .until("what Ann's call earned", async || {
            world.number("SELECT coalesce(sum(events), 0)::bigint FROM ledger.epochs WHERE step = 'active'").await == 6
        })
        .await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.entitlements WHERE class = 1").await, 0);
    settler.stop().await;
    watcher.stop().await;
    books_are_in_order(&world).await;
    assert!(report(&world).await.holds());
    let serving =
        claim::serving(&world.network.chain, &ContentStore::new(&world.store), &world.network.mint).await.unwrap();
    assert!(serving.leaves.leaves().iter().all(|leaf| leaf.class != LeafClass::Refund));
    world.end().await;
}
