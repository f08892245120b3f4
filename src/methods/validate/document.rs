//! A validation as a document: the table of apparent, corrected and other cohorts' values, and what was chosen how often.

use super::{Answer, Cohort, Corrected, Model};
use crate::document::{Cell, ColumnSpec, Document, Table};
use figures::format;

/// At most so many features are printed for a model.
const SHOWN: usize = 10;

/// Everything.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new(format!("Validation of the whole pipeline, {}", answer.subjects.label))
        .about(&answer.subjects.label)
        .paragraph(summary(answer))
        .with(first_table(answer));
    if let Some(text) = to_publish(answer) {
        document = document.paragraph(text);
    }
    if !answer.differences.is_empty() {
        document = document.heading("Differences of corrected C").with(differences_table(answer));
    }
    if answer.models.iter().any(|m| m.corrected.is_some()) {
        document = document.heading("Every measure").with(measures_table(answer));
    }
    for model in answer.models.iter().filter(|m| !m.centres.is_empty()) {
        document = document.heading(format!("{} in each centre left out", model.label)).with(centres_table(model));
    }
    if answer.models.iter().any(|m| !m.features.is_empty()) {
        document = document.heading("Features chosen").with(features_table(answer));
    }
    document = document.heading("Fitted anew in every sample");
    for step in &answer.steps {
        document = document.paragraph(step.clone());
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// `200 bootstrap samples of the training cohort (81 patients, 30 events), seed 1`.
pub fn summary(answer: &Answer) -> String {
    let design = &answer.design;
    let what = match (design.kind, design.n, design.folds, design.repeats) {
        ("bootstrap", Some(n), ..) => format!("{} bootstrap samples", format::count(n)),
        ("permutation", Some(n), ..) => format!("{} random orders of the outcomes", format::count(n)),
        ("nested", _, Some(folds), Some(1)) => format!("{folds}-fold cross-validation around the pipeline's own"),
        ("nested", _, Some(folds), Some(repeats)) => {
            format!("{folds}-fold cross-validation around the pipeline's own, {repeats} deals")
        }
        _ => format!("each centre of {} left out in turn", design.centre.as_deref().unwrap_or_default()),
    };
    format!(
        "{what} of {}, seed {}; {} fits of every step",
        answer.subjects.words(),
        design.seed,
        format::count(answer.used + 1)
    )
}

/// How a model's corrected value is headed, for the design.
fn corrected_head(answer: &Answer) -> &'static str {
    match answer.design.kind {
        "nested" => "Corrected (nested CV)",
        "leave-centre-out" => "Other centres",
        _ => "Corrected (bootstrap)",
    }
}

/// The first table of a report: apparent, corrected, and every other cohort.
pub fn first_table(answer: &Answer) -> Table {
    compared(answer, &[], false)
}

/// The same, narrower, with what was chosen: how many features, how stably, and, where outcomes were put in random order too, p.
pub fn overview(answer: &Answer, permuted: Option<&Answer>) -> Table {
    let stability = |model: &Model| model.stability.map_or_else(Cell::missing, |s| Cell::fixed(s, 2));
    let size = |model: &Model| match model.size {
        Some(size) => Cell::number(size.mean, format!("{:.1} ({}-{})", size.mean, size.min, size.max)),
        None => Cell::missing(),
    };
    let p = |model: &Model| {
        let of = permuted.and_then(|answer| answer.models.iter().find(|m| m.model == model.model));
        of.and_then(|m| m.permutation.as_ref()).map_or_else(Cell::missing, |found| Cell::p_value(found.p))
    };
    let chosen = answer.models.iter().any(|m| m.size.is_some());
    let mut more: Vec<More<'_>> = Vec::new();
    if chosen {
        more.push((ColumnSpec::decimal("Features").priority(2), &size));
        more.push((ColumnSpec::decimal("Stability").priority(3), &stability));
    }
    if permuted.is_some() && answer.design.kind != "permutation" {
        more.push((ColumnSpec::decimal("p (permuted)").priority(1), &p));
    }
    compared(answer, &more, true)
}

