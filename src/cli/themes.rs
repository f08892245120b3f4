//! `riskset themes`: the shipped themes, or the file of one.

use anyhow::bail;
use clap::Args;

use super::output;
use crate::theme::Theme;

#[derive(Args)]
pub(super) struct Options {
    /// Print this theme's file, to start one's own from
    name: Option<String>,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let names: Vec<&str> = Theme::names().collect();
    match &options.name {
        None => output::print(&names.join("\n")),
        Some(name) => match Theme::source(name) {
            Some(source) => output::print(source),
            None => bail!("there is no theme {name}; there is {}", names.join(", ")),
        },
    }
}
