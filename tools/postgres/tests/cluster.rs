//! The private cluster against the installed server.
#![allow(clippy::unwrap_used)]

use sqlx::{Connection, PgConnection};
use std::io::BufRead;
use std::path::Path;
use std::time::{Duration, Instant};
use tributary_postgres::{Options, PostgresError, PrivateCluster};

async fn one(url: &str, query: &'static str) -> i64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn databases_are_separate_and_nobody_enters_without_the_password() {
    let cluster = PrivateCluster::start().await.unwrap();
    let other = cluster.create_database("other").await.unwrap();
    let mut connection = PgConnection::connect(cluster.url()).await.unwrap();
    sqlx::query("CREATE TABLE t AS SELECT 1::bigint AS x").execute(&mut connection).await.unwrap();
    assert_eq!(one(cluster.url(), "SELECT x FROM t").await, 1);
    assert_eq!(one(&other, "SELECT count(*) FROM pg_tables WHERE tablename = 't'").await, 0);
    let anonymous = format!("postgres://tributary@127.0.0.1:{}/tributary?sslmode=disable", cluster.port());
    assert!(PgConnection::connect(&anonymous).await.is_err());
    let wrong = format!("postgres://tributary:guess@127.0.0.1:{}/tributary?sslmode=disable", cluster.port());
    assert!(PgConnection::connect(&wrong).await.is_err());
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_copy_of_a_database_starts_with_its_rows_and_goes_its_own_way() {
    let cluster = PrivateCluster::start_with(Options { durable: false, ..Options::default() }).await.unwrap();
    let first = cluster.create_database("first").await.unwrap();
    let mut connection = PgConnection::connect(&first).await.unwrap();
    sqlx::query("CREATE TABLE t AS SELECT 1::bigint AS x").execute(&mut connection).await.unwrap();
    assert!(cluster.create_database_like("early", "first").await.is_err(), "somebody is connected");
    connection.close().await.unwrap();
    let second = cluster.create_database_like("second", "first").await.unwrap();
    let mut connection = PgConnection::connect(&second).await.unwrap();
    sqlx::query("UPDATE t SET x = 2").execute(&mut connection).await.unwrap();
    assert_eq!((one(&first, "SELECT x FROM t").await, one(&second, "SELECT x FROM t").await), (1, 2));
    assert!(matches!(cluster.create_database_like("x", "first;").await, Err(PostgresError::Name(_))));
}

#[tokio::test]
async fn a_database_name_that_would_need_quoting_is_refused() {
    let cluster = PrivateCluster::start().await.unwrap();
    for name in ["", "a; DROP DATABASE tributary", "Upper", "1st", &"x".repeat(41)] {
        assert!(matches!(cluster.create_database(name).await, Err(PostgresError::Name(_))), "{name}");
    }
}

#[tokio::test]
async fn data_survive_a_pause_and_a_crash_on_the_same_port() {
    let mut cluster = PrivateCluster::start().await.unwrap();
    let port = cluster.port();
    let mut connection = PgConnection::connect(cluster.url()).await.unwrap();
    sqlx::query("CREATE TABLE t (x bigint)").execute(&mut connection).await.unwrap();
    for expected in 1..=2 {
        let mut connection = PgConnection::connect(cluster.url()).await.unwrap();
        sqlx::query("INSERT INTO t VALUES (1)").execute(&mut connection).await.unwrap();
        if expected == 1 {
            cluster.pause().await.unwrap()
        } else {
            cluster.crash().await.unwrap()
        }
        assert!(PgConnection::connect(cluster.url()).await.is_err());
        assert!(matches!(cluster.create_database("x").await, Err(PostgresError::Stopped)));
        cluster.resume().await.unwrap();
        assert_eq!(cluster.port(), port);
        assert_eq!(one(cluster.url(), "SELECT count(*) FROM t").await, expected);
    }
}

#[tokio::test]
async fn a_taken_port_is_an_error_that_shows_the_servers_own_words() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = PrivateCluster::start_with(Options { port, ..Options::default() }).await.err().unwrap();
    assert!(matches!(&error, PostgresError::Died { log } if log.contains(&port.to_string())), "{error}");
}

#[tokio::test]
async fn stopping_removes_the_folder() {
    let parent = open_folder();
    let options = Options { parent: Some(parent.path().into()), ..Options::default() };
    let cluster = PrivateCluster::start_with(options).await.unwrap();
    let pid = cluster.pid().unwrap();
    assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 1);
    cluster.stop().await.unwrap();
    assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 0);
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
}

/// A folder through which the server's user can pass.
fn open_folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[tokio::test]
async fn a_killed_parent_leaves_no_server_and_the_next_start_removes_its_folder() {
    let temp = open_folder();
    let mut holder = std::process::Command::new(env!("CARGO_BIN_EXE_tributary-postgres"))
        .env("TMPDIR", temp.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let server = format!("/proc/{}", line.split(' ').next().unwrap());
    assert!(Path::new(&server).exists());
    holder.kill().unwrap();
    holder.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while Path::new(&server).exists() {
        assert!(Instant::now() < deadline, "the server outlived its killed parent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 1, "the killed process could not remove its folder");
    let options = Options { parent: Some(temp.path().into()), ..Options::default() };
    let cluster = PrivateCluster::start_with(options).await.unwrap();
    assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 1, "only the new cluster's folder is there");
    cluster.stop().await.unwrap();
}
