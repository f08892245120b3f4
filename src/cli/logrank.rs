//! `riskset logrank`: the log-rank test and its family.

use clap::Args;
use tables::names::split_names;

use super::Common;
use super::output::Output;
use super::source::Data;
use crate::methods::logrank;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Column of the groups (`cohort`: the study's cohorts), or several
    #[arg(long, value_name = "COL,..")]
    by: String,
    /// Compare within the levels of these columns
    #[arg(long, value_name = "COL,..")]
    strata: Vec<String>,
    /// Weigh event times by S(t-)^RHO; 1 is Peto and Peto's test
    #[arg(long, value_name = "RHO", default_value_t = 0.0, allow_negative_numbers = true)]
    rho: f64,
    /// Test for a trend over the groups in their order
    #[arg(long)]
    trend: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let lists: Vec<&String> = std::iter::once(&options.by).chain(&options.strata).collect();
    let source = options.data.survival()?.knowing_lists(common, &lists)?;
    let spec = logrank::Spec {
        on: source.on.clone(),
        by: source.grouping(&options.by),
        strata: split_names(&options.strata),
        rho: options.rho,
        trend: options.trend,
    };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, logrank::document::document)
}
