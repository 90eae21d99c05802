//! In which order the registry's events of one slot are applied. Each shard
//! orders its own; between shards nothing is recorded, so an event waits for
//! those of its asset that it can only follow. Where both orders can be, that of
//! the chain file counts. It decides nothing else.

use super::provenance::Provenance;
use crate::files::chain::ChainRow;
use solana_address::Address;
use tributary_attribution::graph::Terms;
use tributary_client::registry::RegistryEvent;
use tributary_core::id::AssetId;
use tributary_core::position::Slot;

/// An event with its line in the chain file.
pub(super) type Sent<'r> = (&'r ChainRow, RegistryEvent);

/// Before what everything about the same asset, gateway or key comes.
pub(super) fn rank(event: &RegistryEvent) -> u8 {
    match event {
        RegistryEvent::Registered(_) | RegistryEvent::GatewayRegistered(_) => 0,
        RegistryEvent::GatewayKeyAdded(_) => 1,
        _ => 2,
    }
}

/// The asset that an event changes. Every kind is named, so that a new one cannot
/// be passed over unnoticed.
pub(super) fn subject(event: &RegistryEvent) -> Option<Address> {
    match event {
        RegistryEvent::Displaced(event) => Some(event.asset),
        RegistryEvent::TermsSet(event) => Some(event.asset),
        RegistryEvent::Transferred(event) => Some(event.asset),
        RegistryEvent::UsesSet(event) => Some(event.asset),
        RegistryEvent::Retired(event) => Some(event.asset),
        RegistryEvent::DisputeOpened(event) => Some(event.asset),
        RegistryEvent::DisputeRuled(event) => Some(event.asset),
        RegistryEvent::DisputeEnded(event) => Some(event.asset),
        RegistryEvent::Reassigned(event) => Some(event.asset),
        RegistryEvent::ReassignmentCancelled(event) => Some(event.asset),
        RegistryEvent::CollectionJoined(event) => Some(event.asset),
        RegistryEvent::CollectionLeft(event) => Some(event.asset),
        // A registration makes an asset, a gateway and a key are none.
        RegistryEvent::Registered(_)
        | RegistryEvent::GatewayRegistered(_)
        | RegistryEvent::GatewayKeyAdded(_)
        | RegistryEvent::GatewayKeyRevoked(_) => None,
        // These change nothing that is paid.
        RegistryEvent::RegistryInitialized(_)
        | RegistryEvent::ShardOpened(_)
        | RegistryEvent::Committed(_)
        | RegistryEvent::TransferOffered(_)
        | RegistryEvent::CollectionCreated(_)
        | RegistryEvent::GovernorProposed(_)
        | RegistryEvent::GovernorChanged(_)
        | RegistryEvent::GovernorCancelled(_)
        | RegistryEvent::SettingsProposed(_)
        | RegistryEvent::SettingsApplied(_)
        | RegistryEvent::SettingsCancelled(_) => None,
    }
}

/// Which of an asset's waiting events of a slot, in the chain file's order, is next.
pub(super) fn next(waiting: &[Sent<'_>], known: &Provenance<'_>) -> usize {
    if waiting.len() < 2 {
        return 0;
    }
    let is_first_of_shard = |n: usize| waiting[..n].iter().all(|(row, _)| row.stream != waiting[n].0.stream);
    (0..waiting.len())
        .find(|n| is_first_of_shard(*n) && can_follow(&waiting[*n].1, waiting[*n].0.slot, known))
        // The program let it happen; then something of the same slot hides how.
        .unwrap_or(0)
}

/// Whether the program would let an event happen to an asset as it stands.
fn can_follow(event: &RegistryEvent, slot: Slot, known: &Provenance<'_>) -> bool {
    let Some(asset) = subject(event).and_then(|asset| known.get(&AssetId(asset.to_bytes()))) else {
        return false;
    };
    let (now, contested) = (asset.as_of(slot), asset.disputed_from.is_some());
    let owned_by = |owner: &Address| now.owner.0 == owner.to_bytes();
    match event {
        RegistryEvent::Displaced(event) => owned_by(&event.previous_owner),
        RegistryEvent::TermsSet(event) => owned_by(&event.owner) && !contested,
        RegistryEvent::Transferred(event) => owned_by(&event.previous_owner) && !contested,
        RegistryEvent::Retired(event) => owned_by(&event.owner) && !contested,
        RegistryEvent::UsesSet(event) => event.uses & !now.uses == 0,
        RegistryEvent::DisputeOpened(_) => !contested,
        RegistryEvent::DisputeRuled(event) => owned_by(&event.owner) && contested,
        RegistryEvent::DisputeEnded(event) => owned_by(&event.owner) && contested,
        RegistryEvent::Reassigned(event) => owned_by(&event.previous_owner) && contested,
        RegistryEvent::ReassignmentCancelled(_) => contested,
        RegistryEvent::CollectionJoined(_) => !contested,
        RegistryEvent::CollectionLeft(event) => {
            let last = asset.changes.iter().rev().find_map(|change| match &change.terms {
                Terms::Collection(member) => Some(member),
                _ => None,
            });
            let member = last.unwrap_or(&asset.collection);
            member.is_some_and(|member| member.collection.0 == event.collection.to_bytes())
        }
        _ => true,
    }
}
