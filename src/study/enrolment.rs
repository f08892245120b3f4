//! From the patients screened to those enrolled, criterion by criterion.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use tables::Frame;
use tables::problem::{Place, Problem};

use super::spec::{Criterion, CriterionKind};

/// Whom each criterion cost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EnrolmentFlow {
    /// Patients in the table.
    pub screened: usize,
    /// Its rows, which are more where a patient has several.
    pub rows: usize,
    /// The criteria in the order in which they were applied.
    pub steps: Vec<EnrolmentStep>,
    /// Patients left in the end.
    pub enrolled: usize,
}

/// One criterion and whom it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentStep {
    /// What the flow diagram calls it.
    pub name: String,
    /// Whether patients who meet it stay or go.
    pub kind: CriterionKind,
    /// The condition as it is written.
    pub criterion: String,
    /// Patients who left at this step: those of whom no row is left.
    pub lost: usize,
    /// Of those, patients who left because a missing value leaves the condition open.
    pub missing: usize,
    /// Patients who are left after it.
    pub remaining: usize,
    /// Rows of the table that are left after it.
    pub rows: usize,
    /// Those who left, in the order of the table.
    pub left: Vec<Left>,
}

/// A patient who left at a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Who.
    pub id: String,
    /// Whether a missing value leaves the condition open.
    pub missing: bool,
}

impl EnrolmentFlow {
    /// Rows of the table before step number `k`.
    pub fn rows_before(&self, k: usize) -> usize {
        k.checked_sub(1).and_then(|before| self.steps.get(before)).map_or(self.rows, |step| step.rows)
    }
}

/// Applies `criteria` in order to the rows of `frame`, each of the patient in `ids`: which rows stay, and the flow.
///
/// A patient of whom a criterion cannot be decided, because a value is missing, leaves at that step, be it an
/// inclusion or an exclusion, and is counted as such. A criterion that cannot be computed is a problem and costs
/// nobody. `setting` gives the place where criterion number k is written.
pub fn enrol(
    frame: &Frame,
    ids: &[String],
    criteria: &[Criterion],
    setting: &dyn Fn(usize) -> Place,
) -> (Vec<usize>, EnrolmentFlow, Vec<Problem>) {
    enrol_seeing(frame, ids, criteria, setting, &|_, _| false)
}

/// The same, where it `is_hidden` whether some rows meet some criteria: of criterion k and row i.
pub(super) fn enrol_seeing(
    frame: &Frame,
    ids: &[String],
    criteria: &[Criterion],
    setting: &dyn Fn(usize) -> Place,
    is_hidden: &dyn Fn(usize, usize) -> bool,
) -> (Vec<usize>, EnrolmentFlow, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut rows: Vec<usize> = (0..frame.len()).collect();
    let mut patients = Patients::of(ids);
    let screened = patients.remaining;
    let mut steps = Vec::with_capacity(criteria.len());
    for (k, criterion) in criteria.iter().enumerate() {
        let mut outcomes = match criterion.condition.keep(frame) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                problems.push(super::at_expression(setting(k), &error));
                vec![Some(criterion.kind == CriterionKind::Include); frame.len()]
            }
        };
        (0..frame.len()).filter(|i| is_hidden(k, *i)).for_each(|i| outcomes[i] = None);
        let doubts = criterion.condition.doubts(frame);
        problems.extend(doubts.iter().map(|doubt| Problem {
            severity: tables::problem::Severity::Warning,
            ..super::at_expression(setting(k), doubt)
        }));
        let stays = Some(criterion.kind == CriterionKind::Include);
        let (staying, leaving) = rows.into_iter().partition(|&i| outcomes[i] == stays);
        rows = staying;
        let left = patients.without(leaving, &outcomes);
        steps.push(EnrolmentStep {
            name: criterion.name.clone(),
            kind: criterion.kind,
            criterion: criterion.condition.source().to_owned(),
            lost: left.len(),
            missing: left.iter().filter(|one| one.missing).count(),
            remaining: patients.remaining,
            rows: rows.len(),
            left,
        });
    }
    let flow = EnrolmentFlow { screened, rows: frame.len(), steps, enrolled: patients.remaining };
    (rows, flow, problems)
}

/// The patients of a table, of whom some have several rows.
struct Patients<'a> {
    ids: &'a [String],
    /// The number of each row's patient.
    of_row: Vec<usize>,
    /// How many rows of each are left.
    rows: Vec<usize>,
    /// How many have any.
    remaining: usize,
}

impl<'a> Patients<'a> {
    fn of(ids: &'a [String]) -> Self {
        let of_row: Vec<usize> = if tables::are_distinct(ids) {
            (0..ids.len()).collect()
        } else {
            let mut numbers: HashMap<&str, usize> = HashMap::new();
            let mut number = |id: &'a String| {
                let next = numbers.len();
                *numbers.entry(id).or_insert(next)
            };
            ids.iter().map(&mut number).collect()
        };
        let remaining = of_row.iter().max().map_or(0, |last| last + 1);
        let mut rows = vec![0; remaining];
        of_row.iter().for_each(|&patient| rows[patient] += 1);
        Self { ids, of_row, rows, remaining }
    }

    /// Takes rows away: the patients of whom none is left.
    fn without(&mut self, leaving: Vec<usize>, outcomes: &[Option<bool>]) -> Vec<Left> {
        let mut left = Vec::new();
        let mut open: HashSet<usize> = HashSet::new();
        for i in leaving {
            let patient = self.of_row[i];
            if outcomes[i].is_none() {
                open.insert(patient);
            }
            self.rows[patient] -= 1;
            if self.rows[patient] == 0 {
                left.push(Left { id: self.ids[i].clone(), missing: open.contains(&patient) });
            }
        }
        self.remaining -= left.len();
        left
    }
}
