//! `riskset init`: looks at a folder or a table and writes a commented study.toml.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::output;
use crate::study::{Draft, FILE_NAME};
use crate::writing;
use figures::format::visible;

#[derive(Args)]
pub(super) struct Options {
    /// A folder with a clinical table and perhaps images, or a table
    path: PathBuf,
    /// Write to this file instead of study.toml beside the table; - writes to stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let draft = Draft::of(&options.path).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let file = options.output.clone().unwrap_or_else(|| draft.study.folder.join(FILE_NAME));
    if file.as_os_str() == "-" {
        return output::print(&draft.text);
    }
    let mut read = draft.study.sources(draft.study.cohort().0.as_ref());
    // An older file of the study is not read, and is what --force is about.
    read.retain(|input| !input.ends_with(FILE_NAME));
    output::refuse_inputs(&file, &read)?;
    output::refuse_to_replace(&file, options.force)?;
    writing::write(&file, draft.text.as_bytes()).with_context(|| file.display().to_string())?;
    let mut said: Vec<String> = draft.problems.iter().map(ToString::to_string).collect();
    said.push(format!("written: {}; `riskset check {}` says what is still missing", file.display(), file.display()));
    output::print(&visible(&said.join("\n")))
}
