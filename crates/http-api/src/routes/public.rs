//! Everything below `/v1/public/{publishableKey}`, a file for each resource.

use actix_web::{middleware::from_fn, web};
use utoipa_actix_web::scope;

use super::Routes;
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

/// Where the routes of the public surface are.
const BELOW: &str = "/v1/public/{publishableKey}";

/// The routes of the public surface.
pub(crate) fn configure(config: &mut Routes) {
    match config {
        Routes::Served(config) => {
            let routes = web::scope(BELOW).configure(|config| list(&mut Routes::Served(config)));
            config.service(routes.wrap(from_fn(identify_shopper)));
        }
        Routes::Described(config) => {
            config.service(scope(BELOW).configure(|config| list(&mut Routes::Described(config))));
        }
    }
}

/// Add a line for each new resource file.
fn list(routes: &mut Routes) {
    routes
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
        .configure(orders::configure);
}
