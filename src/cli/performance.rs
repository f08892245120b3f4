//! `riskset performance`: the models of a study held against each other.

use clap::Args;

use super::Common;
use super::choice::one_of;
use super::limits::up_to;
use super::output::Output;
use super::source::{Data, Source};
use crate::methods::cindex::Method;
use crate::methods::{optimism, over_time, performance, reclassification};
use survival::cox::Ties;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// These models of the study, fitted in its training cohort [default: all of them]
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    model: Vec<String>,
    /// Times of judgement [default: the study's, else the quartiles of the times of events]
    #[arg(long, value_name = "T,..", value_delimiter = ',')]
    at: Vec<f64>,
    /// Which C
    #[arg(long, default_value = "harrell", value_parser = one_of(Method::WORDS), conflicts_with_all = ["over_time", "bootstrap", "reclassification"])]
    method: Method,
    /// How tied events count in the models [default: the study's, else efron]
    #[arg(long, value_name = "METHOD", value_parser = one_of(Ties::by_name()))]
    ties: Option<Ties>,
    /// AUC and Brier score as curves up to the last time, and integrated
    #[arg(long, conflicts_with_all = ["bootstrap", "reclassification"])]
    over_time: bool,
    /// Correct C, slope and Brier score for optimism by bootstrap samples; with --reclassification, the samples of its
    /// limits [default number: the study's, else 200]
    #[arg(long, value_name = "N", num_args = 0..=1, value_parser = up_to::<100_000>)]
    bootstrap: Option<Option<usize>>,
    /// Net reclassification and integrated discrimination of the last model against the others
    #[arg(long)]
    reclassification: bool,
    /// Risks that separate categories [default: any change of risk counts]
    #[arg(long, value_name = "P,..", value_delimiter = ',', requires = "reclassification")]
    cuts: Vec<f64>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let mut source = options.data.survival()?.with_models(common, &options.model)?;
    options.settle(&mut source);
    let (plan, output) = (source.plan(), &options.output);
    let cohort = source.on.cohort.clone();
    if options.reclassification {
        let mut spec = reclassification::Spec { cuts: options.cuts.clone(), ..plan.reclassification() };
        spec.on.cohort = cohort;
        if output.is_script() {
            return source.write_script(output, spec);
        }
        let answer = source.ask(spec)?;
        return source.write(output, &*answer, reclassification::document::document);
    }
    if options.bootstrap.is_some() {
        if output.is_script() {
            return source.write_script(output, plan.optimism());
        }
        let answer = source.ask(plan.optimism())?;
        return source.write(output, &*answer, optimism::document::document);
    }
    if options.over_time {
        let mut spec = plan.over_time();
        spec.on.cohort = cohort;
        if output.is_script() {
            return source.write_script(output, spec);
        }
        let answer = source.ask(spec)?;
        return source.write(output, &*answer, over_time::document::document);
    }
    let mut spec = performance::Spec { method: options.method, ..plan.performance() };
    spec.on.cohort = cohort;
    let answer = source.ask(spec.clone())?;
    if output.is_script() {
        return source.write_script(output, spec);
    }
    source.write(output, &*answer, performance::document::document)
}

impl Options {
    /// Puts the options in the place of the study's settings.
    fn settle(&self, source: &mut Source) {
        let analysis = &mut source.study.analysis;
        if !self.at.is_empty() {
            analysis.times.clone_from(&self.at);
            analysis.times.sort_by(f64::total_cmp);
        }
        analysis.bootstraps = self.bootstrap.flatten().unwrap_or(analysis.bootstraps);
        analysis.ties = self.ties.unwrap_or(analysis.ties);
    }
}
