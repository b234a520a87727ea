//! Scopes as types, so that a handler's signature says what its caller must be allowed.

use domain::access::Scope;

/// What a [`super::Secret`] key must be allowed.
pub trait RequiredScope: 'static {
    /// The scope; `None` when any key will do.
    const SCOPE: Option<Scope>;
}

/// Any secret key will do.
#[derive(Debug)]
pub enum Any {}

impl RequiredScope for Any {
    const SCOPE: Option<Scope> = None;
}

macro_rules! scopes {
    ($($name:ident),+ $(,)?) => {
        $(
            #[doc = concat!("Asks for [`Scope::", stringify!($name), "`].")]
            #[derive(Debug)]
            pub enum $name {}

            impl RequiredScope for $name {
                const SCOPE: Option<Scope> = Some(Scope::$name);
            }
        )+
    };
}

scopes! {
    ReadCatalog, WriteCatalog, ReadContent, WriteContent, ReadOrders, WriteOrders, ReadCustomers,
    WriteCustomers, ReadCart, WriteCart, ReadCheckout, WriteCheckout, ReadInventory, WriteInventory,
    ReadPromotions, WritePromotions, ReadGiftCards, WriteGiftCards, ReadStoreCredit, WriteStoreCredit,
    ReadLoyalty, WriteLoyalty, ReadB2b, WriteB2b, ReadWebhooks, WriteWebhooks, ReadMetafields,
    WriteMetafields, ReadSettings, WriteSettings, ReadReports, WriteReports, ReadConversations,
    WriteConversations, ReadUploads, WriteUploads,
}