/// A further column, and its cell of each model.
type More<'a> = (ColumnSpec, &'a dyn Fn(&Model) -> Cell);

/// `is_narrow` without the limits in other cohorts, and the model to publish marked behind its name.
fn compared(answer: &Answer, more: &[More<'_>], is_narrow: bool) -> Table {
    let permuted = answer.models.iter().any(|m| m.permutation.is_some());
    let cohorts: Vec<&Cohort> = answer.models.first().map(|m| m.cohorts.iter().collect()).unwrap_or_default();
    let mut columns = vec![ColumnSpec::left("C of the model"), ColumnSpec::decimal("Apparent")];
    if permuted {
        columns.extend([ColumnSpec::decimal("Mean in random orders"), ColumnSpec::decimal("p")]);
    } else {
        columns.push(ColumnSpec::decimal(corrected_head(answer)));
        columns.push(ColumnSpec::decimal("Optimism").priority(2));
    }
    columns.extend(cohorts.iter().map(|c| ColumnSpec::decimal(capitalized(&c.cohort)).priority(1)));
    columns.extend(more.iter().map(|(column, _)| column.clone()));
    if !is_narrow {
        columns.push(ColumnSpec::left(""));
    }
    let mut table = Table::new(columns);
    for model in &answer.models {
        let is_best = answer.report.as_ref() == Some(&model.model);
        let mark = if is_best && is_narrow { ", to publish" } else { "" };
        let mut cells = vec![Cell::text(format!("{}{mark}", model.label)), Cell::fixed(model.apparent.c, 3)];
        match (&model.permutation, &model.corrected) {
            (Some(permuted), _) => {
                let known: Vec<f64> = permuted.c.iter().copied().filter(|c| !c.is_nan()).collect();
                cells.push(Cell::fixed(known.iter().sum::<f64>() / known.len() as f64, 3));
                cells.push(Cell::p_value(permuted.p));
            }
            (None, Some(corrected)) => {
                cells.push(interval(corrected.c, corrected.lower, corrected.upper));
                cells.push(Cell::fixed(model.optimism.as_ref().map_or(f64::NAN, |o| o.c), 3));
            }
            (None, None) => cells.extend([Cell::missing(), Cell::missing()]),
        }
        cells.extend(cohorts.iter().map(|cohort| {
            let own = model.cohorts.iter().find(|c| c.cohort == cohort.cohort);
            own.map_or_else(Cell::missing, |c| match is_narrow {
                true => Cell::fixed(c.c, 3),
                false => interval(c.c, c.lower, c.upper),
            })
        }));
        cells.extend(more.iter().map(|(_, cell)| cell(model)));
        if !is_narrow {
            cells.push(Cell::text(if is_best { "to publish" } else { "" }));
        }
        table.push(cells);
    }
    table
}

fn interval(c: f64, lower: f64, upper: f64) -> Cell {
    let three = |x: f64| format::fixed(x, 3);
    Cell::number(c, format!("{} ({}-{})", three(c), three(lower), three(upper)))
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Which value a paper names.
pub fn to_publish(answer: &Answer) -> Option<String> {
    let model = answer.models.iter().find(|m| Some(&m.model) == answer.report.as_ref())?;
    let corrected = model.corrected.as_ref()?;
    let how = match answer.design.kind {
        "nested" => "the cross-validated C, every step refitted without the patients it predicts",
        "leave-centre-out" => "the C in centres that nothing was fitted to",
        _ => "the C corrected for optimism, every step refitted",
    };
    Some(format!(
        "To publish: {}, C {} ({}-{}), {how}; not the apparent {}.",
        model.label,
        format::fixed(corrected.c, 3),
        format::fixed(corrected.lower, 3),
        format::fixed(corrected.upper, 3),
        format::fixed(model.apparent.c, 3)
    ))
}

/// What a further sequence, region or score adds: every model less each before it.
fn differences_table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Model"),
        ColumnSpec::left("less"),
        ColumnSpec::decimal("Difference (95 % CI)"),
        ColumnSpec::decimal("SE").priority(1),
        ColumnSpec::decimal("p"),
    ]);
    let label = |name: &String| {
        let model = answer.models.iter().find(|m| m.model == *name);
        Cell::text(model.map_or_else(|| name.clone(), |m| m.label.clone()))
    };
    for d in &answer.differences {
        let difference = Cell::estimate_ci(d.difference, d.lower, d.upper, 3);
        table.push([label(&d.second), label(&d.first), difference, Cell::fixed(d.se, 3), Cell::p_value(d.p)]);
    }
    table
}

