//! First pass: chain events. Deposits, refund requests, assets, gateways and
//! keys enter the state; that no event is missing is proved by the dense
//! sequences. Claims and roots change nothing here.

use super::error::ComputeError;
use super::flows::{Account, Flows};
use super::inputs::EpochInputs;
use super::state::{Deposit, KeyTerm, State};
use crate::files::chain::ChainRow;
use solana_address::Address;
use std::collections::BTreeMap;
use tributary_attribution::graph::{Asset, Graph, RoyaltyMode};
use tributary_client::pda;
use tributary_client::registry::{Registered, RegistryEvent};
use tributary_client::rewards::RewardsEvent;
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::chain::{ChainItem, slot_digest};
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Claimant, Commitment, GatewayId, GatewayKey, PayerId, ProgramId};
use tributary_core::policy::Mix;
use tributary_core::position::{AssetSeq, Slot};

/// Applies the epoch's chain events and returns the graph they lead to.
pub(super) fn apply(state: &mut State, inputs: &EpochInputs, flows: &mut Flows) -> Result<Graph, ComputeError> {
    let mut rows: Vec<&ChainRow> = inputs.chain.iter().collect();
    rows.sort_by_key(|row| row.key());
    let assets = inputs.graph.assets().to_vec();
    let mut pass =
        Pass { state, inputs, flows, assets, displaced: false, registered: Vec::new(), shards: BTreeMap::new() };
    for row in &rows {
        pass.row(row)?;
    }
    let (mut assets, displaced, registered) = (pass.assets, pass.displaced, pass.registered);
    for of_slot in rows.chunk_by(|a, b| a.slot == b.slot) {
        state.chain_digest = digest(&state.chain_digest, of_slot)?;
    }
    if registered.is_empty() && !displaced {
        return Ok(inputs.graph.clone());
    }
    assets.extend(registered);
    Ok(Graph::new(assets)?)
}

/// The chained digest after one slot's events.
fn digest(previous: &Commitment, of_slot: &[&ChainRow]) -> Result<Commitment, ComputeError> {
    let programs: Vec<ProgramId> = of_slot.iter().map(|row| ProgramId(row.program.to_bytes())).collect();
    let items: Vec<ChainItem<'_>> = of_slot
        .iter()
        .zip(&programs)
        .map(|(row, program)| ChainItem {
            signature: &row.signature,
            outer: row.outer,
            inner: row.inner,
            program,
            data: &row.data,
        })
        .collect();
    let slot = of_slot.first().map_or(Slot(0), |row| row.slot);
    slot_digest(previous, slot, &items).ok_or(ComputeError::Overflow("events of a slot"))
}

struct Pass<'a> {
    state: &'a mut State,
    inputs: &'a EpochInputs,
    flows: &'a mut Flows,
    /// The graph's assets, as displacements of this epoch leave them.
    assets: Vec<Asset>,
    /// Whether any of them was displaced.
    displaced: bool,
    /// What this epoch adds.
    registered: Vec<Asset>,
    /// Addresses of the registry's shards, which take hashing to derive.
    shards: BTreeMap<u8, Address>,
}

