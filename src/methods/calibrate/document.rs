//! Calibration as a document.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::calibrate::figure::{CalibrationSeries, calibration};
use crate::methods::calibrate::{Answer, AtTime, OfCohort};
use figures::Figure;
use figures::format;

/// Figure, summary and groups at every time.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("Calibration of {}, {}", answer.label, answer.endpoint_label))
        .about(&answer.endpoint_label);
    if let Some(training) = &answer.training {
        document = document.paragraph(format!("Model fitted in {training}"));
    }
    for k in 0..answer.times.len() {
        document = document.heading(when(answer, k)).with(Block::Figure(Box::new(figure(answer, k))));
        document = document.with(summary_table(answer, k)).with(group_table(answer, k));
    }
    if let Some(measures) = &answer.optimism {
        document = document
            .heading(match measures.holds_score {
                true => format!("Optimism of the coefficients alone ({} bootstrap samples)", measures.used),
                false => format!("Corrected for optimism ({} bootstrap samples)", measures.used),
            })
            .with(crate::methods::optimism::document::measures_table(measures, answer.unit));
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// `60 months`.
pub fn when(answer: &Answer, k: usize) -> String {
    let time = answer.times.get(k).map_or(f64::NAN, |t| t.time);
    format!("{} {}", format::chosen(time), answer.unit.word())
}

fn at(answer: &Answer, k: usize) -> impl Iterator<Item = (&OfCohort, &AtTime)> {
    answer.cohorts.iter().filter_map(move |c| c.times.get(k).map(|t| (c, t)))
}

/// Groups and smooth curve of every cohort at one time.
pub fn figure(answer: &Answer, k: usize) -> Figure {
    let several = answer.cohorts.len() > 1;
    let series: Vec<CalibrationSeries> = at(answer, k)
        .map(|(cohort, t)| CalibrationSeries {
            name: if several { cohort.cohort.clone() } else { String::new() },
            predicted: t.groups.iter().map(|g| g.predicted).collect(),
            observed: t.groups.iter().map(|g| g.observed).collect(),
            lower: t.groups.iter().map(|g| g.lower).collect(),
            upper: t.groups.iter().map(|g| g.upper).collect(),
            smooth: (t.curve.predicted.clone(), t.curve.observed.clone()),
            counts: t.predictions.clone(),
        })
        .collect();
    calibration(&series, vec![when(answer, k)])
}

/// One row a cohort: level, spread and distance.
pub fn summary_table(answer: &Answer, k: usize) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Cohort"),
        ColumnSpec::right("n").priority(1),
        ColumnSpec::right("Events").priority(2),
        ColumnSpec::right("Predicted risk").priority(3),
        ColumnSpec::right("Observed").priority(3),
        ColumnSpec::decimal("Slope (95 % CI)"),
        ColumnSpec::decimal("Intercept"),
        ColumnSpec::decimal("ICI"),
        ColumnSpec::decimal("E50").priority(5),
        ColumnSpec::decimal("E90").priority(4),
        ColumnSpec::decimal("Brier"),
        ColumnSpec::decimal("IPA").priority(6),
    ]);
    for (cohort, t) in at(answer, k) {
        table.push([
            Cell::text(cohort.cohort.clone()),
            Cell::count(cohort.n),
            Cell::count(cohort.events),
            Cell::percent(t.expected),
            Cell::percent(t.observed),
            Cell::estimate_ci(t.slope, t.slope_lower, t.slope_upper, 2),
            Cell::parts([("", t.intercept), ("se", t.intercept_se)], format::fixed(t.intercept, 2)),
            Cell::fixed(t.ici, 3),
            Cell::fixed(t.e50, 3),
            Cell::fixed(t.e90, 3),
            Cell::fixed(t.brier, 3),
            Cell::percent(t.ipa),
        ]);
    }
    table
}

/// Predicted and observed survival of each group, lowest prediction first.
pub fn group_table(answer: &Answer, k: usize) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Cohort, group"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Predicted"),
        ColumnSpec::right("Kaplan-Meier (95 % CI)"),
        ColumnSpec::right("Difference").priority(1),
    ]);
    for (cohort, t) in at(answer, k) {
        table.push_header([Cell::text(cohort.cohort.clone()), Cell::count(cohort.n)]);
        for (i, g) in t.groups.iter().enumerate() {
            table.push_sub([
                Cell::text(format!("{} of {}", i + 1, t.groups.len())),
                Cell::count(g.n),
                Cell::fixed(g.predicted, 3),
                Cell::estimate_ci(g.observed, g.lower, g.upper, 3),
                Cell::fixed(g.observed - g.predicted, 3),
            ]);
        }
    }
    table
}

/// The sentences for a paper.
pub fn methods(answer: &Answer) -> String {
    format!(
        "Calibration was judged by comparing mean predicted survival with the Kaplan-Meier estimate in {} groups at \
         quantiles of the prediction, by a smooth curve (Cox model on a restricted cubic spline with three knots of the \
         complementary log-log prediction; ICI is the mean absolute distance), by the calibration slope (Cox model on \
         the same scale) and the intercept (log of the factor on the predicted cumulative hazard that makes the mean \
         prediction equal to Kaplan-Meier), and by the Brier score weighted by the inverse probability of censoring.",
        answer.n_groups
    )
}
