//! A shop, a basket and everything that can be applied to it.

use super::*;
use crate::{
    discount::CouponCode,
    geography::CountryCode,
    id::{PromotionId, ShippingMethodId, TaxRateId},
    shipping::ShippingKind,
};

pub(super) fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

fn epoch() -> DateTime<Utc> {
    DateTime::from_timestamp(0, 0).unwrap()
}

pub(super) fn line(n: u8, quantity: u32, unit: i64) -> QuoteLine {
    let price = EffectivePrice {
        unit: gbp(unit),
        original: gbp(unit),
        on_sale: false,
        sale_name: None,
        discount_percentage: None,
    };
    QuoteLine {
        line: LineId::from_bytes([n; 16]),
        product: ProductId::from_bytes([n; 16]),
        variant: VariantId::from_bytes([n; 16]),
        categories: Vec::new(),
        quantity,
        price,
        taxable: true,
        tax_class: TaxClass::standard(),
        requires_shipping: true,
        weight_grams: 100,
        fixed_shipping: None,
    }
}

pub(super) fn vat(id: u8, percent: u32, class: TaxClass) -> TaxRate {
    TaxRate {
        id: TaxRateId::from_bytes([id; 16]),
        name: "VAT".to_owned(),
        rate: Rate::from_percent(percent.into()).unwrap(),
        country: Some(CountryCode::parse("GB").unwrap()),
        state: None,
        postcode: None,
        class,
        enabled: true,
        version: 1,
        created_at: epoch(),
        updated_at: epoch(),
    }
}

pub(super) fn coupon(value: DiscountValue) -> Promotion {
    Promotion {
        id: PromotionId::from_bytes([0; 16]),
        code: CouponCode::parse("SPRING20").unwrap(),
        name: None,
        value,
        minimum_subtotal: None,
        max_uses: None,
        max_uses_per_customer: None,
        starts_at: None,
        ends_at: None,
        product_ids: Vec::new(),
        category_ids: Vec::new(),
        first_order_only: false,
        active: true,
        version: 1,
        created_at: epoch(),
        updated_at: epoch(),
    }
}

pub(super) fn percent_off(percent: u32) -> Promotion {
    coupon(DiscountValue::Percentage(Rate::from_percent(percent.into()).unwrap()))
}

pub(super) fn courier(rate: i64) -> ShippingMethod {
    ShippingMethod {
        id: ShippingMethodId::from_bytes([0; 16]),
        name: "Courier".to_owned(),
        description: None,
        kind: ShippingKind::FlatRate { rate: gbp(rate) },
        free_from: None,
        zones: Vec::new(),
        min_days: None,
        max_days: None,
        enabled: true,
        sort_order: 0,
        version: 1,
        created_at: epoch(),
        updated_at: epoch(),
    }
}

/// A shop with its settings and rates, and a shopper in Britain.
#[derive(Debug)]
pub(super) struct Shop {
    pub(super) tax: TaxSettings,
    pub(super) rates: Vec<TaxRate>,
    pub(super) destination: Option<Destination>,
}

impl Shop {
    pub(super) fn charging(percent: u32) -> Self {
        let destination =
            Destination { country: CountryCode::parse("GB").unwrap(), state: None, postcode: None };
        Self {
            tax: TaxSettings::default(),
            rates: vec![vat(1, percent, TaxClass::standard())],
            destination: Some(destination),
        }
    }

    pub(super) fn request<'a>(
        &'a self,
        lines: &'a [QuoteLine],
        promotion: Option<&'a Promotion>,
        shipping: Option<&'a ShippingMethod>,
    ) -> QuoteRequest<'a> {
        QuoteRequest {
            currency: Currency::from_code("GBP").unwrap(),
            lines,
            promotion: promotion.map(|promotion| PromotionUse { promotion, used: 0, history: None }),
            shipping,
            destination: self.destination.as_ref(),
            tax: &self.tax,
            rates: &self.rates,
            now: epoch(),
        }
    }

    pub(super) fn quote(
        &self,
        lines: &[QuoteLine],
        promotion: Option<&Promotion>,
        shipping: Option<&ShippingMethod>,
    ) -> Quote {
        quote(&self.request(lines, promotion, shipping)).unwrap()
    }
}
