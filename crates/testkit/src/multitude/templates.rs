//! Products as a shop really has them, and those that are copied.

use std::collections::BTreeMap;

use application::{
    Core,
    catalog::{
        category::{self, NewCategory},
        product::{self, NewMedia, NewProduct},
        variant::NewSale,
    },
};
use domain::{
    catalog::{
        options::ProductOption,
        product::{ProductStatus, ProductType},
    },
    id::CategoryId,
};

use crate::TestStore;

/// How many products there are to copy, each in a category of its own.
pub const TEMPLATES: u32 = 20;
/// Words of which a fifth of all products have one each.
const COLOURS: [&str; 5] = ["red", "green", "blue", "black", "white"];
/// Pieces of each variant: more than anybody can buy.
const PLENTY: u32 = 100_000_000;
/// What a product says of itself.
const DESCRIPTION: &str = "Woven from long-staple cotton and washed twice before it is cut, so that it keeps \
    its shape. The seams are felled, the buttons are shell, and the collar stands up without a stay. Wash at \
    thirty degrees with like colours, dry on the line, and iron while damp. Made in small batches.";

pub(super) async fn create(core: &Core, shop: &TestStore) {
    let ctx = shop.live();
    let mut above = None;
    for number in 1..=TEMPLATES {
        // Four at the top, with four below each.
        let parent = if number % 5 == 1 { None } else { above };
        let made = category::create(core, &ctx, shelf(number, parent)).await.expect("the category is sound");
        let category = made.category.id;
        if parent.is_none() {
            above = Some(category);
        }
        let mut new = NewProduct { category_ids: vec![category], ..shirt(number) };
        if !number.is_multiple_of(4) {
            new.options.clear();
        }
        product::create(core, &ctx, new).await.expect("the product is sound");
    }
}

fn shelf(number: u32, parent: Option<CategoryId>) -> NewCategory {
    NewCategory {
        name: format!("Shelf {number}"),
        slug: Some(format!("shelf-{number}")),
        parent,
        description: None,
        image_url: None,
        meta_title: None,
        meta_description: None,
        sort_order: 0,
        hidden: false,
    }
}

/// `product-` and its number: something that has to be sent, in three sizes, with a description and two
/// pictures.
pub fn shirt(number: u32) -> NewProduct {
    let picture = |side: &str| NewMedia {
        id: None,
        url: format!("https://images.example.com/{number}/{side}.jpg"),
        alt: Some(format!("From the {side}")),
        is_video: false,
        aspect_ratio: None,
    };
    let sizes =
        ProductOption { name: "Size".to_owned(), values: ["S", "M", "L"].map(str::to_owned).to_vec() };
    let colour = COLOURS[number as usize % COLOURS.len()];
    NewProduct {
        name: format!("Product {number}"),
        slug: Some(format!("product-{number}")),
        summary: Some("A shirt for every day.".to_owned()),
        description: Some(DESCRIPTION.to_owned()),
        status: ProductStatus::Published,
        product_type: ProductType::Physical,
        featured: number.is_multiple_of(10),
        brand_id: None,
        category_ids: Vec::new(),
        tags: vec!["shirt".to_owned(), colour.to_owned()],
        media: vec![picture("front"), picture("back")],
        options: vec![sizes],
        variants: Vec::new(),
        price: 1000 + i64::from(number % 90) * 100,
        compare_at_price: None,
        sale: NewSale::default(),
        cost: None,
        stock: PLENTY,
        track_inventory: true,
        sku: Some(format!("SHIRT-{number}")),
        barcode: None,
        weight_grams: Some(250),
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
