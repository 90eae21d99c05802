//! Datasets, models and agents, as the registry has them.

use super::metadata;
use super::search::asked;
use super::terms::{self, Announced, OpenDispute, PendingUses, Terms};
use crate::answer::{Answer, Page};
use crate::commitment::Commitment;
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{Params, parse, parse_or_none};
use crate::rows::{Columns, id_of};
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgRow;
use tributary_core::content::uses;
use tributary_core::id::{AssetId, Claimant, ContentId, FileHash};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "assets";

/// What an asset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssetKind {
    /// Texts that models are made of.
    Dataset,
    /// Something that answers.
    Model,
    /// Something that runs models for callers.
    Agent,
}

impl AssetKind {
    const fn code(self) -> i16 {
        match self {
            Self::Dataset => 1,
            Self::Model => 2,
            Self::Agent => 3,
        }
    }

    /// The kind that the database writes so.
    pub fn of(code: i16) -> Result<Self, ReadError> {
        [Self::Dataset, Self::Model, Self::Agent]
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or(ReadError::Row("kind"))
    }
}

/// What the owner permits.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Uses {
    /// Models may be built from it.
    pub train: bool,
    /// Answers may be grounded in it.
    pub ground: bool,
    /// Parts of it may be shown.
    pub display: bool,
}

impl Uses {
    /// Of the bits in a record.
    fn of(permitted: u8) -> Self {
        Self {
            train: permitted & uses::TRAIN != 0,
            ground: permitted & uses::GROUND != 0,
            display: permitted & uses::DISPLAY != 0,
        }
    }
}

/// Where an asset stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssetStatus {
    /// It can be used, and earns.
    Active,
    /// Somebody says that it is not its owner's; what it earns is held.
    Disputed,
    /// Nothing new may be made from it.
    Retired,
}

impl AssetStatus {
    fn of(text: &str) -> Result<Self, ReadError> {
        match text {
            "active" => Ok(Self::Active),
            "disputed" => Ok(Self::Disputed),
            "retired" => Ok(Self::Retired),
            _ => Err(ReadError::Row("status")),
        }
    }
}

/// An asset.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Asset {
    /// Its record's address.
    #[schema(value_type = String)]
    pub asset: AssetId,
    /// What it is.
    pub kind: AssetKind,
    /// What its metadata calls it; null when the metadata is not in this API's store.
    pub name: Option<String>,
    /// Who may change the record. Income goes to the co-owners.
    #[schema(value_type = String)]
    pub owner: Claimant,
    /// The licence, as an SPDX expression.
    pub licence: String,
    /// What the owner permits now.
    pub uses: Uses,
    /// Where it stands.
    pub status: AssetStatus,
    /// Its place in the order of registration, as a decimal string: it exceeds
    /// what a double holds.
    pub asset_sequence: String,
    /// Its registration counts from this slot on.
    pub effective_slot: u64,
    /// How sure the newest change of its record is.
    pub commitment: Commitment,
}

/// A share of an asset's own income.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CoOwner {
    /// Whose.
    #[schema(value_type = String)]
    pub claimant: Claimant,
    /// In ten-thousandths.
    pub share_bps: u16,
}

/// An older asset that this one was made from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Parent {
    /// Which.
    #[schema(value_type = String)]
    pub asset: AssetId,
    /// What its metadata calls it.
    pub name: Option<String>,
    /// Its share of what this asset receives, in ten-thousandths.
    pub royalty_bps: u16,
}

/// How a model's income is shared between the policies, in ten-thousandths.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Mix {
    /// P0: the agent's own terms.
    pub declared: u16,
    /// P1: the model this payment used.
    pub used: u16,
    /// P2: similar examples.
    pub similar: u16,
    /// P3: verbatim spans.
    pub verbatim: u16,
    /// P4: reported by the model.
    pub reported: u16,
}

/// An asset with its terms.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssetDetail {
    /// The asset.
    #[serde(flatten)]
    pub asset: Asset,
    /// Made of kind, length and hash of the content.
    #[schema(value_type = String)]
    pub content_id: ContentId,
    /// SHA-256 of the content: a file of `/v1/files`, when it is in this API's store.
    #[schema(value_type = String)]
    pub content_hash: FileHash,
    /// Bytes of content.
    pub content_length: u64,
    /// SHA-256 of the metadata.
    #[schema(value_type = String)]
    pub metadata_hash: FileHash,
    /// Who shares its income now; of an asset that does not count yet, who will first.
    pub co_owners: Vec<CoOwner>,
    /// Announced terms that do not count yet, in their order.
    pub pending_terms: Vec<Terms>,
    /// Announced uses that are not permitted yet.
    pub pending_uses: Option<PendingUses>,
    /// The dispute that holds its income back; null when there is none.
    pub dispute: Option<OpenDispute>,
    /// What it was made from.
    pub parents: Vec<Parent>,
    /// How many assets were made from it.
    pub children: u64,
    /// How a model shares its income now; null when it leaves that to the policy set.
    pub mix: Option<Mix>,
    /// What flows to ancestors altogether at most, in ten-thousandths.
    pub stack_bps: u16,
    /// The metadata as registered; null when it is not in this API's store.
    pub metadata: Option<Value>,
}

