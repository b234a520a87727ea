//! Tax rates on the wire.

use application::tax::{NewTaxRate, TaxRateChanges};
use domain::tax::TaxRate;
use ports::{list::Sort, terms::TaxRateSort};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    exact::Exact,
    fields::Resource,
    list::ListSpec,
    patch::{Patch, not_null},
    timestamp::Timestamp,
};

/// A tax that the store charges, and where.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TaxRate)]
pub(super) struct TaxRateBody {
    /// Identity.
    #[schema(examples("txr_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What the tax is called on receipts.
    #[schema(examples("VAT"))]
    name: String,
    /// The share of the net price, as a fraction.
    #[schema(examples(0.2))]
    rate: Exact,
    /// Code of the country it is due in; everywhere when `null`.
    #[schema(required, examples("GB"))]
    country: Option<String>,
    /// Code of the state it is limited to.
    #[schema(required, examples("CA"))]
    state: Option<String>,
    /// The postcodes it is limited to.
    #[schema(required, examples("90000-90999"))]
    postcode: Option<String>,
    /// The class of goods it is for.
    #[schema(examples("standard"))]
    tax_class: String,
    /// The place in one word, as tax breakdowns show it; `*` is everywhere.
    #[schema(examples("GB"))]
    jurisdiction: String,
    /// Whether it is charged.
    enabled: bool,
    /// When it was made.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for TaxRateBody {}

impl From<TaxRate> for TaxRateBody {
    fn from(rate: TaxRate) -> Self {
        let jurisdiction = rate.jurisdiction();
        let TaxRate {
            id,
            name,
            rate,
            country,
            state,
            postcode,
            class,
            enabled,
            version: _,
            created_at,
            updated_at,
        } = rate;
        Self {
            id: id.to_string(),
            name,
            rate: rate.fraction().into(),
            country: country.map(|country| country.to_string()),
            state,
            postcode: postcode.map(|pattern| pattern.to_string()),
            tax_class: class.to_string(),
            jurisdiction,
            enabled,
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

/// The list of tax rates.
#[derive(Debug)]
pub(super) struct TaxRates;

impl ListSpec for TaxRates {
    type Row = TaxRateBody;
    type By = TaxRateSort;
    const NAME: &'static str = "tax-rates";
    const SORTS: &'static [(&'static str, TaxRateSort)] =
        &[("name", TaxRateSort::Name), ("createdAt", TaxRateSort::CreatedAt)];
    const DEFAULT: Sort<TaxRateSort> = Sort { by: TaxRateSort::CreatedAt, descending: false };
}

/// A tax rate to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewTaxRate)]
pub(super) struct NewTaxRateBody {
    /// What the tax is called on receipts.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100, examples("VAT"))]
    name: String,
    /// The share of the net price, as a fraction with at most 6 decimals; a number, or text.
    #[schema(examples(0.2))]
    rate: Exact,
    /// Code of the country it is due in; everywhere when left out.
    #[schema(examples("GB"))]
    country: Option<String>,
    /// Code or name of a state of that country.
    #[schema(examples("CA"))]
    state: Option<String>,
    /// A postcode of that country, a beginning (`SW1*`) or a range (`90000-90999`).
    #[schema(examples("90000-90999"))]
    postcode: Option<String>,
    /// The class of goods it is for.
    #[schema(examples("standard"), default = "standard")]
    tax_class: Option<String>,
    /// Whether it is charged.
    #[schema(default = true, nullable = false)]
    enabled: Option<bool>,
}

impl From<NewTaxRateBody> for NewTaxRate {
    fn from(body: NewTaxRateBody) -> Self {
        let NewTaxRateBody { name, rate, country, state, postcode, tax_class, enabled } = body;
        Self { name, rate: rate.0, country, state, postcode, tax_class, enabled: enabled.unwrap_or(true) }
    }
}

/// What to change of a tax rate.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeTaxRate)]
pub(super) struct ChangeTaxRateBody {
    /// A new name.
    #[validate(length(min = 1, max = 100))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 100, nullable = false)]
    name: Option<String>,
    /// Another share, as a fraction with at most 6 decimals.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(examples(0.175), nullable = false)]
    rate: Option<Exact>,
    /// Another country, or `null` for everywhere.
    #[serde(default)]
    country: Patch<String>,
    /// Another state, or `null` for the whole country.
    #[serde(default)]
    state: Patch<String>,
    /// Other postcodes, or `null` for all.
    #[serde(default)]
    postcode: Patch<String>,
    /// Another class of goods.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    tax_class: Option<String>,
    /// Whether it is charged.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
}

impl ChangeTaxRateBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> TaxRateChanges {
        let Self { name, rate, country, state, postcode, tax_class, enabled } = self;
        TaxRateChanges {
            name,
            rate: rate.map(|rate| rate.0),
            country: country.into(),
            state: state.into(),
            postcode: postcode.into(),
            tax_class,
            enabled,
            if_version,
        }
    }
}
