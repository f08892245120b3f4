//! `riskset splines`: whether numbers act as straight lines, each as a restricted cubic spline in the model.

use anyhow::bail;
use clap::Args;

use super::choice::one_of;
use super::output::Output;
use super::source::{Data, Rows};
use super::{Common, Usage};
use crate::ask::Selection;
use crate::methods::cox::document::curve;
use crate::methods::cox::splines::{KNOTS, Spec, USUAL_KNOTS};
use crate::methods::{covariates, cox};
use survival::cox::Ties;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Covariates of the model; its numbers, and other variables that are numbers, are bent one by one [default: those
    /// of the study's variables that enter by its entry_p]
    #[arg(long, value_name = "A,B,..")]
    covariates: Option<String>,
    /// Knots of each spline
    #[arg(long, value_name = "K", default_value_t = USUAL_KNOTS, value_parser = knots)]
    knots: usize,
    /// How tied events share their risk set [default: the study's, else efron]
    #[arg(long, value_name = "METHOD", value_parser = one_of(Ties::by_name()))]
    ties: Option<Ties>,
    #[command(flatten)]
    output: Output,
}

fn knots(text: &str) -> Result<usize, String> {
    let within = text.parse().ok().filter(|knots| KNOTS.contains(knots));
    within.ok_or_else(|| format!("a spline has {} to {} knots here", KNOTS.start(), KNOTS.end()))
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let mut source = options.data.survival()?;
    source.study.analysis.ties = options.ties.unwrap_or(source.study.analysis.ties);
    let covariates = match &options.covariates {
        Some(list) => covariates::split(list),
        None if source.is_bare => bail!(Usage("name the covariates with --covariates A,B,..".to_owned())),
        None => {
            let kind = cox::Options::with_ties(source.plan().ties());
            source.entered(&Rows::default(), &kind)?
        }
    };
    let source = source.knowing_covariates(common, &covariates)?;
    let spec = source.plan().splines(covariates, options.knots);
    let on = Selection { cohort: source.training().cohort, ..spec.on };
    let spec = Spec { on, ..spec };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, curve::models)
}
