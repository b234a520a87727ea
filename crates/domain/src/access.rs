//! Who may do what: the mode a key works in, its scopes, and whether it is still good.

crate::text_enum! {
    /// Whether sales are real. Carts, orders, payments, customers, balances and stock are kept apart by
    /// mode; the catalogue and the settings are shared.
    pub enum Mode {
        /// Real customers and real money.
        Live = "live",
        /// Trying things out with the sandbox gateway.
        Test = "test",
    }
}

impl Mode {
    /// Whether this is the live mode, the API's `livemode`.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Live)
    }
}
