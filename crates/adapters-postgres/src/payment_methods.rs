//! Payment methods: one row each. Secrets arrive and leave sealed.

use domain::{
    payment::Provider,
    payment_method::{GatewayKeys, PaymentMethod},
};
use ports::RepoError;
use uuid::Uuid;

use crate::{
    changes::Topic,
    error::corrupt,
    stored::{Stored, id, uuid},
};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "payment_methods")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) code: String,
        pub(crate) provider: String,
        pub(crate) label: String,
        pub(crate) icon_url: Option<String>,
        pub(crate) instructions: Option<String>,
        pub(crate) publishable_key: Option<String>,
        pub(crate) secret_key: Option<String>,
        pub(crate) webhook_secret: Option<String>,
        pub(crate) test_publishable_key: Option<String>,
        pub(crate) test_secret_key: Option<String>,
        pub(crate) test_webhook_secret: Option<String>,
        pub(crate) enabled: bool,
        pub(crate) sort_order: i32,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl Stored for PaymentMethod {
    type Table = row::Entity;
    const TOPIC: Topic = Topic::Config;

    fn to_row(&self, store: Uuid) -> row::Model {
        let Self {
            id,
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
            created_at,
            updated_at,
        } = self.clone();
        let GatewayKeys { publishable_key, sealed_secret_key, sealed_webhook_secret } = live_keys;
        row::Model {
            store_id: store,
            id: uuid(id),
            code,
            provider: provider.as_str().to_owned(),
            label,
            icon_url,
            instructions,
            publishable_key,
            secret_key: sealed_secret_key,
            webhook_secret: sealed_webhook_secret,
            test_publishable_key: test_keys.publishable_key,
            test_secret_key: test_keys.sealed_secret_key,
            test_webhook_secret: test_keys.sealed_webhook_secret,
            enabled,
            sort_order,
            version,
            created_at,
            updated_at,
        }
    }

    fn from_row(row: row::Model) -> Result<Self, RepoError> {
        let row::Model {
            store_id: _,
            id: key,
            code,
            provider,
            label,
            icon_url,
            instructions,
            publishable_key,
            secret_key,
            webhook_secret,
            test_publishable_key,
            test_secret_key,
            test_webhook_secret,
            enabled,
            sort_order,
            version,
            created_at,
            updated_at,
        } = row;
        Ok(Self {
            id: id(key),
            code,
            provider: Provider::parse(&provider)
                .ok_or_else(|| corrupt("payment_methods", "provider", key))?,
            label,
            icon_url,
            instructions,
            live_keys: GatewayKeys {
                publishable_key,
                sealed_secret_key: secret_key,
                sealed_webhook_secret: webhook_secret,
            },
            test_keys: GatewayKeys {
                publishable_key: test_publishable_key,
                sealed_secret_key: test_secret_key,
                sealed_webhook_secret: test_webhook_secret,
            },
            enabled,
            sort_order,
            version,
            created_at,
            updated_at,
        })
    }
}
