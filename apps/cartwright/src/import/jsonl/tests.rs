use std::io::BufReader;

use application::Change;
use domain::catalog::product::ProductStatus;

use super::*;

fn read_all(file: &[u8]) -> Vec<Result<Item, Vec<Fault>>> {
    // A small buffer, so that lines do not fit into it.
    JsonlProducts::new(BufReader::with_capacity(16, file)).collect()
}

#[test]
fn products_are_read_as_the_api_takes_them() {
    let items: Vec<Item> = read_all(include_bytes!("../../../tests/data/products.jsonl"))
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let [kettle, apron] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!((kettle.slug.as_str(), kettle.line), ("field-kettle", 1));
    assert_eq!(kettle.variants[0].price, Some(4500));
    assert_eq!(kettle.variants[0].compare_at, Change::Set(5200));
    assert_eq!(kettle.status, Some(ProductStatus::Published));
    assert_eq!((apron.slug.as_str(), apron.line), ("linen-apron", 3));
    assert_eq!(apron.options[0].values, ["S", "L"]);
    let prices: Vec<_> = apron.variants.iter().map(|variant| (variant.price, variant.stock)).collect();
    assert_eq!(prices, [(Some(3900), Some(4)), (Some(4200), Some(6))]);
    assert_eq!(apron.more.sale.as_ref().map(|sale| sale.price), Some(3100));
}

#[test]
fn faults_name_their_line_and_the_rest_is_read() {
    let file = include_bytes!("../../../tests/data/faulty.jsonl");
    let told: Vec<_> = read_all(file)
        .into_iter()
        .map(|read| read.map(|item| item.line).map_err(|faults| (faults[0].line, faults[0].field.clone())))
        .collect();
    let field = |name: &str| Some(name.to_owned());
    assert_eq!(
        told,
        [
            Ok(1),
            Err((2, field("price"))),
            Err((3, field("price"))),
            Err((4, field("colour"))),
            Ok(5),
            Err((6, field("slug"))),
            Ok(7),
            Ok(8),
        ]
    );
}

#[test]
fn a_line_without_end_does_not_fill_the_memory_and_is_told_of() {
    let mut file = b"{\"name\":\"".to_vec();
    file.extend(vec![b'x'; 3 << 20]);
    file.extend(b"\",\"price\":1}\r\n\xef\xbb\xbf{\"name\":\"Mug\",\"price\":1}");
    let read = read_all(&file);
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].as_ref().unwrap_err()[0].line, 1);
    assert_eq!(read[1].as_ref().unwrap().line, 2);
}

#[test]
fn null_takes_a_compare_at_price_away_and_silence_leaves_it() {
    let compare_at = |line: &str| read_all(line.as_bytes()).remove(0).unwrap().variants[0].compare_at.clone();
    assert_eq!(compare_at(r#"{"name":"Mug","price":5,"compareAtPrice":null}"#), Change::Clear);
    assert_eq!(compare_at(r#"{"name":"Mug","price":5}"#), Change::Keep);
}
