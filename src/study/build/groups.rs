//! Which cohort each patient belongs to.

use tables::problem::Problem;
use tables::{Category, Frame, did_you_mean};

use super::patients;
use crate::study::endpoint::Endpoint;
use crate::study::enrolment::enrol;
use crate::study::roles::TRAINING_WORDS;
use crate::study::spec::{CohortName, CohortSpec, Criterion, EndpointSpec, SplitSpec, Study};
use crate::study::split::stratified;

/// The names of the three cohorts of a split, in order.
const SPLIT_NAMES: [&str; 3] = ["training", "internal", "external"];

impl CohortSpec {
    /// The columns it needs.
    pub(in crate::study) fn columns(&self) -> Vec<&str> {
        match self {
            Self::One => Vec::new(),
            Self::Column { column, .. } => vec![column],
            Self::Split(split) => split.centre.as_deref().into_iter().collect(),
        }
    }
}

pub(super) fn divide(
    study: &Study,
    frame: &Frame,
    ids: &[String],
    endpoints: &[Endpoint],
    problems: &mut Vec<Problem>,
) -> Category {
    let groups = match &study.cohorts {
        CohortSpec::One => None,
        CohortSpec::Column { column, names } => by_column(study, frame, column, names, problems),
        CohortSpec::Split(split) => by_split(study, split, frame, ids, endpoints, problems),
    };
    groups.unwrap_or_else(|| Category::new(vec!["all".to_owned()], vec![Some(0); frame.len()]))
}

/// The cohort of every row of the table, enrolled or not, as far as it needs no draw: of those who may be drawn none.
pub(super) fn of_everybody(study: &Study, frame: &Frame) -> Vec<Option<u32>> {
    let none = || vec![None; frame.len()];
    let problems = &mut Vec::new();
    match &study.cohorts {
        CohortSpec::One => vec![Some(0); frame.len()],
        CohortSpec::Column { column, names } => {
            by_column(study, frame, column, names, problems).map_or_else(none, |groups| groups.codes)
        }
        CohortSpec::Split(split) => match development(study, split, frame, problems) {
            Some(inside) => inside.into_iter().map(|inside| (inside == Some(false)).then_some(2)).collect(),
            None => none(),
        },
    }
}

/// The cohort of every row of the table that a random split was drawn among, where patients leave after it; none where nobody
/// does.
pub(super) fn drawn(study: &Study, frame: &Frame, ids: &[String]) -> Option<Category> {
    let leaves = study.enrolment.iter().any(|criterion| criterion.after_split);
    if !leaves || !matches!(study.cohorts, CohortSpec::Split(_)) {
        return None;
    }
    let before: Vec<Criterion> = study.enrolment.iter().filter(|criterion| !criterion.after_split).cloned().collect();
    // What is wrong with criteria and endpoints is said where those who stay are enrolled.
    let (rows, ..) = enrol(frame, ids, &before, &|_| study.place("enrolment"));
    let part = frame.select_rows(&rows);
    let ids: Vec<String> = rows.iter().map(|&i| ids[i].clone()).collect();
    let endpoint = |spec: &EndpointSpec| {
        let setting = |part: &str| study.place(&format!("endpoints.{}.{part}", spec.name));
        spec.build(&part, &ids, &setting).0
    };
    let endpoints: Vec<Endpoint> = study.endpoints.iter().filter_map(endpoint).collect();
    let groups = divide(study, &part, &ids, &endpoints, &mut Vec::new());
    let mut codes = vec![None; frame.len()];
    rows.iter().zip(groups.codes).for_each(|(&i, code)| codes[i] = code);
    Some(Category::new(groups.levels, codes))
}

fn by_column(
    study: &Study,
    frame: &Frame,
    name: &str,
    names: &[CohortName],
    problems: &mut Vec<Problem>,
) -> Option<Category> {
    let column = match frame.column(name) {
        Ok(column) => column,
        Err(unknown) => {
            let message = format!("no column {name} in the table to name the cohorts");
            let problem = Problem::error(study.place("cohorts.column"), message);
            problems.push(Problem { remedy: unknown.nearest, ..problem });
            return None;
        }
    };
    let found = column.factor();
    let unnamed = found.codes.iter().filter(|code| code.is_none()).count();
    if unnamed > 0 {
        let message = format!("{} in no cohort: {name} is missing", patients(unnamed, "is", "are"));
        problems.push(Problem::warning(frame.place().field(name), message));
    }
    let order: Vec<CohortName> = if names.is_empty() { by_itself(&found) } else { names.to_vec() };
    for (k, cohort) in order.iter().enumerate().filter(|(_, c)| found.position(&c.value).is_none()) {
        let message = format!("no patient is in cohort {}", cohort.value);
        let remedy = did_you_mean(&cohort.value, found.levels.iter().map(String::as_str));
        let problem = Problem::error(study.place(&format!("cohorts.order.{k}")), message);
        problems.push(Problem { remedy, ..problem });
    }
    let counts = found.counts();
    let code_of = |level: &String| order.iter().position(|c| c.value == *level).map(|k| k as u32);
    let codes: Vec<Option<u32>> = found.levels.iter().map(code_of).collect();
    for (k, level) in found.levels.iter().enumerate().filter(|&(k, _)| codes[k].is_none() && counts[k] > 0) {
        let message = format!("{} in cohort {level}, which is not among `order`", patients(counts[k], "is", "are"));
        problems.push(Problem::warning(study.place("cohorts.order"), message).remedy("they are in no cohort"));
    }
    let rows = found.codes.iter().map(|code| code.and_then(|c| codes[c as usize])).collect();
    Some(Category::new(order.into_iter().map(|c| c.name).collect(), rows))
}

