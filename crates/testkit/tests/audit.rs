//! The audit log, on both engines: it tells exactly what changed, in the order of the changes, with the
//! change or not at all.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use std::collections::BTreeMap;

use application::{
    Actor, Change, Context, ErrorCode, audit,
    catalog::{
        brand::{self, BrandChanges, NewBrand},
        product::{self, NewProduct, ProductChanges},
        variant::NewSale,
    },
    payment_method,
    tax::{self, NewTaxRate},
};
use chrono::TimeDelta;
use domain::{
    access::Mode,
    audit::{Action, Entry, Facts, SubjectType, Value},
    catalog::product::{ProductStatus, ProductType},
    id::Handle,
    money::{Currency, Money},
};
use ports::{
    audit::AuditFilter,
    list::{Sort, Window},
    terms::MethodSort,
};
use rust_decimal::Decimal;
use testkit::{TestCore, TestStore, cores, goods};

const ALL: Window = Window::Page { page: 1, per_page: 100 };

async fn log(core: &TestCore, ctx: &Context, action: Action) -> Vec<Entry> {
    let filter = AuditFilter { action: Some(action), ..AuditFilter::default() };
    audit::list(core, ctx, &filter, &ALL).await.unwrap().items
}

fn oak() -> NewBrand {
    NewBrand { name: "Oak".to_owned(), ..NewBrand::default() }
}

async fn shop(core: &TestCore) -> TestStore {
    testkit::store(core, "Acme", "GBP").await
}

