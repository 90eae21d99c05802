//! Bounds, and what surrounds every answer.

use crate::world::{Served, config, problem_of};
use reqwest::Method;

/// An API without a database: none of this needs one.
async fn bare(change: impl FnOnce(&mut tributary_api::Config)) -> (Served, tempfile::TempDir) {
    let store = tempfile::tempdir().unwrap();
    let mut config = config("postgres://nobody@127.0.0.1:1/none", store.path());
    change(&mut config);
    (Served::start(config).await, store)
}

fn number(response: &reqwest::Response, name: &str) -> u64 {
    response.headers()[name].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let (api, _store) = bare(|config| (config.limits.burst, config.limits.per_second) = (3, 1)).await;
    let path = format!("/v1/files/{}", "0".repeat(64));
    for left in [2, 1, 0] {
        let response = api.get(&path).await;
        assert_eq!(response.status(), 404);
        assert_eq!(response.headers()["ratelimit-policy"], "\"address\";q=3;w=3");
        assert_eq!(response.headers()["ratelimit"], format!("\"address\";r={left};t=3"));
    }
    let response = api.get(&path).await;
    let wait = number(&response, "retry-after");
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(response.headers()["ratelimit"], format!("\"address\";r=0;t={wait}"));
    let problem = problem_of(response, 429).await;
    assert_eq!(problem["code"], "too_many_requests");
    assert_eq!(api.get("/openapi.json").await.status(), 200, "the description is not limited");
    tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
    assert_eq!(api.get(&path).await.status(), 404);
}

#[tokio::test]
async fn writing_long_urls_and_bodies_are_refused() {
    let (api, _store) = bare(|_| {}).await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let response = api.request(method, "/v1/network").send().await.unwrap();
        assert_eq!(problem_of(response, 405).await["code"], "method_not_allowed");
    }
    assert_eq!(api.problem(&format!("/v1/assets?cursor={}", "a".repeat(3_000)), 414).await["code"], "url_too_long");
    let response = api.request(Method::GET, "/v1/network").body(vec![0; 100_000]).send().await.unwrap();
    assert_eq!(problem_of(response, 413).await["code"], "body_too_large");
}

#[tokio::test]
async fn browsers_of_allowed_origins_may_read() {
    let ask = async |api: &Served| {
        let request = api.request(Method::GET, "/openapi.json").header("origin", "https://app.example");
        request
            .send()
            .await
            .unwrap()
            .headers()
            .get("access-control-allow-origin")
            .map(|value| value.to_str().unwrap().to_owned())
    };
    let (open, _store) = bare(|_| {}).await;
    assert_eq!(ask(&open).await.as_deref(), Some("*"));
    let (same, _store) = bare(|config| config.cors_origins = vec!["https://app.example".into()]).await;
    assert_eq!(ask(&same).await.as_deref(), Some("https://app.example"));
    let (other, _store) = bare(|config| config.cors_origins = vec!["https://other.example".into()]).await;
    assert_eq!(ask(&other).await, None);
}

#[tokio::test]
async fn answers_carry_an_id_and_keep_to_their_type() {
    let (api, _store) = bare(|_| {}).await;
    let response = api.request(Method::GET, "/openapi.json").header("x-request-id", "mine").send().await.unwrap();
    assert_eq!(response.headers()["x-request-id"], "mine");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let [one, two] = [api.get("/llms.txt").await, api.get("/llms.txt").await];
    assert_ne!(one.headers()["x-request-id"], two.headers()["x-request-id"]);
    let packed = api.request(Method::GET, "/openapi.json").header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
}

#[tokio::test]
async fn the_page_is_served_at_every_path_but_the_apis() {
    let page = tempfile::tempdir().unwrap();
    std::fs::write(page.path().join("index.html"), "<title>Claim</title>").unwrap();
    std::fs::write(page.path().join("app.js"), "let water;").unwrap();
    let folder = page.path().to_owned();
    let (api, _store) = bare(|config| config.page_dir = Some(folder)).await;
    for path in ["/", "/claim/somebody"] {
        let response = api.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.text().await.unwrap(), "<title>Claim</title>");
    }
    let script = api.get("/app.js").await;
    assert!(script.headers()["content-type"].to_str().unwrap().contains("javascript"));
    assert_eq!(script.text().await.unwrap(), "let water;");
    api.problem("/v1/nonsense", 404).await;
    let outside = api.get("/..%2f..%2fetc/passwd").await;
    assert!(!outside.text().await.unwrap().contains("root:"));
}

#[tokio::test]
async fn stopping_waits_for_no_one_and_leaves_the_port() {
    let (api, _store) = bare(|_| {}).await;
    let address = api.address;
    api.stop().await.unwrap();
    tokio::net::TcpListener::bind(address).await.unwrap();
}
