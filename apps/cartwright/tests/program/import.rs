//! Importing and exporting by the command line, on a database of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with a store in its database.
struct Shop {
    folder: TempDir,
}

impl Shop {
    fn open() -> Self {
        let shop = Self { folder: tempfile::tempdir().unwrap() };
        let made = shop.json(&["store", "create", "--name", "Test Shop", "--currency", "GBP"]);
        assert!(made["data"]["secretKey"].as_str().unwrap().starts_with("sk_live_"));
        shop
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_cartwright"))
            .args(arguments)
            .arg("--data-dir")
            .arg(self.folder.path())
            .current_dir(self.folder.path())
            .env_remove("DATABASE_URL")
            .output()
            .unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{error}: {text}\n{}", String::from_utf8_lossy(&output.stderr)))
    }

    /// Created, updated, unchanged and failed.
    fn import(&self, file: &Path, more: &[&str]) -> [u64; 4] {
        let report = self.json(&[&["import", "products", file.to_str().unwrap()], more].concat());
        ["created", "updated", "unchanged", "failed"]
            .map(|count| report["data"][count].as_u64().unwrap_or_else(|| panic!("{report}")))
    }

    fn export(&self) -> String {
        let output = self.run(&["export", "products"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A file of that name with that text.
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

#[test]
fn a_file_brought_in_twice_changes_nothing_the_second_time() {
    let shop = Shop::open();
    for (name, count) in [("shopify.csv", 4), ("products.jsonl", 2)] {
        assert_eq!(shop.import(&data(name), &[]), [count, 0, 0, 0], "{name}");
        let before = shop.export();
        assert_eq!(shop.import(&data(name), &["--set-stock"]), [0, 0, count, 0], "{name}");
        assert_eq!(shop.export(), before, "{name}");
    }
}

#[test]
fn a_trial_run_tells_the_same_and_keeps_nothing() {
    let shop = Shop::open();
    let before = shop.export();
    assert_eq!(shop.import(&data("shopify.csv"), &["--dry-run"]), [4, 0, 0, 0]);
    assert_eq!(shop.import(&data("faulty.csv"), &["--dry-run"]), [2, 0, 0, 5]);
    assert_eq!(shop.export(), before);
}

#[test]
fn what_is_exported_is_imported_unchanged_even_into_another_shop() {
    let shop = Shop::open();
    shop.import(&data("shopify.csv"), &[]);
    let file = shop.file("export.csv", &shop.export());
    assert_eq!(shop.import(&file, &[]), [0, 0, 4, 0]);
    let other = Shop::open();
    assert_eq!(other.import(&file, &[]), [4, 0, 0, 0]);
    assert_eq!(other.export(), shop.export());
}

#[test]
fn faults_are_told_by_line_while_the_rest_goes_in() {
    let shop = Shop::open();
    let path = data("faulty.csv");
    let output = shop.run(&["import", "products", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("2 created, 0 updated, 0 unchanged, 5 failed"), "{text}");
    let fault = |line: &str, field: &str| {
        let found = text.lines().any(|told| told.trim().starts_with(line) && told.contains(field));
        assert!(found, "{line} {field} in {text}");
    };
    fault("line 3 (cheap-jar):", "Variant Price");
    fault("line 4 (nameless-jar):", "name");
    fault("line 5:", "Handle");
    fault("line 6 (sized-jar):", "Variant Inventory Qty");
    fault("line 8 (sized-jar):", "Variant Price");
    fault("line 10 (twin-jar):", "optionValues");
    let export = shop.export();
    assert!(export.contains("good-jar") && export.contains("last-jar") && !export.contains("twin-jar"));
}

#[test]
fn faults_in_json_lines_are_told_by_line_and_field() {
    let shop = Shop::open();
    let path = data("faulty.jsonl");
    let report = shop.json(&["import", "products", path.to_str().unwrap()]);
    let errors = report["data"]["errors"].as_array().unwrap();
    let mut told: Vec<_> = errors
        .iter()
        .map(|error| (error["line"].as_u64().unwrap(), error["field"].as_str().unwrap()))
        .collect();
    told.sort_unstable();
    assert_eq!(told, [(2, "price"), (3, "price"), (4, "colour"), (5, "brand"), (6, "slug"), (7, "price")]);
    assert_eq!(report["data"]["created"], 2);
}

#[test]
fn changed_cells_change_their_product_and_stock_only_when_asked() {
    let shop = Shop::open();
    shop.import(&data("shopify.csv"), &[]);
    let text = fs::read_to_string(data("shopify.csv")).unwrap();
    let dearer = text
        .replace("Enamel Mug", "Enamel Mug (White)")
        .replace("129.50", "135.00")
        .replace(",40,deny", ",39,deny");
    let file = shop.file("dearer.csv", &dearer);
    assert_eq!(shop.import(&file, &["--dry-run"]), [0, 2, 2, 0]);
    assert_eq!(shop.import(&file, &[]), [0, 2, 2, 0]);
    let export = shop.export();
    assert!(export.contains("Enamel Mug (White)") && export.contains(",135.00,"), "{export}");
    assert!(export.contains(",40,deny"), "stock is left alone: {export}");
    assert_eq!(shop.import(&file, &[]), [0, 0, 4, 0]);
    assert_eq!(shop.import(&file, &["--set-stock"]), [0, 1, 3, 0]);
    assert!(shop.export().contains(",39,deny"));
}

#[test]
fn a_new_value_of_an_option_adds_its_variant_and_no_other() {
    let shop = Shop::open();
    let head = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Qty";
    let first =
        format!("{head}\nmug,Mug,Size,S,Colour,Red,S-R,10,shopify,3\nmug,,,S,,Blue,S-B,10,shopify,4\n");
    assert_eq!(shop.import(&shop.file("one.csv", &first), &[]), [1, 0, 0, 0]);
    let second = format!("{first}mug,,,L,,Red,L-R,12,shopify,5\n");
    let file = shop.file("two.csv", &second);
    assert_eq!(shop.import(&file, &[]), [0, 1, 0, 0]);
    let export = shop.export();
    let rows: Vec<_> = export.lines().skip(1).collect();
    assert_eq!(rows.len(), 3, "{export}");
    assert!(
        rows.iter().any(|row| row.contains("L-R") && row.contains(",5,deny") && row.contains(",12.00,")),
        "{export}"
    );
    assert!(rows.iter().any(|row| row.contains("S-R") && row.contains(",3,deny")), "{export}");
    assert_eq!(shop.import(&file, &["--set-stock"]), [0, 0, 1, 0]);
}

#[test]
fn options_by_another_name_are_refused_rather_than_taking_variants_away() {
    let shop = Shop::open();
    let head = "Handle,Title,Option1 Name,Option1 Value,Variant Price";
    shop.import(&shop.file("one.csv", &format!("{head}\nmug,Mug,Colour,Red,10\n")), &[]);
    let before = shop.export();
    assert_eq!(
        shop.import(&shop.file("two.csv", &format!("{head}\nmug,Mug,Color,Red,10\n")), &[]),
        [0, 0, 0, 1]
    );
    assert_eq!(shop.export(), before);
}

#[test]
fn what_the_shop_has_beyond_the_file_stays() {
    let shop = Shop::open();
    shop.import(&data("shopify.csv"), &[]);
    let before = shop.export();
    let file = shop.file("less.csv", "Handle,Variant Price\nenamel-mug,12.50\nwool-throw,\n");
    assert_eq!(shop.import(&file, &[]), [0, 0, 2, 0]);
    assert_eq!(shop.export(), before);
}

#[test]
fn a_file_that_is_none_of_both_is_refused_with_a_reason() {
    let shop = Shop::open();
    let output = shop.run(&["import", "products", "nothing.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be opened"));
    let other = shop.file("prices.csv", "sku;price\nA;1\n");
    let report = shop.json(&["import", "products", other.to_str().unwrap()]);
    assert_eq!(report["data"]["errors"][0]["line"], 1);
    let unnamed = shop.file("prices.txt", "");
    assert!(shop.json(&["import", "products", unnamed.to_str().unwrap()])["error"]["message"].is_string());
}
