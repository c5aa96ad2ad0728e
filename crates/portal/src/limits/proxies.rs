use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr};

/// Whom the portal believes when it names the address of a caller.
#[derive(Debug, Clone)]
pub struct TrustedProxies {
    /// Networks of the servers in front; empty where there is none that says it.
    pub networks: Vec<IpNet>,
    /// The header they say it in: addresses separated by commas, the nearest last.
    pub header: HeaderName,
}

impl Default for TrustedProxies {
    fn default() -> Self {
        Self { networks: Vec::new(), header: HeaderName::from_static("x-forwarded-for") }
    }
}

/// Who calls, as far as the network goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// An address of the network: of IPv6 the /64, which is one household or one phone.
    Address([u8; 16]),
    /// Nobody that could be told from another: a call within the process, or a server in front that is not configured.
    Anybody,
}

impl TrustedProxies {
    /// The caller behind a connection from `peer`.
    pub fn caller(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Caller {
        let Some(peer) = peer.map(|peer| peer.to_canonical()) else { return Caller::Anybody };
        if self.trusts(peer) {
            return self.forwarded(headers).map_or(Caller::Anybody, Caller::of);
        }
        // What calls from this machine is a server in front: all patients would share one row.
        if peer.is_loopback() { Caller::Anybody } else { Caller::of(peer) }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The last address that no trusted server has: what stands before it anybody can have written.
    fn forwarded(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let lines: Vec<&str> =
            headers.get_all(&self.header).iter().map(|line| line.to_str().unwrap_or("?")).collect();
        for part in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let address: IpAddr = part.trim().parse().ok()?;
            let address = address.to_canonical();
            if !self.trusts(address) {
                return Some(address);
            }
        }
        None
    }
}

impl Caller {
    fn of(address: IpAddr) -> Self {
        let address = match address {
            IpAddr::V4(address) => address.to_ipv6_mapped(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)
            }
        };
        Self::Address(address.octets())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn of(text: &str) -> Caller {
        Caller::of(ip(text))
    }

    fn behind(networks: &[&str], peer: &str, lines: &[&str]) -> Caller {
        let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        let proxies = TrustedProxies { networks, ..TrustedProxies::default() };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(&proxies.header, HeaderValue::from_str(line).unwrap());
        }
        proxies.caller(Some(ip(peer)), &headers)
    }

    #[test]
    fn without_a_trusted_proxy_the_header_is_anybodys_word() {
        assert!(behind(&[], "203.0.113.9", &["198.51.100.1"]) == of("203.0.113.9"));
        assert!(behind(&["10.0.0.0/8"], "203.0.113.9", &["198.51.100.1"]) == of("203.0.113.9"));
    }

    #[test]
    fn the_last_address_that_no_trusted_proxy_has_is_the_callers() {
        let trusted = ["127.0.0.1/32", "10.0.0.0/8"];
        for lines in [
            &["198.51.100.1"][..],
            &["203.0.113.5, 198.51.100.1, 10.0.0.7"],
            &["203.0.113.5", "198.51.100.1"],
            &["nonsense, 198.51.100.1 , 10.0.0.7"],
            &["::ffff:198.51.100.1"],
        ] {
            assert!(behind(&trusted, "127.0.0.1", lines) == of("198.51.100.1"), "{lines:?}");
        }
    }

    #[test]
    fn a_trusted_proxy_that_names_nobody_stands_for_nobody() {
        for lines in [&[][..], &["nonsense"], &["10.0.0.7"], &["198.51.100.1, nonsense"], &[""]] {
            assert!(behind(&["10.0.0.0/8"], "10.0.0.1", lines) == Caller::Anybody, "{lines:?}");
        }
        assert!(behind(&[], "127.0.0.1", &["198.51.100.1"]) == Caller::Anybody);
        assert!(behind(&[], "::1", &[]) == Caller::Anybody);
    }

    #[test]
    fn a_household_is_one_caller_in_ipv6_and_a_mapped_address_is_itself() {
        assert!(of("2001:db8:1:2:aaaa::1") == of("2001:db8:1:2::9"));
        assert!(of("2001:db8:1:2::1") != of("2001:db8:1:3::1"));
        assert!(of("198.51.100.1") != of("198.51.100.2"));
        assert!(behind(&[], "::ffff:198.51.100.1", &[]) == of("198.51.100.1"));
    }
}
