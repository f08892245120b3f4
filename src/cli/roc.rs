//! `riskset roc`: time-dependent ROC curves and Brier scores.

use clap::Args;

use super::Common;
use super::judged::Judged;
use super::output::Output;
use super::source::Data;
use crate::methods::{performance, roc};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    judged: Judged,
    /// Times of judgement [default: the study's, else the quartiles of the times of events]
    #[arg(long, value_name = "T,..", value_delimiter = ',')]
    at: Vec<f64>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let Some(score) = &options.judged.score else { return of_models(options, common) };
    let compare = options.judged.compare();
    let scores = [std::slice::from_ref(score), &compare].concat();
    let source = options.data.survival()?.knowing(common, scores.iter().map(String::as_str))?;
    let spec = roc::Spec {
        on: source.on.clone(),
        score: score.clone(),
        compare,
        higher_is_better: options.judged.higher_is_better,
        times: source.times(&options.at),
    };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, roc::document::document)
}

/// The study's models in every cohort.
fn of_models(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = options.data.survival()?.with_models(common, &options.judged.model)?;
    let mut spec = performance::Spec { times: source.times(&options.at), ..source.plan().performance() };
    spec.on.cohort.clone_from(&source.on.cohort);
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    let answer = source.ask(spec)?;
    source.write(&options.output, &*answer, |answer| performance::document::discrimination(answer, None))
}
