//! Credit: what payers may still spend, and by whom it is held.
//!
//! [`book`] is the pure machine that serves leases from memory; [`log`],
//! [`leases`] and [`generations`] write to Postgres; [`desk`] joins the two. What
//! a lease did not spend returns by a close, never by a clock.

pub mod book;
pub mod desk;
pub mod generations;
pub mod leases;
pub mod log;

#[cfg(test)]
mod simulation;
