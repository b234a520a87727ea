//! `cartwright doctor`: what is wrong with this installation, and what to do about it. It changes
//! nothing, and prints no secret.

use anyhow::Result;
use cartwright::{
    config::{Config, ConfigError},
    serve,
};
use clap::Args;

use self::finding::{Finding, told};
use super::output::Outcome;

mod finding;
mod gateways;
mod machine;
mod mail;
mod storage;

const CONFIGURATION: &str = "configuration";

#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Doctor {
    /// Also ask Stripe whether it accepts the keys of every store
    #[arg(long)]
    stores: bool,
}

/// A configuration that cannot be read is a finding too, and the last one.
pub(super) fn without_configuration(error: &ConfigError) -> Outcome {
    let findings: Vec<_> =
        error.faults().iter().map(|fault| Finding::fail(CONFIGURATION, fault.as_str())).collect();
    told(&findings)
}

pub(super) async fn run(config: &Config, doctor: Doctor) -> Result<Outcome> {
    let plan = config.default_tier;
    let mut findings = vec![Finding::ok(CONFIGURATION, format!("read; the plan of new stores is {plan}"))];
    findings.push(machine::data_folder(config));
    let (key, finding) = machine::master_key(config);
    findings.push(finding);
    let database = storage::look(config, &mut findings).await;
    findings.push(mail::reach(config).await);
    findings.push(gateways::reach(config).await);
    // Without the key the making of a core would make another one.
    if let (Some(database), Some(_)) = (database, key) {
        let core = serve::core(config, database, "http://localhost")?;
        findings.push(gateways::sealed_keys(&core, doctor.stores).await);
    }
    findings.push(machine::port("public port", config.public_addr).await);
    findings.push(machine::port("private port", config.private_addr).await);
    Ok(told(&findings))
}
