//! `riskset cindex`: concordance of a score.

use clap::{Args, ValueEnum};

use super::Common;
use super::output::Output;
use super::source::Data;
use crate::methods::cindex;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Column of scores; higher means a higher risk
    #[arg(long, value_name = "COL")]
    score: String,
    /// Further scores, each of which the score is compared with on the same patients
    #[arg(long, value_name = "COL,..", value_delimiter = ',')]
    compare: Vec<String>,
    /// Higher scores mean a lower risk, such as predicted survival
    #[arg(long)]
    higher_is_better: bool,
    /// Which C
    #[arg(long, value_enum, default_value = "harrell")]
    method: Method,
    /// Events later than this do not count
    #[arg(long, value_name = "T")]
    tau: Option<f64>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    Harrell,
    Uno,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let scores = [std::slice::from_ref(&options.score), &options.compare].concat();
    let source = options.data.survival()?.with_rad_score(common, &scores)?;
    let spec = cindex::Spec {
        on: source.on.clone(),
        score: options.score.clone(),
        compare: options.compare.clone(),
        higher_is_better: options.higher_is_better,
        method: match options.method {
            Method::Harrell => cindex::Method::Harrell,
            Method::Uno => cindex::Method::Uno,
        },
        tau: options.tau,
    };
    let answer = source.ask(spec)?;
    source.write(&options.output, &*answer, cindex::document::document)
}
