//! Where the lists of routes go.

use actix_web::{dev::HttpServiceFactory, web};
use utoipa_actix_web::{OpenApiFactory, service_config::ServiceConfig};

/// Takes routes, to serve them or to write them into the document. Apart, because every worker has the routes
/// and nobody but the document needs what describes them, which is far more.
pub(crate) enum Routes<'a, 's> {
    /// They are served.
    Served(&'a mut web::ServiceConfig),
    /// They are described.
    Described(&'a mut ServiceConfig<'s>),
}

impl Routes<'_, '_> {
    /// Takes a route.
    pub(crate) fn service<F>(&mut self, route: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        match self {
            Self::Served(config) => drop(config.service(route)),
            Self::Described(config) => drop(config.service(route)),
        }
        self
    }

    /// Takes a list of routes.
    pub(crate) fn configure(&mut self, list: fn(&mut Routes<'_, '_>)) -> &mut Self {
        list(self);
        self
    }
}
