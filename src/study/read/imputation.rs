//! What stands for missing values, of a score or of a model.

use super::super::section::{Item, Section};
use super::super::spec::{ChainedSets, ImputeMethod};

/// `impute = "chained", sets = 20`: the numbers go with chained equations alone.
pub(super) fn imputation(section: &Section<'_, '_>, item: &Item<'_, '_>) -> Option<ImputeMethod> {
    let number = |key: &str, usual: usize| section.get(key).map_or(Some(usual), |item| count_of(&item, key));
    match item.choice(&ImputeMethod::WORDS)? {
        ImputeMethod::Chained(usual) => Some(ImputeMethod::Chained(ChainedSets {
            sets: number("sets", usual.sets)?,
            rounds: number("rounds", usual.rounds)?,
            donors: number("donors", usual.donors)?,
            predictors: number("predictors", usual.predictors)?,
        })),
        other => Some(other),
    }
}

fn count_of(item: &Item<'_, '_>, what: &str) -> Option<usize> {
    let count = item.whole()?;
    if count < 1 {
        item.error(format!("{what} is 1 or more, and not {count}"), None);
        return None;
    }
    usize::try_from(count).ok()
}
