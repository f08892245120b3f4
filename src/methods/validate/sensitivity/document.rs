//! Sensitivity as a document: for each model a row a kind of variation.

use super::{SensitivityAnswer, Spread, Varied};
use crate::document::{Cell, ColumnSpec, Document, Table};
use figures::format;

/// Everything.
pub fn document(answer: &SensitivityAnswer) -> Document {
    let mut document = Document::new(format!("Sensitivity of the whole pipeline, {}", answer.subjects.label))
        .about(&answer.subjects.label)
        .paragraph(summary(answer))
        .with(table(answer));
    for model in &answer.models {
        if let Some(text) = of_patient(model) {
            document = document.paragraph(text);
        }
    }
    document.notes.clone_from(&answer.notes);
    document
}

fn summary(answer: &SensitivityAnswer) -> String {
    format!(
        "Every step fitted again in {} with other seeds of the folds, in other divisions of the patients, and without each \
         patient in turn; means with the least and the largest value. Seed {}",
        answer.subjects.words(),
        answer.design.seed
    )
}

fn called(what: &str) -> String {
    match what {
        "fit" => "as it is".to_owned(),
        "seed" => "other seeds of the folds".to_owned(),
        "division" => "other divisions".to_owned(),
        "one left out" => "one patient left out".to_owned(),
        other => other.to_owned(),
    }
}

fn spread(spread: &Spread, digits: usize) -> Cell {
    let shown = |x: f64| format::fixed(x, digits);
    let Spread { mean, min, max } = *spread;
    match (mean.is_nan(), min == max) {
        (true, _) => Cell::missing(),
        (false, true) => Cell::number(mean, shown(mean)),
        (false, false) => Cell::number(mean, format!("{} ({}-{})", shown(mean), shown(min), shown(max))),
    }
}

/// One row a model and kind of variation.
pub fn table(answer: &SensitivityAnswer) -> Table {
    let first = answer.models.first().and_then(|m| m.variations.first());
    let cohorts: Vec<String> = first.map(|v| v.cohorts.iter().map(|c| c.cohort.clone()).collect()).unwrap_or_default();
    let mut columns = vec![
        ColumnSpec::left("Model, varied"),
        ColumnSpec::right("Fits").priority(2),
        ColumnSpec::decimal("C apparent"),
    ];
    columns.extend(cohorts.iter().map(|name| ColumnSpec::decimal(format!("C {name}"))));
    columns.extend([ColumnSpec::decimal("Features").priority(1), ColumnSpec::decimal("In common").priority(1)]);
    let mut table = Table::new(columns);
    for model in &answer.models {
        table.push_header([Cell::text(model.label.clone())]);
        for varied in &model.variations {
            let mut cells =
                vec![Cell::text(called(&varied.what)), Cell::count(varied.fits), spread(&varied.apparent, 3)];
            cells.extend(cohorts.iter().map(|name| {
                let own = varied.cohorts.iter().find(|c| c.cohort == *name);
                own.map_or_else(Cell::missing, |c| spread(&c.c, 3))
            }));
            cells.extend([spread(&varied.size, 0), spread(&varied.overlap, 2)]);
            table.push_sub(cells);
        }
    }
    table
}

fn of_patient(model: &Varied) -> Option<String> {
    let patient = model.patient.as_ref()?;
    let before = model.variations.first()?.cohorts.last();
    let place = before.map_or_else(|| "apparent C".to_owned(), |cohort| format!("C in the {} cohort", cohort.cohort));
    Some(format!(
        "{}: most hangs on patient {}, without whom the {place} changes by {}.",
        model.label,
        patient.id,
        format::fixed(patient.change, 3)
    ))
}
