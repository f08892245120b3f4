//! Problems that are one, said of many rows or patients: one line for all of them.

use super::{Place, Problem};

/// Up to so many are listed one by one.
const FEW: usize = 3;

/// The same list in the same order, with more than three problems alike as one, which says how many they are and where
/// the first three. Alike are those of one severity, file, column, sequence and remedy, whose messages differ in nothing
/// but the patient's name.
///
/// ```
/// use tables::problem::{Place, Problem, gathered};
///
/// let of = |patient: &str| {
///     Problem::warning(Place::default().patient(patient), format!("no image at data/{patient}/T1.nii.gz"))
/// };
/// let all: Vec<Problem> = ["P1", "P2", "P3", "P4", "P5"].map(of).into();
/// let gathered = gathered(&all);
/// assert_eq!(gathered.len(), 1);
/// assert_eq!(gathered[0].to_string(), "warning: no image at data/P1/T1.nii.gz (5 patients alike: P1, P2, P3, ..)");
/// ```
pub fn gathered(problems: &[Problem]) -> Vec<Problem> {
    let mut kinds: Vec<(Problem, Vec<&Problem>)> = Vec::new();
    let mut at = std::collections::HashMap::new();
    for problem in problems {
        let kind = kind(problem);
        let position = *at.entry(kind.clone()).or_insert(kinds.len());
        if position == kinds.len() {
            kinds.push((kind, Vec::new()));
        }
        kinds[position].1.push(problem);
    }
    kinds
        .into_iter()
        .flat_map(|(_, alike)| if alike.len() > FEW { vec![one(&alike)] } else { cloned(&alike) })
        .collect()
}

/// A line a problem, those alike gathered.
pub fn lines(problems: &[Problem]) -> String {
    gathered(problems).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The problem without what makes it that of a row or patient.
fn kind(problem: &Problem) -> Problem {
    let mut kind = problem.clone();
    let is_of_one = kind.place.row.is_some() || kind.place.patient.is_some();
    if is_of_one {
        kind.place = Place { line: None, column: None, ..common(&problem.place) };
    }
    if let Some(patient) = &problem.place.patient {
        kind.message = without(&problem.message, patient);
    }
    kind
}

/// The message without the patient's name: as a word of its own, also with zeros in front as in `data/007`.
fn without(message: &str, patient: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || patient.contains(c);
    let (mut kept, mut word) = (String::new(), String::new());
    for c in message.chars().chain(['\n']) {
        if is_part(c) && c != '\n' {
            word.push(c);
            continue;
        }
        let is_name = !word.is_empty() && (word == patient || word.trim_start_matches('0') == patient);
        kept.push_str(if is_name { "\0" } else { &word });
        kept.push(c);
        word.clear();
    }
    kept
}

fn common(place: &Place) -> Place {
    Place { row: None, line: None, column: None, patient: None, ..place.clone() }
}

fn one(alike: &[&Problem]) -> Problem {
    let first = alike[0];
    let rows: Vec<String> = alike.iter().take(FEW).filter_map(|p| Some(p.place.row?.to_string())).collect();
    let patients: Vec<&str> = alike.iter().take(FEW).filter_map(|p| p.place.patient.as_deref()).collect();
    let n = alike.len();
    let places = match (rows.len(), patients.len()) {
        (0, 0) => format!("{n} times"),
        (_, FEW) => format!("{n} patients alike: {}, ..", patients.join(", ")),
        _ => format!("{n} rows alike: {}, ..", rows.join(", ")),
    };
    Problem { place: common(&first.place), message: format!("{} ({places})", first.message), ..first.clone() }
}

fn cloned(alike: &[&Problem]) -> Vec<Problem> {
    alike.iter().map(|problem| (*problem).clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(row: usize, patient: &str, message: &str) -> Problem {
        Problem::warning(Place::file("t.csv").row(row, row + 1).patient(patient), message)
    }

    #[test]
    fn what_is_said_of_many_rows_is_one_line() {
        let all: Vec<Problem> = (1..=400).map(|k| of(k, &format!("P{k}"), "time is negative")).collect();
        assert_eq!(lines(&all), "t.csv: warning: time is negative (400 patients alike: P1, P2, P3, ..)");
        assert_eq!(gathered(&all[..3]), all[..3], "a few are listed");
    }

    #[test]
    fn what_differs_stays_apart() {
        let values = ["3.O is no number", "lost is no number", "x is no number", "y is no number"];
        let all: Vec<Problem> = values.iter().enumerate().map(|(k, text)| of(k + 1, "A", text)).collect();
        assert_eq!(gathered(&all), all);
    }

    #[test]
    fn a_name_is_a_word_of_its_own() {
        assert_eq!(without("data/007/T1.nii has b=700", "7"), "data/\0/T1.nii has b=700\n");
        assert_eq!(without("a/P-1/b, P-10", "P-1"), "a/\0/b, P-10\n");
    }
}
