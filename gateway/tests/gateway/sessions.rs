//! What agents remember: the same with Redis, without it, and when it stops or
//! comes back with what it knew before.

use crate::redis::Redis;
use crate::stage::elsewhere::{Elsewhere, whole};
use crate::stage::{Running, Stage, verses};
use serde_json::{Value, json};
use tributary_gateway::Config;
use tributary_postgres::PrivateCluster;

/// A gateway whose agent `oracle` remembers three turns, and a funded key.
async fn before(stage: &Stage, server: &Elsewhere, redis: Option<String>) -> (Running, String) {
    stage.cast().await;
    let text = stage.dataset("third", &verses(3), 7).await;
    let model = stage.upstream_model("llama", &[text]).await;
    stage.agent_with("oracle", model, json!({"memory": {"turns": 3}}), &[model]).await;
    let config = Config { redis, ..stage.config_with_upstream("llama", &server.url) };
    let gateway = stage.start_with(config).await;
    gateway.wait(|health| health["agents"] == 2).await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    (gateway, key)
}

async fn ask(stage: &Stage, gateway: &Running, key: &str, session: &str, said: &str) -> (u16, Value) {
    let body = json!({"model": "oracle", "messages": [{"role": "user", "content": said}], "max_tokens": 9});
    let call = stage.client.post(gateway.at("/v1/chat/completions")).bearer_auth(key).json(&body);
    let answer = call.header("Tributary-Session", session).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// What a model was told, line by line.
fn told(server: &Elsewhere) -> Vec<String> {
    let line = |heard: &Value| -> String {
        let messages = heard["messages"].as_array().unwrap().iter();
        messages.map(|message| message["content"].as_str().unwrap()).collect::<Vec<_>>().join("|")
    };
    server.heard().iter().map(|heard| line(&heard.body)).collect()
}

/// What it is told when it remembers three turns.
const REMEMBERED: [&str; 6] =
    ["1", "1|so|2", "1|so|2|so|3", "1|so|2|so|3|so|4", "2|so|3|so|4|so|5", "3|so|4|so|5|so|6"];

#[tokio::test]
async fn a_session_is_remembered_the_same_without_redis_with_it_and_when_it_stops() {
    // What happens to Redis before each question.
    enum Happens {
        Nothing,
        Killed,
        Silent,
        Speaks,
        Back,
    }
    use Happens::{Back, Killed, Nothing, Silent, Speaks};
    let calm = [Nothing, Nothing, Nothing, Nothing, Nothing, Nothing];
    let killed = [Nothing, Nothing, Killed, Nothing, Back, Nothing];
    // What it was not told of must not be believed afterwards.
    let silent = [Nothing, Nothing, Silent, Speaks, Silent, Speaks];
    for (with_redis, story) in [(false, &calm), (true, &calm), (true, &killed), (true, &silent)] {
        let server = Elsewhere::saying(whole("so", 1)).await;
        let stage = Stage::new().await;
        let mut redis = Redis::start();
        let (gateway, key) = before(&stage, &server, with_redis.then(|| redis.url())).await;
        for (number, happens) in story.iter().enumerate() {
            match happens {
                Nothing => {}
                Killed => redis.kill().await,
                Back => redis.again(),
                Silent => redis.silence(),
                Speaks => redis.speak(),
            }
            let (status, answer) = ask(&stage, &gateway, &key, "tea", &(number + 1).to_string()).await;
            assert_eq!((status, &answer["tributary"]["remembered"]), (200, &json!(true)), "{answer}");
        }
        assert_eq!(told(&server), REMEMBERED);
        redis.speak();
        gateway.stop().await.unwrap();
        assert_eq!(stage.number("SELECT count(*) FROM usage.sessions").await, 6);
        stage.check_identity().await;
    }
}

#[tokio::test]
async fn a_session_outlives_the_process_belongs_to_its_payer_and_is_forgotten_when_asked() {
    let server = Elsewhere::saying(whole("so", 1)).await;
    let stage = Stage::new().await;
    let redis = Redis::start();
    let (gateway, key) = before(&stage, &server, Some(redis.url())).await;
    assert_eq!(ask(&stage, &gateway, &key, "tea", "1").await.0, 200);
    gateway.kill();
    let config = Config { redis: Some(redis.url()), ..stage.config_with_upstream("llama", &server.url) };
    let gateway = stage.start_after_a_kill(config).await;
    gateway.wait(|health| health["agents"] == 2).await;
    let other = stage.funded(&gateway, "ben", 10_000).await;
    assert_eq!(ask(&stage, &gateway, &key, "tea", "2").await.0, 200);
    assert_eq!(ask(&stage, &gateway, &other, "tea", "3").await.0, 200);
    assert_eq!(ask(&stage, &gateway, &key, "wine", "4").await.0, 200);
    let at = gateway.at("/v1/sessions/tea?model=oracle");
    let seen: Value = stage.client.get(&at).bearer_auth(&key).send().await.unwrap().json().await.unwrap();
    assert_eq!(seen["turns"][1], json!({"asked": "2", "answered": "so"}), "{seen}");
    let gone: Value = stage.client.delete(&at).bearer_auth(&key).send().await.unwrap().json().await.unwrap();
    assert_eq!(gone["forgotten"], 2);
    assert_eq!(ask(&stage, &gateway, &key, "tea", "5").await.0, 200);
    assert_eq!(told(&server), ["1", "1|so|2", "3", "4", "5"]);
    let forgetful = json!({"model": "bard", "prompt": "the river", "max_tokens": 3});
    let call = stage.client.post(gateway.at("/v1/completions")).bearer_auth(&key).json(&forgetful);
    let refused = call.header("Tributary-Session", "tea").send().await.unwrap();
    assert_eq!(refused.status(), 400, "an agent without a memory keeps no sessions");
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn a_session_stops_loudly_while_postgres_is_away_and_calls_without_one_go_on() {
    let mut cluster = PrivateCluster::start().await.unwrap();
    let server = Elsewhere::saying(whole("so", 1)).await;
    let stage = Stage::over(cluster.url().to_string(), None).await;
    let (gateway, key) = before(&stage, &server, None).await;
    assert_eq!(ask(&stage, &gateway, &key, "tea", "1").await.0, 200);
    cluster.pause().await.unwrap();
    let (status, problem) = ask(&stage, &gateway, &key, "tea", "2").await;
    assert_eq!((status, problem["code"].as_str()), (503, Some("session_unavailable")), "{problem}");
    assert_eq!(stage.ask(&gateway, &key, None, &crate::stage::question()).await.0, 200);
    cluster.resume().await.unwrap();
    gateway.wait(|health| health["drained"] == 2).await;
    assert_eq!(ask(&stage, &gateway, &key, "tea", "2").await.0, 200);
    assert_eq!(told(&server), ["1", "1|so|2"]);
    gateway.stop().await.unwrap();
    stage.check_identity().await;
    cluster.stop().await.unwrap();
}
