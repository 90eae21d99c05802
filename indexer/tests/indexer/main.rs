//! The indexer against real and scripted chains, with a real Postgres. The
//! programs must be built and the local network too: `make programs localnet`.
#![allow(clippy::unwrap_used)]

mod checks;
mod cluster;
mod events;
mod fake_node;
mod faults;
mod forks;
mod local_chain;
mod local_network;
mod projections;
mod reads;
mod restarts;
mod truth;
mod world;
mod writers;
