//! Both surfaces over HTTP: routes, bodies, extractors, OpenAPI.
//!
//! What this crate may know: `application`, and of `domain` and `ports` what use cases take and give.
//! It holds no rule of the shop: a handler reads its arguments, calls one use case and shows the result,
//! in fewer than 25 lines.
//!
//! # How to add an operation
//!
//! `routes/private/brands.rs` with its `brands/body.rs` is the example to copy; it lists, creates, shows,
//! changes and deletes.
//!
//! 1. **A file for the resource**: `routes/public/NAME.rs` or `routes/private/NAME.rs`, with a
//!    `configure` that names its handlers, and one line for it in `routes/public.rs` or
//!    `routes/private.rs`. That list makes the routes and the OpenAPI document.
//! 2. **Bodies.** Three types each, never one for two purposes: the domain's, the row's (elsewhere) and
//!    the body here. Answers take the domain type apart in full, so that a new field does not compile
//!    until it is shown or left out on purpose. Amounts are [`money::MoneyBody`], times
//!    [`timestamp::Timestamp`], fields of a PATCH [`patch::Patch`] (or [`patch::not_null`]). Requests
//!    derive `Deserialize` with `deny_unknown_fields` and `camelCase`, `Validate` and `ToSchema`; repeat
//!    the limits in `#[schema(…)]`. `#[schema(as = Brand)]` names the type in the document.
//! 3. **The handler's arguments** say everything it needs: who may call ([`auth::Public`],
//!    [`auth::CartSession`], [`auth::Secret`] with a scope), then
//!    - [`list::List`] for a list, declared once as a [`list::ListSpec`];
//!    - [`view::View`] for one thing, with sparse fields, expansions and 304;
//!    - [`query::Query`] for other parameters;
//!    - [`body::Body`] or [`body::OptionalBody`];
//!    - [`etag::IfMatch`] for conditional changes, handed to the use case with `version()`;
//!    - `actix_web::web::Path` of a struct that names only its own parameters.
//!
//!    The first of them also carries a POST with an `Idempotency-Key` out once: use the `core` of the caller,
//!    never one from elsewhere. A POST without a caller is listed in `auth/idempotency.rs`, with its reason.
//! 4. **The answer** comes from `list.answer`, `view.answer` or [`respond`]: `ok`, `created`, `changed`,
//!    `no_content`. Everything else is `?`: [`application::Error`] becomes a refusal by the table in
//!    [`error`], which a new [`application::ErrorCode`] has to join.
//! 5. **The documentation** is the handler's comment: the first line is the summary, the rest the
//!    description. `#[utoipa::path]` gives `operation_id`, `tag` (described in `openapi.rs`), `params`
//!    with the same types as the arguments (`List<Brands>`, `View<BrandBody>`, `IfMatch`),
//!    `request_body`, the scope (`security(("secretKey" = ["read:catalog"]))`, or
//!    `security(("cartToken" = []))`), and the 2xx answers. Of the refusals it lists only those of its
//!    own, such as 409, by when they happen; the rest, their bodies and the key in the path are added in
//!    `openapi/operation.rs`. Import `get` and `post` from `actix_web`: written with their path, the
//!    document does not see them.
//! 6. **A test** in `tests/surface/NAME.rs`, through the whole server on a fresh database.
#![warn(missing_docs)]

pub mod address;
pub mod auth;
pub mod body;
pub mod error;
pub mod etag;
pub mod exact;
pub mod fields;
pub mod health;
pub mod id;
pub mod list;
pub mod locale;
pub mod metrics_page;
pub mod money;
mod named;
pub mod openapi;
pub mod patch;
pub mod query;
pub mod respond;
pub mod routes;
pub mod server;
pub mod timestamp;
pub mod view;

mod bodies;
mod coupon;
mod docs;
mod edge;
mod product;
mod raw_body;
mod search;
mod shelf;

pub use edge::describe_metrics;
