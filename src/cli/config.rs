//! `riskset config`: where the program keeps what, and a commented configuration.

use clap::Args;

use super::{Common, output};
use crate::config;

#[derive(Args)]
pub(super) struct Options {
    /// Print a commented configuration file
    #[arg(long)]
    print: bool,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    if options.print {
        return output::print(config::SAMPLE);
    }
    let places = common.places();
    let lines = [
        format!("configuration  {}", places.config_file().display()),
        format!("state and log  {}", places.state().display()),
        format!("feature cache  {}", places.cache().display()),
    ];
    output::print(&lines.join("\n"))
}
