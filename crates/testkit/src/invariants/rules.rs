//! What must hold, as questions for what breaks it: each selects the `id` of something and `why` it is
//! wrong, in words that both engines speak. No row, no breach.

/// A name and the question that goes with it.
pub(super) type Rule = (&'static str, &'static str);

/// True at every moment, whatever is under way: what a transaction changes, it changes together.
pub(super) const ALWAYS: &[Rule] = &[
    (
        "the book of movements adds up to what is available",
        "select s.variant_id as id, 'available ' || s.available || ', movements ' || coalesce(m.sum, 0) as why
         from stock s left join (
             select store_id, livemode, variant_id, sum(delta) as sum from stock_movements
             group by store_id, livemode, variant_id
         ) m on m.store_id = s.store_id and m.livemode = s.livemode and m.variant_id = s.variant_id
         where s.available <> coalesce(m.sum, 0)",
    ),
    (
        "available, reserved and sold units are what was received",
        "select s.variant_id as id, 'received ' || coalesce(m.sum, 0) || ', have ' || s.available || ' + '
             || s.reserved || ' + ' || s.sold as why
         from stock s left join (
             select store_id, livemode, variant_id, sum(delta) as sum from stock_movements
             where kind in ('initial', 'adjustment', 'import') group by store_id, livemode, variant_id
         ) m on m.store_id = s.store_id and m.livemode = s.livemode and m.variant_id = s.variant_id
         where s.available + s.reserved + s.sold <> coalesce(m.sum, 0)",
    ),
    (
        "reserved units belong to orders that wait for their money",
        "select s.variant_id as id, 'reserved ' || s.reserved || ', in orders ' || coalesce(w.sum, 0) as why
         from stock s left join (
             select l.store_id, o.livemode, l.variant_id, sum(l.quantity) as sum
             from order_lines l join orders o on o.store_id = l.store_id and o.id = l.order_id
             where o.payment_status = 'pending' and l.tracked
             group by l.store_id, o.livemode, l.variant_id
         ) w on w.store_id = s.store_id and w.livemode = s.livemode and w.variant_id = s.variant_id
         where s.reserved <> coalesce(w.sum, 0)",
    ),
    (
        "an order has a payment, unless there was nothing to pay",
        "select o.id as id, o.payment_status || ' order without a payment' as why from orders o
         where o.total > 0 and not exists (
             select 1 from payments p where p.store_id = o.store_id and p.order_id = o.id
         )",
    ),
    (
        "a paid order is numbered",
        "select id as id, payment_status || ' without a number' as why from orders
         where number is null and payment_status in ('paid', 'partially_refunded', 'refunded')",
    ),
    (
        "what an order is worth less what went back is what is kept of its payments",
        "select o.id as id, o.payment_status || ': total ' || o.total || ', refunded ' || o.refunded
             || ', kept ' || coalesce(p.kept, 0) as why
         from orders o left join (
             select store_id, order_id, sum(captured - refunded) as kept from payments
             group by store_id, order_id
         ) p on p.store_id = o.store_id and p.order_id = o.id
         where (o.payment_status in ('paid', 'partially_refunded', 'refunded')
                and coalesce(p.kept, 0) <> o.total - o.refunded)
             or (o.payment_status in ('pending', 'failed') and coalesce(p.kept, 0) <> 0)",
    ),
    (
        "a cancelled order keeps no money, unless a gateway would not give it back",
        "select o.id as id, 'kept ' || sum(p.captured - p.refunded) as why
         from orders o join payments p on p.store_id = o.store_id and p.order_id = o.id
         where o.payment_status = 'cancelled' and not exists (
             select 1 from refunds r where r.store_id = o.store_id and r.order_id = o.id and r.state = 'failed'
         )
         group by o.id having sum(p.captured - p.refunded) <> 0",
    ),
    (
        "what went back of a payment is the sum of its refunds",
        "select p.id as id, 'refunded ' || p.refunded || ', refunds ' || coalesce(r.sum, 0) as why
         from payments p left join (
             select store_id, payment_id, sum(amount) as sum from refunds where state <> 'failed' or surplus
             group by store_id, payment_id
         ) r on r.store_id = p.store_id and r.payment_id = p.id
         where p.refunded <> coalesce(r.sum, 0)",
    ),
    (
        "what went back of an order is the sum of its refunds",
        "select o.id as id, 'refunded ' || o.refunded || ', refunds ' || coalesce(r.sum, 0) as why
         from orders o left join (
             select store_id, order_id, sum(amount) as sum from refunds where state <> 'failed' and not surplus
             group by store_id, order_id
         ) r on r.store_id = o.store_id and r.order_id = o.id
         where o.refunded <> coalesce(r.sum, 0)",
    ),
    (
        "a promotion counts the orders that use it",
        "select u.promotion_id as id, 'counted ' || u.used || ', used ' || coalesce(r.n, 0) as why
         from promotion_usage u left join (
             select store_id, livemode, promotion_id, count(*) as n from promotion_redemptions
             group by store_id, livemode, promotion_id
         ) r on r.store_id = u.store_id and r.livemode = u.livemode and r.promotion_id = u.promotion_id
         where u.used <> coalesce(r.n, 0)",
    ),
    (
        "a use of a promotion belongs to an order that stands",
        "select r.order_id as id, 'used by an order that is ' || coalesce(o.payment_status, 'missing') as why
         from promotion_redemptions r left join orders o on o.store_id = r.store_id and o.id = r.order_id
         where coalesce(o.payment_status, 'missing') in ('missing', 'failed', 'cancelled')",
    ),
    (
        "an order with a coupon uses it",
        "select o.id as id, o.payment_status || ' with a coupon that it does not use' as why from orders o
         where o.payment_status in ('pending', 'paid', 'partially_refunded', 'refunded')
             and o.body -> 'coupon' ->> 'code' is not null
             and not exists (
                 select 1 from promotion_redemptions r where r.store_id = o.store_id and r.order_id = o.id
             )",
    ),
    (
        "order numbers have no gap, and the next one follows the last",
        "select c.store_id as id, o.n || ' orders, ' || o.low || ' to ' || o.high || ', next '
             || c.next_order_number as why
         from counters c join (
             select store_id, livemode, count(*) as n, min(number) as low, max(number) as high
             from orders where number is not null group by store_id, livemode
         ) o on o.store_id = c.store_id and o.livemode = c.livemode
         where o.high <> c.next_order_number - 1 or o.n <> o.high - o.low + 1",
    ),
    (
        "the plan counts the month's orders, cancelled ones at will",
        "select c.store_id as id, 'counted ' || c.month_orders || ', stand ' || coalesce(o.n, 0)
             || ', cancelled ' || coalesce(o.cancelled, 0) as why
         from counters c left join (
             select store_id, livemode, substr(cast(created_at as text), 1, 7) as month,
                 sum(case when payment_status in ('failed', 'cancelled') then 0 else 1 end) as n,
                 sum(case when payment_status = 'cancelled' then 1 else 0 end) as cancelled
             from orders group by store_id, livemode, substr(cast(created_at as text), 1, 7)
         ) o on o.store_id = c.store_id and o.livemode = c.livemode and o.month = c.month
         where c.livemode and c.month <> ''
             and (c.month_orders < coalesce(o.n, 0)
                  or c.month_orders > coalesce(o.n, 0) + coalesce(o.cancelled, 0))",
    ),
    (
        "a cart is closed when its order is placed, and only then",
        "select c.id as id, c.state || ' cart of a ' || coalesce(o.payment_status, 'missing') || ' order' as why
         from carts c left join orders o on o.store_id = c.store_id and o.id = c.id
         where (c.state in ('open', 'paying') and o.number is not null)
             or (c.state = 'completed' and o.number is null)",
    ),
    (
        "a cart that is being paid has a payment under way",
        "select c.id as id, 'nobody pays this cart' as why from carts c
         where c.state = 'paying' and not exists (
             select 1 from payments p where p.store_id = c.store_id and p.order_id = c.id
                 and p.state in ('initiated', 'requires_action', 'processing', 'authorized')
         )",
    ),
    (
        "an event waits or is told, not both",
        "select w.id as id, w.kind || ' waits and is told' as why from outbox w join events e on e.id = w.id",
    ),
];

