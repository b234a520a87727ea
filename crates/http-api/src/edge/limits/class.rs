//! Which limit a route has.
//!
//! To give an operation a limit: a line in [`PUBLIC`], where every operation has one, or in [`PRIVATE`],
//! where those are that allow less than the plans do.

use std::collections::HashMap;

use actix_web::{HttpRequest, http::Method};
use utoipa::openapi::{
    OpenApi,
    path::{Operation, PathItem},
};

use crate::server::{Surface, known_paths::Route};

/// Routes that share a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Looking around the shop.
    Browse,
    /// Full-text search.
    Search,
    /// Filling a cart.
    Cart,
    /// Following what becomes of a cart that was paid, which tells whether an address belongs to an order.
    Follow,
    /// What could be guessed: codes of coupons, orders by number and email.
    Guess,
    /// Buying. A cart's worth of stolen cards is tried here.
    Checkout,
    /// The sandbox's page for shoppers.
    Sandbox,
    /// Proving who one is.
    Login,
    /// What gateways report. They send bursts from few addresses.
    Gateway,
    /// Moving parcels.
    Fulfil,
    /// Moving money back.
    Money,
    /// Taking goods off the shelf.
    Archive,
    /// Changing the shop itself.
    Shop,
}

impl Class {
    /// Requests a minute of one subject.
    pub(super) const fn per_minute(self) -> u32 {
        match self {
            Self::Browse | Self::Cart | Self::Follow | Self::Sandbox => 120,
            Self::Search | Self::Guess | Self::Fulfil | Self::Archive => 60,
            Self::Checkout | Self::Login | Self::Money | Self::Shop => 30,
            Self::Gateway => 1200,
        }
    }

    /// Requests a minute of all carts of one address: room for an office or a mobile network's gateway,
    /// and little where trying things out pays.
    pub(super) const fn of_all_carts(self) -> u32 {
        let carts = match self {
            Self::Follow | Self::Search | Self::Guess | Self::Checkout => 3,
            _ => 10,
        };
        self.per_minute() * carts
    }

    /// Tells the class in the name of a subject; never changes, for servers of two versions may count
    /// together.
    pub(super) const fn letter(self) -> u8 {
        match self {
            Self::Browse => b'b',
            Self::Search => b's',
            Self::Cart => b'c',
            Self::Follow => b'u',
            Self::Guess => b'g',
            Self::Checkout => b'o',
            Self::Sandbox => b'x',
            Self::Login => b'l',
            Self::Gateway => b'w',
            Self::Fulfil => b'f',
            Self::Money => b'm',
            Self::Archive => b'a',
            Self::Shop => b'p',
        }
    }
}

/// How the requests of a route are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// By address, and never refused.
    Open,
    /// Nothing is there, or not with this method.
    Unknown,
    /// By address.
    ByAddress(Class),
    /// By publishable key, address and cart.
    ByKey(Class),
    /// By secret key or person, and by a class where it has one.
    ByPlan(Option<Class>),
}

/// Operations of the public surface. Search is told from looking around by its parameter.
const PUBLIC: &[(&str, Class)] = &[
    ("getStore", Class::Browse),
    ("listProducts", Class::Browse),
    ("getProduct", Class::Browse),
    ("listVariants", Class::Browse),
    ("listCategories", Class::Browse),
    ("getCategory", Class::Browse),
    ("listBrands", Class::Browse),
    ("listCountries", Class::Browse),
    ("listStates", Class::Browse),
    ("listPaymentMethods", Class::Browse),
    ("calculateTax", Class::Browse),
    ("getCart", Class::Cart),
    ("addCartItem", Class::Cart),
    ("updateCartItem", Class::Cart),
    ("removeCartItem", Class::Cart),
    ("estimateCart", Class::Cart),
    ("listShippingOptions", Class::Cart),
    ("chooseShippingOption", Class::Cart),
    ("getCheckoutData", Class::Cart),
    ("saveCheckoutData", Class::Cart),
    ("getOrderStatus", Class::Follow),
    ("applyCartDiscount", Class::Guess),
    ("removeCartDiscount", Class::Guess),
    ("validateCoupon", Class::Guess),
    ("getOrder", Class::Guess),
    ("checkoutCart", Class::Checkout),
    ("showSandboxChallenge", Class::Sandbox),
    ("answerSandboxChallenge", Class::Sandbox),
    ("receiveStripeWebhook", Class::Gateway),
];

