//! Orders, and what is done to them after the sale. What a sale freezes is not written down again: it
//! stands in the order. Of the shopper's data only what staff changes gets into the log.

use domain::{
    address::Address,
    audit::{Facts, Subject, SubjectType, Value},
    fulfillment::Fulfillment,
    order::{Order, OrderLine, OrderShipping},
    refund::{Refund, RefundPlan},
};

use super::Snapshot;

impl Snapshot for Order {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::Order, self.id)
    }

    fn facts(&self) -> Facts {
        let Self {
            id: _,
            mode: _,
            number,
            email: _,
            customer_id,
            currency: _,
            lines,
            totals: _,
            tax_inclusive: _,
            tax_breakdown: _,
            shipping,
            coupon: _,
            shipping_address,
            billing_address,
            notes: _,
            internal_notes,
            metadata,
            payment_status,
            fulfillment_status,
            refunded,
            version,
            created_at: _,
            updated_at: _,
            placed_at,
            paid_at,
            fulfilled_at,
            cancelled_at,
            cancel_reason,
        } = self;
        let facts = Facts::default()
            .with("orderNumber", number.as_ref().map(ToString::to_string))
            .with("customerId", *customer_id)
            .with("paymentStatus", payment_status.as_str())
            .with("fulfillmentStatus", fulfillment_status.as_str())
            .with("refunded", *refunded);
        let facts = with_address(facts, "shippingAddress", shipping_address.as_ref());
        let facts = with_address(facts, "billingAddress", billing_address.as_ref());
        let facts = facts
            .with("internalNotes", internal_notes.as_ref())
            .with_map("metadata", metadata)
            .with("placedAt", *placed_at)
            .with("paidAt", *paid_at)
            .with("fulfilledAt", *fulfilled_at)
            .with("cancelledAt", *cancelled_at)
            .with("cancelReason", cancel_reason.as_ref())
            .with("shippingOption.refunded", shipping.as_ref().map(shipping_refunded))
            .with("version", *version);
        lines.iter().fold(facts, |facts, line| facts.with_part(&format!("items.{}", line.id), of_line(line)))
    }
}

fn of_line(line: &OrderLine) -> Facts {
    let OrderLine {
        id: _,
        product_id: _,
        variant_id: _,
        product_name: _,
        product_slug: _,
        variant_name: _,
        sku: _,
        image: _,
        product_type: _,
        requires_shipping: _,
        tracked: _,
        quantity: _,
        unit_price: _,
        original_unit_price: _,
        subtotal: _,
        discount: _,
        tax: _,
        taxes: _,
        total: _,
        fulfilled,
        refunded,
        restocked,
        refunded_amount,
    } = line;
    Facts::default()
        .with("fulfilledQuantity", *fulfilled)
        .with("refundedQuantity", *refunded)
        .with("restockedQuantity", *restocked)
        .with("refunded", *refunded_amount)
}

fn shipping_refunded(shipping: &OrderShipping) -> Value {
    let OrderShipping { method_id: _, name: _, price: _, discount: _, tax: _, taxes: _, total: _, refunded } =
        shipping;
    (*refunded).into()
}

fn with_address(facts: Facts, name: &str, address: Option<&Address>) -> Facts {
    let Some(address) = address else { return facts };
    let Address { first_name, last_name, company, line1, line2, city, state, postcode, country, phone } =
        address.clone();
    let address = Facts::default()
        .with("firstName", first_name)
        .with("lastName", last_name)
        .with("company", company)
        .with("line1", line1)
        .with("line2", line2)
        .with("city", city)
        .with("state", state)
        .with("postcode", postcode)
        .with("countryCode", country.as_str())
        .with("phone", phone);
    facts.with_part(name, address)
}

/// What left.
pub(crate) fn parcel(parcel: &Fulfillment) -> Facts {
    let Fulfillment { id, order_id: _, lines, carrier, tracking_number, tracking_url, created_at: _ } =
        parcel.clone();
    let item = |(line, quantity)| Facts::default().with("id", Value::from(line)).with("quantity", quantity);
    Facts::default()
        .with("id", id)
        .with("items", Value::list(lines.into_iter().map(item)))
        .with("carrier", carrier)
        .with("trackingNumber", tracking_number)
        .with("trackingUrl", tracking_url)
}

/// What is given back.
pub(crate) fn refund(refund: &Refund) -> Facts {
    let Refund {
        id,
        order_id: _,
        payment_id,
        plan: RefundPlan { amount, lines: _, shipping: _, restock: _ },
        reason,
        state,
        provider_ref: _,
        idempotency_key: _,
        failure: _,
        surplus: _,
        version: _,
        created_at: _,
        updated_at: _,
    } = refund;
    Facts::default()
        .with("id", *id)
        .with("paymentId", *payment_id)
        .with("amount", *amount)
        .with("reason", reason.as_str())
        .with("status", state.as_str())
}
