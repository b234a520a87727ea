//! Typed identifiers: a 128-bit time-ordered value, shown as a prefix and 26 characters.

use std::{cmp::Ordering, fmt, hash::Hash, marker::PhantomData, str::FromStr};

use thiserror::Error;

/// Crockford's base 32, as ULIDs write it: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that 128 bits take in base 32.
const TEXT_LEN: usize = 26;

/// Something that has an identifier; says how the identifier is prefixed in text.
pub trait Entity {
    /// The part before the underscore, `prod` in `prod_01HXY…`.
    const PREFIX: &'static str;
}

/// An identifier of one kind of entity. Opaque to callers; ordered by creation time when its bytes
/// are a UUIDv7, which is what the id source of an application hands out.
pub struct Id<T: Entity> {
    bytes: [u8; 16],
    kind: PhantomData<fn() -> T>,
}

impl<T: Entity> Id<T> {
    /// Wraps the raw bytes of a UUID.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self { bytes, kind: PhantomData }
    }

    /// The raw bytes, as stored.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }

    /// Reads the same value as an identifier of another kind. For the one case where two aggregates
    /// share a life: an order keeps the id of the cart it came from.
    pub const fn cast<U: Entity>(self) -> Id<U> {
        Id::from_bytes(self.bytes)
    }
}

/// The text was not an identifier of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a valid {0} id")]
pub struct InvalidId(pub &'static str);

impl<T: Entity> FromStr for Id<T> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = InvalidId(T::PREFIX);
        let body = text.strip_prefix(T::PREFIX).and_then(|rest| rest.strip_prefix('_')).ok_or(invalid)?;
        if body.len() != TEXT_LEN {
            return Err(invalid);
        }
        let mut value: u128 = 0;
        for byte in body.bytes() {
            let digit =
                ALPHABET.iter().position(|known| *known == byte.to_ascii_uppercase()).ok_or(invalid)?;
            let digit = u128::try_from(digit).map_err(|_| invalid)?;
            // 26 characters carry 130 bits; a value that needs the upper two is no identifier.
            value = value.checked_mul(32).and_then(|shifted| shifted.checked_add(digit)).ok_or(invalid)?;
        }
        Ok(Self::from_bytes(value.to_be_bytes()))
    }
}

impl<T: Entity> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'0'; TEXT_LEN];
        let mut rest = u128::from_be_bytes(self.bytes);
        for slot in text.iter_mut().rev() {
            let digit = usize::try_from(rest & 31).map_err(|_| fmt::Error)?;
            *slot = *ALPHABET.get(digit).ok_or(fmt::Error)?;
            rest >>= 5;
        }
        write!(f, "{}_{}", T::PREFIX, std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl<T: Entity> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How a caller names a thing: by its id, or by its slug (an order: by its number).
pub enum Handle<T: Entity> {
    /// By id.
    Id(Id<T>),
    /// By slug or number.
    Name(String),
}

impl<T: Entity> Clone for Handle<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Id(id) => Self::Id(*id),
            Self::Name(name) => Self::Name(name.clone()),
        }
    }
}
impl<T: Entity> PartialEq for Handle<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Id(a), Self::Id(b)) => a == b,
            (Self::Name(a), Self::Name(b)) => a == b,
            _ => false,
        }
    }
}
impl<T: Entity> Eq for Handle<T> {}
impl<T: Entity> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => fmt::Debug::fmt(id, f),
            Self::Name(name) => fmt::Debug::fmt(name, f),
        }
    }
}

impl<T: Entity> From<&str> for Handle<T> {
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Id)
    }
}

// Written out because a derive would ask the same of `T`, which is only a marker.
impl<T: Entity> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Entity> Copy for Id<T> {}
impl<T: Entity> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl<T: Entity> Eq for Id<T> {}
impl<T: Entity> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T: Entity> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes.cmp(&other.bytes)
    }
}
impl<T: Entity> Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

/// Markers for entities that have no type of their own, or whose type another module defines.
macro_rules! entities {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal),+ $(,)?) => {
        /// One uninhabited type for each kind of entity, to tell identifiers apart.
        pub mod kind {
            $($(#[$doc])* #[derive(Debug)] pub enum $name {}
            impl super::Entity for $name { const PREFIX: &'static str = $prefix; })+
        }
        $($(#[$doc])* pub type $name = Id<kind::$name>;)+
    };
}

entities! {
    /// Identifies a store, the tenant.
    StoreId = "str",
    /// Identifies an API key, publishable or secret.
    ApiKeyId = "key",
    /// Identifies a product.
    ProductId = "prod",
    /// Identifies a variant of a product.
    VariantId = "var",
    /// Identifies a category.
    CategoryId = "cat",
    /// Identifies a brand.
    BrandId = "brd",
    /// Identifies a stock movement.
    MovementId = "mov",
    /// Identifies a promotion or coupon.
    PromotionId = "promo",
    /// Identifies a shipping method.
    ShippingMethodId = "shm",
    /// Identifies a tax rate.
    TaxRateId = "txr",
    /// Identifies a payment method a store offers.
    PaymentMethodId = "pmt",
    /// Identifies a price list.
    PriceListId = "pl",
    /// Identifies a cart. Shares its prefix and its value with the order it becomes.
    CartId = "ord",
    /// Identifies a line of a cart, and of the order it becomes.
    LineId = "oitm",
    /// Identifies an order.
    OrderId = "ord",
    /// Identifies a payment attempt.
    PaymentId = "pay",
    /// Identifies a refund.
    RefundId = "ref",
    /// Identifies a fulfilment, a parcel.
    FulfillmentId = "ful",
    /// Identifies a domain event.
    EventId = "evt",
    /// Identifies a customer.
    CustomerId = "cust",
    /// Identifies somebody who logs in, whichever stores they work for.
    PersonId = "per",
    /// Identifies somebody's place in one store.
    StaffId = "stf",
    /// Identifies a login, from the password to the logout.
    SessionId = "ses",
    /// Identifies a mail that waits to be sent.
    MailId = "mail",
    /// Identifies an entry of the audit log.
    AuditId = "aud",
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_and_bytes_are_the_same_id(bytes: [u8; 16]) {
            let id = ProductId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<ProductId>(), Ok(id));
        }

        #[test]
        fn text_sorts_as_the_bytes_do(a: [u8; 16], b: [u8; 16]) {
            let (a, b) = (ProductId::from_bytes(a), ProductId::from_bytes(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }

    #[test]
    fn the_prefix_of_another_entity_is_refused() {
        let id = ProductId::from_bytes([7; 16]).to_string();
        assert!(id.parse::<ProductId>().is_ok());
        assert!(id.replace("prod", "var").parse::<ProductId>().is_err());
        assert!(id.parse::<VariantId>().is_err());
    }

    #[test]
    fn more_than_128_bits_are_refused() {
        assert!("prod_ZZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<ProductId>().is_err());
        assert!("prod_7ZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<ProductId>().is_ok());
    }
}
