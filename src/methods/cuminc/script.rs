//! Cumulative incidence again in R, by cmprsk.

use super::{Answer, Cause, Spec};
use crate::ask::AskError;
use crate::methods::script::{Script, Source, number, text};

/// The script.
///
/// # Errors
/// When the groups cannot be made.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, "Cumulative incidence")?;
    script.package("cmprsk");
    script.complete(std::slice::from_ref(&spec.column))?;
    script.complete(&spec.strata)?;
    script.group(spec.by.as_ref())?;
    let mut strata = String::new();
    for column in &spec.strata {
        strata += &format!(
            "{}{}",
            if strata.is_empty() { ", strata = paste(" } else { ", " },
            format_args!("data[[{}]]", text(column))
        );
    }
    let strata = if strata.is_empty() { strata } else { strata + ")" };
    script.add(format!(
        "cause <- as.character(data[[{}]])\nfound <- cuminc(data$time, cause, data$group, cencode = {}{strata})",
        text(&spec.column),
        text(&spec.censored)
    ));
    let named = |cause: &Cause| match cause {
        Cause::Number(number) => number.to_string(),
        Cause::Word(word) => word.clone(),
    };
    for group in &answer.groups {
        script.same(
            &format!("n, {}", group.group),
            &format!("sum(data$group == {})", text(&group.group)),
            group.n as f64,
        );
        for of in &group.causes {
            let cause = named(&of.cause);
            let found = format!("sum(data$group == {} & cause == {})", text(&group.group), text(&cause));
            script.same(&format!("events of {cause}, {}", group.group), &found, of.events as f64);
        }
    }
    for at in &answer.at {
        let cause = named(&at.cause);
        let curve = format!("{} {cause}", at.group);
        script.add(format!("at <- timepoints(found[{}], {})", text(&curve), number(at.time)));
        script.same(&format!("incidence of {cause} at {}, {}", number(at.time), at.group), "at$est[1, 1]", at.estimate);
        let what = format!("its standard error (Aalen's) at {}, {}", number(at.time), at.group);
        script.same(&what, "sqrt(at$var[1, 1])", at.aalen_std_err);
    }
    for gray in &answer.gray {
        let cause = named(&gray.cause);
        let cell = |column: &str| format!("found$Tests[{}, \"{column}\"]", text(&cause));
        script.same(&format!("Gray's test of {cause}"), &cell("stat"), gray.statistic);
        script.same(&format!("Gray's test of {cause}, p"), &cell("pv"), gray.p);
    }
    Ok(script.finish())
}
