//! Stores with their settings, and the configuration that requests are served by.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    address::Email,
    id::StoreId,
    money::Currency,
    store::{Branding, Store, StoreStatus},
    tier::Tier,
};
use ports::{
    RepoError,
    list::{Slice, SortValue, Window},
    stores::{Settings, StoreConfig, StoreReader, Stores, Usage},
};
use sea_orm::{
    ActiveModelTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _, QueryFilter as _,
    QuerySelect as _, sea_query::Expr,
};

use crate::{
    SqlDatabase,
    changes::Topic,
    error::{corrupt, repo_error},
    json::Document,
    settings::{CheckoutDocument, OrderDocument, ShippingDocument, TaxDocument},
    stored::{all, id, uuid},
    unit_of_work::SqlUnitOfWork,
    window::{Ordering, fetch},
};

mod usage;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    use crate::{
        json::Document,
        settings::{CheckoutDocument, OrderDocument, ShippingDocument, TaxDocument},
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stores")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) name: String,
        pub(crate) currency: String,
        pub(crate) supported_currencies: Document<Vec<String>>,
        pub(crate) supported_locales: Document<Vec<String>>,
        pub(crate) default_locale: String,
        pub(crate) timezone: String,
        pub(crate) status: String,
        pub(crate) tier: String,
        pub(crate) contact_email: Option<String>,
        pub(crate) domain: Option<String>,
        pub(crate) allowed_domains: Document<Vec<String>>,
        pub(crate) primary_color: Option<String>,
        pub(crate) logo_url: Option<String>,
        pub(crate) tax: Document<TaxDocument>,
        pub(crate) shipping: Document<ShippingDocument>,
        pub(crate) orders: Document<OrderDocument>,
        pub(crate) checkout: Document<CheckoutDocument>,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

fn to_row(store: &Store, settings: &Settings) -> row::Model {
    let Store {
        id,
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
        created_at,
        updated_at,
    } = store.clone();
    let Settings { tax, shipping, orders, checkout } = settings;
    row::Model {
        id: uuid(id),
        name,
        currency: currency.code().to_owned(),
        supported_currencies: Document(
            supported_currencies.iter().map(|currency| currency.code().to_owned()).collect(),
        ),
        supported_locales: Document(supported_locales),
        default_locale,
        timezone,
        status: status.as_str().to_owned(),
        tier: tier.as_str().to_owned(),
        contact_email: contact_email.map(|email| email.as_str().to_owned()),
        domain,
        allowed_domains: Document(allowed_domains),
        primary_color,
        logo_url,
        tax: Document(TaxDocument::from(tax)),
        shipping: Document(ShippingDocument::from(shipping)),
        orders: Document(OrderDocument::from(orders)),
        checkout: Document(CheckoutDocument::from(checkout)),
        version,
        created_at,
        updated_at,
    }
}

fn from_row(row: row::Model) -> Result<(Store, Settings), RepoError> {
    let broken = |column| corrupt("stores", column, row.id);
    let currency = |code: &String| Currency::from_code(code).ok();
    let store = Store {
        id: id(row.id),
        name: row.name,
        currency: currency(&row.currency).ok_or_else(|| broken("currency"))?,
        supported_currencies: row
            .supported_currencies
            .0
            .iter()
            .map(currency)
            .collect::<Option<_>>()
            .ok_or_else(|| broken("supported_currencies"))?,
        supported_locales: row.supported_locales.0,
        default_locale: row.default_locale,
        timezone: row.timezone,
        status: StoreStatus::parse(&row.status).ok_or_else(|| broken("status"))?,
        tier: Tier::parse(&row.tier).ok_or_else(|| broken("tier"))?,
        contact_email: row
            .contact_email
            .map(|text| Email::parse(&text))
            .transpose()
            .map_err(|_| broken("contact_email"))?,
        domain: row.domain,
        allowed_domains: row.allowed_domains.0,
        branding: Branding { primary_color: row.primary_color, logo_url: row.logo_url },
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    let settings = Settings {
        tax: row.tax.0.read().ok_or_else(|| broken("tax"))?,
        shipping: row.shipping.0.read().ok_or_else(|| broken("shipping"))?,
        orders: row.orders.0.read(),
        checkout: row.checkout.0.read(),
    };
    Ok((store, settings))
}

#[async_trait]
impl StoreReader for SqlDatabase {
    async fn config(&self, store: StoreId) -> Result<Option<Arc<StoreConfig>>, RepoError> {
        let epoch = self.changes().epoch(store, Topic::Config);
        if let Some(known) = self.memory().configs.get(&store, epoch) {
            return Ok(Some(known));
        }
        let found = row::Entity::find_by_id(uuid(store)).one(self.reader()).await.map_err(repo_error)?;
        let Some(found) = found else { return Ok(None) };
        let (store, settings) = from_row(found)?;
        let (tax_rates, shipping_methods, payment_methods) = futures::try_join!(
            all(self.reader(), store.id, &[]),
            all(self.reader(), store.id, &["sort_order"]),
            all(self.reader(), store.id, &["sort_order"]),
        )?;
        let config = Arc::new(StoreConfig { store, settings, tax_rates, shipping_methods, payment_methods });
        self.memory().configs.keep(config.store.id, epoch, config.clone());
        Ok(Some(config))
    }

    async fn stores(&self, window: &Window) -> Result<Slice<Store>, RepoError> {
        let ordering = Ordering {
            column: "created_at",
            descending: false,
            key: |row: &row::Model| (SortValue::Time(row.created_at), row.id),
        };
        let slice = fetch(self.reader(), row::Entity::find(), &ordering, window).await?;
        slice.try_map(|row| from_row(row).map(|(store, _)| store))
    }

    async fn usage(&self, store: StoreId, month: &str, now: DateTime<Utc>) -> Result<Usage, RepoError> {
        usage::read(self.reader(), store, month, now).await
    }

    async fn next_order_number(&self, store: StoreId, mode: Mode) -> Result<Option<u64>, RepoError> {
        usage::next_order_number(self.reader(), store, mode).await
    }
}

#[async_trait]
impl Stores for SqlUnitOfWork {
    async fn insert(&mut self, store: &Store, settings: &Settings) -> Result<(), RepoError> {
        let row = to_row(store, settings).into_active_model().reset_all();
        row::Entity::insert(row).exec_without_returning(self.transaction()).await.map_err(repo_error)?;
        self.touch(Topic::Config);
        Ok(())
    }

    async fn find(&mut self) -> Result<Option<(Store, Settings)>, RepoError> {
        let found = row::Entity::find_by_id(self.store()).lock_exclusive().one(self.transaction()).await;
        found.map_err(repo_error)?.map(from_row).transpose()
    }

    async fn update(&mut self, store: &mut Store, settings: &Settings) -> Result<(), RepoError> {
        let mut next = store.clone();
        next.version = store.version.saturating_add(1);
        let written = row::Entity::update_many()
            .set(to_row(&next, settings).into_active_model().reset_all())
            .filter(Expr::col("id").eq(self.store()))
            .filter(Expr::col("version").eq(store.version))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        if written.rows_affected == 0 {
            return Err(RepoError::Stale);
        }
        self.touch(Topic::Config);
        *store = next;
        Ok(())
    }
}