/// Which assets.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssetParams {
    /// Only of this kind.
    #[param(inline)]
    pub kind: Option<AssetKind>,
    /// Only with this owner.
    pub owner: Option<String>,
    /// Only those whose income this key shares, by terms in force or announced.
    pub claimant: Option<String>,
    /// Only those whose name has words that begin with these.
    pub name: Option<String>,
    /// Only under this licence, or an expression that names it.
    pub licence: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// Assets in the order of registration.
#[utoipa::path(get, path = "/v1/assets", tag = "assets", params(AssetParams), responses(
    (status = 200, body = Page<Asset>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
))]
pub async fn assets(
    State(api): State<Api>,
    Params(params): Params<AssetParams>,
) -> Result<Json<Page<Asset>>, ReadError> {
    let owner: Option<Claimant> = parse_or_none("owner", params.owner.as_deref())?;
    let claimant: Option<Claimant> = parse_or_none("claimant", params.claimant.as_deref())?;
    let name = params.name.as_deref().map(|name| asked("name", name)).transpose()?;
    let page = PageRequest::<i64>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let rows = sqlx::query(
        "SELECT asset, kind, owner, licence, uses, status, asset_sequence, effective_slot, metadata_hash, commitment
         FROM chain.assets_v1 a
         WHERE ($1::smallint IS NULL OR kind = $1) AND ($2::bytea IS NULL OR owner = $2)
           AND ($3::bytea IS NULL OR asset IN (SELECT chain.assets_shared_v1($3)))
           AND ($4::bigint IS NULL OR asset_sequence > $4)
           AND ($6::text IS NULL OR a.metadata_hash IN
                (SELECT n.metadata_hash FROM access.names n WHERE n.words @@ $6::text::tsquery))
           AND ($7::text IS NULL OR lower(licence) = lower($7)
                OR lower($7) = ANY (string_to_array(translate(lower(licence), '()', '  '), ' ')))
         ORDER BY asset_sequence LIMIT $5",
    )
    .bind(params.kind.map(AssetKind::code))
    .bind(owner.map(|key| key.0.to_vec()))
    .bind(claimant.map(|key| key.0.to_vec()))
    .bind(page.after)
    .bind(page.rows())
    .bind(name)
    .bind(params.licence)
    .fetch_all(snapshot.connection())
    .await?;
    let mut list = Vec::with_capacity(rows.len());
    for row in &rows {
        let name = metadata::name(&api, row.id("metadata_hash")?).await?;
        list.push((row.try_get::<i64, _>("asset_sequence")?, asset_of(row, name)?));
    }
    let page = page.page(&snapshot, None, LIST, list, |(sequence, _)| *sequence);
    let Page { as_of_slot, root_epoch, data, has_more, next_cursor } = page;
    let data = data.into_iter().map(|(_, asset)| asset).collect();
    Ok(Json(Page { as_of_slot, root_epoch, data, has_more, next_cursor }))
}

fn asset_of(row: &PgRow, name: Option<String>) -> Result<Asset, ReadError> {
    Ok(Asset {
        asset: row.id("asset")?,
        kind: AssetKind::of(row.try_get("kind")?)?,
        name,
        owner: row.id("owner")?,
        licence: row.text("licence")?,
        uses: Uses::of(row.small("uses")?),
        status: AssetStatus::of(&row.text("status")?)?,
        asset_sequence: row.count("asset_sequence")?.to_string(),
        effective_slot: row.count("effective_slot")?,
        commitment: terms::commitment_of(row)?,
    })
}

