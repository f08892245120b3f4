//! `riskset km`: survival curves.

use clap::Args;

use super::Common;
use super::choice::one_of;
use super::output::Output;
use super::source::{Data, Rows, Source};
use crate::methods::km;
use crate::methods::km::band;
use survival::kaplan_meier::{BandKind, Interval};
use survival::stats::p_adjust::Adjustment;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// One curve for each value of this column (`cohort`: the study's cohorts), or of several together
    #[arg(long, value_name = "COL,..")]
    by: Option<String>,
    /// Confidence interval
    #[arg(long, default_value = "log", value_parser = one_of(INTERVALS.map(|scale| (scale.name(), scale))))]
    conf_type: Interval,
    /// Band in which the whole curve lies with 95 % confidence: equal-precision or hall-wellner
    #[arg(long, value_name = "BAND")]
    band: Option<BandKind>,
    /// Times between which the band is to hold [default: from the first event to the end]
    #[arg(long, value_name = "FROM,TO", value_parser = range, requires = "band")]
    band_range: Option<(f64, f64)>,
    #[command(flatten)]
    rows: Rows,
    /// Standard errors by Greenwood's formula even where weights are not whole numbers
    #[arg(long, value_name = "false", require_equals = true, value_parser = ["false"])]
    robust: Option<String>,
    /// Follow-up by reverse Kaplan-Meier: censoring is the event
    #[arg(long)]
    follow_up: bool,
    /// Count time from T on, of those followed beyond it
    #[arg(long, value_name = "T")]
    landmark: Option<f64>,
    /// Median follow-up, restricted means and further tests of the groups
    #[arg(long)]
    details: bool,
    /// Survival at these times, with the details [default: the study's times]
    #[arg(long, value_name = "T,..", value_delimiter = ',')]
    at: Vec<f64>,
    /// Restrict means to T, with the details [default: where follow-up of the first group ends]
    #[arg(long, value_name = "T")]
    tau: Option<f64>,
    /// Adjust p-values of pairs of groups, with the details: holm, bonferroni, bh or none
    #[arg(long, value_name = "HOW")]
    adjust: Option<Adjustment>,
    /// Compare groups, and pairs of them, within the levels of these columns, with the details
    #[arg(long, value_name = "COL,..", requires = "by")]
    strata: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// The scales of the limits.
const INTERVALS: [Interval; 5] = [Interval::Log, Interval::LogLog, Interval::Plain, Interval::Logit, Interval::None];

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let (data, subject) = match options.rows.entry {
        None => (options.data.clone(), None),
        Some(_) => options.data.by_subject(),
    };
    let lists: Vec<&String> =
        [&options.by, &options.strata, &options.rows.entry, &options.rows.weights].into_iter().flatten().collect();
    let source = data.survival()?.divided(options.by.as_deref()).knowing_lists(common, &lists)?;
    let spec = km::Spec {
        on: options.rows.of(&source.on),
        by: options.by.as_deref().map(|by| source.grouping(by)),
        conf_type: Some(options.conf_type),
        follow_up: options.follow_up,
        greenwood: options.robust.is_some(),
        band: options.band.map(|kind| band::Spec {
            from: options.band_range.map(|(from, _)| from),
            to: options.band_range.map(|(_, to)| to),
            kind,
        }),
        subject,
        landmark: options.landmark,
        details: details(options, &source),
        ties: Some(source.plan().ties()),
        searched: false,
    };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, km::document::document)
}

/// What is asked besides the curves.
fn details(options: &Options, source: &Source) -> Option<km::details::Spec> {
    let asked = options.details
        || !options.at.is_empty()
        || options.tau.is_some()
        || options.adjust.is_some()
        || options.strata.is_some();
    asked.then(|| km::details::Spec {
        times: source.times(&options.at),
        tau: options.tau,
        adjust: options.adjust,
        strata: options.strata.as_deref().map(|by| source.grouping(by)),
    })
}

fn range(text: &str) -> Result<(f64, f64), String> {
    let ends = text.split_once(',').map(|(from, to)| (from.trim().parse(), to.trim().parse()));
    match ends {
        Some((Ok(from), Ok(to))) if from < to => Ok((from, to)),
        _ => Err("write two times, the earlier one first: 12,60".to_owned()),
    }
}
