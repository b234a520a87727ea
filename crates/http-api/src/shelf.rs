//! The shelf: answers about the catalogue, kept in memory as the bytes that were sent, so that what every
//! shopper asks for is put together, written and compressed once.
//!
//! Operations of the public surface that read and are tagged [`CATALOG`] are kept; none has to do anything for
//! it. An answer is given again while nobody has changed the catalogue or the store, and no piece was taken out
//! of stock by this process, but never for longer than [`FRESH`]: in that time another process may have sold a
//! piece, or a sale may have begun. What a cart or an order holds never comes from here.
//!
//! It stands at the edge, before all that an answer takes to be made. A request that is answered from here is
//! counted, measured and limited as any other, but is no span of a trace: there is nothing in it to look at.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use actix_web::{
    Error as ActixError, HttpMessage as _, HttpRequest, HttpResponse,
    body::{BoxBody, to_bytes},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName},
    },
    web::{Bytes, Data},
};
use application::{
    Core, Error,
    access::{self, Principal},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{access::Mode, id::StoreId};
use moka::sync::Cache;
use ports::{CatalogEpoch, stores::StoreConfig};
use utoipa::openapi::{OpenApi, PathItem};

use crate::{
    auth::{malformed, only},
    edge::limits,
    etag::{ETag, listed},
    locale,
    server::{Surface, known_paths::Route},
};

/// The tag of the operations whose answers are kept.
const CATALOG: &str = "Catalog";
/// How long an answer may be given again.
const FRESH: TimeDelta = TimeDelta::seconds(1);
/// After how long nobody having asked an answer goes.
const IDLE: Duration = Duration::from_mins(1);
/// What one answer takes beside its body and its address.
const OVERHEAD: usize = 1000;
/// Longer headers are not kept as part of a place.
const ENCODINGS_MAX: usize = 100;

/// The answers of one server; app data.
#[derive(Debug)]
pub(crate) struct Shelf {
    routes: BTreeSet<String>,
    answers: Cache<Place, Arc<Kept>>,
}

/// What an answer depends on beside what is in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Place {
    store: StoreId,
    mode: Mode,
    locale: String,
    /// Path and query, as they were sent.
    target: String,
    /// How the caller can have it compressed, in the caller's words.
    encodings: String,
    /// Whether a browser has to be told that its page may read the answer.
    from_page: bool,
}

/// What an answer was true at.
#[derive(Debug)]
struct Moment {
    epoch: CatalogEpoch,
    config: Arc<StoreConfig>,
    at: DateTime<Utc>,
}

/// An answer of status 200.
#[derive(Debug)]
struct Kept {
    moment: Moment,
    headers: HeaderMap,
    tag: Option<ETag>,
    body: Bytes,
}

/// Somebody who asks for what may be kept.
pub(crate) struct Asker {
    shelf: Data<Shelf>,
    principal: Principal,
    place: Place,
    moment: Moment,
    /// Tags of what they hold already.
    held: Vec<String>,
}

