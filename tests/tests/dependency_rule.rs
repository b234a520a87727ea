//! Who may know whom: `domain <- ports <- application <- http-api`, adapters beside them, and only the
//! apps, the journeys and the testkit above everything. Also what `domain` may not pull in, and how
//! long a file may get.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Name beginnings of crates that would bring I/O, serialization, time or chance into `domain`.
const NOT_IN_DOMAIN: [&str; 17] = [
    "serde",
    "tokio",
    "async-",
    "futures",
    "sea-orm",
    "sqlx",
    "reqwest",
    "actix",
    "hyper",
    "uuid",
    "rand",
    "getrandom",
    "fastrand",
    // What chrono's `clock` feature needs to find the local time.
    "iana-time-zone",
    "android-tzdata",
    "utoipa",
    "tracing",
];

const LONGEST_FILE: usize = 500;

/// What a crate of this workspace may depend on in this workspace. `None`: the crate is not known here.
fn may_see(krate: &str, other: &str) -> Option<bool> {
    let is_adapter = |name: &str| name.starts_with("adapters-");
    let is_server = |name: &str| matches!(name, "public-server" | "private-server");
    let is_top =
        |name: &str| is_server(name) || matches!(name, "cartwright" | "journeys" | "benches" | "xtask");
    Some(match krate {
        "domain" | "migrations" | "xtask" => false,
        "ports" => other == "domain",
        "application" => matches!(other, "domain" | "ports"),
        "http-api" => matches!(other, "domain" | "ports" | "application"),
        "adapters-postgres" => matches!(other, "domain" | "ports" | "migrations"),
        adapter if is_adapter(adapter) => matches!(other, "domain" | "ports"),
        "testkit" => !is_top(other),
        "cartwright" => !is_top(other) && other != "testkit",
        server if is_server(server) => other == "cartwright",
        "journeys" | "benches" => other != "xtask",
        _ => return None,
    })
}

/// One dependency between two crates of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sight {
    krate: String,
    other: String,
    for_tests: bool,
}

/// The faults of a dependency; tests of any crate but `domain` may also use the testkit.
fn fault(sight: &Sight) -> Option<String> {
    let Sight { krate, other, for_tests } = sight;
    match may_see(krate, other) {
        None => Some(format!("{krate} is new: say in `may_see` what it may depend on")),
        Some(true) => None,
        Some(false) if *for_tests && other == "testkit" && krate != "domain" => None,
        Some(false) => Some(format!("{krate} may not depend on {other}")),
    }
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

fn metadata() -> Value {
    let text = cargo(&["metadata", "--format-version", "1", "--no-deps"]);
    serde_json::from_str(&text).expect("cargo writes JSON")
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("cargo gives a `{field}`"))
}

/// Every dependency between workspace crates, under the crates' own names even when renamed.
fn sights(metadata: &Value) -> Vec<Sight> {
    let packages = metadata["packages"].as_array().expect("cargo lists the packages");
    let names: BTreeMap<PathBuf, &str> = packages
        .iter()
        .map(|package| {
            let manifest = Path::new(text(package, "manifest_path"));
            (manifest.parent().expect("a manifest is in a folder").to_owned(), text(package, "name"))
        })
        .collect();
    let mut sights = Vec::new();
    for package in packages {
        for dependency in package["dependencies"].as_array().expect("cargo lists the dependencies") {
            let Some(path) = dependency["path"].as_str() else { continue };
            sights.push(Sight {
                krate: text(package, "name").to_owned(),
                other: names[Path::new(path)].to_owned(),
                for_tests: dependency["kind"] == "dev",
            });
        }
    }
    sights
}

#[test]
fn every_crate_depends_on_those_it_may_know() {
    let sights = sights(&metadata());
    assert!(sights.len() > 20, "the workspace was not read: {sights:?}");
    let faults: Vec<String> = sights.iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_dependency_against_the_rule_is_noticed() {
    let sight = |krate: &str, other: &str, for_tests| Sight {
        krate: krate.to_owned(),
        other: other.to_owned(),
        for_tests,
    };
    let refused = [
        sight("domain", "ports", false),
        sight("domain", "testkit", true),
        sight("ports", "application", false),
        sight("application", "adapters-stripe", false),
        sight("application", "adapters-postgres", true),
        sight("application", "testkit", false),
        sight("http-api", "adapters-postgres", false),
        sight("adapters-stripe", "application", false),
        sight("adapters-stripe", "adapters-postgres", false),
        sight("adapters-stripe", "migrations", false),
        sight("private-server", "adapters-postgres", false),
        sight("cartwright", "testkit", false),
        sight("a-crate-nobody-placed", "domain", false),
    ];
    for sight in refused {
        assert!(fault(&sight).is_some(), "{sight:?}");
    }
    let accepted = [
        sight("application", "testkit", true),
        sight("adapters-postgres", "migrations", false),
        sight("testkit", "adapters-postgres", false),
        sight("cartwright", "adapters-stripe", false),
    ];
    for sight in accepted {
        assert_eq!(fault(&sight), None, "{sight:?}");
    }
}

/// The names in a tree printed by `cargo tree --prefix none` that `domain` must not pull in.
fn unwanted_in(tree: &str) -> Vec<&str> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| NOT_IN_DOMAIN.iter().any(|beginning| name.starts_with(beginning)))
        .collect()
}

#[test]
fn the_domain_is_pure() {
    let tree = cargo(&["tree", "--package", "domain", "--edges", "normal", "--prefix", "none"]);
    assert!(tree.starts_with("domain "), "the tree was not read: {tree}");
    assert_eq!(unwanted_in(&tree), Vec::<&str>::new(), "in the dependencies of `domain`:\n{tree}");
}

#[test]
fn an_impure_domain_is_noticed() {
    let tree =
        "domain v0.1.0 (/x)\nchrono v0.4.45\niana-time-zone v0.1.65\nrand_core v0.9.5\nactix-web v4.18.1";
    assert_eq!(unwanted_in(tree), ["iana-time-zone", "rand_core", "actix-web"]);
}

/// Every Rust file below the folder, apart from tests, migrations and what a program wrote.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("CACHEDIR.TAG").exists() {
        return;
    }
    for entry in fs::read_dir(folder).expect("the workspace can be read") {
        let path = entry.expect("the workspace can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            let apart = matches!(name, "tests" | "migrations" | "generated" | "clients" | "node_modules");
            if !apart && !name.starts_with('.') {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

#[test]
fn no_file_is_too_long_to_read() {
    let metadata = metadata();
    let mut files = Vec::new();
    sources(Path::new(text(&metadata, "workspace_root")), &mut files);
    assert!(files.iter().any(|file| file.ends_with("crates/domain/src/lib.rs")), "no sources were found");
    let too_long: Vec<String> = files
        .iter()
        .filter_map(|file| {
            let lines = fs::read_to_string(file).expect("a source file is text").lines().count();
            (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines", file.display()))
        })
        .collect();
    assert!(too_long.is_empty(), "longer than {LONGEST_FILE} lines:\n{}", too_long.join("\n"));
}
