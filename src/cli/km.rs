//! `riskset km`: survival curves.

use clap::{Args, ValueEnum};

use super::output::Output;
use super::source::{Data, Rows};
use crate::analysis::{Answer, Query, km};
use crate::report;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// One curve for each value of this column (`cohort`: the study's cohorts), or of several together
    #[arg(long, value_name = "COL,..")]
    by: Option<String>,
    /// Confidence interval
    #[arg(long, value_enum, default_value = "log")]
    conf_type: ConfType,
    #[command(flatten)]
    rows: Rows,
    /// Follow-up by reverse Kaplan-Meier: censoring is the event
    #[arg(long)]
    follow_up: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ConfType {
    Log,
    LogLog,
    Plain,
    Logit,
    None,
}

impl ConfType {
    fn name(self) -> String {
        self.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default()
    }
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let (data, subject) = match options.rows.entry {
        None => (options.data.clone(), None),
        Some(_) => options.data.by_subject(),
    };
    let source = data.survival()?;
    let spec = km::Spec {
        on: options.rows.of(&source.on),
        by: options.by.as_deref().map(|by| source.grouping(by)),
        conf_type: Some(options.conf_type.name()),
        follow_up: options.follow_up,
        subject,
    };
    let answer = source.ask(&Query::Km(spec))?;
    let Answer::Km(answer) = &*answer else { return Ok(()) };
    source.write(&options.output, answer, || report::km::document(answer))
}
