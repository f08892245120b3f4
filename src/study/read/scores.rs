//! The section of named scores.

use super::super::section::{Item, Section};
use super::super::spec::*;
use super::analysis::{cross_validated_folds, penalty_rule, share};
use super::imputation::imputation;

/// `[scores.rad]` and its kin.
pub(super) fn scores(section: &Section<'_, '_>) -> Vec<ScoreSpec> {
    section.others().into_iter().filter_map(|(name, item)| score(name, &item)).collect()
}

fn score(name: String, item: &Item<'_, '_>) -> Option<ScoreSpec> {
    let section = item.section()?;
    let score = ScoreSpec {
        name,
        label: section.text("label"),
        endpoint: section.text("endpoint"),
        sequences: section.texts("sequences").unwrap_or_default(),
        regions: section.texts("regions").unwrap_or_default(),
        features: section.texts("features").unwrap_or_default(),
        columns: section.texts("columns").unwrap_or_default(),
        steps: section.get("steps").map(|item| steps(&item)).unwrap_or_default(),
        alpha: share(&section, "alpha"),
        adaptive: section.get("adaptive").and_then(|item| above_zero(&item)),
        folds: section.get("folds").and_then(|item| cross_validated_folds(&item)),
        rule: section.get("rule").and_then(|item| penalty_rule(&item)),
        measure: section.choice("measure", &LassoSpec::measures()),
        cut: section.get("cut").and_then(|item| cut(&item)).unwrap_or_default(),
    };
    let takes_features = [&score.features, &score.sequences, &score.regions].iter().any(|named| !named.is_empty());
    if !score.columns.is_empty() && takes_features {
        let remedy = "make two scores of it, and put both into a model";
        section.error(format!("score {} is made either of columns or of features", score.name), remedy);
    }
    section.finish();
    Some(score)
}

fn above_zero(item: &Item<'_, '_>) -> Option<f64> {
    let value = item.number()?;
    if value > 0.0 {
        return Some(value);
    }
    item.error(format!("an exponent of weights is above 0, and not {value}"), "1 is usual".to_owned());
    None
}

fn cut(item: &Item<'_, '_>) -> Option<ScoreCut> {
    if item.is_text() { item.choice(&ScoreCut::WORDS) } else { item.number().map(ScoreCut::Value) }
}

/// `[{ agreement = 0.8 }, { harmonise = "combat", site = "centre" }, ..]`, in the order in which they are done.
fn steps(item: &Item<'_, '_>) -> Vec<ScoreStep> {
    let Some(items) = item.items() else {
        let remedy = "write steps = [{ agreement = 0.75 }, { redundancy = 0.9 }]".to_owned();
        item.error("steps should be a list", remedy);
        return Vec::new();
    };
    let mut steps: Vec<ScoreStep> = Vec::new();
    for item in &items {
        let Some(step) = item.section().and_then(step) else { continue };
        if let Some(before) = steps.iter().find(|before| place(before) >= place(&step) && place(&step) < SELECTS) {
            let (later, earlier) = (word(&step), word(before));
            let message = match later == earlier {
                true => format!("{later} stands twice among the steps"),
                false => format!("{later} stands behind {earlier}"),
            };
            let order =
                "agreement, variance, harmonise and impute come in this order; redundancy, screen and mrmr follow";
            item.error(message, order.to_owned());
            continue;
        }
        steps.push(step);
    }
    steps
}

/// Steps from here on choose among features and may come in any order.
const SELECTS: usize = 4;

fn place(step: &ScoreStep) -> usize {
    match step {
        ScoreStep::Agreement(_) => 0,
        ScoreStep::Variance(_) => 1,
        ScoreStep::Harmonise { .. } => 2,
        ScoreStep::Impute(_) => 3,
        _ => SELECTS,
    }
}

