//! From a text to a claimed token, through every service.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use tributary_core::amount::BaseUnits;
use tributary_core::leaf::LeafClass;
use tributary_operator::claim::{self, ClaimError};
use tributary_operator::{keys, vault};
use tributary_system_tests::commands;
use tributary_system_tests::texts::TEXTS;
use tributary_system_tests::world::{DEPOSIT, PURSE, World, address, claimant, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_that_were_used_are_paid_for_claimed_and_recomputed() {
    let mut world = World::start().await.unwrap();
    let api_keys = world.api_keys().await.unwrap();

    // Two equal deposits, one right after the other, are two deposits.
    let otter = keys::development("Otter");
    let (id, account) = vault::read(&world.machine.chain, &world.machine.mint()).await.unwrap();
    for _ in 0..2 {
        vault::deposit(&world.machine.chain, &otter, &account, BaseUnits(1)).await.unwrap();
    }
    let payer = vault::payer(&world.machine.chain, &id, &address("Otter")).await.unwrap().unwrap();
    assert_eq!(payer.deposited, BaseUnits(DEPOSIT + 2));

    // First epoch.
    let mut calls = world.calls(&api_keys, 0, 30).await.unwrap();
    // A repetition is answered alike and charged once.
    let again = world.calls(&api_keys, 0, 5).await.unwrap();
    for repeated in &again {
        assert!(calls.contains(repeated), "{repeated:?}");
    }
    world.drained(calls.len()).await.unwrap();
    world.start_settler().unwrap();
    let first = world.settled().await.unwrap();
    world.check(&calls).await.unwrap();

    // Everybody whose words were used earned something, co-owners included.
    let machine = &world.machine;
    let serving = claim::serving(&machine.chain, &machine.store, &machine.mint()).await.unwrap();
    let earners: BTreeSet<_> = serving
        .leaves
        .leaves()
        .iter()
        .filter(|leaf| leaf.class == LeafClass::Earned)
        .map(|leaf| leaf.claimant)
        .collect();
    for (_, author, _) in TEXTS {
        assert!(earners.contains(&claimant(author)), "{author} earned nothing");
    }
    assert!(earners.contains(&claimant("builder")) && earners.contains(&claimant("operator")));

    // One claims by itself, a friend pays for another, and nothing is paid twice.
    for (who, payer) in [("Wren", "Wren"), ("Lark", "friend")] {
        let due = serving.entitlements(&machine.chain, &claimant(who)).await.unwrap()[0].due();
        assert!(due.0 > 0);
        let key = keys::development(payer);
        let claimed = serving.claim(&machine.chain, &key, LeafClass::Earned, &claimant(who)).await.unwrap();
        assert_eq!(claimed.paid, due);
        let again = serving.claim(&machine.chain, &key, LeafClass::Earned, &claimant(who)).await.unwrap();
        assert_eq!(again.paid.0, 0);
        let wallet = vault::wallet(&machine.chain, &serving.vault, &address(who)).await.unwrap();
        assert_eq!(wallet, due, "{who} holds what was due, once");
    }
    let nobody =
        serving.claim(&machine.chain, &keys::development("friend"), LeafClass::Earned, &claimant("friend")).await;
    assert!(matches!(nobody, Err(ClaimError::Nothing(_))));

    // Second epoch: one payer leaves, the other goes on.
    vault::request_refund(&machine.chain, &keys::development("Beaver"), &world.vault).await.unwrap();
    calls.extend(world.calls(&api_keys[..1], 30, 30).await.unwrap());
    world.drained(calls.len()).await.unwrap();
    let refunded = until("the refund is in a serving root", || async {
        let serving = claim::serving(&machine.chain, &machine.store, &machine.mint()).await?;
        Ok(serving.leaves.find(LeafClass::Refund, &claimant("Beaver")).map(|(_, leaf)| leaf.cumulative.0))
    })
    .await
    .unwrap();
    assert!(world.settled().await.unwrap() >= first);
    let spent: i64 = sqlx::query_scalar("SELECT sum(price)::bigint FROM usage.events WHERE payer = $1")
        .bind(address("Beaver").to_bytes().as_slice())
        .fetch_one(&world.pool)
        .await
        .unwrap();
    assert_eq!(refunded, DEPOSIT - spent as u64, "a refund is the deposit less what was spent");
    let serving = claim::serving(&machine.chain, &machine.store, &machine.mint()).await.unwrap();
    let key = keys::development("Beaver");
    serving.claim(&machine.chain, &key, LeafClass::Refund, &claimant("Beaver")).await.unwrap();
    let wallet = vault::wallet(&machine.chain, &serving.vault, &address("Beaver")).await.unwrap();
    assert_eq!(wallet.0, PURSE - spent as u64);
    world.check(&calls).await.unwrap();

    // The indexer answers for its copy, and finds what somebody changed in it.
    commands::indexer_is_sound(machine).await.unwrap();
    for change in [
        "UPDATE chain.deposits SET amount = amount + 1 WHERE sequence = (SELECT min(sequence) FROM chain.deposits)",
        "UPDATE chain.events SET data = data || 'x'::bytea WHERE name = 'RootActivated' AND slot =
             (SELECT min(slot) FROM chain.events WHERE name = 'RootActivated')",
    ] {
        sqlx::query(change).execute(&world.pool).await.unwrap();
    }
    let said = commands::verify_fails(machine).await.unwrap();
    assert!(said.contains("the events stored beside it were changed afterwards"), "{said}");
    let undone = "UPDATE chain.events SET data = substring(data FOR length(data) - 1) WHERE name = 'RootActivated'
                  AND slot = (SELECT min(slot) FROM chain.events WHERE name = 'RootActivated')";
    sqlx::query(undone).execute(&world.pool).await.unwrap();
    assert_eq!(commands::differing(machine).await.unwrap(), "2", "a wrong row, and the right one that was missing");
    commands::indexer_is_sound(machine).await.unwrap();
    world.stop().await.unwrap();
}
