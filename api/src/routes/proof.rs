//! What a claim needs: the leaf, its place and its proof.

use crate::amounts::{Amount, Token};
use crate::answer::Answer;
use crate::claimant::{KnownVault, known};
use crate::problem::{Problem, ReadError};
use crate::request::{Class, Params, parse};
use crate::server::Api;
use axum::Json;
use axum::extract::{Path, State};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tributary_core::id::{Claimant, FileHash, RootId, VaultId};
use tributary_core::leaf::LeafClass;
use utoipa::{IntoParams, ToSchema};

/// Of which vault and class.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProofParams {
    /// The vault to claim from.
    pub vault: String,
    /// What for; earned when left out.
    #[param(inline)]
    pub class: Option<Class>,
}

/// Whether there is anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The serving root has a leaf for this claimant.
    Entitled,
    /// The serving root has none.
    NoEntitlement,
    /// The vault has no serving root yet.
    NoRoot,
}

/// What a claim needs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProofAnswer {
    /// What its amounts are counted in.
    pub token: Token,
    /// Whose.
    #[schema(value_type = String)]
    pub claimant: Claimant,
    /// What for.
    pub class: Class,
    /// Whether there is anything.
    pub standing: Standing,
    /// What was paid in this class so far.
    pub claimed: Amount,
    /// What a claim would pay now.
    pub due: Amount,
    /// Null unless entitled.
    pub proof: Option<Proof>,
}

/// A leaf with its proof, as the claim instruction takes them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Proof {
    /// The root.
    #[schema(value_type = String)]
    pub root_id: RootId,
    /// The root's place in the vault's ring.
    pub place: u8,
    /// The root's epoch.
    pub epoch: u64,
    /// The leaf's place among the leaves.
    pub index: u32,
    /// How many leaves there are.
    pub leaf_count: u32,
    /// What the leaf says, since the vault's beginning.
    pub cumulative: Amount,
    /// The siblings from the leaf up to the frontier, 40 bytes each (hash, sum
    /// little-endian), in base64.
    #[schema(content_encoding = "base64")]
    pub proof: String,
    /// The leaf file it can be rebuilt from: a file of `/v1/files`.
    #[schema(value_type = String)]
    pub leaf_file: FileHash,
    /// The root's manifest: a file of `/v1/files`.
    #[schema(value_type = String)]
    pub manifest: FileHash,
    /// Hash of the tree's top node, as on-chain.
    #[schema(value_type = String)]
    pub tree_hash: FileHash,
}

/// A claimant's leaf and proof under the serving root.
#[utoipa::path(get, path = "/v1/claimants/{claimant}/proof", tag = "claimants",
    params(("claimant" = String, Path), ProofParams),
    responses(
        (status = 200, body = Answer<ProofAnswer>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such vault", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn proof(
    State(api): State<Api>,
    Path(claimant): Path<String>,
    Params(params): Params<ProofParams>,
) -> Result<Json<Answer<ProofAnswer>>, ReadError> {
    let claimant: Claimant = parse("claimant", &claimant)?;
    let vault: VaultId = parse("vault", &params.vault)?;
    let class = params.class.unwrap_or(Class::Earned);
    let known = known(&api.readers, &claimant, Some(&vault)).await?;
    let as_of_slot = known.as_of_slot;
    let Some(KnownVault { token, active, classes, .. }) = known.vaults.into_iter().next() else {
        return Err(ReadError::Unknown { what: "vault", id: vault.to_string(), as_of_slot });
    };
    let paid = Amount(classes[LeafClass::from(class) as usize].paid);
    let empty =
        |standing| ProofAnswer { token, claimant, class, standing, claimed: paid, due: Amount::default(), proof: None };
    let Some(root) = active else {
        return Ok(Json(Answer { as_of_slot, root_epoch: None, data: empty(Standing::NoRoot) }));
    };
    let (leaf_file, mut found) = root.leaves(&api, vec![(class.into(), claimant)]).await?;
    let answer = match found.pop().flatten() {
        None => empty(Standing::NoEntitlement),
        Some(leaf) => ProofAnswer {
            standing: Standing::Entitled,
            due: Amount(leaf.cumulative.checked_sub(paid.0).unwrap_or_default()),
            proof: Some(Proof {
                root_id: root.root_id,
                place: root.place,
                epoch: root.epoch,
                index: leaf.index,
                leaf_count: leaf.leaf_count,
                cumulative: Amount(leaf.cumulative),
                proof: STANDARD.encode(&leaf.proof),
                leaf_file,
                manifest: root.manifest,
                tree_hash: root.tree_hash,
            }),
            ..empty(Standing::Entitled)
        },
    };
    Ok(Json(Answer { as_of_slot, root_epoch: Some(root.epoch), data: answer }))
}
