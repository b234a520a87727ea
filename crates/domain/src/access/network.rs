//! Ranges of internet addresses, as in the allowlist of a key.

use std::{fmt, net::IpAddr};

use thiserror::Error;

/// An address or a range in CIDR notation: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    /// Leading bits that an address must share.
    bits: u32,
}

/// The text is no address and no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be an IP address or a range such as 203.0.113.0/24")]
pub struct InvalidNetwork;

impl Network {
    /// Reads an address or a range. A range whose address has bits beyond its length is refused, since
    /// its writer was mistaken about one of the two.
    pub fn parse(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let width = width(address);
        let bits = bits.map_or(Ok(width), |bits| parse_bits(bits).ok_or(InvalidNetwork))?;
        if bits > width || masked(address, bits) != number(address) {
            return Err(InvalidNetwork);
        }
        // An IPv4 range written as IPv6 is the IPv4 range: callers are compared by their own kind.
        match (address.to_canonical(), address) {
            (canonical @ IpAddr::V4(_), IpAddr::V6(_)) => {
                let bits = bits.checked_sub(u128::BITS - u32::BITS).ok_or(InvalidNetwork)?;
                Ok(Self { address: canonical, bits })
            }
            _ => Ok(Self { address, bits }),
        }
    }

    /// Whether `address` lies in the range. An IPv4 address written as IPv6 (`::ffff:203.0.113.7`), as
    /// dual-stack sockets report it, counts as the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4()
            && masked(address, self.bits) == masked(self.address, self.bits)
    }

    /// Whether every address of `other` lies in this range.
    pub fn covers(&self, other: &Self) -> bool {
        other.bits >= self.bits && self.contains(other.address)
    }
}

fn parse_bits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { u32::BITS } else { u128::BITS }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// The number of the address with everything after its first `bits` bits cleared.
fn masked(address: IpAddr, bits: u32) -> u128 {
    let host_bits = width(address).saturating_sub(bits);
    let shifted = number(address).checked_shr(host_bits).unwrap_or(0);
    shifted.checked_shl(host_bits).unwrap_or(0)
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bits == width(self.address) {
            write!(f, "{}", self.address)
        } else {
            write!(f, "{}/{}", self.address, self.bits)
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("203.0.113.7", "203.0.113.7", true)]
    #[case("203.0.113.7", "203.0.113.8", false)]
    #[case("203.0.113.0/24", "203.0.113.255", true)]
    #[case("203.0.113.0/24", "203.0.114.0", false)]
    #[case("203.0.113.0/24", "::ffff:203.0.113.9", true)]
    #[case("::ffff:203.0.113.0/120", "203.0.113.9", true)]
    #[case("::ffff:203.0.113.7", "203.0.113.8", false)]
    #[case("0.0.0.0/0", "8.8.8.8", true)]
    #[case("0.0.0.0/0", "2001:db8::1", false)]
    #[case("::/0", "2001:db8::1", true)]
    #[case("2001:db8::/32", "2001:db8:ffff::1", true)]
    #[case("2001:db8::/32", "2001:db9::1", false)]
    fn a_range_holds_its_addresses_only(#[case] range: &str, #[case] address: &str, #[case] inside: bool) {
        assert_eq!(Network::parse(range).unwrap().contains(address.parse().unwrap()), inside);
    }

    #[rstest]
    #[case("203.0.113.0/24", "203.0.113.0/24", true)]
    #[case("203.0.113.0/24", "203.0.113.128/25", true)]
    #[case("203.0.113.0/24", "203.0.113.7", true)]
    #[case("203.0.113.0/24", "203.0.112.0/23", false)]
    #[case("203.0.113.0/24", "203.0.114.0/25", false)]
    #[case("0.0.0.0/0", "2001:db8::1", false)]
    fn a_range_covers_its_parts_and_nothing_wider(
        #[case] range: &str,
        #[case] part: &str,
        #[case] inside: bool,
    ) {
        assert_eq!(Network::parse(range).unwrap().covers(&Network::parse(part).unwrap()), inside);
    }

    #[rstest]
    #[case("")]
    #[case("203.0.113")]
    #[case("203.0.113.7/24")]
    #[case("203.0.113.0/33")]
    #[case("203.0.113.0/+24")]
    #[case("203.0.113.0/")]
    #[case("example.com")]
    #[case("2001:db8::/129")]
    fn what_is_no_range_is_refused(#[case] text: &str) {
        assert_eq!(Network::parse(text), Err(InvalidNetwork));
    }

    #[test]
    fn the_written_form_reads_back_the_same() {
        for text in ["203.0.113.7", "203.0.113.0/24", "2001:db8::/32", "0.0.0.0/0"] {
            assert_eq!(Network::parse(text).unwrap().to_string(), text);
        }
    }
}