#[tokio::test]
async fn a_change_without_an_entry_cannot_be_committed_by_somebody_accountable() {
    for core in cores().await {
        let shop = shop(&core).await;
        let key = shop.own_key(&shop.sk_live).await.id;
        for actor in [Actor::Operator, Actor::Key(key)] {
            let work = core.begin(&shop.context(Mode::Live, actor)).await.unwrap();
            assert_eq!(work.commit().await.unwrap_err().code, ErrorCode::Internal);
        }
        for actor in [Actor::Shopper, Actor::Worker, Actor::Gateway("stripe")] {
            let work = core.begin(&shop.context(Mode::Live, actor)).await.unwrap();
            work.commit().await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_is_rolled_back_is_not_in_the_log() {
    for core in cores().await {
        let shop = shop(&core).await;
        let ctx = shop.live();
        let made = brand::create(&core, &ctx, oak()).await.unwrap();
        let mut work = core.begin(&ctx).await.unwrap();
        work.brands().delete(made.id).await.unwrap();
        work.audit(Action::BrandDeleted, audit::deleted(&made));
        drop(work);
        assert_eq!(log(&core, &ctx, Action::BrandDeleted).await, []);
        assert_eq!(log(&core, &ctx, Action::BrandCreated).await.len(), 1);
    }
}

#[tokio::test]
async fn two_changes_at_once_stand_in_the_log_in_the_order_they_took_effect() {
    for core in cores().await {
        let shop = shop(&core).await;
        let ctx = shop.live();
        let made = brand::create(&core, &ctx, oak()).await.unwrap();
        let handle = Handle::Id(made.id);
        let rename = |name: &str| {
            let changes = BrandChanges { name: Some(name.to_owned()), ..BrandChanges::default() };
            brand::update(&core, &ctx, &handle, changes)
        };
        let (one, other) = tokio::join!(rename("Elm"), rename("Ash"));
        let last = [one.unwrap(), other.unwrap()].into_iter().max_by_key(|brand| brand.version).unwrap();
        let entries = log(&core, &ctx, Action::BrandUpdated).await;
        let versions: Vec<_> = entries
            .iter()
            .map(|entry| {
                [&entry.before, &entry.after].map(|side| side.as_ref().unwrap().get("version").clone())
            })
            .collect();
        assert_eq!(versions, [[2.into(), 3.into()], [1.into(), 2.into()]] as [[Value; 2]; 2]);
        let (first, second) = (&entries[1], &entries[0]);
        assert_eq!(first.after.as_ref().unwrap().get("name"), second.before.as_ref().unwrap().get("name"));
        assert_eq!(second.after.as_ref().unwrap().get("name"), &Value::from(last.name));
    }
}

#[tokio::test]
async fn of_a_product_exactly_what_changed_is_kept() {
    for core in cores().await {
        let shop = shop(&core).await;
        let ctx = shop.live();
        let mug = goods::parcel(&core, &shop, "Mug", 900, 5).await;
        let changes = ProductChanges {
            price: Some(750),
            summary: Change::Set("Blue ☕".to_owned()),
            tags: Some(vec!["new".to_owned()]),
            metadata: Some([("shelf".to_owned(), "B2".to_owned())].into()),
            ..ProductChanges::default()
        };
        product::update(&core, &ctx, &Handle::Id(mug.product), changes).await.unwrap();
        let entries = log(&core, &ctx, Action::ProductUpdated).await;
        let gbp = |minor| Money::new(minor, Currency::from_code("GBP").unwrap());
        let (before, after) = (entries[0].before.clone().unwrap(), entries[0].after.clone().unwrap());
        let version = before.get("version").clone();
        let before_expected = Facts::default()
            .with("metadata.shelf", Value::Nothing)
            .with("price", gbp(900))
            .with("summary", Value::Nothing)
            .with("tags", Value::list(Vec::<String>::new()))
            .with("version", version);
        assert_eq!(sorted(&before), sorted(&before_expected));
        let after_expected = Facts::default()
            .with("metadata.shelf", "B2")
            .with("price", gbp(750))
            .with("summary", "Blue ☕")
            .with("tags", Value::list(["new"]))
            .with("version", after.get("version").clone());
        assert_eq!(sorted(&after), sorted(&after_expected));
        assert_eq!(entries[0].subject.id, mug.product.to_string());
        assert_eq!(entries[0].author.actor, "operator");
    }
}

/// The fields by name: a database keeps no order of them, nor of the parts of an amount.
fn sorted(facts: &Facts) -> Vec<(String, String)> {
    let mut fields: Vec<_> =
        facts.iter().map(|(path, value)| (path.to_owned(), format!("{value:?}"))).collect();
    fields.sort();
    fields
}

#[tokio::test]
async fn a_rate_is_kept_as_it_was_written_when_it_is_removed() {
    for core in cores().await {
        let shop = shop(&core).await;
        let ctx = shop.live();
        let new = NewTaxRate {
            name: "VAT".to_owned(),
            rate: Decimal::new(175, 3),
            country: Some("GB".to_owned()),
            enabled: true,
            ..NewTaxRate::default()
        };
        let rate = tax::create(&core, &ctx, new).await.unwrap();
        tax::delete(&core, &ctx, rate.id, None).await.unwrap();
        let entry = log(&core, &ctx, Action::TaxRateDeleted).await.remove(0);
        let before = entry.before.unwrap();
        assert_eq!((before.get("rate"), before.get("country")), (&"0.175".into(), &"GB".into()));
        assert_eq!(entry.after, None);
    }
}

#[tokio::test]
async fn the_log_of_a_store_is_its_own() {
    for core in cores().await {
        let (shop, other) = (shop(&core).await, testkit::store(&core, "Other", "GBP").await);
        brand::create(&core, &shop.live(), oak()).await.unwrap();
        assert_eq!(log(&core, &shop.live(), Action::BrandCreated).await.len(), 1);
        assert_eq!(log(&core, &other.live(), Action::BrandCreated).await, []);
    }
}

fn plain(name: &str) -> NewProduct {
    NewProduct {
        name: name.to_owned(),
        slug: None,
        summary: None,
        description: None,
        status: ProductStatus::Draft,
        product_type: ProductType::Physical,
        featured: false,
        brand_id: None,
        category_ids: Vec::new(),
        tags: Vec::new(),
        media: Vec::new(),
        options: Vec::new(),
        variants: Vec::new(),
        price: 900,
        compare_at_price: None,
        sale: NewSale::default(),
        cost: None,
        stock: 1,
        track_inventory: true,
        sku: None,
        barcode: None,
        weight_grams: None,
        taxable: true,
        tax_class: None,
        shipping_type: None,
        fixed_shipping: None,
        min_order_quantity: 1,
        max_order_quantity: None,
        sort_order: 0,
        metadata: BTreeMap::new(),
        seo_title: None,
        seo_description: None,
    }
}

#[tokio::test]
async fn an_import_leaves_one_entry_for_all_that_it_made() {
    for core in cores().await {
        let shop = shop(&core).await;
        let ctx = shop.live();
        let new = ["Mug", "Cup", "Bowl"].map(plain).to_vec();
        let made = product::create_many(&core, &ctx, new.clone(), false).await;
        let ids: Vec<_> = made.into_iter().map(|made| Value::from(made.unwrap())).collect();
        let entries = log(&core, &ctx, Action::ProductsImported).await;
        assert_eq!(entries.len(), 1);
        let after = entries[0].after.as_ref().unwrap();
        assert_eq!((after.get("count"), after.get("productIds")), (&3.into(), &Value::List(ids)));
        assert_eq!(log(&core, &ctx, Action::ProductCreated).await, []);
    }
}

#[tokio::test]
async fn sealed_secrets_are_marked_and_never_kept() {
    for core in cores().await {
        let shop = shop(&core).await;
        let ctx = shop.live();
        testkit::store::offer_stripe(&core, &shop, "sk_test_51Planted", "whsec_planted").await;
        let sort = Sort { by: MethodSort::CreatedAt, descending: false };
        let methods = payment_method::list(&core, &ctx, sort, &ALL).await.unwrap();
        let entry = log(&core, &ctx, Action::PaymentMethodCreated).await.remove(0);
        let after = entry.after.as_ref().unwrap();
        assert_eq!(
            (after.get("testSecretKey"), after.get("testWebhookSecret")),
            (&"set".into(), &"set".into())
        );
        let shown = format!("{entry:?}");
        let keys = &methods.items[0].method.test_keys;
        let sealed = [&keys.sealed_secret_key, &keys.sealed_webhook_secret].map(|text| text.clone().unwrap());
        for secret in ["sk_test_51Planted", "whsec_planted", &sealed[0], &sealed[1]] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

#[tokio::test]
async fn entries_are_forgotten_when_they_are_old_enough() {
    for core in cores().await {
        let shop = shop(&core).await;
        brand::create(&core, &shop.live(), oak()).await.unwrap();
        core.clock.advance(TimeDelta::days(400));
        brand::create(&core, &shop.live(), oak()).await.unwrap();
        assert_eq!(audit::forget_old(&core).await.unwrap(), 0);
        core.clock.advance(TimeDelta::seconds(1));
        assert!(audit::forget_old(&core).await.unwrap() > 0);
        let left = audit::list(&core, &shop.live(), &AuditFilter::default(), &ALL).await.unwrap().items;
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(left[0].subject.kind, SubjectType::Brand);
    }
}
