//! Concordance again in R, by the package survival.

use super::{Answer, Method, Spec};
use crate::ask::AskError;
use crate::methods::script::{Script, Source, number};

/// The script.
///
/// # Errors
/// When the score cannot be written.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, "Concordance")?;
    script.package("survival");
    let all: Vec<String> = std::iter::once(spec.score.clone()).chain(spec.compare.iter().cloned()).collect();
    script.complete(&all)?;
    let timewt = match spec.method {
        Method::Harrell => "",
        Method::Uno => ", timewt = \"n/G2\"",
    };
    let ymax = spec.tau.map_or(String::new(), |tau| format!(", ymax = {}", number(tau)));
    let reverse = if spec.higher_is_better { "" } else { ", reverse = TRUE" };
    let others = answer.compared.iter().map(|c| (&c.score, &c.concordance));
    for (score, found) in std::iter::once((&answer.score, &answer.concordance)).chain(others) {
        let term = script.column(score)?;
        let (surv, weights) = (Script::surv(&spec.on), Script::weights(&spec.on));
        script.add(format!("found <- concordance({surv} ~ {term}, data = data{weights}{reverse}{timewt}{ymax})"));
        script.same(&format!("C, {score}"), "found$concordance", found.c);
        script.same(&format!("se, {score}"), "sqrt(found$var)", found.se);
        if spec.method == Method::Harrell {
            script.same(&format!("concordant, {score}"), "found$count[\"concordant\"]", found.concordant);
            script.same(&format!("discordant, {score}"), "found$count[\"discordant\"]", found.discordant);
            script.same(&format!("tied in risk, {score}"), "found$count[\"tied.x\"]", found.tied_risk);
        }
    }
    Ok(script.finish())
}
