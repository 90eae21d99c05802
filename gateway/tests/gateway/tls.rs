//! Models behind TLS: a server is asked only when somebody vouches for it whom the
//! operator trusts.

use crate::stage::elsewhere::{Elsewhere, whole};
use crate::stage::{Stage, verses};
use serde_json::{Value, json};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::server::TlsStream;
use tributary_gateway::Config;
use tributary_gateway::upstream::config::Upstreams;

/// Connections that begin with a handshake; those that fail in it are dropped.
struct Secured {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for Secured {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            if let Ok(secured) = self.acceptor.accept(stream).await {
                return (secured, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A server that vouches for itself, and its certificate in PEM.
async fn server() -> (Elsewhere, String) {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![own.cert.der().clone()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/v1", listener.local_addr().unwrap().port());
    let secured = Secured { listener, acceptor: TlsAcceptor::from(Arc::new(config)) };
    (Elsewhere::answering(secured, url, vec![whole("so it flows", 3)]), own.cert.pem())
}

fn upstreams(stage: &Stage, server: &Elsewhere, more: Value) -> Upstreams {
    let file = stage.folder.path().join("upstreams.json");
    let mut entry = json!({"model": "llama", "url": server.url, "served_as": "llama-3", "idle_seconds": 5});
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    std::fs::write(&file, json!([entry]).to_string()).unwrap();
    Upstreams::read(&file, |name| (name == "LLAMA_KEY").then(|| "upstream secret".to_owned())).unwrap()
}

#[tokio::test]
async fn a_server_behind_tls_is_asked_with_the_environments_key_once_its_authority_is_trusted() {
    let (server, certificate) = server().await;
    let stage = Stage::with_agent().await;
    let authority = stage.folder.path().join("authority.pem");
    std::fs::write(&authority, certificate).unwrap();
    let text = stage.dataset("third", &verses(3), 7).await;
    let model = stage.upstream_model("llama", &[text]).await;
    stage.agent("oracle", model).await;
    let ask = json!({"model": "oracle", "messages": [{"role": "user", "content": "Where?"}], "max_tokens": 9});
    let mut api_key = None;
    for (more, status) in [
        // Nobody well-known vouches for it: the key does not even leave the house.
        (json!({"key_env": "LLAMA_KEY"}), 502),
        (json!({"key_env": "LLAMA_KEY", "ca_file": authority}), 200),
    ] {
        let config = Config { upstreams: upstreams(&stage, &server, more), ..stage.config() };
        let gateway = stage.start_with(config).await;
        gateway.wait(|health| health["agents"] == 2).await;
        let key = match &api_key {
            Some(key) => key,
            None => api_key.insert(stage.funded(&gateway, "ada", 10_000).await),
        };
        let url = gateway.at("/v1/chat/completions");
        let answer = stage.client.post(url).bearer_auth(key).json(&ask).send().await.unwrap();
        assert_eq!(answer.status(), status, "{}", answer.text().await.unwrap());
        gateway.stop().await.unwrap();
    }
    let heard = server.heard();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].key.as_deref(), Some("Bearer upstream secret"));
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 1);
    stage.check_identity().await;
}
