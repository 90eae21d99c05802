//! Making a vector of integers of an embedding, once, when a dataset is
//! registered. The only floats of this crate: nothing that verifies runs it.

use super::{DIMENSIONS, NeighboursError, SCALE};

/// The embedding at length one, times 127, rounded to the nearest integer, halves
/// to the even one. Uses what IEEE 754 defines to the bit only (sum in order,
/// product, quotient, root), so that every machine gets the same.
pub fn quantise(embedding: &[f32]) -> Result<Box<[i8; DIMENSIONS]>, NeighboursError> {
    if embedding.len() != DIMENSIONS {
        return Err(NeighboursError::Dimensions(embedding.len()));
    }
    let squares = embedding.iter().fold(0f64, |sum, x| sum + f64::from(*x) * f64::from(*x));
    let length = squares.sqrt();
    if !length.is_normal() {
        return Err(NeighboursError::NoDirection);
    }
    let mut numbers = Box::new([0; DIMENSIONS]);
    for (number, x) in numbers.iter_mut().zip(embedding) {
        // Within ±127, because no component is longer than the vector.
        *number = (f64::from(*x) / length * f64::from(SCALE)).round_ties_even() as i8;
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_vector_keeps_its_direction_and_loses_its_length() {
        let mut embedding = vec![0f32; DIMENSIONS];
        (embedding[0], embedding[1]) = (3.0, -4.0);
        let numbers = quantise(&embedding).unwrap();
        // 3/5 · 127 = 76.2 and −4/5 · 127 = −101.6
        assert_eq!((numbers[0], numbers[1], numbers[2]), (76, -102, 0));
        embedding.iter_mut().for_each(|x| *x *= 1_000.0);
        assert_eq!(quantise(&embedding).unwrap(), numbers);
    }

    #[test]
    fn what_has_no_direction_is_refused() {
        assert_eq!(quantise(&[0.0; DIMENSIONS]), Err(NeighboursError::NoDirection));
        assert_eq!(quantise(&[f32::NAN; DIMENSIONS]), Err(NeighboursError::NoDirection));
        assert_eq!(quantise(&[f32::INFINITY; DIMENSIONS]), Err(NeighboursError::NoDirection));
        assert_eq!(quantise(&[1.0; 3]), Err(NeighboursError::Dimensions(3)));
    }
}
