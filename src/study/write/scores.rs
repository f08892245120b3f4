//! Named scores in a study file.

use super::toml_text::{self, Text};
use crate::study::spec::*;
use survival::coxnet::LambdaRule;

pub(super) fn score(text: &mut Text<'_>, score: &ScoreSpec) {
    text.section(&format!("scores.{}", toml_text::key(&score.name)), "");
    text.maybe("label", score.label.as_deref(), "");
    text.maybe("endpoint", score.endpoint.as_deref(), "");
    text.list("sequences", &score.sequences);
    text.list("regions", &score.regions);
    text.list("features", &score.features);
    text.list("columns", &score.columns);
    if !score.steps.is_empty() {
        let steps: Vec<String> = score.steps.iter().map(step).collect();
        text.line("steps", &format!("[{}]", steps.join(", ")), "");
    }
    text.maybe_line("alpha", score.alpha.map(|x| x.to_string()));
    text.maybe_line("adaptive", score.adaptive.map(|x| x.to_string()));
    text.maybe_line("folds", score.folds.map(|x| x.to_string()));
    match score.rule {
        None => {}
        Some(LambdaRule::Min) => text.pair("rule", "min", ""),
        Some(LambdaRule::OneSe) => text.pair("rule", "1se", ""),
        Some(LambdaRule::Value(lambda)) => text.pair("rule", lambda, ""),
    }
    text.maybe("measure", score.measure.map(|measure| measure.name()), "");
    match score.cut {
        ScoreCut::Median => {}
        ScoreCut::Value(value) => text.pair("cut", value, ""),
        other => text.maybe("cut", super::word(&ScoreCut::WORDS, other), ""),
    }
}

/// An imputation, of a score or of a model.
pub(super) fn imputation(method: ImputeMethod) -> Vec<(String, String)> {
    let mut pairs = vec![("impute".to_owned(), toml_text::quoted(method.word()))];
    if let ImputeMethod::Chained(ChainedSets { sets, rounds, donors, predictors }) = method {
        let numbers = [("sets", sets), ("rounds", rounds), ("donors", donors), ("predictors", predictors)];
        pairs.extend(numbers.map(|(key, number)| (key.to_owned(), number.to_string())));
    }
    pairs
}

fn step(step: &ScoreStep) -> String {
    let quoted = |word: Option<&str>| toml_text::quoted(word.unwrap_or_default());
    let one = |key: &str, value: String| vec![(key.to_owned(), value)];
    let pairs = match step {
        ScoreStep::Agreement(least) => one("agreement", least.to_string()),
        ScoreStep::Variance(least) => one("variance", least.to_string()),
        ScoreStep::Harmonise { method, site, keep, reference } => {
            let mut pairs = one("harmonise", quoted(super::word(&SiteMethod::WORDS, *method)));
            pairs.push(("site".to_owned(), toml_text::quoted(site)));
            if !keep.is_empty() {
                pairs.push(("keep".to_owned(), toml_text::array(keep.iter().map(String::as_str))));
            }
            pairs.extend(reference.as_ref().map(|site| ("reference".to_owned(), toml_text::quoted(site))));
            pairs
        }
        ScoreStep::Impute(method) => imputation(*method),
        ScoreStep::Redundancy { limit, keep, clusters, ranks } => {
            let mut pairs = one("redundancy", limit.to_string());
            pairs.push(("keep".to_owned(), quoted(super::word(&BetterBy::WORDS, *keep))));
            pairs.extend(clusters.then(|| ("clusters".to_owned(), "true".to_owned())));
            pairs.extend(ranks.then(|| ("ranks".to_owned(), "true".to_owned())));
            pairs
        }
        ScoreStep::ScreenP(limit) => one("screen", limit.to_string()),
        ScoreStep::ScreenQ(limit) => one("screen", toml_text::inline([("q", limit.to_string())])),
        ScoreStep::ScreenBest(count) => one("screen", toml_text::inline([("best", count.to_string())])),
        ScoreStep::Mrmr(count) => one("mrmr", count.to_string()),
    };
    toml_text::inline(pairs)
}
