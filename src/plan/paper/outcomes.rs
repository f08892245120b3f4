//! How patients fare: survival by group, and the effect in subgroups.

use figures::format;

use super::{FOREST, Made, Panel, absent, grid, in_each_cohort, of_cohort, panels, under};
use crate::ask::AskError;
use crate::methods::{cox, km};
use crate::plan::Choices;
use crate::plan::chapters::{Asking, Missing};

/// Curves of one cohort; of everybody together where nothing divides them.
fn curves(asking: &Asking<'_>) -> Result<std::sync::Arc<km::Answer>, Missing> {
    match asking.ask(asking.plan.curves()) {
        Err(AskError::Impossible(_) | AskError::NotYet(_)) if asking.plan.curves_by().is_some() => {
            Ok(asking.ask(asking.plan.curves_together())?)
        }
        answered => Ok(answered?),
    }
}

fn panel(answer: &km::Answer, cohort: &str) -> Panel {
    let n: usize = answer.groups.iter().map(|g| g.n).sum();
    let events: usize = answer.groups.iter().map(|g| g.events).sum();
    let test = km::document::comparison(answer).map_or_else(String::new, |test| format!("; {test}"));
    let said = format!("{}, n = {}, {} events{test}.", of_cohort(cohort), format::count(n), format::count(events));
    Panel::new(of_cohort(cohort), km::document::figure(answer), said)
}

fn by_group_of(asking: &Asking<'_>) -> Result<Made, Missing> {
    let panels_of = in_each_cohort(asking, |asking, cohort| {
        let answer = curves(asking)?;
        Ok((panel(&answer, cohort), answer.label.clone(), answer.by.clone()))
    })?;
    let Some((_, label, by)) = panels_of.first() else { return Err(absent("the study names no endpoint")) };
    let by = by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let title = format!("{label}{by} (Kaplan-Meier), with numbers at risk");
    Ok(grid(title, panels_of.into_iter().map(|(panel, ..)| panel).collect()))
}

pub(super) fn by_group(asking: &Asking<'_>) -> Result<Made, Missing> {
    if asking.plan.endpoint().is_none() {
        return Err(absent("the study names no endpoint"));
    }
    by_group_of(asking)
}

/// The same for the endpoint that comes second, first of everybody.
pub(super) fn second_endpoint(asking: &Asking<'_>) -> Result<Made, Missing> {
    let plan = &asking.plan;
    let in_use = plan.endpoint().map(|endpoint| endpoint.name.clone());
    let other = plan.cohort().endpoints().iter().find(|e| Some(&e.name) != in_use.as_ref());
    let Some(other) = other.map(|endpoint| endpoint.name.clone()) else {
        return Err(absent("the study names no second endpoint"));
    };
    let choices = Choices { endpoint: Some(other), ..plan.choices.clone() };
    under(asking, &choices, |asking| {
        let answer = curves(asking)?;
        let all = panel(&answer, "all patients");
        if asking.plan.cohorts().len() < 2 {
            return by_group_of(asking);
        }
        let by = answer.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let mut each = in_each_cohort(asking, |asking, cohort| Ok(panel(&*curves(asking)?, cohort)))?;
        each.insert(0, all);
        Ok(grid(format!("{}{by} (Kaplan-Meier), with numbers at risk", answer.label), each))
    })
}

pub(super) fn subgroups(asking: &Asking<'_>) -> Result<Made, Missing> {
    let spec = asking.plan.subgroups().filter(|spec| !spec.by.is_empty());
    let spec = spec.ok_or_else(|| absent("nothing divides the study's patients into subgroups"))?;
    let answer = asking.ask(spec)?;
    let said = format!(
        "{}. p of interaction by likelihood ratio tests, not adjusted for their number; {FOREST}.",
        cox::document::subgroups::summary(&answer)
    );
    let title = format!("{} in subgroups, {}", answer.label, answer.endpoint);
    Ok(panels(title, vec![vec![Panel::new("", cox::document::subgroups::forest(&answer), said)]], Vec::new()))
}
