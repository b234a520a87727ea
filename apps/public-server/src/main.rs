//! The storefront surface in a process of its own.

use std::process::ExitCode;

use cartwright::serve::{self, Parts};

#[tokio::main]
async fn main() -> ExitCode {
    serve::main(Parts::PUBLIC).await
}
