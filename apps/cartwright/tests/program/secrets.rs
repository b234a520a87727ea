//! Secrets stay where they belong: a whole day of a shop, good calls and bad ones, with every secret
//! planted and then looked for in the log, in the answers, in what commands print and in the database.

use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use testkit::stripe::FakeStripe;

const PATIENCE: Duration = Duration::from_mins(1);

const MASTER_KEY: &str = "5ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4";
const STRIPE_KEY: &str = "sk_test_51PLANTEDstripekeyPLANTED";
const STRIPE_LIVE_KEY: &str = "sk_live_51PLANTEDstripekeyPLANTED";
const WEBHOOK_SECRET: &str = "whsec_PLANTEDwebhooksecretPLANTED";
const CART_TOKEN: &str = "PLANTED-cart-token-PLANTED";
const WRONG_KEY: &str = "sk_live_PLANTEDwrongkeyPLANTED00000000000000000000000000000000000000000000";
const WRONG_PASSWORD: &str = "PLANTED-wrong-password-PLANTED";

/// The running program and what was heard from it; it is stopped with this value.
struct Day {
    process: Child,
    client: Client,
    demo: Value,
    /// Bodies of answers, but for those that show a new secret this once.
    answers: Vec<String>,
    /// Secrets that the program made.
    made: Vec<String>,
}

impl Drop for Day {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn command(folder: &Path, stripe: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cartwright"));
    command.current_dir(folder).env_remove("DATABASE_URL").env_remove("RUST_LOG").envs([
        ("CARTWRIGHT_DATA_DIR", folder.to_str().unwrap()),
        ("CARTWRIGHT_PUBLIC_ADDR", "127.0.0.1:0"),
        ("CARTWRIGHT_PRIVATE_ADDR", "127.0.0.1:0"),
        ("CARTWRIGHT_MASTER_KEY", MASTER_KEY),
        ("CARTWRIGHT_STRIPE_API_BASE", stripe),
        ("CARTWRIGHT_RATE_LIMITS", "off"),
        ("CARTWRIGHT_LOG", "debug"),
        ("CARTWRIGHT_LOG_FORMAT", "json"),
    ]);
    command
}

impl Day {
    async fn begin(folder: &Path, stripe: &str) -> Self {
        let log = File::create(folder.join("log.json")).unwrap();
        let process = command(folder, stripe).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let client = Client::builder().timeout(PATIENCE).build().unwrap();
        let mut day = Self { process, client, demo: Value::Null, answers: Vec::new(), made: Vec::new() };
        let began = Instant::now();
        while day.demo.is_null() {
            assert!(began.elapsed() < PATIENCE, "demo.json was never written");
            assert!(day.process.try_wait().unwrap().is_none(), "the program ended");
            tokio::time::sleep(Duration::from_millis(50)).await;
            day.demo = serde_json::from_slice(&fs::read(folder.join("demo.json")).unwrap_or_default())
                .unwrap_or_default();
        }
        for field in ["secretKey", "testSecretKey"] {
            day.made.push(day.text(field).to_owned());
        }
        day
    }

    fn text(&self, field: &str) -> &str {
        self.demo[field].as_str().unwrap_or_else(|| panic!("{field} in {}", self.demo))
    }

    fn shop(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/v1/public/{}{path}", self.text("publicUrl"), self.text("testPublishableKey"));
        self.client.request(method, url).header("x-cart-token", CART_TOKEN)
    }

    fn office(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/v1/private{path}", self.text("privateUrl"));
        self.client.request(method, url).bearer_auth(self.text("testSecretKey"))
    }

    /// Sends a request whose answer must show no secret.
    async fn hear(&mut self, request: RequestBuilder) -> (u16, Value) {
        let (status, text) = told(request).await;
        let json = serde_json::from_str(&text).unwrap_or_default();
        self.answers.push(text);
        (status, json)
    }

    /// Sends a request whose answer shows new secrets this once, and notes them.
    async fn hear_secrets(&mut self, request: RequestBuilder, fields: &[&str]) -> Value {
        let (status, text) = told(request).await;
        assert_eq!(status / 100, 2, "{text}");
        let data = serde_json::from_str::<Value>(&text).unwrap()["data"].clone();
        self.made.extend(fields.iter().map(|field| data[*field].as_str().unwrap().to_owned()));
        data
    }

