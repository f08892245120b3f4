//! Where in a sheet or a text the table is: titles above the columns' names, one or more rows of names, units or
//! labels below them, and below the patients footnotes and totals.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use super::words::{is_total, is_unit};
use crate::missing::{MISSING, is_likely};
use crate::problem::{Place, Problem};
use crate::{date, number};

/// The rows of a sheet or of a text, as texts.
pub(super) trait Rows {
    /// How many there are.
    fn len(&self) -> usize;
    /// The cells of row `i`.
    fn row(&self, i: usize) -> Vec<String>;
    /// The line or row of the file on which it stands, from 1.
    fn line(&self, i: usize) -> usize;
    /// Whether cells of the row are merged over several columns: then it holds groups of them.
    fn has_spans(&self, _row: usize) -> bool {
        false
    }
    /// The text that an empty cell of a row of groups has from those to its left.
    fn spread(&self, row: usize, column: usize) -> Option<String> {
        self.row(row).into_iter().take(column).rev().find(|cell| !cell.trim().is_empty())
    }
}

/// Where the table is.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub names: Vec<String>,
    /// What a row of labels says of each column.
    pub labels: Vec<Option<String>>,
    /// What a row of units says of each column.
    pub units: Vec<Option<String>>,
    /// The rows of patients.
    pub body: Range<usize>,
    /// The line of the columns' names.
    pub line: usize,
    pub problems: Vec<Problem>,
}

/// So many rows at either end are looked at.
const HEAD: usize = 60;
const TAIL: usize = 25;

/// At most so many rows of units and labels are below the names.
const MOST_BELOW: usize = 3;

impl Layout {
    /// Finds the table; `None` where there is no row below the columns' names.
    pub fn find(rows: &dyn Rows, shown: &Path) -> Option<Self> {
        let head: Vec<Vec<String>> = (0..rows.len().min(HEAD)).map(|i| rows.row(i)).collect();
        let sheet = Sheet { width: usual_width(&head), head };
        let (titles, names) = sheet.names()?;
        let mut layout = Self { line: rows.line(names), ..Self::default() };
        if titles > 0 {
            let rows = if titles == 1 { "row" } else { "rows" };
            let message = format!("{titles} {rows} above the columns' names left out");
            layout.problems.push(Problem::note(Place::file(shown), message));
        }
        let numeric = sheet.numeric_columns(names);
        let mut groups: Vec<String> = sheet.head[names].clone();
        let mut body = names + 1;
        layout.names = groups.clone();
        while body + 1 < sheet.head.len() && body - names <= MOST_BELOW {
            let below = &sheet.head[body];
            let is_forced = body == names + 1 && rows.has_spans(names);
            if !is_forced && !sheet.is_header_too(below, &numeric) {
                break;
            }
            layout.take(rows, (names, &mut groups), (body, below), shown);
            body += 1;
        }
        layout.body = body..rows.len();
        layout.leave_out_feet(rows, &sheet, shown);
        (!layout.body.is_empty()).then_some(layout)
    }

    /// Takes in a row below the columns' names: their names proper where those above are groups, else units or labels.
    fn take(
        &mut self,
        rows: &dyn Rows,
        (names, groups): (usize, &mut Vec<String>),
        (at, below): (usize, &Vec<String>),
        shown: &Path,
    ) {
        let place = Place { line: Some(rows.line(at)), ..Place::file(shown) };
        let has_spans = at == names + 1 && rows.has_spans(names);
        let groups_above = has_spans || at == names + 1 && are_groups(groups);
        let filled: Vec<&String> = below.iter().filter(|c| !c.trim().is_empty()).collect();
        let units = filled.iter().all(|c| is_unit(bare(c)));
        if has_spans || groups_above && !units {
            for (column, group) in groups.iter_mut().enumerate().filter(|(_, g)| g.trim().is_empty()) {
                *group = rows.spread(names, column).unwrap_or_default();
            }
            let repeated = |sub: &str| below.iter().filter(|s| s.trim() == sub).count() > 1;
            self.names.resize(self.names.len().max(below.len()), String::new());
            for (k, sub) in below.iter().map(|s| s.trim()).enumerate().filter(|(_, sub)| !sub.is_empty()) {
                let group = groups.get(k).map(|g| g.trim()).unwrap_or_default();
                self.names[k] =
                    if repeated(sub) && !group.is_empty() { format!("{group} {sub}") } else { sub.to_owned() };
            }
            for (k, name) in self.names.iter_mut().enumerate().filter(|(_, name)| name.trim().is_empty()) {
                *name = groups.get(k).cloned().unwrap_or_default();
            }
            let message = match has_spans {
                true => "the header has merged cells: names are taken from its two rows",
                false => "the header has two rows, the first of groups: names are taken from both",
            };
            self.problems.push(Problem::note(place, message));
            return;
        }
        let texts = below.iter().map(|c| Some(bare(c).to_owned()).filter(|c| !c.is_empty())).collect();
        let (what, into) = if units { ("units", &mut self.units) } else { ("labels", &mut self.labels) };
        if into.is_empty() {
            *into = texts;
        }
        let shown: Vec<&str> = filled.iter().take(3).map(|c| c.trim()).collect();
        let message =
            format!("the row below the columns' names holds {what} ({}, ..) and is no patient", shown.join(", "));
        self.problems.push(Problem::note(place, message));
    }

