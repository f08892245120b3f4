//! What divides the curves, and which number is cut.

use tables::Kind;

use crate::app::state::State;
use crate::ask::grouping::Grouping;
use crate::study::RAD_GROUP;

/// A category with more levels does not divide curves.
const MOST_LEVELS: usize = 6;

/// What divides the curves.
pub(super) fn by(state: &State) -> Option<Grouping> {
    state.plan()?.curves_by()
}

/// The groupings that a study offers: none, cohorts, categories, and numbers at their training median.
fn groupings(state: &State) -> Vec<Option<Grouping>> {
    let mut all = vec![None];
    if state.cohorts().len() > 1 {
        all.push(Some(Grouping::Cohort));
    }
    if state.is_scored() {
        all.push(Some(Grouping::Column(RAD_GROUP.to_owned())));
    }
    let Some(cohort) = state.cohort() else { return all };
    for name in cohort.variables() {
        let Some(column) = cohort.frame().get(name) else { continue };
        let levels = || column.factor().levels.len();
        match column.kind() {
            Kind::Number => all.push(Some(Grouping::Median(name.clone()))),
            Kind::Category if (2..=MOST_LEVELS).contains(&levels()) => all.push(Some(Grouping::Column(name.clone()))),
            _ => {}
        }
    }
    all
}

/// The grouping called `name`, or the one after that in use.
pub(super) fn next_grouping(state: &State, name: Option<&str>) -> Result<Option<Grouping>, String> {
    let all = groupings(state);
    let Some(name) = name.filter(|n| !n.is_empty()) else {
        let at = all.iter().position(|g| *g == by(state)).unwrap_or(all.len() - 1);
        return Ok(all[(at + 1) % all.len()].clone());
    };
    let of = |g: &Grouping| match g {
        Grouping::Cohort => "cohort".to_owned(),
        Grouping::Column(n) | Grouping::Median(n) | Grouping::Cut(n, _) => n.clone(),
        Grouping::Crossed(names) => names.join(","),
        Grouping::Event(name) => format!("{name} event"),
    };
    match name {
        "none" | "all" => Ok(None),
        name => all
            .into_iter()
            .flatten()
            .find(|g| of(g).eq_ignore_ascii_case(name))
            .map(Some)
            .ok_or_else(|| format!("`{name}` is no variable that divides the curves; b goes through those that do")),
    }
}

/// The variable to be cut called `name`, or the one after that in use.
pub(super) fn next_to_cut(state: &State, name: Option<&str>) -> Result<String, String> {
    let all = state.plan().map_or_else(Vec::new, |plan| plan.can_be_cut());
    let found = match name.filter(|n| !n.is_empty()) {
        Some(name) => all.iter().find(|v| v.eq_ignore_ascii_case(name)),
        None => {
            let now = state.plan().and_then(|plan| plan.to_cut());
            let at = all.iter().position(|v| Some(v) == now.as_ref()).map_or(0, |at| at + 1);
            all.get(at % all.len().max(1))
        }
    };
    found.cloned().ok_or_else(|| format!("there is no such number; there is {}", all.join(", ")))
}
