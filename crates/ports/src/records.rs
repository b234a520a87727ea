//! What every stored aggregate has in common, so that plain create, read, update and delete are
//! written once.

use async_trait::async_trait;
use domain::id::{Entity, Id};

use crate::RepoError;

/// An aggregate with an id of its own and a version that counts its changes.
pub trait Record: Send + Sync {
    /// Marker of its id.
    type Kind: Entity;

    /// Its identifier within the store.
    fn id(&self) -> Id<Self::Kind>;

    /// How often it was written, from 1.
    fn version(&self) -> i32;

    /// Sets the version after a write.
    fn set_version(&mut self, version: i32);
}

/// The rows of one kind of aggregate in one store, inside a unit of work.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Records<T: Record + 'static>: Send {
    /// Adds a record. [`RepoError::Conflict`] when its id or another unique value is taken.
    async fn insert(&mut self, record: &T) -> Result<(), RepoError>;

    /// Reads a record and locks it until the unit of work ends.
    async fn find(&mut self, id: Id<T::Kind>) -> Result<Option<T>, RepoError>;

    /// Writes a record if nobody wrote it since it was read, and raises its version; otherwise
    /// [`RepoError::Stale`].
    async fn update(&mut self, record: &mut T) -> Result<(), RepoError>;

    /// Removes a record; `false` when there was none.
    async fn delete(&mut self, id: Id<T::Kind>) -> Result<bool, RepoError>;
}

/// Makes a domain type with `id` and `version` fields a [`Record`].
macro_rules! record {
    ($($type:ty => $kind:ident),+ $(,)?) => {
        $(impl Record for $type {
            type Kind = domain::id::kind::$kind;
            fn id(&self) -> Id<Self::Kind> { self.id }
            fn version(&self) -> i32 { self.version }
            fn set_version(&mut self, version: i32) { self.version = version; }
        })+
    };
}

record! {
    domain::catalog::brand::Brand => BrandId,
    domain::catalog::category::Category => CategoryId,
    domain::discount::Promotion => PromotionId,
    domain::shipping::ShippingMethod => ShippingMethodId,
    domain::tax::TaxRate => TaxRateId,
    domain::payment_method::PaymentMethod => PaymentMethodId,
    domain::staff::Membership => StaffId,
}
