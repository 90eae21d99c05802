//! Which identities may have been paid, when they are no longer remembered one by
//! one: a Bloom filter a day. What it does not contain was never put in; what it
//! contains has to be looked up where it is known for sure. Pure.

use super::DAY_MS;
use std::collections::BTreeMap;
use tributary_core::id::RequestId;

/// Bits of a filter: 2 MiB.
const BITS: u32 = 1 << 24;
/// Identities of a filter: then one in a hundred others seems to be contained.
const FILTER_MAX: u32 = 1_700_000;
/// Filters at a time: 128 MiB, a hundred million identities.
const FILTERS_MAX: usize = 64;

/// See the module's head.
#[derive(Debug, Default)]
pub(super) struct Seen(BTreeMap<u64, Vec<Filter>>);

#[derive(Debug)]
struct Filter {
    bits: Box<[u64]>,
    count: u32,
}

impl Filter {
    fn new() -> Self {
        Self { bits: vec![0; BITS as usize / 64].into(), count: 0 }
    }

    fn add(&mut self, identity: &RequestId) {
        places(identity).for_each(|(word, bit)| self.bits[word] |= bit);
        self.count += 1;
    }

    fn contains(&self, identity: &RequestId) -> bool {
        places(identity).all(|(word, bit)| self.bits[word] & bit != 0)
    }
}

/// An identity is a hash: its parts are places enough.
fn places(identity: &RequestId) -> impl Iterator<Item = (usize, u64)> {
    let (parts, _) = identity.0.as_chunks::<4>();
    parts.iter().map(|part| {
        let place = u32::from_le_bytes(*part) % BITS;
        (place as usize / 64, 1 << (place % 64))
    })
}

impl Seen {
    /// Puts one in, unless as many are in as may be.
    pub(super) fn add(&mut self, at_ms: u64, identity: &RequestId) -> bool {
        let filters: usize = self.0.values().map(Vec::len).sum();
        let day = self.0.entry(at_ms / DAY_MS).or_default();
        if day.last().is_none_or(|filter| filter.count >= FILTER_MAX) {
            if filters >= FILTERS_MAX {
                return false;
            }
            day.push(Filter::new());
        }
        day.last_mut().map(|filter| filter.add(identity)).is_some()
    }

    /// Whether one may have been put in.
    pub(super) fn contains(&self, identity: &RequestId) -> bool {
        self.0.values().flatten().any(|filter| filter.contains(identity))
    }

    /// Forgets the days whose keys do not count any more.
    pub(super) fn forget(&mut self, now_ms: u64) {
        self.0.retain(|day, _| day + 2 > now_ms / DAY_MS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_core::hash::sha256;

    fn identity(number: u64) -> RequestId {
        RequestId(sha256(&[&number.to_le_bytes()]))
    }

    #[test]
    fn what_was_put_in_is_contained_until_its_days_are_over_and_little_else_is() {
        let mut seen = Seen::default();
        let noon = 20_000 * DAY_MS + DAY_MS / 2;
        (0..100_000).for_each(|number| assert!(seen.add(noon, &identity(number))));
        assert!((0..100_000).all(|number| seen.contains(&identity(number))));
        let wrong = (100_000..200_000).filter(|number| seen.contains(&identity(*number))).count();
        assert!(wrong < 100, "{wrong} of 100,000 others");
        seen.forget(noon + DAY_MS);
        assert!(seen.contains(&identity(7)));
        seen.forget(noon + 2 * DAY_MS);
        assert!(!seen.contains(&identity(7)));
    }
}
