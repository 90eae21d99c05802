//! The Rust client against a running API: every operation, and nothing lost of what
//! it answers.

use crate::access::somebody;
use crate::answers::example;
use crate::changes;
use crate::world::history::{asset, claimant, gateway, payer, vault};
use crate::world::{Served, World, config};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use futures::{StreamExt, TryStreamExt};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tributary_api_client::operations::*;
use tributary_api_client::types::*;
use tributary_api_client::{ApiError, Client};

fn client(api: &Served) -> Client {
    Client::new(&format!("http://{}", api.address)).unwrap()
}

/// Without what is null or counts seconds.
fn lasting(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| !value.is_null() && !name.ends_with("_seconds"));
            members.values_mut().for_each(lasting);
        }
        Value::Array(items) => items.iter_mut().for_each(lasting),
        _ => {}
    }
}

/// What the client understood, by the path that it asked.
struct Heard(BTreeMap<&'static str, Value>);

impl Heard {
    fn that<T: Serialize>(&mut self, path: &'static str, answer: Result<T, ApiError>) {
        let answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(self.0.insert(path, serde_json::to_value(answer).unwrap()).is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rust_client_reads_every_answer_whole() {
    let world = World::start().await;
    let api = client(&world.api);
    let root = world.epochs[0].bundle.root_id().to_string();
    let (rivers, waters) = (asset("Rivers").to_string(), asset("Waters").to_string());
    let (ada, vault) = (claimant("ada").to_string(), vault().to_string());
    let payer = payer().to_string();
    let mut heard = Heard(BTreeMap::new());
    heard.that("/v1/assets", api.assets(&AssetsQuery::default()).await);
    heard.that("/v1/assets/{asset}", api.asset(&rivers).await);
    heard.that("/v1/assets/{asset}/graph", api.graph(&rivers).await);
    heard.that("/v1/assets/{asset}/usage", api.asset_usage(&rivers, &vault, &AssetUsageQuery::default()).await);
    heard.that("/v1/changes", api.changes(&ChangesQuery::default()).await);
    heard.that("/v1/claimants/{claimant}/balances", api.balances(&ada).await);
    heard.that("/v1/claimants/{claimant}/earnings", api.earnings(&ada, &vault, &EarningsQuery::default()).await);
    heard.that("/v1/claimants/{claimant}/history", api.history(&ada, &HistoryQuery::default()).await);
    heard.that("/v1/claimants/{claimant}/proof", api.proof(&ada, &vault, &ProofQuery::default()).await);
    let receipts = api.receipts(&ada, &vault, 1, &ReceiptsQuery::default()).await;
    heard.that("/v1/claimants/{claimant}/receipts", receipts);
    let events = api.receipt_events(&ada, &vault, 1, &ReceiptEventsQuery::default()).await;
    heard.that("/v1/claimants/{claimant}/receipts/events", events);
    heard.that("/v1/collections", api.collections(&CollectionsQuery::default()).await);
    heard.that("/v1/collections/{collection}", api.collection(&waters).await);
    heard.that("/v1/disputes", api.disputes(&DisputesQuery::default()).await);
    let event = api.event(&gateway().to_string(), 0, 3).await;
    heard.that("/v1/events/{gateway}/{generation}/{sequence}", event);
    heard.that("/v1/health", api.health().await);
    heard.that("/v1/network", api.network().await);
    heard.that("/v1/payers/{payer}", api.payer(&payer).await);
    heard.that("/v1/payers/{payer}/usage", api.spending(&payer, &vault, &SpendingQuery::default()).await);
    heard.that("/v1/roots/{root_id}", api.root(&root).await);
    heard.that("/v1/roots/{root_id}/waterfall", api.waterfall(&root).await);
    heard.that("/v1/search", api.search("weather").await);
    heard.that("/v1/vaults", api.vaults(&VaultsQuery::default()).await);
    heard.that("/v1/vaults/{vault}", api.vault(&vault).await);
    heard.that("/v1/vaults/{vault}/claims", api.claims(&vault, &ClaimsQuery::default()).await);
    heard.that("/v1/vaults/{vault}/deposits", api.deposits(&vault, &DepositsQuery::default()).await);
    heard.that("/v1/vaults/{vault}/epochs", api.epochs(&vault, &EpochsQuery::default()).await);
    heard.that("/v1/vaults/{vault}/policies", api.policies(&vault, &PoliciesQuery::default()).await);
    heard.that("/v1/vaults/{vault}/roots", api.roots(&vault, &RootsQuery::default()).await);

    let document: Value = serde_json::from_str(&tributary_api::openapi_json().unwrap()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        let json = &item["get"]["responses"]["200"]["content"]["application/json"];
        if json.is_null() || item["get"].get("security").is_some() {
            continue;
        }
        let mut understood = heard.0.remove(path.as_str()).unwrap_or_else(|| panic!("no method asks {path}"));
        let mut said = world.api.json(&example(&world, path)).await;
        [&mut understood, &mut said].into_iter().for_each(lasting);
        assert_eq!(understood, said, "{path}");
    }
    assert!(heard.0.is_empty());

    let year = api.statement(&ada, 2026, &vault).await.unwrap();
    assert!(year.starts_with("epoch,"), "{year}");
    let hash = world.epochs[0].bundle.manifest.leaf_file;
    let file = api.file(&hash.to_string()).await.unwrap();
    assert_eq!(tributary_core::leaf_file::file_hash(&file), hash);
    assert_eq!(api.file_range(&hash.to_string(), 3..9).await.unwrap(), file[3..9]);
    world.api.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rust_client_signs_in_and_manages_keys_and_webhooks() {
    let world = World::start_with(|config| config.private_webhooks = true).await;
    let (key, address) = somebody(40);
    let asked = ChallengeRequest { address: address.clone(), domain: None };
    let message = client(&world.api).challenge(&asked).await.unwrap().message;
    let signature = STANDARD.encode(key.sign(message.as_bytes()).to_bytes());
    let session = client(&world.api).session(&SignInRequest { address, message, signature }).await.unwrap();
    let api = client(&world.api).with_key(session.token.clone());
    assert!(!format!("{api:?}").contains(&session.token), "a key is not told");

    let wanted = KeyRequest { expires_in_days: Some(3), name: "mine".into(), scopes: vec![Scope::Webhooks] };
    let made = api.make_key(&wanted, "once").await.unwrap();
    let again = api.make_key(&wanted, "once").await.unwrap();
    assert_eq!((again.id, again.secret), (made.id.clone(), None), "once, however often it is asked for");
    assert_eq!(api.keys().await.unwrap().data.len(), 1);
    let wanted = WebhookRequest { claimant: None, kinds: None, url: "http://127.0.0.1:9/".into(), vault: None };
    let hook = api.make_webhook(&wanted, "a hook").await.unwrap();
    assert_eq!(api.webhooks().await.unwrap().data.len(), 1);
    api.test_webhook(&hook.id, "a test").await.unwrap();
    let deliveries: Vec<Delivery> =
        api.all_deliveries(&hook.id, DeliveriesQuery::default()).try_collect().await.unwrap();
    assert_eq!(deliveries.len(), 1);
    api.remove_webhook(&hook.id).await.unwrap();
    api.remove_key(&made.id).await.unwrap();
    assert!(api.keys().await.unwrap().data.is_empty());
    let refused = client(&world.api).keys().await.unwrap_err();
    assert!(matches!(&refused, ApiError::Problem { problem, .. } if problem.status == 401), "{refused}");
    world.api.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rust_client_follows_pages_and_streams_to_their_end() {
    let world = changes::world().await;
    let api = client(&world.api).at_least(73);
    let whole = api.changes(&ChangesQuery { limit: Some(100), ..ChangesQuery::default() }).await.unwrap();
    assert!(whole.data.len() > 4 && !whole.has_more, "{}", whole.data.len());
    let by_two = ChangesQuery { limit: Some(2), ..ChangesQuery::default() };
    let followed: Vec<Change> = api.all_changes(by_two).try_collect().await.unwrap();
    assert_eq!(followed, whole.data, "pages of two have what one page has");

    let after = whole.data[1].cursor.clone();
    let stream = api.stream(ChangesQuery { cursor: Some(after), ..ChangesQuery::default() });
    let finalised: Vec<&Change> = whole.data[2..].iter().filter(|change| change.finalised).collect();
    let streamed = stream.take(finalised.len()).try_collect::<Vec<Change>>();
    let streamed = tokio::time::timeout(Duration::from_secs(10), streamed).await.unwrap().unwrap();
    assert_eq!(streamed.iter().collect::<Vec<_>>(), finalised);
    world.api.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rust_client_says_what_to_do_and_asks_again_where_that_helps() {
    let world = World::start().await;
    let api = client(&world.api);
    let missing = api.vault(&claimant("nobody").to_string()).await.unwrap_err();
    assert_eq!((missing.code(), missing.is_retryable()), (Some("not_found"), false), "{missing}");
    let wrong = api.balances("ada").await.unwrap_err();
    assert!(wrong.to_string().contains("claimant:"), "{wrong}");
    // A path is escaped: no name reaches another operation.
    let escaped = api.balances("../vaults").await.unwrap_err();
    assert!(escaped.to_string().contains("claimant:"), "{escaped}");
    world.api.stop().await.unwrap();
    let away = api.network().await.unwrap_err();
    assert!(matches!(away, ApiError::Unreachable { .. }) && away.is_retryable(), "{away}");
    assert!(Client::new("api.example.com").is_err());

    // Without a database it answers 503 and a time; the client asks four times and then says so.
    let store = tempfile::tempdir().unwrap();
    let lame = Served::start(config("postgres://nobody@127.0.0.1:1/none", store.path())).await;
    let ill = client(&lame).vaults(&VaultsQuery::default()).await.unwrap_err();
    assert!(matches!(&ill, ApiError::Problem { problem, .. } if problem.status == 503), "{ill}");
}
