//! Finding an asset by its address: a sorted list, cut into ranges by the first
//! bits of the address, so that a search begins where it almost ends. Addresses
//! are hashes; when they are not evenly spread, it is a binary search.

use tributary_core::id::AssetId;

/// No more bits than this are looked at.
const BITS_MAX: u32 = 22;

/// See the module's head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lookup {
    /// Ascending by address.
    sorted: Vec<(AssetId, u32)>,
    bits: u32,
    /// Where each value of the first bits begins, and the end.
    starts: Vec<u32>,
}

impl Lookup {
    /// Over addresses with their places; the error is an address that stands twice.
    pub(super) fn new(mut sorted: Vec<(AssetId, u32)>) -> Result<Self, AssetId> {
        sorted.sort_unstable();
        if let Some(two) = sorted.windows(2).find(|two| two[0].0 == two[1].0) {
            return Err(two[0].0);
        }
        let bits = (usize::BITS - sorted.len().leading_zeros()).min(BITS_MAX);
        let mut lookup = Self { sorted, bits, starts: Vec::new() };
        let mut starts = vec![0u32; (1 << bits) + 1];
        for (address, _) in &lookup.sorted {
            starts[lookup.first_bits(address) + 1] += 1;
        }
        for n in 1..starts.len() {
            starts[n] += starts[n - 1];
        }
        lookup.starts = starts;
        Ok(lookup)
    }

    fn first_bits(&self, address: &AssetId) -> usize {
        let [a, b, c, d, ..] = address.0;
        // Bits are at most 22; of no bits the shift would be too wide.
        u32::from_be_bytes([a, b, c, d]).checked_shr(32 - self.bits).unwrap_or(0) as usize
    }

    /// The place of an address.
    pub(super) fn find(&self, address: &AssetId) -> Option<usize> {
        let first = self.first_bits(address);
        let (start, end) = (*self.starts.get(first)?, *self.starts.get(first + 1)?);
        let range = self.sorted.get(start as usize..end as usize)?;
        let at = range.binary_search_by(|(other, _)| other.cmp(address)).ok()?;
        Some(range[at].1 as usize)
    }
}
