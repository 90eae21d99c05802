//! Fixed ports: Surfpool's library picks its own, so connections to the port
//! that was asked for are carried there.

use crate::error::LocalnetError;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Connections carried at once; more wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 1024;

/// A port that is ours, not served yet.
pub struct Bound {
    listener: TcpListener,
    port: u16,
}

impl Bound {
    /// Takes a port on the loopback interface. `None` for port 0: then Surfpool's own will do.
    pub async fn take(port: u16, flag: &'static str) -> Result<Option<Self>, LocalnetError> {
        if port == 0 {
            return Ok(None);
        }
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => Ok(Some(Self { listener, port })),
            Err(source) => Err(LocalnetError::BusyPort { port, flag, source }),
        }
    }

    /// Which port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Carries connections to `target` until the runtime ends.
    pub fn serve(self, target: SocketAddr) {
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        tokio::spawn(async move {
            // The semaphore is never closed.
            while let Ok(place) = places.clone().acquire_owned().await {
                let Ok((mut near, _)) = self.listener.accept().await else { continue };
                tokio::spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(target).await {
                        let _ = near.set_nodelay(true);
                        let _ = far.set_nodelay(true);
                        // Either side may hang up at any time; that is how connections end.
                        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                    }
                    drop(place);
                });
            }
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_busy_port_names_itself_and_the_flag() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let message = Bound::take(port, "--port").await.err().unwrap().to_string();
        assert!(message.contains(&format!("port {port} is busy")) && message.contains("--port"), "{message}");
    }

    #[tokio::test]
    async fn what_is_sent_to_the_fixed_port_arrives_at_the_target() {
        let target = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let near = Bound { listener, port: address.port() };
        near.serve(target.local_addr().unwrap());
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"hello").await.unwrap();
        let mut received = [0; 5];
        target.accept().await.unwrap().0.read_exact(&mut received).await.unwrap();
        assert_eq!(&received, b"hello");
    }
}