impl Pass<'_> {
    fn row(&mut self, row: &ChainRow) -> Result<(), ComputeError> {
        let wrong = |reason| ComputeError::Chain { stream: row.stream, sequence: row.sequence, reason };
        let unreadable = |source| ComputeError::ChainData { stream: row.stream, sequence: row.sequence, source };
        if row.slot <= self.inputs.opening.finalised_slot || row.slot > self.inputs.finalised_slot {
            return Err(wrong("its slot lies outside the epoch"));
        }
        let next = self.state.streams.entry(row.stream).or_default();
        if *next != row.sequence {
            return Err(wrong("an event is missing before it, or it stands twice"));
        }
        *next = next.checked_add(1).ok_or(ComputeError::Overflow("sequences"))?;
        if row.program == self.inputs.scope.registry {
            let event = RegistryEvent::decode(&row.data).map_err(unreadable)?;
            let (shard, sequence) = event.position();
            let stream = *self.shards.entry(shard).or_insert_with(|| pda::shard(shard));
            if stream != row.stream || sequence != row.sequence {
                return Err(wrong("its bytes name another stream or sequence"));
            }
            self.registry(event).map_err(wrong)
        } else if row.program == self.inputs.scope.rewards {
            let event = RewardsEvent::decode(&row.data).map_err(unreadable)?;
            if event.position() != (row.stream, row.sequence) {
                return Err(wrong("its bytes name another stream or sequence"));
            }
            self.rewards(event, row)
        } else {
            Err(wrong("it is of neither program"))
        }
    }

    fn registry(&mut self, event: RegistryEvent) -> Result<(), &'static str> {
        match event {
            RegistryEvent::Registered(event) => self.registered.push(asset(&event)?),
            RegistryEvent::Displaced(event) => self.displace(asset(&event.registered())?)?,
            RegistryEvent::GatewayRegistered(event) => {
                self.state.gateways.insert(GatewayId(event.gateway.to_bytes()), event.operator);
            }
            RegistryEvent::GatewayKeyAdded(event) => {
                let key = (GatewayId(event.gateway.to_bytes()), GatewayKey(event.key.to_bytes()));
                let term = KeyTerm { valid_from: Slot(event.valid_from), revoked_from: None };
                self.state.keys.insert(key, term);
            }
            RegistryEvent::GatewayKeyRevoked(event) => {
                let key = (GatewayId(event.gateway.to_bytes()), GatewayKey(event.key.to_bytes()));
                let term = self.state.keys.get_mut(&key).ok_or("it revokes a key that was never added")?;
                term.revoked_from = Some(Slot(event.revoked_from));
            }
            RegistryEvent::RegistryInitialized(_)
            | RegistryEvent::ShardOpened(_)
            | RegistryEvent::Committed(_)
            | RegistryEvent::TermsSet(_)
            | RegistryEvent::TransferOffered(_)
            | RegistryEvent::Transferred(_)
            | RegistryEvent::UsesSet(_)
            | RegistryEvent::Retired(_)
            | RegistryEvent::DisputeOpened(_)
            | RegistryEvent::DisputeRuled(_)
            | RegistryEvent::DisputeEnded(_)
            | RegistryEvent::Reassigned(_)
            | RegistryEvent::ReassignmentCancelled(_)
            | RegistryEvent::CollectionCreated(_)
            | RegistryEvent::CollectionJoined(_)
            | RegistryEvent::CollectionLeft(_)
            | RegistryEvent::GovernorProposed(_)
            | RegistryEvent::GovernorChanged(_)
            | RegistryEvent::GovernorCancelled(_)
            | RegistryEvent::SettingsProposed(_)
            | RegistryEvent::SettingsApplied(_)
            | RegistryEvent::SettingsCancelled(_) => {}
        }
        Ok(())
    }

    /// An older commitment took the record over; it may have been registered in
    /// this epoch or in an earlier one.
    fn displace(&mut self, by: Asset) -> Result<(), &'static str> {
        let known = self.registered.iter_mut().chain(&mut self.assets).find(|known| known.asset == by.asset);
        *known.ok_or("it displaces an asset that was never registered")? = by;
        self.displaced = true;
        Ok(())
    }

    fn rewards(&mut self, event: RewardsEvent, row: &ChainRow) -> Result<(), ComputeError> {
        if row.stream.to_bytes() != self.inputs.scope.vault.0 {
            return Ok(());
        }
        match event {
            RewardsEvent::Deposited(event) => {
                let amount = BaseUnits(event.amount);
                let deposited = self.state.deposited.checked_add(amount).ok_or(ComputeError::Overflow("deposits"))?;
                if deposited.0 != event.deposited {
                    return Err(ComputeError::Chain {
                        stream: row.stream,
                        sequence: row.sequence,
                        reason: "the vault's total does not follow from the deposits before it",
                    });
                }
                self.state.deposited = deposited;
                let payer = PayerId(event.payer.to_bytes());
                self.state.deposits.insert(event.sequence, Deposit { payer, amount });
                self.flows.add(Account::Deposited, Account::Available, amount.to_sub_units())?;
            }
            RewardsEvent::RefundRequested(event) => {
                let payer = self.state.payer_mut(PayerId(event.payer.to_bytes()));
                payer.refund_requested = Some(Slot(event.slot));
                payer.ever_requested = true;
            }
            RewardsEvent::RefundWithdrawn(event) => {
                let payer = self.state.payer_mut(PayerId(event.payer.to_bytes()));
                payer.refund_requested = None;
                payer.refunded = false;
            }
            RewardsEvent::RewardsInitialized(_)
            | RewardsEvent::VaultCreated(_)
            | RewardsEvent::RootPosted(_)
            | RewardsEvent::RootAttested(_)
            | RewardsEvent::RootVetoed(_)
            | RewardsEvent::RootActivated(_)
            | RewardsEvent::Claimed(_)
            | RewardsEvent::RecipientSet(_)
            | RewardsEvent::ChangeProposed(_)
            | RewardsEvent::ChangeApplied(_)
            | RewardsEvent::ChangeCancelled(_)
            | RewardsEvent::Tightened(_)
            | RewardsEvent::GovernorProposed(_)
            | RewardsEvent::GovernorAccepted(_)
            | RewardsEvent::GovernorCancelled(_)
            | RewardsEvent::RootsDisabled(_)
            | RewardsEvent::Recapitalised(_)
            | RewardsEvent::Paused(_)
            | RewardsEvent::Unpaused(_)
            | RewardsEvent::Migrated(_) => {}
        }
        Ok(())
    }
}

/// The asset that a registration describes.
fn asset(event: &Registered) -> Result<Asset, &'static str> {
    let share = |bps: u16| BasisPoints::new(bps).ok_or("a share exceeds the whole");
    let co_owners = event
        .co_owners
        .iter()
        .map(|owner| Ok((Claimant(owner.key.to_bytes()), share(owner.share_bps)?)))
        .collect::<Result<_, &'static str>>()?;
    let parents = event
        .parents
        .iter()
        .map(|parent| Ok((AssetId(parent.asset.to_bytes()), share(parent.royalty_bps)?)))
        .collect::<Result<_, &'static str>>()?;
    let mix = match event.mix_bps {
        [0, 0, 0, 0, 0] => None,
        bps => Some(Mix::from_bps(bps).ok_or("its mix does not sum to the whole")?),
    };
    Ok(Asset {
        asset: AssetId(event.asset.to_bytes()),
        seq: AssetSeq(event.asset_sequence),
        kind: AssetKind::from_code(event.kind).ok_or("its kind is unknown")?,
        owner: Claimant(event.owner.to_bytes()),
        co_owners,
        parents,
        royalties: match event.royalty_mode {
            0 => RoyaltyMode::Relative,
            1 => RoyaltyMode::Absolute,
            _ => return Err("its royalty mode is unknown"),
        },
        collection: None,
        mix,
        uses: event.uses,
        effective_slot: Slot(event.effective_slot),
        retired_from: None,
        disputed_from: None,
        changes: Vec::new(),
    })
}
