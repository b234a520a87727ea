//! What every operation has to refuse.

use crate::operations::{Face, Operation};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    NoCredentials,
    NoCartToken,
    OtherSurfacesKey,
    RevokedKey,
    ExpiredKey,
    EveryOtherScope,
    MalformedBody,
    UnknownBodyKey,
    BodyTooLarge,
    WrongContentType,
    UnknownQueryParameter,
    DamagedCursor,
    ForeignCursor,
    OtherStoresThing,
    OwnThing,
    ItsScopeAlone,
}

impl Check {
    /// In the order they are made: the last ones change things.
    pub(crate) const ALL: &[Self] = &[
        Self::NoCredentials,
        Self::NoCartToken,
        Self::OtherSurfacesKey,
        Self::RevokedKey,
        Self::ExpiredKey,
        Self::EveryOtherScope,
        Self::MalformedBody,
        Self::UnknownBodyKey,
        Self::BodyTooLarge,
        Self::WrongContentType,
        Self::UnknownQueryParameter,
        Self::DamagedCursor,
        Self::ForeignCursor,
        Self::OtherStoresThing,
        Self::OwnThing,
        Self::ItsScopeAlone,
    ];

    pub(crate) fn is_about(self, operation: &Operation) -> bool {
        let keyed = operation.keyed;
        match self {
            Self::NoCredentials => true,
            Self::NoCartToken => operation.wants_cart,
            Self::OtherSurfacesKey | Self::RevokedKey | Self::ExpiredKey => operation.takes_key,
            Self::UnknownQueryParameter => keyed,
            Self::EveryOtherScope | Self::ItsScopeAlone => {
                operation.takes_key && operation.face == Face::Private
            }
            Self::MalformedBody | Self::UnknownBodyKey | Self::BodyTooLarge | Self::WrongContentType => {
                keyed && operation.takes_body
            }
            Self::DamagedCursor | Self::ForeignCursor => operation.has_cursor,
            Self::OtherStoresThing | Self::OwnThing => keyed && !operation.parameters().is_empty(),
        }
    }

    /// Whether the request is refused, and so has to leave everything as it was.
    pub(crate) const fn refuses(self) -> bool {
        !matches!(self, Self::OwnThing | Self::ItsScopeAlone)
    }
}
