//! Addresses that payment gateways call or send shoppers to, outside the versioned API.

use utoipa_actix_web::service_config::ServiceConfig;

mod sandbox;
mod stripe;

/// The routes of the public surface that belong to gateways.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.configure(stripe::configure).configure(sandbox::configure);
}
