//! The API's description: OpenAPI 3.1 made from the handlers, its rendered
//! reference, and a page for language models.

use crate::error::ApiError;
use crate::routes;
use crate::server::Api;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use utoipa::OpenApi;
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_scalar::Scalar;

/// What no handler can say.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tributary API",
        description = "Who made what, what it earned and how to claim it. Reads only; no key needed.\n\n\
            Every answer is one consistent snapshot and says as of which slot. Amounts are decimal strings of base \
            units beside their mint and decimals. Lists are read with opaque cursors. Errors are \
            `application/problem+json` with a `code`, a `request_id` and whether a retry can help. \
            Addresses are base58, hashes hexadecimal.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "network", description = "Where everything is, and how well it is"),
        (name = "assets", description = "Datasets, models and agents"),
        (name = "vaults", description = "Where the money lies"),
        (name = "roots", description = "What was settled, and what it was computed from"),
        (name = "payers", description = "Deposits, credit and mandates"),
        (name = "claimants", description = "What someone earned, why, and how to claim it"),
        (name = "files", description = "Everything that was published, by its hash")
    )
)]
struct Description;

/// For language models: what there is, in a screenful.
const LLMS: &str = include_str!("llms.txt");
/// Around Scalar: no inline script, nothing from elsewhere.
const REFERENCE: &str = include_str!("reference.html");
/// What the reference page may load: only this server's own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The described paths and their description.
pub fn described() -> (Router<Api>, utoipa::openapi::OpenApi) {
    let (router, mut document) =
        OpenApiRouter::with_openapi(Description::openapi()).merge(routes::all()).split_for_parts();
    let schemas = document.components.as_mut().map(|components| &mut components.schemas);
    schemas.into_iter().flat_map(|schemas| schemas.values_mut()).for_each(promise_every_member);
    (router, document)
}

/// Answers always have all their members, null where there is nothing: a reader
/// need not ask whether one is there.
fn promise_every_member(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => object.required = object.properties.keys().cloned().collect(),
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter_mut().for_each(promise_every_member),
        _ => {}
    }
}

/// The description as it is committed in `api/openapi.json`.
pub fn openapi_json() -> Result<String, ApiError> {
    described().1.to_pretty_json().map(|json| json + "\n").map_err(ApiError::Document)
}

/// The paths that describe the others.
pub fn router<S: Clone + Send + Sync + 'static>() -> Result<Router<S>, ApiError> {
    let json = openapi_json()?;
    let spec = serde_json::from_str::<serde_json::Value>(&json).map_err(ApiError::Document)?;
    let page = Scalar::new(spec).title("Tributary API").custom_html(REFERENCE).to_html();
    Ok(Router::new()
        .route("/openapi.json", get(async move || ([(CONTENT_TYPE, "application/json")], json)))
        .route("/reference", get(async move || ([(CONTENT_SECURITY_POLICY, POLICY)], Html(page))))
        .route("/reference/scalar.js", get(script))
        .route("/llms.txt", get(async || ([(CONTENT_TYPE, "text/plain; charset=utf-8")], LLMS))))
}

/// Scalar itself, out of the crate: the page works without any other network.
async fn script() -> Response {
    match scalar_api_reference::get_asset_with_mime("scalar.js") {
        Some((mime, bytes)) => {
            ([(CONTENT_TYPE, mime), (CACHE_CONTROL, "public, max-age=86400".to_owned())], bytes).into_response()
        }
        None => axum::http::StatusCode::NOT_FOUND.into_response(),
    }
}
