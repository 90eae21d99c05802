//! The instructions, one a file. The globs also carry what Anchor's macros put
//! beside each account struct.

pub mod add_gateway_key;
pub mod commit;
pub mod initialize;
pub mod open_shard;
pub mod register;
pub mod register_gateway;
pub mod revoke_gateway_key;

pub use add_gateway_key::*;
pub use commit::*;
pub use initialize::*;
pub use open_shard::*;
pub use register::*;
pub use register_gateway::*;
pub use revoke_gateway_key::*;
