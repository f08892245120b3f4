//! `riskset cuminc`: cumulative incidence of competing causes.

use anyhow::bail;
use clap::Args;

use super::Common;
use super::Usage;
use super::output::Output;
use super::source::{Data, Source};
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

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    // Of the endpoint only the times are used: which of its values is the event does not matter, as long as one is.
    let said = options.censored.clone().or_else(|| options.data.censored());
    let mut censored = said.clone().unwrap_or_else(|| "0".to_owned());
    let mut source = options.data.survival_until(&[&censored])?;
    let Some(column) = source.event_column().map(str::to_owned) else {
        bail!(Usage("name the columns of time and cause with --time COL --event COL".to_owned()));
    };
    if said.is_none()
        && let Some(word) = word_for_censored(&source, &column)?
    {
        source = options.data.survival_until(&[&word])?;
        censored = word;
    }
    let lists: Vec<&String> = options.by.iter().chain(&options.strata).collect();
    let source = source.divided(options.by.as_deref()).knowing_lists(common, &lists)?;
    let spec = cuminc::Spec {
        on: source.on.clone(),
        column,
        censored,
        by: options.by.as_deref().map(|by| source.grouping(by)),
        strata: options.strata.clone(),
        times: source.times(&options.at),
    };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, cuminc::document::document)
}

/// The word that means censored where causes are words, nobody has code 0 and nothing was said: `censored`, else that is
/// asked.
fn word_for_censored(source: &Source, column: &str) -> anyhow::Result<Option<String>> {
    let levels = source.data.cohort.frame().column(column)?.factor().levels;
    let is_number = |level: &String| level.parse::<f64>().is_ok();
    if levels.iter().all(is_number) || levels.iter().any(|level| level.parse() == Ok(0.0)) {
        return Ok(None);
    }
    if let Some(word) = levels.iter().find(|level| level.eq_ignore_ascii_case("censored")) {
        return Ok(Some(word.clone()));
    }
    bail!(
        "question: which value of {column} means that nothing had happened when follow-up ended? It may be: {}. Answer by \
         --censored VALUE (--censored 0 if nobody is censored; `censored` of the endpoint)",
        levels.join(", ")
    )
}
