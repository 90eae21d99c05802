//! The indexer against real and scripted chains, with a real Postgres. The
//! programs must be built and the local network too: `make programs localnet`.
#![allow(clippy::unwrap_used)]

// The simulation's models, to compare with what Postgres does.
#[path = "../simulation/actor.rs"]
#[allow(dead_code)]
mod actor;
#[path = "../simulation/chain.rs"]
#[allow(dead_code)]
mod chain;
#[path = "../simulation/node.rs"]
#[allow(dead_code)]
mod node;
#[path = "../simulation/run.rs"]
#[allow(dead_code)]
mod run;
#[path = "../simulation/store.rs"]
#[allow(dead_code)]
mod store;
#[path = "../simulation/weather.rs"]
#[allow(dead_code)]
mod weather;

mod against_model;
mod checks;
mod cluster;
mod cut_off;
mod events;
mod fake_node;
mod faults;
mod forks;
mod local_chain;
mod local_network;
mod projections;
mod providers;
mod proxy;
mod reads;
mod restarts;
mod truth;
mod world;
mod writers;
