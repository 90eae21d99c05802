//! The embedding model's server as a child of `tributary up`: it ends with its
//! parent, however that ends. Whether it answers is the gateway's business.

use anyhow::{Context, bail};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};

/// How long it may take to read its model.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How long it may take to end.
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// See the module's head.
pub struct Server {
    child: Child,
    /// It ends when this closes.
    stdin: Option<ChildStdin>,
    url: String,
}

impl Server {
    /// Starts it over a model and waits until it listens.
    pub async fn start(binary: &Path, model: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(binary)
            .args(["--listen", "127.0.0.1:0", "--end-with-stdin", "--model"])
            .arg(model)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| {
                format!("cannot run {}: `make embedding` builds it; name it with --embedding-server", binary.display())
            })?;
        let stdin = child.stdin.take();
        let said = child.stdout.take().context("the embedding server has no output")?;
        let mut lines = BufReader::new(said).lines();
        let line = tokio::time::timeout(START_TIMEOUT, lines.next_line());
        let line = line.await.with_context(|| format!("{} does not say where it listens", binary.display()))??;
        let Some(url) = line.as_deref().and_then(|line| line.strip_prefix("listening on ")) else {
            bail!("the embedding server ended at once: what it said stands above");
        };
        tracing::info!(url, "the embedding model is served");
        Ok(Self { child, stdin, url: format!("{url}/v1") })
    }

    /// Up to and with `/v1`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it; it keeps nothing, so that it may be killed if it does not.
    pub async fn stop(mut self) {
        drop(self.stdin.take());
        if tokio::time::timeout(END_TIMEOUT, self.child.wait()).await.is_err() {
            tracing::warn!("the embedding server did not end by itself");
        }
    }
}
