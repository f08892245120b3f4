//! Columns computed from others: before the criteria, or, where they take figures of the training cohort, after patients
//! are enrolled and divided.

use tables::problem::Problem;
use tables::{Category, Column, Frame, did_you_mean};

use super::set;
use crate::study::at_expression;
use crate::study::spec::{Derived, GROUP_PREFIX, SCORE_PREFIX, Study};

impl Study {
    /// The derived columns that take figures of the training cohort, or are computed from such columns.
    pub(crate) fn learned_columns(&self) -> Vec<&str> {
        let mut late: Vec<&str> = Vec::new();
        for derived in &self.derived {
            let expression = &derived.expression;
            if expression.looks_at_all() || expression.names().iter().any(|name| late.contains(name)) {
                late.push(&derived.name);
            }
        }
        late
    }

    /// The derived columns that are computed from scores, features of the images or cohorts, unless the table has columns
    /// called so: they are made, like these, only when they are asked for.
    pub(crate) fn derived_of_made(&self) -> Vec<&str> {
        let mut made: Vec<&str> = Vec::new();
        for derived in &self.derived {
            let is_made = |name: &&str| made.contains(name) || self.is_made_of_study(name) || of_score(name);
            if derived.expression.names().iter().any(is_made) {
                made.push(&derived.name);
            }
        }
        made
    }
}

/// Whether a name is that of a score, be there one or not.
fn of_score(name: &str) -> bool {
    name.starts_with(SCORE_PREFIX) || name.starts_with(GROUP_PREFIX)
}

/// Whether a derived column waits until what it is computed from is made: `made` are those that may have to.
fn waits(study: &Study, derived: &Derived, made: &[&str], frame: &Frame) -> bool {
    let is_made = |name: &&str| made.contains(name) || study.is_made_of_study(name) || of_score(name);
    let is_absent = |name: &&str| frame.get(name).is_none() && is_made(name);
    made.contains(&derived.name.as_str()) && derived.expression.names().iter().any(is_absent)
}

/// Computes those of `columns` that need no more than their own row.
pub(super) fn derive(
    study: &Study,
    columns: &[Derived],
    late: &[&str],
    frame: &mut Frame,
    problems: &mut Vec<Problem>,
) {
    let made = study.derived_of_made();
    for derived in columns {
        let place = study.place(&format!("derived.{}", derived.name));
        if frame.get(&derived.name).is_some() {
            let message = format!("the table has a column {} already", derived.name);
            problems.push(Problem::error(place, message).remedy("give the derived column another name"));
            continue;
        }
        if late.contains(&derived.name.as_str()) || waits(study, derived, &made, frame) {
            continue;
        }
        match derived.expression.eval(frame) {
            Ok(values) => {
                let reason = format!("computed: {}", derived.expression.source());
                set(frame, Column::new(&derived.name, values, reason));
                problems.extend(not_finite(study, derived, frame));
            }
            Err(error) => problems.push(at_expression(place, &error)),
        }
    }
}

/// Names that waiting columns use and that nothing has: they are computed where they are asked for, so that nothing else
/// would find them.
pub(super) fn check_waiting(study: &Study, frame: &Frame, features: &[String], problems: &mut Vec<Problem>) {
    let made = study.derived_of_made();
    for derived in study.derived.iter().filter(|d| waits(study, d, &made, frame)) {
        let is_there = |name: &&str| frame.get(name).is_some() || study.is_made(name, features);
        for name in derived.expression.names().into_iter().filter(|name| !is_there(name)) {
            let names = study.made_names();
            let remedy = did_you_mean(name, frame.names().chain(names.iter().map(String::as_str)));
            let message = format!("{}: no column {name} in the table", derived.name);
            let place = study.place(&format!("derived.{}", derived.name));
            problems.push(Problem { remedy, ..Problem::error(place, message) });
        }
    }
}

