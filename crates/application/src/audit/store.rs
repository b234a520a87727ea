//! Stores and their settings.

use domain::{
    address::Email,
    audit::{Facts, Subject, SubjectType, Value},
    geography::CountryCode,
    id::StoreId,
    settings::{CheckoutSettings, OrderSettings, ShippingSettings},
    store::{Branding, Store},
    tax::TaxSettings,
};
use ports::stores::Settings;

use super::Snapshot;

impl Snapshot for Store {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::Store, self.id)
    }

    fn facts(&self) -> Facts {
        let Self {
            id: _,
            name,
            currency,
            supported_currencies,
            supported_locales,
            default_locale,
            timezone,
            status,
            tier,
            contact_email,
            domain,
            allowed_domains,
            branding: Branding { primary_color, logo_url },
            version,
            created_at: _,
            updated_at: _,
        } = self.clone();
        let currencies = supported_currencies.iter().map(|currency| currency.code());
        let branding = Facts::default().with("primaryColor", primary_color).with("logoUrl", logo_url);
        Facts::default()
            .with("name", name)
            .with("currency", currency.code())
            .with("supportedCurrencies", Value::list(currencies))
            .with("supportedLocales", Value::list(supported_locales))
            .with("defaultLocale", default_locale)
            .with("timezone", timezone)
            .with("status", status.as_str())
            .with("plan", tier.as_str())
            .with("contactEmail", contact_email.as_ref().map(Email::as_str))
            .with("domain", domain)
            .with("allowedDomains", Value::list(allowed_domains))
            .with_part("branding", branding)
            .with("version", version)
    }
}

/// The settings of a store, with the version that the store has with them.
pub(crate) struct Decided<'a> {
    pub(crate) store: StoreId,
    pub(crate) settings: &'a Settings,
    pub(crate) version: i32,
}

impl Snapshot for Decided<'_> {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::Store, self.store)
    }

    fn facts(&self) -> Facts {
        let Self { store: _, settings: Settings { tax, shipping, orders, checkout }, version } = self;
        Facts::default()
            .with_part("tax", of_tax(tax))
            .with_part("shipping", of_shipping(shipping))
            .with_part("order", of_orders(orders))
            .with_part("checkout", of_checkout(checkout))
            .with("version", *version)
    }
}

fn of_tax(settings: &TaxSettings) -> Facts {
    let TaxSettings { enabled, prices_include_tax, shipping_taxed, rounding, shipping_class } = settings;
    Facts::default()
        .with("enabled", *enabled)
        .with("pricesIncludeTax", *prices_include_tax)
        .with("shippingTaxed", *shipping_taxed)
        .with("rounding", rounding.as_str())
        .with("shippingTaxClass", shipping_class.as_str())
}

fn of_shipping(settings: &ShippingSettings) -> Facts {
    let ShippingSettings { origin_country, ships_to, local_pickup_instructions } = settings;
    Facts::default()
        .with("originCountry", origin_country.map(CountryCode::as_str))
        .with("shipsTo", Value::list(ships_to.iter().map(|country| country.as_str())))
        .with("localPickupInstructions", local_pickup_instructions.as_ref())
}

fn of_orders(settings: &OrderSettings) -> Facts {
    let OrderSettings { number_prefix, next_order_number, low_stock_threshold } = settings;
    Facts::default()
        .with("orderPrefix", number_prefix)
        .with("nextOrderNumber", *next_order_number)
        .with("lowStockThreshold", *low_stock_threshold)
}

fn of_checkout(settings: &CheckoutSettings) -> Facts {
    let CheckoutSettings { require_phone, terms_url, reservation_minutes, guest_checkout, notes_max } =
        settings;
    Facts::default()
        .with("requirePhone", *require_phone)
        .with("termsUrl", terms_url.as_ref())
        .with("reservationMinutes", *reservation_minutes)
        .with("guestCheckout", *guest_checkout)
        .with("notesMax", *notes_max)
}
