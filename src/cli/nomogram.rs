//! `riskset nomogram`: scales from which survival is read off.

use anyhow::bail;
use clap::Args;

use super::output::Output;
use super::source::Data;
use super::{Common, Usage};
use crate::methods::nomogram;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Covariates of the Cox model, fitted in a study's training cohort or in all rows of a table
    #[arg(long, value_name = "COL,..", conflicts_with = "model")]
    covariates: Option<String>,
    /// A named model of the study
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Times of the survival scales [default: the study's, else the quartiles of the times of events]
    #[arg(long, value_name = "T,..", value_delimiter = ',')]
    at: Vec<f64>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = options.data.survival()?;
    let Some(model) = source.model(options.model.as_deref(), options.covariates.as_deref())? else {
        bail!(Usage("say which model to draw: --covariates a,b or --model NAME".to_owned()));
    };
    let source = source.knowing_covariates(common, &model.covariates)?;
    let spec =
        nomogram::Spec { on: source.on.clone(), model, ties: source.plan().ties(), times: source.times(&options.at) };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, nomogram::document::document)
}
