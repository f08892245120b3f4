//! `riskset init`: looks at a folder or a table and writes a commented study.toml.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use figures::format::visible;
use survival::stats::describe::quantile;
use tables::problem;

use super::output;
use super::source::Reading;
use crate::cli::choice::one_of;
use crate::methods::sample_size;
use crate::study::{Answers, Cohort, Draft, FILE_NAME, Opening, TimeUnit};
use crate::writing;

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
    /// Column that names the patient
    #[arg(long, value_name = "COL", help_heading = "Answers")]
    id: Option<String>,
    /// Column of follow-up times
    #[arg(long, value_name = "COL", requires = "event", help_heading = "Answers")]
    time: Option<String>,
    /// Column that says whether the event happened
    #[arg(long, value_name = "COL", requires = "time", help_heading = "Answers")]
    event: Option<String>,
    /// Value of the event column that means the event; may be given again
    #[arg(long, value_name = "VALUE", help_heading = "Answers")]
    event_is: Vec<String>,
    /// Unit of the times
    #[arg(long, value_name = "UNIT", value_parser = one_of(TimeUnit::WORDS), help_heading = "Answers")]
    time_unit: Option<TimeUnit>,
    #[command(flatten)]
    reading: Reading,
}

impl Options {
    fn answers(&self) -> anyhow::Result<Answers> {
        let Opening { table, columns, .. } = self.reading.opening()?;
        Ok(Answers {
            table,
            columns,
            id: self.id.clone(),
            outcome: self.time.clone().zip(self.event.clone()),
            event_is: self.event_is.clone(),
            unit: self.time_unit,
        })
    }
}

/// What Riley's criteria ask for, of a model of all clinical variables at the middle of the times of events.
fn size_needed(cohort: &Cohort) -> Option<String> {
    let endpoint = cohort.endpoints().first()?;
    let (survival, _) = endpoint.follow_up(&cohort.rows_of_group(0)).ok()?;
    let coefficients = |name: &String| {
        let column = cohort.frame().get(name)?;
        Some(column.numbers().map_or_else(|| column.factor().levels.len().saturating_sub(1), |_| 1))
    };
    let parameters = cohort.variables().iter().filter_map(coefficients).sum();
    let happened = survival.time().iter().zip(survival.event()).filter(|(_, event)| **event).map(|(time, _)| *time);
    let times: Vec<f64> = happened.collect();
    let middle = (!times.is_empty()).then(|| quantile(&times, 0.5))?;
    let needed = sample_size::needed(&survival, parameters, middle)?;
    Some(format!("note: {}; features of images count as well", needed.said(endpoint.unit)))
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let draft = Draft::with(&options.path, options.answers()?).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let file = options.output.clone().unwrap_or_else(|| draft.study.folder.join(FILE_NAME));
    if file.as_os_str() == "-" {
        // The study file goes to stdout as it is.
        draft.problems.iter().for_each(|problem| {
            let _ = writeln!(io::stderr(), "{problem}");
        });
        return output::print(&draft.text);
    }
    let cohort = draft.study.cohort().0;
    let mut read = draft.study.sources(cohort.as_ref());
    // An older file of the study is not read, and is what --force is about.
    read.retain(|input| !input.ends_with(FILE_NAME));
    output::refuse_inputs(&file, &read)?;
    output::refuse_to_replace(&file, options.force)?;
    writing::write(&file, draft.text.as_bytes()).with_context(|| file.display().to_string())?;
    let mut said: Vec<String> = problem::gathered(&draft.problems).iter().map(ToString::to_string).collect();
    said.extend(cohort.as_ref().and_then(size_needed));
    said.push(format!("written: {}; `riskset check {}` says what is still missing", file.display(), file.display()));
    output::print(&visible(&said.join("\n")))
}
