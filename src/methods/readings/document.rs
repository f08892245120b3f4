//! Agreement of readers as a document.

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::readings::{Answer, Measure, Reading};
use crate::study::{Cohort, ReadingSpec};
use figures::format;
use figures::{Axis, Chart, Figure, Layer, Mark, Reference};
use tables::Column;

/// The coefficients, and under them how the readers differ.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new("Agreement of readers").paragraph(summary(answer)).with(table(answer));
    for reading in &answer.readings {
        match &reading.measure {
            Measure::Kappa { .. } => {
                if let Some(table) = cross_table(reading) {
                    document = document.heading(&reading.label).with(table);
                }
            }
            Measure::Icc { .. } => {
                if let Some(said) = differences(reading) {
                    document = document.heading(&reading.label).paragraph(said);
                }
            }
        }
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// What every reader read in the patients of these rows, with whether readers differ, and a heading.
pub fn of_patients(reading: &ReadingSpec, cohort: &Cohort, rows: &[usize]) -> (String, Table) {
    let columns: Vec<&Column> = reading.columns.iter().filter_map(|name| cohort.frame().get(name)).collect();
    let mut specs = vec![ColumnSpec::left("Patient")];
    specs.extend(columns.iter().map(|column| ColumnSpec::decimal(column.label())));
    specs.push(ColumnSpec::left("Differ"));
    let mut table = Table::new(specs);
    let mut differing = 0;
    for row in rows {
        let read: Vec<Option<String>> = columns.iter().map(|column| column.values.text(*row)).collect();
        let known: Vec<&String> = read.iter().flatten().collect();
        let differ = known.windows(2).any(|two| two[0] != two[1]);
        differing += usize::from(differ);
        let mut cells = vec![Cell::text(cohort.ids()[*row].clone())];
        cells.extend(read.iter().map(|text| text.as_ref().map_or_else(Cell::missing, |text| Cell::text(text.clone()))));
        cells.push(Cell::text(if differ { "yes" } else { "" }));
        table.push(cells);
    }
    let label = reading.label.as_ref().unwrap_or(&reading.name);
    let heading =
        format!("{label}: readers differ in {} of {} patients", format::count(differing), format::count(rows.len()));
    (heading, table)
}

/// `Agreement on 3 readings of 149 patients`.
pub fn summary(answer: &Answer) -> String {
    let n = answer.readings.len();
    let readings = if n == 1 { "1 reading".to_owned() } else { format!("{n} readings") };
    format!("Agreement on {readings} of {} patients", format::count(answer.n))
}

/// One row a reading.
pub fn table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Reading"),
        ColumnSpec::right("Readers").priority(4),
        ColumnSpec::right("n").priority(2),
        ColumnSpec::left("Measure").priority(1),
        ColumnSpec::decimal("Estimate (95 % CI)"),
        ColumnSpec::decimal("p").priority(2),
        ColumnSpec::right("Agreed").priority(3),
    ]);
    for reading in &answer.readings {
        let (estimate, p, agreed) = match &reading.measure {
            Measure::Kappa { of, agreed, .. } => {
                (Cell::estimate_ci(of.kappa, of.lower, of.upper, 3), of.p, Cell::percent(*agreed))
            }
            Measure::Icc { of, .. } => (Cell::estimate_ci(of.icc, of.lower, of.upper, 3), of.p, Cell::empty()),
        };
        table.push([
            Cell::text(reading.label.clone()),
            Cell::count(reading.readers.len()),
            Cell::count(reading.subjects),
            Cell::text(measure(reading)),
            estimate,
            Cell::p_value(p),
            agreed,
        ]);
    }
    table
}

/// `kappa, linear`: the weights of disagreements.
fn measure(reading: &Reading) -> String {
    match &reading.measure {
        Measure::Icc { kind, .. } => kind.to_string(),
        Measure::Kappa { of, .. } => match of.method {
            "cohen" => "kappa",
            "cohen_linear" => "kappa, linear",
            "cohen_quadratic" => "kappa, quadratic",
            _ => "Fleiss' kappa",
        }
        .to_owned(),
    }
}

/// Patients by the category of the first reader (rows) and the second (columns); none of more readers than two.
pub fn cross_table(reading: &Reading) -> Option<Table> {
    let Measure::Kappa { of, table: Some(counts), .. } = &reading.measure else { return None };
    let [first, second] = reading.readers.as_slice() else { return None };
    let mut columns = vec![ColumnSpec::left(first.clone())];
    columns.extend(of.categories.iter().enumerate().map(|(k, category)| {
        let reader = if k == 0 { second.as_str() } else { "" };
        ColumnSpec::right(format!("{reader}\n{category}"))
    }));
    let mut table = Table::new(columns);
    for (category, row) in of.categories.iter().zip(counts) {
        let mut cells = vec![Cell::text(category.clone())];
        cells.extend(row.iter().map(|n| Cell::count(*n as usize)));
        table.push(cells);
    }
    Some(table)
}

/// `Reader 1 less Reader 2: mean 0.02, SD 0.21, limits of agreement -0.39 to 0.43`; none of more readers than two.
pub fn differences(reading: &Reading) -> Option<String> {
    let Measure::Icc { differences: Some([mean, sd, lower, upper]), .. } = &reading.measure else { return None };
    let [first, second] = reading.readers.as_slice() else { return None };
    let [mean, sd, lower, upper] = [mean, sd, lower, upper].map(|x| format::significant(*x, 3));
    Some(format!("{first} less {second}: mean {mean}, SD {sd}, limits of agreement {lower} to {upper}"))
}

/// What the other readers read against what the first did; none of categories.
pub fn scatter(reading: &Reading) -> Option<Figure> {
    let Measure::Icc { values, .. } = &reading.measure else { return None };
    let (first, others) = reading.readers.split_first()?;
    let all = || values.iter().flatten().copied();
    let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let margin = (high - low) * 0.02;
    let axis = |label: &str| match low < high {
        true => Axis::linear(label).between(low - margin, high + margin),
        false => Axis::linear(label),
    };
    let layer = |(k, reader): (usize, &String)| {
        let (x, y) = values.iter().map(|row| (row[0], row[k + 1])).unzip();
        let label = if others.len() > 1 { reader.clone() } else { String::new() };
        Layer::series(k, label, Mark::Points { x, y, limits: None, names: Vec::new() })
    };
    let chart = Chart {
        x: axis(&format!("{}, {first}", reading.label)),
        y: axis(if let [second] = others { second } else { "The other readers" }),
        layers: others.iter().enumerate().map(layer).collect(),
        references: vec![Reference::identity()],
        square: true,
        ..Chart::default()
    };
    Some(Figure::new("", chart))
}

/// The sentence for a methods section.
pub fn methods(answer: &Answer) -> String {
    let of = |is: fn(&Measure) -> bool| answer.readings.iter().any(|r| is(&r.measure));
    let mut said = Vec::new();
    if of(|m| matches!(m, Measure::Kappa { of, .. } if of.method != "fleiss")) {
        said.push("Cohen's kappa (weighted where categories are ordered)");
    }
    if of(|m| matches!(m, Measure::Kappa { of, .. } if of.method == "fleiss")) {
        said.push("Fleiss' kappa");
    }
    if of(|m| matches!(m, Measure::Icc { .. })) {
        said.push("the intraclass correlation of Shrout and Fleiss for numbers");
    }
    format!("Agreement between readers was measured by {}.", said.join(", "))
}
