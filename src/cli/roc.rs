//! `riskset roc`: time-dependent ROC curves and Brier scores.

use clap::Args;
use tables::names::split_names;

use super::Common;
use super::output::Output;
use super::source::{Data, column};
use crate::methods::{performance, roc};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Column of scores; higher means a higher risk. A risk between 0 and 1 gets a Brier score as well
    #[arg(long, value_name = "COL", value_parser = column, conflicts_with = "model")]
    score: Option<String>,
    /// Named models of the study, fitted in its training cohort, in every cohort [default without --score: all of them]
    #[arg(long, value_name = "NAME,..", value_delimiter = ',', conflicts_with_all = ["compare", "higher_is_better"])]
    model: Vec<String>,
    /// Further scores, each of which the score is compared with on the same patients
    #[arg(long, value_name = "COL,..")]
    compare: Vec<String>,
    /// Higher scores mean a lower risk, such as predicted survival
    #[arg(long)]
    higher_is_better: bool,
    /// Times of judgement [default: the study's, else the quartiles of the times of events]
    #[arg(long, value_name = "T,..", value_delimiter = ',')]
    at: Vec<f64>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let Some(score) = &options.score else { return of_models(options, common) };
    let compare = split_names(&options.compare);
    let scores = [std::slice::from_ref(score), &compare].concat();
    let source = options.data.survival()?.knowing(common, scores.iter().map(String::as_str))?;
    let spec = roc::Spec {
        on: source.on.clone(),
        score: score.clone(),
        compare,
        higher_is_better: options.higher_is_better,
        times: source.times(&options.at),
    };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, &spec.on, |from| roc::script::script(from, &spec, &answer));
    }
    source.write(&options.output, &*answer, roc::document::document)
}

/// The study's models in every cohort.
fn of_models(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = options.data.survival()?.with_models(common, &options.model)?;
    let mut spec = performance::Spec { times: source.times(&options.at), ..source.plan().performance() };
    spec.on.cohort.clone_from(&source.on.cohort);
    let answer = source.ask(spec)?;
    source.write(&options.output, &*answer, |answer| performance::document::discrimination(answer, None))
}
