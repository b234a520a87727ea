//! A shopper of a test sale.

use application::{
    Change, Context, Core,
    cart::{self, ContactChanges, NewItem},
    checkout::{self, PlaceOrder, Placement},
};
use domain::{
    access::Mode,
    id::{Handle, StoreId, VariantId},
};
use testkit::{TestCore, TestStore, goods};

/// Somebody with something in the cart.
pub(crate) struct Shopper {
    pub(crate) ctx: Context,
    pub(crate) token: String,
}

impl Shopper {
    pub(crate) async fn with(
        core: &TestCore,
        shop: &TestStore,
        token: &str,
        goods: goods::Goods,
        quantity: u32,
    ) -> Self {
        let shopper = Self { ctx: shop.shopper(Mode::Test), token: token.to_owned() };
        let item = NewItem { product: Handle::Id(goods.product), variant: None, quantity };
        cart::add_item(core, &shopper.ctx, token, item).await.unwrap();
        let contact =
            ContactChanges { email: Change::Set(format!("{token}@example.com")), ..Default::default() };
        cart::save_checkout_data(core, &shopper.ctx, token, contact).await.unwrap();
        shopper
    }

    pub(crate) async fn pays(&self, core: &TestCore, method: &str) -> application::Result<Placement> {
        self.pays_at(core, method).await
    }

    /// The same by way of this core.
    pub(crate) async fn pays_at(&self, core: &Core, method: &str) -> application::Result<Placement> {
        let command = PlaceOrder {
            token_hash: self.token.clone(),
            payment_method: method.to_owned(),
            return_url: Some("https://shop.example/thanks".to_owned()),
        };
        checkout::place(core, &self.ctx, command).await
    }
}

/// Stock of a variant in test mode: available, reserved.
pub(crate) async fn stock(core: &TestCore, store: StoreId, variant: VariantId) -> (u32, u32) {
    let mut work = core.db.begin(store).await.unwrap();
    let level = work.stock().level(Mode::Test, variant).await.unwrap().unwrap();
    (level.available, level.reserved)
}

/// The gateway's name of a placement's charge.
pub(crate) fn reference(placement: &Placement) -> String {
    placement.payment.as_ref().unwrap().provider_ref.clone().unwrap()
}
