//! The main job from end to end, over HTTP and on both engines: a merchant sets up shop, shoppers buy,
//! and the merchant sends, refunds and cancels. Amounts are asserted to the penny.

mod afterwards;
mod amounts;
mod browsing;
mod paying;
mod stall;
