//! The registry's delays, windows and deposits, which its governor sets.

use crate::accounts::address;
use solana_address::Address;
use tributary_core::bytes::{DecodeError, Reader};

/// What the governor sets. The limits of each stand in `docs/programs.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub struct RegistrySettings {
    /// Slots that must pass between commitment and reveal.
    pub reveal_min_slots: u64,
    /// Slots after which a commitment is stale.
    pub reveal_max_slots: u64,
    /// Slots after a reveal in which an older commitment displaces it.
    pub displace_slots: u64,
    /// Slots between a change of terms and its effect.
    pub terms_delay_slots: u64,
    /// Slots between a governor's proposal and its effect.
    pub timelock_slots: u64,
    /// Seconds that must pass as well.
    pub timelock_seconds: u64,
    /// Slots in which the arbiter may rule a dispute.
    pub dispute_slots: u64,
    /// What opening a dispute costs whoever loses it, in lamports.
    pub dispute_bond: u64,
    /// Who rules disputes.
    pub arbiter: Address,
}

impl RegistrySettings {
    /// Settings with which a local network is quick to try things on.
    pub fn local(arbiter: Address) -> Self {
        Self {
            reveal_min_slots: 2,
            reveal_max_slots: 5_000,
            displace_slots: 20,
            terms_delay_slots: 20,
            timelock_slots: 50,
            timelock_seconds: 5,
            dispute_slots: 1_000,
            dispute_bond: 100_000_000,
            arbiter,
        }
    }

    /// The next bytes of an account.
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            reveal_min_slots: r.u64("minimum delay")?,
            reveal_max_slots: r.u64("maximum delay")?,
            displace_slots: r.u64("displacement window")?,
            terms_delay_slots: r.u64("delay of terms")?,
            timelock_slots: r.u64("timelock in slots")?,
            timelock_seconds: r.u64("timelock in seconds")?,
            dispute_slots: r.u64("time for a verdict")?,
            dispute_bond: r.u64("bond")?,
            arbiter: address(r, "arbiter")?,
        })
    }

    /// As an argument of an instruction.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(96);
        for number in [
            self.reveal_min_slots,
            self.reveal_max_slots,
            self.displace_slots,
            self.terms_delay_slots,
            self.timelock_slots,
            self.timelock_seconds,
            self.dispute_slots,
            self.dispute_bond,
        ] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(self.arbiter.as_ref());
        out
    }
}
