//! Which mints a vault can hold. An extension that lets somebody take, lock or
//! hide the vault's tokens is refused by name; one that is not known is refused
//! too. No I/O: works on a mint's bytes.

use crate::error::RewardsError;

/// Bytes of a mint without extensions.
const MINT_BYTES: usize = 82;
/// Where Token-2022 says what kind of account it is; extensions follow.
const KIND: usize = 165;
/// That kind, for a mint.
const KIND_MINT: u8 = 1;
/// Type and length before each extension.
const HEADER: usize = 4;

/// Types of extensions, as Token-2022 numbers them.
mod extension {
    pub const NONE: u16 = 0;
    pub const TRANSFER_FEE: u16 = 1;
    pub const MINT_CLOSE_AUTHORITY: u16 = 3;
    pub const CONFIDENTIAL_TRANSFER: u16 = 4;
    pub const DEFAULT_STATE: u16 = 6;
    pub const NON_TRANSFERABLE: u16 = 9;
    pub const INTEREST_BEARING: u16 = 10;
    pub const PERMANENT_DELEGATE: u16 = 12;
    pub const TRANSFER_HOOK: u16 = 14;
    pub const CONFIDENTIAL_FEE: u16 = 16;
    pub const METADATA_POINTER: u16 = 18;
    pub const METADATA: u16 = 19;
    pub const GROUP_POINTER: u16 = 20;
    pub const GROUP: u16 = 21;
    pub const MEMBER_POINTER: u16 = 22;
    pub const MEMBER: u16 = 23;
    pub const CONFIDENTIAL_MINT_BURN: u16 = 24;
    pub const SCALED_AMOUNT: u16 = 25;
    pub const PAUSABLE: u16 = 26;
}

/// The state of new accounts that are not frozen.
const INITIALIZED: u8 = 1;

/// Refuses a mint whose extensions are not all on the allow-list.
pub fn check(mint: &[u8]) -> Result<(), RewardsError> {
    each_extension(mint, check_extension)
}

/// The transfer fee that a mint takes in this epoch of the cluster, in basis points.
pub fn fee_bps(mint: &[u8], epoch: u64) -> Result<u16, RewardsError> {
    let mut bps = 0;
    each_extension(mint, |kind, value| {
        if kind == extension::TRANSFER_FEE {
            bps = fee_in(value, epoch).ok_or(RewardsError::BadMint)?;
        }
        Ok(())
    })?;
    Ok(bps)
}

/// The fee in the value of the extension: the newer of two from its epoch on,
/// before that the older one. Each is an epoch, a maximum and basis points,
/// behind two authorities and what is withheld.
fn fee_in(value: &[u8], epoch: u64) -> Option<u16> {
    const OLDER: usize = 32 + 32 + 8;
    const FEE: usize = 8 + 8 + 2;
    let (older, newer) = value.get(OLDER..OLDER + 2 * FEE)?.split_at(FEE);
    let newer_from = u64::from_le_bytes(*newer.first_chunk()?);
    let fee = if epoch >= newer_from { newer } else { older };
    Some(u16::from_le_bytes(*fee.last_chunk()?))
}

/// Calls `found` with type and value of each extension, until it fails.
fn each_extension(
    mint: &[u8],
    mut found: impl FnMut(u16, &[u8]) -> Result<(), RewardsError>,
) -> Result<(), RewardsError> {
    if mint.len() == MINT_BYTES {
        return Ok(());
    }
    if mint.get(KIND) != Some(&KIND_MINT) {
        return Err(RewardsError::BadMint);
    }
    let mut rest = &mint[KIND + 1..];
    // What is too short for a header is padding.
    while let Some((header, behind)) = rest.split_at_checked(HEADER) {
        let kind = u16::from_le_bytes([header[0], header[1]]);
        let length = usize::from(u16::from_le_bytes([header[2], header[3]]));
        if kind == extension::NONE {
            break;
        }
        let (value, behind) = behind.split_at_checked(length).ok_or(RewardsError::BadMint)?;
        found(kind, value)?;
        rest = behind;
    }
    Ok(())
}

fn check_extension(kind: u16, value: &[u8]) -> Result<(), RewardsError> {
    use extension::*;
    match kind {
        // What arrives is counted, and the rest only tells how to show a mint.
        TRANSFER_FEE | INTEREST_BEARING | METADATA_POINTER | METADATA | GROUP_POINTER | GROUP | MEMBER_POINTER
        | MEMBER | SCALED_AMOUNT => Ok(()),
        DEFAULT_STATE if value == [INITIALIZED] => Ok(()),
        DEFAULT_STATE => Err(RewardsError::DefaultFrozen),
        PERMANENT_DELEGATE => Err(RewardsError::PermanentDelegate),
        MINT_CLOSE_AUTHORITY => Err(RewardsError::MintCloseAuthority),
        PAUSABLE => Err(RewardsError::Pausable),
        NON_TRANSFERABLE => Err(RewardsError::NonTransferable),
        CONFIDENTIAL_TRANSFER | CONFIDENTIAL_FEE | CONFIDENTIAL_MINT_BURN => Err(RewardsError::Confidential),
        TRANSFER_HOOK => Err(RewardsError::TransferHook),
        _ => Err(RewardsError::UnknownExtension),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mint with a fee of 100 basis points that becomes 250 in epoch 7.
    fn with_fee() -> [u8; KIND + 1 + HEADER + 108] {
        let mut mint = [0; KIND + 1 + HEADER + 108];
        mint[KIND] = KIND_MINT;
        mint[KIND + 1..KIND + 5].copy_from_slice(&[1, 0, 108, 0]);
        let fees = &mut mint[KIND + 1 + HEADER + 72..];
        fees[16..18].copy_from_slice(&100u16.to_le_bytes());
        fees[18..26].copy_from_slice(&7u64.to_le_bytes());
        fees[34..36].copy_from_slice(&250u16.to_le_bytes());
        mint
    }

    #[test]
    fn the_newer_fee_counts_from_its_epoch_on() {
        let mint = with_fee();
        assert_eq!([0, 6, 7, 8].map(|epoch| fee_bps(&mint, epoch).ok()), [100, 100, 250, 250].map(Some));
    }

    #[test]
    fn a_mint_without_the_extension_has_no_fee() {
        assert_eq!(fee_bps(&[0; MINT_BYTES], 7).ok(), Some(0));
        let mut other = with_fee();
        other[KIND + 1] = extension::METADATA as u8;
        assert_eq!(fee_bps(&other, 7).ok(), Some(0));
    }

    #[test]
    fn a_fee_that_is_cut_off_is_refused() {
        let mint = with_fee();
        assert!(fee_bps(&mint[..mint.len() - 1], 7).is_err());
        let mut short = with_fee();
        short[KIND + 3] = 107;
        assert!(fee_bps(&short, 7).is_err());
    }
}
