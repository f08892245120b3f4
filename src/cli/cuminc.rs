//! `riskset cuminc`: cumulative incidence of competing causes.

use anyhow::bail;
use clap::Args;

use super::Usage;
use super::output::Output;
use super::source::Data;
use crate::methods::cuminc;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Value of the event column for those without any event; every other value is a cause [default: the study's, else 0]
    #[arg(long, value_name = "NAME")]
    censored: Option<String>,
    /// Curves for each value of this column; `cohort` for the study's cohorts
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// Compare groups (Gray's test) within the levels of these columns
    #[arg(long, value_name = "COL,..", value_delimiter = ',', requires = "by")]
    strata: Vec<String>,
    /// Times at which incidences are listed
    #[arg(long, value_name = "T,..", value_delimiter = ',')]
    at: Vec<f64>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    // Of the endpoint only the times are used: which of its values is the event does not matter, as long as one is.
    let censored = options.censored.clone().or_else(|| options.data.censored()).unwrap_or_else(|| "0".to_owned());
    let source = options.data.survival_until(&[&censored])?.divided(options.by.as_deref());
    let Some(column) = source.event_column().map(str::to_owned) else {
        bail!(Usage("name the columns of time and cause with --time COL --event COL".to_owned()));
    };
    let spec = cuminc::Spec {
        on: source.on.clone(),
        column,
        censored,
        by: options.by.as_deref().map(|by| source.grouping(by)),
        strata: options.strata.clone(),
        times: source.times(&options.at),
    };
    let answer = source.ask(spec)?;
    source.write(&options.output, &*answer, cuminc::document::document)
}