/// The column's own levels, the one that sounds like training first.
fn by_itself(found: &Category) -> Vec<CohortName> {
    let counts = found.counts();
    let is_training = |level: &str| TRAINING_WORDS.iter().any(|word| level.to_lowercase().starts_with(word));
    let mut levels: Vec<&String> =
        (0..found.levels.len()).filter(|&k| counts[k] > 0).map(|k| &found.levels[k]).collect();
    levels.sort_by_key(|level| !is_training(level));
    levels.into_iter().map(|level| CohortName { value: level.clone(), name: level.clone() }).collect()
}

fn by_split(
    study: &Study,
    split: &SplitSpec,
    frame: &Frame,
    ids: &[String],
    endpoints: &[Endpoint],
    problems: &mut Vec<Problem>,
) -> Option<Category> {
    let development = development(study, split, frame, problems)?;
    let strata = strata(study, split, frame, endpoints, problems)?;
    let inside: Vec<usize> = (0..frame.len()).filter(|&i| development[i] == Some(true)).collect();
    let patients: Vec<(String, String)> = inside.iter().map(|&i| (ids[i].clone(), strata[i].clone())).collect();
    let training = stratified(&patients, split.fraction, split.seed);
    let mut codes: Vec<Option<u32>> = development.iter().map(|d| d.map(|inside| if inside { 1 } else { 2 })).collect();
    for (&i, _) in inside.iter().zip(&training).filter(|(_, training)| **training) {
        codes[i] = Some(0);
    }
    let n_names = if split.centre.is_some() { 3 } else { 2 };
    Some(Category::new(SPLIT_NAMES[..n_names].iter().map(|&n| n.to_owned()).collect(), codes))
}

/// Whether each patient is of the centre that is split; everybody is if no centre is named.
fn development(
    study: &Study,
    split: &SplitSpec,
    frame: &Frame,
    problems: &mut Vec<Problem>,
) -> Option<Vec<Option<bool>>> {
    let (Some(name), Some(value)) = (&split.centre, &split.development) else {
        return Some(vec![Some(true); frame.len()]);
    };
    let column = match frame.column(name) {
        Ok(column) => column,
        Err(unknown) => {
            let message = format!("no column {name} in the table to name the centre");
            let problem = Problem::error(study.place("cohorts.centre"), message);
            problems.push(Problem { remedy: unknown.nearest, ..problem });
            return None;
        }
    };
    let centres = column.factor();
    let Some(code) = centres.position(value) else {
        let message = format!("no patient is of the centre {value}");
        let remedy = format!("{name} holds {}", centres.levels.join(", "));
        problems.push(Problem::error(study.place("cohorts.development"), message).remedy(remedy));
        return None;
    };
    Some(centres.codes.iter().map(|c| c.map(|c| c == code)).collect())
}

/// The stratum of each patient: its levels of the columns, and its event where an endpoint is named.
fn strata(
    study: &Study,
    split: &SplitSpec,
    frame: &Frame,
    endpoints: &[Endpoint],
    problems: &mut Vec<Problem>,
) -> Option<Vec<String>> {
    let mut strata = vec![String::new(); frame.len()];
    for (k, name) in split.stratify.iter().enumerate() {
        let text: Box<dyn Fn(usize) -> String> = if let Some(endpoint) = endpoints.iter().find(|e| e.name == *name) {
            Box::new(|i| format!("{:?}", endpoint.event[i]))
        } else if let Ok(column) = frame.column(name) {
            Box::new(|i| column.values.text(i).unwrap_or_default())
        } else {
            let place = study.place(&format!("cohorts.stratify.{k}"));
            let names = frame.names().chain(endpoints.iter().map(|e| e.name.as_str()));
            let problem = Problem::error(place, format!("{name} is neither a column nor an endpoint to stratify by"));
            problems.push(Problem { remedy: did_you_mean(name, names), ..problem });
            return None;
        };
        for (i, stratum) in strata.iter_mut().enumerate() {
            // A separator that no table holds keeps (a, bc) and (ab, c) apart.
            stratum.push('\u{1f}');
            stratum.push_str(&text(i));
        }
    }
    Some(strata)
}
