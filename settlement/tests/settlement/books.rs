//! The books do not add up: somebody wrote to the ledger by hand.

use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::faults::with_lease;
use crate::world::World;
use std::time::{Duration, Instant};
use tributary_operator::claim;
use tributary_operator::keys::development;
use tributary_operator::store::ContentStore;

/// "the identity failed" of docs/settlement.md.
#[tokio::test(flavor = "multi_thread")]
async fn a_vault_whose_books_fail_stops_posting_and_nothing_else_and_goes_on_when_they_are_put_right() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    let watcher = world.watcher(world.watcher_config());
    let settler = world.settler(world.settler_config());
    world.gateway.serve(&call, &[1_000]).await;
    world.until_step(1, 0, "active").await;

    // Entries can't be changed at all; what the identity of an epoch says can, and the sum still holds.
    let edit = sqlx::query("UPDATE ledger.entries SET amount = amount + 1").execute(&world.pool).await;
    assert!(edit.unwrap_err().to_string().contains("append-only"));
    let moved = "UPDATE ledger.identity SET available = available - 1, residue = residue + 1";
    sqlx::query(moved).execute(&world.pool).await.unwrap();
    world.gateway.serve(&call, &[2_000]).await;
    let start = Instant::now();
    let reason: String = loop {
        let reason = sqlx::query_scalar("SELECT reason FROM ledger.halts").fetch_optional(&world.pool).await.unwrap();
        if let Some(reason) = reason {
            break reason;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "nothing was halted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(reason.contains("account available") && reason.contains("docs/settlement.md"), "{reason}");
    assert_eq!(world.number("SELECT count(*) FROM chain.events WHERE name = 'RootPosted'").await, 1);
    assert!(!settler.has_ended(), "other vaults would go on");
    let chain = &world.network.chain;
    let serving = claim::serving(chain, &ContentStore::new(&world.store), &world.network.mint).await.unwrap();
    let leaf = serving.leaves.leaves()[0];
    let claimed = serving.claim(chain, &development("paul"), leaf.class, &leaf.claimant).await.unwrap();
    assert_eq!(claimed.paid, leaf.cumulative, "claims go on");

    let back = "UPDATE ledger.identity SET available = available + 1, residue = residue - 1 WHERE epoch = 1";
    sqlx::query(back).execute(&world.pool).await.unwrap();
    sqlx::query("DELETE FROM ledger.halts").execute(&world.pool).await.unwrap();
    world.until_step(2, 0, "active").await;
    settler.stop().await;
    watcher.stop().await;
    books_are_in_order(&world).await;
    assert!(report(&world).await.holds());
    world.end().await;
}
