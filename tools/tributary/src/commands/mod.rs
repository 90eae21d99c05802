//! A module per subcommand (the services, which are thin, share one): flags in,
//! a room or `tributary_operator` called, results printed.

pub mod balance;
pub mod claim;
pub mod create_lookup_table;
pub mod create_vault;
pub mod dataset;
pub mod deposit;
pub mod history;
pub mod indexer;
pub mod init;
pub mod keygen;
pub mod mandate;
pub mod migrate;
pub mod policy_set;
pub mod refund;
pub mod register;
pub mod register_gateway;
pub mod run;
pub mod services;
pub mod statement;
pub mod up;
pub mod verify;
