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
pub const EVENT_BYTES_MAX: usize = 1 + 32 + 4 + 8 + 32 * 6 + 8 + 8 + 8 + 8 + 1 + 1 + 4 + 2 + 2 + 32 + PAIRS_MAX * 36;

/// Whether an answer was searched for verbatim spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum EvidenceKind {
    /// It was not: only declared shares, usage and similarity apply.
    None = 0,
    /// Verbatim spans (P3).
    Verbatim = 3,
}

/// The encoded kind of similarity (P2) without spans.
const SIMILAR: u8 = 2;
/// The encoded kind of spans and similarity together. 4 is kept for reports (P4).
const VERBATIM_AND_SIMILAR: u8 = 5;

/// How much of an answer each asset accounts for, by each method that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What `pairs` are.
    pub kind: EvidenceKind,
    /// Number of output tokens, at most [`TOKENS_MAX`].
    pub tokens: u32,
    /// P3: assets with non-zero weights in units of [`TOKEN_WEIGHT`] per output
    /// token, ascending by asset. What they leave of `tokens · TOKEN_WEIGHT` was
    /// matched by no one.
    pub pairs: Vec<(AssetId, u32)>,
    /// P2: assets with non-zero weights, ascending by asset; only their
    /// proportions count. Both lists together have at most [`PAIRS_MAX`] entries.
    pub similar: Vec<(AssetId, u32)>,
}

impl Evidence {
    /// No evidence for an answer of so many tokens.
    pub fn none(tokens: u32) -> Self {
        Self { kind: EvidenceKind::None, tokens, pairs: Vec::new(), similar: Vec::new() }
    }

    /// Verbatim spans for an answer of so many tokens.
    pub fn verbatim(tokens: u32, pairs: Vec<(AssetId, u32)>) -> Self {
        Self { kind: EvidenceKind::Verbatim, tokens, pairs, similar: Vec::new() }
    }

    /// The same evidence with what similarity found.
    pub fn with_similar(self, similar: Vec<(AssetId, u32)>) -> Self {
        Self { similar, ..self }
    }

    /// The kind as it is encoded: 0 none, 2 similar, 3 verbatim, 5 both.
    pub fn code(&self) -> u8 {
        match (self.kind, self.similar.is_empty()) {
            (EvidenceKind::None, false) => SIMILAR,
            (EvidenceKind::Verbatim, false) => VERBATIM_AND_SIMILAR,
            (kind, true) => kind as u8,
        }
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
        if self.pairs.len() + self.similar.len() > PAIRS_MAX
            || (self.kind == EvidenceKind::None && !self.pairs.is_empty())
        {
            return Err(DecodeError::Value("number of evidence pairs"));
        }
        for pairs in [&self.pairs, &self.similar] {
            if pairs.windows(2).any(|two| two[0].0 >= two[1].0) {
                return Err(DecodeError::Order("evidence pairs"));
            }
            if pairs.iter().any(|(_, weight)| *weight == 0) {
                return Err(DecodeError::Value("weight of the evidence pairs"));
            }
        }
        let sum: u64 = self.pairs.iter().map(|(_, weight)| u64::from(*weight)).sum();
        if sum > self.whole() {
            return Err(DecodeError::Value("weight of the evidence pairs"));
        }
        Ok(())
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.put(&[self.code()]).put(&self.tokens.to_le_bytes());
        // Kind 2 has the second list alone, kind 5 both, the others the first.
        let (first, second) = match self.code() {
            SIMILAR => (&self.similar, None),
            VERBATIM_AND_SIMILAR => (&self.pairs, Some(&self.similar)),
            _ => (&self.pairs, None),
        };
        for pairs in [Some(first), second].into_iter().flatten() {
            out.put(&(pairs.len() as u16).to_le_bytes());
            for (asset, weight) in pairs {
                out.put(&asset.0).put(&weight.to_le_bytes());
            }
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let code = r.u8("evidence kind")?;
        let tokens = r.u32("number of tokens")?;
        let first = pairs(r)?;
        let evidence = match code {
            0 | 3 => {
                let kind = if code == 0 { EvidenceKind::None } else { EvidenceKind::Verbatim };
                Self { kind, tokens, pairs: first, similar: Vec::new() }
            }
            SIMILAR => Self { kind: EvidenceKind::None, tokens, pairs: Vec::new(), similar: first },
            VERBATIM_AND_SIMILAR => Self { kind: EvidenceKind::Verbatim, tokens, pairs: first, similar: pairs(r)? },
            _ => return Err(DecodeError::Value("evidence kind")),
        };
        // An empty list of neighbours has another, shorter spelling.
        if evidence.code() != code {
            return Err(DecodeError::Value("evidence kind"));
        }
        evidence.check().map(|()| evidence)
    }
}

/// A list of pairs, as long as an event may hold.
fn pairs(r: &mut Reader<'_>) -> Result<Vec<(AssetId, u32)>, DecodeError> {
    let count = r.u16("number of evidence pairs")? as usize;
    if count > PAIRS_MAX {
        return Err(DecodeError::Value("number of evidence pairs"));
    }
    (0..count).map(|_| Ok((AssetId(r.array("evidence asset")?), r.u32("evidence weight")?))).collect()
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
        let mut out = Vec::with_capacity(320 + (self.evidence.pairs.len() + self.evidence.similar.len()) * 36);
        self.encode_into(&mut out);
        out
    }

    /// Appends the canonical bytes.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
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
            .put(&self.sidecar.0);
        self.evidence.encode(out);
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
            evidence: Evidence::decode(&mut r)?,
        };
        r.end()?;
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
