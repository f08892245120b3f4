//! `riskset icc`: agreement of raters, in a table or in the repeated segmentations of a study.

use anyhow::bail;
use clap::{Args, ValueEnum};
use tables::{Column, Kind};

use super::output::Output;
use super::source::{Data, Source};
use super::{Common, Usage};
use crate::methods::icc::{self, Ratings};
use crate::methods::readings;
use crate::study::{Weighting, matches};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Column that names the subject, in a table with one row for each subject and rater
    #[arg(long, value_name = "COL", requires = "rater")]
    subject: Option<String>,
    /// Column that names the rater
    #[arg(long, value_name = "COL", requires = "subject")]
    rater: Option<String>,
    /// Features to compare: names, or patterns with * and ?; all columns of numbers if not said
    #[arg(long, value_name = "GLOB,..", value_delimiter = ',')]
    features: Vec<String>,
    /// Columns of categories, to be judged by kappa [default: all that hold no numbers]
    #[arg(long, value_name = "GLOB,..", value_delimiter = ',', requires = "rater")]
    kappa: Vec<String>,
    /// How much a disagreement of two raters on ordered categories counts
    #[arg(long, value_enum, value_name = "WEIGHTS", default_value = "none")]
    kappa_weights: Weights,
    /// The study's [readings] rather than its segmentations: what several readers read in the same patients
    #[arg(long, conflicts_with_all = ["subject", "rater", "features", "kappa", "threshold"])]
    readings: bool,
    /// Which coefficient of Shrout and Fleiss [default: the study's, else ICC2]
    #[arg(long = "type", value_enum, value_name = "TYPE", ignore_case = true)]
    kind: Option<Coefficient>,
    /// Least coefficient of a feature that is kept [default: the study's, else 0.75]
    #[arg(long, value_name = "0..1")]
    threshold: Option<f64>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Weights {
    None,
    Linear,
    Quadratic,
}

impl From<Weights> for Weighting {
    fn from(weights: Weights) -> Self {
        match weights {
            Weights::None => Self::None,
            Weights::Linear => Self::Linear,
            Weights::Quadratic => Self::Quadratic,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Coefficient {
    /// One-way random, single rating
    #[value(name = "ICC1")]
    Icc1,
    /// Two-way random, absolute agreement, single rating
    #[value(name = "ICC2")]
    Icc2,
    /// Two-way mixed, consistency, single rating
    #[value(name = "ICC3")]
    Icc3,
    /// ICC1 of the mean of all raters
    #[value(name = "ICC1k")]
    Icc1k,
    /// ICC2 of the mean of all raters
    #[value(name = "ICC2k")]
    Icc2k,
    /// ICC3 of the mean of all raters
    #[value(name = "ICC3k")]
    Icc3k,
}

impl Coefficient {
    /// Its name in a study file.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    if let Some(threshold) = options.threshold.filter(|t| !(-1.0..=1.0).contains(t)) {
        bail!(Usage(format!("--threshold {threshold}: write a number up to 1")));
    }
    let source = options.data.columns()?;
    let said = options.kind.map(Coefficient::name);
    if options.readings {
        return readings(&source, options, said);
    }
    let (source, ratings) = match (&options.subject, &options.rater) {
        (Some(subject), Some(rater)) => {
            let (features, categories) = columns(&source, options, subject, rater)?;
            let weights = options.kappa_weights.into();
            let (subject, rater) = (subject.clone(), rater.clone());
            (source, Ratings::Columns { subject, rater, features, categories, weights })
        }
        _ if source.study.images.as_ref().is_some_and(|i| i.sequences.iter().any(|s| s.repeats.is_some())) => {
            (source.with_features(common)?, Ratings::Repeats)
        }
        _ => bail!(Usage(
            "name the columns of subject and rater (--subject COL --rater COL), or a study with repeated segmentations \
             (repeats under [images])"
                .to_owned()
        )),
    };
    let defaults = &source.study.analysis.icc;
    let spec = icc::Spec {
        ratings,
        kind: said.unwrap_or_else(|| defaults.kind.clone()),
        threshold: options.threshold.unwrap_or(defaults.threshold),
    };
    let answer = source.ask(spec)?;
    let answer = wanted(&answer, &options.features)?;
    source.write(&options.output, &answer, icc::document::document)
}

/// Agreement on the study's readings.
fn readings(source: &Source, options: &Options, kind: Option<String>) -> anyhow::Result<()> {
    let spec = readings::Spec {
        on: source.on.clone(),
        readings: source.study.readings.clone(),
        kind: kind.unwrap_or_else(|| source.study.analysis.icc.kind.clone()),
    };
    let answer = source.ask(spec)?;
    source.write(&options.output, &*answer, readings::document::document)
}

/// The columns of numbers that the patterns name, and those of categories.
fn columns(
    source: &Source,
    options: &Options,
    subject: &str,
    rater: &str,
) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let frame = source.data.cohort.frame();
    for pattern in options.features.iter().chain(&options.kappa) {
        if !frame.names().any(|name| matches(pattern, name)) {
            bail!("{pattern}: no column of the table is called so");
        }
    }
    let is_rating = |name: &str| name != subject && name != rater && is_wanted(&options.features, name);
    let is_category = |c: &Column| match options.kappa.as_slice() {
        [] => matches!(c.kind(), Kind::Category | Kind::Text),
        patterns => patterns.iter().any(|pattern| matches(pattern, &c.name)),
    };
    let named = |keep: &dyn Fn(&Column) -> bool| -> Vec<String> {
        let kept = frame.columns().iter().filter(|c| ![subject, rater].contains(&c.name.as_str()) && keep(c));
        kept.map(|c| c.name.clone()).collect()
    };
    let numbers =
        named(&|c| c.numbers().is_some() && is_rating(&c.name) && (options.kappa.is_empty() || !is_category(c)));
    let categories = named(&|c| is_category(c) && (!options.kappa.is_empty() || is_rating(&c.name)));
    Ok((numbers, categories))
}

fn is_wanted(patterns: &[String], name: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, name))
}

/// The answer for the features that the patterns name.
fn wanted(answer: &icc::Answer, patterns: &[String]) -> anyhow::Result<icc::Answer> {
    let mut answer = answer.clone();
    answer.features.retain(|feature| is_wanted(patterns, &feature.feature));
    if answer.features.is_empty() && answer.categories.is_empty() {
        bail!("--features {}: no feature is called so", patterns.join(","));
    }
    answer.n_kept = answer.features.iter().filter(|feature| feature.kept).count();
    Ok(answer)
}
