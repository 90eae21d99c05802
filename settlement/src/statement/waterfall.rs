//! The waterfall: where an epoch's gross went, line by line, to the sub-unit,
//! signed by the poster. What it says follows from the root; the signature says
//! who said it.

use crate::bundle::Bundle;
use crate::compute::{Account, EpochInputs, EpochOutput, Identity};
use crate::files::mandates::verify;
use crate::files::{FileError, lines};
use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize};
use solana_address::Address;
use std::collections::BTreeMap;
use tributary_attribution::PolicyLabel;
use tributary_core::amount::{BasisPoints, SubUnits};
use tributary_core::hash::sha256;
use tributary_core::id::{FileHash, MintId, RootId, VaultId};
use tributary_core::position::{Epoch, Slot};

/// The version of the statement's layout.
pub const WATERFALL_VERSION: u16 = 1;
/// What the poster signs is this text followed by the SHA-256 of the statement.
pub const SIGNED_PREFIX: &[u8] = b"tributary:waterfall:v1:";
/// Name of the file in messages.
pub const FILE: &str = "waterfall";

/// A line of the waterfall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it is called in data.
    pub name: String,
    /// What it is called on a page.
    pub label: String,
    /// Which line it is a part of; `null` at the top.
    pub of: Option<String>,
    /// In sub-units.
    #[serde(with = "lines::sub_units")]
    pub amount: SubUnits,
}

