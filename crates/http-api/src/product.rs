//! Parts of products that both surfaces show.

use application::catalog::product::NewMedia;
use domain::catalog::{
    options::{OptionValues, ProductOption},
    product::{Media, ProductStatus, ProductType, ShippingType},
};
use ports::catalog::CategoryLabel;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::exact::Exact;

/// Declares the wire form of an enumeration, spelled as the domain spells it.
macro_rules! wire_enum {
    ($(#[$meta:meta])* $body:ident = $schema:ident for $domain:ident { $($(#[$doc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = $schema)]
        pub(crate) enum $body { $($(#[$doc])* $variant),+ }

        impl From<$domain> for $body {
            fn from(value: $domain) -> Self {
                match value { $($domain::$variant => Self::$variant),+ }
            }
        }

        impl From<$body> for $domain {
            fn from(value: $body) -> Self {
                match value { $($body::$variant => Self::$variant),+ }
            }
        }
    };
}

wire_enum! {
    /// Where a product is in its life.
    StatusBody = ProductStatus for ProductStatus {
        /// Being prepared; shoppers do not see it.
        Draft,
        /// For sale.
        Published,
        /// No longer for sale, kept for the books.
        Archived,
    }
}

wire_enum! {
    /// What sort of thing a product is.
    TypeBody = ProductType for ProductType {
        /// Sent or handed over.
        Physical,
        /// Downloaded.
        Digital,
        /// Several things sold as one.
        Bundle,
        /// Comes again and again.
        Subscription,
    }
}

wire_enum! {
    /// Whether a product has to be sent.
    ShippingBody = ShippingType for ShippingType {
        /// An order with it needs an address and a shipping method.
        Required,
        /// Sent along with what has to be sent.
        Optional,
        /// Never sent.
        None,
    }
}

/// A picture or film.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Media)]
pub(crate) struct MediaBody {
    /// Identity within the product.
    #[schema(examples("0193f1c2a4b87c3e9d10a1b2c3d4e5f6"))]
    id: String,
    /// Address, or path in the store's own storage.
    #[schema(examples("https://cdn.example.com/front.jpg"))]
    url: String,
    /// The same as `url`.
    #[schema(examples("https://cdn.example.com/front.jpg"))]
    path: String,
    /// What it shows, for those who cannot see it.
    #[schema(required, examples("Front"))]
    alt: Option<String>,
    /// Film rather than picture.
    is_video: bool,
    /// Width divided by height.
    #[schema(required, examples(0.75))]
    aspect_ratio: Option<Exact>,
}

impl From<Media> for MediaBody {
    fn from(media: Media) -> Self {
        let Media { id, url, alt, is_video, aspect_ratio } = media;
        Self { id, path: url.clone(), url, alt, is_video, aspect_ratio: aspect_ratio.map(Into::into) }
    }
}

/// A picture or film to be shown.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewMedia)]
pub(crate) struct NewMediaBody {
    /// Identity within the product, to keep the one it has; made when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Address of the web, or path in the store's own storage.
    #[serde(alias = "path")]
    #[schema(examples("https://cdn.example.com/front.jpg"))]
    url: String,
    /// What it shows, for those who cannot see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(examples("Front"))]
    alt: Option<String>,
    /// Film rather than picture.
    #[serde(default)]
    is_video: bool,
    /// Width divided by height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(examples(0.75))]
    aspect_ratio: Option<Exact>,
}

impl From<NewMediaBody> for NewMedia {
    fn from(body: NewMediaBody) -> Self {
        let NewMediaBody { id, url, alt, is_video, aspect_ratio } = body;
        Self { id, url, alt, is_video, aspect_ratio: aspect_ratio.map(|ratio| ratio.0) }
    }
}

/// Media, and behind them pictures that are given by their address alone.
pub(crate) fn all_media(media: Vec<NewMediaBody>, images: Vec<String>) -> Vec<NewMedia> {
    let bare = |url| NewMedia { id: None, url, alt: None, is_video: false, aspect_ratio: None };
    media.into_iter().map(NewMedia::from).chain(images.into_iter().map(bare)).collect()
}

/// What a shopper chooses.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ProductOption)]
pub(crate) struct OptionBody {
    /// What is chosen.
    #[schema(examples("Size"))]
    name: String,
    /// Its place among the options, from 0.
    position: usize,
    /// What there is to choose from.
    #[schema(examples(json!(["Small", "Large"])))]
    values: Vec<String>,
}

/// The options of a product in order.
pub(crate) fn options(options: Vec<ProductOption>) -> Vec<OptionBody> {
    let body = |(position, ProductOption { name, values })| OptionBody { name, position, values };
    options.into_iter().enumerate().map(body).collect()
}

/// An option to choose from.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewProductOption)]
pub(crate) struct NewOptionBody {
    /// What is chosen.
    #[schema(min_length = 1, max_length = 80, examples("Size"))]
    name: String,
    /// What there is to choose from, in the order shown.
    #[schema(examples(json!(["Small", "Large"])))]
    values: Vec<String>,
}

impl From<NewOptionBody> for ProductOption {
    fn from(NewOptionBody { name, values }: NewOptionBody) -> Self {
        Self { name, values }
    }
}

/// Choices as an object whose keys keep the order of the product's options.
pub(crate) fn choices<S: Serializer>(values: &OptionValues, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(values.iter().map(|(name, value)| (name, value)))
}

/// Something that a product belongs to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Named)]
pub(crate) struct NamedBody {
    /// Identity.
    #[schema(examples("cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    pub(crate) id: String,
    /// What it is called.
    #[schema(examples("Candles"))]
    pub(crate) name: String,
    /// Readable part of its addresses.
    #[schema(examples("candles"))]
    pub(crate) slug: String,
}

impl From<CategoryLabel> for NamedBody {
    fn from(label: CategoryLabel) -> Self {
        let CategoryLabel { id, parent: _, slug, name, hidden: _ } = label;
        Self { id: id.to_string(), name, slug }
    }
}

impl From<domain::catalog::brand::Brand> for NamedBody {
    fn from(brand: domain::catalog::brand::Brand) -> Self {
        Self { id: brand.id.to_string(), name: brand.name, slug: brand.slug.to_string() }
    }
}