fn word(step: &ScoreStep) -> &'static str {
    match step {
        ScoreStep::Agreement(_) => "agreement",
        ScoreStep::Variance(_) => "variance",
        ScoreStep::Harmonise { .. } => "harmonise",
        ScoreStep::Impute(_) => "impute",
        ScoreStep::Redundancy { .. } => "redundancy",
        ScoreStep::ScreenP(_) | ScoreStep::ScreenQ(_) | ScoreStep::ScreenBest(_) => "screen",
        ScoreStep::Mrmr(_) => "mrmr",
    }
}

fn step(section: Section<'_, '_>) -> Option<ScoreStep> {
    const NAMES: [&str; 7] = ["agreement", "variance", "harmonise", "impute", "redundancy", "screen", "mrmr"];
    let named: Vec<(&str, Item<'_, '_>)> =
        NAMES.into_iter().filter_map(|name| Some((name, section.get(name)?))).collect();
    let step = match named.as_slice() {
        [(name, item)] => one(&section, name, item),
        [] => {
            section.error("a step says nothing that is done", &format!("it is one of {}", NAMES.join(", ")));
            None
        }
        [_, (second, _), ..] => {
            section.error(format!("{second} is a step of its own"), "give each step its own braces");
            None
        }
    };
    section.finish();
    step
}

fn one(section: &Section<'_, '_>, name: &str, item: &Item<'_, '_>) -> Option<ScoreStep> {
    match name {
        "agreement" => share(section, "agreement").map(ScoreStep::Agreement),
        "variance" => {
            let least = item.number()?;
            if least < 0.0 {
                item.error(format!("a variance is not below 0, and not {least}"), None);
                return None;
            }
            Some(ScoreStep::Variance(least))
        }
        "harmonise" => {
            let site = section.text("site");
            if site.is_none() {
                section.error(
                    "harmonise needs the column of sites",
                    "write { harmonise = \"combat\", site = \"centre\" }",
                );
            }
            let (keep, reference) = (section.texts("keep").unwrap_or_default(), section.text("reference"));
            Some(ScoreStep::Harmonise { method: item.choice(&SiteMethod::WORDS)?, site: site?, keep, reference })
        }
        "impute" => imputation(section, item).map(ScoreStep::Impute),
        "redundancy" => {
            let limit = share(section, "redundancy");
            Some(ScoreStep::Redundancy {
                keep: section.choice("keep", &BetterBy::WORDS).unwrap_or_default(),
                clusters: section.flag("clusters").unwrap_or(false),
                ranks: section.flag("ranks").unwrap_or(false),
                limit: limit?,
            })
        }
        "screen" => screen(item),
        _ => count(item).map(ScoreStep::Mrmr),
    }
}

/// `screen = 0.05`, or `{ p = 0.05 }`, `{ q = 0.1 }`, `{ best = 20 }`.
fn screen(item: &Item<'_, '_>) -> Option<ScoreStep> {
    let limit = |item: &Item<'_, '_>| {
        let value = item.number()?;
        let fits = (0.0..=1.0).contains(&value);
        if !fits {
            item.error(
                format!("a limit of p is between 0 and 1, and not {value}"),
                "so many: { best = 20 }".to_owned(),
            );
        }
        fits.then_some(value)
    };
    if !item.is_section() {
        return limit(item).map(ScoreStep::ScreenP);
    }
    let section = item.section()?;
    let (p, q, best) = (section.get("p"), section.get("q"), section.get("best"));
    let step = match (p, q, best) {
        (Some(p), None, None) => limit(&p).map(ScoreStep::ScreenP),
        (None, Some(q), None) => limit(&q).map(ScoreStep::ScreenQ),
        (None, None, Some(best)) => count(&best).map(ScoreStep::ScreenBest),
        _ => {
            section.error("a screen has one rule", "write { p = 0.05 }, { q = 0.1 } or { best = 20 }");
            None
        }
    };
    section.finish();
    step
}

fn count(item: &Item<'_, '_>) -> Option<usize> {
    let count = item.whole()?;
    if count == 0 {
        item.error("at least one feature stays", None);
        return None;
    }
    usize::try_from(count).ok()
}
