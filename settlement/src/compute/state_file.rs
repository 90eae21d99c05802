//! The state as a published file: a header line, then one line an entry, in the
//! order of [`Line`]'s kinds and sorted by key within each. Canonical, so that
//! equal states have equal hashes.

use super::state::{Deposit, HeadAt, KeyTerm, Lease, Payer, State};
use crate::files::{FileError, lines};
use serde::{Deserialize, Serialize};
use solana_address::Address;
use tributary_attribution::{Entitlement, PolicyLabel};
use tributary_core::amount::{BaseUnits, SubUnits};
use tributary_core::id::{AssetId, Claimant, Commitment, FileHash, GatewayId, GatewayKey, Head, MandateId, PayerId};
use tributary_core::leaf::LeafClass;
use tributary_core::mandate::decimal;
use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

const FILE: &str = "state";
/// The file's first version, which its header does not say.
const FIRST_VERSION: u16 = 1;
/// The version with held credits, written where there are some.
const HELD_VERSION: u16 = 2;
/// The version with overpayments, written where there are some.
const OVERPAID_VERSION: u16 = 3;

const fn first_version() -> u16 {
    FIRST_VERSION
}

// serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_first_version(version: &u16) -> bool {
    *version == FIRST_VERSION
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    #[serde(default = "first_version", skip_serializing_if = "is_first_version")]
    version: u16,
    finalised_slot: Slot,
    credit_end: CreditSeq,
    chain_digest: Commitment,
    graph: FileHash,
    #[serde(with = "decimal")]
    deposited: BaseUnits,
    #[serde(with = "decimal")]
    recapitalised: BaseUnits,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Entitlement {
        class: LeafClass,
        claimant: Claimant,
        #[serde(with = "lines::sub_units")]
        cumulative: SubUnits,
        #[serde(with = "decimal")]
        published: BaseUnits,
    },
    Payer {
        payer: PayerId,
        #[serde(with = "decimal")]
        granted: BaseUnits,
        #[serde(with = "decimal")]
        available: BaseUnits,
        #[serde(with = "decimal")]
        returned: BaseUnits,
        refund_requested: Option<Slot>,
        ever_requested: bool,
        refunded: bool,
    },
    Lease {
        lease: CreditSeq,
        payer: PayerId,
        gateway: GatewayId,
        generation: Generation,
        mandate: MandateId,
        #[serde(with = "decimal")]
        amount: BaseUnits,
        #[serde(with = "decimal")]
        spent: BaseUnits,
    },
    Mandate {
        mandate: MandateId,
        #[serde(with = "decimal")]
        spent: BaseUnits,
    },
    Head {
        gateway: GatewayId,
        generation: Generation,
        next: EventSeq,
        head: Head,
    },
    Deposit {
        sequence: u64,
        payer: PayerId,
        #[serde(with = "decimal")]
        amount: BaseUnits,
    },
    Stream {
        #[serde(with = "lines::address")]
        stream: Address,
        next: u64,
    },
    Gateway {
        gateway: GatewayId,
        #[serde(with = "lines::address")]
        operator: Address,
    },
    Key {
        gateway: GatewayId,
        key: GatewayKey,
        valid_from: Slot,
        revoked_from: Option<Slot>,
    },
    Held {
        asset: AssetId,
        claimant: Claimant,
        policy: PolicyLabel,
        #[serde(with = "lines::sub_units")]
        amount: SubUnits,
    },
    Overpaid {
        class: LeafClass,
        claimant: Claimant,
        #[serde(with = "decimal")]
        claimed: BaseUnits,
    },
}

impl State {
    /// The canonical bytes.
    pub fn encode(&self) -> Result<Vec<u8>, FileError> {
        let mut out = Vec::new();
        let header = Header {
            version: match (self.overpaid.is_empty(), self.held.is_empty()) {
                (false, _) => OVERPAID_VERSION,
                (true, false) => HELD_VERSION,
                (true, true) => FIRST_VERSION,
            },
            finalised_slot: self.finalised_slot,
            credit_end: self.credit_end,
            chain_digest: self.chain_digest,
            graph: self.graph,
            deposited: self.deposited,
            recapitalised: self.recapitalised,
        };
        lines::push(&mut out, FILE, &header)?;
        for line in self.lines() {
            lines::push(&mut out, FILE, &line)?;
        }
        Ok(out)
    }

