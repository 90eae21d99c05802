//! KNN-Shapley with labels, for comparison with other programs: what each
//! labelled point adds to a K-nearest-neighbour classifier. No payment uses it.

use super::game::FRACTION_BITS;

/// The values of points for one query, in units of 2⁻⁶⁴, each step floored: off
/// by less than one unit a point. `matches` says, nearest first, whether a
/// point's label is the query's.
///
/// The farthest point is worth 1 / max(N, K) if it matches: so it is in all 2ⁿ
/// coalitions, whereas a divisor of N is wrong when K exceeds N.
pub fn values(matches: &[bool], neighbours: usize) -> Vec<i128> {
    let part = |players: usize| (1i128 << FRACTION_BITS) / players.max(neighbours).max(1) as i128;
    let mut values = vec![0; matches.len()];
    let (mut value, mut behind) = (0, false);
    for (n, matched) in matches.iter().enumerate().rev() {
        value += (i128::from(*matched) - i128::from(behind)) * part(n + 1);
        values[n] = value;
        behind = *matched;
    }
    values
}

/// Adds each point's values for all queries. Points and queries are integers in
/// the same units, `columns` to each; equal distances go by the order of points.
pub fn sum_values(
    points: &[i32],
    labels: &[u16],
    queries: &[i32],
    query_labels: &[u16],
    columns: usize,
    neighbours: usize,
) -> Vec<i128> {
    let mut sums = vec![0; labels.len()];
    let mut order: Vec<(i64, u32)> = Vec::with_capacity(labels.len());
    for (query, label) in queries.chunks_exact(columns.max(1)).zip(query_labels) {
        order.clear();
        pulp::Arch::new().dispatch(|| distances(points, query, &mut order));
        order.sort_unstable();
        let matches: Vec<bool> = order.iter().map(|(_, point)| labels[*point as usize] == *label).collect();
        for ((_, point), value) in order.iter().zip(values(&matches, neighbours)) {
            sums[*point as usize] += value;
        }
    }
    sums
}

#[inline(always)]
fn distances(points: &[i32], query: &[i32], into: &mut Vec<(i64, u32)>) {
    for (n, point) in (0u32..).zip(points.chunks_exact(query.len())) {
        let squares = point.iter().zip(query).map(|(a, b)| {
            let difference = i64::from(*a) - i64::from(*b);
            difference * difference
        });
        into.push((squares.sum(), n));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: i128 = 1 << FRACTION_BITS;

    #[test]
    fn the_golden_values_of_the_reference() {
        // Near to far: points 2, 0, 3, 1, 4; the query is at 0.
        let values = sum_values(&[2, 4, 1, 3, 5], &[1, 0, 1, 1, 0], &[0], &[1], 1, 2);
        assert_eq!(values, [ONE / 3, 0, ONE / 3, ONE / 3, 0]);
        assert_eq!(super::values(&[true, false, true], 5), [ONE / 5, 0, ONE / 5]);
    }
}
