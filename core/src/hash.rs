//! SHA-256, by syscall on-chain and by the `sha2` crate elsewhere.

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// First byte of what is hashed, so that no structure can pass for another.
pub mod tag {
    /// A leaf of the reward tree.
    pub const LEAF: u8 = 0x00;
    /// An inner node of the reward tree.
    pub const NODE: u8 = 0x01;
    /// The identity of a root.
    pub const ROOT: u8 = 0x02;
    /// A usage event.
    pub const EVENT: u8 = 0x03;
    /// The head of a group commit.
    pub const GROUP: u8 = 0x04;
    /// A mandate.
    pub const MANDATE: u8 = 0x05;
    /// The domain of a vault.
    pub const DOMAIN: u8 = 0x06;
    /// A commitment to register.
    pub const COMMIT: u8 = 0x07;
    /// The id of a piece of content.
    pub const CONTENT: u8 = 0x08;
    /// A salted commitment to an evidence sidecar.
    pub const SIDECAR: u8 = 0x09;
    /// The idempotency key of a paid request.
    pub const REQUEST: u8 = 0x0a;
    /// A chained digest of a slot's decoded chain events.
    pub const SLOT: u8 = 0x0b;
}

/// The version byte that follows the tag in everything hashed here.
pub const VERSION: u8 = 1;

/// SHA-256 of the parts, one after the other.
#[inline(always)]
pub fn sha256(parts: &[&[u8]]) -> Digest {
    solana_sha256_hasher::hashv(parts).to_bytes()
}

/// Bytes of a message and its padding that fill two blocks of SHA-256.
#[cfg(feature = "std")]
const TWO_BLOCKS: usize = 128;

/// SHA-256 of parts that are 56 to 119 bytes together, which is what leaves and
/// nodes are. Off-chain they are padded in place and compressed at once: a
/// streaming hasher spends a third of its time on buffering so little.
#[inline(always)]
pub fn sha256_of_two_blocks(parts: &[&[u8]]) -> Digest {
    #[cfg(feature = "std")]
    if let Some(digest) = padded(parts) {
        return digest;
    }
    sha256(parts)
}

/// `None` when the parts do not fill exactly two blocks.
#[cfg(feature = "std")]
#[inline(always)]
fn padded(parts: &[&[u8]]) -> Option<Digest> {
    const INITIAL: [u32; 8] =
        [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
    let mut message = [0u8; TWO_BLOCKS];
    let mut length = 0;
    for part in parts {
        message.get_mut(length..length + part.len())?.copy_from_slice(part);
        length += part.len();
    }
    // A shorter message fills one block, a longer one leaves no room for its length.
    if !(56..120).contains(&length) {
        return None;
    }
    message[length] = 0x80;
    message[TWO_BLOCKS - 8..].copy_from_slice(&(length as u64 * 8).to_be_bytes());
    let mut state = INITIAL;
    let (blocks, _) = message.as_chunks::<64>();
    sha2::compress256(&mut state, &[blocks[0].into(), blocks[1].into()]);
    let mut digest = [0; 32];
    for (bytes, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    Some(digest)
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn every_length_hashes_as_the_streaming_hasher_says() {
        let bytes: std::vec::Vec<u8> = (0..=200).collect();
        for length in 0..=bytes.len() {
            let (left, right) = bytes[..length].split_at(length / 3);
            assert_eq!(sha256_of_two_blocks(&[left, right]), sha256(&[&bytes[..length]]), "{length} bytes");
        }
    }
}
