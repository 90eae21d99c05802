//! `tributary-postgres`: a private cluster until Ctrl-C, for people who want to
//! try something; prints the server's process number and its connection string.
//! The tests kill it to see that nothing stays behind.

use std::process::ExitCode;
use tributary_postgres::{PostgresError, PrivateCluster};

#[tokio::main]
async fn main() -> ExitCode {
    match hold().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn hold() -> Result<(), PostgresError> {
    let cluster = PrivateCluster::start().await?;
    println!("{} {}", cluster.pid().unwrap_or_default(), cluster.url());
    // Without a way to hear Ctrl-C the cluster ends as well, at once.
    let _ = tokio::signal::ctrl_c().await;
    cluster.stop().await
}
