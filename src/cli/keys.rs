//! `riskset keys`: the command table, as a table.

use std::fmt::Write;

use clap::Args;

use super::output;
use crate::app::command::{self, Command};
use crate::app::key::Key;

#[derive(Args)]
pub(super) struct Options {
    /// As a Markdown table
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    output::print(&if options.markdown { markdown() } else { text() })
}

/// The keys of a command as they are written in tables.
fn keys(command: &Command) -> Vec<String> {
    command.keys.iter().filter_map(|k| k.parse::<Key>().ok()).map(|k| k.to_string()).collect()
}

fn text() -> String {
    let mut out = String::new();
    let mut scope = None;
    for command in command::all() {
        if scope.replace(command.scope) != Some(command.scope) {
            let gap = if out.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{}", command.scope.title());
        }
        let _ = writeln!(out, "  {:<16} {:<20} {}", keys(command).join(", "), command.name, command.help);
    }
    out
}

/// The key table of docs/keys.md.
pub fn markdown() -> String {
    let mut out = "| where | keys | command | what it does |\n|---|---|---|---|\n".to_owned();
    for command in command::all() {
        let keys: Vec<String> = keys(command).iter().map(|k| format!("`{}`", k.replace('|', "\\|"))).collect();
        let scope = command.scope.title();
        let _ = writeln!(out, "| {scope} | {} | `{}` | {} |", keys.join(" "), command.name, command.help);
    }
    out
}
