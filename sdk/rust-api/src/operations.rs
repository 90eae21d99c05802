// Written by sdk/rust-api/generate from api/openapi.json: change those.
//! A method for each operation of the API, and what it may be asked.

use crate::client::Client;
use crate::error::ApiError;
use crate::pages::{self, Answer, Page, Turn};
use crate::types::*;
use futures::Stream;
use reqwest_tls::Method;

/// What [`Client::assets`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct AssetsQuery {
    /// Only of this kind.
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
    pub limit: Option<u32>,
}

impl AssetsQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.kind {
            pairs.push(("kind", value.as_str().to_owned()));
        }
        if let Some(value) = &self.owner {
            pairs.push(("owner", value.clone()));
        }
        if let Some(value) = &self.claimant {
            pairs.push(("claimant", value.clone()));
        }
        if let Some(value) = &self.name {
            pairs.push(("name", value.clone()));
        }
        if let Some(value) = &self.licence {
            pairs.push(("licence", value.clone()));
        }
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for AssetsQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::asset_usage`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct AssetUsageQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl AssetUsageQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for AssetUsageQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::changes`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct ChangesQuery {
    /// Only these kinds, separated by commas; all when left out.
    pub kinds: Option<String>,
    /// Only of this vault.
    pub vault: Option<String>,
    /// Leaves out what concerns only other claimants, payers and owners.
    pub claimant: Option<String>,
    /// How sure they have to be; `finalised` when left out.
    pub commitment: Option<Commitment>,
    /// The `cursor` of the change to go on after.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl ChangesQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.kinds {
            pairs.push(("kinds", value.clone()));
        }
        if let Some(value) = &self.vault {
            pairs.push(("vault", value.clone()));
        }
        if let Some(value) = &self.claimant {
            pairs.push(("claimant", value.clone()));
        }
        if let Some(value) = &self.commitment {
            pairs.push(("commitment", value.as_str().to_owned()));
        }
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for ChangesQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::earnings`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct EarningsQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl EarningsQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for EarningsQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::history`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct HistoryQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl HistoryQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for HistoryQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::proof`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct ProofQuery {
    /// What for; earned when left out.
    pub class: Option<Class>,
}

impl ProofQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.class {
            pairs.push(("class", value.as_str().to_owned()));
        }
        pairs
    }
}

/// What [`Client::receipts`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct ReceiptsQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl ReceiptsQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for ReceiptsQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::receipt_events`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct ReceiptEventsQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl ReceiptEventsQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for ReceiptEventsQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::collections`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct CollectionsQuery {
    /// Only this curator's.
    pub curator: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl CollectionsQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.curator {
            pairs.push(("curator", value.clone()));
        }
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for CollectionsQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::disputes`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct DisputesQuery {
    /// Only about this asset.
    pub asset: Option<String>,
    /// Only by this challenger.
    pub challenger: Option<String>,
    /// Only those that are open, or only those that ended.
    pub open: Option<bool>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl DisputesQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.asset {
            pairs.push(("asset", value.clone()));
        }
        if let Some(value) = &self.challenger {
            pairs.push(("challenger", value.clone()));
        }
        if let Some(value) = &self.open {
            pairs.push(("open", value.to_string()));
        }
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for DisputesQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::spending`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct SpendingQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl SpendingQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for SpendingQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::vaults`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct VaultsQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl VaultsQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for VaultsQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::claims`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct ClaimsQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl ClaimsQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for ClaimsQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::deposits`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct DepositsQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl DepositsQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for DepositsQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::epochs`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct EpochsQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl EpochsQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for EpochsQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::policies`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct PoliciesQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl PoliciesQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for PoliciesQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::roots`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct RootsQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl RootsQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for RootsQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// What [`Client::deliveries`] may be asked in addition.
#[derive(Clone, Debug, Default)]
pub struct DeliveriesQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    pub limit: Option<u32>,
}

impl DeliveriesQuery {
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.cursor {
            pairs.push(("cursor", value.clone()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        pairs
    }
}

impl Turn for DeliveriesQuery {
    fn turn(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

impl Client {
    /// Assets in the order of registration.
    ///
    /// `GET /v1/assets`
    pub async fn assets(&self, query: &AssetsQuery) -> Result<Page<Asset>, ApiError> {
        let call = self.call(Method::GET, &["v1", "assets"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::assets`] lists, page after page.
    pub fn all_assets<'a>(&'a self, query: AssetsQuery) -> impl Stream<Item = Result<Asset, ApiError>> + 'a {
        pages::follow(query, async move |query: &AssetsQuery| self.assets(query).await)
    }

    /// An asset with owners, parents and terms.
    ///
    /// `GET /v1/assets/{asset}`
    pub async fn asset(&self, asset: &str) -> Result<Answer<AssetDetail>, ApiError> {
        let call = self.call(Method::GET, &["v1", "assets", asset]);
        call.send().await
    }

    /// An asset with its ancestors and descendants, as far as a picture can show them.
    ///
    /// `GET /v1/assets/{asset}/graph`
    pub async fn graph(&self, asset: &str) -> Result<Answer<AssetGraph>, ApiError> {
        let call = self.call(Method::GET, &["v1", "assets", asset, "graph"]);
        call.send().await
    }

    /// What an asset earned, by epoch and policy, the newest epoch first. Epochs whose
    /// root was struck down are left out.
    ///
    /// `GET /v1/assets/{asset}/usage`
    pub async fn asset_usage(
        &self,
        asset: &str,
        vault: &str,
        query: &AssetUsageQuery,
    ) -> Result<Page<AssetUsage>, ApiError> {
        let call = self
            .call(Method::GET, &["v1", "assets", asset, "usage"])
            .with("vault", vault.to_owned())
            .with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::asset_usage`] lists, page after page.
    pub fn all_asset_usage<'a>(
        &'a self,
        asset: &'a str,
        vault: &'a str,
        query: AssetUsageQuery,
    ) -> impl Stream<Item = Result<AssetUsage, ApiError>> + 'a {
        pages::follow(query, async move |query: &AssetUsageQuery| self.asset_usage(asset, vault, query).await)
    }

    /// A message to sign in with: used once, within five minutes.
    ///
    /// `POST /v1/auth/challenge`
    pub async fn challenge(&self, body: &ChallengeRequest) -> Result<Challenge, ApiError> {
        let call = self.call(Method::POST, &["v1", "auth", "challenge"]).body(body)?;
        call.send().await
    }

    /// Signs in with a signed message.
    ///
    /// `POST /v1/auth/session`
    pub async fn session(&self, body: &SignInRequest) -> Result<Session, ApiError> {
        let call = self.call(Method::POST, &["v1", "auth", "session"]).body(body)?;
        call.send().await
    }

    /// Changes in the order they happened, from the beginning.
    ///
    /// Where `claimant` is given a page may be short, even empty, while `has_more`
    /// is true: 1,000 changes are looked at for a page.
    ///
    /// `GET /v1/changes`
    pub async fn changes(&self, query: &ChangesQuery) -> Result<Page<Change>, ApiError> {
        let call = self.call(Method::GET, &["v1", "changes"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::changes`] lists, page after page.
    pub fn all_changes<'a>(&'a self, query: ChangesQuery) -> impl Stream<Item = Result<Change, ApiError>> + 'a {
        pages::follow(query, async move |query: &ChangesQuery| self.changes(query).await)
    }

    /// What a claimant has in every vault.
    ///
    /// Never 404: that somebody is entitled to nothing is an answer.
    ///
    /// `GET /v1/claimants/{claimant}/balances`
    pub async fn balances(&self, claimant: &str) -> Result<Answer<Balances>, ApiError> {
        let call = self.call(Method::GET, &["v1", "claimants", claimant, "balances"]);
        call.send().await
    }

    /// What a claimant earned, by epoch and asset, the newest epoch first. Epochs
    /// whose root was struck down are left out.
    ///
    /// `GET /v1/claimants/{claimant}/earnings`
    pub async fn earnings(
        &self,
        claimant: &str,
        vault: &str,
        query: &EarningsQuery,
    ) -> Result<Page<Earning>, ApiError> {
        let call = self
            .call(Method::GET, &["v1", "claimants", claimant, "earnings"])
            .with("vault", vault.to_owned())
            .with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::earnings`] lists, page after page.
    pub fn all_earnings<'a>(
        &'a self,
        claimant: &'a str,
        vault: &'a str,
        query: EarningsQuery,
    ) -> impl Stream<Item = Result<Earning, ApiError>> + 'a {
        pages::follow(query, async move |query: &EarningsQuery| self.earnings(claimant, vault, query).await)
    }

    /// A claimant's payments and roots, newest first.
    ///
    /// `GET /v1/claimants/{claimant}/history`
    pub async fn history(&self, claimant: &str, query: &HistoryQuery) -> Result<Page<HistoryEntry>, ApiError> {
        let call = self.call(Method::GET, &["v1", "claimants", claimant, "history"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::history`] lists, page after page.
    pub fn all_history<'a>(
        &'a self,
        claimant: &'a str,
        query: HistoryQuery,
    ) -> impl Stream<Item = Result<HistoryEntry, ApiError>> + 'a {
        pages::follow(query, async move |query: &HistoryQuery| self.history(claimant, query).await)
    }

    /// A claimant's leaf and proof under the serving root.
    ///
    /// `GET /v1/claimants/{claimant}/proof`
    pub async fn proof(
        &self,
        claimant: &str,
        vault: &str,
        query: &ProofQuery,
    ) -> Result<Answer<ProofAnswer>, ApiError> {
        let call = self
            .call(Method::GET, &["v1", "claimants", claimant, "proof"])
            .with("vault", vault.to_owned())
            .with_all(query.pairs());
        call.send().await
    }

    /// A claimant's credit in an epoch by asset, agent and policy.
    ///
    /// Recomputed from the published files; its sum is what settlement booked. Empty
    /// when the claimant earned nothing in it, or the epoch is not computed yet.
    ///
    /// `GET /v1/claimants/{claimant}/receipts`
    pub async fn receipts(
        &self,
        claimant: &str,
        vault: &str,
        epoch: u64,
        query: &ReceiptsQuery,
    ) -> Result<Page<Receipt>, ApiError> {
        let call = self
            .call(Method::GET, &["v1", "claimants", claimant, "receipts"])
            .with("vault", vault.to_owned())
            .with("epoch", epoch.to_string())
            .with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::receipts`] lists, page after page.
    pub fn all_receipts<'a>(
        &'a self,
        claimant: &'a str,
        vault: &'a str,
        epoch: u64,
        query: ReceiptsQuery,
    ) -> impl Stream<Item = Result<Receipt, ApiError>> + 'a {
        pages::follow(query, async move |query: &ReceiptsQuery| self.receipts(claimant, vault, epoch, query).await)
    }

    /// The events behind a claimant's credit in an epoch, in their order.
    ///
    /// A page may be short, even empty, while `has_more` is true. What an ended dispute
    /// released is of no event and stands in the receipts alone.
    ///
    /// `GET /v1/claimants/{claimant}/receipts/events`
    pub async fn receipt_events(
        &self,
        claimant: &str,
        vault: &str,
        epoch: u64,
        query: &ReceiptEventsQuery,
    ) -> Result<Page<ReceiptEvent>, ApiError> {
        let call = self
            .call(Method::GET, &["v1", "claimants", claimant, "receipts", "events"])
            .with("vault", vault.to_owned())
            .with("epoch", epoch.to_string())
            .with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::receipt_events`] lists, page after page.
    pub fn all_receipt_events<'a>(
        &'a self,
        claimant: &'a str,
        vault: &'a str,
        epoch: u64,
        query: ReceiptEventsQuery,
    ) -> impl Stream<Item = Result<ReceiptEvent, ApiError>> + 'a {
        pages::follow(query, async move |query: &ReceiptEventsQuery| {
            self.receipt_events(claimant, vault, epoch, query).await
        })
    }

    /// A claimant's statement of a year, as CSV.
    ///
    /// For each epoch whose root opened in the year (UTC) and each class: what was
    /// carried in, credited by asset, agent and policy, released by disputes,
    /// published and carried out, to the sub-unit.
    ///
    /// `GET /v1/claimants/{claimant}/statements/{year}`
    pub async fn statement(&self, claimant: &str, year: i32, vault: &str) -> Result<String, ApiError> {
        let call = self
            .call(Method::GET, &["v1", "claimants", claimant, "statements", &year.to_string()])
            .with("vault", vault.to_owned());
        call.send_for_text().await
    }

    /// Collections by address.
    ///
    /// `GET /v1/collections`
    pub async fn collections(&self, query: &CollectionsQuery) -> Result<Page<Collection>, ApiError> {
        let call = self.call(Method::GET, &["v1", "collections"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::collections`] lists, page after page.
    pub fn all_collections<'a>(
        &'a self,
        query: CollectionsQuery,
    ) -> impl Stream<Item = Result<Collection, ApiError>> + 'a {
        pages::follow(query, async move |query: &CollectionsQuery| self.collections(query).await)
    }

    /// A collection with its members, those that stay first.
    ///
    /// `GET /v1/collections/{collection}`
    pub async fn collection(&self, collection: &str) -> Result<Answer<CollectionDetail>, ApiError> {
        let call = self.call(Method::GET, &["v1", "collections", collection]);
        call.send().await
    }

    /// Disputes, the newest first.
    ///
    /// `GET /v1/disputes`
    pub async fn disputes(&self, query: &DisputesQuery) -> Result<Page<Dispute>, ApiError> {
        let call = self.call(Method::GET, &["v1", "disputes"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::disputes`] lists, page after page.
    pub fn all_disputes<'a>(&'a self, query: DisputesQuery) -> impl Stream<Item = Result<Dispute, ApiError>> + 'a {
        pages::follow(query, async move |query: &DisputesQuery| self.disputes(query).await)
    }

    /// A usage event by its identity.
    ///
    /// `GET /v1/events/{gateway}/{generation}/{sequence}`
    pub async fn event(&self, gateway: &str, generation: u32, sequence: u64) -> Result<Answer<Event>, ApiError> {
        let call = self.call(Method::GET, &["v1", "events", gateway, &generation.to_string(), &sequence.to_string()]);
        call.send().await
    }

    /// Whether answers are of now: 200 when they are, 503 when not.
    ///
    /// `GET /v1/health`
    pub async fn health(&self) -> Result<Answer<Health>, ApiError> {
        let call = self.call(Method::GET, &["v1", "health"]);
        call.send().await
    }

    /// The account's keys, newest last.
    ///
    /// `GET /v1/keys`
    pub async fn keys(&self) -> Result<Keys, ApiError> {
        let call = self.call(Method::GET, &["v1", "keys"]);
        call.send().await
    }

    /// Makes a key. Its secret is shown once.
    ///
    /// `POST /v1/keys`
    pub async fn make_key(&self, body: &KeyRequest, idempotency_key: &str) -> Result<Key, ApiError> {
        let call = self.call(Method::POST, &["v1", "keys"]).body(body)?.idempotent(idempotency_key);
        call.send().await
    }

    /// Revokes a key. Doing it again does no harm.
    ///
    /// `DELETE /v1/keys/{id}`
    pub async fn remove_key(&self, id: &str) -> Result<(), ApiError> {
        let call = self.call(Method::DELETE, &["v1", "keys", id]);
        call.send_for_nothing().await
    }

    /// The cluster, programs, vaults and gateways.
    ///
    /// `GET /v1/network`
    pub async fn network(&self) -> Result<Answer<Network>, ApiError> {
        let call = self.call(Method::GET, &["v1", "network"]);
        call.send().await
    }

    /// A payer's deposits, credit and mandates.
    ///
    /// Unknown payers have empty lists.
    ///
    /// `GET /v1/payers/{payer}`
    pub async fn payer(&self, payer: &str) -> Result<Answer<Payer>, ApiError> {
        let call = self.call(Method::GET, &["v1", "payers", payer]);
        call.send().await
    }

    /// What a payer paid, by agent. Unknown payers have an empty list.
    ///
    /// `GET /v1/payers/{payer}/usage`
    pub async fn spending(&self, payer: &str, vault: &str, query: &SpendingQuery) -> Result<Page<Spending>, ApiError> {
        let call = self
            .call(Method::GET, &["v1", "payers", payer, "usage"])
            .with("vault", vault.to_owned())
            .with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::spending`] lists, page after page.
    pub fn all_spending<'a>(
        &'a self,
        payer: &'a str,
        vault: &'a str,
        query: SpendingQuery,
    ) -> impl Stream<Item = Result<Spending, ApiError>> + 'a {
        pages::follow(query, async move |query: &SpendingQuery| self.spending(payer, vault, query).await)
    }

    /// A root with its manifest and the files it names.
    ///
    /// `GET /v1/roots/{root_id}`
    pub async fn root(&self, root_id: &str) -> Result<Answer<RootDetail>, ApiError> {
        let call = self.call(Method::GET, &["v1", "roots", root_id]);
        call.send().await
    }

    /// The signed waterfall of a root: gross, fees, held, carried, the contributors'
    /// pool.
    ///
    /// `GET /v1/roots/{root_id}/waterfall`
    pub async fn waterfall(&self, root_id: &str) -> Result<Answer<Waterfall>, ApiError> {
        let call = self.call(Method::GET, &["v1", "roots", root_id, "waterfall"]);
        call.send().await
    }

    /// Looks for something by name, address or hash.
    ///
    /// `GET /v1/search`
    pub async fn search(&self, q: &str) -> Result<Answer<SearchResults>, ApiError> {
        let call = self.call(Method::GET, &["v1", "search"]).with("q", q.to_owned());
        call.send().await
    }

    /// The vaults.
    ///
    /// `GET /v1/vaults`
    pub async fn vaults(&self, query: &VaultsQuery) -> Result<Page<Vault>, ApiError> {
        let call = self.call(Method::GET, &["v1", "vaults"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::vaults`] lists, page after page.
    pub fn all_vaults<'a>(&'a self, query: VaultsQuery) -> impl Stream<Item = Result<Vault, ApiError>> + 'a {
        pages::follow(query, async move |query: &VaultsQuery| self.vaults(query).await)
    }

    /// A vault with what it holds and owes.
    ///
    /// `GET /v1/vaults/{vault}`
    pub async fn vault(&self, vault: &str) -> Result<Answer<VaultDetail>, ApiError> {
        let call = self.call(Method::GET, &["v1", "vaults", vault]);
        call.send().await
    }

    /// A vault's claims, newest first.
    ///
    /// `GET /v1/vaults/{vault}/claims`
    pub async fn claims(&self, vault: &str, query: &ClaimsQuery) -> Result<Page<Claim>, ApiError> {
        let call = self.call(Method::GET, &["v1", "vaults", vault, "claims"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::claims`] lists, page after page.
    pub fn all_claims<'a>(
        &'a self,
        vault: &'a str,
        query: ClaimsQuery,
    ) -> impl Stream<Item = Result<Claim, ApiError>> + 'a {
        pages::follow(query, async move |query: &ClaimsQuery| self.claims(vault, query).await)
    }

    /// A vault's deposits, newest first.
    ///
    /// `GET /v1/vaults/{vault}/deposits`
    pub async fn deposits(&self, vault: &str, query: &DepositsQuery) -> Result<Page<Deposit>, ApiError> {
        let call = self.call(Method::GET, &["v1", "vaults", vault, "deposits"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::deposits`] lists, page after page.
    pub fn all_deposits<'a>(
        &'a self,
        vault: &'a str,
        query: DepositsQuery,
    ) -> impl Stream<Item = Result<Deposit, ApiError>> + 'a {
        pages::follow(query, async move |query: &DepositsQuery| self.deposits(vault, query).await)
    }

    /// A vault's epochs, newest attempt first.
    ///
    /// `GET /v1/vaults/{vault}/epochs`
    pub async fn epochs(&self, vault: &str, query: &EpochsQuery) -> Result<Page<Epoch>, ApiError> {
        let call = self.call(Method::GET, &["v1", "vaults", vault, "epochs"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::epochs`] lists, page after page.
    pub fn all_epochs<'a>(
        &'a self,
        vault: &'a str,
        query: EpochsQuery,
    ) -> impl Stream<Item = Result<Epoch, ApiError>> + 'a {
        pages::follow(query, async move |query: &EpochsQuery| self.epochs(vault, query).await)
    }

    /// A vault's policy sets, the newest first; one that waits for its timelock before
    /// all others.
    ///
    /// `GET /v1/vaults/{vault}/policies`
    pub async fn policies(&self, vault: &str, query: &PoliciesQuery) -> Result<Page<PolicyTerm>, ApiError> {
        let call = self.call(Method::GET, &["v1", "vaults", vault, "policies"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::policies`] lists, page after page.
    pub fn all_policies<'a>(
        &'a self,
        vault: &'a str,
        query: PoliciesQuery,
    ) -> impl Stream<Item = Result<PolicyTerm, ApiError>> + 'a {
        pages::follow(query, async move |query: &PoliciesQuery| self.policies(vault, query).await)
    }

    /// A vault's roots, newest first, vetoed ones too.
    ///
    /// `GET /v1/vaults/{vault}/roots`
    pub async fn roots(&self, vault: &str, query: &RootsQuery) -> Result<Page<Root>, ApiError> {
        let call = self.call(Method::GET, &["v1", "vaults", vault, "roots"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::roots`] lists, page after page.
    pub fn all_roots<'a>(
        &'a self,
        vault: &'a str,
        query: RootsQuery,
    ) -> impl Stream<Item = Result<Root, ApiError>> + 'a {
        pages::follow(query, async move |query: &RootsQuery| self.roots(vault, query).await)
    }

    /// The account's webhooks.
    ///
    /// `GET /v1/webhooks`
    pub async fn webhooks(&self) -> Result<Webhooks, ApiError> {
        let call = self.call(Method::GET, &["v1", "webhooks"]);
        call.send().await
    }

    /// Makes a webhook. It is told what becomes final from now on.
    ///
    /// `POST /v1/webhooks`
    pub async fn make_webhook(&self, body: &WebhookRequest, idempotency_key: &str) -> Result<Webhook, ApiError> {
        let call = self.call(Method::POST, &["v1", "webhooks"]).body(body)?.idempotent(idempotency_key);
        call.send().await
    }

    /// Removes a webhook with its deliveries. Doing it again does no harm.
    ///
    /// `DELETE /v1/webhooks/{id}`
    pub async fn remove_webhook(&self, id: &str) -> Result<(), ApiError> {
        let call = self.call(Method::DELETE, &["v1", "webhooks", id]);
        call.send_for_nothing().await
    }

    /// What was sent to a webhook and how it was taken, newest first.
    ///
    /// `GET /v1/webhooks/{id}/deliveries`
    pub async fn deliveries(&self, id: &str, query: &DeliveriesQuery) -> Result<Page<Delivery>, ApiError> {
        let call = self.call(Method::GET, &["v1", "webhooks", id, "deliveries"]).with_all(query.pairs());
        call.send().await
    }

    /// Everything that [`Client::deliveries`] lists, page after page.
    pub fn all_deliveries<'a>(
        &'a self,
        id: &'a str,
        query: DeliveriesQuery,
    ) -> impl Stream<Item = Result<Delivery, ApiError>> + 'a {
        pages::follow(query, async move |query: &DeliveriesQuery| self.deliveries(id, query).await)
    }

    /// Sends a test, through the same door as everything else.
    ///
    /// `POST /v1/webhooks/{id}/test`
    pub async fn test_webhook(&self, id: &str, idempotency_key: &str) -> Result<TestDelivery, ApiError> {
        let call = self.call(Method::POST, &["v1", "webhooks", id, "test"]).idempotent(idempotency_key);
        call.send().await
    }
}
