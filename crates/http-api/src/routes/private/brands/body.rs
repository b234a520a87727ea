//! Brands on the wire.

use application::catalog::brand::{BrandChanges, NewBrand};
use domain::catalog::brand::Brand;
use ports::{brands::BrandSort, list::Sort};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    fields::Resource,
    list::ListSpec,
    patch::{Patch, not_null},
    timestamp::Timestamp,
};

/// Who made a product.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Brand)]
pub(super) struct BrandBody {
    /// Identity.
    #[schema(examples("brd_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Readable part of its addresses.
    #[schema(examples("acme"))]
    slug: String,
    /// What it is called.
    #[schema(examples("Acme"))]
    name: String,
    /// What there is to say about it.
    #[schema(required, examples("Candles since 1912."))]
    description: Option<String>,
    /// Address of its logo.
    #[schema(required, examples("https://cdn.example.com/acme.svg"))]
    logo_url: Option<String>,
    /// Address of its website.
    #[schema(required, examples("https://acme.example.com"))]
    website: Option<String>,
    /// When it was made.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for BrandBody {}

impl From<Brand> for BrandBody {
    fn from(brand: Brand) -> Self {
        let Brand { id, slug, name, description, logo_url, website, version: _, created_at, updated_at } =
            brand;
        Self {
            id: id.to_string(),
            slug: slug.to_string(),
            name,
            description,
            logo_url,
            website,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

/// The list of brands.
#[derive(Debug)]
pub(super) struct Brands;

impl ListSpec for Brands {
    type Row = BrandBody;
    type By = BrandSort;
    const NAME: &'static str = "brands";
    const SORTS: &'static [(&'static str, BrandSort)] =
        &[("name", BrandSort::Name), ("createdAt", BrandSort::CreatedAt)];
    const DEFAULT: Sort<BrandSort> = Sort { by: BrandSort::Name, descending: false };
}

/// A brand to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewBrand)]
pub(super) struct NewBrandBody {
    /// What it is called.
    #[validate(length(min = 1, max = 120))]
    #[schema(min_length = 1, max_length = 120, examples("Acme"))]
    name: String,
    /// Readable part of its addresses; made from the name when left out.
    #[schema(examples("acme"))]
    slug: Option<String>,
    /// What there is to say about it.
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// Address of its logo.
    logo_url: Option<String>,
    /// Address of its website.
    #[schema(examples("https://acme.example.com"))]
    website: Option<String>,
}

impl From<NewBrandBody> for NewBrand {
    fn from(body: NewBrandBody) -> Self {
        let NewBrandBody { name, slug, description, logo_url, website } = body;
        Self { name, slug, description, logo_url, website }
    }
}

/// What to change of a brand.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeBrand)]
pub(super) struct ChangeBrandBody {
    /// A new name.
    #[validate(length(min = 1, max = 120))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 120, examples("Acme"), nullable = false)]
    name: Option<String>,
    /// A new slug.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(examples("acme"), nullable = false)]
    slug: Option<String>,
    /// A new description, or `null` for none.
    #[serde(default)]
    description: Patch<String>,
    /// Another logo, or `null` for none.
    #[serde(default)]
    logo_url: Patch<String>,
    /// Another website, or `null` for none.
    #[serde(default)]
    website: Patch<String>,
}

impl ChangeBrandBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> BrandChanges {
        let Self { name, slug, description, logo_url, website } = self;
        BrandChanges {
            name,
            slug,
            description: description.into(),
            logo_url: logo_url.into(),
            website: website.into(),
            if_version,
        }
    }
}
