use rstest::rstest;

use super::*;

fn store() -> Store {
    let gbp = Currency::from_code("GBP").unwrap();
    Store {
        id: StoreId::from_bytes([1; 16]),
        name: "Acme Candles".to_owned(),
        currency: gbp,
        supported_currencies: vec![gbp],
        supported_locales: vec!["en".to_owned(), "pt-BR".to_owned()],
        default_locale: "en".to_owned(),
        timezone: "Europe/London".to_owned(),
        status: StoreStatus::Active,
        tier: Tier::Expert,
        contact_email: None,
        domain: Some("acme.example".to_owned()),
        allowed_domains: Vec::new(),
        branding: Branding {
            primary_color: Some("#FF5C00".to_owned()),
            logo_url: Some("https://cdn.example/logo.png".to_owned()),
        },
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn fields(store: &Store) -> Vec<String> {
    store.validate().into_iter().map(|fault| fault.field).collect()
}

#[test]
fn a_sound_store_has_no_faults() {
    assert_eq!(store().validate(), []);
}

/// Spoils one thing, and the field that must be named for it.
type Spoiling = (fn(&mut Store), &'static str);

#[test]
fn each_fault_names_its_field() {
    let spoilings: [Spoiling; 10] = [
        (|s| s.name.clear(), "name"),
        (|s| s.supported_currencies.clear(), "supportedCurrencies"),
        (|s| s.supported_locales.push("English".to_owned()), "supportedLocales.2"),
        (|s| s.default_locale = "fr".to_owned(), "defaultLocale"),
        (|s| s.timezone = "../etc".to_owned(), "timezone"),
        (|s| s.domain = Some("https://acme.example".to_owned()), "domain"),
        (|s| s.allowed_domains = vec!["a.example".to_owned(); 11], "allowedDomains"),
        (|s| s.allowed_domains = vec!["a b".to_owned()], "allowedDomains.0"),
        (|s| s.branding.primary_color = Some("red".to_owned()), "branding.primaryColor"),
        (|s| s.branding.logo_url = Some("javascript:alert(1)".to_owned()), "branding.logoUrl"),
    ];
    for (spoil, field) in spoilings {
        let mut store = store();
        spoil(&mut store);
        assert_eq!(fields(&store), [field]);
    }
}

#[test]
fn ten_domains_are_allowed() {
    let store = Store { allowed_domains: vec!["a.example".to_owned(); ALLOWED_DOMAINS_MAX], ..store() };
    assert_eq!(store.validate(), []);
}

#[rstest]
#[case("https://mystore.com", true)]
#[case("http://mystore.com:3000", true)]
#[case("https://MyStore.com", true)]
#[case("http://localhost:5173", true)]
#[case("https://www.mystore.com", false)]
#[case("https://mystore.com.evil.example", false)]
#[case("https://evilmystore.com", false)]
#[case("https://mystore.com@evil.example", false)]
#[case("null", false)]
#[case("", false)]
fn only_pages_of_the_allowed_hosts_may_call(#[case] origin: &str, #[case] allowed: bool) {
    let listed = Store { allowed_domains: vec!["mystore.com".to_owned(), "localhost".to_owned()], ..store() };
    assert_eq!(listed.allows_origin(origin), allowed);
    assert!(store().allows_origin(origin), "a store without a list lets every page in");
}

#[test]
fn the_host_is_found_in_a_web_address() {
    assert_eq!(host_of("https://NewDomain.com/shop?a=b").as_deref(), Some("newdomain.com"));
    assert_eq!(host_of("newdomain.com").as_deref(), Some("newdomain.com"));
    assert_eq!(host_of("ftp//x"), None);
}
