//! `cartwright import`.

use std::{
    fs::File,
    io::{IsTerminal as _, stderr},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use cartwright::{
    config::Config,
    import::{Fault, Format, Import, Report},
};
use clap::{Args, Subcommand, ValueEnum};
use domain::access::Mode;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::{
    output::Outcome,
    session::{self, WhichStore},
};

/// Faults shown to people; programs are told more.
const FAULTS_SHOWN: usize = 50;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bring in products from Shopify's CSV or from JSON Lines; safe to repeat
    Products(Products),
}

#[derive(Debug, Args)]
pub(crate) struct Products {
    /// The file
    #[arg(value_name = "FILE")]
    path: PathBuf,
    #[command(flatten)]
    store: WhichStore,
    /// Find out what would happen, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Set the live stock of variants that exist to what the file says; otherwise it is left alone
    #[arg(long)]
    set_stock: bool,
    /// What the file is written in [default: what its name ends in]
    #[arg(long, value_enum)]
    format: Option<Kind>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Shopify's product CSV
    Csv,
    /// JSON Lines with the fields of POST /products
    Jsonl,
}

pub(super) async fn run(config: &Config, command: Command, json: bool) -> Result<Outcome> {
    let Command::Products(arguments) = command;
    let format = format(&arguments)?;
    let path = arguments.path.as_path();
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let size = file.metadata().with_context(|| format!("{} cannot be read", path.display()))?.len();
    let core = session::core(config).await?;
    let store = arguments.store.find(&core).await?;
    let ctx = session::context(&core, store.id, Mode::Live);
    let bar = progress_bar(size, json);
    let import = Import { format, is_trial: arguments.dry_run, with_stock: arguments.set_stock };
    let report = match format.products(bar.wrap_read(file), store.currency) {
        Ok(products) => {
            let show = |report: &Report| bar.set_message(counts(report));
            import.run(&core, &ctx, store.currency, products, show).await?
        }
        Err(fault) => Report { failed: 1, errors: vec![fault], ..Report::default() },
    };
    bar.finish_and_clear();
    Ok(told(&report, path, arguments.dry_run))
}

fn format(arguments: &Products) -> Result<Format> {
    let ending = arguments.path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    match (arguments.format, ending.as_deref()) {
        (Some(Kind::Csv), _) | (None, Some("csv")) => Ok(Format::Shopify),
        (Some(Kind::Jsonl), _) | (None, Some("jsonl" | "ndjson")) => Ok(Format::Jsonl),
        (None, _) => bail!("say what the file is written in: --format csv or --format jsonl"),
    }
}

/// On a terminal only; elsewhere it would fill a log.
fn progress_bar(size: u64, json: bool) -> ProgressBar {
    let hidden = json || !stderr().is_terminal();
    let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {elapsed} {msg}")
        .expect("the template is written by the book");
    ProgressBar::with_draw_target(Some(size), target).with_style(style)
}

fn counts(report: &Report) -> String {
    let Report { created, updated, unchanged, failed, .. } = report;
    format!("{created} created, {updated} updated, {unchanged} unchanged, {failed} failed")
}

fn told(report: &Report, path: &Path, dry_run: bool) -> Outcome {
    let would = if dry_run { " (dry run: nothing was kept)" } else { "" };
    let mut lines = vec![format!("{}: {}{would}", path.display(), counts(report))];
    lines.extend(report.errors.iter().take(FAULTS_SHOWN).map(|fault| format!("  {}", line_of(fault))));
    let left = report.errors.len().saturating_sub(FAULTS_SHOWN);
    let left = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(report.errors_left_out);
    if left > 0 {
        lines.push(format!("  … and {left} more (--json tells up to a thousand)"));
    }
    let mut data = json!(report);
    data["dryRun"] = json!(dry_run);
    Outcome::success(lines.join("\n"), json!({ "data": data })).with_success(report.failed == 0)
}

fn line_of(Fault { line, handle, field, message }: &Fault) -> String {
    let handle = handle.as_deref().filter(|handle| !handle.is_empty());
    let handle = handle.map(|handle| format!(" ({handle})")).unwrap_or_default();
    let field = field.as_deref().map(|field| format!(" {field}")).unwrap_or_default();
    format!("line {line}{handle}:{field} {message}")
}
