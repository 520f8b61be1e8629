//! Where a webhook may go: public addresses only, so that a tenant cannot make us call our own network (SSRF, OWASP
//! API7).
//!
//! The check is the resolver that the connector uses: the addresses that were checked are the ones that are connected
//! to, with no second resolution in between that could answer otherwise (DNS rebinding). Special ranges are those of the
//! IANA special-purpose address registries.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

/// Networks of IPv4 that are not public, as address and prefix length.
const SPECIAL_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // carrier-grade NAT; some clouds' metadata
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local; most clouds' metadata
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments; one cloud's metadata
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, broadcast
];

/// The only range of IPv6 that is handed out for public use.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Networks in it that are not public, or that carry an IPv4 address which could be anything.
const SPECIAL_V6: [(Ipv6Addr, u32); 5] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments, Teredo
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
    (Ipv6Addr::new(0x3ffe, 0, 0, 0, 0, 0, 0, 0), 16), // formerly 6bone
];

/// Whether an address is on the public internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !SPECIAL_V4.iter().any(|network| is_in_v4(v4, *network)),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => is_in_v6(v6, GLOBAL_V6) && !SPECIAL_V6.iter().any(|network| is_in_v6(v6, *network)),
        },
    }
}

fn is_in_v4(address: Ipv4Addr, (network, prefix): (Ipv4Addr, u32)) -> bool {
    (address.to_bits() ^ network.to_bits()) >> (32 - prefix) == 0
}

fn is_in_v6(address: Ipv6Addr, (network, prefix): (Ipv6Addr, u32)) -> bool {
    (address.to_bits() ^ network.to_bits()) >> (128 - prefix) == 0
}

/// A receiver's host stands for an address that may not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("its host resolves to {address}, which is not a public address")]
pub(crate) struct Forbidden {
    address: IpAddr,
}

/// Which addresses may be called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    /// `sink.allow_private_addresses`
    pub(crate) allow_private: bool,
}

impl Guard {
    /// One forbidden address among several is enough: which one would be used is not ours to choose.
    pub(crate) fn check(self, addresses: impl IntoIterator<Item = IpAddr>) -> Result<(), Forbidden> {
        let forbidden = addresses.into_iter().find(|address| !self.allow_private && !is_public(*address));
        forbidden.map_or(Ok(()), |address| Err(Forbidden { address }))
    }
}

/// Resolves names to addresses that have passed the guard. Literal addresses do not come this way: see
/// [`crate::webhook::Webhook`].
#[derive(Debug, Clone)]
pub(crate) struct GuardedResolver(pub(crate) Guard);

impl Service<Name> for GuardedResolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let guard = self.0;
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            guard.check(addresses.iter().map(SocketAddr::ip)).map_err(io::Error::other)?;
            Ok(addresses.into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_pass() {
        let public =
            ["8.8.8.8", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        let special = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "239.255.255.250",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "100::1",
        ];
        for address in special {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn one_forbidden_address_forbids_the_host_unless_private_ones_are_allowed() {
        let mixed = ["8.8.8.8".parse().unwrap(), "10.0.0.1".parse().unwrap()];
        let error = Guard { allow_private: false }.check(mixed).unwrap_err();
        assert!(error.to_string().contains("10.0.0.1"));
        assert_eq!(Guard { allow_private: true }.check(mixed), Ok(()));
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_this_machine_is_refused() {
        let name: Name = "localhost".parse().unwrap();
        let error = GuardedResolver(Guard { allow_private: false }).call(name.clone()).await.unwrap_err();
        assert!(error.to_string().contains("not a public address"), "{error}");
        assert!(GuardedResolver(Guard { allow_private: true }).call(name).await.unwrap().next().is_some());
    }

    proptest::proptest! {
        /// An address that is written as IPv6 gets no further than the same address written as IPv4.
        #[test]
        fn mapping_into_v6_changes_nothing(bits: u32) {
            let v4 = Ipv4Addr::from_bits(bits);
            proptest::prop_assert_eq!(is_public(v4.into()), is_public(v4.to_ipv6_mapped().into()));
        }
    }
}
