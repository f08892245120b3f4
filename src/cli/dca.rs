//! `riskset dca`: decision curves.

use clap::Args;

use super::limits;
use super::output::Output;
use super::source::{Data, Source};
use super::{Common, Usage};
use crate::ask::Selection;
use crate::methods::dca;
use crate::methods::dca::Rule;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Columns of risks by the time, as NAME=COL or COL; a study's named models go by their name [default: all models of
    /// the study]
    #[arg(long, value_name = "NAME=COL,..", value_delimiter = ',')]
    models: Vec<String>,
    /// The time by which the event counts [default: the middle one of the study's, else the median time of events]
    #[arg(long, value_name = "T")]
    at: Option<f64>,
    /// Thresholds of risk [default: 0.01, 0.02 .. 0.99]
    #[arg(long, value_name = "P,..", value_delimiter = ',')]
    thresholds: Vec<f64>,
    /// Limits of net benefits, and of what the last risk gains over each before it, by so many bootstrap samples of the
    /// patients [default: the study's for its own models, else none]
    #[arg(long, value_name = "B", value_parser = limits::up_to::<100_000>)]
    bootstrap: Option<usize>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = options.data.survival()?;
    let rules = options.rules(&source)?;
    let names: Vec<String> = rules.iter().flat_map(columns).collect();
    let source = source.knowing_covariates(common, &names)?;
    let plan = source.plan();
    // A study's own models are judged where they were not fitted, as in its report.
    let of_study = rules.iter().all(|rule| matches!(rule, Rule::Model(_))) && !source.is_bare;
    let validated = || plan.cohorts().last().cloned().filter(|_| of_study);
    let spec = dca::Spec {
        on: Selection { cohort: source.on.cohort.clone().or_else(validated), ..source.on.clone() },
        rules,
        ties: plan.ties(),
        time: options.at.or_else(|| plan.time_of_decision()),
        thresholds: options.thresholds.clone(),
        bootstraps: options.bootstrap.unwrap_or(if of_study { source.study.analysis.bootstraps } else { 0 }),
        seed: source.seed(),
    };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, dca::document::document)
}

fn columns(rule: &Rule) -> Vec<String> {
    match rule {
        Rule::Column { column, .. } => vec![column.clone()],
        Rule::Model(model) => model.covariates.clone(),
    }
}

impl Options {
    fn rules(&self, source: &Source) -> anyhow::Result<Vec<Rule>> {
        let models = &source.study.models;
        if self.models.is_empty() {
            if models.is_empty() {
                anyhow::bail!(Usage("name the risks to act on: --models NAME=COL,..".to_owned()));
            }
            return Ok(models.iter().cloned().map(Rule::Model).collect());
        }
        let frame = source.data.cohort.frame();
        let rule = |text: &String| match text.split_once('=') {
            Some((name, column)) => Rule::Column { name: name.to_owned(), column: column.to_owned() },
            None => match models.iter().find(|m| m.name == *text && frame.get(text).is_none()) {
                Some(model) => Rule::Model(model.clone()),
                None => Rule::Column { name: text.clone(), column: text.clone() },
            },
        };
        Ok(self.models.iter().map(rule).collect())
    }
}
