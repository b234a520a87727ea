//! Harnesses that put the running servers under fire: they start the programs that are shipped, send them a
//! crowd of shoppers, kill, stop and starve them, and say what came of it.
//!
//! [`world`] is a shop with both servers, [`crowd`] its shoppers and what they were told; these two care for
//! what is right, and [`gateway`] and [`wire`] are a Stripe that misbehaves. [`market`], [`load`], [`cost`], [`floor`],
//! [`replay`] and [`start`] care for what is quick, and [`engine`] for what all of it runs on. A harness is a program in
//! `bin/`; what it measures and what was seen is in `benches/README.md`. Nothing here is part of the tests: figures
//! need a quiet machine and minutes.
#![expect(clippy::print_stdout, reason = "harnesses speak on their terminal")]
#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "figures for people to look at, of which three digits count"
)]

pub mod cost;
pub mod crowd;
pub mod engine;
pub mod floor;
pub mod gateway;
pub mod gauge;
pub mod growth;
pub mod load;
pub mod market;
pub mod process;
pub mod replay;
pub mod start;
pub mod wire;
pub mod world;
