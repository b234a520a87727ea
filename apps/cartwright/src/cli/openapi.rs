//! `cartwright openapi`: the documents that clients are generated from, made from the routes.

use std::{fs, io, path::PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use http_api::openapi::{private_document, public_document};
use serde::Serialize;
use serde_json::json;

use super::output::Outcome;

#[derive(Debug, Args)]
pub(crate) struct Openapi {
    /// Write nothing; fail when a document differs from what the routes say
    #[arg(long)]
    check: bool,
    /// Where the documents are
    #[arg(long, value_name = "FOLDER", default_value = "openapi")]
    dir: PathBuf,
}

pub(super) fn run(arguments: &Openapi) -> Result<Outcome> {
    let documents =
        [("public.json", text_of(&public_document())?), ("private.json", text_of(&private_document())?)];
    if !arguments.check {
        fs::create_dir_all(&arguments.dir)
            .with_context(|| format!("{} cannot be made", arguments.dir.display()))?;
    }
    let (mut differing, mut paths) = (Vec::new(), Vec::new());
    for (name, text) in documents {
        let path = arguments.dir.join(name);
        if arguments.check {
            match fs::read_to_string(&path) {
                Ok(committed) if committed == text => {}
                Ok(_) => differing.push(format!("{} is out of date", path.display())),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    differing.push(format!("{} is missing", path.display()));
                }
                Err(error) => {
                    return Err(error).with_context(|| format!("{} cannot be read", path.display()));
                }
            }
        } else {
            fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        paths.push(path.display().to_string());
    }
    Ok(outcome(arguments.check, &paths, &differing))
}

fn text_of(document: &impl Serialize) -> Result<String> {
    let mut text = serde_json::to_string_pretty(document).context("a document cannot be written as JSON")?;
    text.push('\n');
    Ok(text)
}

fn outcome(check: bool, paths: &[String], differing: &[String]) -> Outcome {
    let text = match (check, differing) {
        (false, _) => format!("Wrote {}.", paths.join(" and ")),
        (true, []) => format!("{} say what the routes say.", paths.join(" and ")),
        (true, found) => {
            let found = found.join("; ");
            format!("{found}.\nWrite the documents anew with `cargo run -- openapi` and commit them.")
        }
    };
    let data = json!({ "files": paths, "upToDate": differing.is_empty(), "differences": differing });
    Outcome::success(text, json!({ "data": data })).with_success(differing.is_empty())
}
