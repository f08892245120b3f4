//! `riskset completions` and `riskset man`, made from the arguments themselves.

use clap::{Args, Command};
use clap_complete::Shell;

use super::output;

#[derive(Args)]
pub(super) struct Options {
    /// bash, zsh, fish, elvish or powershell
    shell: Shell,
}

pub(super) fn completions(options: &Options, command: &mut Command) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, command, "riskset", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}

pub(super) fn man(command: &Command) -> anyhow::Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    output::print(&String::from_utf8_lossy(&page))
}
