//! What happened: as a list, as a stream that can be resumed, and answers that
//! are as new as the reader needs.

use crate::world::World;
use crate::world::feed::{activated, claimed, deposited, posted, reach, registered, store};
use crate::world::history::{claimant, payer, vault};
use serde_json::Value;
use std::time::Duration;

/// Seven events, of which the last is not final yet.
pub async fn world() -> World {
    let world = World::start().await;
    let events = vec![
        registered("ada", 0, 60),
        posted(0, 61),
        deposited(1, 61),
        claimed("ada", 2, 62),
        claimed("bert", 3, 62),
        activated(4, 65),
        claimed("ada", 5, 73),
    ];
    store(&mut world.writer().await, 70, events).await;
    world
}

fn kinds(changes: &[Value]) -> Vec<&str> {
    changes.iter().map(|change| change["kind"].as_str().unwrap()).collect()
}

/// Reads a stream until `wanted` events were sent: their ids and data.
async fn follow(world: &World, path: &str, last: Option<&str>, wanted: usize) -> Vec<(String, Value)> {
    let mut request = world.api.request(reqwest::Method::GET, path);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let mut response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let (mut text, mut events) = (String::new(), Vec::new());
    while events.len() < wanted {
        let chunk = tokio::time::timeout(Duration::from_secs(10), response.chunk()).await.unwrap().unwrap().unwrap();
        text += std::str::from_utf8(&chunk).unwrap();
        while let Some((event, rest)) = text.clone().split_once("\n\n") {
            text = rest.to_owned();
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let (Some(id), Some(data)) = (field("id: "), field("data: ")) {
                let data: Value = serde_json::from_str(&data).unwrap();
                assert_eq!(field("event: ").unwrap(), data["kind"].as_str().unwrap());
                events.push((id, data));
            }
        }
    }
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_are_listed_in_order_and_only_once_they_are_as_sure_as_asked() {
    let world = world().await;
    let all = world.all("/v1/changes", 2).await;
    let expected = ["registered", "root_posted", "deposited", "claimed", "claimed", "root_activated"];
    assert_eq!(kinds(&all), expected);
    assert!(all.iter().all(|change| change["finalised"] == true));
    assert_eq!(all[1]["epoch"], 4);
    assert_eq!(all[2]["payer"], payer().to_string());
    assert_eq!(all[3]["amount"], "7");
    assert_eq!(all[3]["at"], 1062);
    let sooner = world.all("/v1/changes?commitment=confirmed", 3).await;
    assert_eq!(sooner.len(), 7);
    assert_eq!(sooner[6]["finalised"], false);
    let roots = world.all("/v1/changes?kinds=root_posted,root_activated", 1).await;
    assert_eq!(kinds(&roots), ["root_posted", "root_activated"]);
    let of_vault = world.all(&format!("/v1/changes?vault={}", vault()), 100).await;
    assert_eq!(of_vault.len(), 5);
    let problem = world.api.problem("/v1/changes?kinds=root_lost", 400).await;
    assert_eq!(problem["errors"][0]["field"], "kinds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_a_claimant_sees_what_concerns_it_and_what_concerns_all() {
    let world = world().await;
    let ada = world.all(&format!("/v1/changes?claimant={}", claimant("ada")), 100).await;
    assert_eq!(kinds(&ada), ["registered", "root_posted", "claimed", "root_activated"]);
    let bert = world.all(&format!("/v1/changes?claimant={}", claimant("bert")), 1).await;
    assert_eq!(kinds(&bert), ["root_posted", "claimed", "root_activated"]);
    assert_eq!(bert[1]["claimant"], claimant("bert").to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_resumes_where_it_was_cut_with_the_cursor_of_the_list() {
    let world = world().await;
    let listed = world.all("/v1/changes", 100).await;
    let cursor = |at: usize| listed[at]["cursor"].as_str().unwrap();
    let rest = follow(&world, "/v1/stream", Some(cursor(1)), 4).await;
    assert_eq!(
        rest.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(),
        [cursor(2), cursor(3), cursor(4), cursor(5)]
    );
    assert_eq!(rest.iter().map(|(_, data)| data.clone()).collect::<Vec<_>>(), listed[2..]);
    let same = follow(&world, &format!("/v1/stream?cursor={}", cursor(4)), None, 1).await;
    assert_eq!(same[0].0, cursor(5));
    let page = world.api.json(&format!("/v1/changes?cursor={}", same[0].0)).await;
    assert_eq!(page["data"], Value::Array(Vec::new()), "an id of the stream is a cursor of the list");
    let problem = world.api.problem("/v1/stream?cursor=bm90IG91cnM", 400).await;
    assert_eq!(problem["errors"][0]["field"], "cursor");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_tells_what_happens_while_it_is_open() {
    let world = world().await;
    let happening = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let mut writer = world.writer().await;
        store(&mut writer, 0, vec![claimed("ada", 6, 80)]).await;
        reach(&mut writer, 81, 70).await;
    };
    let path = format!("/v1/stream?commitment=confirmed&claimant={}", claimant("ada"));
    let (events, ()) = tokio::join!(follow(&world, &path, None, 1), happening);
    assert_eq!(events[0].1["sequence"], 6);
    assert_eq!(events[0].1["finalised"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_are_bounded_and_end_with_the_server() {
    let world = World::start_with(|config| config.limits.streams = 1).await;
    let open = world.api.get("/v1/stream").await;
    assert_eq!(world.api.problem("/v1/stream", 503).await["code"], "busy");
    drop(open);
    let mut again = None;
    for _ in 0..50 {
        let response = world.api.get("/v1/stream").await;
        if response.status() == 200 {
            again = Some(response);
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let stream = again.unwrap();
    let World { api, .. } = world;
    let stopped = tokio::time::timeout(Duration::from_secs(4), api.stop());
    let (stopped, _) = tokio::join!(stopped, stream.bytes());
    stopped.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_its_own_writes_waits_for_them_or_is_told_to_come_back() {
    let world = World::start_with(|config| config.limits.min_slot_wait = Duration::from_millis(1500)).await;
    assert_eq!(world.api.json("/v1/network?min_slot=75").await["as_of_slot"], 75);
    let problem = world.api.problem("/v1/vaults?limit=1&min_slot=76", 503).await;
    assert_eq!(problem["code"], "not_yet");
    assert!(problem["detail"].as_str().unwrap().contains("only 75"), "{problem}");
    let problem = world.api.problem("/v1/network?min_slot=soon", 400).await;
    assert_eq!(problem["errors"][0]["field"], "min_slot");
    let arriving = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        reach(&mut world.writer().await, 90, 80).await;
    };
    let (answer, ()) = tokio::join!(world.api.json("/v1/network?min_slot=85"), arriving);
    assert_eq!(answer["as_of_slot"], 90);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_reader_has_is_not_sent_again_and_the_slot_still_is() {
    let world = world().await;
    let first = world.api.get("/v1/vaults").await;
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(first.headers()["as-of-slot"], "75");
    reach(&mut world.writer().await, 78, 70).await;
    let ask = async || {
        let request = world.api.request(reqwest::Method::GET, "/v1/vaults").header("if-none-match", &tag);
        request.send().await.unwrap()
    };
    let same = ask().await;
    assert_eq!(same.status(), 304);
    assert_eq!(same.headers()["as-of-slot"], "78");
    assert_eq!(same.headers()["etag"], tag.as_str());
    assert!(same.bytes().await.unwrap().is_empty());
    let writer = &mut world.writer().await;
    sqlx::query("UPDATE chain.vaults SET freezable = NOT freezable").execute(writer).await.unwrap();
    assert_eq!(ask().await.status(), 200);
}
