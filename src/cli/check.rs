//! `riskset check`: every problem of a study at once.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::output::Output;
use crate::jobs::open;
use crate::problem::{self, Problem};
use crate::report;

#[derive(Args)]
pub(super) struct Options {
    /// A study's folder, its study.toml, or a table
    path: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Answer {
    problems: Vec<Problem>,
    errors: usize,
    notes: Vec<String>,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let opened = open::open(&options.path);
    let summary = problem::summary(&opened.problems);
    let failed = problem::any_error(&opened.problems);
    if failed {
        let listed: Vec<String> = opened.problems.iter().map(ToString::to_string).collect();
        anyhow::bail!("{summary}\n{}", listed.join("\n"));
    }
    let answer = Answer { problems: opened.problems, errors: 0, notes: Vec::new() };
    options.output.write(&answer, || report::problems::document(&answer.problems))
}
