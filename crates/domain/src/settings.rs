//! What a store's owner has decided about shipping, orders and checkout, with the values a new store
//! starts with. (Tax settings live with the tax rules.)

use crate::{
    geography::CountryCode,
    store::is_web_address,
    text::{Fault, Faults},
};

/// Characters of an order number's prefix.
const PREFIX_MAX: usize = 12;
/// Order numbers stay below this, so that they can be read out over the telephone.
const ORDER_NUMBER_MAX: u64 = 999_999_999_999;
/// Minutes a reservation may last at most: a day.
const RESERVATION_MINUTES_MAX: u32 = 1440;
/// Characters a shopper may be allowed to write to the shop.
const NOTES_MAX: u32 = 5000;
/// Characters of the instructions for collecting.
const INSTRUCTIONS_MAX: usize = 2000;

/// Where the store sends from and to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShippingSettings {
    /// The country parcels leave from.
    pub origin_country: Option<CountryCode>,
    /// Countries parcels go to; empty means everywhere.
    pub ships_to: Vec<CountryCode>,
    /// What somebody who collects their order needs to know.
    pub local_pickup_instructions: Option<String>,
}

impl ShippingSettings {
    /// Whether the store sends parcels to `country`.
    pub fn covers(&self, country: CountryCode) -> bool {
        self.ships_to.is_empty() || self.ships_to.contains(&country)
    }

    /// What is wrong with the settings, by the API's names.
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        let instructions = self.local_pickup_instructions.as_deref();
        faults.optional_text("localPickupInstructions", instructions, INSTRUCTIONS_MAX);
        for (index, country) in self.ships_to.iter().enumerate() {
            let again = self.ships_to.iter().take(index).any(|earlier| earlier == country);
            faults.require(!again, &format!("shipsTo.{index}"), "is listed twice");
        }
        faults.into_vec()
    }
}

/// How orders are numbered and when stock counts as low.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSettings {
    /// What order numbers begin with: `MYS` in `MYS-1001`.
    pub number_prefix: String,
    /// The number the next live order gets. Numbers are never given twice, so a change may only raise it.
    pub next_order_number: u64,
    /// Units at or below which a variant is low on stock, unless it says otherwise itself.
    pub low_stock_threshold: u32,
}

impl Default for OrderSettings {
    fn default() -> Self {
        Self { number_prefix: "ORD".to_owned(), next_order_number: 1001, low_stock_threshold: 5 }
    }
}

impl OrderSettings {
    /// The settings of a new store: its prefix is made of the first three letters of its name.
    pub fn for_store(name: &str) -> Self {
        let letters: String =
            name.chars().filter(char::is_ascii_alphabetic).take(3).map(|c| c.to_ascii_uppercase()).collect();
        let fresh = Self::default();
        if letters.is_empty() { fresh } else { Self { number_prefix: letters, ..fresh } }
    }

    /// What is wrong with the settings, by the API's names.
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        let prefix = self.number_prefix.as_str();
        let plain = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric());
        faults.require(
            plain && (1..=PREFIX_MAX).contains(&prefix.len()),
            "orderPrefix",
            format_args!("must be 1 to {PREFIX_MAX} letters and digits"),
        );
        faults.require(
            (1..=ORDER_NUMBER_MAX).contains(&self.next_order_number),
            "nextOrderNumber",
            format_args!("must lie between 1 and {ORDER_NUMBER_MAX}"),
        );
        faults.into_vec()
    }
}

/// What the store asks of shoppers on their way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutSettings {
    /// Whether an order needs a telephone number.
    pub require_phone: bool,
    /// Address of the terms that a shopper agrees to.
    pub terms_url: Option<String>,
    /// Minutes that stock stays reserved for a payment that has begun.
    pub reservation_minutes: u32,
    /// Whether somebody without an account can order.
    pub guest_checkout: bool,
    /// Characters a shopper may write to the shop with an order.
    pub notes_max: u32,
}

impl Default for CheckoutSettings {
    fn default() -> Self {
        Self {
            require_phone: false,
            terms_url: None,
            reservation_minutes: 30,
            guest_checkout: true,
            notes_max: 1000,
        }
    }
}

impl CheckoutSettings {
    /// What is wrong with the settings, by the API's names.
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        if let Some(url) = &self.terms_url {
            faults.require(is_web_address(url), "termsUrl", "must be an http or https address");
        }
        faults.require(
            (1..=RESERVATION_MINUTES_MAX).contains(&self.reservation_minutes),
            "reservationMinutes",
            format_args!("must lie between 1 and {RESERVATION_MINUTES_MAX}"),
        );
        faults.require(self.notes_max <= NOTES_MAX, "notesMax", format_args!("must be at most {NOTES_MAX}"));
        faults.into_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(faults: Vec<Fault>) -> Vec<String> {
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn what_a_new_store_starts_with_is_sound() {
        assert_eq!(ShippingSettings::default().validate(), []);
        assert_eq!(OrderSettings::default().validate(), []);
        assert_eq!(CheckoutSettings::default().validate(), []);
    }

    #[test]
    fn a_store_that_names_no_country_ships_everywhere() {
        let [gb, fr] = ["GB", "FR"].map(|code| CountryCode::parse(code).unwrap());
        assert!(ShippingSettings::default().covers(fr));
        let home = ShippingSettings { ships_to: vec![gb], ..ShippingSettings::default() };
        assert!(home.covers(gb) && !home.covers(fr));
        let twice = ShippingSettings { ships_to: vec![gb, fr, gb], ..home };
        assert_eq!(fields(twice.validate()), ["shipsTo.2"]);
    }

    #[test]
    fn the_prefix_comes_from_the_name() {
        assert_eq!(OrderSettings::for_store("My Store").number_prefix, "MYS");
        assert_eq!(OrderSettings::for_store("7 å").number_prefix, "ORD");
    }

    #[test]
    fn order_settings_name_their_faults() {
        let bad =
            OrderSettings { number_prefix: "A B".to_owned(), next_order_number: 0, low_stock_threshold: 0 };
        assert_eq!(fields(bad.validate()), ["orderPrefix", "nextOrderNumber"]);
        let long = OrderSettings { number_prefix: "A".repeat(13), ..OrderSettings::default() };
        assert_eq!(fields(long.validate()), ["orderPrefix"]);
    }

    #[test]
    fn checkout_settings_name_their_faults() {
        let bad = CheckoutSettings {
            terms_url: Some("javascript:alert(1)".to_owned()),
            reservation_minutes: 0,
            notes_max: NOTES_MAX.saturating_add(1),
            ..CheckoutSettings::default()
        };
        assert_eq!(fields(bad.validate()), ["termsUrl", "reservationMinutes", "notesMax"]);
    }
}
