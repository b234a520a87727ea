//! What is for sale, and how much of it there is.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0002_catalog", up: UP };

const UP: &str = "
create table brands (
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    slug text not null,
    name text not null,
    description text,
    logo_url text,
    website text,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id)
);
create unique index brands_slug on brands (store_id, slug);
create table categories (
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    parent_id {uuid},
    slug text not null,
    name text not null,
    description text,
    image_url text,
    meta_title text,
    meta_description text,
    sort_order integer not null,
    status text not null,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id),
    constraint categories_parent foreign key (store_id, parent_id) references categories (store_id, id),
    constraint categories_not_own_parent check (parent_id is null or parent_id <> id)
);
create unique index categories_slug on categories (store_id, slug);
create index categories_by_parent on categories (store_id, parent_id);
create table products (
    {row_number}
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    slug text not null,
    name text not null,
    summary text,
    description text,
    status text not null,
    product_type text not null,
    featured integer not null,
    brand_id {uuid},
    category_ids {json} not null,
    tags {json} not null,
    media {json} not null,
    options {json} not null,
    price bigint not null,
    compare_at_price bigint,
    sale_price bigint,
    sale_name text,
    sale_starts_at {time},
    sale_ends_at {time},
    price_min bigint not null,
    price_max bigint not null,
    variant_count integer not null,
    cost bigint,
    sku text,
    barcode text,
    weight_grams integer,
    track_inventory boolean not null,
    taxable boolean not null,
    tax_class text not null,
    shipping_type text not null,
    fixed_shipping bigint,
    min_order_quantity integer not null,
    max_order_quantity integer,
    sort_order integer not null,
    metadata {json} not null,
    seo_title text,
    seo_description text,
    search_text text not null,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    published_at {time},
    {primary_key} (store_id, id),
    constraint products_featured_flag check (featured in (0, 1)),
    constraint products_brand foreign key (store_id, brand_id) references brands (store_id, id),
    constraint products_prices_not_negative check (price >= 0 and (sale_price is null or sale_price >= 0)
        and (cost is null or cost >= 0) and (fixed_shipping is null or fixed_shipping >= 0)),
    constraint products_quantities check (min_order_quantity >= 1
        and (max_order_quantity is null or max_order_quantity >= min_order_quantity))
);
create unique index products_slug on products (store_id, slug);
create index products_by_order on products (store_id, status, sort_order, id);
create index products_by_created on products (store_id, status, created_at, id);
create index products_by_price on products (store_id, status, price_min, id);
create index products_by_name on products (store_id, status, name, id);
create index products_by_featured on products (store_id, status, featured, id);
create index products_all_by_created on products (store_id, created_at, id);
create index products_by_updated on products (store_id, updated_at, id);
create index products_by_sku on products (store_id, sku);
create index products_by_brand on products (store_id, brand_id, status);
--postgres alter table products add column search tsvector
    generated always as (array_to_tsvector(string_to_array(search_text, ' '))) stored;
--postgres create index products_search on products using gin (search);
--sqlite create virtual table products_search using fts5 (
    search_text, content='products', content_rowid='row_number', tokenize='unicode61 remove_diacritics 2'
);
--sqlite create trigger products_search_insert after insert on products begin
    insert into products_search (rowid, search_text) values (new.row_number, new.search_text); end;
--sqlite create trigger products_search_delete after delete on products begin
    insert into products_search (products_search, rowid, search_text) values ('delete', old.row_number, old.search_text); end;
--sqlite create trigger products_search_update after update of search_text on products begin
    insert into products_search (products_search, rowid, search_text) values ('delete', old.row_number, old.search_text); insert into products_search (rowid, search_text) values (new.row_number, new.search_text); end;
create table product_categories (
    store_id {uuid} not null,
    category_id {uuid} not null,
    product_id {uuid} not null,
    primary key (store_id, category_id, product_id),
    constraint product_categories_category foreign key (store_id, category_id) references categories (store_id, id),
    constraint product_categories_product foreign key (store_id, product_id)
        references products (store_id, id) on delete cascade
);
create index product_categories_by_product on product_categories (store_id, product_id);
create table variants (
    store_id {uuid} not null,
    id {uuid} not null,
    product_id {uuid} not null,
    name text not null,
    sku text,
    barcode text,
    price bigint,
    compare_at_price bigint,
    sale_price bigint,
    sale_name text,
    sale_starts_at {time},
    sale_ends_at {time},
    cost bigint,
    weight_grams integer,
    option_values {json} not null,
    option_key text not null,
    position integer not null,
    is_default boolean not null,
    media_id text,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id),
    constraint variants_product foreign key (store_id, product_id)
        references products (store_id, id) on delete cascade,
    constraint variants_prices_not_negative check ((price is null or price >= 0)
        and (sale_price is null or sale_price >= 0) and (cost is null or cost >= 0))
);
create unique index variants_option_key on variants (store_id, product_id, option_key);
create unique index variants_default on variants (store_id, product_id) where is_default;
create index variants_by_sku on variants (store_id, sku);
create index variants_by_created on variants (store_id, created_at, id);
create table stock (
    store_id {uuid} not null,
    livemode boolean not null,
    variant_id {uuid} not null,
    product_id {uuid} not null,
    available integer not null,
    reserved integer not null,
    sold bigint not null,
    low_threshold integer,
    updated_at {time} not null,
    primary key (store_id, livemode, variant_id),
    constraint stock_variant foreign key (store_id, variant_id) references variants (store_id, id) on delete cascade,
    constraint stock_available_not_negative check (available >= 0),
    constraint stock_reserved_not_negative check (reserved >= 0),
    constraint stock_sold_not_negative check (sold >= 0)
);
create index stock_by_product on stock (store_id, livemode, product_id);
create table stock_movements (
    store_id {uuid} not null,
    id {uuid} not null,
    livemode boolean not null,
    variant_id {uuid} not null,
    product_id {uuid} not null,
    kind text not null,
    delta bigint not null,
    stock_before integer not null,
    stock_after integer not null,
    reason text,
    order_id {uuid},
    actor text not null,
    created_at {time} not null,
    primary key (store_id, id),
    constraint stock_movements_adds_up check (stock_before + delta = stock_after)
);
create index stock_movements_by_time on stock_movements (store_id, livemode, created_at, id);
create index stock_movements_by_variant on stock_movements (store_id, livemode, variant_id, created_at, id);
create index stock_movements_by_product on stock_movements (store_id, livemode, product_id, created_at, id);
";
