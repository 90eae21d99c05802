//! What an epoch came to, told to people: receipts that sum to the leaves, the
//! waterfall from the gross to the contributors' pool, and a claimant's year.
//!
//! Everything here is computed from inputs and output of
//! [`crate::compute::compute`]; nothing decides an amount.

pub mod receipts;
pub mod waterfall;
pub mod year;

pub use receipts::{Receipt, ReceiptKey, Receipts};
pub use waterfall::{Signed, Waterfall};
