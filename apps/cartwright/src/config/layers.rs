//! The layers that settings come from, merged, and read one by one so that every fault is told.

use std::{collections::BTreeSet, path::Path};

use figment::{
    Error, Figment, Metadata, Profile, Provider,
    providers::{Env, Format as _, Toml},
    value::{Dict, Map, Value},
};

const FILE: &str = "cartwright.toml";
const PREFIX: &str = "CARTWRIGHT_";
/// Variables that other programs know by the same name, and the settings they are.
const SHARED: [(&str, &str); 2] =
    [("DATABASE_URL", "database_url"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "otlp_endpoint")];

/// What the command line says, by the names of the settings; wins over everything else.
#[derive(Debug, Clone, Default)]
pub struct Flags(Vec<(&'static str, String)>);

impl Flags {
    /// Adds a setting, if the flag was given.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: Option<impl ToString>) -> Self {
        self.0.extend(value.map(|value| (key, value.to_string())));
        self
    }
}

/// Settings as text. Texts of the environment stay texts: a key of digits is not a number.
struct Texts {
    source: &'static str,
    pairs: Vec<(String, String)>,
}

impl Provider for Texts {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let dict = self.pairs.iter().map(|(key, text)| (key.clone(), Value::from(text.as_str()))).collect();
        Ok(Profile::Default.collect(dict))
    }
}

/// All layers, the settings that were asked for, and what was wrong with them.
pub(super) struct Layers {
    merged: Figment,
    /// Settings of the file, each of which must be asked for by the end.
    in_file: BTreeSet<String>,
    faults: Vec<String>,
}

impl Layers {
    /// The file in the working folder, the environment and the flags of this process.
    pub(super) fn of_process(flags: Flags) -> Self {
        let environment = Env::raw();
        let texts = environment.iter().map(|(name, text)| (name.into_string(), text));
        Self::of(Path::new(FILE), texts, flags)
    }

    pub(super) fn of(file: &Path, environment: impl Iterator<Item = (String, String)>, flags: Flags) -> Self {
        let (mut shared, mut own) = (Vec::new(), Vec::new());
        for (name, text) in environment.filter(|(_, text)| !text.is_empty()) {
            let name = name.to_ascii_uppercase();
            if let Some((_, key)) = SHARED.iter().find(|(shared, _)| *shared == name) {
                shared.push(((*key).to_owned(), text));
            } else if let Some(key) = name.strip_prefix(PREFIX) {
                own.push((key.to_ascii_lowercase(), text));
            }
        }
        let flags = flags.0.into_iter().map(|(key, text)| (key.to_owned(), text)).collect();
        // A file that is not there is an empty one.
        let file = if file.exists() { Toml::file_exact(file) } else { Toml::string("") };
        let mut faults = Vec::new();
        let in_file = match file.data() {
            Ok(profiles) => profiles.into_values().flat_map(Dict::into_keys).collect(),
            Err(error) => {
                faults.push(format!("{FILE} cannot be read: {error}"));
                BTreeSet::new()
            }
        };
        let readable = if faults.is_empty() { Figment::from(file) } else { Figment::new() };
        let merged = readable
            .merge(Texts { source: "the environment", pairs: shared })
            .merge(Texts { source: "the environment", pairs: own })
            .merge(Texts { source: "the command line", pairs: flags });
        Self { merged, in_file, faults }
    }

    /// A setting as text, if any layer has it.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.in_file.remove(key);
        let value = self.merged.find_value(key).ok()?;
        let text = plain(&value);
        if text.is_none() {
            self.fault(key, "a single value");
        }
        text
    }

    /// A setting, read by `read`; `expected` says what it should look like when that fails.
    pub(super) fn read<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&str) -> Option<T>,
        expected: &str,
    ) -> Option<T> {
        let text = self.text(key)?;
        let value = read(&text);
        if value.is_none() {
            self.fault(key, expected);
        }
        value
    }

    /// Everything that was wrong, settings of the file that do not exist included. Call it last.
    pub(super) fn into_faults(mut self) -> Vec<String> {
        self.faults
            .extend(self.in_file.into_iter().map(|key| format!("{FILE} has {key}, which is no setting")));
        self.faults
    }

    /// Notes what is wrong about settings together.
    pub(super) fn add_fault(&mut self, fault: &str) {
        self.faults.push(fault.to_owned());
    }

    // Never the value: it may be a secret.
    fn fault(&mut self, key: &str, expected: &str) {
        let source = self.merged.find_metadata(key).map(|source| source.name.to_string());
        let source = source.unwrap_or_else(|| FILE.to_owned());
        self.faults.push(format!("{key} (from {source}) must be {expected}"));
    }
}

/// Lists are joined by commas, as the environment writes them.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Bool(_, switch) => Some(switch.to_string()),
        Value::Num(_, number) => number.to_i128().map(|number| number.to_string()),
        Value::Array(_, items) => {
            items.iter().map(plain).collect::<Option<Vec<_>>>().map(|items| items.join(","))
        }
        Value::Char(..) | Value::Empty(..) | Value::Dict(..) => None,
    }
}
