//! The straight way: epochs are posted, attested, activated, verified, claimed.

use crate::network::TOKENS;
use crate::world::{World, claimant, payer};
use solana_sdk::signature::Signer;
use std::path::PathBuf;
use tributary_core::id::FileHash;
use tributary_core::leaf::LeafClass;
use tributary_operator::keys::development;
use tributary_operator::{claim, vault};
use tributary_settlement::compute::{Account, State};
use tributary_settlement::statement::Signed;
use tributary_settlement::store::Store;
use tributary_settlement::verify::{Checkpoint, Outcome, Report, VerifyError, verify};

/// Verifies all that has happened so far, once it is final.
pub async fn report(world: &World) -> Report {
    let now = world.network.chain.slot().await.unwrap();
    world.until_final(now).await;
    world.until("the node's own finality", async || world.network.chain.finalised_slot().await.unwrap() >= now).await;
    let store = Store::in_folder(&world.store).unwrap();
    verify(&world.network.rpc_url, &store, &world.network.vault, None, 1..=u64::MAX).await.unwrap()
}

/// Part of the test below, which has the roots it needs.
async fn a_verifier_starts_from_the_state_of_a_root_that_serves_and_from_no_other(world: &World, whole: &Report) {
    let store = Store::in_folder(&world.store).unwrap();
    let Outcome::Right(first) = &whole.roots[0].outcome else { panic!("not right") };
    let state = store.get(&first.closing_state).await.unwrap();
    let from = async |state: &[u8]| {
        let checkpoint = Checkpoint::read(state).unwrap();
        verify(&world.network.rpc_url, &store, &world.network.vault, Some(checkpoint), 1..=u64::MAX).await
    };
    let rest = from(&state).await.unwrap();
    assert!(rest.holds() && !rest.roots.is_empty(), "{:?}", rest.roots);
    let roots = |report: &Report| report.roots.iter().map(|root| root.root).collect::<Vec<_>>();
    assert_eq!(roots(&rest), roots(whole)[1..]);
    let mut richer = State::decode(&state).unwrap();
    richer.deposited.0 += 1;
    let refused = from(&richer.encode().unwrap()).await.unwrap_err();
    assert!(matches!(refused, VerifyError::Checkpoint { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_become_claims_through_epochs_that_others_recompute() {
    let mut world = World::start().await;
    let settler = world.settler(world.settler_config());
    let watcher = world.watcher(world.watcher_config());

    world.fund("pat", 1_000_000).await;
    let pat = development("pat");
    let mandate = world.gateway.mandate(&pat, &pat, 600_000).await;
    let lease = world.gateway.lease(payer("pat"), mandate, 300_000).await;
    let call = world.call("pat", mandate, lease);
    world.gateway.serve(&call, &[10_001, 333, 7]).await;
    world.until_step(1, 0, "active").await;

    // A second epoch with a refund in it.
    world.gateway.serve(&call, &[100_000]).await;
    world.gateway.close(payer("pat"), lease, 300_000 - 10_001 - 333 - 7 - 100_000).await;
    let landed = vault::request_refund(&world.network.chain, &pat, &world.network.vault).await.unwrap();
    world.until_final(landed.slot).await;
    let left = 1_000_000 - 10_001 - 333 - 7 - 100_000;
    world.gateway.refund(payer("pat"), left).await;
    world
        .until("a refund in an active root", async || {
            world.number("SELECT count(*) FROM ledger.entitlements WHERE class = 1").await == 1
        })
        .await;
    settler.stop().await;
    watcher.stop().await;

    let report = report(&world).await;
    assert!(report.holds(), "{:?}", report.roots);
    assert!(report.roots.len() >= 2, "{:?}", report.roots);
    assert!(report.finalised_slot > report.roots[0].finalised_slot);
    a_verifier_starts_from_the_state_of_a_root_that_serves_and_from_no_other(&world, &report).await;
    let file = sqlx::query_scalar::<_, Vec<u8>>("SELECT file FROM ledger.waterfalls WHERE epoch = 1")
        .fetch_one(&world.pool)
        .await
        .unwrap();
    let bytes = Store::in_folder(&world.store).unwrap().get(&FileHash(file.try_into().unwrap())).await.unwrap();
    let signed = Signed::decode(&bytes).unwrap();
    assert!(signed.holds().unwrap(), "{signed:?}");
    assert_eq!(signed.key.to_bytes(), development("poster").pubkey().to_bytes());
    assert_eq!(signed.waterfall.root, report.roots[0].root);
    let Outcome::Right(last) = &report.roots.last().unwrap().outcome else { panic!("not right") };
    assert_eq!(last.identity.get(Account::Deposited).0, 1_000_000 << 32);
    assert_eq!(last.identity.get(Account::EntitledRefund).0, u128::from(left) << 32);
    let spent = 10_001 + 333 + 7 + 100_000;
    let credited = [Account::EntitledEarned, Account::EntitledFee, Account::Residue]
        .map(|account| last.identity.get(account).0)
        .iter()
        .sum::<u128>();
    assert_eq!(credited, spent << 32, "what was spent is credited to the sub-unit");

    // What the leaves say can be claimed, paid for by anyone, once.
    let chain = &world.network.chain;
    let store = tributary_operator::store::ContentStore::new(&world.store);
    let serving = claim::serving(chain, &store, &world.network.mint).await.unwrap();
    let ann = claimant("ann");
    let earned = serving.leaves.find(LeafClass::Earned, &ann).unwrap().1.cumulative;
    let first = serving.claim(chain, &development("bob"), LeafClass::Earned, &ann).await.unwrap();
    assert_eq!(first.paid, earned);
    let again = serving.claim(chain, &development("ann"), LeafClass::Earned, &ann).await.unwrap();
    assert_eq!(again.paid.0, 0);
    let (_, account) = vault::read(chain, &world.network.mint).await.unwrap();
    let wallet = vault::wallet(chain, &account, &development("ann").pubkey()).await.unwrap();
    assert_eq!(wallet.0, TOKENS + earned.0);

    // An independent program gets the same root from the published files.
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/independent/verify_root.py");
    for root in &report.roots {
        let output = std::process::Command::new("python3")
            .arg(&script)
            .arg(&world.store)
            .arg(root.manifest.to_string())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text} {}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains(&root.root.to_string()), "{text}");
    }
    world.end().await;
}
