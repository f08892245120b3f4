//! `riskset cutpoint`: the cut-off of a variable by the largest log-rank statistic.

use crate::cli::choice::one_of;
use crate::cli::choice::word;
use crate::methods::cutpoint::Method;
use clap::Args;
use clap::builder::PossibleValue;

use super::Common;
use super::limits::up_to;
use super::output::Output;
use super::source::{Data, column};
use crate::methods::cutpoint;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Column of numbers; in a study it is cut in the training cohort
    #[arg(long, value_name = "COL", value_parser = column)]
    variable: String,
    /// The lower group holds at least this share
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    minprop: f64,
    /// The lower group holds at most this share [default: 1 - minprop]
    #[arg(long, value_name = "SHARE")]
    maxprop: Option<f64>,
    /// How p accounts for the search
    #[arg(long, default_value = "lau92", value_parser = one_of(methods()))]
    method: Method,
    /// Number of permutations [default: the study's, else 9999]
    #[arg(long, value_name = "N", value_parser = up_to::<10_000_000>)]
    draws: Option<usize>,
    #[command(flatten)]
    output: Output,
}

/// The methods by their words, with what each is.
fn methods() -> [(PossibleValue, Method); 5] {
    [
        (word("lau92", "Lausen and Schumacher (1992)"), Method::Lau92),
        (word("lau94", "Lausen, Sauerbrei and Schumacher (1994)"), Method::Lau94),
        (word("exact-gauss", "The joint normal distribution of all statistics"), Method::ExactGauss),
        (word("hl", "Hothorn and Lausen (2003), for small samples"), Method::HothornLausen),
        (word("permutation", "Random permutations"), Method::Permutation),
    ]
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = options.data.survival()?.knowing(common, [options.variable.as_str()])?;
    let spec = cutpoint::Spec {
        on: source.training(),
        variable: options.variable.clone(),
        minprop: options.minprop,
        maxprop: options.maxprop.unwrap_or(1.0 - options.minprop),
        method: options.method,
        draws: options.draws.unwrap_or(source.study.analysis.permutations),
        seed: source.seed(),
    };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, cutpoint::document::document)
}
