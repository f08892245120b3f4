//! Clustered features as a heat map and as tables.

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::clusters::{self, Answer, Feature, Known, counted};
use crate::methods::features::short_image;
use figures::format;
use figures::{Figure, HeatMap, Track, TrackValues};

/// Colours run to this many standard deviations.
const LIMIT: f64 = 2.0;

/// `5,064 features of 149 patients in 310 groups with |r| ≥ 0.9; 12 constant, 3 missing in some`.
pub fn summary(answer: &Answer) -> String {
    let grouped: usize = answer.groups.iter().map(|g| g.members.len()).sum();
    let alone = answer.features.len() - grouped;
    let mut said = format!(
        "{}: {} groups with |r| ≥ {} and {} features alone",
        counted(answer),
        format::count(answer.groups.len()),
        answer.correlation,
        format::count(alone)
    );
    let constant = answer.flawed.iter().filter(|f| f.constant.is_some()).count();
    let missing = answer.flawed.iter().filter(|f| f.missing > 0).count();
    for (n, what) in [(constant, "constant"), (missing, "missing in some"), (answer.without, "patients without")] {
        if n > 0 {
            said.push_str(&format!("; {} {what}", format::count(n)));
        }
    }
    said
}

/// The map of the features in `rows`, all of them or some that follow each other; `marked` is one to point at.
pub fn map(answer: &Answer, rows: std::ops::Range<usize>, marked: Option<usize>) -> Figure {
    let name = |at: usize| {
        let pointer = if marked == Some(at) { "> " } else { "" };
        format!("{pointer}{}", answer.features[at].column.short())
    };
    let n = answer.patients.len();
    let heat_map = HeatMap {
        rows: rows.clone().map(name).collect(),
        columns: n,
        values: answer.z_scores[rows.start * n..rows.end * n].to_vec(),
        limit: LIMIT,
        quantity: "z".to_owned(),
        column_label: format!("{} patients", format::count(n)),
        tracks: answer.tracks.iter().map(track).collect(),
    };
    Figure::new("", heat_map)
}

fn track(known: &clusters::Track) -> Track {
    let values = match &known.values {
        Known::Categories(names, of) => TrackValues::Categories(names.clone(), of.clone()),
        Known::Numbers(z_scores) => TrackValues::Numbers(z_scores.clone(), LIMIT),
    };
    Track { label: known.label.clone(), values }
}

/// One row a feature, in the order of the map.
pub fn order(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Seq"),
        ColumnSpec::left("Image"),
        ColumnSpec::left("Class"),
        ColumnSpec::left("Feature"),
        ColumnSpec::right("Group"),
        ColumnSpec::left("Column").priority(1),
    ]);
    for feature in &answer.features {
        let column = &feature.column;
        table.push([
            Cell::text(column.sequence.clone()),
            Cell::text(short_image(&column.image)),
            Cell::text(column.class.clone()),
            Cell::text(column.feature.clone()),
            feature.group.map_or_else(Cell::empty, |group| Cell::count(group + 1)),
            Cell::text(column.name.clone()),
        ]);
    }
    table
}

/// What is under the cursor of the map: the feature, and whom it goes with.
pub fn pointed(answer: &Answer, at: usize) -> String {
    let Some(Feature { column, group, .. }) = answer.features.get(at) else { return String::new() };
    let n = format::count(answer.features.len());
    let with = match group.and_then(|k| Some((k, answer.groups.get(k)?))) {
        Some((k, group)) => format!("group {} of {} features", k + 1, format::count(group.members.len())),
        None => "in no group".to_owned(),
    };
    format!("{} of {n}: {}, {with}", format::count(at + 1), column.name)
}

/// One row a group.
pub fn groups(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::right("Group"),
        ColumnSpec::right("Features"),
        ColumnSpec::decimal("Least |r|"),
        ColumnSpec::left("Representative"),
        ColumnSpec::left("Made of"),
    ]);
    for (k, group) in answer.groups.iter().enumerate() {
        table.push([
            Cell::count(k + 1),
            Cell::count(group.members.len()),
            Cell::fixed(group.least, 3),
            Cell::text(group.representative.clone()),
            Cell::text(made_of(answer, k)),
        ]);
    }
    table
}

/// How many features of each class a group holds, the most frequent first: `glcm 12, firstorder 3`.
fn made_of(answer: &Answer, group: usize) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for feature in answer.features.iter().filter(|f| f.group == Some(group)) {
        let class = if feature.column.class.is_empty() { "other" } else { feature.column.class.as_str() };
        match counts.iter_mut().find(|(name, _)| *name == class) {
            Some((_, n)) => *n += 1,
            None => counts.push((class, 1)),
        }
    }
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    counts.iter().map(|(class, n)| format!("{class} {n}")).collect::<Vec<_>>().join(", ")
}

/// Features that tell nothing, or not of everybody.
pub fn flawed(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Seq"),
        ColumnSpec::left("Image"),
        ColumnSpec::left("Class"),
        ColumnSpec::left("Feature"),
        ColumnSpec::right("Missing"),
        ColumnSpec::right("Constant at"),
        ColumnSpec::left("Column").priority(1),
    ]);
    for flawed in &answer.flawed {
        let column = &flawed.column;
        table.push([
            Cell::text(column.sequence.clone()),
            Cell::text(short_image(&column.image)),
            Cell::text(column.class.clone()),
            Cell::text(column.feature.clone()),
            Cell::count(flawed.missing),
            flawed.constant.map_or_else(Cell::empty, |value| Cell::significant(value, 4)),
            Cell::text(column.name.clone()),
        ]);
    }
    table
}

/// All of it.
pub fn document(answer: &Answer) -> Document {
    let document = Document::new("Features that go together")
        .paragraph(summary(answer))
        .with(map(answer, 0..answer.features.len(), None))
        .with(groups(answer));
    let document = if answer.flawed.is_empty() { document } else { document.with(flawed(answer)) };
    Document { notes: answer.notes.clone(), ..document.with(order(answer)) }
}

/// The sentence for a paper.
pub fn methods(answer: &Answer) -> String {
    format!(
        "Features were clustered by complete linkage on 1 - r (Pearson), patients on the Euclidean distance of z-scores; \
         groups of redundant features have |r| of at least {} between every two members.",
        answer.correlation
    )
}
