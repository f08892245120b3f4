//! `riskset icc`: agreement of raters, in a table or in the repeated segmentations of a study.

use anyhow::bail;
use clap::Args;
use clap::builder::PossibleValue;
use tables::{Column, Kind};

use super::choice::{one_of, word};
use super::output::Output;
use super::source::{Data, Source};
use super::{Common, Usage};
use crate::methods::icc::{self, Ratings};
use crate::methods::readings;
use crate::study::matches;
use survival::stats::icc::IccType;
use survival::stats::kappa::KappaWeights;

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
    #[arg(long, value_name = "WEIGHTS", default_value = "none", value_parser = one_of(KappaWeights::by_name()))]
    kappa_weights: KappaWeights,
    /// The study's [readings] rather than its segmentations: what several readers read in the same patients
    #[arg(long, conflicts_with_all = ["subject", "rater", "features", "kappa", "threshold"])]
    readings: bool,
    /// Which coefficient of Shrout and Fleiss [default: the study's, else ICC2]
    #[arg(long = "type", value_name = "TYPE", ignore_case = true, value_parser = one_of(coefficients()))]
    kind: Option<IccType>,
    /// Least coefficient of a feature that is kept [default: the study's, else 0.75]
    #[arg(long, value_name = "0..1")]
    threshold: Option<f64>,
    #[command(flatten)]
    output: Output,
}

/// The coefficients, with what each is of.
pub(super) fn coefficients() -> [(PossibleValue, IccType); 6] {
    IccType::ALL.map(|kind| {
        let means = match kind {
            IccType::Icc1 => "One-way random, single rating",
            IccType::Icc2 => "Two-way random, absolute agreement, single rating",
            IccType::Icc3 => "Two-way mixed, consistency, single rating",
            IccType::Icc1k => "ICC1 of the mean of all raters",
            IccType::Icc2k => "ICC2 of the mean of all raters",
            IccType::Icc3k => "ICC3 of the mean of all raters",
        };
        (word(kind.name(), means), kind)
    })
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    if let Some(threshold) = options.threshold.filter(|t| !(-1.0..=1.0).contains(t)) {
        bail!(Usage(format!("--threshold {threshold}: write a number up to 1")));
    }
    let source = options.data.columns()?;
    let said = options.kind;
    if options.readings {
        return readings(&source, options, said);
    }
    let (source, ratings) = match (&options.subject, &options.rater) {
        (Some(subject), Some(rater)) => {
            let (features, categories) = columns(&source, options, subject, rater)?;
            let weights = options.kappa_weights;
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
        kind: said.unwrap_or(defaults.kind),
        threshold: options.threshold.unwrap_or(defaults.threshold),
    };
    let answer = source.ask(spec.clone())?;
    let answer = wanted(&answer, &options.features)?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &answer, icc::document::document)
}

/// Agreement on the study's readings.
fn readings(source: &Source, options: &Options, kind: Option<IccType>) -> anyhow::Result<()> {
    let spec = readings::Spec {
        on: source.on.clone(),
        readings: source.study.readings.clone(),
        kind: kind.unwrap_or(source.study.analysis.icc.kind),
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
        let kept = frame.columns().filter(|c| ![subject, rater].contains(&c.name.as_str()) && keep(c));
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
