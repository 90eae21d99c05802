//! Requests to the network, among them Surfpool's own, which set state without
//! a transaction.

use crate::error::LocalnetError;
use serde_json::{Value, json};
use solana_rpc_client_api::request::RpcRequest;
use std::time::Duration;
use surfpool_sdk::{Pubkey, RpcClient};

/// The longest a request may take; writing a program of a megabyte takes well under one.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A client whose every request ends.
pub fn client(url: &str) -> RpcClient {
    RpcClient::new_with_timeout(url.to_owned(), TIMEOUT)
}

/// Sets the parts of an account that `update` names.
pub fn set_account(rpc: &RpcClient, address: &Pubkey, update: Value) -> Result<(), LocalnetError> {
    send(rpc, "surfnet_setAccount", json!([address.to_string(), update]))
}

/// Sets the balance of an owner's associated token account of an SPL Token mint.
pub fn set_tokens(rpc: &RpcClient, owner: &Pubkey, mint: &Pubkey, amount: u64) -> Result<(), LocalnetError> {
    send(rpc, "surfnet_setTokenAccount", json!([owner.to_string(), mint.to_string(), { "amount": amount }]))
}

/// Writes a program's bytes and sets who may upgrade it.
pub fn write_program(rpc: &RpcClient, id: &Pubkey, bytes: &[u8], authority: &Pubkey) -> Result<(), LocalnetError> {
    let params = json!([id.to_string(), hex::encode(bytes), 0, authority.to_string()]);
    send(rpc, "surfnet_writeProgram", params)
}

fn send(rpc: &RpcClient, method: &'static str, params: Value) -> Result<(), LocalnetError> {
    rpc.send::<Value>(RpcRequest::Custom { method }, params).map(drop).map_err(rpc_error(method))
}

/// Wraps what a client returned.
pub fn rpc_error(method: &'static str) -> impl FnOnce(solana_rpc_client_api::client_error::Error) -> LocalnetError {
    move |source| LocalnetError::Rpc { method, source: Box::new(source) }
}
