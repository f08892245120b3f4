//! A fitted score, and what it says of these and other subjects.

use super::spec::{ModelSpec, ScoreData};
use crate::harmonize::{Harmonizer, SiteData, SiteLine};
use crate::impute::Expected;
use crate::validation::{Prediction, Predictor};
use watch::Unwatched;

/// How many features a step left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// The step.
    pub name: &'static str,
    /// Features after it.
    pub features: usize,
}

/// A feature of the score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// Its place among all features.
    pub feature: usize,
    /// Coefficient, on the scale of the (harmonised) feature.
    pub coef: f64,
    /// Mean in the sample, which the score takes off.
    pub mean: f64,
    /// Standard deviation in the sample.
    pub sd: f64,
}

/// A Cox model of the sample.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FittedModel {
    pub spec: ModelSpec,
    pub coef: Vec<f64>,
    pub means: Vec<f64>,
    /// Times of the cumulative hazard at the means.
    pub time: Vec<f64>,
    pub hazard: Vec<f64>,
}

/// The steps before the elastic net, fitted.
#[derive(Debug, Clone)]
pub struct FittedSteps<'a> {
    pub(super) data: &'a ScoreData,
    /// Features that the harmonisation took.
    pub(super) entering: Vec<usize>,
    /// What brings sites to one scale, if there is such a step.
    pub harmonizer: Option<Harmonizer>,
    /// What stands for missing values of these features.
    pub(super) filling: Filling,
    /// How many features each step left.
    pub stages: Vec<Stage>,
    /// The features left, by their place among all.
    pub features: Vec<usize>,
}

/// What stands for missing values of the features that entered.
#[derive(Debug, Clone)]
pub(super) enum Filling {
    /// Nothing.
    Nothing,
    /// One value a feature.
    Values(Vec<f64>),
    /// What is to be expected from the other features.
    Expected(Expected),
}

/// How a missing value follows from other features, all on the scale of the fit.
#[derive(Debug, Clone, PartialEq)]
pub struct FromOthers {
    /// The value where all others are 0.
    pub intercept: f64,
    /// The others, by their place among all features, and their coefficients. One that is missing stands at what
    /// [`FittedSteps::fill`] says of it.
    pub coef: Vec<(usize, f64)>,
    /// The smallest value in the fit, below which it is not.
    pub lower: f64,
    /// The largest.
    pub upper: f64,
}

/// All steps fitted.
#[derive(Debug, Clone)]
pub struct FittedScore<'a> {
    /// The steps before the elastic net.
    pub steps: FittedSteps<'a>,
    /// The features of the score, largest effect first.
    pub terms: Vec<Term>,
    /// The penalty.
    pub lambda: f64,
    /// Where groups are cut: a score above k of these is in group k.
    pub cuts: Vec<f64>,
    pub(super) models: Vec<FittedModel>,
}

/// The group of a score: how many cuts it is above.
pub(super) fn group(score: f64, cuts: &[f64]) -> usize {
    cuts.iter().filter(|cut| score > **cut).count()
}

