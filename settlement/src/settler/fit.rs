//! How much of what has arrived an epoch takes: the longest prefix that the
//! vault lets grow and can pay. Computes; reads and records nothing.
//!
//! Each leaf class has a headroom of its own. Refunds come with the credit log,
//! what is earned and the fee with groups of events, so first the log is cut
//! and then the groups. A root must also be solvent with what was overpaid.

use super::epoch::{Opening, Work};
use super::error::SettlerError;
use super::gather::{cited_mandates, cut};
use super::ledger::AttemptId;
use crate::closing::{Arrived, Closing, Limits, close};
use crate::compute::{EpochInputs, EpochOutput, Scope, compute};
use crate::files::chain::ChainRow;
use crate::files::mandates::SignedMandate;
use std::collections::BTreeSet;
use tributary_client::rewards::Vault;
use tributary_core::id::MandateId;
use tributary_core::leaf::{CLASSES, LeafClass};
use tributary_core::policy::PolicySet;
use tributary_core::position::Slot;

/// Names of the classes, as messages spell them.
const NAMES: [&str; CLASSES] = ["earned", "refund", "fee"];

/// What the vault lets a root come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    /// Sums by class of the root that serves.
    before: [u64; CLASSES],
    /// By how much each class may grow now.
    headroom: [u64; CLASSES],
    /// By how much each class may ever grow at once.
    burst: [u64; CLASSES],
    /// What all classes and what was overpaid may come to.
    funded: u128,
}

impl Room {
    pub(super) fn of(vault: &Vault, slot: Slot) -> Self {
        Self {
            before: vault.head_class_totals,
            headroom: vault.headroom_by_class_at(slot),
            burst: vault.growth_burst_by_class(),
            funded: vault.funded(),
        }
    }

    fn growth(&self, output: &EpochOutput) -> [u64; CLASSES] {
        let totals = class_totals(output);
        std::array::from_fn(|class| totals[class].saturating_sub(self.before[class]))
    }

    fn is_solvent(&self, output: &EpochOutput) -> Result<bool, SettlerError> {
        let overpaid = output.closing.overpaid_by_class()?;
        let owed: u128 = class_totals(output).iter().chain(&overpaid).copied().map(u128::from).sum();
        Ok(owed <= self.funded)
    }

    /// Whether refunds fit, which come with the credit log.
    fn takes_credit(&self, output: &EpochOutput) -> Result<bool, SettlerError> {
        let refund = LeafClass::Refund as usize;
        Ok(self.growth(output)[refund] <= self.headroom[refund] && self.is_solvent(output)?)
    }

    fn takes(&self, output: &EpochOutput) -> Result<bool, SettlerError> {
        let grown = self.growth(output);
        Ok((0..CLASSES).all(|class| grown[class] <= self.headroom[class]) && self.is_solvent(output)?)
    }
}

/// Sums leaves that fit together, as `LeafFile::new` will check.
fn class_totals(output: &EpochOutput) -> [u64; CLASSES] {
    let mut totals = [0u64; CLASSES];
    for leaf in &output.leaves {
        let total = &mut totals[leaf.class as usize];
        *total = total.saturating_add(leaf.cumulative.0);
    }
    totals
}

/// All that an attempt can be made of.
pub(super) struct Material<'a> {
    pub(super) scope: Scope,
    pub(super) id: AttemptId,
    pub(super) opening: &'a Opening,
    pub(super) arrived: &'a Arrived,
    pub(super) chain: Vec<ChainRow>,
    pub(super) cited: Vec<SignedMandate>,
    pub(super) policy: PolicySet,
}

impl Material<'_> {
    /// The whole, or its longest prefix that fits; `None` when nothing does.
    pub(super) fn longest_that_fits(
        &self,
        whole: Closing,
        room: &Room,
    ) -> Result<Option<(Closing, Work)>, SettlerError> {
        let work = self.compute(&whole)?;
        if room.takes(&work.output)? {
            return Ok(Some((whole, work)));
        }
        let all = Limits { groups: self.groups(), credit: self.arrived.credit.len() };
        let credit = longest(all.credit, |credit| {
            room.takes_credit(&self.compute(&self.close(Limits { credit, ..all }))?.output)
        })?;
        // Not even without the log's entries: then with as few events as it takes.
        let credit = credit.unwrap_or(0);
        let groups =
            longest(all.groups, |groups| room.takes(&self.compute(&self.close(Limits { groups, credit }))?.output))?;
        let Some(groups) = groups else { return Ok(None) };
        let closing = self.close(Limits { groups, credit });
        let work = self.compute(&closing)?;
        let takes_any = !closing.events.is_empty() || closing.credit_end > self.opening.state.credit_end;
        Ok(takes_any.then_some((closing, work)))
    }

    /// What an operator should know when nothing fits.
    pub(super) fn why_nothing_fits(&self, room: &Room) -> Result<String, SettlerError> {
        let one = self.compute(&self.close(Limits { groups: 1, credit: usize::MAX }))?;
        if !room.is_solvent(&one.output)? {
            return Ok("what is owed and what was overpaid exceed what was deposited and recapitalised; \
                       recapitalise the vault (\"a bad root was claimed from\" in docs/settlement.md)"
                .into());
        }
        let grown = room.growth(&one.output);
        Ok(match (0..CLASSES).find(|class| grown[*class] > room.burst[*class]) {
            Some(class) => format!(
                "the next part of what waits grows the class {} by more than its growth_burst of {} allows; the \
                 governor must raise it",
                NAMES[class], room.burst[class]
            ),
            None => "the growth headroom must accrue first".into(),
        })
    }

    fn groups(&self) -> usize {
        self.arrived.usage.iter().map(|segment| segment.groups.len()).max().unwrap_or_default()
    }

    fn close(&self, limits: Limits) -> Closing {
        close(&self.opening.state, self.arrived, limits)
    }

    fn compute(&self, closing: &Closing) -> Result<Work, SettlerError> {
        let usage = cut(&self.arrived.usage, closing);
        let ids: BTreeSet<MandateId> = cited_mandates(&usage).into_iter().collect();
        let inputs = EpochInputs {
            scope: self.scope,
            epoch: self.id.epoch,
            opening: self.opening.state.clone(),
            graph: self.opening.graph.clone(),
            finalised_slot: self.arrived.finalised_slot,
            chain: self.chain.clone(),
            credit_end: closing.credit_end,
            credit: self.arrived.credit.iter().copied().filter(|e| e.position <= closing.credit_end).collect(),
            mandates: self.cited.iter().filter(|signed| ids.contains(&signed.mandate.id())).cloned().collect(),
            usage,
            policy: self.policy.clone(),
        };
        let output = compute(&inputs)?;
        Ok(Work { id: self.id, inputs, output })
    }
}

/// The most of `all` with which something holds that more of it only makes worse; `None` when it holds with nothing.
fn longest(
    all: usize,
    mut holds: impl FnMut(usize) -> Result<bool, SettlerError>,
) -> Result<Option<usize>, SettlerError> {
    if !holds(0)? {
        return Ok(None);
    }
    let (mut fits, mut exceeds) = (0, all.saturating_add(1));
    while exceeds - fits > 1 {
        let middle = fits + (exceeds - fits) / 2;
        if holds(middle)? {
            fits = middle;
        } else {
            exceeds = middle;
        }
    }
    Ok(Some(fits))
}
