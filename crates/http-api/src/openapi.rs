//! The OpenAPI documents, made from the same lists as the routes.
//!
//! A handler documents what only it knows: what it does, what it takes, what it answers. What all
//! operations of a kind have in common (the key in the path, who may call, the refusals) is added here.

use std::collections::BTreeSet;

use utoipa::openapi::{
    Components, Info, License, OpenApi, Server, Tag,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_actix_web::AppExt as _;

use crate::{
    auth::takes_key,
    error::ErrorBody,
    routes::{self, Routes},
    server::Surface,
};

mod headers;
mod operation;
pub(crate) mod parameter;

/// Tags of operations, in the order of the page, with what belongs there. An operation carries one of
/// them.
const TAGS: &[(&str, &str)] = &[
    ("Store", "The store and its settings."),
    ("Catalog", "Products, variants, categories, brands and reviews."),
    ("Cart", "What a shopper means to buy."),
    ("Checkout", "From a cart to a sale."),
    ("Shipping", "Where parcels go and what that costs."),
    ("Tax", "What is owed to whom."),
    ("Promotions", "Coupons and discounts."),
    ("Orders", "Sales and what becomes of them."),
    ("Customers", "Who buys."),
    ("Inventory", "What is in stock."),
    ("Access", "Keys to the API, staff and their logins."),
    ("History", "Who changed what, and what happened."),
    ("Webhooks", "Being told when something happens."),
    ("Health", "Whether the service can do its work."),
];

/// The document of the public surface.
pub fn public_document() -> OpenApi {
    document(Surface::Public)
}

/// The document of the private surface.
pub fn private_document() -> OpenApi {
    document(Surface::Private)
}

/// The document of a surface, with the address it is served at by default.
pub(crate) fn document(surface: Surface) -> OpenApi {
    let (_, mut document) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(frame(surface))
        .configure(|config| routes::configure(surface, &mut Routes::Described(config)))
        .split_for_parts();
    let components = document.components.get_or_insert_default();
    add_schema::<ErrorBody>(components);
    operation::add_shared_responses(components);
    headers::add_shared(components);
    for (path, item) in &mut document.paths.paths {
        if let Some(post) = item.post.as_mut().filter(|_| takes_key(path)) {
            operation::allow_repetition(post);
        }
        for operation in operation::of(item) {
            operation::complete(surface, path, operation);
            headers::add(operation);
        }
    }
    document.tags = Some(tags(&mut document));
    document
}

/// The tags that operations carry, in the order of the page.
fn tags(document: &mut OpenApi) -> Vec<Tag> {
    let operations = document.paths.paths.values_mut().flat_map(operation::of);
    let used: BTreeSet<String> = operations.filter_map(|one| one.tags.clone()).flatten().collect();
    let described = |(name, text): &(&str, &str)| {
        let mut tag = Tag::new(*name);
        tag.description = Some((*text).to_owned());
        tag
    };
    TAGS.iter().filter(|(name, _)| used.contains(*name)).map(described).collect()
}

/// The same document for a server at another address.
pub(crate) fn at(mut document: OpenApi, url: &str) -> OpenApi {
    document.servers = Some(vec![Server::new(url)]);
    document
}

fn frame(surface: Surface) -> OpenApi {
    let (title, description, url) = match surface {
        Surface::Public => (
            "Cartwright Public API",
            "For storefronts: safe to call from a browser. The publishable key in the path names the store; \
             a cart is reached by the token its client made up.",
            "http://localhost:8080",
        ),
        Surface::Private => (
            "Cartwright Private API",
            "For servers and dashboards: everything a merchant does, with a secret key and its scopes \
             or the login of one of the staff.",
            "http://localhost:8081",
        ),
    };
    let mut info = Info::new(title, env!("CARGO_PKG_VERSION"));
    info.description = Some(description.to_owned());
    info.license = Some(License::new(env!("CARGO_PKG_LICENSE")));
    let mut frame = OpenApi::new(info, utoipa::openapi::Paths::new());
    frame.servers = Some(vec![Server::new(url)]);
    frame.components = Some(security(surface));
    frame
}

fn security(surface: Surface) -> Components {
    let mut components = Components::new();
    let header = |name: &str, text: &str| {
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, text)))
    };
    let bearer = |text: &str| {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(text)).build();
        SecurityScheme::Http(scheme)
    };
    match surface {
        Surface::Public => {
            let text = "The publishable key once more; optional, and equal to the one in the path.";
            components.add_security_scheme("publishableKey", bearer(text));
            let text = "8 to 200 visible characters made up by the client; whoever has them has the cart.";
            components.add_security_scheme("cartToken", header("X-Cart-Token", text));
        }
        Surface::Private => {
            components.add_security_scheme("secretKey", bearer("A secret key, sk_live_… or sk_test_…."));
            components.add_security_scheme("secretKeyHeader", header("x-api-key", "The same, in a header."));
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some("The token of a login; the role has to have the scope."))
                .build();
            components.add_security_scheme("staffLogin", SecurityScheme::Http(scheme));
        }
    }
    components
}

fn add_schema<T: utoipa::ToSchema>(components: &mut Components) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    components.schemas.extend(schemas);
}

#[cfg(test)]
mod tests;
