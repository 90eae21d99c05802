//! What an open dispute holds back stands in the ledger, by claimant, until the
//! dispute ends.

use crate::drill::books_are_in_order;
use crate::faults::with_lease;
use crate::world::World;
use solana_sdk::signature::Signer;
use tributary_client::registry::{Parties, Verdict, open_dispute, rule_dispute};
use tributary_core::id::FileHash;
use tributary_operator::chain::Care;
use tributary_operator::keys::development;

/// The shard that the dispute's events stand in.
const SHARD: u8 = 0;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dispute_holds_is_in_the_ledger_until_it_ends() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    let (challenger, owner, arbiter) = (development("paul"), development("ann"), development("governor"));
    let chain = &world.network.chain;
    let opening = open_dispute(&challenger.pubkey(), SHARD, &world.dataset, &FileHash([7; 32]));
    chain.submit(&[opening], &challenger, &[], Care::Simulate).await.unwrap();
    world.until_final(chain.slot().await.unwrap()).await;
    let watcher = world.watcher(world.watcher_config());
    let settler = world.settler(world.settler_config());
    let held = "SELECT count(*) FROM ledger.held h JOIN chain.assets a USING (asset) WHERE a.disputed_slot IS NOT NULL";
    // An epoch uses the terms as of the one before: the second one knows of the dispute.
    world.gateway.serve(&call, &[50_000]).await;
    world.until_step(1, 0, "active").await;
    world.gateway.serve(&call, &[60_000]).await;
    world.until("something is held", async || world.number(held).await > 0).await;
    books_are_in_order(&world).await;

    let parties = Parties { asset: world.dataset, challenger: challenger.pubkey(), owner: owner.pubkey() };
    let ruling = rule_dispute(&arbiter.pubkey(), SHARD, &parties, Verdict::ForOwner);
    chain.submit(&[ruling], &arbiter, &[], Care::Simulate).await.unwrap();
    world.gateway.serve(&call, &[1_000]).await;
    world.until_step(3, 0, "active").await;
    world.gateway.serve(&call, &[1_000]).await;
    world.until("nothing is held", async || world.number("SELECT count(*) FROM ledger.held").await == 0).await;
    settler.stop().await;
    watcher.stop().await;
    books_are_in_order(&world).await;
    world.end().await;
}
