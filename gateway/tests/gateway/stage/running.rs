//! Gateways that are started, stopped and killed.

use super::Stage;
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tributary_gateway::spool::SpoolError;
use tributary_gateway::{Config, GatewayError, serve};

impl Stage {
    /// Starts a gateway and waits until it serves at least one agent.
    pub async fn start(&self) -> Running {
        self.start_after_a_kill(self.config()).await
    }

    /// The same with a config; a killed one before it may hold the spool for a
    /// moment longer.
    pub async fn start_after_a_kill(&self, config: Config) -> Running {
        for _ in 0..100 {
            let running = self.start_with(config.clone()).await;
            if running.comes_up().await {
                running.wait(|health| health["state"] == "serving" && health["agents"].as_u64() > Some(0)).await;
                return running;
            }
            let error = running.ended().await.unwrap_err();
            assert!(matches!(error, GatewayError::Spool(SpoolError::InUse(_))), "{error}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the spool was never released");
    }

    /// Starts a gateway without waiting.
    pub async fn start_cold(&self) -> Running {
        self.start_with(self.config()).await
    }

    pub async fn start_with(&self, config: Config) -> Running {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let shutdown = CancellationToken::new();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = runtime.spawn({
            let shutdown = shutdown.clone();
            async move { serve(config, tokio::net::TcpListener::from_std(listener).unwrap(), shutdown).await }
        });
        Running {
            runtime: std::sync::Mutex::new(Some(runtime)),
            task: Some(task),
            shutdown,
            url,
            client: self.client.clone(),
        }
    }
}

/// A gateway in a runtime of its own, so that it can be killed.
pub struct Running {
    runtime: std::sync::Mutex<Option<Runtime>>,
    task: Option<tokio::task::JoinHandle<Result<(), GatewayError>>>,
    shutdown: CancellationToken,
    url: String,
    client: reqwest::Client,
}

impl Running {
    /// One that runs elsewhere: it is reached from here, and ended there.
    #[allow(dead_code, reason = "the kills of the real process, in tools/tributary, use it")]
    pub fn elsewhere(url: String, client: reqwest::Client) -> Self {
        Self { runtime: std::sync::Mutex::new(None), task: None, shutdown: CancellationToken::new(), url, client }
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub async fn health(&self) -> Value {
        match self.client.get(self.at("/health")).send().await {
            Ok(answer) => answer.json().await.unwrap_or(Value::Null),
            Err(_) => Value::Null,
        }
    }

    /// Whether it answers at all rather than ending.
    async fn comes_up(&self) -> bool {
        loop {
            if self.task.as_ref().is_none_or(|task| task.is_finished()) {
                return false;
            }
            if self.health().await != Value::Null {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn wait(&self, holds: impl Fn(&Value) -> bool) {
        let start = Instant::now();
        loop {
            let health = self.health().await;
            if holds(&health) {
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "never came: {health}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Ends it in order.
    pub async fn stop(mut self) -> Result<(), GatewayError> {
        self.shutdown.cancel();
        let result = self.task.take().unwrap().await.unwrap();
        self.kill();
        result
    }

    /// Waits for it to end by itself.
    pub async fn ended(mut self) -> Result<(), GatewayError> {
        let result = tokio::time::timeout(Duration::from_secs(30), self.task.take().unwrap()).await.unwrap().unwrap();
        self.kill();
        result
    }

    /// Drops everything where it stands.
    pub fn kill(&self) {
        if let Some(runtime) = self.runtime.lock().unwrap().take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}
