//! A shop with a real choice of goods, and what its shoppers do, as errands for [`crate::load`].

use std::sync::Arc;

use application::{
    catalog::product,
    shipping::{self, NewShippingMethod, Rates},
};
use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{TestCore, TestStore, core, database::TestDatabase, multitude::shirt, store};

use crate::{
    load::{Caller, Errand},
    process::{Server, Setup},
};

/// Nothing is kept in memory of what was answered.
const COLD: (&str, &str) = ("CARTWRIGHT_ANSWER_CACHE_MB", "0");
/// Products on a page.
const PAGE: usize = 20;

/// The shop with its public server; gone with this value.
#[derive(Debug)]
pub struct Market {
    /// The shop's core, to look at the books with.
    pub core: TestCore,
    /// The shop.
    pub store: TestStore,
    /// Who sells.
    pub public: Server,
    /// Products for sale, `product-1` and on, each by its id and that of a variant.
    goods: Arc<[(String, String)]>,
    shipping: String,
    setup: Setup,
    _folder: TempDir,
}

impl Market {
    /// Fills a shop with so many products of three variants, and starts its server.
    pub async fn open(database: TestDatabase, products: u32) -> Self {
        let folder = tempfile::tempdir().expect("the machine has room for a temporary folder");
        let setup = Setup {
            database_url: database.url.clone(),
            folder: folder.path().to_path_buf(),
            // Errands come over a proxy, from ever other addresses.
            environment: vec![("CARTWRIGHT_TRUSTED_PROXIES", "1".to_owned())],
        };
        let core = core(database);
        let store = store(&core, "Acme", "GBP").await;
        let context = store.live();
        let mut goods = Vec::new();
        for number in 1..=products {
            let made = product::create(&core, &context, shirt(number)).await.expect("the product is sound");
            let variant = made.variants.first().expect("it has three");
            goods.push((made.product.id.to_string(), variant.variant.id.to_string()));
        }
        let method = shipping::create(&core, &context, parcel_post()).await.expect("the method is sound");
        // As Postgres does by itself within a minute or two.
        let on_postgres = core.database.url.starts_with("postgres");
        core.database.execute(if on_postgres { "vacuum analyze" } else { "analyze" }, []).await;
        let [mut public, _] = Server::pair(&setup);
        public.launch();
        public.wait_until_ready().await;
        let shipping = method.id.to_string();
        Self { core, store, public, goods: goods.into(), shipping, setup, _folder: folder }
    }

    /// Another server of the shop, which keeps no answers in memory.
    pub async fn cold_server(&self) -> Server {
        let [mut cold, _] = Server::pair(&self.with(&[COLD]));
        cold.launch();
        cold.wait_until_ready().await;
        cold
    }

    /// Both servers once more, which keep nothing in memory of what they answered and count no requests.
    pub async fn patient_servers(&self) -> [Server; 2] {
        let mut servers = Server::pair(&self.with(&[COLD, ("CARTWRIGHT_RATE_LIMITS", "off")]));
        for server in &mut servers {
            server.launch();
            server.wait_until_ready().await;
        }
        servers
    }

