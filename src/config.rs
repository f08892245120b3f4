//! The user's configuration, and where the program keeps what is its own.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use tables::did_you_mean;
use tables::problem::{Place, Problem};

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
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// Name of a theme.
    pub theme: Option<String>,
    /// `auto`, `never`, `16`, `256` or `true`.
    pub color: Option<String>,
    /// Plain ASCII instead of what the locale says.
    pub ascii: Option<bool>,
    /// Threads for extraction and analysis.
    pub threads: Option<usize>,
    /// Keys by command name, in place of the default ones, each with its line in the file.
    pub keys: BTreeMap<String, (usize, Vec<String>)>,
}

/// The configuration, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// What is configured; the default where a value cannot be used.
    pub config: Config,
    /// Mistakes, with their places.
    pub problems: Vec<Problem>,
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
///
/// A mistake costs its own key only; a file that is not TOML is not used.
pub fn load(file: &Path) -> Loaded {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Loaded::default(),
        Err(error) => {
            let problem = Problem::error(Place::file(file), error.to_string());
            return Loaded { problems: vec![problem], ..Loaded::default() };
        }
    };
    let mut reader = Reader { file, text: &text, problems: Vec::new() };
    let config = match DeTable::parse(&text) {
        Ok(table) => reader.config(table.get_ref()),
        Err(error) => {
            reader.problem(error.span().unwrap_or_default(), error.message());
            Config::default()
        }
    };
    Loaded { config, problems: reader.problems }
}

struct Reader<'t> {
    file: &'t Path,
    text: &'t str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn config(&mut self, table: &DeTable<'_>) -> Config {
        const KEYS: [&str; 5] = ["theme", "color", "ascii", "threads", "keys"];
        let mut config = Config::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "theme" => config.theme = self.value(value, text, "a name in quotes"),
                "color" => config.color = self.value(value, text, "auto, never, 16, 256 or true, in quotes"),
                "ascii" => config.ascii = self.value(value, DeValue::as_bool, "true or false"),
                "threads" => config.threads = self.value(value, count, "a whole number above 0"),
                "keys" => config.keys = self.keys(value),
                other => {
                    let hint = did_you_mean(other, KEYS).unwrap_or_else(|| format!("the keys are {}", KEYS.join(", ")));
                    self.problem(key.span(), &format!("{other} is not a key of the configuration; {hint}"));
                }
            }
        }
        config
    }

    fn keys(&mut self, value: &Spanned<DeValue<'_>>) -> BTreeMap<String, (usize, Vec<String>)> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.problem(value.span(), "keys is a table: [keys], then a line such as export = [\"e\"]");
        }
        let mut keys = BTreeMap::new();
        for (name, value) in table.into_iter().flatten() {
            let listed = |value: &DeValue<'_>| match value.as_array() {
                Some(list) => list.iter().map(|key| text(key.get_ref())).collect(),
                None => text(value).map(|key| vec![key]),
            };
            if let Some(of_name) = self.value(value, listed, "keys in quotes, such as [\"e\", \"ctrl-e\"]") {
                keys.insert(name.get_ref().to_string(), (self.line(name.span().start).0, of_name));
            }
        }
        keys
    }

    /// What `read` makes of a value; if nothing, that is a problem.
    fn value<'v, T>(
        &mut self,
        value: &'v Spanned<DeValue<'v>>,
        read: impl FnOnce(&'v DeValue<'v>) -> Option<T>,
        wanted: &str,
    ) -> Option<T> {
        let found = read(value.get_ref());
        if found.is_none() {
            let written = self.text.get(value.span()).unwrap_or_default();
            self.problem(value.span(), &format!("{written} is not {wanted}"));
        }
        found
    }

    fn problem(&mut self, span: Range<usize>, message: &str) {
        let (line, column) = self.line(span.start);
        self.problems.push(Problem::warning(Place::file(self.file).at(line, column), message));
    }

    /// Line and column, from 1, of a byte.
    fn line(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(byte)];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
    }
}

fn text(value: &DeValue<'_>) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn count(value: &DeValue<'_>) -> Option<usize> {
    let number = value.as_integer()?;
    usize::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| *n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read from a file that holds `text`: the configuration, and its mistakes without the folder.
    fn loaded(text: &str) -> (Config, Vec<String>) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("config.toml");
        fs::write(&file, text).expect("a file");
        let Loaded { config, problems } = load(&file);
        let prefix = format!("{}/", folder.path().display());
        (config, problems.iter().map(|problem| problem.to_string().replace(&prefix, "")).collect())
    }

    #[test]
    fn the_sample_is_a_valid_configuration() {
        assert_eq!(loaded(SAMPLE), (Config::default(), Vec::new()));
        let uncommented = SAMPLE.replace("# theme", "theme").replace("# color", "color").replace("# ascii", "ascii");
        let uncommented = uncommented.replace("# threads", "threads").replace("# export", "export");
        let (config, problems) = loaded(&uncommented);
        assert_eq!(problems, [""; 0]);
        assert_eq!((config.theme.as_deref(), config.threads), (Some("terminal"), Some(2)));
        assert_eq!(config.keys["export"].1, ["e", "ctrl-e"]);
    }

    #[test]
    fn a_mistake_is_named_with_its_place_and_costs_its_own_key_only() {
        let (config, problems) =
            loaded("theme = \"dark\"\nthread = 2\nascii = \"yes\"\n\n[keys]\nexport = 5\ncopy = \"c\"\n");
        assert_eq!(config.theme.as_deref(), Some("dark"));
        assert_eq!(config.keys, BTreeMap::from([("copy".to_owned(), (7, vec!["c".to_owned()]))]));
        assert_eq!(problems.len(), 3, "{problems:?}");
        for part in [
            "config.toml:2:1: warning: thread is not a key of the configuration; did you mean threads?",
            "config.toml:3:9: warning: \"yes\" is not true or false",
            "config.toml:6:10: warning: 5 is not keys in quotes",
        ] {
            assert!(problems.iter().any(|problem| problem.contains(part)), "{part}: {problems:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_toml_says_where() {
        let (config, problems) = loaded("theme = \"dark\"\ncolor = \n");
        assert_eq!(config, Config::default());
        assert!(problems[0].contains("config.toml:2:"), "{problems:?}");
    }
}
