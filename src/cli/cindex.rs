//! `riskset cindex`: concordance of a score.

use crate::methods::cindex::Method;
use clap::Args;

use super::Common;
use super::choice::one_of;
use super::judged::Judged;
use super::output::Output;
use super::source::Data;
use crate::methods::{cindex, performance};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    judged: Judged,
    /// Which C
    #[arg(long, default_value = "harrell", value_parser = one_of(Method::WORDS))]
    method: Method,
    /// Events later than this do not count
    #[arg(long, value_name = "T")]
    tau: Option<f64>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let Some(score) = &options.judged.score else { return of_models(options, common) };
    let compare = options.judged.compare();
    let scores = [std::slice::from_ref(score), &compare].concat();
    let source = options.data.survival()?.knowing(common, scores.iter().map(String::as_str))?;
    let spec = cindex::Spec {
        on: source.on.clone(),
        score: score.clone(),
        compare,
        higher_is_better: options.judged.higher_is_better,
        method: options.method,
        tau: options.tau,
    };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, cindex::document::document)
}

/// The study's models in every cohort.
fn of_models(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = options.data.survival()?.with_models(common, &options.judged.model)?;
    let mut spec = performance::Spec { method: options.method, ..source.plan().performance() };
    spec.on.cohort.clone_from(&source.on.cohort);
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    let answer = source.ask(spec)?;
    source.write(&options.output, &*answer, performance::document::concordance)
}