/// True once nothing is under way any more, the worker has caught up and no money waits for anybody.
pub(super) const SETTLED: &[Rule] = &[
    (
        "no payment is under way",
        "select id as id, provider || ' payment is ' || state as why from payments
         where state in ('initiated', 'requires_action', 'processing', 'authorized')
             and provider in ('sandbox', 'stripe')",
    ),
    ("no refund is under way", "select id as id, 'refund is pending' as why from refunds where state = 'pending'"),
    ("no event waits", "select id as id, kind as why from outbox"),
    (
        "sold units belong to paid orders",
        "select s.variant_id as id, 'sold ' || s.sold || ', in orders ' || coalesce(w.sum, 0) as why
         from stock s left join (
             select l.store_id, o.livemode, l.variant_id, sum(l.quantity - l.restocked) as sum
             from order_lines l join orders o on o.store_id = l.store_id and o.id = l.order_id
             where o.payment_status in ('paid', 'partially_refunded', 'refunded') and l.tracked
             group by l.store_id, o.livemode, l.variant_id
         ) w on w.store_id = s.store_id and w.livemode = s.livemode and w.variant_id = s.variant_id
         where s.sold <> coalesce(w.sum, 0)",
    ),
    (
        "what the sandbox took and gave back is in the books",
        "select i.payment_id as id, 'sandbox took ' || i.amount || ' and gave back ' || i.refunded
             || ', we know of ' || coalesce(p.captured, 0) || ' and ' || coalesce(p.refunded, 0) as why
         from sandbox_intents i left join payments p on p.store_id = i.store_id and p.id = i.payment_id
         where i.state = 'captured'
             and (coalesce(p.captured, 0) <> i.amount or coalesce(p.refunded, 0) <> i.refunded)",
    ),
    (
        "what the books say of the sandbox is true there",
        "select p.id as id, 'captured ' || p.captured || ', sandbox ' || coalesce(i.state, 'knows nothing') as why
         from payments p left join sandbox_intents i
             on i.store_id = p.store_id and i.provider_ref = p.provider_ref
         where p.provider = 'sandbox' and p.captured > 0
             and (coalesce(i.state, '') <> 'captured' or i.payment_id <> p.id)",
    ),
];