/// An asset with everything beside it, in one statement: a snapshot in itself,
/// and one way to the server and back. `$1` is the asset. It does not say what is
/// announced or disputed, only whether anything is (`in_motion`), as it seldom is.
pub const ASSET: &str = "SELECT s.confirmed_slot, a.*, te.claimants, te.shares_bps, te.mix_bps, te.announced_slot,
        te.commitment AS terms_commitment, te.terms_slot, pa.parents, pa.royalties, pa.hashes,
        (SELECT count(*) FROM chain.parents p WHERE p.parent = a.asset) AS children,
        te.claimants IS NULL OR te.pending OR a.disputed_slot IS NOT NULL AS in_motion
    FROM chain.status s
    LEFT JOIN chain.assets_v1 a ON a.asset = $1
    LEFT JOIN LATERAL (
        SELECT max(t.claimants) FILTER (WHERE t.state = 'in_force') AS claimants,
               max(t.shares_bps) FILTER (WHERE t.state = 'in_force') AS shares_bps,
               max(t.mix_bps) FILTER (WHERE t.state = 'in_force') AS mix_bps,
               max(t.announced_slot) FILTER (WHERE t.state = 'in_force') AS announced_slot,
               max(t.effective_slot) FILTER (WHERE t.state = 'in_force') AS terms_slot,
               max(t.commitment) FILTER (WHERE t.state = 'in_force') AS commitment,
               bool_or(t.state = 'pending') AS pending
        FROM chain.terms_v1 t WHERE t.asset = a.asset) te ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(p.parent::bytea ORDER BY p.place) AS parents,
               array_agg(p.royalty_bps::int4 ORDER BY p.place) AS royalties,
               array_agg(o.metadata_hash::bytea ORDER BY p.place) AS hashes
        FROM chain.parents p LEFT JOIN chain.assets o ON o.asset = p.parent WHERE p.asset = a.asset) pa ON true";

/// An asset with owners, parents and terms.
#[utoipa::path(get, path = "/v1/assets/{asset}", tag = "assets", params(("asset" = String, Path)), responses(
    (status = 200, body = Answer<AssetDetail>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn asset(State(api): State<Api>, Path(asset): Path<String>) -> Result<Json<Answer<AssetDetail>>, ReadError> {
    let id: AssetId = parse("asset", &asset)?;
    let statement = || sqlx::query(ASSET).bind(id.0.as_slice());
    let row = api.readers.row(statement).await?.ok_or(ReadError::NotIndexed)?;
    let as_of_slot = row.count("confirmed_slot")?;
    if row.id_or_null::<AssetId>("asset")?.is_none() {
        return Err(ReadError::Unknown { what: "asset", id: asset, as_of_slot });
    }
    if !row.try_get::<bool, _>("in_motion")? {
        let announced = Announced { now: terms::in_force(&row)?, pending: Vec::new() };
        return Ok(Json(Answer { as_of_slot, root_epoch: None, data: detail(&api, &row, announced, None).await? }));
    }
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let row = statement().fetch_one(snapshot.connection()).await?;
    let announced = terms::announced(&mut snapshot, &id).await?;
    let dispute = terms::open_dispute(&mut snapshot, &id).await?;
    let data = detail(&api, &row, announced, dispute).await?;
    Ok(Json(snapshot.answer(None, data)))
}

async fn detail(
    api: &Api,
    row: &PgRow,
    announced: Announced,
    dispute: Option<OpenDispute>,
) -> Result<AssetDetail, ReadError> {
    let metadata_hash = row.id("metadata_hash")?;
    let document = metadata::document(api, metadata_hash).await?;
    let mut parents = Vec::new();
    let names: Vec<Option<Vec<u8>>> = row.try_get::<Option<_>, _>("hashes")?.unwrap_or_default();
    for ((parent, royalty_bps), hash) in row.ids("parents")?.into_iter().zip(row.shares("royalties")?).zip(names) {
        let hash = hash.map(|bytes| id_of(bytes, "hashes")).transpose()?;
        let name = match hash {
            Some(hash) => metadata::name(api, hash).await?,
            None => None,
        };
        parents.push(Parent { asset: parent, name, royalty_bps });
    }
    Ok(AssetDetail {
        asset: asset_of(row, document.as_ref().and_then(metadata::name_in))?,
        content_id: row.id("content_id")?,
        content_hash: row.id("content_hash")?,
        content_length: row.count("content_length")?,
        metadata_hash,
        mix: announced.now.as_ref().and_then(|terms| terms.mix),
        co_owners: announced.now.map_or_else(Vec::new, |terms| terms.co_owners),
        pending_terms: announced.pending,
        pending_uses: pending_uses(row)?,
        dispute,
        parents,
        children: row.count("children")?,
        stack_bps: row.small("stack_bps")?,
        metadata: document,
    })
}

fn pending_uses(row: &PgRow) -> Result<Option<PendingUses>, ReadError> {
    let Some(effective_slot) = row.count_or_null("next_uses_slot")? else { return Ok(None) };
    Ok(Some(PendingUses { uses: Uses::of(row.small("next_uses")?), effective_slot }))
}

/// All zeros stand for the policy set's default.
pub(super) fn mix_of(bps: Vec<i32>) -> Result<Option<Mix>, ReadError> {
    let shares: Vec<u16> = bps
        .into_iter()
        .map(|share| u16::try_from(share).map_err(|_| ReadError::Row("mix_bps")))
        .collect::<Result<_, _>>()?;
    match shares[..] {
        [0, 0, 0, 0, 0] => Ok(None),
        [declared, used, similar, verbatim, reported] => Ok(Some(Mix { declared, used, similar, verbatim, reported })),
        _ => Err(ReadError::Row("mix_bps")),
    }
}