    fn lines(&self) -> impl Iterator<Item = Line> {
        let entitlements = self.entitlements.iter().map(|((class, claimant), e)| Line::Entitlement {
            class: *class,
            claimant: *claimant,
            cumulative: e.cumulative,
            published: e.published,
        });
        let payers = self.payers.iter().map(|(payer, p)| Line::Payer {
            payer: *payer,
            granted: p.granted,
            available: p.available,
            returned: p.returned,
            refund_requested: p.refund_requested,
            ever_requested: p.ever_requested,
            refunded: p.refunded,
        });
        let leases = self.leases.iter().map(|(lease, l)| Line::Lease {
            lease: *lease,
            payer: l.payer,
            gateway: l.gateway,
            generation: l.generation,
            mandate: l.mandate,
            amount: l.amount,
            spent: l.spent,
        });
        let mandates = self.mandates.iter().map(|(mandate, spent)| Line::Mandate { mandate: *mandate, spent: *spent });
        let heads = self.heads.iter().map(|((gateway, generation), at)| Line::Head {
            gateway: *gateway,
            generation: *generation,
            next: at.next,
            head: at.head,
        });
        let deposits = self.deposits.iter().map(|(sequence, d)| Line::Deposit {
            sequence: *sequence,
            payer: d.payer,
            amount: d.amount,
        });
        let streams = self.streams.iter().map(|(stream, next)| Line::Stream { stream: *stream, next: *next });
        let gateways =
            self.gateways.iter().map(|(gateway, operator)| Line::Gateway { gateway: *gateway, operator: *operator });
        let keys = self.keys.iter().map(|((gateway, key), term)| Line::Key {
            gateway: *gateway,
            key: *key,
            valid_from: term.valid_from,
            revoked_from: term.revoked_from,
        });
        let held = self.held.iter().map(|((asset, claimant, policy), amount)| Line::Held {
            asset: *asset,
            claimant: *claimant,
            policy: *policy,
            amount: *amount,
        });
        let overpaid = self.overpaid.iter().map(|((class, claimant), claimed)| Line::Overpaid {
            class: *class,
            claimant: *claimant,
            claimed: *claimed,
        });
        entitlements
            .chain(payers)
            .chain(leases)
            .chain(mandates)
            .chain(heads)
            .chain(deposits)
            .chain(streams)
            .chain(gateways)
            .chain(keys)
            .chain(held)
            .chain(overpaid)
    }

    /// Reads canonical bytes and nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Self, FileError> {
        let mut numbered = lines::numbered(bytes);
        let (line, text) = numbered.next().ok_or(FileError::Canonical { file: FILE, line: 1 })?;
        let header: Header = lines::decode_line(FILE, line, text)?;
        if !(FIRST_VERSION..=OVERPAID_VERSION).contains(&header.version) {
            return Err(FileError::Version { file: FILE, version: header.version });
        }
        let mut state = State {
            finalised_slot: header.finalised_slot,
            credit_end: header.credit_end,
            chain_digest: header.chain_digest,
            graph: header.graph,
            deposited: header.deposited,
            recapitalised: header.recapitalised,
            ..State::default()
        };
        let entries = lines::decode_from(FILE, numbered)?;
        let last = 1 + entries.len();
        for entry in entries {
            state.insert(entry);
        }
        // The maps drop repeated keys and forget the order of lines, so what they
        // would write tells whether the file was sorted and unique.
        if state.encode()? != bytes {
            return Err(FileError::Canonical { file: FILE, line: last });
        }
        Ok(state)
    }

    fn insert(&mut self, line: Line) {
        match line {
            Line::Entitlement { class, claimant, cumulative, published } => {
                self.entitlements.insert((class, claimant), Entitlement { cumulative, published });
            }
            Line::Payer { payer, granted, available, returned, refund_requested, ever_requested, refunded } => {
                let entry = Payer { granted, available, returned, refund_requested, ever_requested, refunded };
                self.payers.insert(payer, entry);
            }
            Line::Lease { lease, payer, gateway, generation, mandate, amount, spent } => {
                self.leases.insert(lease, Lease { payer, gateway, generation, mandate, amount, spent });
            }
            Line::Mandate { mandate, spent } => {
                self.mandates.insert(mandate, spent);
            }
            Line::Head { gateway, generation, next, head } => {
                self.heads.insert((gateway, generation), HeadAt { next, head });
            }
            Line::Deposit { sequence, payer, amount } => {
                self.deposits.insert(sequence, Deposit { payer, amount });
            }
            Line::Stream { stream, next } => {
                self.streams.insert(stream, next);
            }
            Line::Gateway { gateway, operator } => {
                self.gateways.insert(gateway, operator);
            }
            Line::Key { gateway, key, valid_from, revoked_from } => {
                self.keys.insert((gateway, key), KeyTerm { valid_from, revoked_from });
            }
            Line::Held { asset, claimant, policy, amount } => {
                self.held.insert((asset, claimant, policy), amount);
            }
            Line::Overpaid { class, claimant, claimed } => {
                self.overpaid.insert((class, claimant), claimed);
            }
        }
    }
}
