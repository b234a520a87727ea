//! Carts, the orders they become, and the money for them.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0004_orders", up: UP };

const UP: &str = "
create table carts (
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    livemode boolean not null,
    token_hash text not null,
    state text not null,
    currency text not null,
    body {json} not null,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    expires_at {time} not null,
    primary key (store_id, id)
);
create unique index carts_token_hash on carts (store_id, livemode, token_hash) where state in ('open', 'paying');
create index carts_by_token on carts (store_id, livemode, token_hash, id);
create index carts_by_expiry on carts (expires_at) where state = 'open';
create table orders (
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    livemode boolean not null,
    token_hash text,
    number bigint,
    number_text text,
    email text not null,
    email_key text not null,
    customer_id {uuid},
    currency text not null,
    subtotal bigint not null,
    discount bigint not null,
    shipping bigint not null,
    tax bigint not null,
    total bigint not null,
    refunded bigint not null,
    payment_status text not null,
    fulfillment_status text not null,
    item_count integer not null,
    body {json} not null,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    placed_at {time},
    paid_at {time},
    fulfilled_at {time},
    cancelled_at {time},
    primary key (store_id, id),
    constraint orders_amounts_not_negative check (subtotal >= 0 and discount >= 0 and shipping >= 0 and tax >= 0 and total >= 0),
    constraint orders_refunded_within_total check (refunded >= 0 and refunded <= total),
    constraint orders_numbered_when_placed check ((number is null) = (placed_at is null))
);
create unique index orders_number on orders (store_id, livemode, number) where number is not null;
create index orders_by_number_text on orders (store_id, livemode, number_text);
create index orders_by_placed on orders (store_id, livemode, placed_at, id);
create index orders_by_email on orders (store_id, livemode, email_key, placed_at);
create index orders_by_payment on orders (store_id, livemode, payment_status, placed_at, id);
create index orders_by_updated on orders (store_id, livemode, updated_at, id);
create table order_lines (
    store_id {uuid} not null,
    order_id {uuid} not null,
    id {uuid} not null,
    position integer not null,
    product_id {uuid} not null,
    variant_id {uuid} not null,
    product_name text not null,
    product_slug text not null,
    variant_name text,
    sku text,
    image_url text,
    product_type text not null,
    requires_shipping boolean not null,
    tracked boolean not null,
    quantity integer not null,
    unit_price bigint not null,
    original_unit_price bigint not null,
    subtotal bigint not null,
    discount bigint not null,
    tax bigint not null,
    total bigint not null,
    taxes {json} not null,
    fulfilled integer not null,
    refunded integer not null,
    restocked integer not null,
    refunded_amount bigint not null,
    primary key (store_id, order_id, id),
    constraint order_lines_order foreign key (store_id, order_id) references orders (store_id, id) on delete cascade,
    constraint order_lines_quantities check (quantity > 0 and fulfilled between 0 and quantity
        and refunded between 0 and quantity and restocked between 0 and quantity),
    constraint order_lines_refunded_within_total check (refunded_amount between 0 and total)
);
create index order_lines_by_product on order_lines (store_id, product_id);
create table payments (
    store_id {uuid} not null,
    id {uuid} not null,
    livemode boolean not null,
    order_id {uuid} not null,
    provider text not null,
    method text not null,
    provider_ref text,
    currency text not null,
    amount bigint not null,
    captured bigint not null,
    refunded bigint not null,
    state text not null,
    next_action_url text,
    return_url text,
    failure_code text,
    failure_message text,
    attempt integer not null,
    idempotency_key text not null,
    next_check_at {time},
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id),
    constraint payments_order foreign key (store_id, order_id) references orders (store_id, id),
    constraint payments_amounts check (amount >= 0 and captured between 0 and amount and refunded between 0 and captured)
);
create unique index payments_idempotency_key on payments (store_id, idempotency_key);
create unique index payments_provider_ref on payments (store_id, provider, provider_ref) where provider_ref is not null;
create unique index payments_order_id on payments (store_id, order_id)
    where state in ('initiated', 'requires_action', 'processing', 'authorized')
        or (state = 'captured' and refunded < captured);
create index payments_by_check on payments (next_check_at) where next_check_at is not null;
create table refunds (
    store_id {uuid} not null,
    id {uuid} not null,
    order_id {uuid} not null,
    payment_id {uuid} not null,
    currency text not null,
    amount bigint not null,
    shipping bigint not null,
    lines {json} not null,
    restock {json} not null,
    reason text not null,
    state text not null,
    provider_ref text,
    idempotency_key text not null,
    failure_code text,
    failure_message text,
    next_check_at {time},
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id),
    constraint refunds_payment foreign key (store_id, payment_id) references payments (store_id, id),
    constraint refunds_amount_positive check (amount > 0)
);
create unique index refunds_idempotency_key on refunds (store_id, idempotency_key);
create index refunds_by_order on refunds (store_id, order_id);
create index refunds_by_check on refunds (next_check_at) where next_check_at is not null;
create table fulfillments (
    store_id {uuid} not null,
    id {uuid} not null,
    order_id {uuid} not null,
    lines {json} not null,
    carrier text,
    tracking_number text,
    tracking_url text,
    created_at {time} not null,
    primary key (store_id, id),
    constraint fulfillments_order foreign key (store_id, order_id) references orders (store_id, id)
);
create index fulfillments_by_order on fulfillments (store_id, order_id);
create table webhook_receipts (
    store_id {uuid} not null references stores (id),
    provider text not null,
    event_id text not null,
    received_at {time} not null,
    primary key (store_id, provider, event_id)
);
create table sandbox_intents (
    store_id {uuid} not null,
    provider_ref text not null,
    idempotency_key text not null,
    payment_id {uuid} not null,
    method text not null,
    state text not null,
    currency text not null,
    amount bigint not null,
    refunded bigint not null,
    ready_at {time},
    created_at {time} not null,
    primary key (store_id, provider_ref),
    constraint sandbox_intents_amounts check (amount > 0 and refunded between 0 and amount
        and (refunded = 0 or state = 'captured'))
);
create unique index sandbox_intents_idempotency_key on sandbox_intents (store_id, idempotency_key);
create table sandbox_refunds (
    store_id {uuid} not null,
    provider_ref text not null,
    idempotency_key text not null,
    refund_id {uuid} not null,
    intent_ref text not null,
    currency text not null,
    amount bigint not null,
    created_at {time} not null,
    primary key (store_id, provider_ref),
    constraint sandbox_refunds_intent foreign key (store_id, intent_ref) references sandbox_intents (store_id, provider_ref),
    constraint sandbox_refunds_amount_positive check (amount > 0)
);
create unique index sandbox_refunds_idempotency_key on sandbox_refunds (store_id, idempotency_key);
";
