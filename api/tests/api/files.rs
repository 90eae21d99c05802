//! Published files by hash.

use crate::world::{Served, config, keep};
use reqwest::{Method, StatusCode};

const TEXT: &[u8] = b"0123456789abcdef";

async fn with_text() -> (Served, tempfile::TempDir, String) {
    let store = tempfile::tempdir().unwrap();
    let hash = keep(store.path(), TEXT);
    let api = Served::start(config("postgres://nobody@127.0.0.1:1/none", store.path())).await;
    (api, store, format!("/v1/files/{hash}"))
}

#[tokio::test]
async fn a_file_comes_whole_or_in_ranges_and_may_be_kept_for_ever() {
    let (api, _store, path) = with_text().await;
    let whole = api.get(&path).await;
    assert_eq!(whole.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(whole.headers()["accept-ranges"], "bytes");
    let tag = whole.headers()["etag"].clone();
    assert_eq!(whole.bytes().await.unwrap(), TEXT);
    let part = api.request(Method::GET, &path).header("range", "bytes=4-7").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], "bytes 4-7/16");
    assert_eq!(part.bytes().await.unwrap(), &TEXT[4..8]);
    let known = api.request(Method::GET, &path).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    let head = api.request(Method::HEAD, &path).send().await.unwrap();
    assert_eq!((head.status(), &head.headers()["content-length"]), (StatusCode::OK, &"16".parse().unwrap()));
}

#[tokio::test]
async fn a_range_past_the_end_is_refused() {
    let (api, _store, path) = with_text().await;
    let response = api.request(Method::GET, &path).header("range", "bytes=16-").send().await.unwrap();
    assert_eq!(response.headers()["content-range"], "bytes */16");
    assert_eq!(crate::world::problem_of(response, 416).await["code"], "range_not_satisfiable");
}

#[tokio::test]
async fn a_file_that_is_missing_or_damaged_is_not_served() {
    let (api, store, path) = with_text().await;
    assert_eq!(api.problem(&format!("/v1/files/{}", "1".repeat(64)), 404).await["code"], "not_found");
    assert_eq!(api.get(&path).await.status(), 200);
    let hash = path.rsplit('/').next().unwrap();
    // Another length, so that no coarse clock can hide the change.
    std::fs::write(store.path().join(&hash[..2]).join(hash), b"forged").unwrap();
    assert_eq!(api.problem(&path, 500).await["code"], "file_damaged");
}