impl FittedSteps<'_> {
    /// The values of `features`, each among [`FittedSteps::features`], for the subjects `rows`: harmonised, with missing ones
    /// filled in, as the fit does; NaN where nothing fills them in.
    ///
    /// Subjects of a site that the fit has not seen are harmonised together: their values depend on one another's.
    pub fn apply(&self, features: &[usize], rows: &[usize]) -> Vec<Vec<f64>> {
        let harmonised = self.harmonised(rows);
        let one = |feature: &usize| {
            let place = self.entering.iter().position(|f| f == feature);
            let mut values = match (&harmonised, place) {
                (Some(harmonised), Some(place)) => harmonised[place].clone(),
                (None, _) => rows.iter().map(|&i| self.data.features[*feature][i]).collect(),
                _ => vec![f64::NAN; rows.len()],
            };
            if let Some(place) = place {
                self.fill_in(place, &mut values, |k, at| match &harmonised {
                    Some(harmonised) => harmonised[k][at],
                    None => self.data.features[self.entering[k]][rows[at]],
                });
            }
            values
        };
        features.iter().map(one).collect()
    }

    /// How `feature` is brought to the scale of the fit at each of its sites; none without harmonisation, and where that keeps
    /// covariates.
    pub fn site_lines(&self, feature: usize) -> Option<Vec<SiteLine>> {
        self.harmonizer.as_ref()?.lines(self.entering.iter().position(|f| *f == feature)?)
    }

    /// Fills in missing `values` of the feature at `place` of those that entered; `known` has the value of each, by the
    /// subject's position.
    fn fill_in(&self, place: usize, values: &mut [f64], known: impl Fn(usize, usize) -> f64) {
        let missing = values.iter_mut().enumerate().filter(|(_, x)| x.is_nan());
        match &self.filling {
            Filling::Nothing => {}
            Filling::Values(middle) => missing.for_each(|(_, x)| *x = middle[place]),
            Filling::Expected(expected) => {
                missing.for_each(|(at, x)| *x = expected.number(place, |k| known(k, at)));
            }
        }
    }

    /// What stands for a missing value of `feature`, on the scale of the fit; none without imputation. Where
    /// [`FittedSteps::from_others`] has a formula, this is the mean, which stands for it in the formulas of others.
    pub fn fill(&self, feature: usize) -> Option<f64> {
        let place = self.entering.iter().position(|f| *f == feature)?;
        match &self.filling {
            Filling::Nothing => None,
            Filling::Values(middle) => middle.get(place).copied(),
            Filling::Expected(expected) => Some(expected.mean(place)),
        }
    }

    /// How a missing value of `feature` follows from others; none unless chained equations were fitted and somebody of the
    /// fit missed it.
    pub fn from_others(&self, feature: usize) -> Option<FromOthers> {
        let Filling::Expected(expected) = &self.filling else { return None };
        let place = self.entering.iter().position(|f| *f == feature)?;
        let formula = expected.formula(place)?;
        let (lower, upper) = expected.range(place)?;
        let coef = formula.coef.iter().map(|(k, b)| (self.entering[*k], *b)).collect();
        Some(FromOthers { intercept: formula.intercept, coef, lower, upper })
    }

    /// Features of `rows` on the scale of the fit, in the order of `entering`; NaN everywhere if a site cannot be brought
    /// there. `None` without harmonisation.
    fn harmonised(&self, rows: &[usize]) -> Option<Vec<Vec<f64>>> {
        let harmonizer = self.harmonizer.as_ref()?;
        let pick = |column: &Vec<f64>| rows.iter().map(|&i| column[i]).collect::<Vec<f64>>();
        let features: Vec<Vec<f64>> = self.entering.iter().map(|&j| pick(&self.data.features[j])).collect();
        let with_effects = !harmonizer.effects.is_empty();
        let kept: Vec<Vec<f64>> = self.data.kept.iter().filter(|_| with_effects).map(pick).collect();
        let features: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
        let kept: Vec<&[f64]> = kept.iter().map(Vec::as_slice).collect();
        let site: Vec<&str> = rows.iter().map(|&i| self.data.site[i].as_str()).collect();
        let applied = harmonizer.apply(&SiteData { features: &features, site: &site, kept: &kept }, &Unwatched);
        Some(applied.map_or_else(|_| vec![vec![f64::NAN; rows.len()]; self.entering.len()], |a| a.features))
    }
}

impl FittedScore<'_> {
    /// The score of the subjects `rows`, sum of coef (x - mean); NaN where a feature is missing and nothing fills it in.
    ///
    /// Subjects of a site that the fit has not seen are harmonised together: their scores depend on one another's features.
    pub fn score(&self, rows: &[usize]) -> Vec<f64> {
        let mut score = vec![0.0; rows.len()];
        let features: Vec<usize> = self.terms.iter().map(|term| term.feature).collect();
        for (term, values) in self.terms.iter().zip(self.steps.apply(&features, rows)) {
            score.iter_mut().zip(values).for_each(|(score, x)| *score += term.coef * (x - term.mean));
        }
        score
    }

    /// The group of each of the subjects `rows`.
    pub fn groups(&self, rows: &[usize]) -> Vec<usize> {
        self.score(rows).into_iter().map(|s| group(s, &self.cuts)).collect()
    }
}

impl Predictor for FittedScore<'_> {
    fn predict(&self, rows: &[usize], times: &[f64]) -> Vec<Prediction> {
        let score = self.score(rows);
        let one = |model: &FittedModel| {
            let mut columns: Vec<Vec<f64>> = Vec::with_capacity(model.coef.len());
            let clinical = |&c: &usize| rows.iter().map(|&i| self.steps.data.clinical[c][i]).collect();
            columns.extend(model.spec.clinical.iter().map(clinical));
            if model.spec.score {
                columns.push(score.clone());
            }
            if model.spec.group {
                columns.push(score.iter().map(|s| group(*s, &self.cuts) as f64).collect());
            }
            let mut predictor = vec![0.0; rows.len()];
            for (column, (coef, mean)) in columns.iter().zip(model.coef.iter().zip(&model.means)) {
                predictor.iter_mut().zip(column).for_each(|(lp, x)| *lp += coef * (x - mean));
            }
            let risk = |time: &f64| {
                let before = model.time.partition_point(|t| t <= time);
                let hazard = before.checked_sub(1).map_or(0.0, |k| model.hazard[k]);
                predictor.iter().map(|lp| -(-hazard * lp.exp()).exp_m1()).collect()
            };
            Prediction { risk: times.iter().map(risk).collect(), score: predictor }
        };
        self.models.iter().map(one).collect()
    }

    /// The score's features, for every model that has the score or its group.
    fn selected(&self) -> Vec<Vec<usize>> {
        let features: Vec<usize> = self.terms.iter().map(|t| t.feature).collect();
        let has = |model: &FittedModel| model.spec.score || model.spec.group;
        self.models.iter().map(|m| if has(m) { features.clone() } else { Vec::new() }).collect()
    }
}
