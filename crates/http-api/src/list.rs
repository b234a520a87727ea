//! Lists: pages or cursors, sorting, sparse fields, and the answer with its `meta`.
//!
//! A list is declared once. From the declaration come the checks of the query, the cursors and the
//! documented parameters:
//!
//! ```
//! use http_api::{fields::Resource, list::ListSpec};
//! use ports::list::Sort;
//!
//! # #[derive(serde::Serialize, utoipa::ToSchema)]
//! # struct BrandBody { id: String, name: String }
//! # impl Resource for BrandBody {}
//! # #[derive(Debug, Clone, Copy, PartialEq, Eq)]
//! # enum BrandOrder { Name, CreatedAt }
//! struct Brands;
//!
//! impl ListSpec for Brands {
//!     type Row = BrandBody;
//!     type By = BrandOrder;
//!     const NAME: &'static str = "brands";
//!     const SORTS: &'static [(&'static str, BrandOrder)] =
//!         &[("name", BrandOrder::Name), ("createdAt", BrandOrder::CreatedAt)];
//!     const DEFAULT: Sort<BrandOrder> = Sort { by: BrandOrder::Name, descending: false };
//! }
//! ```

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::StatusCode};
use application::{Context, Error, ErrorCode};
use domain::id::StoreId;
use ports::list::{Count, Keyset, Slice, Sort, Window};
use serde::de::DeserializeOwned;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};
use validator::Validate;

use self::cursor::{Cursor, CursorKey};
use crate::{
    error::{ApiError, ApiResult},
    fields::{self, Resource, Selection},
    openapi::parameter,
    query::{NoFilters, Pairs},
    respond,
};

pub mod cursor;
mod meta;

pub use meta::{ListBody, ListMeta};

/// Rows on a page when the caller does not say.
const PER_PAGE: u32 = 20;
/// The most rows on a page.
const PER_PAGE_MAX: u32 = 100;

/// One list of the API.
pub trait ListSpec: 'static {
    /// A row as answered.
    type Row: Resource;
    /// The columns it can be sorted by, as the reader names them.
    type By: Copy + PartialEq + 'static;
    /// Name of the list, unique among all lists: a cursor of another list is refused.
    const NAME: &'static str;
    /// The columns by their API names; none when the list has one order and no other.
    const SORTS: &'static [(&'static str, Self::By)];
    /// The order when the caller does not say.
    const DEFAULT: Sort<Self::By>;
}

/// What a caller wants of the list `S`; `F` are the list's own filters. Extracted from the query, then
/// bound to the caller's store with [`List::of`].
///
/// Documented with `params(List<Brands>)`, the same type as the handler's argument.
#[derive(Debug)]
pub struct List<S: ListSpec, F = NoFilters> {
    filters: F,
    selection: Selection,
    mode: Mode,
    per_page: u32,
    sort: Option<Sort<S::By>>,
    key: CursorKey,
    spec: PhantomData<S>,
}

#[derive(Debug)]
enum Mode {
    Page(u32),
    /// Empty at the start.
    Cursor(String),
}

/// A list that is asked for in one store: what to hand to the reader, and how to answer.
#[derive(Debug)]
pub struct StoreList<S: ListSpec, F = NoFilters> {
    /// The list's own filters.
    pub filters: F,
    /// What to read.
    pub window: Window,
    /// In which order.
    pub sort: Sort<S::By>,
    /// What to expand.
    pub selection: Selection,
    store: StoreId,
    key: CursorKey,
}

impl<S: ListSpec, F> List<S, F> {
    /// Binds the list to the caller's store.
    ///
    /// # Errors
    /// `invalid_cursor` when the cursor is damaged, of another list or store, or in another order.
    pub fn of(self, context: &Context) -> ApiResult<StoreList<S, F>> {
        let (window, sort) = match &self.mode {
            Mode::Page(page) => (Window::Page { page: *page, per_page: self.per_page }, self.sort()),
            Mode::Cursor(text) if text.is_empty() => {
                (Window::After { last: None, per_page: self.per_page }, self.sort())
            }
            Mode::Cursor(text) => {
                let (sort, last) = self.resume(text, context.store)?;
                (Window::After { last: Some(last), per_page: self.per_page }, sort)
            }
        };
        Ok(StoreList {
            filters: self.filters,
            window,
            sort,
            selection: self.selection,
            store: context.store,
            key: self.key,
        })
    }

    fn sort(&self) -> Sort<S::By> {
        self.sort.unwrap_or(S::DEFAULT)
    }

