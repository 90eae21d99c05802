//! Usage events: which mandate paid what to which agent, and the evidence.

use crate::amount::BaseUnits;
use crate::bytes::{DecodeError, Put, Reader};
use crate::hash::{VERSION, sha256, tag};
use crate::id::{AssetId, Commitment, EventHash, GatewayId, MandateId, PayerId, RequestId, VaultId};
use crate::position::{CreditSeq, EventSeq, Generation, Slot};
use std::vec::Vec;

/// The most (asset, weight) pairs an event may publish.
pub const PAIRS_MAX: usize = 256;
/// The most output tokens an event may cover.
pub const TOKENS_MAX: u32 = 65_535;
/// The weight of one output token whose span occurs nowhere else.
pub const TOKEN_WEIGHT: u32 = 1 << 16;
/// No encoded event is longer.
pub const EVENT_BYTES_MAX: usize = 1 + 32 + 4 + 8 + 32 * 6 + 8 + 8 + 8 + 8 + 1 + 1 + 4 + 2 + 32 + PAIRS_MAX * 36;

/// By which method the weights were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum EvidenceKind {
    /// No evidence: only declared shares and usage apply.
    None = 0,
    /// Verbatim spans (P3).
    Verbatim = 3,
}

/// How much of an answer each asset accounts for. Weights are in units of
/// [`TOKEN_WEIGHT`] per output token; what they leave of `tokens · TOKEN_WEIGHT`
/// was matched by no one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The method.
    pub kind: EvidenceKind,
    /// Number of output tokens, at most [`TOKENS_MAX`].
    pub tokens: u32,
    /// At most [`PAIRS_MAX`] assets with non-zero weights, ascending by asset.
    pub pairs: Vec<(AssetId, u32)>,
}

impl Evidence {
    /// No evidence for an answer of so many tokens.
    pub fn none(tokens: u32) -> Self {
        Self { kind: EvidenceKind::None, tokens, pairs: Vec::new() }
    }

    /// The weight of all output tokens together.
    pub fn whole(&self) -> u64 {
        u64::from(self.tokens) * u64::from(TOKEN_WEIGHT)
    }

    /// Refuses what no encoding may hold.
    pub fn check(&self) -> Result<(), DecodeError> {
        if self.tokens > TOKENS_MAX {
            return Err(DecodeError::Value("number of tokens"));
        }
        if self.pairs.len() > PAIRS_MAX || (self.kind == EvidenceKind::None && !self.pairs.is_empty()) {
            return Err(DecodeError::Value("number of evidence pairs"));
        }
        if self.pairs.windows(2).any(|two| two[0].0 >= two[1].0) {
            return Err(DecodeError::Order("evidence pairs"));
        }
        let sum: u64 = self.pairs.iter().map(|(_, weight)| u64::from(*weight)).sum();
        if sum > self.whole() || self.pairs.iter().any(|(_, weight)| *weight == 0) {
            return Err(DecodeError::Value("weight of the evidence pairs"));
        }
        Ok(())
    }
}

/// Where an event stands: its identity. Dense and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventPosition {
    /// The gateway's record.
    pub gateway: GatewayId,
    /// The gateway's life since its last lost disk.
    pub generation: Generation,
    /// Dense from 0 in a generation.
    pub sequence: EventSeq,
}

/// One paid use of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageEvent {
    /// Its identity.
    pub position: EventPosition,
    /// The vault that holds the payer's deposit.
    pub vault: VaultId,
    /// Who pays.
    pub payer: PayerId,
    /// The mandate that allows it.
    pub mandate: MandateId,
    /// The lease it spends: the credit log's position of the grant.
    pub lease: CreditSeq,
    /// Which paid request it answers.
    pub request: RequestId,
    /// The agent that was called.
    pub agent: AssetId,
    /// The model that answered.
    pub model: AssetId,
    /// What it cost, in base units.
    pub price: BaseUnits,
    /// The graph's position: the finalised slot the gateway had seen.
    pub graph_slot: Slot,
    /// Unix time in milliseconds, for people; no arithmetic uses it.
    pub at_ms: u64,
    /// The permitted uses relied on ([`crate::content::uses`]).
    pub uses: u8,
    /// Commitment to the evidence sidecar; zeros when there is none.
    pub sidecar: Commitment,
    /// Who contributed how much.
    pub evidence: Evidence,
}