/// Operations of the private surface that allow less than the plan, or where logins are that allow more than
/// trying them does.
const PRIVATE: &[(&str, Class)] = &[
    ("searchProducts", Class::Search),
    ("searchOrders", Class::Search),
    ("fulfillOrder", Class::Fulfil),
    ("refundOrder", Class::Money),
    ("cancelOrder", Class::Money),
    ("markOrderPaid", Class::Money),
    ("archiveProduct", Class::Archive),
    ("updateStore", Class::Shop),
    ("updateAnyStore", Class::Shop),
    ("createStore", Class::Shop),
    ("createApiKey", Class::Shop),
    ("rotateApiKey", Class::Shop),
    ("inviteStaff", Class::Shop),
    ("inviteStaffAgain", Class::Shop),
    ("getMe", Class::Browse),
];

/// Lists that search when they have the parameter `q`.
const SEARCHING: [&str; 1] = ["listProducts"];
/// The parameter, as a query begins with it.
const Q: &str = "q=";
/// Beginning of the paths that need a key.
const KEYED: &str = "/v1/";
/// Beginning of those among them where people prove who they are.
const LOGIN: &str = "/v1/private/auth/";

/// The rules of a surface by route and method.
#[derive(Debug)]
pub(super) struct Rules(HashMap<String, Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    method: Method,
    rule: Rule,
    searching: Option<Rule>,
}

impl Rules {
    /// Those of the operations of a document.
    pub(super) fn of(surface: Surface, document: &OpenApi) -> Self {
        let entries = |path: &String, item: &PathItem| {
            operations(item).map(|(method, operation)| entry(surface, path, method, operation)).collect()
        };
        Self(document.paths.paths.iter().map(|(path, item)| (path.clone(), entries(path, item))).collect())
    }

    /// The rule of the route that a request takes.
    pub(super) fn of_request(&self, request: &HttpRequest) -> Rule {
        // Pages ask whether they may ask.
        if request.method() == Method::OPTIONS {
            return Rule::Open;
        }
        let Some(route) = Route::of(request) else { return Rule::Unknown };
        // Routes that are not in the document are probes and the documentation itself.
        let Some(entries) = self.0.get(route.as_str()) else { return Rule::Open };
        let Some(entry) = entries.iter().find(|entry| entry.method == request.method()) else {
            return Rule::Unknown;
        };
        let searches = || request.query_string().split('&').any(|pair| pair.starts_with(Q));
        entry.searching.filter(|_| searches()).unwrap_or(entry.rule)
    }
}

fn entry(surface: Surface, path: &str, method: Method, operation: &Operation) -> Entry {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let searching = SEARCHING.contains(&id).then_some(match surface {
        Surface::Public => Rule::ByKey(Class::Search),
        Surface::Private => Rule::ByPlan(Some(Class::Search)),
    });
    Entry { method, rule: rule(surface, path, id), searching }
}

/// The rule of an operation. Where staff log in nobody is known yet, so the address is counted.
pub(crate) fn rule(surface: Surface, path: &str, operation: &str) -> Rule {
    let table = match surface {
        Surface::Public => PUBLIC,
        Surface::Private => PRIVATE,
    };
    let class = table.iter().find(|(id, _)| *id == operation).map(|(_, class)| *class);
    if path.starts_with(LOGIN) {
        return Rule::ByAddress(class.unwrap_or(Class::Login));
    }
    match (path.starts_with(KEYED), surface) {
        (true, Surface::Public) => Rule::ByKey(class.unwrap_or(Class::Browse)),
        (true, Surface::Private) => Rule::ByPlan(class),
        (false, _) => class.map_or(Rule::Open, Rule::ByAddress),
    }
}

fn operations(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    let all = [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

#[cfg(test)]
mod tests;