    fn with(&self, more: &[(&'static str, &str)]) -> Setup {
        let mut setup = self.setup.clone();
        setup.environment.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        setup
    }

    /// Has shoppers ask for these from now on, each by its id and that of a variant.
    pub fn sell(&mut self, goods: Vec<(String, String)>) {
        self.goods = goods.into();
    }

    /// What programs of the shop need to know of it.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    fn base(&self) -> String {
        format!("/v1/public/{}", self.store.pk_test)
    }

    /// The same page of the list, over and over.
    pub fn list(&self) -> Errand {
        read(move |_| format!("{}/products?perPage={PAGE}&expand%5B%5D=variants", self.base()), 1)
    }

    /// The same product, over and over.
    pub fn by_slug(&self) -> Errand {
        read(|_| format!("{}/products/product-7", self.base()), 1)
    }

    /// One page after another.
    pub fn another_page(&self) -> Errand {
        let path =
            |page| format!("{}/products?perPage={PAGE}&page={page}&expand%5B%5D=variants", self.base());
        read(path, self.goods.len() / PAGE)
    }

    /// What the storefront answers at addresses below its own, one after another.
    pub fn storefront(&self, paths: &[String]) -> Errand {
        read(|number| format!("{}/{}", self.base(), paths[number - 1]), paths.len())
    }

    /// One product after another.
    pub fn another_slug(&self) -> Errand {
        read(|number| format!("{}/products/product-{number}", self.base()), self.goods.len())
    }

    /// Something is put in a new cart.
    pub fn add_to_cart(&self) -> Errand {
        let (path, goods) = (format!("{}/cart/items", self.base()), Arc::clone(&self.goods));
        Arc::new(move |caller, number| {
            let (path, item) = (path.clone(), item(&goods, number, 1));
            Box::pin(async move { caller.cart(Method::POST, &path, &token(number), &item).await.map(drop) })
        })
    }

    /// A guest chooses two things that have to be sent, and says where to and how: all of a sale but paying.
    pub fn filled_cart(&self) -> Errand {
        self.guest(false)
    }

    /// A guest buys two things that have to be sent, from an empty cart to the order.
    pub fn sale(&self) -> Errand {
        self.guest(true)
    }

    fn guest(&self, pays: bool) -> Errand {
        let (base, shipping, goods) = (self.base(), self.shipping.clone(), Arc::clone(&self.goods));
        Arc::new(move |caller, number| {
            let (base, shipping) = (base.clone(), shipping.clone());
            let wanted = [item(&goods, number, 1), item(&goods, number.wrapping_add(7), 2)];
            Box::pin(async move {
                let token = token(number);
                fill(caller, &base, &token, wanted, &shipping).await?;
                if pays { pay(caller, &base, &token).await } else { Ok(()) }
            })
        })
    }
}

async fn fill(
    caller: &mut Caller,
    base: &str,
    token: &str,
    goods: [Value; 2],
    shipping: &str,
) -> Result<(), String> {
    for item in goods {
        caller.cart(Method::POST, &format!("{base}/cart/items"), token, &item).await?;
    }
    let address = json!({
        "firstName": "Ada", "lastName": "Byron", "line1": "12 St James's Square", "city": "London",
        "postcode": "SW1Y 4LB", "countryCode": "GB",
    });
    let details = json!({"email": format!("{token}@example.com"), "shippingAddress": address});
    caller.cart(Method::PUT, &format!("{base}/cart/checkout-data"), token, &details).await?;
    let options =
        caller.cart(Method::GET, &format!("{base}/cart/shipping-options"), token, &Value::Null).await?;
    if options["data"][0]["id"] != shipping {
        return Err(format!("other shipping options than expected: {options}"));
    }
    let choice = json!({"shippingOptionId": shipping});
    caller.cart(Method::POST, &format!("{base}/cart/shipping-option"), token, &choice).await.map(drop)
}

async fn pay(caller: &mut Caller, base: &str, token: &str) -> Result<(), String> {
    let pay = json!({"paymentMethod": "pm_card_visa"});
    let order = caller.cart(Method::POST, &format!("{base}/cart/checkout"), token, &pay).await?;
    if order["data"]["status"] == "paid" { Ok(()) } else { Err(format!("not paid: {order}")) }
}

fn read(path: impl Fn(usize) -> String, paths: usize) -> Errand {
    let paths: Arc<[String]> = (1..=paths).map(path).collect();
    Arc::new(move |caller, number| {
        let paths = Arc::clone(&paths);
        Box::pin(async move {
            let path: &String = one_of(&paths, number);
            caller.get(path).await.map(drop)
        })
    })
}

fn item(goods: &[(String, String)], number: u64, quantity: u32) -> Value {
    let (product, variant) = one_of(goods, number);
    json!({"productId": product, "variantId": variant, "quantity": quantity})
}

/// One of these, and for the next number one that is far from it, so that what lies together is not used
/// together.
fn one_of<T>(these: &[T], number: u64) -> &T {
    &these[usize::try_from(number.wrapping_mul(7919)).unwrap_or_default() % these.len()]
}

fn token(number: u64) -> String {
    format!("speed-{number:016}")
}

fn parcel_post() -> NewShippingMethod {
    NewShippingMethod {
        name: "Parcel post".to_owned(),
        kind: "flat_rate".to_owned(),
        rates: Rates { rate: Some(495), ..Rates::default() },
        enabled: true,
        ..NewShippingMethod::default()
    }
}
