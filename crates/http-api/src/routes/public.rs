//! Everything below `/v1/public/{publishableKey}`, a file for each resource.

use actix_web::middleware::from_fn;
use utoipa_actix_web::{scope, service_config::ServiceConfig};

use crate::auth::identify_shopper;

mod brands;
mod cart;
mod categories;
mod checkout;
mod countries;
mod coupons;
mod orders;
mod payment_methods;
mod products;
mod store;
mod tax;

pub(crate) use store::BrandingBody;

/// The routes of the public surface. Add a line for each new resource file.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(
        scope("/v1/public/{publishableKey}")
            .configure(store::configure)
            .configure(products::configure)
            .configure(countries::configure)
            .configure(payment_methods::configure)
            .configure(coupons::configure)
            .configure(tax::configure)
            .configure(categories::configure)
            .configure(brands::configure)
            .configure(cart::configure)
            .configure(checkout::configure)
            .configure(orders::configure)
            .wrap(from_fn(identify_shopper)),
    );
}
