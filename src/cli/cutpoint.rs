//! `riskset cutpoint`: the cut-off of a variable by the largest log-rank statistic.

use clap::{Args, ValueEnum};

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
    #[arg(long, value_enum, default_value = "lau92")]
    method: Method,
    /// Number of permutations [default: the study's, else 9999]
    #[arg(long, value_name = "N", value_parser = up_to::<10_000_000>)]
    draws: Option<usize>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Lausen and Schumacher (1992)
    Lau92,
    /// Lausen, Sauerbrei and Schumacher (1994)
    Lau94,
    /// The joint normal distribution of all statistics
    ExactGauss,
    /// Hothorn and Lausen (2003), for small samples
    Hl,
    /// Random permutations
    Permutation,
}

impl From<Method> for cutpoint::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Lau92 => Self::Lau92,
            Method::Lau94 => Self::Lau94,
            Method::ExactGauss => Self::ExactGauss,
            Method::Hl => Self::HothornLausen,
            Method::Permutation => Self::Permutation,
        }
    }
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = options.data.survival()?.with_rad_score(common, std::slice::from_ref(&options.variable))?;
    let spec = cutpoint::Spec {
        on: source.training(),
        variable: options.variable.clone(),
        minprop: options.minprop,
        maxprop: options.maxprop.unwrap_or(1.0 - options.minprop),
        method: options.method.into(),
        draws: options.draws.unwrap_or(source.study.analysis.permutations),
        seed: source.seed(),
    };
    let answer = source.ask(spec)?;
    source.write(&options.output, &*answer, cutpoint::document::document)
}
