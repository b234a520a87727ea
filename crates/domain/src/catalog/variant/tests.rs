use chrono::TimeDelta;

use super::*;
use crate::catalog::product::tests::{money, product};

pub(crate) fn variant(n: u8) -> Variant {
    let created_at = DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::seconds(n.into())).unwrap();
    Variant {
        id: VariantId::from_bytes([n; 16]),
        product_id: product().id,
        name: format!("Variant {n}"),
        sku: None,
        barcode: None,
        price: VariantPrice::default(),
        cost: None,
        weight_grams: None,
        option_values: Vec::new(),
        position: 0,
        is_default: n == 1,
        media_id: None,
        version: 1,
        created_at,
        updated_at: created_at,
    }
}

fn id(n: u8) -> VariantId {
    VariantId::from_bytes([n; 16])
}

fn defaults(variants: &[Variant]) -> Vec<VariantId> {
    variants.iter().filter(|variant| variant.is_default).map(|variant| variant.id).collect()
}

fn choice(size: &str) -> OptionValues {
    vec![("Size".to_owned(), size.to_owned())]
}

#[test]
fn promoting_one_demotes_the_other() {
    let mut variants = vec![variant(1), variant(2), variant(3)];
    assert_eq!(promote(&mut variants, id(3)), Ok(vec![id(1), id(3)]));
    assert_eq!(defaults(&variants), [id(3)]);
    assert_eq!(promote(&mut variants, id(3)), Ok(vec![]), "nothing to write the second time");
    assert_eq!(promote(&mut variants, id(9)), Err(VariantError::Unknown));
    assert_eq!(defaults(&variants), [id(3)]);
}

#[test]
fn when_the_default_goes_the_oldest_follows() {
    let mut variants = vec![variant(1), variant(3), variant(2)];
    let (gone, next) = remove(&mut variants, id(1)).unwrap();
    assert_eq!((gone.id, next), (id(1), Some(id(2))));
    assert_eq!(defaults(&variants), [id(2)]);
    let (_, next) = remove(&mut variants, id(3)).unwrap();
    assert_eq!(next, None, "the default stays when another goes");
}

#[test]
fn a_product_keeps_its_last_variant() {
    let mut variants = vec![variant(1)];
    assert_eq!(remove(&mut variants, id(1)), Err(VariantError::LastOne));
    assert_eq!(remove(&mut variants, id(2)), Err(VariantError::Unknown));
    assert_eq!(variants.len(), 1);
}

#[test]
fn the_default_comes_first_then_position_then_age() {
    let mut variants =
        vec![variant(4), Variant { position: -1, ..variant(5) }, variant(3), variant(2), variant(1)];
    sort(&mut variants);
    let order: Vec<VariantId> = variants.iter().map(|variant| variant.id).collect();
    assert_eq!(order, [id(1), id(5), id(2), id(3), id(4)]);
}

#[test]
fn two_variants_never_stand_for_the_same_choices() {
    let small = Variant { option_values: choice("S"), ..variant(1) };
    let also_small = Variant { option_values: choice(" s"), ..variant(2) };
    let large = Variant { option_values: choice("L"), ..variant(2) };
    let there = [small.clone()];
    assert_eq!(check_unique(&there, &also_small), Err(VariantError::SameChoices));
    assert_eq!(check_unique(&there, &large), Ok(()));
    assert_eq!(check_unique(&there, &small), Ok(()), "a variant does not stand in its own way");
}

#[test]
fn a_variant_is_called_by_its_choices() {
    let choices = vec![("Size".to_owned(), "Small".to_owned()), ("Colour".to_owned(), "White".to_owned())];
    assert_eq!(name_of(&choices, "T-shirt"), "Small / White");
    assert_eq!(name_of(&[], "T-shirt"), "T-shirt");
}

#[test]
fn choices_are_brought_into_the_order_and_spelling_of_the_product() {
    let option = |name: &str, values: [&str; 2]| ProductOption {
        name: name.to_owned(),
        values: values.map(str::to_owned).to_vec(),
    };
    let options = [option("Size", ["S", "L"]), option("Colour", ["Red", "Blue"])];
    let given = [("colour".to_owned(), "BLUE".to_owned()), ("size".to_owned(), "s".to_owned())];
    let expected = vec![("Size".to_owned(), "S".to_owned()), ("Colour".to_owned(), "Blue".to_owned())];
    assert_eq!(in_product_order(&options, &given), Some(expected));
    assert_eq!(in_product_order(&options, given.get(..1).unwrap()), None);
}

#[test]
fn a_variant_fits_its_product() {
    let shirt = Product {
        options: vec![ProductOption { name: "Size".to_owned(), values: vec!["S".to_owned()] }],
        ..product()
    };
    let sound = Variant { option_values: choice("S"), media_id: Some("1".to_owned()), ..variant(1) };
    assert_eq!(sound.validate(&shirt), []);
    let spoiled = Variant {
        name: String::new(),
        sku: Some(" ".to_owned()),
        price: VariantPrice { price: Some(money(-1)), ..VariantPrice::default() },
        cost: Some(money(-1)),
        option_values: choice("XXL"),
        media_id: Some("9".to_owned()),
        ..variant(1)
    };
    let fields: Vec<String> = spoiled.validate(&shirt).into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["name", "sku", "price", "cost", "optionValues", "mediaId"]);
}