/// What decides who is enrolled, and into which cohort, cannot use what is learned from the cohort.
pub(super) fn refuse_early_use(study: &Study, late: &[&str], frame: &Frame, problems: &mut Vec<Problem>) {
    let criteria = study.enrolment.iter().enumerate();
    let criteria =
        criteria.flat_map(|(k, c)| c.condition.names().into_iter().map(move |name| (format!("enrolment.{k}"), name)));
    let endpoints = study
        .endpoints
        .iter()
        .flat_map(|e| e.columns().into_iter().map(move |name| (format!("endpoints.{}", e.name), name)));
    let cohorts = study.cohorts.columns().into_iter().map(|name| ("cohorts".to_owned(), name));
    let id = study.id.iter().map(|name| ("id".to_owned(), name.as_str()));
    let made = study.derived_of_made();
    let is_early = |name: &str| late.contains(&name) || made.contains(&name) && frame.get(name).is_none();
    for (key, name) in criteria.chain(endpoints).chain(cohorts).chain(id).filter(|(_, name)| is_early(name)) {
        if !late.contains(&name) {
            let message =
                format!("{name} is computed from scores, features or cohorts, which are not known before this is");
            let remedy = "give conditions on it with --where, or as a filter of the screen";
            problems.push(Problem::error(study.place(&key), message).remedy(remedy));
            continue;
        }
        let message = format!("{name} takes figures of the enrolled patients, which are not known before this is");
        let remedy = "use numbers here in place of scale, winsorize, quantile_group and rank";
        problems.push(Problem::error(study.place(&key), message).remedy(remedy));
    }
}

/// Computes the columns that take figures of the training cohort, the first of `groups`, and says which.
pub(super) fn learn(study: &Study, late: &[&str], frame: &mut Frame, groups: &Category, problems: &mut Vec<Problem>) {
    let training: Vec<usize> = (0..frame.len()).filter(|&i| groups.codes[i] == Some(0)).collect();
    let made = study.derived_of_made();
    for derived in study.derived.iter().filter(|d| late.contains(&d.name.as_str())) {
        if frame.get(&derived.name).is_some() || waits(study, derived, &made, frame) {
            continue;
        }
        let place = study.place(&format!("derived.{}", derived.name));
        let learned = derived.expression.learned(frame, &training);
        let computed = learned.and_then(|(expression, learned)| Ok((expression.eval(frame)?, learned)));
        match computed {
            Ok((values, learned)) => {
                let remarks: Vec<String> = learned.iter().map(|l| format!("{}: {l}", derived.name)).collect();
                problems.extend(remarks.iter().map(|remark| Problem::note(place.clone(), remark)));
                let reason = format!("computed: {}", derived.expression.source());
                let column = Column::new(&derived.name, values, reason);
                set(frame, Column { remarks, ..column });
                problems.extend(not_finite(study, derived, frame));
            }
            Err(error) => problems.push(at_expression(place, &error)),
        }
    }
}

/// Rows in which every column used has a value, yet the result has none: a division by zero, the log of -1.
fn not_finite(study: &Study, derived: &Derived, frame: &Frame) -> Option<Problem> {
    let result = &frame.get(&derived.name)?.values;
    let used: Vec<&Column> = derived.expression.names().iter().filter_map(|name| frame.get(name)).collect();
    let lost = |i: usize| result.is_missing(i) && used.iter().all(|c| !c.values.is_missing(i));
    let rows: Vec<usize> = (0..frame.len()).filter(|&i| lost(i)).collect();
    let first = *rows.first()?;
    let n = rows.len();
    let message = format!(
        "{} has no finite value in {n} row{}, first in row {}",
        derived.name,
        if n == 1 { "" } else { "s" },
        frame.row_id(first).row
    );
    let place = study.place(&format!("derived.{}", derived.name));
    let remedy = "a division by zero, or the logarithm or root of a number below it";
    Some(Problem::warning(place, message).remedy(remedy))
}
