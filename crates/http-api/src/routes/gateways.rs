//! Addresses that payment gateways call or send shoppers to, outside the versioned API.

use crate::routes::Routes;

mod sandbox;
mod stripe;

/// The routes of the public surface that belong to gateways.
pub(crate) fn configure(config: &mut Routes) {
    config.configure(stripe::configure).configure(sandbox::configure);
}
