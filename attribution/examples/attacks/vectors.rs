//! Vectors of texts for P2: hashed words. Integers only. They stand in for the
//! sentence model's, so that the page needs no weights; an attacker can compute
//! either.

use super::words::SHORT;
use tributary_attribution::neighbours::{DIMENSIONS, SCALE};
use tributary_core::hash::sha256;

/// The numbers of a vector.
pub type Numbers = Box<[i8; DIMENSIONS]>;

/// Digits that lengths are computed to.
const PRECISION: u64 = 1_000;

/// Each word but short ones counts one in a dimension and a direction of its
/// hash; the counts are scaled to the length of registered vectors, each rounded to
/// the nearest integer, halves away from zero.
pub fn vector(text: &str) -> Numbers {
    let mut counts = [0i64; DIMENSIONS];
    let text = text.to_ascii_lowercase();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() > SHORT) {
        let [low, high, sign, ..] = sha256(&[word.as_bytes()]);
        let dimension = usize::from(u16::from_le_bytes([low, high])) % DIMENSIONS;
        counts[dimension] += if sign & 1 == 0 { 1 } else { -1 };
    }
    let squares: u64 = counts.iter().map(|count| count.unsigned_abs().pow(2)).sum();
    let length = (squares * PRECISION * PRECISION).isqrt().max(1);
    let mut numbers = Box::new([0; DIMENSIONS]);
    for (number, count) in numbers.iter_mut().zip(counts) {
        let scaled = count.unsigned_abs() * SCALE.unsigned_abs() as u64 * PRECISION;
        // No component is longer than the vector, so it fits.
        let rounded = ((2 * scaled + length) / (2 * length)) as i8;
        *number = if count < 0 { -rounded } else { rounded };
    }
    numbers
}
