//! Time-dependent ROC again in R: the weights of timeROC (marginal), written out in base R.

use super::{Answer, AtTime, Brier, Spec};
use crate::ask::AskError;
use crate::methods::script::{Script, Source, UNCENSORED, number};

/// With `uncensored`, the weights of `data` by [`UNCENSORED`]: AUC of cases against controls; Brier score.
pub const FUNCTIONS: &str = "auc <- function(score, t) {
  case <- data$time <= t & data$status == 1
  control <- data$time > t
  weight <- 1 / uncensored$before(data$time[case])
  wins <- sapply(score[case], function(s) sum(score[control] < s) + sum(score[control] == s) / 2)
  sum(weight * wins) / (sum(weight) * sum(control))
}
brier <- function(risk, t) {
  case <- data$time <= t & data$status == 1
  control <- data$time > t
  (sum((1 - risk[case])^2 / uncensored$before(data$time[case])) + sum(risk[control]^2) / uncensored$at(t)) / nrow(data)
}";

/// The script.
///
/// # Errors
/// When the score cannot be written.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, "Time-dependent ROC curves")?;
    let all: Vec<String> = std::iter::once(spec.score.clone()).chain(spec.compare.iter().cloned()).collect();
    script.complete(&all)?;
    script.add(format!("{UNCENSORED}\nuncensored <- uncensored_in(data)\n{FUNCTIONS}"));
    let others = answer.compared.iter().map(|c| (&c.score, &c.times, &c.brier));
    for (score, times, brier) in std::iter::once((&answer.score, &answer.times, &answer.brier)).chain(others) {
        let term = script.column(score)?;
        let sign = if spec.higher_is_better { "-" } else { "" };
        script.add(format!("score <- {sign}data${term}"));
        of_score(&mut script, score, times, brier, spec.higher_is_better);
    }
    Ok(script.finish())
}

fn of_score(script: &mut Script<'_>, score: &str, times: &[AtTime], brier: &[Brier], turned: bool) {
    for at in times {
        let time = number(at.time);
        let known = "data$time <= ";
        script.same(
            &format!("cases at {time}, {score}"),
            &format!("sum({known}{time} & data$status == 1)"),
            at.cases as f64,
        );
        script.same(&format!("controls at {time}, {score}"), &format!("sum(data$time > {time})"), at.controls as f64);
        script.same(&format!("AUC at {time}, {score}"), &format!("auc(score, {time})"), at.auc);
    }
    let risk = if turned { "1 + score" } else { "score" };
    for at in brier {
        let time = number(at.time);
        script.same(&format!("Brier score at {time}, {score}"), &format!("brier({risk}, {time})"), at.brier);
    }
}
