//! `riskset pool`: Rubin's rules.

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::Usage;
use super::output::Output;
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::script::Sums;
use figures::format;
use survival::pooling::{PoolSpec, Pooled, pool};

#[derive(Args)]
pub(super) struct Options {
    /// The estimate of each imputed data set, such as log hazard ratios
    #[arg(long, value_name = "E1,..", value_delimiter = ',', required = true, allow_hyphen_values = true)]
    estimates: Vec<f64>,
    /// The variance of each: the square of its standard error
    #[arg(long, value_name = "V1,..", value_delimiter = ',', required = true, allow_hyphen_values = true)]
    variances: Vec<f64>,
    /// Subjects, for the degrees of freedom of a small sample
    #[arg(long, value_name = "N", requires = "k")]
    n: Option<f64>,
    /// Parameters of the model
    #[arg(long, value_name = "K", requires = "n")]
    k: Option<f64>,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Answer {
    m: usize,
    pooled: f64,
    within: f64,
    between: f64,
    total: f64,
    df: f64,
    riv: f64,
    lambda: f64,
    fmi: f64,
    se: f64,
    lower: f64,
    upper: f64,
    p: f64,
    notes: Vec<String>,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let (estimates, variances) = (options.estimates.len(), options.variances.len());
    if estimates != variances {
        bail!(Usage(format!(
            "--estimates has {estimates} values and --variances {variances}: one of each for a data set"
        )));
    }
    let (spec, notes) = match (options.n, options.k) {
        (Some(n), Some(k)) => (PoolSpec::of_sample(n, k)?, Vec::new()),
        _ => {
            let note = "degrees of freedom are those of a large sample; --n and --k give Barnard and Rubin's";
            (PoolSpec::default(), vec![note.to_owned()])
        }
    };
    let pooled = pool(&options.estimates, &options.variances, spec)?;
    let answer = answer(pooled, notes);
    if options.output.is_script() {
        return options.output.write_text(&script(options, &answer));
    }
    options.output.write(&answer, || document(&answer))
}

fn answer(pooled: Pooled, notes: Vec<String>) -> Answer {
    let Pooled { m, estimate, within, between, total, df, riv, lambda, fmi, se, lower, upper, p } = pooled;
    Answer { m, pooled: estimate, within, between, total, df, riv, lambda, fmi, se, lower, upper, p, notes }
}

/// Rubin's rules again in base R.
fn script(options: &Options, answer: &Answer) -> String {
    let mut script = Sums::new("Estimates of imputed data sets, pooled by Rubin's rules");
    script.set("estimates", &options.estimates);
    script.set("variances", &options.variances);
    script.add(
        "m <- length(estimates)\npooled <- mean(estimates)\nwithin <- mean(variances)\nbetween <- var(estimates)\n\
         total <- within + (1 + 1 / m) * between\nriv <- (1 + 1 / m) * between / within\n\
         lambda <- (1 + 1 / m) * between / total\ndf <- (m - 1) / lambda^2",
    );
    if let (Some(n), Some(k)) = (options.n, options.k) {
        script.set("complete", &[n - k]);
        script.add("observed <- (complete + 1) / (complete + 3) * complete * (1 - lambda)\ndf <- df * observed / (df + observed)");
    }
    script.add("fmi <- (riv + 2 / (df + 3)) / (riv + 1)\nse <- sqrt(total)\nhalf <- qt(0.975, df) * se");
    for (what, found, value) in [
        ("pooled", "pooled", answer.pooled),
        ("within", "within", answer.within),
        ("between", "between", answer.between),
        ("total", "total", answer.total),
        ("df", "df", answer.df),
        ("riv", "riv", answer.riv),
        ("lambda", "lambda", answer.lambda),
        ("fmi", "fmi", answer.fmi),
        ("se", "se", answer.se),
        ("lower", "pooled - half", answer.lower),
        ("upper", "pooled + half", answer.upper),
        ("p", "2 * pt(-abs(pooled / se), df)", answer.p),
    ] {
        script.same(what, found, value);
    }
    script.finish()
}

fn document(answer: &Answer) -> Document {
    let mut table = Table::new([
        ColumnSpec::right("m"),
        ColumnSpec::decimal("Pooled (95 % CI)"),
        ColumnSpec::decimal("SE"),
        ColumnSpec::decimal("df"),
        ColumnSpec::decimal("p"),
        ColumnSpec::decimal("Within"),
        ColumnSpec::decimal("Between"),
        ColumnSpec::decimal("Total"),
        ColumnSpec::decimal("riv"),
        ColumnSpec::decimal("lambda"),
        ColumnSpec::decimal("fmi"),
    ]);
    let (shown, digits) = (format::estimate_ci(answer.pooled, answer.lower, answer.upper, 4), 4);
    table.push([
        Cell::count(answer.m),
        Cell::parts([("", answer.pooled), ("lower", answer.lower), ("upper", answer.upper)], shown),
        Cell::significant(answer.se, digits),
        Cell::significant(answer.df, digits),
        Cell::p_value(answer.p),
        Cell::significant(answer.within, digits),
        Cell::significant(answer.between, digits),
        Cell::significant(answer.total, digits),
        Cell::significant(answer.riv, digits),
        Cell::significant(answer.lambda, digits),
        Cell::significant(answer.fmi, digits),
    ]);
    let document = Document::new("Estimates of imputed data sets, pooled by Rubin's rules").with(table).paragraph(
        "riv: relative increase of the variance through missing values; lambda: their share of it; fmi: fraction of \
         missing information.",
    );
    Document { notes: answer.notes.clone(), ..document }
}
