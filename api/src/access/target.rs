//! Where a webhook may point: public hosts over HTTPS, and nothing of ours.
//!
//! A name is checked again each time it is resolved, by the client's own
//! resolver, so that a name which later points inside leads nowhere.

use crate::problem::ReadError;
use reqwest_tls::dns::{Addrs, Name, Resolve, Resolving};
use reqwest_tls::{Url, redirect};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Longer URLs are refused.
const URL_CHARS_MAX: usize = 500;
/// How long a receiver may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A URL that a webhook may point to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(pub Url);

/// Why a name leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("{0} does not lead to a public address")]
struct NotPublic(String);

impl Target {
    /// Reads a URL. `private` allows HTTP and any address: for one's own network.
    pub fn parse(text: &str, private: bool) -> Result<Self, ReadError> {
        let refuse = |reason: &str| ReadError::Malformed { field: "url", reason: reason.into() };
        if text.len() > URL_CHARS_MAX {
            return Err(refuse("use a URL of at most 500 characters"));
        }
        let url = Url::parse(text).map_err(|_| refuse("write a whole URL, such as https://example.org/hook"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("leave user and password out: deliveries are signed"));
        }
        match (url.scheme(), private) {
            ("https", _) | ("http", true) => {}
            _ => return Err(refuse("use https")),
        }
        // A URL's host is an address exactly when it is written as one.
        let host = url.host_str().ok_or_else(|| refuse("name a host"))?.trim_matches(['[', ']']).to_owned();
        match host.parse::<IpAddr>() {
            Ok(address) if !private && !is_public(address) => Err(refuse("use a public address")),
            _ => Ok(Self(url)),
        }
    }
}

/// A client that follows no redirects, waits for nobody and resolves only
/// public addresses unless `private`.
pub fn client(private: bool) -> Result<reqwest_tls::Client, reqwest_tls::Error> {
    let client = reqwest_tls::Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .user_agent("tributary-webhooks/1");
    if private { client.build() } else { client.dns_resolver(Arc::new(Resolver)).build() }
}

/// Resolves names to their public addresses.
pub struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((host.as_str(), 0)).await?.filter(|address| is_public(address.ip())).collect();
            if found.is_empty() {
                return Err(NotPublic(host).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is of the internet at large.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_protocol = (a, b, c) == (192, 0, 0);
    let is_benchmark = a == 198 && (b == 18 || b == 19);
    !(a == 0
        || a >= 224
        || is_shared
        || is_protocol
        || is_benchmark
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Only 2000::/3 is given out; of it, documentation and tunnels to IPv4 are not for us.
    let segments = address.segments();
    let is_global = segments[0] & 0xe000 == 0x2000;
    let is_documentation = segments[0] == 0x2001 && segments[1] == 0x0db8;
    let is_tunnel = segments[0] == 0x2002 || (segments[0] == 0x2001 && segments[1] == 0);
    is_global && !is_documentation && !is_tunnel
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_webhook_points_to_a_public_host_over_https() {
        assert!(Target::parse("https://example.org/hook?x=1", false).is_ok());
        for wrong in [
            "http://example.org/",
            "https://user:secret@example.org/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
            "https://2130706433/",
            "file:///etc/passwd",
            "example.org",
            &format!("https://example.org/{}", "a".repeat(500)),
        ] {
            assert!(Target::parse(wrong, false).is_err(), "{wrong}");
        }
        assert!(Target::parse("http://127.0.0.1:9/", true).is_ok(), "one's own network may be allowed");
    }

    #[test]
    fn addresses_inside_are_not_public() {
        for inside in [
            "10.1.2.3",
            "100.64.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "0.0.0.0",
            "224.0.0.1",
            "fe80::1",
            "fd00::1",
            "::",
            "2002:a00:1::",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["1.1.1.1", "2606:4700::1111"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[tokio::test]
    async fn a_name_that_points_inside_leads_nowhere() {
        let found = Resolver.resolve("localhost".parse().unwrap()).await;
        assert!(found.is_err());
    }
}
