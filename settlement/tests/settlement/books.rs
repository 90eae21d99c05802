//! The books do not add up: somebody wrote to the ledger by hand.

use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::faults::with_lease;
use crate::second::second_vault;
use crate::world::World;
use std::time::{Duration, Instant};
use tributary_core::id::VaultId;
use tributary_operator::claim;
use tributary_operator::keys::development;
use tributary_operator::store::ContentStore;

/// Waits until an epoch of one of the vaults is active, whether the other is halted or not.
async fn until_active(world: &World, vault: VaultId, epoch: i64) {
    let start = Instant::now();
    loop {
        let found: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM ledger.epochs WHERE vault = $1 AND epoch = $2 AND step = 'active'",
        )
        .bind(&vault.0[..])
        .bind(epoch)
        .fetch_one(&world.pool)
        .await
        .unwrap();
        if found == 1 {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "epoch {epoch} of vault {vault} does not become active");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// "the identity failed" of docs/settlement.md.
#[tokio::test(flavor = "multi_thread")]
async fn a_vault_whose_books_fail_stops_posting_and_nothing_else_and_goes_on_when_they_are_put_right() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    let mut second = second_vault(&world).await;
    let (mut watching, mut settling) = (world.watcher_config(), world.settler_config());
    watching.vaults.push(second.vault);
    settling.vaults.push(second.vault);
    let watcher = world.watcher(watching);
    let settler = world.settler(settling);
    world.gateway.serve(&call, &[1_000]).await;
    until_active(&world, world.network.vault, 1).await;

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
    // The other vault goes on, from its first root.
    second.gateway.serve(&second.call, &[4_000]).await;
    until_active(&world, second.vault, 1).await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.halts").await, 1);
    assert!(!settler.has_ended());
    let chain = &world.network.chain;
    let serving = claim::serving(chain, &ContentStore::new(&world.store), &world.network.mint).await.unwrap();
    let leaf = serving.leaves.leaves()[0];
    let claimed = serving.claim(chain, &development("paul"), leaf.class, &leaf.claimant).await.unwrap();
    assert_eq!(claimed.paid, leaf.cumulative, "claims go on");

    let back =
        "UPDATE ledger.identity SET available = available + 1, residue = residue - 1 WHERE epoch = 1 AND vault = $1";
    sqlx::query(back).bind(&world.network.vault.0[..]).execute(&world.pool).await.unwrap();
    sqlx::query("DELETE FROM ledger.halts").execute(&world.pool).await.unwrap();
    until_active(&world, world.network.vault, 2).await;
    settler.stop().await;
    watcher.stop().await;
    books_are_in_order(&world).await;
    assert!(report(&world).await.holds());
    world.end().await;
}
