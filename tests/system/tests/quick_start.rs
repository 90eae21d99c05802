//! The quick start of docs/gateway.md, run as it stands there: from nothing to a
//! paid, attributed answer with OpenAI's own client.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tributary_core::id::AssetId;
use tributary_system_tests::World;

/// What an outsider has at most.
const MINUTES: Duration = Duration::from_secs(5 * 60);

/// The code blocks below a marker, as one script of the shell.
fn script(page: &str) -> String {
    let (_, rest) = page.split_once("<!-- quick start").unwrap();
    let mut blocks = rest.split("```").skip(1).step_by(2);
    let shell = blocks.next().unwrap().strip_prefix("sh\n").unwrap();
    let python = blocks.next().unwrap().strip_prefix("python\n").unwrap();
    format!("{shell}\npython - <<'END'\n{python}END\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outsider_gets_a_paid_attributed_answer_with_the_openai_client_in_minutes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // What pip would fetch is fetched once, into the cache.
    let made = Command::new(root.join("gateway/tests/clients/environment")).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let client = String::from_utf8(made.stdout).unwrap();
    let world = World::start().await.unwrap();
    // The gateway serves when its texts are indexed.
    world.api_keys().await.unwrap();
    let machine = &world.machine;
    let environment = machine.write_environment(&world.gateway_id, world.gateway.url(), None).unwrap();
    let page = std::fs::read_to_string(root.join("docs/gateway.md")).unwrap();
    let start = Instant::now();
    let run = Command::new("bash")
        .args(["-euo", "pipefail", "-c"])
        .arg(format!("source {}\nexport PATH={}/bin:$PATH\n{}", environment.display(), client.trim(), script(&page)))
        .env("KEYPAIR", machine.key_file("Otter").unwrap())
        .output()
        .unwrap();
    let (said, complaint) = (String::from_utf8(run.stdout).unwrap(), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{said}\n{complaint}");
    assert!(start.elapsed() < MINUTES);
    // The last line names a text that was registered, and what it was paid for.
    let last = said.lines().last().unwrap();
    let asset: AssetId = last.split_whitespace().next().unwrap().parse().unwrap();
    assert!(world.assets.values().any(|known| *known == asset), "{said}");
    world.stop().await.unwrap();
}
