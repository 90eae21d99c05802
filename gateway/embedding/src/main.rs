//! `tributary-embedding`: serves the embedding model over OpenAI's interface on one
//! machine, until Ctrl-C or SIGTERM. Flags and the end of the process; the rest is
//! in the library.

use anyhow::Context;
use clap::Parser;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::signal::unix::{SignalKind, signal};
use tributary_embedding::{Embedder, server};

/// Serves the sentence-embedding model all-MiniLM-L6-v2 at POST /v1/embeddings
#[derive(Parser)]
struct Args {
    /// Folder of the model, as tools/embedding/fetch prints it
    #[arg(long, env = "TRIBUTARY_EMBEDDING_MODEL", value_name = "DIR")]
    model: PathBuf,
    /// Where to listen; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:8070", value_name = "ADDR")]
    listen: SocketAddr,
    /// End when standard input does: with the process that started this one
    #[arg(long)]
    end_with_stdin: bool,
}

/// Whatever is said there is of no interest.
async fn stdin_ended() {
    let mut stdin = tokio::io::stdin();
    let mut nothing = tokio::io::sink();
    // An input that cannot be read has ended.
    let _ = tokio::io::copy(&mut stdin, &mut nothing).await;
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let embedder = Embedder::load(&args.model)?;
    let listener = tokio::net::TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}: choose another address with --listen", args.listen))?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{}", listener.local_addr()?)?;
    out.flush()?;
    let mut terminated = signal(SignalKind::terminate())?;
    let end = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
            () = stdin_ended(), if args.end_with_stdin => {}
        }
    };
    axum::serve(listener, server::router(embedder)).with_graceful_shutdown(end).await?;
    Ok(())
}
