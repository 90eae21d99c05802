//! Third pass: usage events. A broken chain of groups is an error; an event
//! that breaks a rule is void. Events count in the order (gateway, generation,
//! sequence).

use super::error::ComputeError;
use super::flows::{Account, Flows};
use super::inputs::{EpochInputs, Segment};
use super::provenance::Provenance;
use super::state::{HeadAt, KeyTerm, State};
use super::void::{Void, VoidReason};
use crate::files::mandates::{SignedMandate, verify};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashSet};
use tributary_core::amount::BaseUnits;
use tributary_core::content::AssetKind;
use tributary_core::event::UsageEvent;
use tributary_core::group::{Group, signed_message};
use tributary_core::id::{AssetId, Claimant, Head, MandateId, RequestId};
use tributary_core::position::{EventSeq, Slot};

/// Looked up for every event of an epoch; iterated only into a sorted map.
#[allow(clippy::disallowed_types, reason = "no order of it shows, and a sorted map takes five times as long")]
type Known<K, V> = std::collections::HashMap<K, V>;

/// What the events of this vault come to before attribution.
#[derive(Debug, Default)]
pub(super) struct Usage<'a> {
    /// To be attributed, ascending by position.
    pub(super) accepted: Vec<&'a UsageEvent>,
    /// Void already.
    pub(super) voids: Vec<Void>,
    /// All of this vault.
    pub(super) events: u64,
}

/// Whether a group continues a generation and is signed by the key it names.
/// Returns where the generation stands after it, or what is wrong.
pub fn check_chain(segment: &Segment, at: HeadAt, group: &Group) -> Result<HeadAt, ComputeError> {
    check_sealed(segment, at, group, &Seal::of(group))
}

/// What of a group can be checked without those before it, and takes long.
struct Seal {
    head: Head,
    is_signed: bool,
}

impl Seal {
    fn of(group: &Group) -> Self {
        let head = group.head();
        Self { head, is_signed: verify(&group.key.0, &signed_message(&head), &group.signature) }
    }
}

fn check_sealed(segment: &Segment, at: HeadAt, group: &Group, seal: &Seal) -> Result<HeadAt, ComputeError> {
    let Segment { gateway, generation, .. } = segment;
    let wrong =
        |reason| ComputeError::Segment { gateway: *gateway, generation: *generation, first: group.first(), reason };
    if (group.gateway, group.generation) != (*gateway, *generation) {
        return Err(wrong("it is another gateway's or generation's"));
    }
    if group.events.is_empty() || group.first() != at.next {
        return Err(wrong("events are missing before it, or it stands twice"));
    }
    if group.previous != at.head {
        return Err(wrong("it does not continue the head before it"));
    }
    if !seal.is_signed {
        return Err(wrong("its signature is not that of the key it names"));
    }
    let next = at.next.0.checked_add(group.events.len() as u64).ok_or(ComputeError::Overflow("sequences"))?;
    Ok(HeadAt { next: EventSeq(next), head: seal.head })
}

/// Checks all groups and sorts the events of this vault into accepted and void.
pub(super) fn apply<'a>(
    state: &mut State,
    inputs: &'a EpochInputs,
    provenance: &Provenance<'_>,
    flows: &mut Flows,
) -> Result<Usage<'a>, ComputeError> {
    let mut segments: Vec<&Segment> = inputs.usage.iter().collect();
    segments.sort_by_key(|segment| (segment.gateway, segment.generation));
    let mut pass = Pass {
        state,
        inputs,
        provenance,
        flows,
        mandates: inputs
            .mandates
            .par_iter()
            .map(|signed| (signed.mandate.id(), (signed, signed.is_signed())))
            .collect(),
        spent: Known::new(),
        uses_change_at: provenance.uses_change_at(),
        permitted: Known::new(),
        requests: HashSet::new(),
        usage: Usage::default(),
    };
    for segment in segments {
        let mut at = pass.state.head(segment.gateway, segment.generation);
        let seals: Vec<Seal> = segment.groups.par_iter().map(Seal::of).collect();
        for (group, seal) in segment.groups.iter().zip(&seals) {
            at = check_sealed(segment, at, group, seal)?;
            let signer = pass.signer(group);
            for event in &group.events {
                pass.event(event, &signer)?;
            }
        }
        if !segment.groups.is_empty() {
            pass.state.heads.insert((segment.gateway, segment.generation), at);
        }
    }
    let Pass { state, spent, usage, .. } = pass;
    state.mandates.extend(spent);
    Ok(usage)
}

/// The price of a void event is the payer's again.
pub(super) fn return_price(state: &mut State, flows: &mut Flows, event: &UsageEvent) -> Result<(), ComputeError> {
    let payer = state.payer_mut(event.payer);
    payer.returned = payer.returned.checked_add(event.price).ok_or(ComputeError::Overflow("returned prices"))?;
    flows.add(Account::Leased, Account::Available, event.price.to_sub_units())
}

/// What the state says about who signed a group.
struct Signer {
    term: Option<KeyTerm>,
    operator: Option<Claimant>,
}