    /// Leaves out what stands below the patients: blank rows, footnotes, totals.
    fn leave_out_feet(&mut self, rows: &dyn Rows, sheet: &Sheet, shown: &Path) {
        if sheet.width < 3 {
            return;
        }
        let shapes = sheet.shapes(self.body.start, self.body.end);
        let mut said: Vec<String> = Vec::new();
        let lowest = self.body.end.saturating_sub(TAIL).max(self.body.start + 1);
        for i in (lowest..self.body.end).rev() {
            let row = rows.row(i);
            let filled: Vec<(usize, &str)> =
                row.iter().enumerate().map(|(k, c)| (k, c.trim())).filter(|(_, c)| !c.is_empty()).collect();
            let Some(&(column, first)) = filled.first() else {
                self.body.end = i;
                continue;
            };
            let like_the_others =
                |column: usize, text: &str| shapes.get(column).is_some_and(|known| known.contains_key(&shape(text)));
            let alone = filled.len() == 1 || row.len() < sheet.width / 2 && filled.len() < 3;
            let note = alone && !like_the_others(column, first);
            let total =
                column < 2 && is_total(first) && !like_the_others_exactly(sheet, self.body.start, column, first);
            if !(note || total) {
                break;
            }
            self.body.end = i;
            said.push(format!("line {}: {}", rows.line(i), shortened(first)));
        }
        if said.is_empty() {
            return;
        }
        let n = said.len();
        let what = if n == 1 {
            "a row that is no patient is".to_owned()
        } else {
            format!("{n} rows that are no patients are")
        };
        said.truncate(3);
        let message = format!("{what} left out at the end, footnotes or totals ({})", said.join("; "));
        let remedy = "take them out of the table, or give them ids like the others if they are patients";
        self.problems.push(Problem::warning(Place::file(shown), message).remedy(remedy));
    }
}

/// The first rows, and how many columns most of them have.
struct Sheet {
    head: Vec<Vec<String>>,
    width: usize,
}

impl Sheet {
    /// How many rows of titles there are, and the row of the columns' names (the first of them where they have two).
    fn names(&self) -> Option<(usize, usize)> {
        let first = (0..self.head.len()).find(|&i| filled(&self.head[i]) > 0)?;
        if self.width <= 2 {
            return Some((first, first));
        }
        // The first row that is filled well and holds texts; a row of groups may stand right above it.
        let looks = |i: &usize| {
            let row = &self.head[*i];
            let n = filled(row);
            let values = row.iter().filter(|c| is_value(c)).count();
            5 * n >= 3 * self.width && 5 * values <= n
        };
        let near = || first..self.head.len().min(first + 20);
        let plain = near().find(|&i| filled(&self.head[i]) > 1).unwrap_or(first);
        let is_whole = filled(&self.head[plain]) + 1 >= self.width;
        let names = if is_whole { plain } else { near().find(looks).unwrap_or(plain) };
        let above = names.checked_sub(1).filter(|&i| i >= first);
        let groups = above.filter(|&i| {
            let (row, below) = (&self.head[i], &self.head[names]);
            let values = row.iter().filter(|c| is_value(c)).count();
            filled(row) > 1 && values == 0 && row.len() + 1 >= below.len() && !row[0].trim().ends_with(':')
        });
        let names = groups.unwrap_or(names);
        Some((names, names))
    }