fn measures_table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Model, measure"),
        ColumnSpec::decimal("Apparent"),
        ColumnSpec::decimal("Optimism"),
        ColumnSpec::decimal("Corrected"),
        ColumnSpec::decimal("SE").priority(1),
    ]);
    for model in &answer.models {
        let (Some(optimism), Some(corrected)) = (&model.optimism, &model.corrected) else { continue };
        table.push_header([Cell::text(model.label.clone())]);
        let mut row = |name: String, apparent: f64, optimism: f64, value: f64, se: f64| {
            let [apparent, optimism, value, se] = [apparent, optimism, value, se].map(|x| Cell::fixed(x, 3));
            table.push_sub([Cell::text(name), apparent, optimism, value, se]);
        };
        let Corrected { c, se, slope, slope_se, .. } = corrected;
        row("Harrell's C".to_owned(), model.apparent.c, optimism.c, *c, *se);
        row("Calibration slope".to_owned(), model.apparent.slope, optimism.slope, *slope, *slope_se);
        let named = [
            ("AUC", &model.apparent.auc, &optimism.auc, &corrected.auc),
            ("Brier score", &model.apparent.brier, &optimism.brier, &corrected.brier),
            ("Index of prediction accuracy", &model.apparent.ipa, &optimism.ipa, &corrected.ipa),
        ];
        for (name, apparent, optimism, corrected) in named {
            for ((a, o), c) in apparent.iter().zip(optimism).zip(corrected) {
                let name = format!("{name} at {} {}", format::chosen(a.time), answer.subjects.unit.word());
                row(name, a.value, o.value, c.value, c.limits.map_or(f64::NAN, |[se, ..]| se));
            }
        }
    }
    table
}

fn centres_table(model: &Model) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Centre"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Events"),
        ColumnSpec::decimal("C (95 % CI)"),
        ColumnSpec::decimal("Slope"),
    ]);
    for c in &model.centres {
        let (c_value, slope) = (interval(c.c, c.lower, c.upper), Cell::fixed(c.slope, 2));
        table.push([Cell::text(c.cohort.clone()), Cell::count(c.n), Cell::count(c.events), c_value, slope]);
    }
    table
}

fn features_table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Model, feature"),
        ColumnSpec::right("Of the fits"),
        ColumnSpec::decimal("Mean rank").priority(1),
    ]);
    for model in answer.models.iter().filter(|m| !m.features.is_empty()) {
        let size = model.size.map(|s| format!(", {:.1} features ({} to {})", s.mean, s.min, s.max)).unwrap_or_default();
        table.push_header([Cell::text(format!("{}{size}", model.label))]);
        for f in model.features.iter().take(SHOWN) {
            let share = Cell::number(f.share, format::percent(f.share, 0));
            table.push_sub([Cell::text(f.feature.clone()), share, Cell::fixed(f.rank, 1)]);
        }
    }
    table
}

/// The sentences for a methods section.
pub fn methods(answer: &Answer) -> String {
    let design = match answer.design.kind {
        "bootstrap" => "Harrell's bootstrap",
        "nested" => "nested cross-validation",
        "leave-centre-out" => "leaving out one centre at a time",
        _ => "permutation of the outcomes",
    };
    format!(
        "The whole pipeline was validated by {design} ({}): in each sample {} were fitted anew. C is Harrell's, with 95 % limits \
         that stand for the sampling of patients at a given prediction.",
        summary(answer),
        if answer.selects { "every step of the scores and the models built on them" } else { "the models" }
    )
}