impl UsageEvent {
    /// The canonical bytes: `docs/formats.md`, *Usage event*.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(320 + self.evidence.pairs.len() * 36);
        out.put(&[VERSION])
            .put(&self.position.gateway.0)
            .put(&self.position.generation.0.to_le_bytes())
            .put(&self.position.sequence.0.to_le_bytes())
            .put(&self.vault.0)
            .put(&self.payer.0)
            .put(&self.mandate.0)
            .put(&self.lease.0.to_le_bytes())
            .put(&self.request.0)
            .put(&self.agent.0)
            .put(&self.model.0)
            .put(&self.price.0.to_le_bytes())
            .put(&self.graph_slot.0.to_le_bytes())
            .put(&self.at_ms.to_le_bytes())
            .put(&[self.uses])
            .put(&self.sidecar.0)
            .put(&[self.evidence.kind as u8])
            .put(&self.evidence.tokens.to_le_bytes())
            .put(&(self.evidence.pairs.len() as u16).to_le_bytes());
        for (asset, weight) in &self.evidence.pairs {
            out.put(&asset.0).put(&weight.to_le_bytes());
        }
        out
    }

    /// Reads canonical bytes and nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes);
        match r.u8("version")? {
            VERSION => {}
            other => return Err(DecodeError::Version(other.into())),
        }
        let event = Self {
            position: EventPosition {
                gateway: GatewayId(r.array("gateway")?),
                generation: Generation(r.u32("generation")?),
                sequence: EventSeq(r.u64("sequence")?),
            },
            vault: VaultId(r.array("vault")?),
            payer: PayerId(r.array("payer")?),
            mandate: MandateId(r.array("mandate")?),
            lease: CreditSeq(r.u64("lease")?),
            request: RequestId(r.array("request")?),
            agent: AssetId(r.array("agent")?),
            model: AssetId(r.array("model")?),
            price: BaseUnits(r.u64("price")?),
            graph_slot: Slot(r.u64("graph slot")?),
            at_ms: r.u64("time")?,
            uses: r.u8("permitted uses")?,
            sidecar: Commitment(r.array("sidecar commitment")?),
            evidence: {
                let kind = match r.u8("evidence kind")? {
                    0 => EvidenceKind::None,
                    3 => EvidenceKind::Verbatim,
                    _ => return Err(DecodeError::Value("evidence kind")),
                };
                let tokens = r.u32("number of tokens")?;
                let count = r.u16("number of evidence pairs")? as usize;
                if count > PAIRS_MAX {
                    return Err(DecodeError::Value("number of evidence pairs"));
                }
                let mut pairs = Vec::with_capacity(count);
                for _ in 0..count {
                    pairs.push((AssetId(r.array("evidence asset")?), r.u32("evidence weight")?));
                }
                Evidence { kind, tokens, pairs }
            },
        };
        r.end()?;
        event.evidence.check()?;
        Ok(event)
    }

    /// `H(0x03 ‖ version ‖ bytes)`.
    pub fn hash(&self) -> EventHash {
        hash_of(&self.encode())
    }
}

/// The hash of an encoded event.
pub fn hash_of(encoded: &[u8]) -> EventHash {
    EventHash(sha256(&[&[tag::EVENT, VERSION], encoded]))
}

/// The identity of a paid request: `H(0x0a ‖ version ‖ gateway ‖ payer ‖ key)`.
pub fn request_id(gateway: &GatewayId, payer: &PayerId, idempotency_key: &[u8]) -> RequestId {
    RequestId(sha256(&[&[tag::REQUEST, VERSION], &gateway.0, &payer.0, idempotency_key]))
}

/// A commitment to a sidecar that may be deleted: `H(0x09 ‖ version ‖ salt ‖ bytes)`.
pub fn sidecar_commitment(salt: &[u8; 32], sidecar: &[u8]) -> Commitment {
    Commitment(sha256(&[&[tag::SIDECAR, VERSION], salt, sidecar]))
}
