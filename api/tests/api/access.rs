//! Signing in, keys, and requests done once.

use crate::world::{Served, World, problem_of};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use reqwest::{Method, Response};
use serde_json::{Value, json};

/// Somebody with a key.
pub fn somebody(seed: u8) -> (SigningKey, String) {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let address = bs58::encode(key.verifying_key().to_bytes()).into_string();
    (key, address)
}

pub async fn post(api: &Served, path: &str, token: Option<&str>, body: &Value) -> Response {
    let request = api.request(Method::POST, path).json(body);
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    request.send().await.unwrap()
}

async fn challenge(api: &Served, address: &str) -> Value {
    let response = post(api, "/v1/auth/challenge", None, &json!({ "address": address })).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

async fn answer(api: &Served, key: &SigningKey, address: &str, message: &str) -> Response {
    let signature = STANDARD.encode(key.sign(message.as_bytes()).to_bytes());
    let body = json!({ "address": address, "message": message, "signature": signature });
    post(api, "/v1/auth/session", None, &body).await
}

/// Signs somebody in: the session's token.
pub async fn sign_in(api: &Served, seed: u8) -> String {
    let (key, address) = somebody(seed);
    let asked = challenge(api, &address).await;
    let response = answer(api, &key, &address, asked["message"].as_str().unwrap()).await;
    assert_eq!(response.status(), 200);
    let session: Value = response.json().await.unwrap();
    assert_eq!(session["account"], address);
    session["token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wallet_signs_in_once_with_the_message_it_was_handed() {
    let world = World::start().await;
    let api = &world.api;
    let (key, address) = somebody(1);
    let asked = challenge(api, &address).await;
    let message = asked["message"].as_str().unwrap();
    let host = api.address.to_string();
    assert_eq!(asked["domain"], host, "host and port");
    assert!(message.starts_with(&format!("{host} wants you to sign in with your Solana account:\n{address}\n\n")));
    assert!(
        message.contains(&format!("\nURI: http://{host}\nVersion: 1\nNonce: {}\n", asked["nonce"].as_str().unwrap()))
    );
    assert_eq!(answer(api, &key, &address, message).await.status(), 200);
    let again = problem_of(answer(api, &key, &address, message).await, 401).await;
    assert_eq!(again["code"], "sign_in_refused");
    assert!(again["detail"].as_str().unwrap().contains("used before"), "{again}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_use_a_message_at_once_one_is_signed_in() {
    let world = World::start().await;
    let (key, address) = somebody(2);
    let asked = challenge(&world.api, &address).await;
    let message = asked["message"].as_str().unwrap();
    let tries = (0..8).map(|_| answer(&world.api, &key, &address, message));
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status() == 200).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_for_other_hosts_accounts_or_times_sign_nobody_in() {
    let world = World::start().await;
    let api = &world.api;
    let (key, address) = somebody(3);
    let (other, elsewhere) = somebody(4);
    let body = json!({ "address": address, "domain": "evil.example:443" });
    let refused = problem_of(post(api, "/v1/auth/challenge", None, &body).await, 400).await;
    assert_eq!(refused["errors"][0]["field"], "domain");

    let asked = challenge(api, &address).await;
    let message = asked["message"].as_str().unwrap().to_owned();
    let host = api.address.to_string();
    let (name, port) = host.split_once(':').unwrap();
    for changed in [
        message.replace(&host, "evil.example"),
        message.replace(&format!("{host} wants"), &format!("{name} wants")),
        message.replace(&format!(":{port} wants"), ":1 wants"),
        message.replace("Nonce: n", "Nonce: m"),
        message.replace("moves no money", "moves all money"),
        format!("{message}\nResources:\n- https://evil.example"),
        message.lines().filter(|line| !line.starts_with("Nonce")).collect::<Vec<_>>().join("\n"),
    ] {
        assert_ne!(changed, message);
        let refused = problem_of(answer(api, &key, &address, &changed).await, 401).await;
        assert_eq!(refused["code"], "sign_in_refused", "{changed}");
    }
    // Signed by another, in this one's name or its own.
    problem_of(answer(api, &other, &address, &message).await, 401).await;
    problem_of(answer(api, &other, &elsewhere, &message).await, 401).await;
    // Too late.
    let writer = &mut world.writer().await;
    sqlx::query("UPDATE access.challenges SET expires_at = now()").execute(writer).await.unwrap();
    let late = problem_of(answer(api, &key, &address, &message).await, 401).await;
    assert!(late["detail"].as_str().unwrap().contains("expired"), "{late}");
    // None of that used it up: in time it would have worked.
    let writer = &mut world.writer().await;
    sqlx::query("UPDATE access.challenges SET expires_at = now() + interval '1 minute'").execute(writer).await.unwrap();
    assert_eq!(answer(api, &key, &address, &message).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_do_what_their_scopes_allow_until_they_are_revoked() {
    let world = World::start().await;
    let api = &world.api;
    let session = sign_in(api, 5).await;
    let wanted = json!({ "name": "a reader", "scopes": ["read"], "expires_in_days": 30 });
    let made: Value = post(api, "/v1/keys", Some(&session), &wanted).await.json().await.unwrap();
    let secret = made["secret"].as_str().unwrap();
    let get = async |path: &str, token: &str| api.request(Method::GET, path).bearer_auth(token).send().await.unwrap();
    let read = get("/v1/vaults", secret).await;
    assert_eq!(read.status(), 200);
    assert!(read.headers()["ratelimit-policy"].to_str().unwrap().starts_with("\"token\";"), "a measure of its own");
    let narrow = problem_of(get("/v1/webhooks", secret).await, 403).await;
    assert_eq!(narrow["code"], "scope_missing");
    problem_of(post(api, "/v1/keys", Some(secret), &wanted).await, 403).await;
    let listed: Value = get("/v1/keys", &session).await.json().await.unwrap();
    assert_eq!(listed["data"][0]["id"], made["id"]);
    assert_eq!(listed["data"][0]["secret"], Value::Null, "a secret is shown once");

    let path = format!("/v1/keys/{}", made["id"].as_str().unwrap());
    let stranger = sign_in(api, 6).await;
    let remove =
        async |token: &str| api.request(Method::DELETE, &path).bearer_auth(token).send().await.unwrap().status();
    assert_eq!(remove(&stranger).await, 204);
    assert_eq!(get("/v1/vaults", secret).await.status(), 200, "nobody revokes another's key");
    assert_eq!(remove(&session).await, 204);
    let revoked = problem_of(get("/v1/vaults", secret).await, 401).await;
    assert_eq!(revoked["code"], "token_refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_a_token_says_so_and_a_bad_one_is_refused_even_for_reads() {
    let world = World::start().await;
    for path in ["/v1/keys", "/v1/webhooks", "/v1/webhooks/wh_1/deliveries"] {
        let response = world.api.get(path).await;
        assert_eq!(response.headers()["www-authenticate"], "Bearer realm=\"tributary\"");
        assert_eq!(problem_of(response, 401).await["code"], "token_needed", "{path}");
    }
    for value in ["Bearer tributary_key_nonsense", "Basic dXNlcjpwYXNz", "Bearer"] {
        let request = world.api.request(Method::GET, "/v1/vaults").header("authorization", value);
        assert_eq!(problem_of(request.send().await.unwrap(), 401).await["code"], "token_refused", "{value}");
    }
    assert_eq!(world.api.get("/v1/vaults").await.status(), 200, "reads need none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_tokens_is_as_slow_as_anything_else() {
    let world = World::start_with(|config| (config.limits.burst, config.limits.per_second) = (3, 1)).await;
    let guess = async |n: u32| {
        let request = world.api.request(Method::GET, "/v1/vaults").bearer_auth(format!("tributary_key_{n}"));
        request.send().await.unwrap().status().as_u16()
    };
    let mut statuses = Vec::new();
    for n in 0..4 {
        statuses.push(guess(n).await);
    }
    assert_eq!(statuses, [401, 401, 401, 429]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_repeated_with_its_key_is_done_once() {
    let world = World::start().await;
    let session = sign_in(&world.api, 7).await;
    let send = async |key: &str, body: &Value| {
        let request = world.api.request(Method::POST, "/v1/keys").bearer_auth(&session).json(body);
        request.header("idempotency-key", key).send().await.unwrap()
    };
    let body = json!({ "name": "once", "scopes": ["read"] });
    let all = futures::future::join_all((0..6).map(|_| send("k-1", &body))).await;
    let mut ids = std::collections::BTreeSet::new();
    let mut secrets = 0;
    for response in all {
        assert_eq!(response.status(), 201);
        let replayed = response.headers().contains_key("idempotency-replayed");
        let key: Value = response.json().await.unwrap();
        assert_eq!(key["secret"].is_null(), replayed, "a secret is never kept");
        secrets += usize::from(!replayed);
        ids.insert(key["id"].as_str().unwrap().to_owned());
    }
    assert_eq!((ids.len(), secrets), (1, 1));
    let other = problem_of(send("k-1", &json!({ "name": "twice", "scopes": ["read"] })).await, 422).await;
    assert_eq!(other["code"], "idempotency_key_reused");
    assert_eq!(send("k-2", &body).await.status(), 201);
    let malformed = problem_of(send("", &body).await, 400).await;
    assert_eq!(malformed["errors"][0]["field"], "idempotency-key");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_not_what_they_should_be_are_refused() {
    let world = World::start().await;
    let session = sign_in(&world.api, 8).await;
    for (body, field) in [
        (json!({ "name": "", "scopes": ["read"] }), "name"),
        (json!({ "name": "x", "scopes": [] }), "scopes"),
        (json!({ "name": "x", "scopes": ["all"] }), "body"),
        (json!({ "name": "x", "scopes": ["read"], "expires_in_days": 0 }), "expires_in_days"),
        (json!({ "name": "x", "scopes": ["read"], "colour": "red" }), "body"),
    ] {
        let problem = problem_of(post(&world.api, "/v1/keys", Some(&session), &body).await, 400).await;
        assert_eq!(problem["errors"][0]["field"], field, "{body}");
    }
    let body = json!({ "address": "0OIl" });
    let problem = problem_of(post(&world.api, "/v1/auth/challenge", None, &body).await, 400).await;
    assert_eq!(problem["errors"][0]["field"], "address");
}
