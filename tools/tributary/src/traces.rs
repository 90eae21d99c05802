//! Spans for a collector: sent as OTLP over HTTP when the environment names one, as
//! OpenTelemetry's specification has it (`OTEL_EXPORTER_OTLP_ENDPOINT` and its
//! relatives). Nothing waits for it: what a collector does not take in time is
//! dropped, and the log says so.

use anyhow::Context;
use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{Request, Response};
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use std::time::Duration;
use tokio::runtime::Handle;
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

/// What names a collector.
const COLLECTOR: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
/// What it is told who speaks.
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";
/// How long the last spans may take at the end.
const END: Duration = Duration::from_secs(5);
/// How long a collector may take for a batch.
const BATCH: Duration = Duration::from_secs(10);

/// What is on its way to the collector.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts sending, when the environment names a collector.
    pub fn from_environment() -> anyhow::Result<Option<Self>> {
        if COLLECTOR.iter().all(|name| std::env::var_os(name).is_none_or(|value| value.is_empty())) {
            return Ok(None);
        }
        let client =
            reqwest_tls::Client::builder().timeout(BATCH).build().context("no HTTP client can be made here")?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender { client, runtime: Handle::current() })
            .build()
            .with_context(|| format!("spans cannot be sent as {} and its relatives say", COLLECTOR[0]))?;
        let mut resource = Resource::builder();
        if std::env::var_os(SERVICE_NAME).is_none() {
            resource = resource.with_service_name("tributary");
        }
        Ok(Some(Self(
            SdkTracerProvider::builder().with_resource(resource.build()).with_batch_exporter(exporter).build(),
        )))
    }

    /// Takes this project's own spans, whatever the log shows.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let layer: OpenTelemetryLayer<S, SdkTracer> = tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("tributary"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        let ours = Targets::new().with_default(LevelFilter::OFF).with_target("tributary", Level::INFO);
        layer.with_filter(ours)
    }

    /// Sends the last ones.
    pub async fn end(self) {
        // It blocks, while what it sends is sent by the runtime.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(END)).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::warn!("the last spans did not reach the collector");
        }
    }
}

/// Sends from the exporter's own thread through the runtime's client.
#[derive(Debug)]
struct Sender {
    client: reqwest_tls::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest_tls::Request::try_from(request)?;
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let answer = client.execute(request).await?;
            Ok::<_, reqwest_tls::Error>((answer.status(), answer.bytes().await?))
        });
        let (status, body) = sent.await??;
        Ok(Response::builder().status(status).body(body)?)
    }
}
