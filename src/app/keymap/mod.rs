//! From a key to a command: the default keys, changed by the user's own.

use std::collections::BTreeMap;

use super::command::{self, Command, Scope};
use super::key::Key;
use super::pane_id::PaneId;

/// Which keys mean what, by scope.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<(Scope, Key, &'static Command)>,
}

/// Something wrong in the user's keymap; the rest of it is used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapProblem {
    /// No such command.
    #[error("line {line}: no command is called `{name}`{}", nearest(name))]
    UnknownCommand {
        /// Line in the configuration file, from 1.
        line: usize,
        /// What was written.
        name: String,
    },
    /// Not a key.
    #[error("line {line}: {source}")]
    UnknownKey {
        /// Line in the configuration file, from 1.
        line: usize,
        /// What was written.
        source: super::key::UnknownKey,
    },
    /// One key for two commands of one scope.
    #[error("line {line}: `{key}` already means `{other}`; `{name}` keeps its other keys")]
    Clash {
        /// Line in the configuration file, from 1.
        line: usize,
        /// The key.
        key: Key,
        /// The command that was to have it.
        name: String,
        /// The command that has it.
        other: &'static str,
    },
}

fn nearest(name: &str) -> String {
    command::all()
        .map(|c| (strsim::jaro_winkler(name, c.name), c.name))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, best)| format!("; did you mean `{best}`?"))
        .unwrap_or_default()
}

impl Default for Keymap {
    fn default() -> Self {
        let bindings = command::all()
            .flat_map(|c| c.keys.iter().filter_map(|k| k.parse().ok()).map(move |key| (c.scope, key, c)))
            .collect();
        Self { bindings }
    }
}

impl Keymap {
    /// The default keys with `overrides` (command name -> (line, keys)) in place of the defaults of those commands.
    pub fn with_overrides(overrides: &BTreeMap<String, (usize, Vec<String>)>) -> (Self, Vec<KeymapProblem>) {
        let mut map = Self::default();
        let mut problems = Vec::new();
        for (name, (line, keys)) in overrides {
            let Some(spec) = command::named(name) else {
                problems.push(KeymapProblem::UnknownCommand { line: *line, name: name.clone() });
                continue;
            };
            map.bindings.retain(|(_, _, bound)| *bound != spec);
            for key in keys {
                match key.parse() {
                    Ok(key) => map.bind(spec, key, *line, &mut problems),
                    Err(source) => problems.push(KeymapProblem::UnknownKey { line: *line, source }),
                }
            }
        }
        (map, problems)
    }

    fn bind(&mut self, spec: &'static Command, key: Key, line: usize, problems: &mut Vec<KeymapProblem>) {
        let taken = self.bindings.iter().find(|(scope, k, _)| *scope == spec.scope && *k == key);
        match taken {
            Some((_, _, bound)) => {
                let other = bound.name;
                problems.push(KeymapProblem::Clash { line, key, name: spec.name.to_owned(), other });
            }
            None => self.bindings.push((spec.scope, key, spec)),
        }
    }

    /// What `key` means in `pane`: the pane's own commands first, then those of tables, then those of everywhere.
    pub fn resolve(&self, pane: PaneId, in_table: bool, key: Key) -> Option<&'static Command> {
        let scopes = [Some(Scope::Pane(pane)), in_table.then_some(Scope::Table), Some(Scope::Global)];
        scopes.into_iter().flatten().find_map(|scope| {
            self.bindings.iter().find(|(s, k, _)| *s == scope && *k == key).map(|(_, _, bound)| *bound)
        })
    }

    /// The keys of the command of this name.
    pub fn keys_of(&self, name: &str) -> impl Iterator<Item = Key> {
        command::named(name).map(|command| self.keys(command).collect::<Vec<_>>()).unwrap_or_default().into_iter()
    }

    /// The keys of a command, in the order in which they were bound.
    pub fn keys<'a>(&'a self, command: &'a Command) -> impl Iterator<Item = Key> + 'a {
        self.bindings.iter().filter(move |(_, _, bound)| *bound == command).map(|(_, key, _)| *key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_keys_parse_and_do_not_clash_within_a_scope() {
        let parsed: usize = command::all().map(|c| c.keys.len()).sum();
        let map = Keymap::default();
        assert_eq!(map.bindings.len(), parsed);
        for (i, (scope, key, id)) in map.bindings.iter().enumerate() {
            let twin = map.bindings[i + 1..].iter().find(|(s, k, _)| s == scope && k == key);
            assert!(twin.is_none(), "{key} means both {id:?} and {twin:?}");
        }
    }

    #[test]
    fn names_are_unique() {
        for (i, c) in command::all().enumerate() {
            assert!(command::all().skip(i + 1).all(|d| d.name != c.name), "{}", c.name);
        }
    }

    #[test]
    fn a_pane_s_own_keys_come_first() {
        let map = Keymap::default();
        let b = Key::char('b');
        assert_eq!(map.resolve(PaneId::Km, true, b), command::named("km.by"));
        assert_eq!(map.resolve(PaneId::Cox, true, b), command::named("cox.model"));
        assert_eq!(map.resolve(PaneId::Cohort, true, b), None);
    }

    #[test]
    fn overrides_report_and_do_not_stop() {
        let wrong = BTreeMap::from([
            ("km.bi".to_owned(), (3, vec!["B".to_owned()])),
            ("export".to_owned(), (4, vec!["E".to_owned(), "nokey".to_owned(), "u".to_owned()])),
        ]);
        let (map, problems) = Keymap::with_overrides(&wrong);
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said.iter().any(|s| s.contains("line 3") && s.contains("did you mean `km.by`")), "{said:?}");
        assert!(said.iter().any(|s| s.contains("`u` already means `undo`")), "{said:?}");
        assert_eq!(
            map.keys(command::named("export").expect("a command")).map(|k| k.to_string()).collect::<Vec<_>>(),
            ["E"]
        );
    }
}
