//! The parts of a product that are kept as JSON.

use domain::catalog::{options::ProductOption, product::Media};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
