//! The makers of what is for sale.

use actix_web::get;
use application::catalog::brand;
use domain::catalog::brand::Brand;
use ports::{brands::BrandSort, list::Sort};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::Public,
    error::ApiResult,
    fields::Resource,
    list::{List, ListBody, ListSpec},
    routes::Routes,
};

pub(super) fn configure(config: &mut Routes) {
    config.service(list);
}

/// Who made a product, as shoppers see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicBrand)]
struct PublicBrandBody {
    /// Identity.
    #[schema(examples("brd_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Readable part of its addresses; what products can be filtered by.
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
}

impl Resource for PublicBrandBody {}

impl From<Brand> for PublicBrandBody {
    fn from(brand: Brand) -> Self {
        let Brand {
            id,
            slug,
            name,
            description,
            logo_url,
            website,
            version: _,
            created_at: _,
            updated_at: _,
        } = brand;
        Self { id: id.to_string(), slug: slug.to_string(), name, description, logo_url, website }
    }
}

/// The list of brands.
#[derive(Debug)]
struct PublicBrands;

impl ListSpec for PublicBrands {
    type Row = PublicBrandBody;
    type By = BrandSort;
    const NAME: &'static str = "publicBrands";
    const SORTS: &'static [(&'static str, BrandSort)] =
        &[("name", BrandSort::Name), ("createdAt", BrandSort::CreatedAt)];
    const DEFAULT: Sort<BrandSort> = Sort { by: BrandSort::Name, descending: false };
}

/// List brands
///
/// All brands of the store; `GET /products?brand=…` lists what each has made.
#[utoipa::path(
    operation_id = "listBrands",
    tag = "Catalog",
    params(List<PublicBrands>),
    responses((status = 200, description = "One page of brands.", body = ListBody<PublicBrandBody>))
)]
#[get("/brands")]
async fn list(caller: Public, list: List<PublicBrands>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let slice = brand::list(&caller.core, &caller.context, list.sort, &list.window).await?;
    list.answer(slice.map(PublicBrandBody::from))
}
