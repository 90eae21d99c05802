//! A chain that drops, delays, rejects or forks the posting.

use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::faults::with_lease;
use crate::proxy::{Fault, Proxy};
use crate::world::World;
use tributary_client::pda;
use tributary_operator::vault;

/// What the settler has journalled for an epoch.
async fn journalled(world: &World, epoch: i64) -> String {
    let signature: Vec<u8> = sqlx::query_scalar("SELECT signature FROM ledger.epochs WHERE epoch = $1 AND attempt = 0")
        .bind(epoch)
        .fetch_one(&world.pool)
        .await
        .unwrap();
    let signature: [u8; 64] = signature.try_into().unwrap();
    solana_sdk::signature::Signature::from(signature).to_string()
}

async fn until_sent(world: &World, proxy: &Proxy, count: usize) {
    world.until("the posting to be sent", async || proxy.signatures().len() >= count).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_posting_that_is_dropped_delayed_rejected_or_forked_away_lands_once() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    let proxy = Proxy::start(&world.network.rpc_url).await;
    let mut config = world.settler_config();
    config.rpc_url = proxy.url.clone();
    let settler = world.settler(config);
    let watcher = world.watcher(world.watcher_config());

    // Dropped: the same bytes are sent again, until they land.
    proxy.set(Fault::Drop);
    world.gateway.serve(&call, &[1_000]).await;
    until_sent(&world, &proxy, 1).await;
    proxy.set(Fault::None);
    world.until_step(1, 0, "active").await;
    assert_eq!(journalled(&world, 1).await, proxy.signatures()[0], "no second one was signed");
    let before = proxy.signatures().len();

    // Delayed until its blockhash is over: only then is another one signed, and the first can't land any more.
    proxy.set(Fault::Keep);
    world.gateway.serve(&call, &[2_000]).await;
    until_sent(&world, &proxy, before + 1).await;
    let first = proxy.signatures()[before].clone();
    until_sent(&world, &proxy, before + 2).await;
    assert!(proxy.has_kept());
    proxy.release().await;
    world.until_step(2, 0, "active").await;
    assert_ne!(journalled(&world, 2).await, first);
    let before = proxy.signatures().len();

    // Rejected: nothing is lost by it.
    proxy.set(Fault::Reject);
    world.gateway.serve(&call, &[3_000]).await;
    until_sent(&world, &proxy, before + 1).await;
    proxy.set(Fault::None);
    world.until_step(3, 0, "active").await;

    // Forked: it was there, the settler went on, and it is gone again.
    let (id, account) = vault::read(&world.network.chain, &world.network.mint).await.unwrap();
    let place = account.next_place();
    proxy.watch(vec![solana_sdk::pubkey::Pubkey::from(id.0).to_string(), pda::root(&id, place).to_string()]);
    proxy.set(Fault::Fork);
    world.gateway.serve(&call, &[4_000]).await;
    world.until_step(4, 0, "posted").await;
    assert_eq!(world.network.chain.account(&pda::root(&id, place)).await.unwrap(), None, "it is on the fork alone");
    proxy.end_fork();
    world.until_step(4, 0, "active").await;

    settler.stop().await;
    watcher.stop().await;
    books_are_in_order(&world).await;
    let report = report(&world).await;
    assert!(report.holds(), "{:?}", report.roots);
    assert_eq!(report.roots.iter().map(|root| root.attempt).collect::<Vec<_>>(), [0; 4]);
    world
        .until("the indexer to see four roots", async || {
            world.number("SELECT count(*) FROM chain.events WHERE name = 'RootActivated'").await == 4
        })
        .await;
    assert_eq!(world.number("SELECT count(*) FROM chain.events WHERE name = 'RootPosted'").await, 4);
    world.end().await;
}