/// What an epoch of a vault came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waterfall {
    /// [`WATERFALL_VERSION`].
    pub version: u16,
    /// The vault.
    pub vault: VaultId,
    /// Its mint.
    pub mint: MintId,
    /// Which epoch.
    pub epoch: Epoch,
    /// Which attempt at it.
    pub attempt: u16,
    /// The root it explains.
    pub root: RootId,
    /// The root's manifest.
    pub manifest: FileHash,
    /// The slot that closed the epoch.
    pub finalised_slot: Slot,
    /// Events of the vault, void ones included.
    pub events: u64,
    /// Those that earned nothing.
    pub void_events: u64,
    /// The protocol's fee in basis points of what was charged.
    pub fee_bps: u16,
    /// In the order in which they are read.
    pub lines: Vec<Line>,
}

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum WaterfallError {
    /// A sum does not fit.
    #[error("the sum of the {0} does not fit; the epoch holds impossible amounts")]
    Overflow(&'static str),
    /// What came in is not what went out.
    #[error("the waterfall's {0} is not the sum of its parts; report this with the root's manifest")]
    Unbalanced(&'static str),
    /// The opening state cannot be counted.
    #[error("the epoch's opening state cannot be counted")]
    Opening(#[source] Box<crate::compute::ComputeError>),
}

/// Amounts as they are collected.
struct Sums {
    void: SubUnits,
    charged: SubUnits,
    held: SubUnits,
    released: SubUnits,
    refunds: SubUnits,
    carried_in: SubUnits,
    carried_out: SubUnits,
    published: [SubUnits; 3],
    by_policy: BTreeMap<PolicyLabel, SubUnits>,
}

fn add(a: SubUnits, b: SubUnits, what: &'static str) -> Result<SubUnits, WaterfallError> {
    a.checked_add(b).ok_or(WaterfallError::Overflow(what))
}

fn total(amounts: impl IntoIterator<Item = SubUnits>, what: &'static str) -> Result<SubUnits, WaterfallError> {
    amounts.into_iter().try_fold(SubUnits::ZERO, |sum, amount| add(sum, amount, what))
}

impl Sums {
    fn of(inputs: &EpochInputs, output: &EpochOutput) -> Result<Self, WaterfallError> {
        let opening = Identity::of(&inputs.opening).map_err(|source| WaterfallError::Opening(Box::new(source)))?;
        let moved = |debit: Account, credit: Account| {
            let found = output.entries.iter().filter(|entry| (entry.debit, entry.credit) == (debit, credit));
            total(found.map(|entry| entry.amount), "entries")
        };
        let mut by_policy: BTreeMap<PolicyLabel, SubUnits> = BTreeMap::new();
        for ((_, _, policy), amount) in &output.credits {
            let sum = by_policy.entry(*policy).or_default();
            *sum = add(*sum, *amount, "credits")?;
        }
        for ((_, _, policy), amount) in &output.released {
            let sum = by_policy.entry(*policy).or_default();
            *sum = sum.checked_sub(*amount).ok_or(WaterfallError::Unbalanced("released credits"))?;
        }
        let grown = |account| {
            let grown = output.identity.get(account).checked_sub(opening.get(account));
            grown.ok_or(WaterfallError::Unbalanced("published entitlements"))
        };
        let held = moved(Account::Leased, Account::Held)?;
        Ok(Self {
            void: total(output.voids.iter().map(|void| void.price.to_sub_units()), "void events")?,
            charged: add(moved(Account::Leased, Account::Residue)?, held, "charged events")?,
            held,
            released: total(output.released.values().copied(), "released credits")?,
            refunds: moved(Account::Available, Account::Residue)?,
            carried_in: opening.get(Account::Residue),
            carried_out: output.identity.get(Account::Residue),
            published: [grown(Account::EntitledEarned)?, grown(Account::EntitledRefund)?, grown(Account::EntitledFee)?],
            by_policy,
        })
    }
}

/// How a page calls a policy's part.
const fn label(policy: PolicyLabel) -> &'static str {
    match policy {
        PolicyLabel::Declared => "by declared terms",
        PolicyLabel::Used => "for the model that was used",
        PolicyLabel::Verbatim => "for texts repeated verbatim",
        PolicyLabel::Unmatched => "for what matched no text: the model's own part",
        PolicyLabel::Royalty => "as royalties of derived assets",
        PolicyLabel::Similar => "for texts similar to the answer",
        PolicyLabel::Curated => "to curators of collections",
    }
}

impl Waterfall {
    /// The statement of a root. An error means that its lines would not add up.
    pub fn of(inputs: &EpochInputs, output: &EpochOutput, bundle: &Bundle) -> Result<Self, WaterfallError> {
        let sums = Sums::of(inputs, output)?;
        let gross = add(sums.charged, sums.void, "gross")?;
        let pool = sums.charged.checked_sub(output.fee).ok_or(WaterfallError::Unbalanced("fee"))?;
        let credited = total(sums.by_policy.values().copied(), "credits")?;
        if add(credited, sums.held, "pool")? != pool {
            return Err(WaterfallError::Unbalanced("contributors' pool"));
        }
        let inflow = total([sums.carried_in, output.fee, credited, sums.released, sums.refunds], "inflow")?;
        if inflow != add(total(sums.published, "published")?, sums.carried_out, "outflow")? {
            return Err(WaterfallError::Unbalanced("distribution"));
        }
        let mut lines = Vec::new();
        let mut line = |of: Option<&str>, name: &str, label: &str, amount| {
            lines.push(Line { name: name.into(), label: label.into(), of: of.map(Into::into), amount });
        };
        line(None, "gross", "Prices of all events", gross);
        line(Some("gross"), "void", "Void events, which nobody pays for", sums.void);
        line(Some("gross"), "charged", "Charged", sums.charged);
        line(Some("charged"), "fee", "Protocol fee", output.fee);
        line(Some("charged"), "pool", "Contributors' pool", pool);
        line(Some("pool"), "held", "Held for open disputes", sums.held);
        for (policy, amount) in &sums.by_policy {
            line(Some("pool"), policy.as_str(), label(*policy), *amount);
        }
        line(None, "distribution", "To be distributed", inflow);
        for (name, label, amount) in [
            ("carried_in", "Carried from earlier epochs", sums.carried_in),
            ("credited", "Credited from the pool", credited),
            ("fee_credited", "Protocol fee", output.fee),
            ("released", "Released by ended disputes", sums.released),
            ("refunds", "Refunds of deposits", sums.refunds),
        ] {
            line(Some("distribution"), name, label, amount);
        }
        line(None, "outcome", "Distributed", inflow);
        let [earned, refund, fee] = sums.published;
        for (name, label, amount) in [
            ("published_earned", "Claimable by contributors", earned),
            ("published_refund", "Claimable by payers", refund),
            ("published_fee", "Claimable by the protocol", fee),
            ("carried_out", "Carried to later epochs: less than a unit, or than the smallest leaf", sums.carried_out),
        ] {
            line(Some("outcome"), name, label, amount);
        }
        let manifest = &bundle.manifest;
        Ok(Self {
            version: WATERFALL_VERSION,
            vault: manifest.vault,
            mint: manifest.mint,
            epoch: manifest.epoch,
            attempt: manifest.attempt,
            root: bundle.root_id(),
            manifest: bundle.header.manifest,
            finalised_slot: manifest.finalised_slot,
            events: output.events,
            void_events: output.voids.len() as u64,
            fee_bps: BasisPoints::get(inputs.policy.fee),
            lines,
        })
    }

    /// A line's amount.
    pub fn amount(&self, name: &str) -> Option<SubUnits> {
        self.lines.iter().find(|line| line.name == name).map(|line| line.amount)
    }

    /// Whether each line with parts is their sum.
    pub fn adds_up(&self) -> bool {
        self.lines.iter().all(|whole| {
            let parts: Vec<&Line> = self.lines.iter().filter(|line| line.of.as_ref() == Some(&whole.name)).collect();
            parts.is_empty()
                || parts.iter().try_fold(SubUnits::ZERO, |sum, line| sum.checked_add(line.amount)) == Some(whole.amount)
        })
    }

    fn message(&self) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        lines::push(&mut bytes, FILE, self)?;
        let mut message = SIGNED_PREFIX.to_vec();
        message.extend_from_slice(&sha256(&[&bytes]));
        Ok(message)
    }

    /// Signs it. The same key and statement give the same bytes.
    pub fn sign(self, key: &SigningKey) -> Result<Signed, FileError> {
        let signature = key.sign(&self.message()?).to_bytes();
        Ok(Signed { waterfall: self, key: Address::new_from_array(key.verifying_key().to_bytes()), signature })
    }
}

/// A statement and who said it: the file that is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// What is said.
    pub waterfall: Waterfall,
    /// By whom.
    #[serde(with = "lines::address")]
    pub key: Address,
    /// Ed25519 over [`SIGNED_PREFIX`] and the statement's hash.
    #[serde(with = "lines::signature")]
    pub signature: [u8; 64],
}

impl Signed {
    /// The canonical bytes: one line of JSON.
    pub fn encode(&self) -> Result<Vec<u8>, FileError> {
        lines::encode(FILE, [self])
    }

    /// Reads canonical bytes and nothing else; the signature is not looked at.
    pub fn decode(bytes: &[u8]) -> Result<Self, FileError> {
        lines::decode_line(FILE, 1, bytes)
    }

    /// Whether the key it names signed it, and its lines add up.
    pub fn holds(&self) -> Result<bool, FileError> {
        Ok(self.waterfall.adds_up() && verify(&self.key.to_bytes(), &self.waterfall.message()?, &self.signature))
    }
}
