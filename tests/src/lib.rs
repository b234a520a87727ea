//! A running shop for whole journeys: both servers on real sockets, the worker, the real clock, and the
//! people who call them.
//!
//! ```no_run
//! # async fn example() {
//! for shop in journeys::Shop::on_each_engine().await {
//!     let merchant = shop.merchant();
//!     let shopper = shop.shopper("sam-0001");
//!     let brands = merchant.get("/brands").await.data();
//!     let cart = shopper.get("/cart").await.data();
//! }
//! # }
//! ```
//!
//! Whoever calls also checks what holds for every answer: it has a request id and the headers that keep
//! browsers careful, a refusal has the shape of a refusal, and status and body are as the OpenAPI document
//! of the operation says. The journeys themselves are in `tests/`.

mod caller;
mod contract;
mod shop;

pub use self::{
    caller::{Answer, Caller},
    shop::{Guest, Merchant, Shop, Shopper},
};
