//! `riskset samplesize`: Riley's criteria for a prognostic model of survival.

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::Usage;
use super::output::Output;
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::script::Sums;
use figures::format;
use survival::samplesize::{Criterion, Explained, SampleSize, SampleSizeSpec};

#[derive(Args)]
pub(super) struct Options {
    /// Candidate parameters: every coefficient that is looked at, whether it is selected or not
    #[arg(long, value_name = "P")]
    parameters: usize,
    /// Cox-Snell R squared that the model is expected to have, adjusted for optimism
    #[arg(long, value_name = "R2", required_unless_present = "c", conflicts_with = "c")]
    r2: Option<f64>,
    /// Harrell's C that the model is expected to have, from which R squared is approximated
    #[arg(long, value_name = "C")]
    c: Option<f64>,
    /// Events per patient and unit of time
    #[arg(long, value_name = "RATE")]
    rate: f64,
    /// Time of the prediction, in the same unit
    #[arg(long, value_name = "T")]
    time: f64,
    /// Mean follow-up, in the same unit
    #[arg(long, value_name = "M")]
    mean_follow_up: f64,
    /// Shrinkage of the coefficients aimed at
    #[arg(long, value_name = "S", default_value_t = 0.9)]
    shrinkage: f64,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Answer {
    n: usize,
    events: usize,
    events_per_parameter: f64,
    criteria: Vec<Row>,
    parameters: usize,
    r2: f64,
    largest_r2: f64,
    time: f64,
    risk: f64,
    risk_lower: f64,
    risk_upper: f64,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    n: usize,
    shrinkage: Option<f64>,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let explained = match (options.r2, options.c) {
        (Some(r2), None) => Explained::CoxSnell(r2),
        (None, Some(c)) => Explained::C(c),
        _ => bail!(Usage("say --r2 R2 or --c C".to_owned())),
    };
    let spec = SampleSizeSpec {
        parameters: options.parameters,
        explained,
        rate: options.rate,
        time: options.time,
        mean_follow_up: options.mean_follow_up,
        shrinkage: options.shrinkage,
    };
    let answer = answer(options, &spec.check()?.fit()?);
    if options.output.is_script() {
        return options.output.write_text(&script(options, &answer));
    }
    options.output.write(&answer, || document(&answer))
}

fn answer(options: &Options, found: &SampleSize) -> Answer {
    let mut notes = Vec::new();
    if let Some(c) = options.c {
        notes.push(format!(
            "R squared {:.4} is approximated from a C of {c} (Jinks, Royston and Parmar 2015)",
            found.r2
        ));
    }
    Answer {
        n: found.n,
        events: found.events,
        events_per_parameter: found.events_per_parameter,
        criteria: found.criteria.iter().map(|&Criterion { name, n, shrinkage }| Row { name, n, shrinkage }).collect(),
        parameters: options.parameters,
        r2: found.r2,
        largest_r2: found.largest_r2,
        time: options.time,
        risk: found.risk,
        risk_lower: found.risk_limits.0,
        risk_upper: found.risk_limits.1,
        notes,
    }
}

/// Riley's criteria again in base R; R squared as it was used.
fn script(options: &Options, answer: &Answer) -> String {
    let mut script = Sums::new("Sample size by Riley's criteria");
    for (name, value) in [
        ("parameters", options.parameters as f64),
        ("r2", answer.r2),
        ("rate", options.rate),
        ("time", options.time),
        ("follow_up", options.mean_follow_up),
        ("shrinkage", options.shrinkage),
    ] {
        script.set(name, &[value]);
    }
    script.add(
        "share <- rate * follow_up\nrounded <- ceiling(share * 1e4) / 1e4\n\
         largest <- 1 - exp(2 * (rounded * log(rounded) - rounded))\n\
         patients <- function(s) ceiling(parameters / ((s - 1) * log(1 - r2 / s)))\n\
         of_optimism <- r2 / (r2 + 0.05 * largest)",
    );
    script.same("largest R squared", "largest", answer.largest_r2);
    for (row, found) in answer.criteria.iter().zip(["patients(shrinkage)", "patients(of_optimism)"]) {
        script.same(&format!("patients, {}", row.name), found, row.n as f64);
    }
    if let Some(row) = answer.criteria.get(1) {
        script.same("shrinkage, optimism", "of_optimism", row.shrinkage.unwrap_or(f64::NAN));
    }
    if let Some(row) = answer.criteria.get(2) {
        script.add("upper <- -log(1 - (1 - exp(-rate * time) + 0.05)) / time");
        script.same("patients, overall_risk", "ceiling(rate / follow_up * (1.96 / (upper - rate))^2)", row.n as f64);
    }
    script.set("n", &[answer.n as f64]);
    script.same("events", "ceiling(n * share)", answer.events as f64);
    script.same("events per parameter", "n * share / parameters", answer.events_per_parameter);
    script.same("risk", "1 - exp(-rate * time)", answer.risk);
    script.finish()
}

fn document(answer: &Answer) -> Document {
    let sentence = format!(
        "{} patients with {} events ({} events per parameter) are needed to develop a model of {} candidate parameters that \
         explains a Cox-Snell R squared of {} (largest possible {}).",
        format::count(answer.n),
        format::count(answer.events),
        format::fixed(answer.events_per_parameter, 2),
        format::count(answer.parameters),
        format::significant(answer.r2, 3),
        format::fixed(answer.largest_r2, 2),
    );
    let risk = format!(
        "Risk at {}: {} with that many patients.",
        format::chosen(answer.time),
        format::probability_ci(answer.risk, answer.risk_lower, answer.risk_upper, 3)
    );
    let mut table =
        Table::new([ColumnSpec::left("Criterion"), ColumnSpec::right("n"), ColumnSpec::decimal("Shrinkage")]);
    for row in &answer.criteria {
        let name = match row.name {
            "shrinkage" => "Shrinkage of coefficients",
            "optimism" => "Apparent less adjusted R squared at most 0.05",
            _ => "Overall risk within 0.05",
        };
        table.push([
            Cell::text(name),
            Cell::count(row.n),
            row.shrinkage.map_or_else(Cell::empty, |s| Cell::fixed(s, 3)),
        ]);
    }
    let document = Document::new("Sample size by Riley's criteria").paragraph(sentence).with(table).paragraph(risk);
    Document { notes: answer.notes.clone(), ..document }
}