    async fn stripe_is_set_up(&mut self) {
        let (_, methods) = self.hear(self.office(Method::GET, "/payment-methods")).await;
        let methods = methods["data"].as_array().unwrap();
        let card = methods.iter().find(|method| method["code"] == "card").unwrap();
        let path = format!("/payment-methods/{}", card["id"].as_str().unwrap());
        let keys = json!({
            "testSecretKey": STRIPE_KEY, "testWebhookSecret": WEBHOOK_SECRET,
            "secretKey": STRIPE_LIVE_KEY, "webhookSecret": WEBHOOK_SECRET,
        });
        let live = |day: &Self, keys: &Value| {
            let url = format!("{}/v1/private{path}", day.text("privateUrl"));
            day.client.patch(url).bearer_auth(day.text("secretKey")).json(keys)
        };
        let (status, answer) = self.hear(live(self, &keys)).await;
        assert_eq!(status, 200, "{answer}");
        for wrong in [
            json!({"testSecretKey": format!("{STRIPE_KEY} ")}),
            json!({"testSecretKey": {"key": STRIPE_KEY}}),
            json!({"secretKey": STRIPE_KEY}),
            json!({"webhookSecret": STRIPE_KEY}),
        ] {
            let (status, _) = self.hear(live(self, &wrong)).await;
            assert_eq!(status / 100, 4, "{wrong}");
        }
    }

    async fn shoppers_buy(&mut self) {
        let item = json!({"productId": "the-campfire-cook", "quantity": 1});
        for method in ["pm_card_chargeDeclined", "pm_card_visa"] {
            self.hear(self.shop(Method::POST, "/cart/items").json(&item)).await;
            let contact = json!({"email": "ada@example.com"});
            self.hear(self.shop(Method::PUT, "/cart/checkout-data").json(&contact)).await;
            let pay = json!({"paymentMethod": method});
            let (status, sold) = self.hear(self.shop(Method::POST, "/cart/checkout").json(&pay)).await;
            let expected = if method == "pm_card_visa" { 2 } else { 4 };
            assert_eq!(status / 100, expected, "{sold}");
        }
        let hook = format!("{}/webhooks/stripe/{}", self.text("publicUrl"), self.text("storeId"));
        let hook = self.client.post(hook).header("stripe-signature", "t=1,v1=00").body("{}");
        assert_eq!(self.hear(hook).await.0 / 100, 4);
    }

    async fn keys_come_and_go(&mut self) {
        let new = json!({"name": "Signs", "scopes": ["admin:*"], "signing": true});
        let made = self.office(Method::POST, "/api-keys").json(&new);
        let key = self.hear_secrets(made, &["key", "signingSecret"]).await;
        let path = format!("/api-keys/{}", key["id"].as_str().unwrap());
        let unsigned = self.office(Method::GET, "/store").bearer_auth(key["key"].as_str().unwrap());
        self.hear(unsigned).await;
        let signed = format!("{}/v1/private/store", self.text("privateUrl"));
        let signed = self.client.get(signed).header("x-api-key", key["key"].as_str().unwrap());
        let signed = signed.header("x-cartwright-signature", format!("t=1,sha256={}", "0".repeat(64)));
        assert_eq!(self.hear(signed).await.0, 401);
        let given = self.office(Method::POST, &format!("{path}/signing-secret"));
        self.hear_secrets(given, &["signingSecret"]).await;
        let rotated = self.office(Method::POST, &format!("{path}/rotate"));
        self.hear_secrets(rotated, &["key"]).await;
        self.hear(self.office(Method::GET, &path)).await;
        self.hear(self.office(Method::GET, "/api-keys")).await;
        self.hear(self.office(Method::GET, "/orders")).await;
    }

    async fn strangers_try(&mut self) {
        let store = format!("{}/v1/private/store", self.text("privateUrl"));
        let secret = self.text("secretKey").to_owned();
        for request in [
            self.client.get(&store).bearer_auth(WRONG_KEY),
            self.client.get(&store).header("x-api-key", WRONG_KEY),
            self.client.get(&store).header("authorization", format!("Basic {WRONG_KEY}")),
            self.client.get(format!("{store}?key={secret}")),
            self.client.get(format!("{store}/{secret}")),
            self.client.get(format!("{}/v1/public/{secret}/products", self.text("publicUrl"))),
            self.client.get(format!("{}/v1/public/{WRONG_KEY}", self.text("publicUrl"))),
            self.shop(Method::GET, "").bearer_auth(&secret),
            self.office(Method::POST, "/brands").body(format!("{{\"name\": {STRIPE_KEY}")),
            self.office(Method::POST, "/brands").json(&json!({"name": [STRIPE_KEY]})),
        ] {
            let (status, answer) = self.hear(request).await;
            assert_eq!(status / 100, 4, "{answer}");
        }
        for surface in ["publicUrl", "privateUrl"] {
            for path in ["/openapi.json", "/docs", "/healthz", "/readyz"] {
                let request = self.client.get(format!("{}{path}", self.text(surface)));
                self.hear(request).await;
            }
        }
    }

