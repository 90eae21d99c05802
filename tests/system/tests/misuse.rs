//! Bad input to the binaries: one clear message, the right exit code, nothing
//! half done.
#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};
use tributary_postgres::PrivateCluster;

const MINT: &str = "So11111111111111111111111111111111111111112";

/// The folder of the built binaries.
fn binary(name: &str) -> PathBuf {
    let folder = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().to_owned();
    let path = folder.join(name);
    assert!(path.is_file(), "{} is missing: run `make services`", path.display());
    path
}

fn tributary(arguments: &[&str]) -> Output {
    Command::new(binary("tributary")).args(arguments).env_clear().env("RUST_LOG", "error").output().unwrap()
}

/// The one line on standard error that begins with `error:`.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("error:")).collect();
    assert_eq!(lines.len(), 1, "one message, not:\n{text}");
    lines[0].to_owned()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let help = String::from_utf8(tributary(&["--help"]).stdout).unwrap();
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() >= 19, "{commands:?}");
    for command in commands {
        let output = tributary(&[command, "--help"]);
        assert!(output.status.success(), "{command}");
        let text = String::from_utf8(output.stdout).unwrap();
        let example = format!("tributary {command}");
        let services = ["up", "indexer", "gateway", "settle", "watch", "api"];
        assert!(services.contains(&command) || text.matches(&example).count() >= 2, "{command} has no example");
        assert!(text.lines().next().is_some_and(|line| line.len() > 20), "{command} has no description");
    }
}

#[test]
fn a_wrong_command_is_a_usage_error() {
    assert_eq!(tributary(&["setle"]).status.code(), Some(2));
    assert_eq!(tributary(&["deposit"]).status.code(), Some(2));
}

#[test]
fn a_wrong_database_url_is_named_and_its_password_is_not_shown() {
    let port = free_port();
    for url in [format!("postgres://me:geheim@127.0.0.1:{port}/x"), "mysql://me:geheim@host/x".into(), "geheim".into()]
    {
        let output = tributary(&["migrate", "--database-url", &url]);
        assert_eq!(output.status.code(), Some(1));
        let text = complaint(&output);
        assert!(text.contains("DATABASE_URL"), "{text}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("geheim"), "{text}");
    }
}

#[tokio::test]
async fn migrating_twice_changes_nothing_the_second_time() {
    let cluster = PrivateCluster::start().await.unwrap();
    let first = tributary(&["migrate", "--database-url", cluster.url()]);
    assert!(first.status.success(), "{first:?}");
    let said = String::from_utf8(first.stdout).unwrap();
    assert!(said.lines().count() >= 4 && said.lines().all(|line| line.starts_with("applied ")), "{said}");
    let second = String::from_utf8(tributary(&["migrate", "--database-url", cluster.url()]).stdout).unwrap();
    assert!(second.contains("up to date"), "{second}");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn migrating_the_database_of_another_version_says_so_and_changes_nothing() {
    let cluster = PrivateCluster::start().await.unwrap();
    assert!(tributary(&["migrate", "--database-url", cluster.url()]).status.success());
    let pool = sqlx::PgPool::connect(cluster.url()).await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = 2").execute(&pool).await.unwrap();
    let output = tributary(&["migrate", "--database-url", cluster.url()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("another version"));
    pool.close().await;
    cluster.stop().await.unwrap();
}

#[test]
fn a_dead_chain_is_named_without_the_secrets_in_its_url() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.json");
    let key = key.to_str().unwrap();
    assert!(tributary(&["keygen", "--out", key]).status.success());
    let rpc = format!("http://127.0.0.1:{}/?api-key=geheim", free_port());
    let output = tributary(&["deposit", "1", "--rpc", &rpc, "--mint", MINT, "--keypair", key]);
    assert_eq!(output.status.code(), Some(1));
    let text = complaint(&output);
    assert!(text.contains("cannot reach the Solana node") && text.contains("--rpc"), "{text}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("geheim"), "{text}");
}

#[test]
fn a_keypair_file_that_is_none_is_named_and_an_existing_one_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.json");
    std::fs::write(&path, "[1,2,3]").unwrap();
    let file = path.to_str().unwrap();
    let output = tributary(&["deposit", "1", "--mint", MINT, "--keypair", file]);
    assert!(complaint(&output).contains(file));
    assert_eq!(tributary(&["keygen", "--out", file]).status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "[1,2,3]");
}

#[test]
fn a_policy_set_whose_shares_do_not_sum_is_refused_and_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("policy.bin");
    let file = out.to_str().unwrap();
    let wrong = tributary(&["policy-set", "--fee-claimant", MINT, "--mix", "1,2,3,4,5", "--out", file]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(complaint(&wrong).contains("10000"));
    assert!(!out.exists());
    assert!(tributary(&["policy-set", "--fee-claimant", MINT, "--out", file]).status.success());
    tributary_core::policy::PolicySet::decode(&std::fs::read(&out).unwrap()).unwrap();
}

#[test]
fn a_gateway_on_a_busy_port_says_so() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = busy.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert!(tributary(&["keygen", "--out", &path("key.json")]).status.success());
    assert!(tributary(&["policy-set", "--fee-claimant", MINT, "--out", &path("policy.bin")]).status.success());
    let output = tributary(&[
        "gateway",
        "--database-url",
        "postgres://me@127.0.0.1:1/x",
        "--store",
        &path("store"),
        "--mint",
        MINT,
        "--gateway-listen",
        &listen,
        "--spool",
        &path("spool"),
        "--gateway-key",
        &path("key.json"),
        "--gateway-id",
        MINT,
        "--policy-set",
        &path("policy.bin"),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let text = complaint(&output);
    assert!(text.contains(&listen), "{text}");
}

#[test]
fn a_local_network_without_built_programs_says_what_to_run() {
    let checkout = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cache = std::env::var_os("TRIBUTARY_CACHE")
        .map_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache/tributary"), PathBuf::from);
    let localnet = cache.join("target/localnet/release/tributary-localnet");
    assert!(localnet.is_file() && checkout.is_dir(), "run `make localnet`");
    let empty = tempfile::tempdir().unwrap();
    let output = Command::new(localnet).arg("--deploy-dir").arg(empty.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("make programs"));
}

#[test]
fn the_examples_of_register_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("poems.txt"), "a poem").unwrap();
    let rpc = format!("http://127.0.0.1:{}", free_port());
    let ends = ["--licence", "CC-BY-4.0", "--keypair", &path("none.json"), "--store", &path("store"), "--rpc", &rpc];
    let share = format!("{MINT}:5000");
    for begins in [
        vec!["register", "dataset", &path("poems.txt"), "--name", "My poems"],
        vec!["register", "model", "--name", "Poet", "--dataset", &share],
        vec!["register", "agent", "--name", "scribe", "--model", &share, "--price-per-call", "1000"],
    ] {
        let output = tributary(&[begins, ends.to_vec()].concat());
        // It got as far as the missing key: the flags were understood.
        assert_eq!(output.status.code(), Some(1));
        assert!(complaint(&output).contains("none.json"), "{output:?}");
    }
}
