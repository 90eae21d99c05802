//! What several drills do and check.

use crate::world::World;
use solana_sdk::instruction::Instruction;
use solana_sdk::signature::{Keypair, Signer};
use tributary_client::pda;
use tributary_client::rewards::{Root, attest_root};
use tributary_core::position::Slot;
use tributary_operator::chain::{Care, Chain};
use tributary_operator::keys::development;
use tributary_operator::vault;

/// Sends one instruction and waits for it. In which slot it landed.
pub async fn submit(chain: &Chain, key: &Keypair, instruction: Instruction) -> Slot {
    chain.submit(&[instruction], key, &[], Care::Simulate).await.unwrap().slot
}

/// Attests to whatever is pending for an epoch, as a captured watcher would, until it serves.
pub async fn attest_blindly(world: &World, epoch: i64) {
    let (chain, watcher) = (&world.network.chain, development("watcher"));
    world.until_step(epoch, 0, "posted").await;
    let (id, account) = vault::read(chain, &world.network.mint).await.unwrap();
    let place = account.next_place();
    let data = chain.account(&pda::root(&id, place)).await.unwrap().unwrap();
    let root = Root::decode(&data).unwrap();
    submit(chain, &watcher, attest_root(&watcher.pubkey(), &id, place, &root.id)).await;
    world.until_step(epoch, 0, "active").await;
}

/// Whatever happened: at most one good root an epoch, and every account follows from the entries.
pub async fn books_are_in_order(world: &World) {
    let twice = "SELECT count(*) FROM (SELECT 1 FROM ledger.epochs WHERE step = 'active'
                 GROUP BY vault, epoch HAVING count(*) > 1) AS twice";
    assert_eq!(world.number(twice).await, 0, "two good roots of one epoch");
    let unexplained = "SELECT count(*) FROM ledger.epochs e, ledger.unexplained(e.vault, e.epoch, e.attempt) u
                       WHERE e.step = 'active'";
    assert_eq!(world.number(unexplained).await, 0, "an account does not follow from its entries");
    let balance = "SELECT count(*) FROM ledger.balances b JOIN ledger.epochs e USING (vault, epoch, attempt)
                   WHERE e.step = 'disabled'";
    assert_eq!(world.number(balance).await, 0, "what was disabled is still in the books");
    let held = "SELECT count(*) FROM (SELECT DISTINCT ON (vault) vault, i.held FROM ledger.identity i
                JOIN ledger.epochs e USING (vault, epoch, attempt) WHERE e.step = 'active'
                ORDER BY vault, epoch DESC) AS newest
                WHERE held <> (SELECT coalesce(sum(h.amount), 0) FROM ledger.held h WHERE h.vault = newest.vault)";
    assert_eq!(world.number(held).await, 0, "what is held by claimant is not what the identity holds");
    let activated = "SELECT count(*) FROM (SELECT e.epoch, e.attempt FROM ledger.epochs e
                     WHERE e.step = 'active' AND e.signature IS NULL) AS unjournalled";
    assert_eq!(world.number(activated).await, 0, "a root serves whose posting was never journalled");
}