    /// Somebody of the staff logs in, with the wrong password and with the right one, and out again.
    async fn staff_log_in(&mut self) {
        let [email, password] =
            ["email", "password"].map(|field| self.demo["staff"][field].as_str().map(str::to_owned));
        let (Some(email), Some(password)) = (email, password) else { return };
        let login = |day: &Self, password: &str| {
            let url = format!("{}/v1/private/auth/login", day.text("privateUrl"));
            day.client.post(url).json(&json!({"email": email, "password": password}))
        };
        let (status, answer) = self.hear(login(self, WRONG_PASSWORD)).await;
        assert_eq!(status, 401, "{answer}");
        let (status, text) = told(login(self, &password)).await;
        assert_eq!(status, 200, "{text}");
        let mut tokens = Vec::new();
        find_tokens(&serde_json::from_str(&text).unwrap(), &mut tokens);
        let token =
            tokens.iter().find(|token| token.starts_with("eyJ")).expect("a login gives a token").clone();
        self.made.extend(tokens);
        self.made.push(password);
        let me = format!("{}/v1/private/auth/me", self.text("privateUrl"));
        self.hear(self.client.get(me).bearer_auth(&token)).await;
        let tampered = format!("{}/v1/private/store", self.text("privateUrl"));
        self.hear(self.client.get(tampered).bearer_auth(format!("{token}x"))).await;
    }

    fn end(mut self) -> (Vec<String>, Vec<String>) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert!(self.process.wait().unwrap().success());
        (std::mem::take(&mut self.answers), std::mem::take(&mut self.made))
    }
}

async fn told(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Texts of an answer that are long and without spaces, and under a name that speaks of a token.
fn find_tokens(value: &Value, found: &mut Vec<String>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        match inner.as_str() {
            Some(text) if name.to_lowercase().ends_with("token") => found.push(text.to_owned()),
            _ => find_tokens(inner, found),
        }
    }
}

#[tokio::test]
async fn no_secret_is_in_a_log_an_answer_a_report_or_in_clear_in_the_database() {
    let (folder, stripe) = (tempfile::tempdir().unwrap(), FakeStripe::start().await);
    let mut day = Day::begin(folder.path(), stripe.url()).await;
    day.stripe_is_set_up().await;
    day.shoppers_buy().await;
    day.keys_come_and_go().await;
    day.strangers_try().await;
    day.staff_log_in().await;
    assert!(!stripe.requests().is_empty(), "the sale went to Stripe");
    // While the program runs, a part of the database is in its log of writes.
    let running = files(folder.path());
    let (answers, made) = day.end();
    let mut reports = String::new();
    for arguments in [&["doctor"][..], &["doctor", "--json"], &["key", "list", "--json"], &["openapi"]] {
        let done = command(folder.path(), stripe.url()).args(arguments).output().unwrap();
        reports.push_str(&String::from_utf8_lossy(&done.stdout));
        reports.push_str(&String::from_utf8_lossy(&done.stderr));
    }
    let log = fs::read_to_string(folder.path().join("log.json")).unwrap();
    assert!(log.starts_with('{') && log.contains("DEBUG"), "the log is there, as JSON and in detail");
    let planted =
        [MASTER_KEY, STRIPE_KEY, STRIPE_LIVE_KEY, WEBHOOK_SECRET, CART_TOKEN, WRONG_KEY, WRONG_PASSWORD];
    let secrets = planted.into_iter().map(str::to_owned).chain(made);
    for secret in secrets {
        for (name, text) in [("the log", &log), ("a report", &reports)] {
            let line = text.lines().find(|line| line.contains(&secret));
            assert_eq!(line, None, "{secret} is in {name}");
        }
        for answer in &answers {
            assert!(!answer.contains(&secret), "{secret} is in {answer}");
        }
        for (name, bytes) in running.iter().chain(&files(folder.path())) {
            assert!(!contains(bytes, &secret), "{secret} is in clear in {name}");
        }
    }
}

/// The files of the database, byte by byte.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let named = files.map(|file| (file.file_name().into_string().unwrap(), file.path()));
    let found: Vec<_> = named
        .filter(|(name, _)| name.starts_with("cartwright.db"))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect();
    assert!(!found.is_empty(), "the database is in the data folder");
    found
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
