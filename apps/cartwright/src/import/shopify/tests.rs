use application::Change;

use super::*;
use crate::import::item::{Image, Place};
use domain::catalog::product::{ProductStatus, ShippingType};

const HEAD: &str = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price";

fn pounds() -> Currency {
    Currency::from_code("GBP").unwrap()
}

fn read(file: &[u8]) -> Vec<Result<Item, Vec<Fault>>> {
    ShopifyProducts::new(file, pounds()).unwrap().collect()
}

fn only(file: &str) -> Item {
    let mut read = read(file.as_bytes());
    assert_eq!(read.len(), 1, "{read:?}");
    read.remove(0).unwrap()
}

fn sample() -> Vec<Item> {
    read(include_bytes!("../../../tests/data/shopify.csv")).into_iter().map(Result::unwrap).collect()
}

#[test]
fn a_file_of_shopifys_is_understood() {
    let items = sample();
    let slugs: Vec<_> = items.iter().map(|item| item.slug.as_str()).collect();
    assert_eq!(slugs, ["wool-throw", "enamel-mug", "pattern-pdf", "next-winter-hat"]);
    let throw = &items[0];
    assert_eq!(throw.name.as_deref(), Some("Wool Throw"));
    assert_eq!(throw.brand, Some(Place::Name("Northern Mill".to_owned())));
    assert_eq!(throw.categories, [Place::Name("Throws".to_owned())]);
    assert_eq!(throw.tags.as_deref().unwrap(), ["wool", "gift", "winter"]);
    assert_eq!(throw.status, Some(ProductStatus::Published));
    assert_eq!(throw.seo_title.as_deref(), Some("Wool throw, woven in Yorkshire"));
    assert_eq!(throw.track_inventory, Some(true));
    let options: Vec<_> =
        throw.options.iter().map(|each| (each.name.as_str(), each.values.clone())).collect();
    let texts = |values: [&str; 2]| values.map(str::to_owned).to_vec();
    assert_eq!(options, [("Size", texts(["Single", "Double"])), ("Colour", texts(["Moss", "Heather"]))]);
}

#[test]
fn html_with_quoted_line_breaks_is_kept_as_it_is() {
    let body = "<p>Soft, <strong>warm</strong> and\nwoven \"slowly\".</p>\n<ul><li>130 × 190 cm</li></ul>";
    assert_eq!(sample()[0].description.as_deref(), Some(body));
}

#[test]
fn variants_have_exact_amounts_and_whole_grams() {
    let throw = &sample()[0];
    let told: Vec<_> = throw
        .variants
        .iter()
        .map(|each| (each.price, each.compare_at.clone(), each.cost, each.weight_grams, each.stock))
        .collect();
    let single = (Some(8900), Change::Set(11000), Some(3850), Some(900));
    assert_eq!(
        told,
        [
            (single.0, single.1.clone(), single.2, single.3, Some(12)),
            (single.0, single.1, single.2, single.3, Some(7)),
            (Some(12950), Change::Clear, Some(5500), Some(1454), Some(0)),
        ]
    );
    assert_eq!(throw.variants[0].image.as_deref(), Some("https://cdn.shop.example/throw-1.jpg"));
}