    /// Which columns hold numbers or dates below the header.
    fn numeric_columns(&self, names: usize) -> Vec<bool> {
        let body = &self.head[(names + 1).min(self.head.len())..];
        let body = if body.len() > 2 * MOST_BELOW + 2 { &body[MOST_BELOW..] } else { body };
        let is_numeric = |k: usize| {
            let cells = body.iter().filter_map(|row| row.get(k)).map(|c| c.trim()).filter(|c| !is_missing(c));
            let (n, values) = cells.fold((0, 0), |(n, v), c| (n + 1, v + usize::from(is_value(c))));
            n > 0 && 10 * values >= 6 * n
        };
        (0..self.width).map(is_numeric).collect()
    }

    /// Whether a row below the columns' names is no patient: where the others have numbers it has different texts, or
    /// it holds units alone.
    fn is_header_too(&self, row: &[String], numeric: &[bool]) -> bool {
        let cell = |k: usize| row.get(k).map(|c| c.trim()).unwrap_or_default();
        let over: Vec<&str> = (0..numeric.len()).filter(|&k| numeric[k]).map(cell).filter(|c| !c.is_empty()).collect();
        let all: Vec<&str> = row.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect();
        if over.is_empty() || over.iter().any(|c| is_value(c) || is_missing(c)) {
            return false;
        }
        if all.iter().all(|c| is_unit(bare(c))) {
            return true;
        }
        let mut different = over.clone();
        different.sort_unstable();
        different.dedup();
        // One word among numbers is a slip; several different ones in each of the columns of numbers are a header.
        over.len() >= 2 && different.len() >= 2 && 2 * over.len() >= numeric.iter().filter(|n| **n).count()
    }

    /// The shapes of each column's values: `A9` of P001. `n_rows` are all of the table, the titles included.
    fn shapes(&self, body: usize, n_rows: usize) -> Vec<BTreeMap<String, usize>> {
        let mut shapes = vec![BTreeMap::new(); self.width];
        // The last rows are those in question, and a cell alone in its row says nothing of how patients are written.
        let in_question = TAIL.min(n_rows.saturating_sub(body) / 3);
        let sure = (n_rows - in_question).clamp(body.min(self.head.len()), self.head.len());
        for row in self.head[body.min(sure)..sure].iter().filter(|row| filled(row) > 1) {
            for (k, cell) in row.iter().take(self.width).enumerate().filter(|(_, c)| !c.trim().is_empty()) {
                *shapes[k].entry(shape(cell.trim())).or_insert(0) += 1;
            }
        }
        shapes
    }
}

/// Whether other rows have the same word in the column: then it is a level, not a total.
fn like_the_others_exactly(sheet: &Sheet, body: usize, column: usize, word: &str) -> bool {
    let same = |row: &&Vec<String>| row.get(column).is_some_and(|c| c.trim() == word);
    sheet.head[body.min(sheet.head.len())..].iter().filter(same).count() > 1
}

/// Names that leave columns open or repeat themselves are groups of columns.
fn are_groups(names: &[String]) -> bool {
    let mut seen: Vec<&str> = names.iter().map(|n| n.trim()).collect();
    seen.sort_unstable();
    seen.first().is_some_and(|n| n.is_empty()) || seen.windows(2).any(|w| w[0] == w[1])
}

fn usual_width(rows: &[Vec<String>]) -> usize {
    let mut count: BTreeMap<usize, usize> = BTreeMap::new();
    rows.iter().for_each(|row| *count.entry(row.len()).or_insert(0) += 1);
    count.into_iter().max_by_key(|(width, n)| (*n, *width)).map_or(0, |(width, _)| width)
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|c| !c.trim().is_empty()).count()
}

/// A number, a date, or a number with something about it.
fn is_value(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && (number::measured(&number::plain_digits(text)).is_some() || date::parse(text).is_some())
}

fn is_missing(text: &str) -> bool {
    text.is_empty() || MISSING.iter().any(|m| m.eq_ignore_ascii_case(text)) || is_likely(text)
}

