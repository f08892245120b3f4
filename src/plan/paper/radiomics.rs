//! Features, their selection, and the score made of them.

use std::sync::Arc;

use figures::format;

use super::{Made, Panel, absent, panels};
use crate::methods::{clusters, features, lasso};
use crate::plan::chapters::{Asking, Missing};

const NO_FEATURES: &str = "the study has no radiomic features";

/// The score as it was fitted.
pub(super) fn score(asking: &Asking<'_>) -> Result<Arc<lasso::Answer>, Missing> {
    if !asking.plan.is_scored() {
        return Err(absent(NO_FEATURES));
    }
    let spec = asking.plan.rad_score().ok_or_else(|| absent("the table has a score of its own"))?;
    Ok(asking.ask(spec)?)
}

/// Cross-validation, paths, coefficients, and what is selected of which sequence and class.
pub(super) fn selection(asking: &Asking<'_>) -> Result<Made, Missing> {
    let score = score(asking)?;
    let chosen = lasso::document::rule_words(&score);
    let n = score.selected.terms.len();
    // Names of features are long: paths and coefficients have the width of the page.
    let paths = Panel::new(
        "Paths of the coefficients",
        lasso::document::path_figure(&score),
        "Coefficients over the penalty, those that are selected in colour; above, the number that is not zero.",
    );
    let validated = Panel::new(
        "Cross-validation",
        lasso::document::cv_figure(&score),
        format!(
            "{} over the penalty in {}-fold cross-validation, one standard error to each side; {chosen} is {}.",
            lasso::document::measure_words(score.cv.measure),
            lasso::document::folds(&score),
            format::significant(score.selected.lambda, 4)
        ),
    );
    let counts = lasso::document::chosen::figure(&score);
    let counts =
        counts.map(|figure| Panel::new("By class", figure, format!("The {n} selected by sequence and class.")));
    let coefficients = Panel::new(
        "Coefficients",
        lasso::document::coefficients_figure(&score),
        format!("The {n} selected with their coefficients."),
    );
    let rows = vec![vec![paths], std::iter::once(validated).chain(counts).collect(), vec![coefficients]];
    Ok(panels(format!("Selection of the features of {}", score.label), rows, Vec::new()))
}

pub(super) fn agreement(asking: &Asking<'_>) -> Result<Made, Missing> {
    if !asking.plan.has_features() {
        return Err(absent(NO_FEATURES));
    }
    let answer = asking.ask(asking.plan.features())?;
    let figure = features::document::reliability(&answer).ok_or_else(|| absent("no region was drawn repeatedly"))?;
    let said = format!(
        "{}; features below the threshold are left out. {}.",
        features::document::summary(&answer),
        features::document::comparisons(&answer.comparisons)
    );
    Ok(panels(
        "Agreement of features over repeated segmentations",
        vec![vec![Panel::new("", figure, said)]],
        Vec::new(),
    ))
}

pub(super) fn heat_map(asking: &Asking<'_>) -> Result<Made, Missing> {
    if !asking.plan.has_features() {
        return Err(absent(NO_FEATURES));
    }
    let answer = asking.ask(asking.plan.clusters())?;
    let map = clusters::document::map(&answer, 0..answer.features.len(), None);
    let said = format!("{}. Rows and columns in the order of their trees.", clusters::document::summary(&answer));
    Ok(panels("Features of all patients as z-scores", vec![vec![Panel::new("", map, said)]], Vec::new()))
}

/// Every patient from the cut to the score, in each cohort, and all cohorts beside one another.
pub(super) fn scores(asking: &Asking<'_>) -> Result<Made, Missing> {
    let score = score(asking)?;
    let of_cohort = |c: &lasso::CohortScores| {
        let which = if score.cuts.len() > 1 { "highest cut" } else { "cut" };
        let said = format!("{} of {} patients of {} above the {which}.", c.high, c.scored, c.cohort);
        Panel::new(super::of_cohort(&c.cohort), lasso::document::waterfall(&score, &c.cohort), said)
    };
    let each = score.cohorts.iter().map(of_cohort).collect();
    let boxes =
        Panel::new("All cohorts", lasso::document::score_figure(&score), "The scores of each cohort, with the cut.");
    Ok(panels(format!("{} of all patients", score.label), vec![each, vec![boxes]], Vec::new()))
}
