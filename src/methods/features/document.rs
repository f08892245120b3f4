//! Radiomic features as tables and figures.

pub mod screen;

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::distribution::Group;
use crate::methods::features::{Answer, Column, Feature, short_image};
use crate::methods::icc;
use figures::format;
use figures::{Figure, Panels};
use radiomics::catalogue;
use radiomics::ibsi::Parts;
use radiomics::settings::FeatureClass;

/// One row a feature.
pub fn table(answer: &Answer) -> Table {
    let kind = &answer.icc.kind;
    let mut table = Table::new([
        ColumnSpec::left("Seq"),
        ColumnSpec::left("Image"),
        ColumnSpec::left("Class"),
        ColumnSpec::left("Feature"),
        ColumnSpec::right("n").priority(4),
        ColumnSpec::right("Missing").priority(7),
        ColumnSpec::right("Mean").priority(5),
        ColumnSpec::right("SD").priority(6),
        ColumnSpec::decimal(kind.name()),
        ColumnSpec::decimal("within").priority(1),
        ColumnSpec::decimal("between").priority(2),
        ColumnSpec::left("Kept").priority(8),
        ColumnSpec::decimal("C"),
        ColumnSpec::decimal("HR per SD").priority(9),
        ColumnSpec::decimal("p").priority(3),
        ColumnSpec::decimal("q").priority(10),
        ColumnSpec::left("Column").priority(11),
    ]);
    for feature in &answer.features {
        table.push(row(feature));
    }
    table
}

fn row(f: &Feature) -> [Cell; 17] {
    let Column { name, sequence, image, class, feature, .. } = &f.column;
    [
        Cell::text(sequence.clone()),
        Cell::text(short_image(image)),
        Cell::text(class.clone()),
        Cell::text(feature.clone()),
        Cell::count(f.n),
        Cell::count(f.missing),
        Cell::significant(f.mean, 4),
        if f.is_constant() { Cell::number(0.0, "constant") } else { Cell::significant(f.sd, 3) },
        Cell::fixed(f.weakest(), 2),
        Cell::fixed(f.within, 2),
        Cell::fixed(f.between, 2),
        f.kept.map_or_else(Cell::missing, |kept| Cell::text(if kept { "yes" } else { "no" })),
        Cell::fixed(f.c, 3),
        Cell::number(f.hr, format::ratio(f.hr)),
        Cell::p_value(f.p),
        Cell::p_value(f.q),
        Cell::text(name.clone()),
    ]
}

/// `5,064 features in 149/149 patients; ICC2 ≥ 0.75: 4,012; training 81, 40 events`.
pub fn summary(answer: &Answer) -> String {
    let mut parts = vec![format!(
        "{} features in {}/{} patients",
        format::count(answer.features.len()),
        format::count(answer.complete),
        format::count(answer.patients)
    )];
    if !answer.comparisons.is_empty() {
        let kept = answer.features.iter().filter(|f| f.kept == Some(true)).count();
        parts.push(format!("{} ≥ {}: {}", answer.icc.kind, answer.icc.threshold, format::count(kept)));
    }
    if let Some((n, events)) = answer.training {
        let noun = if events == 1 { "event" } else { "events" };
        parts.push(format!("training {}, {} {noun}", format::count(n), format::count(events)));
    }
    parts.join("; ")
}

/// Features and kept features by image type: where reliability is lost.
pub fn by_image(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Image"),
        ColumnSpec::right("Features"),
        ColumnSpec::right("Kept"),
        ColumnSpec::decimal("Median\nwithin").priority(1),
        ColumnSpec::decimal("Median\nbetween"),
    ]);
    let mut images: Vec<&str> = Vec::new();
    for feature in &answer.features {
        if !images.contains(&feature.column.image.as_str()) {
            images.push(&feature.column.image);
        }
    }
    let line = |name: String, of_it: &[&Feature]| {
        let median = |of: fn(&Feature) -> f64| {
            let known: Vec<f64> = of_it.iter().map(|f| of(f)).filter(|x| !x.is_nan()).collect();
            if known.is_empty() { f64::NAN } else { survival::stats::describe::quantile(&known, 0.5) }
        };
        let kept = of_it.iter().filter(|f| f.kept == Some(true)).count();
        [
            Cell::text(name),
            Cell::count(of_it.len()),
            Cell::count_percent(kept, of_it.len()),
            Cell::fixed(median(|f| f.within), 2),
            Cell::fixed(median(|f| f.between), 2),
        ]
    };
    for image in images {
        let of_it: Vec<&Feature> = answer.features.iter().filter(|f| f.column.image == image).collect();
        let name = if image.is_empty() { "(of a table)".to_owned() } else { image.to_owned() };
        table.push(line(name, &of_it));
    }
    table.push_total(line("all".to_owned(), &answer.features.iter().collect::<Vec<_>>()));
    table
}

