//! The parts of a product that are kept as JSON.

use domain::catalog::{options::ProductOption, product::Media};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

#[derive(Serialize, Deserialize)]
pub(crate) struct MediaDocument {
    id: String,
    url: String,
    alt: Option<String>,
    is_video: bool,
    aspect_ratio: Option<Decimal>,
}

impl From<Media> for MediaDocument {
    fn from(media: Media) -> Self {
        let Media { id, url, alt, is_video, aspect_ratio } = media;
        Self { id, url, alt, is_video, aspect_ratio }
    }
}

impl MediaDocument {
    pub(crate) fn read(self) -> Media {
        let Self { id, url, alt, is_video, aspect_ratio } = self;
        Media { id, url, alt, is_video, aspect_ratio }
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct OptionDocument {
    name: String,
    values: Vec<String>,
}

impl From<ProductOption> for OptionDocument {
    fn from(option: ProductOption) -> Self {
        let ProductOption { name, values } = option;
        Self { name, values }
    }
}

impl OptionDocument {
    pub(crate) fn read(self) -> ProductOption {
        let Self { name, values } = self;
        ProductOption { name, values }
    }
}

/// A list of documents as JSON.
pub(crate) fn write(documents: impl Iterator<Item = impl Serialize>) -> Value {
    documents.map(|document| serde_json::to_value(document).unwrap_or_default()).collect()
}

/// What JSON holds; `None` when it is of another shape.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

/// A list of documents, each turned into what it stands for.
pub(crate) fn read_list<D: DeserializeOwned, T>(value: Value, turn: fn(D) -> T) -> Option<Vec<T>> {
    read::<Vec<D>>(value).map(|documents| documents.into_iter().map(turn).collect())
}
