//! `riskset calibrate`: predicted against observed survival.

use anyhow::bail;
use clap::Args;
use tables::names::split_names;

use super::choice::one_of;
use super::limits::up_to;
use super::output::Output;
use super::source::{Data, Source};
use super::{Common, Usage};
use crate::methods::calibrate;
use survival::cox::Ties;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Covariates of a Cox model, fitted in a study's training cohort or in all rows of a table
    #[arg(long, value_name = "COL,..", conflicts_with_all = ["predicted", "model"])]
    covariates: Option<String>,
    /// A named model of the study
    #[arg(long, value_name = "NAME", conflicts_with = "predicted")]
    model: Option<String>,
    /// Columns of predicted survival, one for each time of --at
    #[arg(long, value_name = "COL,..", requires = "at")]
    predicted: Vec<String>,
    /// --predicted holds the risk of the event, not survival
    #[arg(long, requires = "predicted")]
    risk: bool,
    /// Times of judgement [default: the study's, else the quartiles of the times of events]
    #[arg(long, value_name = "T,..", value_delimiter = ',')]
    at: Vec<f64>,
    /// Number of groups of similar prediction
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = up_to::<1000>)]
    groups: usize,
    /// Correct performance for optimism by so many bootstrap samples
    #[arg(long, value_name = "B", default_value_t = 0, conflicts_with = "predicted", value_parser = up_to::<100_000>)]
    bootstrap: usize,
    /// How tied events count in the Cox model [default: the study's, else efron]
    #[arg(long, value_name = "METHOD", value_parser = one_of(Ties::by_name()))]
    ties: Option<Ties>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = options.data.survival()?;
    let predictions = options.source(&source)?;
    let names = match &predictions {
        calibrate::Source::Model { model, .. } => model.covariates.clone(),
        calibrate::Source::Predicted { columns, .. } => columns.clone(),
    };
    let source = source.knowing_covariates(common, &names)?;
    let spec = calibrate::Spec {
        on: source.on.clone(),
        source: predictions,
        times: source.times(&options.at),
        groups: options.groups,
        bootstraps: options.bootstrap,
        seed: source.seed(),
    };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, calibrate::document::document)
}

impl Options {
    /// The predictions that the options name.
    fn source(&self, source: &Source) -> anyhow::Result<calibrate::Source> {
        if !self.predicted.is_empty() {
            return Ok(calibrate::Source::Predicted { columns: split_names(&self.predicted), risk: self.risk });
        }
        let ties = source.ties(self.ties);
        let Some(model) = source.model(self.model.as_deref(), self.covariates.as_deref())? else {
            bail!(Usage("say what to calibrate: --covariates a,b or --model NAME or --predicted COL".to_owned()));
        };
        Ok(calibrate::Source::Model { model, ties })
    }
}