struct Pass<'a, 'p> {
    state: &'p mut State,
    inputs: &'a EpochInputs,
    provenance: &'p Provenance<'p>,
    flows: &'p mut Flows,
    mandates: Known<MandateId, (&'a SignedMandate, bool)>,
    /// What was spent under those that were cited so far.
    spent: Known<MandateId, BaseUnits>,
    /// The slots between which no permitted uses change.
    uses_change_at: Vec<Slot>,
    /// For each model and stretch of such slots, what all datasets it was made of permit.
    permitted: Known<(AssetId, usize), u8>,
    /// Paid requests that an accepted event answers.
    requests: HashSet<RequestId>,
    usage: Usage<'a>,
}

impl<'a> Pass<'a, '_> {
    fn signer(&self, group: &Group) -> Signer {
        Signer {
            term: self.state.keys.get(&(group.gateway, group.key)).copied(),
            operator: self.state.gateways.get(&group.gateway).map(|operator| Claimant(operator.to_bytes())),
        }
    }

    fn event(&mut self, event: &'a UsageEvent, signer: &Signer) -> Result<(), ComputeError> {
        if event.vault != self.inputs.scope.vault {
            return Ok(());
        }
        self.usage.events += 1;
        let verdict = self.spend_lease(event).and_then(|()| self.judge(event, signer));
        match verdict {
            Ok(()) => {
                self.requests.insert(event.request);
                self.usage.accepted.push(event);
            }
            Err(reason) => {
                if reason.spends_lease() {
                    return_price(self.state, self.flows, event)?;
                }
                self.usage.voids.push(Void::of(event, reason));
            }
        }
        Ok(())
    }

    fn spend_lease(&mut self, event: &UsageEvent) -> Result<(), VoidReason> {
        self.state.leases.get_mut(&event.lease).ok_or(VoidReason::Lease)?.spend(event)
    }

    fn judge(&mut self, event: &UsageEvent, signer: &Signer) -> Result<(), VoidReason> {
        if event.graph_slot > self.inputs.finalised_slot {
            return Err(VoidReason::FutureSlot);
        }
        let term = signer.term.ok_or(VoidReason::Key)?;
        if !term.counts_at(event.graph_slot) {
            return Err(VoidReason::Key);
        }
        if self.requests.contains(&event.request) {
            return Err(VoidReason::DuplicateRequest);
        }
        self.spend_mandate(event)?;
        let operator = signer.operator.ok_or(VoidReason::Operator)?;
        if let Some(agent) = self.provenance.at(&event.agent, event.graph_slot)
            && agent.owner != operator
        {
            return Err(VoidReason::Operator);
        }
        if event.uses & !self.permitted_by(event.model, event.graph_slot) != 0 {
            return Err(VoidReason::Uses);
        }
        Ok(())
    }

    /// A mandate counts what was spent under it, also by events that prove void
    /// for another reason: the gateway spent it.
    fn spend_mandate(&mut self, event: &UsageEvent) -> Result<(), VoidReason> {
        let (signed, is_signed) = self.mandates.get(&event.mandate).ok_or(VoidReason::UnknownMandate)?;
        let mandate = &signed.mandate;
        let scope = &self.inputs.scope;
        if (mandate.genesis, mandate.program, mandate.vault) != (scope.genesis, scope.program(), scope.vault)
            || (mandate.payer, mandate.gateway) != (event.payer, event.position.gateway)
        {
            return Err(VoidReason::ForeignMandate);
        }
        if !is_signed {
            return Err(VoidReason::ForgedMandate);
        }
        if event.graph_slot > mandate.expires {
            return Err(VoidReason::ExpiredMandate);
        }
        let before = || self.state.mandates.get(&event.mandate).copied().unwrap_or_default();
        let spent: BaseUnits = self.spent.get(&event.mandate).copied().unwrap_or_else(before);
        let spent = spent.checked_add(event.price).filter(|spent| *spent <= mandate.maximum);
        self.spent.insert(event.mandate, spent.ok_or(VoidReason::ExceededMandate)?);
        Ok(())
    }

    /// Consent and ownership are those of the slot the gateway saw, not those of
    /// the terms slot: it could not have acted on others.
    fn permitted_by(&mut self, model: AssetId, slot: Slot) -> u8 {
        let stretch = self.uses_change_at.partition_point(|change| *change <= slot);
        if let Some(known) = self.permitted.get(&(model, stretch)) {
            return *known;
        }
        let mut permitted = u8::MAX;
        let (mut open, mut seen) = (vec![model], BTreeSet::new());
        while let Some(asset) = open.pop().and_then(|id| self.provenance.at(&id, slot)) {
            if seen.insert(asset.asset) {
                if asset.kind == AssetKind::Dataset {
                    permitted &= asset.uses;
                }
                open.extend(asset.parents.iter().map(|(parent, _)| *parent));
            }
        }
        self.permitted.insert((model, stretch), permitted);
        permitted
    }
}
