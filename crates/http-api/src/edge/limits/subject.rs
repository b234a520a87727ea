//! Whom a request is counted for.

use std::net::IpAddr;

use ports::limits::Subject;
use sha2::{Digest as _, Sha256};

use super::Class;

/// Whom and for what. Each is a budget of its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Counted<'a> {
    /// An address at routes that need no key.
    Address(Class, Option<IpAddr>),
    /// An address with a publishable key, without a cart.
    Key(Class, [u8; 16], Option<IpAddr>),
    /// The same with a cart's token.
    Cart(Class, [u8; 16], Option<IpAddr>, &'a str),
    /// All carts of an address with a publishable key.
    Carts(Class, [u8; 16], Option<IpAddr>),
    /// A key or person of the private surface, at all routes or those of a class.
    Holder(Option<Class>, [u8; 16]),
    /// The same, by the hour.
    HolderHour([u8; 16]),
    /// An address that names nobody, or nothing.
    Stray(Option<IpAddr>),
    /// An address at probes and documentation.
    Open(Option<IpAddr>),
}

impl Counted<'_> {
    /// As the limiter knows it, on every server alike.
    pub(super) fn subject(self) -> Subject {
        let none = [0; 16];
        let (kind, class, key, address, token) = match self {
            Self::Address(class, address) => (b'a', Some(class), none, place(address), ""),
            Self::Key(class, key, address) => (b'k', Some(class), key, place(address), ""),
            Self::Cart(class, key, address, token) => (b'c', Some(class), key, place(address), token),
            Self::Carts(class, key, address) => (b'C', Some(class), key, place(address), ""),
            Self::Holder(class, holder) => (b'h', class, holder, place(None), ""),
            Self::HolderHour(holder) => (b'H', None, holder, place(None), ""),
            Self::Stray(address) => (b's', None, none, place(address), ""),
            Self::Open(address) => (b'o', None, none, place(address), ""),
        };
        // Every part but the last has a fixed length, so that no two subjects are written alike.
        let digest = Sha256::new()
            .chain_update([kind, class.map_or(b'-', Class::letter)])
            .chain_update(key)
            .chain_update(address)
            .chain_update(token)
            .finalize();
        let mut subject = [0; 16];
        subject.copy_from_slice(&digest[..16]);
        Subject(subject)
    }
}

/// An IPv4 address whole, an IPv6 one without what a household gives out by itself.
fn place(address: Option<IpAddr>) -> [u8; 9] {
    let mut place = [0; 9];
    match address {
        Some(IpAddr::V4(address)) => {
            place[0] = 4;
            place[1..5].copy_from_slice(&address.octets());
        }
        Some(IpAddr::V6(address)) => {
            place[0] = 6;
            place[1..].copy_from_slice(&address.octets()[..8]);
        }
        None => {}
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stray(address: &str) -> Subject {
        Counted::Stray(Some(address.parse().unwrap())).subject()
    }

    #[test]
    fn addresses_of_one_household_are_one_subject() {
        assert_eq!(stray("2001:db8:1:2::1"), stray("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(stray("2001:db8:1:2::1"), stray("2001:db8:1:3::1"));
        assert_ne!(stray("203.0.113.1"), stray("203.0.113.2"));
        assert_ne!(stray("203.0.113.1"), Counted::Stray(None).subject());
    }

    #[test]
    fn no_budget_is_another_one() {
        let (key, address, class) = ([7; 16], None, Class::Browse);
        let all = [
            Counted::Address(class, address),
            Counted::Key(class, key, address),
            Counted::Key(Class::Checkout, key, address),
            Counted::Key(class, [8; 16], address),
            Counted::Cart(class, key, address, "token-one"),
            Counted::Cart(class, key, address, "token-two"),
            Counted::Carts(class, key, address),
            Counted::Holder(None, key),
            Counted::Holder(Some(Class::Money), key),
            Counted::HolderHour(key),
            Counted::Stray(address),
            Counted::Open(address),
        ];
        let subjects: std::collections::BTreeSet<_> = all.map(Counted::subject).into_iter().collect();
        assert_eq!(subjects.len(), all.len());
    }
}
