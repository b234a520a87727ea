//! Everything below `/v1/private`, a file for each resource.

use actix_web::{middleware::from_fn, web};
use utoipa_actix_web::scope;

use super::Routes;
use crate::{auth::identify_client, health};

mod api_keys;
mod audit_log;
mod auth;
mod brands;
mod categories;
mod events;
mod inventory;
mod orders;
mod payment_methods;
mod products;
mod promotions;
mod settings;
mod shipping_methods;
mod staff;
mod store;
mod stores;
mod tax_rates;
mod tier;
mod variants;

/// Where the routes of the private surface are.
const BELOW: &str = "/v1/private";

/// The routes of the private surface.
pub(crate) fn configure(config: &mut Routes) {
    match config {
        Routes::Served(config) => {
            let routes = web::scope(BELOW).configure(|config| list(&mut Routes::Served(config)));
            config.service(routes.wrap(from_fn(identify_client)));
        }
        Routes::Described(config) => {
            config.service(scope(BELOW).configure(|config| list(&mut Routes::Described(config))));
        }
    }
}

/// Add a line for each new resource file.
fn list(routes: &mut Routes) {
    routes
        .configure(health::configure_private)
        .configure(store::configure)
        .configure(stores::configure)
        .configure(settings::configure)
        .configure(tier::configure)
        .configure(auth::configure)
        .configure(staff::configure)
        .configure(api_keys::configure)
        .configure(brands::configure)
        .configure(categories::configure)
        .configure(products::configure)
        .configure(variants::configure)
        .configure(inventory::configure)
        .configure(promotions::configure)
        .configure(shipping_methods::configure)
        .configure(tax_rates::configure)
        .configure(payment_methods::configure)
        .configure(orders::configure)
        .configure(audit_log::configure)
        .configure(events::configure);
}
