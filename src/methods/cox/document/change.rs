//! The joint model before and after a choice, beside each other.

use super::{label, named, ratio};
use crate::document::{Cell, ColumnSpec, Table};
use crate::methods::cox::{Answer, Model, discrimination};
use figures::format;

/// Patients and events in use (`counts`), concordance, AUC at a time and hazard ratios, before and after; terms of either
/// model. C and AUC are apparent: of the patients that each model was fitted to.
pub fn table(
    before: &Answer,
    after: &Answer,
    counts: [Option<(usize, usize)>; 2],
    auc: Option<[Option<discrimination::Answer>; 2]>,
) -> Table {
    let mut table = Table::new([ColumnSpec::left(""), ColumnSpec::left("Before"), ColumnSpec::left("After")]);
    let [patients, events] = [counts.map(|of| of.map(|(n, _)| n)), counts.map(|of| of.map(|(_, events)| events))];
    let count = |n: Option<usize>| n.map_or_else(Cell::missing, Cell::count);
    table.push([Cell::text("Patients"), count(patients[0]), count(patients[1])]);
    table.push([Cell::text("Events"), count(events[0]), count(events[1])]);
    let both = [before, after];
    let of_models = |of: &dyn Fn(&Model) -> Option<Cell>| {
        both.map(|answer| answer.joint.as_ref().and_then(of).unwrap_or_else(Cell::missing))
    };
    let [a, b] = of_models(&|model| Some(Cell::count(model.n)));
    table.push([Cell::text("Patients in the joint model"), a, b]);
    let [a, b] = of_models(&|model| Some(Cell::count(model.events)));
    table.push([Cell::text("Events in the joint model"), a, b]);
    let [a, b] = of_models(&|model| model.concordance.as_ref().map(|c| Cell::fixed(c.c, 3)));
    table.push([Cell::text("Harrell's C"), a, b]);
    if let Some(auc) = auc {
        let at = auc.iter().flatten().next().map(|auc| format!(" at {}", format::chosen(auc.time))).unwrap_or_default();
        let [a, b] = auc.map(|auc| auc.map_or_else(Cell::missing, |auc| Cell::fixed(auc.auc, 3)));
        table.push([Cell::text(format!("AUC{at}")), a, b]);
    }
    let terms = both.into_iter().filter_map(|answer| Some((answer, answer.joint.as_ref()?)));
    let terms = terms.flat_map(|(answer, model)| model.terms.iter().map(move |term| (answer, term)));
    let mut seen: Vec<&str> = Vec::new();
    for (answer, term) in terms {
        if seen.contains(&term.term.as_str()) {
            continue;
        }
        seen.push(&term.term);
        let [a, b] = of_models(&|model| model.terms.iter().find(|other| other.term == term.term).map(ratio));
        table.push([Cell::text(format!("HR of {}", named(&label(answer, &term.variable), term))), a, b]);
    }
    table
}

/// What a row of [`table`] is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The patients in use.
    Patients,
    /// The joint model.
    Model,
    /// A variable of it.
    Variable(String),
}

/// What each row of [`table`] is about.
pub fn subjects(before: &Answer, after: &Answer, with_auc: bool) -> Vec<About> {
    let mut subjects = vec![About::Patients; 2];
    subjects.extend(std::iter::repeat_n(About::Model, 3 + usize::from(with_auc)));
    let mut seen: Vec<&str> = Vec::new();
    for term in [before, after].into_iter().filter_map(|answer| answer.joint.as_ref()).flat_map(|model| &model.terms) {
        if !seen.contains(&term.term.as_str()) {
            seen.push(&term.term);
            subjects.push(About::Variable(term.variable.clone()));
        }
    }
    subjects
}
