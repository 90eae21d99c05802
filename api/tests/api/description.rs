//! The description: committed, true to the code, and readable without a network.

use crate::world::{Served, config};
use std::path::Path;

#[test]
fn the_committed_openapi_document_is_what_the_code_describes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let described = tributary_api::openapi_json().unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &described).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == described, "api/openapi.json has drifted; run the test again with UPDATE=1 and commit it");
}

#[test]
fn every_path_is_described_with_its_answers_and_problems() {
    let document: serde_json::Value = serde_json::from_str(&tributary_api::openapi_json().unwrap()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{method} {path}");
            assert!(!operation["tags"].as_array().unwrap().is_empty(), "{method} {path}");
            let problems = operation["responses"].as_object().unwrap().values();
            let is_problem =
                |response: &&serde_json::Value| response["content"].get("application/problem+json").is_some();
            assert!(problems.filter(is_problem).count() >= 1, "{method} {path} says nothing of its problems");
        }
    }
}

#[tokio::test]
async fn the_reference_page_needs_no_other_server() {
    let store = tempfile::tempdir().unwrap();
    let api = Served::start(config("postgres://nobody@127.0.0.1:1/none", store.path())).await;
    let page = api.get("/reference").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
    assert!(!policy.contains("http"), "{policy}");
    let html = page.text().await.unwrap();
    assert!(html.contains("/v1/claimants/{claimant}/balances"));
    let sources: Vec<&str> = html.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(sources, ["/reference/scalar.js"]);
    assert_eq!(html.matches("</script").count(), 2, "nothing in the document ends its element");
    let script = api.get("/reference/scalar.js").await;
    assert!(script.headers()["content-type"].to_str().unwrap().contains("javascript"));
    assert!(script.bytes().await.unwrap().len() > 1_000_000);
    let described = api.get("/openapi.json").await.text().await.unwrap();
    assert_eq!(described, tributary_api::openapi_json().unwrap());
}
