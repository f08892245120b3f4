//! The user's configuration, and where the program keeps what is its own.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use serde::Deserialize;

/// Folders of the program: configuration, state (log, sessions, last copy) and cache (features).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    config: PathBuf,
    state: PathBuf,
    cache: PathBuf,
}

impl Places {
    /// The system's folders for this user; `RISKSET_CONFIG_DIR`, `RISKSET_STATE_DIR` and `RISKSET_CACHE_DIR` override
    /// them one by one, and `cache` (the command line's) overrides the last.
    pub fn find(cache: Option<PathBuf>) -> Self {
        let system = ProjectDirs::from("", "", "riskset");
        let chosen = |variable: &str, of_system: fn(&ProjectDirs) -> PathBuf, name: &str| {
            env::var_os(variable)
                .filter(|v| !v.is_empty())
                .map(PathBuf::from)
                .or_else(|| system.as_ref().map(of_system))
                // Without a home folder everything goes where the program is started.
                .unwrap_or_else(|| PathBuf::from(".riskset").join(name))
        };
        let state_of = |d: &ProjectDirs| d.state_dir().unwrap_or(d.data_local_dir()).to_owned();
        Self {
            config: chosen("RISKSET_CONFIG_DIR", |d| d.config_dir().to_owned(), "config"),
            state: chosen("RISKSET_STATE_DIR", state_of, "state"),
            cache: cache.unwrap_or_else(|| chosen("RISKSET_CACHE_DIR", |d| d.cache_dir().to_owned(), "cache")),
        }
    }

    /// Everything under one folder, for tests.
    pub fn under(folder: &Path) -> Self {
        Self { config: folder.join("config"), state: folder.join("state"), cache: folder.join("cache") }
    }

    /// The configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// Log, sessions, last copy.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// The log file.
    pub fn log_file(&self) -> PathBuf {
        self.state.join("riskset.log")
    }

    /// Computed features.
    pub fn cache(&self) -> &Path {
        &self.cache
    }
}

/// What the user has configured.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Name of a theme.
    pub theme: Option<String>,
    /// `auto`, `never`, `16`, `256` or `true`.
    pub color: Option<String>,
    /// Plain ASCII instead of what the locale says.
    pub ascii: Option<bool>,
    /// Threads for extraction and analysis.
    pub threads: Option<usize>,
    /// Keys by command name, in place of the default ones.
    pub keys: BTreeMap<String, Vec<String>>,
}

/// The configuration, with the line of each key binding.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// What is configured.
    pub config: Config,
    /// Command name -> (line in the file, keys).
    pub keys: BTreeMap<String, (usize, Vec<String>)>,
    /// What is wrong with the file; the defaults hold then.
    pub problem: Option<String>,
}

/// A configuration file with every key, explained; also what `riskset config --print` shows.
pub const SAMPLE: &str = "\
# riskset's configuration. Every key is optional; what stands here are the defaults.

# Colours: terminal, dark, light, high-contrast, colour-blind, mono
# theme = \"terminal\"

# How many colours: auto, never, 16, 256, true
# color = \"auto\"

# Plain ASCII characters; by default the locale decides
# ascii = false

# Threads for extraction and analysis; by default one per core
# threads = 2

# Keys by command; `riskset keys` lists the commands
[keys]
# export = [\"e\", \"ctrl-e\"]
";

/// Reads a configuration file; one that is not there is empty.
pub fn load(file: &Path) -> Loaded {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Loaded::default(),
        Err(error) => return Loaded { problem: Some(format!("{}: {error}", file.display())), ..Loaded::default() },
    };
    match toml::from_str::<Config>(&text) {
        Ok(config) => {
            let line = |name: &str| {
                text.lines().position(|l| l.trim_start().trim_start_matches('"').starts_with(name)).map_or(0, |i| i + 1)
            };
            let keys = config.keys.iter().map(|(name, keys)| (name.clone(), (line(name), keys.clone()))).collect();
            Loaded { config, keys, problem: None }
        }
        Err(error) => Loaded { problem: Some(format!("{}: {}", file.display(), error.message())), ..Loaded::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_a_valid_configuration() {
        let config: Config = toml::from_str(SAMPLE).expect("the sample");
        assert_eq!(config, Config::default());
        let uncommented = SAMPLE.replace("# theme", "theme").replace("# color", "color").replace("# ascii", "ascii");
        let uncommented = uncommented.replace("# threads", "threads").replace("# export", "export");
        let config: Config = toml::from_str(&uncommented).expect("the sample, uncommented");
        assert_eq!(config.theme.as_deref(), Some("terminal"));
        assert_eq!(config.keys["export"], ["e", "ctrl-e"]);
    }
}
