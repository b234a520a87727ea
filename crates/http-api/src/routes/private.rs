//! Everything below `/v1/private`, a file for each resource.

use actix_web::middleware::from_fn;
use utoipa_actix_web::{scope, service_config::ServiceConfig};

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

/// The routes of the private surface. Add a line for each new resource file.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(
        scope("/v1/private")
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
            .configure(events::configure)
            .wrap(from_fn(identify_client)),
    );
}
