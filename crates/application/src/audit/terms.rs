//! What a store sells on: promotions, and methods of shipping, tax and payment.

use domain::{
    audit::{Facts, Subject, SubjectType, Value},
    discount::{DiscountValue, Promotion},
    geography::CountryCode,
    payment_method::{GatewayKeys, PaymentMethod},
    shipping::{ShippingKind, ShippingMethod, Zone},
    tax::TaxRate,
};

use super::Snapshot;

impl Snapshot for Promotion {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::Promotion, self.id)
    }

    fn facts(&self) -> Facts {
        let Self {
            id: _,
            code,
            name,
            value,
            minimum_subtotal,
            max_uses,
            max_uses_per_customer,
            starts_at,
            ends_at,
            product_ids,
            category_ids,
            first_order_only,
            active,
            version,
            created_at: _,
            updated_at: _,
        } = self.clone();
        let worth = match value {
            DiscountValue::Percentage(rate) => Value::from(rate.as_percent().normalize().to_string()),
            DiscountValue::Fixed(amount) => amount.into(),
            DiscountValue::FreeShipping => Value::Nothing,
        };
        Facts::default()
            .with("code", code.as_str())
            .with("name", name)
            .with("type", value.kind())
            .with("value", worth)
            .with("minOrderAmount", minimum_subtotal)
            .with("maxUses", max_uses)
            .with("maxUsesPerCustomer", max_uses_per_customer)
            .with("startsAt", starts_at)
            .with("expiresAt", ends_at)
            .with("productIds", Value::list(product_ids))
            .with("categoryIds", Value::list(category_ids))
            .with("firstOrderOnly", first_order_only)
            .with("active", active)
            .with("version", version)
    }
}

impl Snapshot for ShippingMethod {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::ShippingMethod, self.id)
    }

    fn facts(&self) -> Facts {
        let Self {
            id: _,
            name,
            description,
            kind,
            free_from,
            zones,
            min_days,
            max_days,
            enabled,
            sort_order,
            version,
            created_at: _,
            updated_at: _,
        } = self.clone();
        with_charge(Facts::default().with("name", name).with("description", description), kind)
            .with("freeThreshold", free_from)
            .with("zones", Value::list(zones.into_iter().map(of_zone)))
            .with("estimatedMinDays", min_days)
            .with("estimatedMaxDays", max_days)
            .with("enabled", enabled)
            .with("sortOrder", sort_order)
            .with("version", version)
    }
}

fn with_charge(facts: Facts, kind: ShippingKind) -> Facts {
    let facts = facts.with("type", kind.code());
    match kind {
        ShippingKind::FlatRate { rate } => facts.with("rate", rate),
        ShippingKind::PerItem { rate, first } => facts.with("rate", rate).with("firstItemRate", first),
        ShippingKind::Tiered { tiers } => {
            let step = |(from, rate)| Facts::default().with("minSubtotal", from).with("rate", rate);
            facts.with("tiers", Value::list(tiers.into_iter().map(step)))
        }
        ShippingKind::Weight { tiers } => {
            let step = |(grams, rate)| Facts::default().with("maxWeightGrams", grams).with("rate", rate);
            facts.with("tiers", Value::list(tiers.into_iter().map(step)))
        }
        ShippingKind::Free => facts,
        ShippingKind::LocalPickup { instructions } => facts.with("instructions", instructions),
    }
}

fn of_zone(zone: Zone) -> Facts {
    let Zone { country, states, postcodes } = zone;
    Facts::default()
        .with("country", country.as_str())
        .with("states", Value::list(states))
        .with("postcodes", Value::list(postcodes.iter().map(ToString::to_string)))
}

impl Snapshot for TaxRate {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::TaxRate, self.id)
    }

    fn facts(&self) -> Facts {
        let Self {
            id: _,
            name,
            rate,
            country,
            state,
            postcode,
            class,
            enabled,
            version,
            created_at: _,
            updated_at: _,
        } = self.clone();
        Facts::default()
            .with("name", name)
            .with("rate", rate.fraction().normalize().to_string())
            .with("country", country.map(CountryCode::as_str))
            .with("state", state)
            .with("postcode", postcode.map(|pattern| pattern.to_string()))
            .with("taxClass", class.as_str())
            .with("enabled", enabled)
            .with("version", version)
    }
}

impl Snapshot for PaymentMethod {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::PaymentMethod, self.id)
    }

    fn facts(&self) -> Facts {
        let Self {
            id: _,
            code,
            provider,
            label,
            icon_url,
            instructions,
            live_keys,
            test_keys,
            enabled,
            sort_order,
            version,
            created_at: _,
            updated_at: _,
        } = self;
        let facts = Facts::default()
            .with("code", code)
            .with("provider", provider.as_str())
            .with("label", label)
            .with("iconUrl", icon_url.as_ref())
            .with("instructions", instructions.as_ref());
        let facts = with_keys(facts, ["publishableKey", "secretKey", "webhookSecret"], live_keys);
        with_keys(facts, ["testPublishableKey", "testSecretKey", "testWebhookSecret"], test_keys)
            .with("enabled", *enabled)
            .with("sortOrder", *sort_order)
            .with("version", *version)
    }
}

fn with_keys(facts: Facts, names: [&str; 3], keys: &GatewayKeys) -> Facts {
    let GatewayKeys { publishable_key, sealed_secret_key, sealed_webhook_secret } = keys;
    let [publishable, secret, webhook] = names;
    facts
        .with(publishable, publishable_key.as_ref())
        .with(secret, Value::secret(sealed_secret_key.as_deref()))
        .with(webhook, Value::secret(sealed_webhook_secret.as_deref()))
}
