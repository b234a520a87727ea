//! The audit log: who changed what, when and from where, with what stood there before and after.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

pub use self::facts::{Facts, Value, differences};
use crate::{
    access::Mode,
    id::{AuditId, Entity, Id, StoreId},
    text_enum,
};

mod facts;

text_enum! {
    /// What was done. Written `subject.what_happened`.
    pub enum Action {
        /// A store was opened.
        StoreCreated = "store.created",
        /// A store was changed.
        StoreUpdated = "store.updated",
        /// Settings of a store were changed.
        SettingsUpdated = "settings.updated",
        /// An API key was made.
        ApiKeyCreated = "api_key.created",
        /// An API key was changed.
        ApiKeyUpdated = "api_key.updated",
        /// An API key got a new text.
        ApiKeyRotated = "api_key.rotated",
        /// An API key was withdrawn.
        ApiKeyRevoked = "api_key.revoked",
        /// An API key got a secret to sign its requests with, or another one.
        SigningSecretGiven = "api_key.signing_secret_given",
        /// An API key's requests need no signature any more.
        SigningSecretTaken = "api_key.signing_secret_taken",
        /// Somebody was invited to the staff.
        StaffInvited = "staff.invited",
        /// Somebody was invited once more, and the earlier invitation taken back.
        StaffInvitedAgain = "staff.invited_again",
        /// Somebody accepted their invitation.
        StaffJoined = "staff.joined",
        /// Somebody got another role, was shut out or let in again.
        StaffUpdated = "staff.updated",
        /// Somebody chose another password, for all stores that they work for.
        StaffPasswordChanged = "staff.password_changed",
        /// Somebody was removed from the staff, or their invitation taken back.
        StaffRemoved = "staff.removed",
        /// A brand was added.
        BrandCreated = "brand.created",
        /// A brand was changed.
        BrandUpdated = "brand.updated",
        /// A brand was removed.
        BrandDeleted = "brand.deleted",
        /// A category was added.
        CategoryCreated = "category.created",
        /// A category was changed.
        CategoryUpdated = "category.updated",
        /// A category was hidden, which is how categories are removed.
        CategoryHidden = "category.hidden",
        /// A product was added.
        ProductCreated = "product.created",
        /// Products were added together, by an import.
        ProductsImported = "product.imported",
        /// A product was changed.
        ProductUpdated = "product.updated",
        /// A product was taken off sale for good.
        ProductArchived = "product.archived",
        /// A variant was added to a product.
        VariantCreated = "variant.created",
        /// A variant of a product was changed.
        VariantUpdated = "variant.updated",
        /// A variant of a product was removed.
        VariantDeleted = "variant.deleted",
        /// A product got other options, and other variants by them.
        OptionsUpdated = "options.updated",
        /// Stock was counted or corrected.
        InventoryAdjusted = "inventory.adjusted",
        /// A promotion was added.
        PromotionCreated = "promotion.created",
        /// A promotion was changed.
        PromotionUpdated = "promotion.updated",
        /// A promotion was switched off, which is how promotions are removed.
        PromotionDeactivated = "promotion.deactivated",
        /// A payment method was added.
        PaymentMethodCreated = "payment_method.created",
        /// A payment method was changed.
        PaymentMethodUpdated = "payment_method.updated",
        /// A payment method was removed.
        PaymentMethodDeleted = "payment_method.deleted",
        /// A shipping method was added.
        ShippingMethodCreated = "shipping_method.created",
        /// A shipping method was changed.
        ShippingMethodUpdated = "shipping_method.updated",
        /// A shipping method was removed.
        ShippingMethodDeleted = "shipping_method.deleted",
        /// A tax rate was added.
        TaxRateCreated = "tax_rate.created",
        /// A tax rate was changed.
        TaxRateUpdated = "tax_rate.updated",
        /// A tax rate was removed.
        TaxRateDeleted = "tax_rate.deleted",
        /// Notes, data or the address of an order were changed.
        OrderUpdated = "order.updated",
        /// Goods of an order were sent.
        OrderFulfilled = "order.fulfilled",
        /// The money of an order was noted as received.
        OrderMarkedPaid = "order.marked_paid",
        /// Money of an order was given back.
        OrderRefunded = "order.refunded",
        /// An order was called off.
        OrderCancelled = "order.cancelled",
    }
}

text_enum! {
    /// Kinds of things that are changed.
    pub enum SubjectType {
        /// A store, with its settings.
        Store = "store",
        /// An API key.
        ApiKey = "api_key",
        /// One of the staff, at this store.
        Staff = "staff",
        /// A brand.
        Brand = "brand",
        /// A category.
        Category = "category",
        /// A product, with its variants.
        Product = "product",
        /// The stock of a variant, in one mode.
        Inventory = "inventory",
        /// A promotion.
        Promotion = "promotion",
        /// A payment method.
        PaymentMethod = "payment_method",
        /// A shipping method.
        ShippingMethod = "shipping_method",
        /// A tax rate.
        TaxRate = "tax_rate",
        /// An order, with its payments, refunds and parcels.
        Order = "order",
    }
}

impl SubjectType {
    /// Whether such things are kept apart by mode, so that entries about them are too. The others are
    /// shared, and whoever reads the log in one mode sees what the keys of the other did to them.
    pub const fn is_kept_by_mode(self) -> bool {
        match self {
            Self::Inventory | Self::Order => true,
            Self::Store
            | Self::ApiKey
            | Self::Staff
            | Self::Brand
            | Self::Category
            | Self::Product
            | Self::Promotion
            | Self::PaymentMethod
            | Self::ShippingMethod
            | Self::TaxRate => false,
        }
    }
}

/// The thing that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What kind of thing it is.
    pub kind: SubjectType,
    /// Its identifier in its written form.
    pub id: String,
}

impl Subject {
    /// The thing with this identifier.
    pub fn new<T: Entity>(kind: SubjectType, id: Id<T>) -> Self {
        Self { kind, id: id.to_string() }
    }
}

/// Who acted, as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Written as in events: `key:key_01H…`, `operator`.
    pub actor: String,
    /// What the actor was called at that time: the name of a key, the email of a member of staff.
    pub name: Option<String>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// The program that sent it, by its own word.
    pub user_agent: Option<String>,
}

/// One line of the log. Written in the transaction of the change it tells of, and never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Identifier; later entries have larger ones.
    pub id: AuditId,
    /// Whose log it is in.
    pub store: StoreId,
    /// The mode of the key that was used.
    pub mode: Mode,
    /// Who acted.
    pub author: Author,
    /// The request it happened in, by which entries of one request belong together.
    pub request_id: String,
    /// What was done.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// What stood there before, of the fields that changed; nothing for a thing that was made.
    pub before: Option<Facts>,
    /// What stands there now, of the fields that changed; nothing for a thing that is gone.
    pub after: Option<Facts>,
    /// When.
    pub at: DateTime<Utc>,
}

#[cfg(test)]
mod tests;
