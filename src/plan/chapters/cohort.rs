//! Who the patients are, and what is wrong or doubtful about their data.

use super::{Asking, Chapter, Outcome, not_asked, once, plain, with_methods};
use crate::methods::{audit, cohort, problems, readings, table1};

pub(super) const CHAPTERS: &[Chapter] = &[
    Chapter { name: "cohort.flow", title: "Cohort", of_endpoint: false, variants: once, write: flow },
    Chapter { name: "baseline.table", title: "Baseline table", of_endpoint: false, variants: once, write: baseline },
    Chapter {
        name: "baseline.agreement",
        title: "Agreement of readers",
        of_endpoint: false,
        variants: once,
        write: agreement,
    },
];

/// What stands at the end.
pub(super) const LAST: &[Chapter] = &[
    Chapter { name: "audit", title: "Checklists", of_endpoint: false, variants: once, write: audited },
    Chapter { name: "problems", title: "Problems", of_endpoint: false, variants: once, write: found },
];

fn flow(asking: &Asking<'_>) -> Outcome {
    let cohort = asking.plan.cohort();
    with_methods(cohort::document(cohort), cohort::methods(cohort))
}

fn baseline(asking: &Asking<'_>) -> Outcome {
    let answer = asking.ask(asking.plan.baseline())?;
    with_methods(table1::document::document(&answer), table1::document::methods(&answer))
}

fn agreement(asking: &Asking<'_>) -> Outcome {
    let Some(readings) = asking.plan.readings() else { return not_asked("the study names no readings") };
    let answer = asking.ask(readings)?;
    with_methods(readings::document::document(&answer), readings::document::methods(&answer))
}

fn audited(asking: &Asking<'_>) -> Outcome {
    plain(audit::document::document(&audit::run(&asking.plan.audited())))
}

fn found(asking: &Asking<'_>) -> Outcome {
    plain(problems::document(asking.problems))
}
