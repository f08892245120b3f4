//! From the patients screened to those enrolled, criterion by criterion.

use serde::{Deserialize, Serialize};
use tables::Frame;
use tables::problem::{Place, Problem};

use super::spec::{Criterion, CriterionKind};

/// How many patients each criterion cost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EnrolmentFlow {
    /// Patients in the table.
    pub screened: usize,
    /// The criteria in the order in which they were applied.
    pub steps: Vec<EnrolmentStep>,
    /// Patients left in the end.
    pub enrolled: usize,
}

/// One criterion and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentStep {
    /// What the flow diagram calls it.
    pub name: String,
    /// Whether patients who meet it stay or go.
    pub kind: CriterionKind,
    /// The condition as it is written.
    pub criterion: String,
    /// Patients who left at this step.
    pub lost: usize,
    /// Of those, patients who left because a missing value leaves the condition open.
    pub missing: usize,
    /// Patients who are left after it.
    pub remaining: usize,
}

/// Applies `criteria` in order to the rows of `frame`: which rows stay, and the flow.
///
/// A patient of whom a criterion cannot be decided, because a value is missing, leaves at that step, be it an
/// inclusion or an exclusion, and is counted as such. A criterion that cannot be computed is a problem and costs
/// nobody. `setting` gives the place where criterion number k is written.
pub fn enrol(
    frame: &Frame,
    criteria: &[Criterion],
    setting: &dyn Fn(usize) -> Place,
) -> (Vec<usize>, EnrolmentFlow, Vec<Problem>) {
    enrol_seeing(frame, criteria, setting, &|_, _| false)
}

/// The same, where it `is_hidden` whether some rows meet some criteria: of criterion k and row i.
pub(super) fn enrol_seeing(
    frame: &Frame,
    criteria: &[Criterion],
    setting: &dyn Fn(usize) -> Place,
    is_hidden: &dyn Fn(usize, usize) -> bool,
) -> (Vec<usize>, EnrolmentFlow, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut rows: Vec<usize> = (0..frame.len()).collect();
    let mut flow = EnrolmentFlow { screened: frame.len(), ..EnrolmentFlow::default() };
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
        let before = rows.len();
        let missing = rows.iter().filter(|&&i| outcomes[i].is_none()).count();
        rows.retain(|&i| outcomes[i] == stays);
        flow.steps.push(EnrolmentStep {
            name: criterion.name.clone(),
            kind: criterion.kind,
            criterion: criterion.condition.source().to_owned(),
            lost: before - rows.len(),
            missing,
            remaining: rows.len(),
        });
    }
    flow.enrolled = rows.len();
    (rows, flow, problems)
}
