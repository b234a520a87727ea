//! `cartwright export`.

use std::{
    fs::File,
    io::{self, BufWriter},
    path::PathBuf,
};

use anyhow::{Context as _, Result};
use cartwright::{
    config::Config,
    import::{Exported, export},
};
use clap::{Args, Subcommand};
use domain::access::Mode;
use serde_json::json;

use super::{
    output::Outcome,
    session::{self, WhichStore},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write all products as Shopify's CSV, which `import products` reads
    Products(Products),
}

#[derive(Debug, Args)]
pub(crate) struct Products {
    #[command(flatten)]
    store: WhichStore,
    /// Where to write it [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) async fn run(config: &Config, command: Command) -> Result<Outcome> {
    let Command::Products(arguments) = command;
    let core = session::core(config).await?;
    let store = arguments.store.find(&core).await?;
    let ctx = session::context(&core, store.id, Mode::Live);
    let Some(path) = arguments.output else {
        export(&core, &ctx, BufWriter::new(io::stdout().lock())).await?;
        // The file itself is the answer.
        return Ok(Outcome::said());
    };
    let file = File::create(&path).with_context(|| format!("{} cannot be written", path.display()))?;
    let Exported { products, rows } = export(&core, &ctx, BufWriter::new(file)).await?;
    let text = format!("Wrote {products} products in {rows} rows to {}.", path.display());
    let data = json!({ "file": path.display().to_string(), "products": products, "rows": rows });
    Ok(Outcome::success(text, json!({ "data": data })))
}
