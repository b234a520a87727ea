//! The admin surface and the background worker in a process of their own.

use std::process::ExitCode;

use cartwright::serve::{self, Parts};

#[tokio::main]
async fn main() -> ExitCode {
    serve::main(Parts::PRIVATE).await
}
