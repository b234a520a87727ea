//! What a key may touch.

use std::collections::BTreeSet;

crate::text_enum! {
    /// A permission. Writing does not include reading; a key that needs both carries both.
    pub enum Scope {
        /// See products, variants, categories, brands and reviews.
        ReadCatalog = "read:catalog",
        /// Change products, variants, categories, brands and reviews.
        WriteCatalog = "write:catalog",
        /// See pages and the storefront's presentation.
        ReadContent = "read:content",
        /// Change pages and the storefront's presentation.
        WriteContent = "write:content",
        /// See orders, fulfilments and refunds.
        ReadOrders = "read:orders",
        /// Change orders, fulfilments and refunds.
        WriteOrders = "write:orders",
        /// See customers.
        ReadCustomers = "read:customers",
        /// Change customers.
        WriteCustomers = "write:customers",
        /// See carts and payment pages.
        ReadCart = "read:cart",
        /// Change carts and payment pages.
        WriteCart = "write:cart",
        /// See checkouts.
        ReadCheckout = "read:checkout",
        /// Change checkouts.
        WriteCheckout = "write:checkout",
        /// See stock levels and movements.
        ReadInventory = "read:inventory",
        /// Change stock levels and movements.
        WriteInventory = "write:inventory",
        /// See promotions and coupons.
        ReadPromotions = "read:promotions",
        /// Change promotions and coupons.
        WritePromotions = "write:promotions",
        /// See gift cards.
        ReadGiftCards = "read:gift-cards",
        /// Change gift cards.
        WriteGiftCards = "write:gift-cards",
        /// See store credit.
        ReadStoreCredit = "read:store-credit",
        /// Change store credit.
        WriteStoreCredit = "write:store-credit",
        /// See loyalty points.
        ReadLoyalty = "read:loyalty",
        /// Change loyalty points.
        WriteLoyalty = "write:loyalty",
        /// See business accounts and price lists.
        ReadB2b = "read:b2b",
        /// Change business accounts and price lists.
        WriteB2b = "write:b2b",
        /// See webhook endpoints and deliveries.
        ReadWebhooks = "read:webhooks",
        /// Change webhook endpoints and deliveries.
        WriteWebhooks = "write:webhooks",
        /// See metafields.
        ReadMetafields = "read:metafields",
        /// Change metafields.
        WriteMetafields = "write:metafields",
        /// See settings, keys and staff.
        ReadSettings = "read:settings",
        /// Change settings, keys and staff.
        WriteSettings = "write:settings",
        /// See reports.
        ReadReports = "read:reports",
        /// Change reports.
        WriteReports = "write:reports",
        /// See conversations with shoppers.
        ReadConversations = "read:conversations",
        /// Change conversations with shoppers.
        WriteConversations = "write:conversations",
        /// See uploads.
        ReadUploads = "read:uploads",
        /// Change uploads.
        WriteUploads = "write:uploads",
        /// Everything, now and in the future.
        Admin = "admin:*",
    }
}

/// The permissions of one key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeSet(BTreeSet<Scope>);

impl ScopeSet {
    /// Everything.
    pub fn admin() -> Self {
        Self::from_iter([Scope::Admin])
    }

    /// Whether `scope` is granted, by itself or by [`Scope::Admin`].
    pub fn allows(&self, scope: Scope) -> bool {
        self.0.contains(&scope) || self.0.contains(&Scope::Admin)
    }

    /// Whether everything in `other` is granted here too: a key must not make a mightier key.
    pub fn covers(&self, other: &Self) -> bool {
        other.iter().all(|scope| self.allows(scope))
    }

    /// The scopes as granted, in order of declaration.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    /// Whether nothing is granted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_does_not_include_reading() {
        let writer = ScopeSet::from_iter([Scope::WriteCatalog]);
        assert!(writer.allows(Scope::WriteCatalog));
        assert!(!writer.allows(Scope::ReadCatalog));
        assert!(!writer.allows(Scope::Admin));
    }

    #[test]
    fn the_administrator_may_do_everything() {
        let admin = ScopeSet::admin();
        assert!(Scope::ALL.iter().all(|scope| admin.allows(*scope)));
    }

    #[test]
    fn nobody_hands_out_what_they_do_not_have() {
        let some = ScopeSet::from_iter([Scope::ReadOrders, Scope::WriteOrders]);
        let one = ScopeSet::from_iter([Scope::ReadOrders]);
        assert!(some.covers(&one) && ScopeSet::admin().covers(&some) && some.covers(&some));
        assert!(!one.covers(&some) && !some.covers(&ScopeSet::admin()));
    }

    #[test]
    fn every_area_can_be_read_and_written() {
        let (reads, writes): (Vec<_>, Vec<_>) = Scope::ALL
            .iter()
            .filter(|scope| **scope != Scope::Admin)
            .map(|scope| scope.as_str())
            .partition(|text| text.starts_with("read:"));
        assert_eq!(reads.len(), 18);
        let of_writes: Vec<String> = writes.iter().map(|text| text.replace("write:", "read:")).collect();
        assert_eq!(reads, of_writes);
    }
}
