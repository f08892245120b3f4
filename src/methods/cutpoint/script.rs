//! The cut-off again in R, by maxstat.

use super::{Answer, Method, Spec};
use crate::ask::AskError;
use crate::methods::script::{Script, Source, number};

/// The script.
///
/// # Errors
/// When the variable cannot be written.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, &format!("Cut-off of {}", answer.label))?;
    script.package("survival");
    script.package("maxstat");
    script.complete(std::slice::from_ref(&spec.variable))?;
    let variable = script.column(&spec.variable)?;
    // The other p-values are drawn or integrated at random.
    let is_closed = matches!(spec.method, Method::Lau92 | Method::Lau94);
    script.add(format!(
        "found <- maxstat.test(Surv(time, status) ~ {variable}, data = data, smethod = \"LogRank\", pmethod = \"{}\",\n  \
         minprop = {}, maxprop = {})",
        if is_closed { answer.method } else { "none" },
        number(spec.minprop),
        number(spec.maxprop)
    ));
    script.same("n", "nrow(data)", answer.n as f64);
    script.same("cut-off", "found$estimate", answer.cutpoint);
    script.same("statistic", "found$statistic", answer.statistic);
    script.same_all("cut-offs tried", "found$cuts", &answer.profile.cut);
    script.same_all("their statistics", "abs(found$stats)", &answer.profile.statistic);
    if is_closed {
        script.same("p", "min(1, found$p.value)", answer.p);
    }
    let side = |sign: &str| format!("data$status[data${variable} {sign} {}]", number(answer.cutpoint));
    script.same("n up to it", &format!("length({})", side("<=")), answer.low.n as f64);
    script.same("events up to it", &format!("sum({})", side("<=")), answer.low.events as f64);
    script.same("n above it", &format!("length({})", side(">")), answer.high.n as f64);
    script.same("events above it", &format!("sum({})", side(">")), answer.high.events as f64);
    Ok(script.finish())
}
