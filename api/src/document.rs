//! The API's description: OpenAPI 3.1 made from the handlers, its rendered
//! reference, and a page for language models.

use crate::error::ApiError;
use crate::server::Api;
use crate::{fresh, routes};
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, ObjectBuilder, Ref, RefOr, Required, ResponseBuilder, Schema, Type};
use utoipa_axum::router::OpenApiRouter;
use utoipa_scalar::Scalar;

/// What no handler can say.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tributary API",
        description = "Who made what, what it earned and how to claim it. Reads need no key.\n\n\
            Every answer is one consistent snapshot and says as of which slot. Amounts are decimal strings of base \
            units beside their mint and decimals. Lists are read with opaque cursors. Errors are \
            `application/problem+json` with a `code`, a `request_id` and whether a retry can help. \
            Addresses are base58, hashes hexadecimal. Every read takes `min_slot` and answers only once that slot is \
            indexed, and `If-None-Match`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "network", description = "Where everything is, and how well it is"),
        (name = "assets", description = "Datasets, models and agents"),
        (name = "vaults", description = "Where the money lies"),
        (name = "roots", description = "What was settled, and what it was computed from"),
        (name = "payers", description = "Deposits, credit and mandates"),
        (name = "claimants", description = "What someone earned, why, and how to claim it"),
        (name = "changes", description = "What happened, as a list and as a stream"),
        (name = "access", description = "Signing in, keys and webhooks"),
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
    for (name, schema) in schemas.into_iter().flatten() {
        // What callers send may leave members out; what they get has all of them.
        if !name.ends_with("Request") {
            promise_every_member(schema);
        }
    }
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    document.components.get_or_insert_default().add_security_scheme("token", bearer);
    for item in document.paths.paths.values_mut() {
        item.get.iter_mut().for_each(take_min_slot);
        [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten().for_each(may_refuse);
    }
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

/// What the middleware around every read takes and may answer.
fn take_min_slot(operation: &mut Operation) {
    let slot = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).build();
    let parameter = ParameterBuilder::new()
        .name(fresh::PARAMETER)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some("Answer only once this slot is indexed; after a few seconds, 503 `not_yet`"))
        .schema(Some(slot))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
    let unmodified = ResponseBuilder::new().description("What `If-None-Match` names is still so").build();
    operation.responses.responses.entry("304".into()).or_insert(unmodified.into());
}

/// What the middleware around everything may answer.
fn may_refuse(operation: &mut Operation) {
    let problem = |text: &str| {
        let schema = Ref::from_schema_name("Problem");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        ResponseBuilder::new().description(text).content("application/problem+json", content).build()
    };
    for (status, text) in [
        ("400", "A part of the request is malformed"),
        ("401", "The token is unknown, expired or revoked"),
        ("413", "The body is too long"),
        ("414", "The URL is too long"),
        ("429", "Too many requests: wait as long as `retry-after` says"),
        ("503", "Not now: try again"),
        ("504", "The answer took too long"),
    ] {
        operation.responses.responses.entry(status.into()).or_insert(problem(text).into());
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
