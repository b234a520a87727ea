//! The route lists of both surfaces. They are also the lists of documented operations.

mod config;
mod gateways;
pub mod private;
pub mod public;

pub(crate) use self::config::Routes;
use crate::{health, metrics_page, server::Surface};
use domain::id::OrderId;

/// Everything a surface answers, apart from its documentation.
pub(crate) fn configure(surface: Surface, config: &mut Routes) {
    config.configure(health::configure);
    match surface {
        Surface::Public => config.configure(public::configure).configure(gateways::configure),
        Surface::Private => config.configure(metrics_page::configure).configure(private::configure),
    };
}

/// The shop's own page that a shopper comes back to, told which order it is about.
fn back_to(url: &str, order: OrderId) -> String {
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}order={order}")
}
