//! Layers, their order, and faults told together.

use std::{fs, io::Write as _};

use super::*;

fn read(file: &str, environment: &[(&str, &str)], flags: Flags) -> Result<Config, ConfigError> {
    let mut written = tempfile::NamedTempFile::new().unwrap();
    written.write_all(file.as_bytes()).unwrap();
    let environment = environment.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Config::read(Layers::of(written.path(), environment, flags))
}

fn faults(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    read(file, environment, Flags::default()).unwrap_err().faults().to_vec()
}

#[test]
fn nothing_at_all_is_a_sound_configuration() {
    let config = read("", &[], Flags::default()).unwrap();
    assert_eq!(config.database_url.expose_secret(), "sqlite://.cartwright/cartwright.db");
    assert_eq!(config.public_addr.to_string(), "127.0.0.1:8080");
    assert_eq!(config.private_addr.to_string(), "127.0.0.1:8081");
    assert_eq!((config.default_tier, config.rate_limits), (Tier::Expert, RateLimits::Memory));
    assert!(config.is_embedded() && config.given_master_key().is_none());
}

#[test]
fn a_file_that_is_not_there_is_fine() {
    let folder = tempfile::tempdir().unwrap();
    let layers = Layers::of(&folder.path().join("none.toml"), std::iter::empty(), Flags::default());
    assert!(Config::read(layers).is_ok());
    fs::remove_dir_all(folder.path()).unwrap();
}

#[test]
fn later_layers_win() {
    let file = "pool_size = 3\nworkers = 2\nlog_format = \"json\"\ndatabase_url = \"sqlite://a\"";
    let environment = [
        ("CARTWRIGHT_POOL_SIZE", "4"),
        ("CARTWRIGHT_WORKERS", "5"),
        ("DATABASE_URL", "postgres://shared/db"),
        ("PATH", "/bin"),
        ("CARTWRIGHT_TEST_DATABASE_URL", "of no concern"),
    ];
    let config = read(file, &environment, Flags::default().with("workers", Some(6))).unwrap();
    assert_eq!((config.pool_size, config.workers, config.log_format), (4, Some(6), LogFormat::Json));
    assert_eq!(config.database_url.expose_secret(), "postgres://shared/db");
    let own = [("DATABASE_URL", "postgres://shared/db"), ("CARTWRIGHT_DATABASE_URL", "sqlite://own")];
    assert_eq!(read("", &own, Flags::default()).unwrap().database_url.expose_secret(), "sqlite://own");
    let unset = Flags::default().with("pool_size", None::<u32>);
    assert_eq!(read("pool_size = 3", &[], unset).unwrap().pool_size, 3);
}

#[test]
fn every_fault_is_named_in_one_message() {
    let file = "colour = \"red\"\npool_size = 0\ncors_origins = [\"https://a.example\", \"b\"]";
    let environment = [
        ("CARTWRIGHT_PUBLIC_ADDR", "8080"),
        ("CARTWRIGHT_RATE_LIMITS", "perhaps"),
        ("CARTWRIGHT_DEFAULT_TIER", "gold"),
        ("DATABASE_URL", "mysql://x"),
    ];
    let found = faults(file, &environment);
    for key in
        ["colour", "pool_size", "cors_origins", "public_addr", "rate_limits", "default_tier", "database_url"]
    {
        assert!(found.iter().any(|fault| fault.contains(key)), "{key} is missing in {found:?}");
    }
    assert_eq!(found.len(), 7, "{found:?}");
    let message = ConfigError(found.clone()).to_string();
    assert!(found.iter().all(|fault| message.contains(fault)));
}

#[test]
fn servers_count_together_where_they_share_a_database_server() {
    let limits = |text: &str, url: &str| {
        let environment = [("CARTWRIGHT_RATE_LIMITS", text), ("DATABASE_URL", url)];
        read("", &environment, Flags::default()).map(|config| config.rate_limits)
    };
    let (postgres, sqlite) = ("postgres://shared/db", "sqlite://own");
    for (text, url, expected) in [
        ("", postgres, RateLimits::Shared),
        ("on", postgres, RateLimits::Shared),
        ("shared", postgres, RateLimits::Shared),
        ("memory", postgres, RateLimits::Memory),
        ("on", sqlite, RateLimits::Memory),
        ("off", postgres, RateLimits::Off),
        ("false", sqlite, RateLimits::Off),
    ] {
        assert_eq!(limits(text, url), Ok(expected), "{text} with {url}");
    }
    assert!(limits("shared", sqlite).is_err(), "a file is not shared by servers");
}

#[test]
fn a_file_that_is_no_toml_is_told() {
    assert!(faults("pool_size = ", &[])[0].contains("cannot be read"));
}

#[test]
fn a_secret_never_appears_in_a_fault() {
    let found = faults("", &[("CARTWRIGHT_MASTER_KEY", "hunter2")]);
    assert!(found[0].starts_with("master_key") && !found[0].contains("hunter2"), "{found:?}");
}

#[test]
fn a_key_of_digits_alone_is_still_a_key() {
    let digits = "1".repeat(64);
    let config = read("", &[("CARTWRIGHT_MASTER_KEY", &digits)], Flags::default()).unwrap();
    assert!(config.given_master_key().is_some());
}

#[test]
fn lists_are_written_with_commas_in_the_environment() {
    let environment = [("CARTWRIGHT_CORS_ORIGINS", "https://a.example/, http://localhost:3000")];
    let config = read("", &environment, Flags::default()).unwrap();
    assert_eq!(config.cors_origins, ["https://a.example", "http://localhost:3000"]);
}

#[test]
fn an_odd_folder_name_stays_a_folder_name() {
    assert_eq!(embedded_in(Path::new("/a?b#c%d")), "sqlite:///a%3Fb%23c%25d/cartwright.db");
}

#[test]
fn mail_needs_a_server_and_a_sender_that_can_be_read() {
    let url = ("CARTWRIGHT_SMTP_URL", "smtps://user:secret@mail.example.com");
    let from = ("CARTWRIGHT_MAIL_FROM", "Acme <no-reply@example.com>");
    let there = ("CARTWRIGHT_DASHBOARD_URL", "https://admin.example.com/shop/");
    let config = read("", &[url, from, there], Flags::default()).unwrap();
    assert!(config.smtp_url.is_some());
    assert_eq!(config.dashboard_url.as_deref(), Some("https://admin.example.com/shop"));
    for (environment, setting) in [
        (vec![url], "mail_from"),
        (vec![("CARTWRIGHT_SMTP_URL", "mail.example.com"), from], "smtp_url"),
        (vec![url, ("CARTWRIGHT_MAIL_FROM", "nobody")], "mail_from"),
        (vec![("CARTWRIGHT_DASHBOARD_URL", "admin.example.com")], "dashboard_url"),
        (vec![("CARTWRIGHT_DASHBOARD_URL", "https://a.example/?x=1")], "dashboard_url"),
    ] {
        let told = faults("", &environment);
        assert!(told.iter().any(|fault| fault.contains(setting)), "{setting}: {told:?}");
        assert!(!told.iter().any(|fault| fault.contains("secret")), "{told:?}");
    }
}

#[test]
fn no_secret_is_in_the_debug_output_of_a_configuration() {
    let environment = [
        ("CARTWRIGHT_DATABASE_URL", "postgres://shop:hidden@db/cartwright"),
        ("CARTWRIGHT_MASTER_KEY", "5ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4"),
    ];
    let shown = format!("{:?}", read("", &environment, Flags::default()).unwrap());
    assert!(!shown.contains("hidden") && !shown.contains("5ec4"), "{shown}");
}
