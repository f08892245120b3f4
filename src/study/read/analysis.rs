//! How the study is analysed, its readings and its models.

use super::super::section::{Item, Section};
use super::super::spec::*;
use super::imputation::imputation;
use survival::cox::Ties;
use survival::coxnet::LambdaRule;
use survival::stats::icc::IccType;
use survival::stats::kappa::KappaWeights;

pub(super) fn analysis(root: &Section<'_, '_>) -> AnalysisSpec {
    let mut analysis = AnalysisSpec::default();
    if let Some(section) = root.section("analysis") {
        analysis.seed = section.whole("seed").unwrap_or(analysis.seed);
        analysis.times = section.get("times").map(|item| times(&item)).unwrap_or_default();
        analysis.variables = section.texts("variables").unwrap_or_default();
        analysis.ties = section.choice("ties", &Ties::by_name()).unwrap_or_default();
        analysis.entry_p = share(&section, "entry_p").unwrap_or(analysis.entry_p);
        analysis.permutations = repeats(&section, "permutations").unwrap_or(analysis.permutations);
        analysis.bootstraps = repeats(&section, "bootstraps").unwrap_or(analysis.bootstraps);
        section.finish();
    }
    if let Some(section) = root.section("lasso") {
        analysis.lasso = lasso(section);
    }
    if let Some(section) = root.section("validation") {
        analysis.validation = validation(section);
    }
    if let Some(section) = root.section("icc") {
        analysis.icc.threshold = share(&section, "threshold").unwrap_or(analysis.icc.threshold);
        analysis.icc.kind = section.choice("type", &IccType::by_name()).unwrap_or(analysis.icc.kind);
        section.finish();
    }
    analysis
}

fn validation(section: Section<'_, '_>) -> ValidationSpec {
    let default = ValidationSpec::default();
    let count = |key: &str, least: u64| {
        let item = section.get(key)?;
        let count = item.whole()?;
        if !(least..=100_000).contains(&count) {
            item.error(format!("{key} is a whole number from {least} to 100,000, and not {count}"), None);
            return None;
        }
        usize::try_from(count).ok()
    };
    let validation = ValidationSpec {
        design: section.choice("design", &DesignSpec::WORDS).unwrap_or_default(),
        n: count("n", 2).unwrap_or(default.n),
        folds: count("folds", 2).unwrap_or(default.folds),
        repeats: count("repeats", 1).unwrap_or(default.repeats),
        centre: section.text("centre"),
    };
    section.finish();
    validation
}

fn times(item: &Item<'_, '_>) -> Vec<f64> {
    let items = match item.items() {
        Some(items) => items.iter().filter_map(Item::number).collect(),
        None => item.number().into_iter().collect::<Vec<f64>>(),
    };
    if items.iter().any(|t| *t <= 0.0) {
        item.error("analysis times are above 0", None);
    }
    items.into_iter().filter(|t| *t > 0.0).collect()
}

/// How often something random is repeated: bounded, so that a slip of the finger does not run for a year.
fn repeats(section: &Section<'_, '_>, key: &str) -> Option<usize> {
    const MOST: u64 = 1_000_000;
    let item = section.get(key)?;
    let count = item.whole()?;
    if !(10..=MOST).contains(&count) {
        item.error(format!("{key} is a whole number from 10 to 1,000,000, and not {count}"), None);
        return None;
    }
    usize::try_from(count).ok()
}

pub(super) fn share(section: &Section<'_, '_>, key: &str) -> Option<f64> {
    let item = section.get(key)?;
    let value = item.number()?;
    if (0.0..=1.0).contains(&value) {
        return Some(value);
    }
    item.error(format!("{key} is between 0 and 1, and not {value}"), None);
    None
}

fn lasso(section: Section<'_, '_>) -> LassoSpec {
    let default = LassoSpec::default();
    let rule = section.get("rule").and_then(|item| penalty_rule(&item));
    let folds = section.get("folds").and_then(|item| cross_validated_folds(&item));
    let lasso = LassoSpec {
        alpha: share(&section, "alpha").unwrap_or(default.alpha),
        folds: folds.unwrap_or(default.folds),
        rule: rule.unwrap_or(default.rule),
        measure: section.choice("measure", &LassoSpec::measures()).unwrap_or(default.measure),
    };
    section.finish();
    lasso
}

/// `"min"`, `"1se"` or a penalty.
pub(super) fn penalty_rule(item: &Item<'_, '_>) -> Option<LambdaRule> {
    if item.is_text() {
        return item.choice(&[("min", LambdaRule::Min), ("1se", LambdaRule::OneSe)]);
    }
    item.number().map(LambdaRule::Value)
}

/// The number of folds of a cross-validation.
pub(super) fn cross_validated_folds(item: &Item<'_, '_>) -> Option<usize> {
    let folds = item.whole()?;
    if folds < 3 {
        item.error("a cross-validation has at least 3 folds", None);
    }
    usize::try_from(folds).ok().filter(|f| *f >= 3)
}

/// `capsule = ["capsule_r1", "capsule_r2"]`, or a section with `columns`, `label` and `weights`.
pub(super) fn readings(section: &Section<'_, '_>) -> Vec<ReadingSpec> {
    section.others().into_iter().filter_map(|(name, item)| reading(name, &item)).collect()
}

fn reading(name: String, item: &Item<'_, '_>) -> Option<ReadingSpec> {
    let (columns, label, weights) = if item.is_list() || item.is_text() {
        (item.texts()?, None, KappaWeights::Unweighted)
    } else {
        let section = item.section()?;
        let columns = section.texts("columns").unwrap_or_default();
        let label = section.text("label");
        let weights = section.choice("weights", &KappaWeights::by_name()).unwrap_or_default();
        section.finish();
        (columns, label, weights)
    };
    if columns.len() < 2 {
        let remedy = format!("write {name} = [\"{name}_reader1\", \"{name}_reader2\"]");
        item.error(format!("reading {name} needs the columns of two readers"), remedy);
        return None;
    }
    Some(ReadingSpec { name, label, columns, weights })
}

/// `clinical = ["age", "stage"]`, or a section with `covariates`, `label` and `impute`.
pub(super) fn models(section: &Section<'_, '_>) -> Vec<ModelSpec> {
    section.others().into_iter().filter_map(|(name, item)| model(name, &item)).collect()
}

fn model(name: String, item: &Item<'_, '_>) -> Option<ModelSpec> {
    if item.is_list() || item.is_text() {
        return Some(ModelSpec { name, covariates: item.texts()?, ..ModelSpec::default() });
    }
    let section = item.section()?;
    let covariates = section.texts("covariates");
    if covariates.as_ref().is_none_or(Vec::is_empty) {
        section.error(format!("model {name} has no covariates"), "write covariates = [\"age\", \"stage\"]");
    }
    let label = section.text("label");
    let impute = section.get("impute").and_then(|item| imputation(&section, &item)).unwrap_or_default();
    section.finish();
    Some(ModelSpec { name, label, covariates: covariates.filter(|c| !c.is_empty())?, impute, seed: 0 })
}
