//! Marked patients against all others: the baseline table of both, and their survival.

use super::{km, table1};
use crate::document::{Document, Table};
use figures::format;

/// What p-values of such a comparison are worth.
pub const CAUTION: &str = "the marked were chosen by hand: p holds for what that choice did not look at";

/// `3 marked patients against 146 others`.
pub fn heading(answer: &table1::Answer) -> String {
    let of = |name: &str| answer.levels.iter().position(|level| level == name).map_or(0, |at| answer.n[at]);
    let marked = of("marked");
    let noun = if marked == 1 { "patient" } else { "patients" };
    format!("{} marked {noun} against {} others", format::count(marked), format::count(of("others")))
}

/// Every variable in both groups, with its test and the standardized difference.
pub fn table(answer: &table1::Answer) -> Table {
    table1::document::table(answer, true)
}

/// The column of each row of [`table`].
pub fn variables_of_rows(answer: &table1::Answer) -> Vec<String> {
    table1::document::rows_of_table(answer).into_iter().map(|at| answer.rows[at].variable.clone()).collect()
}

/// Survival of both in a sentence: events, medians, test and hazard ratio.
pub fn survival(answer: &km::Answer) -> String {
    let group = |g: &km::Group| {
        let median = g.median.map_or("not reached".to_owned(), |median| format::significant(median, 3));
        format!("{} {} events in {}, median {median}", g.group, format::count(g.events), format::count(g.n))
    };
    let groups: Vec<String> = answer.groups.iter().map(group).collect();
    let test = km::document::comparison(answer).map(|test| format!(". {test}")).unwrap_or_default();
    format!("{}, medians in {}: {}{test}", answer.label, answer.unit.word(), groups.join("; "))
}

/// All of it, with the ids of the marked.
pub fn document(answer: &table1::Answer, curves: Option<&km::Answer>, ids: &[String]) -> Document {
    let mut document = Document::new(heading(answer)).paragraph(format!("Marked: {}", ids.join(", ")));
    document.append(Document { notes: Vec::new(), ..table1::document::document(answer) });
    if let Some(curves) = curves {
        document.append(Document { notes: Vec::new(), ..km::document::document(curves) });
    }
    let of_curves = curves.map(|curves| curves.notes.as_slice()).unwrap_or_default();
    document.notes =
        std::iter::once(CAUTION).map(str::to_owned).chain(answer.notes.iter().chain(of_curves).cloned()).collect();
    document
}
