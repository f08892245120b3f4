//! The help: keys of the pane first, then those of tables, then all others; what cannot be done now says why.

use crate::app::State;
use crate::app::command::{self, Command, Enabled, Scope};
use crate::app::keymap::Keymap;

/// One line of the help.
#[derive(Debug, Clone, PartialEq)]
pub enum HelpLine {
    /// A heading.
    Heading(&'static str),
    /// A command: its keys, what it does, and why it cannot be done now.
    Command {
        /// The command.
        command: &'static Command,
        /// Keys, comma-separated.
        keys: String,
        /// What it does.
        help: &'static str,
        /// Why it is disabled, if it is.
        why_not: Option<&'static str>,
    },
}

/// The help for the pane on screen, with only commands that contain `search`.
pub fn lines(s: &State, keymap: &Keymap, search: &str) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    for scope in [Scope::Pane(s.pane()), Scope::Table, Scope::Global] {
        let found: Vec<&'static Command> = command::all().filter(|c| c.scope == scope && matches(c, search)).collect();
        if found.is_empty() {
            continue;
        }
        lines.push(HelpLine::Heading(scope.title()));
        lines.extend(found.into_iter().map(|c| HelpLine::Command {
            command: c,
            keys: keys(keymap, c),
            help: c.help,
            why_not: match (c.enabled)(s) {
                Enabled::Yes => None,
                Enabled::No(why) => Some(why),
            },
        }));
    }
    lines
}

/// The commands that the help lists, in its order.
pub fn commands(s: &State, keymap: &Keymap, search: &str) -> Vec<&'static Command> {
    let of = |line| match line {
        HelpLine::Command { command, .. } => Some(command),
        HelpLine::Heading(_) => None,
    };
    lines(s, keymap, search).into_iter().filter_map(of).collect()
}

fn matches(command: &Command, search: &str) -> bool {
    let search = search.to_lowercase();
    [command.name, command.title, command.help].iter().any(|t| t.to_lowercase().contains(&search))
        || command.keys.contains(&search.as_str())
}

/// The keys of a command; without one, how the palette calls it.
pub fn keys(keymap: &Keymap, command: &Command) -> String {
    let keys: Vec<String> = keymap.keys(command).map(|k| k.to_string()).collect();
    if keys.is_empty() { format!(":{}", command.name) } else { keys.join(", ") }
}