impl Shelf {
    /// For the operations of a document that are to be kept, in so many bytes altogether; beyond it the answers
    /// least used go.
    pub(crate) fn of(surface: Surface, document: &OpenApi, capacity: u64) -> Self {
        let is_kept = |item: &PathItem| {
            let tags = item.get.as_ref().and_then(|operation| operation.tags.as_deref());
            surface == Surface::Public && tags.is_some_and(|tags| tags.iter().any(|tag| tag == CATALOG))
        };
        let paths = document.paths.paths.iter();
        let routes = paths.filter(|(_, item)| is_kept(item)).map(|(path, _)| path.clone()).collect();
        let weigh = |place: &Place, kept: &Arc<Kept>| {
            let bytes = place.target.len().saturating_add(kept.body.len()).saturating_add(OVERHEAD);
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let answers = Cache::builder().max_capacity(capacity).weigher(weigh).time_to_idle(IDLE).build();
        Self { routes, answers }
    }
}

impl Moment {
    /// Whether what was true at `earlier` is true now.
    fn still_holds(&self, earlier: &Self) -> bool {
        let age = self.at.signed_duration_since(earlier.at);
        self.epoch == earlier.epoch
            && Arc::ptr_eq(&self.config, &earlier.config)
            && (TimeDelta::zero()..FRESH).contains(&age)
    }
}

impl Asker {
    /// Whoever sent this request, if it asks for what may be kept. Whatever is wrong with it is left for those to
    /// find who answer all other requests.
    pub(crate) async fn of(request: &ServiceRequest) -> Option<Self> {
        let shelf = request.app_data::<Data<Shelf>>()?;
        let is_kept = *request.method() == Method::GET
            && !request.headers().contains_key(header::AUTHORIZATION)
            && request.extensions().get::<Route>().is_some_and(|route| shelf.routes.contains(route.as_str()));
        if !is_kept {
            return None;
        }
        if limits::is_barred(request.request()) {
            return None;
        }
        let core = request.app_data::<Data<Core>>()?;
        let target = request.uri().path_and_query()?.as_str().to_owned();
        // Of `/v1/public/{publishableKey}/…`, as the route was found to be.
        let key = request.path().split('/').nth(3)?;
        let principal = access::resolve_publishable_key(core, key).await.ok()?;
        let store = &principal.config.store;
        let origin = text_of(request.request(), &header::ORIGIN)?;
        let from_page = !origin.is_empty();
        if from_page && !store.allows_origin(origin) {
            return None;
        }
        let encodings = text_of(request.request(), &header::ACCEPT_ENCODING)?;
        let moment = Moment {
            epoch: core.db.catalog_epoch(store.id)?,
            config: Arc::clone(&principal.config),
            at: core.clock.now(),
        };
        let place = Place {
            store: store.id,
            mode: principal.mode(),
            locale: locale::of_request(request.request(), &store.default_locale),
            target,
            encodings: Some(encodings).filter(|text| text.len() <= ENCODINGS_MAX)?.to_owned(),
            from_page,
        };
        let held = listed(request.request(), &header::IF_NONE_MATCH);
        Some(Self { shelf: Data::clone(shelf), principal, place, moment, held })
    }

    /// The answer, where it is on the shelf and still true.
    ///
    /// # Errors
    /// When the asker has used up what they may ask for.
    pub(crate) fn find(&self, request: &HttpRequest) -> Result<Option<HttpResponse>, ActixError> {
        let kept = self.shelf.answers.get(&self.place).filter(|kept| self.moment.still_holds(&kept.moment));
        let Some(kept) = kept else { return Ok(None) };
        limits::admit_shopper(request, &self.principal)?;
        if let (Some(core), Some(key)) = (request.app_data::<Data<Core>>(), self.principal.key()) {
            core.key_uses.note(key, self.moment.at);
        }
        Ok(Some(kept.answer(&self.held)))
    }

    /// Keeps an answer that was made just now, and gives this asker what is theirs of it.
    pub(crate) async fn keep(
        self,
        made: ServiceResponse<BoxBody>,
    ) -> Result<ServiceResponse<BoxBody>, ActixError> {
        if made.status() != StatusCode::OK {
            return Ok(made);
        }
        let (request, response) = made.into_parts();
        let (head, body) = response.into_parts();
        let kept = Kept {
            moment: self.moment,
            headers: head.headers().clone(),
            tag: head.headers().get(header::ETAG).and_then(ETag::read),
            body: to_bytes(body)
                .await
                .map_err(|cause| crate::error::ApiError::from(Error::internal(cause.to_string())))?,
        };
        let answer = kept.answer(&self.held);
        self.shelf.answers.insert(self.place, Arc::new(kept));
        Ok(ServiceResponse::new(request, answer))
    }
}

impl Kept {
    /// The answer for somebody who holds `held` already.
    fn answer(&self, held: &[String]) -> HttpResponse {
        let known = self.tag.as_ref().is_some_and(|tag| tag.is_among(held));
        let mut response = if known {
            HttpResponse::NotModified().finish()
        } else {
            HttpResponse::Ok().body(self.body.clone())
        };
        let about_the_body = [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING];
        for (name, value) in &self.headers {
            if !known || !about_the_body.contains(name) {
                response.headers_mut().append(name.clone(), value.clone());
            }
        }
        response
    }
}

/// The text of the only header of this name, empty where there is none; nothing where there are several, or one
/// that is no text.
fn text_of<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    only(request, name, malformed).ok()?.map_or(Some(""), |value| value.to_str().ok())
}
