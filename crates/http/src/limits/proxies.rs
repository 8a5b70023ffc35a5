//! Who a request comes from: one rule for limits, the audit log and everything else.
//!
//! The address of the connection counts, unless it is one of our proxies. A proxy appends the address it was called from to
//! `X-Forwarded-For`; what stands before that was written by strangers. So the list is read from its end, for as long as the
//! entries are proxies of ours.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use actix_web::http::header::{HeaderMap, HeaderName};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// One household gets this much of an IPv6 network, so a household is what is counted.
const HOUSEHOLD_BITS: u8 = 64;

/// The proxies in front of this server. What anybody else says about forwarded addresses is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies(Vec<Network>);

/// A network, such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

/// A text that is no address and no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be addresses or networks such as 10.0.0.0/8, separated by commas, not {0:?}")]
pub struct InvalidProxies(String);

impl FromStr for TrustedProxies {
    type Err = InvalidProxies;

    fn from_str(text: &str) -> Result<Self, InvalidProxies> {
        let networks = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        networks
            .map(|entry| Network::read(entry).ok_or_else(|| InvalidProxies(entry.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl TrustedProxies {
    /// The address of the client of a request that came from `peer` with these headers.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if self.trusts(client) {
            let lists: Vec<&str> =
                headers.get_all(FORWARDED_FOR).map(|list| list.to_str().unwrap_or_default()).collect();
            for entry in lists.iter().rev().flat_map(|list| list.rsplit(',')) {
                // Whatever stands before something that is no address was not written by a proxy of ours.
                let Some(forwarded) = read_address(entry.trim()) else { break };
                client = forwarded;
                if !self.trusts(client) {
                    break;
                }
            }
        }
        client
    }

    /// Whether the request was forwarded by somebody who is not among the proxies.
    pub(crate) fn is_forwarded_by_a_stranger(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        headers.contains_key(FORWARDED_FOR) && !self.trusts(peer.to_canonical())
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }
}

impl Network {
    fn read(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(longest);
        (bits <= longest).then_some(Self { address, bits })
    }

    fn holds(self, other: IpAddr) -> bool {
        let is_same = |difference: u128, length: u8| {
            let rest = u32::from(length.saturating_sub(self.bits));
            difference.checked_shr(rest).unwrap_or(0) == 0
        };
        match (self.address, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => is_same(u128::from(own.to_bits() ^ other.to_bits()), 32),
            (IpAddr::V6(own), IpAddr::V6(other)) => is_same(own.to_bits() ^ other.to_bits(), 128),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// An address as proxies write it, perhaps with a port.
fn read_address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

/// Under which name the requests of an address are counted: IPv4 by address, IPv6 by household.
pub(super) struct Counted(pub(super) IpAddr);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(address) => {
                let household = address.to_bits() & !(u128::MAX >> HOUSEHOLD_BITS);
                write!(f, "{}/{HOUSEHOLD_BITS}", Ipv6Addr::from_bits(household))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn client(trusted: &str, peer: &str, lists: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(list).unwrap());
        }
        let proxies: TrustedProxies = trusted.parse().unwrap();
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(client("", "203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(client("10.0.0.0/8", "11.0.0.1", &["198.51.100.1"]), "11.0.0.1");
    }

    #[test]
    fn the_last_address_that_no_proxy_of_ours_has_is_the_client() {
        let ours = "10.0.0.0/8, 192.0.2.1";
        for (peer, lists, expected) in [
            ("10.1.2.3", &[][..], "10.1.2.3"),
            ("10.1.2.3", &["198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["6.6.6.6, 198.51.100.1, 192.0.2.1, 10.9.9.9"], "198.51.100.1"),
            ("10.1.2.3", &["198.51.100.1, 192.0.2.1", "10.9.9.9"], "198.51.100.1"),
            ("10.1.2.3", &["192.0.2.1, 10.9.9.9"], "192.0.2.1"),
            ("10.1.2.3", &["198.51.100.1, nonsense, 10.9.9.9"], "10.9.9.9"),
            ("10.1.2.3", &["unknown"], "10.1.2.3"),
            ("10.1.2.3", &[""], "10.1.2.3"),
            ("10.1.2.3", &["198.51.100.1:4711"], "198.51.100.1"),
            ("10.1.2.3", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("10.1.2.3", &["[2001:db8::1]"], "2001:db8::1"),
            ("::ffff:10.1.2.3", &["::ffff:198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(client(ours, peer, lists), expected, "{peer} {lists:?}");
        }
    }

    #[test]
    fn networks_hold_what_they_should() {
        let holds = |network: &str, address: &str| {
            network.parse::<TrustedProxies>().unwrap().trusts(address.parse().unwrap())
        };
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("192.0.2.0/31", "192.0.2.1", "192.0.2.2"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("::1", "::1", "::2"),
            ("0.0.0.0/0", "203.0.113.7", "::1"),
            ("::/0", "2001:db8::1", "203.0.113.7"),
        ] {
            assert!(holds(network, inside), "{network} {inside}");
            assert!(!holds(network, outside), "{network} {outside}");
        }
        for bad in ["10.0.0.0/33", "::/129", "proxy.example.com", "10.0.0.0/", "10.0.0.0/-1", "/8"] {
            assert_eq!(bad.parse::<TrustedProxies>(), Err(InvalidProxies(bad.to_owned())));
        }
    }

    #[test]
    fn a_household_is_counted_as_one() {
        let counted = |address: &str| Counted(address.parse().unwrap()).to_string();
        assert_eq!(counted("203.0.113.7"), "203.0.113.7");
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(counted("2001:db8:1:2::ff"), counted("2001:db8:1:2:3:4:5:6"));
    }
}