/// A unit without the brackets about it.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let inside = |open, close| text.strip_prefix(open).and_then(|t: &str| t.strip_suffix(close));
    inside('(', ')').or_else(|| inside('[', ']')).or_else(|| inside('（', '）')).unwrap_or(text).trim()
}

/// Letters as `A`, digits as `9`, each run once: `P001` and `P17` have the same shape.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    for c in text.chars() {
        let class = match c {
            _ if c.is_numeric() => '9',
            _ if c.is_alphabetic() => 'A',
            _ => c,
        };
        if !shape.ends_with(class) {
            shape.push(class);
        }
    }
    shape
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}..", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Csv(Vec<Vec<String>>);

    impl Rows for Csv {
        fn len(&self) -> usize {
            self.0.len()
        }

        fn row(&self, i: usize) -> Vec<String> {
            self.0[i].clone()
        }

        fn line(&self, i: usize) -> usize {
            i + 1
        }
    }

    fn found(text: &str) -> (Vec<String>, Range<usize>, usize) {
        let rows = Csv(text.lines().map(|l| l.split(',').map(str::to_owned).collect()).collect());
        let layout = Layout::find(&rows, Path::new("t.csv")).expect("a table");
        (layout.names, layout.body, layout.problems.len())
    }

    const PATIENTS: &str = "P1,61,3.4,7.6,1\nP2,67,4.5,10.4,1\nP3,62,3.6,34.0,0\nP4,38,5.0,0.8,1\n";

    #[test]
    fn a_plain_table_is_its_first_line_and_the_rest() {
        let (names, body, said) = found(&format!("id,age,size,time,event\n{PATIENTS}"));
        assert_eq!((names.join(" ").as_str(), body, said), ("id age size time event", 1..5, 0));
    }

    #[test]
    fn titles_groups_units_and_labels_are_no_patients() {
        let names = |above: &str| found(&format!("{above}{PATIENTS}"));
        let header = "id,age,size,time,event\n";
        assert_eq!(names(&format!("Table S1. Patients,,,,\n,,,,\n{header}")).1, 3..7);
        assert_eq!(names(&format!("Table S1. Patients\n{header}")).1, 2..6);
        assert_eq!(names(&format!("Who,Tumour,,Follow-up,\n{header}")), (vec_of("id age size time event"), 2..6, 1));
        assert_eq!(names(&format!("{header},years,cm,months,\n")).1, 2..6);
        assert_eq!(names(&format!("{header}Record,Age,Tumour size,RFS time,Recurrence\n")).1, 2..6);
        assert_eq!(names(&format!("{header}Record,Age,Tumour size,RFS time,Recurrence\n,years,cm,months,\n")).1, 3..7);
    }

    #[test]
    fn a_first_patient_with_words_for_missing_is_a_patient() {
        let text = format!("id,age,size,time,event\nP0,unknown,unknown,pending,1\n{PATIENTS}");
        assert_eq!(found(&text).1, 1..6);
    }

    #[test]
    fn many_feet_below_many_patients_are_none_either() {
        let patients: String = (1..=53).map(|k| format!("STS_{k:03},{},3.4,{k}.5,1\n", 20 + k)).collect();
        let notes: String =
            ["NOTES", "Type: as read", "Time (days): from the scan", "Status: alive; dead", "N/A: none"]
                .map(|note| format!("{note},,,,\n"))
                .concat();
        assert_eq!(found(&format!("id,age,size,time,event\n{patients},,,,\n{notes}")).1, 1..54);
    }

    #[test]
    fn feet_are_no_patients() {
        let with = |below: &str| found(&format!("id,age,size,time,event\n{PATIENTS}{below}")).1;
        assert_eq!(with(",,,,\nNote: event = recurrence,,,,\n"), 1..5);
        assert_eq!(with("Mean,57,4.1,13.2,\nTotal,,,,3\n"), 1..5);
        assert_eq!(with("合计,,,,3\n"), 1..5);
        assert_eq!(with("P5,,,,\n"), 1..6, "a patient of whom only the id is known");
    }

    fn vec_of(names: &str) -> Vec<String> {
        names.split(' ').map(str::to_owned).collect()
    }
}