    fn resume(&self, text: &str, store: StoreId) -> Result<(Sort<S::By>, Keyset), Error> {
        let invalid = || Error::new(ErrorCode::InvalidCursor, "This cursor does not belong to this list.");
        let cursor = Cursor::open(text, &self.key, S::NAME, store).ok_or_else(invalid)?;
        let sort = if S::SORTS.is_empty() {
            S::DEFAULT
        } else {
            let by = column::<S>(&cursor.sort).ok_or_else(invalid)?;
            Sort { by, descending: cursor.descending }
        };
        // Asking for the order again is fine, asking for another one would skip and repeat rows.
        if self.sort.is_some_and(|wanted| wanted != sort) { Err(invalid()) } else { Ok((sort, cursor.last)) }
    }
}

impl<S: ListSpec, F> StoreList<S, F> {
    /// Whether the caller wants `name` expanded in every row.
    pub fn expands(&self, name: &str) -> bool {
        self.selection.expands(name)
    }

    /// 200 with the rows and where they stand in the list.
    pub fn answer(&self, slice: Slice<S::Row>) -> ApiResult {
        let meta = self.meta(slice.total, slice.next);
        if self.selection.is_everything() {
            return respond::json(StatusCode::OK, &ListBody { data: slice.items, meta });
        }
        let rows: serde_json::Result<Vec<_>> =
            slice.items.iter().map(|row| self.selection.apply(row)).collect();
        respond::json(StatusCode::OK, &ListBody { data: rows.map_err(Error::internal)?, meta })
    }

    fn meta(&self, total: Option<Count>, next: Option<Keyset>) -> ListMeta {
        let next_cursor = next.map(|last| {
            let sort = S::SORTS.iter().find(|(_, by)| *by == self.sort.by).map_or("", |(name, _)| name);
            let cursor = Cursor { sort: sort.to_owned(), descending: self.sort.descending, last };
            cursor.seal(&self.key, S::NAME, self.store)
        });
        ListMeta::new(&self.window, total, next_cursor)
    }
}

impl<S: ListSpec, F: DeserializeOwned + Validate + 'static> FromRequest for List<S, F> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.app_data::<CursorKey>().cloned().unwrap_or_default();
        ready(Pairs::of(request).and_then(|pairs| read(pairs, key)).map_err(ApiError::from))
    }
}

fn read<S: ListSpec, F: DeserializeOwned + Validate>(
    mut pairs: Pairs,
    key: CursorKey,
) -> Result<List<S, F>, Error> {
    let page = pairs.take_number("page", 1, u32::MAX)?;
    let per_page = pairs.take_number("perPage", 1, PER_PAGE_MAX)?.unwrap_or(PER_PAGE);
    let mode = match (pairs.take("cursor")?, page) {
        (Some(_), Some(_)) => return Err(Error::invalid("cursor", "cannot be combined with page")),
        (Some(cursor), None) => Mode::Cursor(cursor),
        (None, page) => Mode::Page(page.unwrap_or(1)),
    };
    let sort = read_sort::<S>(pairs.take("sort")?, pairs.take("order")?)?;
    let selection = Selection::take::<S::Row>(&mut pairs)?;
    Ok(List { filters: pairs.read()?, selection, mode, per_page, sort, key, spec: PhantomData })
}

fn read_sort<S: ListSpec>(sort: Option<String>, order: Option<String>) -> Result<Option<Sort<S::By>>, Error> {
    let Some(sort) = sort else {
        return if order.is_some() { Err(Error::invalid("order", "needs sort")) } else { Ok(None) };
    };
    let (name, minus) = sort.strip_prefix('-').map_or((sort.as_str(), false), |name| (name, true));
    let by = column::<S>(name).ok_or_else(|| {
        if S::SORTS.is_empty() {
            return Error::invalid("sort", "this list has one order and no other");
        }
        let names: Vec<_> = S::SORTS.iter().map(|(name, _)| *name).collect();
        Error::invalid(
            "sort",
            format!("must be one of {}, with - in front for largest first", names.join(", ")),
        )
    })?;
    let descending = match order.as_deref() {
        None => minus,
        Some("asc") => false,
        Some("desc") => true,
        Some(_) => return Err(Error::invalid("order", "must be asc or desc")),
    };
    if minus && !descending {
        return Err(Error::invalid("order", "contradicts the - of sort"));
    }
    Ok(Some(Sort { by, descending }))
}

fn column<S: ListSpec>(name: &str) -> Option<S::By> {
    S::SORTS.iter().find(|(known, _)| *known == name).map(|(_, by)| *by)
}

impl<S: ListSpec, F: IntoParams> IntoParams for List<S, F> {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = F::into_params(|| parameter_in().or(Some(ParameterIn::Query)));
        let names: Vec<_> = S::SORTS.iter().map(|(name, _)| *name).collect();
        all.extend(parameter::paging(&names));
        all.extend(parameter::selection(&fields::names::<S::Row>(), S::Row::EXPAND));
        all
    }
}

#[cfg(test)]
mod tests;
