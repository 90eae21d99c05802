//! First pass: chain events. Deposits, refund requests, gateways and keys enter
//! the state, assets the provenance; that no event is missing is proved by the
//! dense sequences. Claims and roots are only noted, for [`super::overpaid`].

use super::error::ComputeError;
use super::flows::{Account, Flows};
use super::inputs::EpochInputs;
use super::overpaid::Paid;
use super::provenance::Provenance;
use super::registered::asset;
use super::state::{Deposit, KeyTerm, State};
use super::within_slot::{Sent, next, rank, subject};
use crate::files::chain::ChainRow;
use solana_address::Address;
use std::collections::BTreeMap;
use tributary_client::pda;
use tributary_client::registry::RegistryEvent;
use tributary_client::rewards::RewardsEvent;
use tributary_core::amount::BaseUnits;
use tributary_core::chain::{ChainItem, slot_digest};
use tributary_core::id::{Commitment, GatewayId, GatewayKey, PayerId, ProgramId};
use tributary_core::position::Slot;

/// Applies the epoch's chain events and returns what they make of the graph, and
/// what was claimed.
pub(super) fn apply<'a>(
    state: &mut State,
    inputs: &'a EpochInputs,
    flows: &mut Flows,
) -> Result<(Provenance<'a>, Paid), ComputeError> {
    let mut rows: Vec<&ChainRow> = inputs.chain.iter().collect();
    rows.sort_by_key(|row| row.key());
    let provenance = Provenance::new(&inputs.graph, inputs.terms_slot());
    let (sent, shards, paid) = (Vec::new(), BTreeMap::new(), Paid::default());
    let mut pass = Pass { state, inputs, flows, provenance, sent, shards, paid };
    for of_slot in rows.chunk_by(|a, b| a.slot == b.slot) {
        for row in of_slot {
            pass.row(row)?;
        }
        pass.registry_of_slot()?;
        pass.state.chain_digest = digest(&pass.state.chain_digest, of_slot)?;
    }
    Ok((pass.provenance, pass.paid))
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

fn wrong(row: &ChainRow, reason: &'static str) -> ComputeError {
    ComputeError::Chain { stream: row.stream, sequence: row.sequence, reason }
}

struct Pass<'a, 's, 'r> {
    state: &'s mut State,
    inputs: &'a EpochInputs,
    flows: &'s mut Flows,
    /// The graph, as the events so far leave it.
    provenance: Provenance<'a>,
    /// The registry's events of the slot that is being read.
    sent: Vec<Sent<'r>>,
    /// Addresses of the registry's shards, which take hashing to derive.
    shards: BTreeMap<u8, Address>,
    /// What was claimed, and which roots served.
    paid: Paid,
}

impl<'r> Pass<'_, '_, 'r> {
    fn row(&mut self, row: &'r ChainRow) -> Result<(), ComputeError> {
        let unreadable = |source| ComputeError::ChainData { stream: row.stream, sequence: row.sequence, source };
        if row.slot <= self.inputs.opening.finalised_slot || row.slot > self.inputs.finalised_slot {
            return Err(wrong(row, "its slot lies outside the epoch"));
        }
        let next = self.state.streams.entry(row.stream).or_default();
        if *next != row.sequence {
            return Err(wrong(row, "an event is missing before it, or it stands twice"));
        }
        *next = next.checked_add(1).ok_or(ComputeError::Overflow("sequences"))?;
        if row.program == self.inputs.scope.registry {
            let event = RegistryEvent::decode(&row.data).map_err(unreadable)?;
            let (shard, sequence) = event.position();
            let stream = *self.shards.entry(shard).or_insert_with(|| pda::shard(shard));
            if stream != row.stream || sequence != row.sequence {
                return Err(wrong(row, "its bytes name another stream or sequence"));
            }
            self.sent.push((row, event));
            Ok(())
        } else if row.program == self.inputs.scope.rewards {
            let event = RewardsEvent::decode(&row.data).map_err(unreadable)?;
            if event.position() != (row.stream, row.sequence) {
                return Err(wrong(row, "its bytes name another stream or sequence"));
            }
            self.rewards(event, row)
        } else {
            Err(wrong(row, "it is of neither program"))
        }
    }

    /// Applies the registry's events of one slot.
    fn registry_of_slot(&mut self) -> Result<(), ComputeError> {
        let mut sent = std::mem::take(&mut self.sent);
        // Stable: apart from the rank the order is that of the chain file.
        sent.sort_by_key(|(_, event)| rank(event));
        let mut of_assets: BTreeMap<Address, Vec<Sent<'r>>> = BTreeMap::new();
        for (row, event) in sent {
            match subject(&event) {
                Some(asset) => of_assets.entry(asset).or_default().push((row, event)),
                None => self.registry(&event).map_err(|reason| wrong(row, reason))?,
            }
        }
        for mut waiting in of_assets.into_values() {
            while !waiting.is_empty() {
                let (row, event) = waiting.remove(next(&waiting, &self.provenance));
                self.provenance.apply(&event).map_err(|reason| wrong(row, reason))?;
            }
        }
        Ok(())
    }

    fn registry(&mut self, event: &RegistryEvent) -> Result<(), &'static str> {
        match event {
            RegistryEvent::Registered(event) => self.provenance.register(asset(event)?)?,
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
            // Those about an asset were sorted out, and `subject` names those that change nothing that is paid.
            _ => {}
        }
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
                    return Err(wrong(row, "the vault's total does not follow from the deposits before it"));
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
            RewardsEvent::Recapitalised(event) => {
                let amount = BaseUnits(event.amount);
                let added =
                    self.state.recapitalised.checked_add(amount).ok_or(ComputeError::Overflow("the reserve"))?;
                if added.0 != event.recapitalised {
                    return Err(wrong(row, "the reserve's total does not follow from what was added before"));
                }
                self.state.recapitalised = added;
                self.flows.add(Account::Recapitalised, Account::Reserve, amount.to_sub_units())?;
            }
            RewardsEvent::Claimed(event) => self.paid.claimed(&event).map_err(|reason| wrong(row, reason))?,
            RewardsEvent::RootActivated(event) => self.paid.activated(&event),
            RewardsEvent::RootsDisabled(event) => self.paid.disabled(&event),
            RewardsEvent::RewardsInitialized(_)
            | RewardsEvent::VaultCreated(_)
            | RewardsEvent::RootPosted(_)
            | RewardsEvent::RootAttested(_)
            | RewardsEvent::RootVetoed(_)
            | RewardsEvent::RecipientSet(_)
            | RewardsEvent::ChangeProposed(_)
            | RewardsEvent::ChangeApplied(_)
            | RewardsEvent::ChangeCancelled(_)
            | RewardsEvent::Tightened(_)
            | RewardsEvent::GovernorProposed(_)
            | RewardsEvent::GovernorAccepted(_)
            | RewardsEvent::GovernorCancelled(_)
            | RewardsEvent::Paused(_)
            | RewardsEvent::Unpaused(_)
            | RewardsEvent::Migrated(_) => {}
        }
        Ok(())
    }
}
