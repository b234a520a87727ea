//! The columns that mean something to us. Others, such as Shopify's metafields, are passed over.

use std::collections::HashMap;

use csv::ByteRecord;

use crate::import::item::Fault;

macro_rules! columns {
    ($($name:ident = $title:literal),+ $(,)?) => {
        /// A column of the file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(in crate::import) enum Column { $($name),+ }

        impl Column {
            /// Every column, in the order that Shopify writes them.
            pub(in crate::import) const ALL: &[Self] = &[$(Self::$name),+];

            /// What the first line calls it.
            pub(in crate::import) const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

columns! {
    Handle = "Handle",
    Title = "Title",
    Body = "Body (HTML)",
    Vendor = "Vendor",
    Category = "Product Category",
    Type = "Type",
    Tags = "Tags",
    Published = "Published",
    Option1Name = "Option1 Name",
    Option1Value = "Option1 Value",
    Option2Name = "Option2 Name",
    Option2Value = "Option2 Value",
    Option3Name = "Option3 Name",
    Option3Value = "Option3 Value",
    Sku = "Variant SKU",
    Grams = "Variant Grams",
    Tracker = "Variant Inventory Tracker",
    Quantity = "Variant Inventory Qty",
    Policy = "Variant Inventory Policy",
    Price = "Variant Price",
    CompareAt = "Variant Compare At Price",
    RequiresShipping = "Variant Requires Shipping",
    Taxable = "Variant Taxable",
    Barcode = "Variant Barcode",
    ImageSrc = "Image Src",
    ImagePosition = "Image Position",
    ImageAlt = "Image Alt Text",
    GiftCard = "Gift Card",
    SeoTitle = "SEO Title",
    SeoDescription = "SEO Description",
    VariantImage = "Variant Image",
    WeightUnit = "Variant Weight Unit",
    Cost = "Cost per item",
    Status = "Status",
}

/// Names and values of the three options.
pub(in crate::import) const OPTIONS: [(Column, Column); 3] = [
    (Column::Option1Name, Column::Option1Value),
    (Column::Option2Name, Column::Option2Value),
    (Column::Option3Name, Column::Option3Value),
];

/// Where each column is.
#[derive(Debug)]
pub(super) struct Columns {
    places: HashMap<Column, usize>,
    pub(super) count: usize,
}

impl Columns {
    pub(super) fn of(names: &ByteRecord) -> Result<Self, Fault> {
        let mut places = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            let Ok(name) = std::str::from_utf8(name) else { continue };
            let name = name.trim_start_matches('\u{feff}').trim();
            let known = Column::ALL.iter().find(|column| column.title().eq_ignore_ascii_case(name));
            if let Some(column) = known
                && places.insert(*column, index).is_some()
            {
                return Err(Fault::new(1, column.title(), "is there twice"));
            }
        }
        if !places.contains_key(&Column::Handle) {
            let message = "is missing; is this a Shopify product file, separated by commas?";
            return Err(Fault::new(1, Column::Handle.title(), message));
        }
        Ok(Self { places, count: names.len() })
    }

    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places.get(&column).copied()
    }
}
