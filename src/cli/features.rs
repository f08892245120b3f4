//! `riskset features`: radiomic features one by one, against the outcome, and in groups.

use clap::Args;

use super::Common;
use super::choice::one_of;
use super::icc::coefficients;
use super::limits::share;
use super::output::Output;
use super::source::Data;
use crate::methods::{clusters, features};
use survival::stats::icc::IccType;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Every feature held against the outcome in the training cohort
    #[arg(long, conflicts_with = "groups")]
    screen: bool,
    /// Groups of features that go together, and which represents them
    #[arg(long)]
    groups: bool,
    /// Every two features of a group correlate at least so much, in size [default: 0.9]
    #[arg(long, value_name = "0..1", requires = "groups", value_parser = share)]
    correlation: Option<f64>,
    /// Which coefficient of agreement between segmentations [default: the study's, else ICC2]
    #[arg(long = "type", value_name = "TYPE", ignore_case = true, value_parser = one_of(coefficients()), conflicts_with = "groups")]
    kind: Option<IccType>,
    /// Least agreement of a feature that is kept [default: the study's, else 0.75]
    #[arg(long, value_name = "0..1", conflicts_with = "groups", value_parser = share)]
    threshold: Option<f64>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = if options.screen { options.data.survival()? } else { options.data.columns()? };
    let mut source = source.with_features(common)?;
    let icc = &mut source.study.analysis.icc;
    icc.threshold = options.threshold.unwrap_or(icc.threshold);
    icc.kind = options.kind.unwrap_or(icc.kind);
    let (plan, output) = (source.plan(), &options.output);
    if options.groups {
        let spec = plan.clusters();
        let spec = clusters::Spec { correlation: options.correlation.unwrap_or(spec.correlation), ..spec };
        if output.is_script() {
            return source.write_script(output, spec);
        }
        let answer = source.ask(spec)?;
        return source.write(output, &*answer, clusters::document::document);
    }
    if output.is_script() {
        return source.write_script(output, plan.features());
    }
    let answer = source.ask(plan.features())?;
    let document = if options.screen { features::document::screen::document } else { features::document::document };
    source.write(output, &*answer, document)
}
