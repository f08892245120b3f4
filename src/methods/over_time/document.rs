//! Models over time as a document: AUC with limits, differences between models, integrated Brier scores.

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::contrast::Contrast;
use crate::methods::over_time::Answer;
use crate::methods::performance::Difference;
use crate::methods::performance::document::{cohort_name, difference, label};
use crate::methods::roc::figure::{TimeSeries, statistic_over_time};
use figures::Figure;
use figures::format;

/// Everything.
pub fn document(answer: &Answer) -> Document {
    let mut document =
        Document::new(format!("Models over time, {}", answer.label)).about(&answer.label).paragraph(summary(answer));
    for cohort in 0..answer.cohorts.len() {
        document = document.with(auc_figure(answer, cohort));
        if let Some(figure) = difference_figure(answer, cohort) {
            document = document.with(figure);
        }
    }
    document = document.with(table(answer)).heading("Curves").with(curves_table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// `AUC and Brier score from 0 to 36 months; models fitted in training`.
pub fn summary(answer: &Answer) -> String {
    format!(
        "AUC over time with 95 % limits; integrated Brier score from 0 to {} {}; models fitted in {}",
        format::chosen(answer.time.last().copied().unwrap_or(f64::NAN)),
        answer.unit.word(),
        answer.training
    )
}

/// AUC of every model in one cohort, with limits.
pub fn auc_figure(answer: &Answer, cohort: usize) -> Figure {
    let Some(of) = answer.cohorts.get(cohort) else { return statistic_over_time("AUC", answer.unit, &[], None) };
    let known: Vec<usize> =
        (0..answer.time.len()).filter(|k| of.curves.iter().all(|c| c.auc[*k].is_finite())).collect();
    let pick = |values: &[f64]| known.iter().map(|k| values[*k]).collect::<Vec<f64>>();
    let series: Vec<TimeSeries> = of
        .curves
        .iter()
        .map(|c| TimeSeries {
            name: label(&answer.models, &c.model).to_owned(),
            time: pick(&answer.time),
            estimate: pick(&c.auc),
            lower: pick(&c.lower),
            upper: pick(&c.upper),
        })
        .collect();
    let mut figure = statistic_over_time("AUC", answer.unit, &series, Some(0.5));
    figure.title = cohort_name(&of.cohort, of.apparent);
    figure
}

/// AUC of every model less that of the last, in one cohort; none with a single model.
pub fn difference_figure(answer: &Answer, cohort: usize) -> Option<Figure> {
    let of = answer.cohorts.get(cohort)?;
    let reference = answer.reference.as_deref()?;
    let series: Vec<TimeSeries> = of
        .differences
        .iter()
        .filter(|d| d.reference == reference)
        .map(|d| {
            let known: Vec<usize> = (0..answer.time.len()).filter(|k| d.auc[*k].difference.is_finite()).collect();
            let pick = |value: fn(&Contrast) -> f64| known.iter().map(|k| value(&d.auc[*k])).collect::<Vec<f64>>();
            TimeSeries {
                name: format!("{} less {}", label(&answer.models, &d.model), label(&answer.models, reference)),
                time: known.iter().map(|k| answer.time[*k]).collect(),
                estimate: pick(|c| c.difference),
                lower: pick(|c| c.lower),
                upper: pick(|c| c.upper),
            }
        })
        .collect();
    let mut figure = statistic_over_time("Difference in AUC", answer.unit, &series, Some(0.0));
    figure.title = cohort_name(&of.cohort, of.apparent);
    (!series.is_empty()).then_some(figure)
}

/// Under each cohort, a row a model: integrated Brier score, and AUC less that of the last model at the study's times.
pub fn table(answer: &Answer) -> Table {
    let mut columns =
        vec![ColumnSpec::left("Cohort, model"), ColumnSpec::decimal("\nIBS"), ColumnSpec::decimal("\nIPA")];
    if let Some(reference) = &answer.reference {
        let less = label(&answer.models, reference);
        columns.extend(answer.marked.iter().zip(0..).map(|(t, priority)| {
            let when = format!("{} {}", format::chosen(*t), answer.unit.word());
            ColumnSpec::decimal(format!("AUC less {less},\n{when}")).priority(priority)
        }));
    }
    let mut table = Table::new(columns);
    for cohort in &answer.cohorts {
        let null = cohort.curves.first().map_or(f64::NAN, |c| c.ibs_null);
        table.push_header([
            Cell::text(cohort_name(&cohort.cohort, cohort.apparent)),
            Cell::parts([("without a model", null)], format::fixed(null, 4)),
        ]);
        for c in &cohort.curves {
            let ipa = Cell::number(c.ipa, format::percent(c.ipa, 1));
            let mut cells = vec![Cell::text(label(&answer.models, &c.model)), Cell::fixed(c.ibs, 4), ipa];
            if let Some(d) = difference(&cohort.differences, &c.model, answer.reference.as_deref()) {
                cells.extend(answer.marked.iter().map(|t| at(answer, d, *t)));
            }
            table.push_sub(cells);
        }
    }
    table
}

/// `-0.052 (p 0.03)`, with the limits behind it.
fn at(answer: &Answer, d: &Difference, time: f64) -> Cell {
    match answer.time.iter().position(|t| *t == time).map(|k| d.auc[k]) {
        Some(c) if c.difference.is_finite() => Cell::parts(
            [("", c.difference), ("lower", c.lower), ("upper", c.upper), ("se", c.se), ("p", c.p)],
            format!("{} ({})", format::fixed(c.difference, 3), format::p_equation(c.p)),
        ),
        _ => Cell::missing(),
    }
}

/// One row a time, cohort and model, in full.
fn curves_table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Cohort"),
        ColumnSpec::left("Model"),
        ColumnSpec::right("Time").unit(answer.unit.word()),
        ColumnSpec::decimal("AUC (95 % CI)"),
        ColumnSpec::decimal("Brier"),
        ColumnSpec::decimal("Brier without a model"),
    ]);
    for cohort in &answer.cohorts {
        for c in &cohort.curves {
            for (k, time) in answer.time.iter().enumerate() {
                table.push([
                    Cell::text(cohort.cohort.clone()),
                    Cell::text(label(&answer.models, &c.model)),
                    Cell::number(*time, format::chosen_to(*time, 4)),
                    Cell::estimate_ci(c.auc[k], c.lower[k], c.upper[k], 3),
                    Cell::fixed(c.brier[k], 4),
                    Cell::fixed(c.null[k], 4),
                ]);
            }
        }
    }
    table
}

/// The cohort of each row of [`table`].
pub fn rows(answer: &Answer) -> Vec<usize> {
    (0..answer.cohorts.len()).flat_map(|c| std::iter::repeat_n(c, 1 + answer.cohorts[c].curves.len())).collect()
}

/// Cohort and model of each row of [`table`]; a cohort's own row has no model.
pub fn subjects(answer: &Answer) -> Vec<(&str, Option<&str>)> {
    let mut subjects = Vec::new();
    for of in &answer.cohorts {
        subjects.push((of.cohort.as_str(), None));
        subjects.extend(of.curves.iter().map(|curve| (of.cohort.as_str(), Some(curve.model.as_str()))));
    }
    subjects
}

/// The sentence for a methods section.
pub fn methods(answer: &Answer) -> String {
    format!(
        "Discrimination over time was described by the cumulative/dynamic AUC (inverse probability of censoring weights by \
         Kaplan-Meier) with limits and contrasts from influence functions, and overall accuracy by the Brier score \
         integrated from 0 to {} {} and its index of prediction accuracy.",
        format::chosen(answer.time.last().copied().unwrap_or(f64::NAN)),
        answer.unit.word()
    )
}