/// The place of the first feature of each row of [`by_image`] but the last, which is all.
pub fn first_of_images(answer: &Answer) -> Vec<usize> {
    let mut seen: Vec<&str> = Vec::new();
    let mut is_first = |at: &usize| {
        let image = answer.features[*at].column.image.as_str();
        let is_new = !seen.contains(&image);
        seen.extend(is_new.then_some(image));
        is_new
    };
    (0..answer.features.len()).filter(|at| is_first(at)).collect()
}

/// How the weakest agreement of the features is distributed, with the threshold.
pub fn reliability(answer: &Answer) -> Option<Figure> {
    let weakest: Vec<f64> = answer.features.iter().map(Feature::weakest).collect();
    if weakest.iter().all(|x| x.is_nan()) {
        return None;
    }
    let mark = (answer.icc.threshold, format!("threshold {}", answer.icc.threshold));
    Some(crate::methods::distribution::histogram(
        &format!("{} (weakest comparison)", answer.icc.kind),
        &weakest,
        &[mark],
    ))
}

/// What the comparisons are, in words.
pub fn comparisons(comparisons: &[icc::Comparison]) -> String {
    let named: Vec<String> =
        comparisons.iter().map(|c| format!("{}: {} lesions", c.name, format::count(c.subjects))).collect();
    named.join("; ")
}

/// A feature in words and numbers.
pub fn facts(answer: &Answer, f: &Feature) -> Vec<String> {
    let class = FeatureClass::from_name(&f.column.class);
    let known = class.and_then(|class| catalogue::features(class).iter().find(|k| k.name == f.column.feature));
    let by_ibsi =
        Parts::of(&f.column.name).map(|parts| format!("{} (IBSI {})", parts.feature.title, parts.feature.code));
    let known = by_ibsi.or_else(|| known.map(|known| known.description.to_owned()));
    let mut facts: Vec<String> = known.into_iter().collect();
    let mut described =
        format!("n {}, mean {}, SD {}", f.n, format::significant(f.mean, 4), format::significant(f.sd, 3));
    if f.missing > 0 {
        described.push_str(&format!(", missing in {}", f.missing));
    }
    if f.is_constant() {
        described.push_str(": the same in all patients");
    }
    facts.push(described);
    if let Some(kept) = f.kept {
        facts.push(format!(
            "{} within readers {}, between {}: {}",
            answer.icc.kind,
            format::fixed(f.within, 3),
            format::fixed(f.between, 3),
            if kept { "kept" } else { "not kept" }
        ));
    }
    if answer.training.is_some() {
        let hazard = if f.hr.is_nan() {
            "no hazard ratio can be estimated".to_owned()
        } else {
            let (p, q) = (format::p_equation(f.p), format::p_value(f.q));
            format!("HR per SD {}, {p}, q {q}", format::ratio(f.hr))
        };
        facts.push(format!("training: C {}, {hazard}", format::fixed(f.c, 3)));
    }
    facts
}

/// Why a feature cannot be used, or should not; nothing where it can.
pub fn remark(answer: &Answer, f: &Feature) -> String {
    let mut said = Vec::new();
    if f.n == 0 {
        said.push("no patient has a value".to_owned());
    } else if f.missing > 0 {
        said.push(format!("missing in {} patients", f.missing));
    }
    if f.is_constant() {
        said.push("the same in all patients".to_owned());
    }
    if f.kept == Some(false) {
        said.push(format!("{} {} is below {}", answer.icc.kind, format::fixed(f.weakest(), 2), answer.icc.threshold));
    }
    if said.is_empty() { String::new() } else { format!("not used: {}", said.join("; ")) }
}

/// The values of a feature in groups, as boxes: by cohort, and by event.
pub fn distribution(f: &Feature, by_cohort: &[Group], by_event: &[Group]) -> Figure {
    let panel = |title: &str, groups: &[Group]| {
        let boxes = crate::methods::distribution::boxes(&f.column.feature, groups);
        (groups.len() > 1).then_some(Figure { title: title.to_owned(), ..boxes })
    };
    let both = [panel("by cohort", by_cohort), panel("by outcome", by_event)];
    Figure::new("", Panels { columns: 2, figures: both.into_iter().flatten().collect() })
}

/// All of it.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new("Radiomic features").paragraph(summary(answer)).with(table(answer));
    if let Some(figure) = reliability(answer) {
        document = document.paragraph(comparisons(&answer.comparisons)).with(by_image(answer)).with(figure);
    }
    Document { notes: answer.notes.clone(), ..document }
}
