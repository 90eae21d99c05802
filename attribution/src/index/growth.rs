//! Which segments to merge when a new one has come, so that few remain and no
//! byte is sorted often.

use std::ops::Range;

/// The segments at the end that are to become one, given the sizes of all in
/// order of arrival. Afterwards each segment is at least twice as large as the
/// one behind it, except where merging would have made one larger than `limit`:
/// so there are at most log₂(all / smallest) + 1, and one more for every
/// `limit / 2` bytes. A byte is merged at most once for every doubling of its
/// segment.
pub fn to_merge(sizes: &[usize], limit: usize) -> Option<Range<usize>> {
    let mut start = sizes.len().checked_sub(1)?;
    let mut merged = sizes[start];
    while start > 0 && sizes[start - 1] < 2 * merged && sizes[start - 1] + merged <= limit {
        start -= 1;
        merged += sizes[start];
    }
    (start + 1 < sizes.len()).then_some(start..sizes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Adds segments of these sizes; returns what remains and the bytes merged.
    fn grown(added: &[usize], limit: usize) -> (Vec<usize>, usize) {
        let (mut sizes, mut moved) = (Vec::new(), 0);
        for size in added {
            sizes.push(*size);
            if let Some(range) = to_merge(&sizes, limit) {
                let merged = sizes.drain(range).sum();
                moved += merged;
                sizes.push(merged);
            }
        }
        (sizes, moved)
    }

    proptest! {
        #[test]
        fn the_number_of_segments_stays_logarithmic(added in prop::collection::vec(1usize..1_000, 1..300)) {
            let all: usize = added.iter().sum();
            let (sizes, moved) = grown(&added, usize::MAX);
            prop_assert_eq!(sizes.iter().sum::<usize>(), all);
            prop_assert!(sizes.len() as u32 <= all.ilog2() + 1);
            prop_assert!(moved <= all * (all.ilog2() as usize + 2));
        }

        #[test]
        fn no_segment_grows_beyond_the_limit(added in prop::collection::vec(1usize..1_000, 1..300)) {
            let all: usize = added.iter().sum();
            let (sizes, _) = grown(&added, 1_000);
            prop_assert_eq!(sizes.iter().sum::<usize>(), all);
            prop_assert!(sizes.iter().all(|size| *size <= 1_000));
            prop_assert!(sizes.len() <= 2 * (all / 500 + 1) + 10);
        }
    }
}
