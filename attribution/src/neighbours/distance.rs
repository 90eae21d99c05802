//! Squared distances of one vector from many. The widest instructions of the
//! machine are found when it runs; they compute the same integers.

use super::DIMENSIONS;

/// The squared distance of `query` from each of `vectors`, which stand one after
/// the other. At most 255² · 384 each: fits 32 bits.
pub fn squared_distances(query: &[i8; DIMENSIONS], vectors: &[i8]) -> Vec<u32> {
    let mut distances = Vec::with_capacity(vectors.len() / DIMENSIONS);
    pulp::Arch::new().dispatch(|| scan(query, vectors, &mut distances));
    distances
}

/// Inlined into the dispatch, so that it is compiled once for every width.
#[inline(always)]
fn scan(query: &[i8; DIMENSIONS], vectors: &[i8], distances: &mut Vec<u32>) {
    let query = query.map(i16::from);
    for vector in vectors.as_chunks::<DIMENSIONS>().0 {
        let mut sum = 0i32;
        for (a, b) in query.iter().zip(vector) {
            // Within ±255, so that the product of 16 bits and the sum of 32 hold it.
            let difference = i32::from(a - i16::from(*b));
            sum += difference * difference;
        }
        distances.push(sum as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(query: &[i8], vector: &[i8]) -> i64 {
        query.iter().zip(vector).map(|(a, b)| (i64::from(*a) - i64::from(*b)).pow(2)).sum()
    }

    proptest! {
        #[test]
        fn the_machines_widest_instructions_equal_plain_ones(
            numbers in prop::collection::vec(prop_oneof![any::<i8>(), Just(i8::MIN), Just(i8::MAX)], DIMENSIONS * 4),
            count in 0usize..4,
        ) {
            let (query, vectors) = numbers.split_first_chunk::<DIMENSIONS>().expect("four vectors");
            let vectors = &vectors[..count * DIMENSIONS];
            let expected: Vec<i64> = vectors.chunks(DIMENSIONS).map(|vector| plain(query, vector)).collect();
            let mut scalar = Vec::new();
            scan(query, vectors, &mut scalar);
            let found = squared_distances(query, vectors);
            prop_assert_eq!(&found, &scalar);
            prop_assert_eq!(found.into_iter().map(i64::from).collect::<Vec<_>>(), expected);
        }
    }
}
