//! Where everything is: what a client needs before anything else.

use crate::amounts::Token;
use crate::answer::Answer;
use crate::problem::{Problem, ReadError};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::{Snapshot, token_of};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tributary_core::id::{GatewayId, Genesis};
use utoipa::ToSchema;

/// The most vaults or gateways shown here; the lists have all.
const SHOWN_MAX: i64 = 100;

/// The cluster and what runs on it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Network {
    /// The cluster's genesis hash: signatures and leaves are bound to it.
    #[schema(value_type = String)]
    pub genesis: Genesis,
    /// The programs' addresses.
    pub programs: Programs,
    /// An RPC node for browsers; this API's word is worth checking against another.
    pub rpc_url: String,
    /// Where the gateway is on the web: the chain knows it by its key alone. Null
    /// when this API was not told.
    pub gateway_url: Option<String>,
    /// Address lookup tables for claims; empty when there are none.
    pub lookup_tables: Vec<String>,
    /// Everything up to this slot is indexed and final.
    pub finalised_slot: u64,
    /// The vaults.
    pub vaults: Vec<Token>,
    /// The gateways that payers may give mandates to.
    pub gateways: Vec<Gateway>,
}

/// The programs' addresses.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Programs {
    /// Who owns what.
    pub registry: String,
    /// Vaults, roots and claims.
    pub rewards: String,
}

/// A registered gateway.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Gateway {
    /// Its record's address.
    #[schema(value_type = String)]
    pub gateway: GatewayId,
    /// Who runs it.
    pub operator: String,
}

/// The cluster, programs, vaults and gateways.
#[utoipa::path(get, path = "/v1/network", tag = "network", responses(
    (status = 200, body = Answer<Network>),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn network(State(api): State<Api>) -> Result<Json<Answer<Network>>, ReadError> {
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let vaults = sqlx::query("SELECT vault, mint, decimals FROM chain.vaults ORDER BY vault LIMIT $1")
        .bind(SHOWN_MAX)
        .fetch_all(snapshot.connection())
        .await?;
    let gateways = sqlx::query("SELECT gateway, operator FROM chain.gateways ORDER BY slot, gateway LIMIT $1")
        .bind(SHOWN_MAX)
        .fetch_all(snapshot.connection())
        .await?;
    let network = Network {
        genesis: snapshot.genesis(),
        programs: Programs {
            registry: tributary_client::pda::REGISTRY.to_string(),
            rewards: tributary_client::pda::REWARDS.to_string(),
        },
        rpc_url: api.rpc_url.to_string(),
        gateway_url: api.gateway_url.as_deref().map(str::to_owned),
        lookup_tables: api.lookup_tables.to_vec(),
        finalised_slot: snapshot.finalised_slot(),
        vaults: vaults.iter().map(token_of).collect::<Result<_, _>>()?,
        gateways: gateways
            .iter()
            .map(|row| {
                let operator: tributary_core::id::Claimant = row.id("operator")?;
                Ok(Gateway { gateway: row.id("gateway")?, operator: operator.to_string() })
            })
            .collect::<Result<_, ReadError>>()?,
    };
    Ok(Json(snapshot.answer(None, network)))
}