#[test]
fn pictures_come_in_the_order_of_their_positions_with_those_of_picture_rows() {
    let items = sample();
    let told: Vec<_> =
        items[0].images.iter().map(|Image { url, alt }| (&url[25..], alt.as_deref())).collect();
    let expected = [
        ("throw-1.jpg", Some("On a chair")),
        ("throw-2.jpg", Some("Folded")),
        ("throw-3.jpg", None),
        ("throw-4.jpg", Some("The label")),
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_default_title_is_no_option_and_an_equal_compare_at_price_is_none() {
    let mug = &sample()[1];
    assert!(mug.options.is_empty());
    assert_eq!(mug.variants.len(), 1);
    assert_eq!((mug.variants[0].price, mug.variants[0].compare_at.clone()), (Some(1250), Change::Clear));
}

#[test]
fn what_is_not_sent_or_counted_says_so_and_an_oversold_hat_has_none() {
    let items = sample();
    assert_eq!((items[2].shipping, items[2].track_inventory), (Some(ShippingType::None), Some(false)));
    assert_eq!((items[3].status, items[3].variants[0].stock), (Some(ProductStatus::Draft), Some(0)));
}

#[test]
fn only_what_is_active_and_published_is_for_sale() {
    let status = |status: &str, published: &str| {
        only(&format!("Handle,Status,Published\nmug,{status},{published}\n")).status
    };
    let (draft, published) = (Some(ProductStatus::Draft), Some(ProductStatus::Published));
    assert_eq!(status("active", "TRUE"), published);
    assert_eq!(status("active", "FALSE"), draft);
    assert_eq!(status("draft", "TRUE"), draft);
    assert_eq!(status("archived", "FALSE"), Some(ProductStatus::Archived));
    assert_eq!(status("", "true"), published);
    assert_eq!(status("", ""), None);
}

#[test]
fn the_last_step_of_the_taxonomy_stands_in_for_a_missing_type() {
    let item = only("Handle,Product Category,Type\nmug,Home & Garden > Decor > Mugs,\n");
    assert_eq!(item.categories, [Place::Name("Mugs".to_owned())]);
}

#[test]
fn columns_may_come_in_any_order_and_case_with_others_between() {
    let item = only("variant price,Anything (metafield),HANDLE\n1.50,42,mug\n");
    assert_eq!((item.slug.as_str(), item.variants[0].price), ("mug", Some(150)));
}

#[test]
fn faults_name_line_and_column_and_keep_out_their_product_alone() {
    let file = include_bytes!("../../../tests/data/faulty.csv");
    let (good, bad): (Vec<_>, Vec<_>) = read(file).into_iter().partition(Result::is_ok);
    let good: Vec<_> = good.into_iter().map(|item| item.unwrap().slug.as_str().to_owned()).collect();
    assert_eq!(good, ["good-jar", "nameless-jar", "twin-jar", "last-jar"]);
    let faults: Vec<Fault> = bad.into_iter().flat_map(Result::unwrap_err).collect();
    let mut places: Vec<_> =
        faults.iter().map(|fault| (fault.line, fault.field.as_deref().unwrap())).collect();
    places.sort_unstable();
    let expected = [
        (3, "Variant Price"),
        (5, "Handle"),
        (6, "Status"),
        (6, "Variant Inventory Qty"),
        (8, "Variant Price"),
    ];
    assert_eq!(places, expected);
    assert!(faults.iter().all(|fault| fault.handle.is_some()));
}

#[test]
fn a_variant_without_its_choice_is_told_of() {
    let file = format!("{HEAD}\nmug,Mug,Size,Small,Colour,Red,1\nmug,,,Large,,,2\n");
    let faults = read(file.as_bytes()).remove(0).unwrap_err();
    assert_eq!((faults[0].line, faults[0].field.as_deref()), (3, Some("Option2 Value")));
}

#[test]
fn a_row_that_is_no_text_or_too_long_is_told_of_and_the_rest_is_read() {
    let mut file = format!("{HEAD}\nmug,M").into_bytes();
    file.extend(b"\xff\xfe,,,,,1\njar,Jar,,,,,2,extra\npot,Pot,,,,,3\n");
    let read = read(&file);
    let lines: Vec<_> = read
        .iter()
        .map(|each| each.as_ref().map_err(|faults| faults[0].line).map(|item| item.line))
        .collect();
    assert_eq!(lines, [Err(2), Err(3), Ok(4)]);
}

#[test]
fn another_sort_of_file_is_refused_at_once() {
    for file in ["", "sku;price\nA;1\n", "{\"name\":\"Mug\"}\n", "Handle,Title,Title\n"] {
        assert!(ShopifyProducts::new(file.as_bytes(), pounds()).is_err(), "{file}");
    }
}

#[test]
fn gift_cards_are_left_to_gift_cards() {
    let faults = read(b"Handle,Gift Card\nvoucher,TRUE\n").remove(0).unwrap_err();
    assert_eq!(faults[0].field.as_deref(), Some("Gift Card"));
}

#[test]
fn lines_are_counted_the_same_however_they_end() {
    let file = "Handle,Title,Variant Price\nhat,Hat,1.00\nmug,\"A\nmug\",x\ntie,Tie,y\n";
    for file in [file.to_owned(), file.replace('\n', "\r\n"), file.trim_end().replace('\n', "\r\n")] {
        let lines: Vec<_> =
            read(file.as_bytes()).into_iter().filter_map(Result::err).map(|faults| faults[0].line).collect();
        assert_eq!(lines, [3, 5], "{file:?}");
    }
}
