//! Webhooks: signed, tried again, logged.

use crate::access::{post, sign_in};
use crate::world::feed::{claimed, posted, reach, store};
use crate::world::history::claimant;
use crate::world::{World, problem_of};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post as on_post;
use reqwest::Method;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a receiver got: headers and body, and what it answers next.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<Vec<StatusCode>>>,
}

impl Receiver {
    /// Answers with each status in turn, then 200.
    async fn start(answers: &[u16]) -> (Self, String) {
        let receiver = Self::default();
        receiver.answers.lock().unwrap().extend(answers.iter().rev().map(|code| StatusCode::from_u16(*code).unwrap()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let take = async |State(receiver): State<Receiver>, headers: HeaderMap, body: String| {
            receiver.got.lock().unwrap().push((headers, body));
            receiver.answers.lock().unwrap().pop().unwrap_or(StatusCode::OK)
        };
        let app = Router::new().route("/hook", on_post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (receiver, url)
    }

    async fn wait_for(&self, count: usize) -> Vec<(HeaderMap, String)> {
        for _ in 0..200 {
            let got = self.got.lock().unwrap().clone();
            if got.len() >= count {
                return got;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("only {} of {count} deliveries came", self.got.lock().unwrap().len());
    }
}

async fn world() -> World {
    World::start_with(|config| config.private_webhooks = true).await
}

async fn make(world: &World, session: &str, body: &Value) -> Value {
    let response = post(&world.api, "/v1/webhooks", Some(session), body).await;
    assert_eq!(response.status(), 201);
    response.json().await.unwrap()
}

async fn log(world: &World, session: &str, id: &str) -> Vec<Value> {
    let request = world.api.request(Method::GET, &format!("/v1/webhooks/{id}/deliveries")).bearer_auth(session);
    let page: Value = request.send().await.unwrap().json().await.unwrap();
    page["data"].as_array().unwrap().clone()
}

/// The log, once its newest entry was tried so often and the last try was noted.
async fn log_after(world: &World, session: &str, id: &str, attempts: u64, last_status: u16) -> Vec<Value> {
    for _ in 0..100 {
        let log = log(world, session, id).await;
        let is_noted = |entry: &Value| entry["attempts"] == attempts && entry["last_status"] == last_status;
        if log.first().is_some_and(is_noted) {
            return log;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the newest delivery was not tried {attempts} times");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_becomes_final_is_delivered_signed_in_order_and_logged() {
    let world = world().await;
    let session = sign_in(&world.api, 20).await;
    let (receiver, url) = Receiver::start(&[]).await;
    let wanted = json!({ "url": url, "kinds": ["claimed", "root_posted"], "claimant": claimant("ada").to_string() });
    let webhook = make(&world, &session, &wanted).await;
    let mut writer = world.writer().await;
    store(&mut writer, 80, vec![posted(0, 76), claimed("bert", 1, 77), claimed("ada", 2, 78), claimed("ada", 3, 85)])
        .await;
    reach(&mut writer, 90, 80).await;
    let got = receiver.wait_for(2).await;
    let verifier = Webhook::new(webhook["secret"].as_str().unwrap()).unwrap();
    let mut bodies: Vec<Value> = Vec::new();
    for (headers, body) in &got {
        verifier.verify(body.as_bytes(), headers).unwrap();
        assert!(verifier.verify(format!("{body} ").as_bytes(), headers).is_err(), "the signature covers the body");
        bodies.push(serde_json::from_str(body).unwrap());
    }
    bodies.sort_by_key(|body| body["data"]["sequence"].as_u64());
    assert_eq!(bodies[0]["type"], "root_posted");
    assert_eq!((&bodies[1]["type"], &bodies[1]["data"]["amount"]), (&json!("claimed"), &json!("7")));
    let log = log_after(&world, &session, webhook["id"].as_str().unwrap(), 1, 200).await;
    assert_eq!(log.len(), 2, "what is not final, or another's, is not told");
    assert_eq!(log[0]["number"], 1);
    reach(&mut writer, 95, 90).await;
    let got = receiver.wait_for(3).await;
    assert!(got[2].1.contains("\"sequence\":3"), "once it is final it is told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_is_delivered_and_a_receiver_that_fails_gets_it_again_under_the_same_id() {
    let world = world().await;
    let session = sign_in(&world.api, 21).await;
    let (receiver, url) = Receiver::start(&[500]).await;
    let webhook = make(&world, &session, &json!({ "url": url })).await;
    let id = webhook["id"].as_str().unwrap();
    let tested = post(&world.api, &format!("/v1/webhooks/{id}/test"), Some(&session), &json!({})).await;
    assert_eq!(tested.status(), 202);
    receiver.wait_for(1).await;
    let failed = log_after(&world, &session, id, 1, 500).await;
    assert_eq!((&failed[0]["kind"], &failed[0]["state"]), (&json!("test"), &json!("waiting")));
    assert_eq!(failed[0]["last_status"], 500);
    assert!(failed[0]["next_at"].as_i64().is_some());
    // Five seconds later, as the standard advises; the clock is moved rather than waited for.
    let writer = &mut world.writer().await;
    sqlx::query("UPDATE access.deliveries SET next_at = now()").execute(writer).await.unwrap();
    let got = receiver.wait_for(2).await;
    assert_eq!(got[0].0["webhook-id"], got[1].0["webhook-id"]);
    let done = log_after(&world, &session, id, 2, 200).await;
    assert_eq!((&done[0]["state"], &done[0]["attempts"]), (&json!("delivered"), &json!(2)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_is_gone_is_left_alone() {
    let world = world().await;
    let session = sign_in(&world.api, 22).await;
    let (receiver, url) = Receiver::start(&[410]).await;
    let webhook = make(&world, &session, &json!({ "url": url })).await;
    let id = webhook["id"].as_str().unwrap();
    for _ in 0..2 {
        post(&world.api, &format!("/v1/webhooks/{id}/test"), Some(&session), &json!({})).await;
        receiver.wait_for(1).await;
    }
    let mut enabled = Value::Null;
    for _ in 0..100 {
        let request = world.api.request(Method::GET, "/v1/webhooks").bearer_auth(&session);
        let listed: Value = request.send().await.unwrap().json().await.unwrap();
        enabled = listed["data"][0]["enabled"].clone();
        if enabled == false {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(enabled, false);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(receiver.got.lock().unwrap().len() <= 2, "nothing more is sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_are_their_accounts_own_and_point_outside() {
    let world = World::start().await;
    let (owner, stranger) = (sign_in(&world.api, 23).await, sign_in(&world.api, 24).await);
    for url in ["http://example.org/", "https://127.0.0.1/", "https://10.0.0.1/x", "nonsense"] {
        let problem =
            problem_of(post(&world.api, "/v1/webhooks", Some(&owner), &json!({ "url": url })).await, 400).await;
        assert_eq!(problem["errors"][0]["field"], "url", "{url}");
    }
    let body = json!({ "url": "https://example.org/hook", "kinds": ["nothing"] });
    let problem = problem_of(post(&world.api, "/v1/webhooks", Some(&owner), &body).await, 400).await;
    assert_eq!(problem["errors"][0]["field"], "kinds");
    let webhook = make(&world, &owner, &json!({ "url": "https://example.org/hook" })).await;
    let path = format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap());
    let test = post(&world.api, &format!("{path}/test"), Some(&stranger), &json!({})).await;
    problem_of(test, 404).await;
    let log = world.api.request(Method::GET, &format!("{path}/deliveries")).bearer_auth(&stranger);
    problem_of(log.send().await.unwrap(), 404).await;
    let remove = async |token: &str| world.api.request(Method::DELETE, &path).bearer_auth(token).send().await.unwrap();
    remove(&stranger).await;
    let list = async || -> Value {
        let request = world.api.request(Method::GET, "/v1/webhooks").bearer_auth(&owner);
        request.send().await.unwrap().json().await.unwrap()
    };
    assert_eq!(list().await["data"].as_array().unwrap().len(), 1);
    remove(&owner).await;
    assert_eq!(list().await["data"].as_array().unwrap().len(), 0);
}
