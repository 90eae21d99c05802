//! Tests of what makes a mandate acceptable.
#![allow(clippy::unwrap_used)]

use super::*;
use ed25519_dalek::{Signer, SigningKey};
use proptest::prelude::*;
use tributary_core::id::PayerId;

const VAULT: VaultId = VaultId([3; 32]);

fn ours() -> Terms {
    Terms { genesis: Genesis([1; 32]), program: ProgramId([2; 32]), gateway: GatewayId([4; 32]), finalised: Slot(50) }
}

fn payer() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn mandate() -> Mandate {
    let Terms { genesis, program, gateway, .. } = ours();
    let payer = PayerId(payer().verifying_key().to_bytes());
    let (maximum, expires) = (BaseUnits(10), Slot(51));
    Mandate { genesis, program, vault: VAULT, payer, gateway, maximum, expires, nonce: 1 }
}

fn signed(mandate: Mandate) -> Posted {
    let signature = payer().sign(mandate.text().as_bytes()).to_bytes();
    Posted { mandate, signature: bs58::encode(signature).into_string() }
}

fn checked(posted: &Posted) -> Result<[u8; 64], MandateError> {
    check(posted, &ours(), |vault| *vault == VAULT)
}

#[test]
fn a_mandate_signed_by_its_payer_is_accepted_until_its_last_slot() {
    assert!(checked(&signed(mandate())).is_ok());
    let last = signed(Mandate { expires: Slot(50), ..mandate() });
    assert!(matches!(checked(&last), Err(MandateError::Expired { .. })));
}

#[test]
fn a_mandate_for_something_else_is_refused_although_it_is_signed() {
    let other = [9; 32];
    for foreign in [
        Mandate { genesis: Genesis(other), ..mandate() },
        Mandate { program: ProgramId(other), ..mandate() },
        Mandate { gateway: GatewayId(other), ..mandate() },
    ] {
        assert!(matches!(checked(&signed(foreign)), Err(MandateError::Foreign(..))));
    }
    let vault = signed(Mandate { vault: VaultId(other), ..mandate() });
    assert!(matches!(checked(&vault), Err(MandateError::Vault(_))));
    let nothing = signed(Mandate { maximum: BaseUnits::ZERO, ..mandate() });
    assert!(matches!(checked(&nothing), Err(MandateError::Nothing)));
}

#[test]
fn the_weak_key_that_verifies_anything_is_no_payer() {
    // The identity point: a signature of zeros verifies for it without strictness.
    let mut point = [0; 32];
    point[0] = 1;
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&point);
    let weak = Mandate { payer: PayerId(point), ..mandate() };
    let posted = Posted { mandate: weak, signature: bs58::encode(signature).into_string() };
    assert!(matches!(checked(&posted), Err(MandateError::Signature)));
}

proptest! {
    /// Whatever a thief changes, the payer's signature no longer fits.
    #[test]
    fn a_changed_mandate_is_forged(maximum in 1u64.., expires in 51u64.., nonce in any::<u64>()) {
        let good = signed(mandate());
        let changed = Mandate { maximum: BaseUnits(maximum), expires: Slot(expires), nonce, ..mandate() };
        prop_assume!(changed != good.mandate);
        let posted = Posted { mandate: changed, signature: good.signature };
        prop_assert!(matches!(checked(&posted), Err(MandateError::Signature)));
    }

    /// No byte of the signature may change either.
    #[test]
    fn a_changed_signature_is_forged(at in 0usize..64, flip in 1u8..) {
        let good = signed(mandate());
        let mut bytes = bs58::decode(&good.signature).into_vec().unwrap();
        bytes[at] ^= flip;
        let posted = Posted { signature: bs58::encode(bytes).into_string(), ..good };
        prop_assert!(matches!(checked(&posted), Err(MandateError::Signature)));
    }
}
