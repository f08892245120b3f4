//! Performance of models as documents: concordance, ROC curves, Brier scores.

pub mod discrimination;

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::cindex::Method;
use crate::methods::contrast::Contrast;
use crate::methods::performance::{Answer, Difference, Model, OfCohort, Score};
use crate::methods::roc::document as roc;
use crate::methods::roc::figure::{TimeSeries, statistic_over_time};
use figures::format;
use figures::{Axis, Figure, Forest, ForestRow, ForestRowKind};

/// Everything: one chapter after the other.
pub fn document(answer: &Answer) -> Document {
    let mut document = concordance(answer);
    let notes = std::mem::take(&mut document.notes);
    document.append(Document { notes: Vec::new(), ..discrimination(answer, None) });
    document.append(Document { notes: Vec::new(), ..error(answer) });
    document.notes = notes;
    document
}

/// Concordance of every model in every cohort, and all differences.
pub fn concordance(answer: &Answer) -> Document {
    let mut document = Document::new(format!("{}, {}", answer.method.words(), answer.label))
        .about(&answer.label)
        .paragraph(summary(answer))
        .with(Block::Figure(Box::new(forest(answer))))
        .with(concordance_table(answer));
    if answer.models.len() > 2 {
        document = document.heading("Differences between models").with(difference_table(answer));
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// ROC curves at each time; the curves drawn are those of one model in one cohort, the first if not said.
pub fn discrimination(answer: &Answer, of: Option<(usize, usize)>) -> Document {
    let mut document = Document::new(format!("Time-dependent ROC analysis, {}", answer.label)).about(&answer.label);
    let all = || (0..answer.cohorts.len()).flat_map(|c| (0..answer.models.len()).map(move |m| (c, m)));
    let shown: Vec<(usize, usize)> = of.map_or_else(|| all().collect(), |one| vec![one]);
    for (cohort, model) in shown {
        if let Some(figure) = roc_curves(answer, cohort, model) {
            document = document.with(Block::Figure(Box::new(figure)));
        }
    }
    document = document.with(auc_table(answer));
    if of.is_none() && answer.models.len() > 1 {
        document = document.heading("Differences in AUC").with(discrimination::auc_differences(answer));
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// Brier scores at each time.
pub fn error(answer: &Answer) -> Document {
    let mut document = Document::new(format!("Brier score, {}", answer.label))
        .about(&answer.label)
        .with(Block::Figure(Box::new(brier_figure(answer, answer.cohorts.len().saturating_sub(1)))))
        .with(brier_table(answer));
    document.notes.clone_from(&answer.notes);
    document
}

/// `Models fitted in development: Tumour (n = 2,982, 1,713 events), Full (n = 2,982, 1,713 events)`.
pub fn summary(answer: &Answer) -> String {
    let models: Vec<String> = answer
        .models
        .iter()
        .map(|m| format!("{} (n = {}, {} events)", m.label, format::count(m.n), format::count(m.events)))
        .collect();
    format!("Models fitted in {}: {}", answer.training, models.join(", "))
}

/// Cohort and model of each row of the tables; a cohort's own row has no model.
pub fn rows(answer: &Answer) -> Vec<(usize, Option<usize>)> {
    let models = answer.models.len();
    let of = |c: usize| std::iter::once((c, None)).chain((0..models).map(move |m| (c, Some(m))));
    (0..answer.cohorts.len()).flat_map(of).collect()
}

/// A cohort's row, then one for each model with its difference from the last.
pub fn concordance_table(answer: &Answer) -> Table {
    let mut columns = vec![
        ColumnSpec::left("Cohort, model"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Events"),
        ColumnSpec::decimal("C (95 % CI)"),
        ColumnSpec::decimal("SE").priority(3),
    ];
    if let Some(reference) = &answer.reference {
        columns.extend([
            ColumnSpec::decimal(format!("Less {}", label(&answer.models, reference))),
            ColumnSpec::decimal("95 % CI").priority(2),
            ColumnSpec::decimal("p"),
        ]);
    }
    let mut table = Table::new(columns);
    for cohort in &answer.cohorts {
        table.push_header(cohort_row(cohort));
        for score in &cohort.scores {
            let c = &score.concordance;
            let mut cells = vec![
                Cell::text(label(&answer.models, &score.model)),
                Cell::empty(),
                Cell::empty(),
                Cell::probability_ci(c.c, c.lower, c.upper, 3),
                Cell::fixed(c.se, 4),
            ];
            if let Some(d) = difference(&cohort.differences, &score.model, answer.reference.as_deref()).map(|d| &d.c) {
                cells.extend([Cell::fixed(d.difference, 3), limits(d), Cell::p_value(d.p)]);
            }
            table.push_sub(cells);
        }
    }
    table
}

/// Every model less every later one.
pub fn difference_table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Cohort, models"),
        ColumnSpec::decimal("Difference in C (95 % CI)"),
        ColumnSpec::decimal("SE").priority(1),
        ColumnSpec::decimal("p"),
    ]);
    for cohort in &answer.cohorts {
        table.push_header([Cell::text(cohort_name(&cohort.cohort, cohort.apparent))]);
        for d in &cohort.differences {
            table.push_sub([
                Cell::text(format!("{} less {}", label(&answer.models, &d.model), label(&answer.models, &d.reference))),
                Cell::estimate_ci(d.c.difference, d.c.lower, d.c.upper, 3),
                Cell::fixed(d.c.se, 4),
                Cell::p_value(d.c.p),
            ]);
        }
    }
    table
}

/// AUC at each time; a cohort's own row counts cases and controls.
pub fn auc_table(answer: &Answer) -> Table {
    let unit = answer.unit.word();
    let mut columns = vec![ColumnSpec::left("Cohort, model\ncases/controls")];
    let title = |t: &f64| ColumnSpec::right(format!("{} {unit}\nAUC (95 % CI)", format::chosen(*t)));
    columns.extend(answer.times.iter().map(title));
    let mut table = Table::new(columns);
    for cohort in &answer.cohorts {
        let mut head = vec![Cell::text(cohort.cohort.clone())];
        if let Some(first) = cohort.scores.first() {
            head.extend(first.auc.iter().map(|a| {
                let parts = [("cases", a.cases as f64), ("controls", a.controls as f64)];
                Cell::parts(parts, format!("{} / {}", format::count(a.cases), format::count(a.controls)))
            }));
        }
        table.push_header(head);
        for score in &cohort.scores {
            let mut cells = vec![Cell::text(label(&answer.models, &score.model))];
            cells.extend(discrimination::auc_cells(score));
            table.push_sub(cells);
        }
    }
    table
}

/// Brier score and index of prediction accuracy at each time; a cohort's own row has the score without a model.
pub fn brier_table(answer: &Answer) -> Table {
    let unit = answer.unit.word();
    let mut columns = vec![ColumnSpec::left("Cohort, model\nwithout a model")];
    let title = |t: &f64| ColumnSpec::decimal(format!("{} {unit}\nBrier, IPA", format::chosen(*t)));
    columns.extend(answer.times.iter().map(title));
    let mut table = Table::new(columns);
    for cohort in &answer.cohorts {
        let mut head = vec![Cell::text(cohort.cohort.clone())];
        if let Some(first) = cohort.scores.first() {
            head.extend(
                first.brier.iter().map(|b| Cell::parts([("without a model", b.null)], format::fixed(b.null, 3))),
            );
        }
        table.push_header(head);
        for score in &cohort.scores {
            let mut cells = vec![Cell::text(label(&answer.models, &score.model))];
            cells.extend(score.brier.iter().map(|b| {
                let parts = [("", b.brier), ("lower", b.lower), ("upper", b.upper), ("ipa", b.ipa)];
                let shown = match b.brier.is_nan() {
                    true => format::MISSING.to_owned(),
                    false => format!("{}, {}", format::fixed(b.brier, 3), format::percent(b.ipa, 1)),
                };
                Cell::parts(parts, shown)
            }));
            table.push_sub(cells);
        }
    }
    table
}

/// All C values under one another.
pub fn forest(answer: &Answer) -> Figure {
    let row = |score: &Score| {
        let c = &score.concordance;
        ForestRow {
            label: label(&answer.models, &score.model).to_owned(),
            indent: 1,
            kind: ForestRowKind::Estimate,
            estimate: [c.c, c.lower, c.upper],
            shown: format::probability_ci(c.c, c.lower, c.upper, 3),
            ..ForestRow::default()
        }
    };
    let of_cohort = |cohort: &OfCohort| {
        let head = ForestRow::header(cohort_name(&cohort.cohort, cohort.apparent)).n(format!(
            "{} / {}",
            format::count(cohort.n),
            format::count(cohort.events)
        ));
        std::iter::once(head).chain(cohort.scores.iter().map(row)).collect::<Vec<_>>()
    };
    let forest = Forest {
        axis: Axis::linear(answer.method.words()),
        neutral: 0.5,
        directions: None,
        headings: ["Cohort, model", "n / events", "C (95 % CI)", ""].map(str::to_owned),
        rows: answer.cohorts.iter().flat_map(of_cohort).collect(),
        selected: None,
    };
    Figure::new("", forest)
}

/// The curves of one model in one cohort, one for each time.
pub fn roc_curves(answer: &Answer, cohort: usize, model: usize) -> Option<Figure> {
    let cohort = answer.cohorts.get(cohort)?;
    let score = cohort.scores.get(model)?;
    let mut figure = roc::figure(&score.auc, answer.unit);
    figure.title = format!("{}, {}", label(&answer.models, &score.model), cohort.cohort);
    score.auc.iter().any(|a| a.auc.is_finite()).then_some(figure)
}

/// Brier scores of all models in one cohort over time.
pub fn brier_figure(answer: &Answer, cohort: usize) -> Figure {
    let scores = answer.cohorts.get(cohort).map_or(&[][..], |c| &c.scores);
    let series: Vec<TimeSeries> = scores
        .iter()
        .map(|score| TimeSeries {
            name: label(&answer.models, &score.model).to_owned(),
            time: score.brier.iter().map(|b| b.time).collect(),
            estimate: score.brier.iter().map(|b| b.brier).collect(),
            lower: Vec::new(),
            upper: Vec::new(),
        })
        .chain(scores.first().map(|score| TimeSeries {
            name: "without a model".to_owned(),
            time: score.brier.iter().map(|b| b.time).collect(),
            estimate: score.brier.iter().map(|b| b.null).collect(),
            lower: Vec::new(),
            upper: Vec::new(),
        }))
        .collect();
    let mut figure = statistic_over_time("Brier score", answer.unit, &series, None);
    figure.title = answer.cohorts.get(cohort).map_or(String::new(), |c| c.cohort.clone());
    figure
}

/// What a cohort is called: values in the cohort that the models were fitted in are apparent.
pub(in crate::methods) fn cohort_name(cohort: &str, apparent: bool) -> String {
    match apparent {
        true => format!("{cohort} (apparent)"),
        false => cohort.to_owned(),
    }
}

/// The head of a cohort's rows: its name, patients and events.
fn cohort_row(cohort: &OfCohort) -> [Cell; 3] {
    let name = cohort_name(&cohort.cohort, cohort.apparent);
    [Cell::text(name), Cell::count(cohort.n), Cell::count(cohort.events)]
}

/// What the model `name` is called in print.
pub(in crate::methods) fn label<'a>(models: &'a [Model], name: &'a str) -> &'a str {
    models.iter().find(|m| m.name == name).map_or(name, |m| &m.label)
}

/// `model` less `reference`.
pub(in crate::methods) fn difference<'a>(
    of: &'a [Difference],
    model: &str,
    reference: Option<&str>,
) -> Option<&'a Difference> {
    of.iter().find(|d| d.model == model && Some(d.reference.as_str()) == reference)
}

fn limits(of: &Contrast) -> Cell {
    Cell::parts([("lower", of.lower), ("upper", of.upper)], format::interval(of.lower, of.upper, 3))
}

/// The sentences for a paper.
pub fn methods(answer: &Answer) -> String {
    let c = match (answer.method, answer.tau) {
        (Method::Uno, Some(tau)) => format!("Uno's C up to {} {}", format::chosen(tau), answer.unit.word()),
        (method, _) => method.words().to_owned(),
    };
    let times: Vec<String> = answer.times.iter().map(|t| format::chosen(*t)).collect();
    format!(
        "Models were fitted in the {} cohort by Cox regression and applied to the others unchanged. Discrimination was \
         measured by {c}, with infinitesimal jackknife standard errors, and by the cumulative/dynamic AUC at {} {}; models \
         were compared on the same patients. Accuracy was measured by the Brier score and the index of prediction \
         accuracy. AUC and Brier score were weighted by the inverse probability of censoring (Kaplan-Meier).",
        answer.training,
        times.join(", "),
        answer.unit.word()
    )
}
