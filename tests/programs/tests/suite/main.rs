//! The programs in LiteSVM, an instruction a file: what each does, and every
//! way to misuse it that we could think of.
#![allow(clippy::unwrap_used)]

mod battery;
mod claim;
mod claim_accounts;
mod claim_cost;
mod claim_fees;
mod claim_limits;
mod claim_proofs;
mod claim_recipients;
mod collections;
mod commit;
mod conservation;
mod costs;
mod deploy;
mod deposit;
mod displace;
mod disputes;
mod fuzz;
mod gateway;
mod governor;
mod idl;
mod proof_verifier;
mod reassignment;
mod refund;
mod register;
mod register_parents;
mod registry_model;
mod registry_settings;
mod registry_setup;
mod retire;
mod rewards_setup;
mod roots_activate;
mod roots_attest;
mod roots_post;
mod roots_veto;
mod set_terms;
mod set_uses;
mod transfer;
mod upgrade;
mod vault_mints;
