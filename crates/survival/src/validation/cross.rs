//! Leaving subjects out: folds, dealt again and again, or one centre at a time.

use super::bootstrap::mean_of_defined;
use super::difference::{self, ModelDifference};
use super::measures::{Judged, Measures, judge};
use super::selection::Selection;
use super::{Pipeline, Prediction, Predictor, ValidationError, check_times, work};
use crate::Survival;
use crate::stats::rng::Rng;
use watch::Watch;

/// Who is left out.
#[derive(Debug, Clone, PartialEq)]
pub enum Left {
    /// One of so many folds at a time, in so many deals; events are dealt apart, so that every fold has its share. Deal r is
    /// stream r of the seed.
    Folds {
        /// Folds of a deal.
        folds: usize,
        /// Deals.
        repeats: usize,
        /// Fixes the deals.
        seed: u64,
    },
    /// One centre at a time: the centre of each subject, any numbers.
    Centres(Vec<usize>),
}

/// How to validate by leaving out.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidationSpec {
    /// Who is left out.
    pub left: Left,
    /// Times of AUC, Brier score and IPA.
    pub times: Vec<f64>,
    /// Features that the pipeline chooses from.
    pub candidates: usize,
}

/// Parts and times that can be.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedCrossValidation(CrossValidationSpec);

/// One model in one part of the subjects that was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct PartModel {
    /// The fold (from 0, deals one after the other) or the centre.
    pub part: usize,
    /// Its subjects.
    pub n: usize,
    /// Its events.
    pub events: usize,
    /// Performance there of the model fitted without it.
    pub measures: Measures<Judged>,
}

/// One model validated.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossModel {
    /// Its name.
    pub name: String,
    /// Of the model fitted to all subjects, in these.
    pub apparent: Measures<f64>,
    /// Of the predictions for those left out, all together; mean over deals. C and slope compare within a part, whose
    /// scores come from one fit; standard errors are the mean of the deals'.
    pub measures: Measures<Judged>,
    /// In each part.
    pub parts: Vec<PartModel>,
    /// The features of the fit to all subjects.
    pub selected: Vec<usize>,
    /// What the fits chose.
    pub selection: Selection,
}

/// A pipeline validated by leaving out.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidation {
    /// The models, in the pipeline's order.
    pub models: Vec<CrossModel>,
    /// Every two of them, by the C of the predictions for those left out.
    pub differences: Vec<ModelDifference>,
    /// Fits that were made.
    pub used: usize,
    /// Fits that could not be made; the subjects left out of them have no prediction in that deal.
    pub failed: usize,
    /// Why the first of these could not.
    pub first_failure: Option<String>,
}

/// The parts of one deal: number of the fold (deals one after the other) or centre, and its subjects in ascending order.
pub type Deal = Vec<(usize, Vec<usize>)>;

impl Left {
    /// Who is left out together, deal by deal.
    ///
    /// # Errors
    /// More folds than subjects, centres of other subjects than those of `data`, a single centre.
    pub fn deals(&self, data: &Survival) -> Result<Vec<Deal>, ValidationError> {
        let n = data.len();
        match self {
            Self::Folds { folds, .. } if *folds > n => Err(ValidationError::Folds { folds: *folds, subjects: n }),
            Self::Folds { folds, repeats, seed } => {
                let deal = |r: usize| {
                    let mut order = Rng::stream(*seed, r as u64).permutation(n);
                    order.sort_by_key(|&i| !data.event()[i]);
                    let rows = |f: usize| {
                        let mut rows: Vec<usize> = order.iter().copied().skip(f).step_by(*folds).collect();
                        rows.sort_unstable();
                        rows
                    };
                    (0..*folds).map(|f| (r * folds + f, rows(f))).collect()
                };
                Ok((0..*repeats).map(deal).collect())
            }
            Self::Centres(centre) if centre.len() != n => {
                Err(ValidationError::Centres { found: centre.len(), expected: n })
            }
            Self::Centres(centre) => {
                let mut names = centre.clone();
                names.sort_unstable();
                names.dedup();
                if names.len() < 2 {
                    return Err(ValidationError::OneCentre);
                }
                let rows = |c: usize| (0..n).filter(|&i| centre[i] == c).collect();
                Ok(vec![names.into_iter().map(|c| (c, rows(c))).collect()])
            }
        }
    }
}

/// One fit: what it predicts for those left out.
struct Part {
    deal: usize,
    part: usize,
    rows: Vec<usize>,
    predictions: Vec<Prediction>,
    selected: Vec<Vec<usize>>,
}

impl CrossValidationSpec {
    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`ValidationError::NoSamples`] without `repeats`; [`ValidationError::TooFewFolds`]; [`ValidationError::Time`]: one of
    /// `times` is not above 0.
    pub fn check(self) -> Result<CheckedCrossValidation, ValidationError> {
        match self.left {
            Left::Folds { repeats: 0, .. } => return Err(ValidationError::NoSamples),
            Left::Folds { folds: folds @ 0..2, .. } => return Err(ValidationError::TooFewFolds(folds)),
            _ => check_times(&self.times)?,
        }
        Ok(CheckedCrossValidation(self))
    }
}

impl CheckedCrossValidation {
    /// Validates `pipeline` on the subjects of `data`.
    ///
    /// # Errors
    /// Folds that cannot be dealt, a single centre, a pipeline that cannot be fitted to all subjects or without any part,
    /// cancellation.
    pub fn fit<P: Pipeline>(
        &self,
        pipeline: &P,
        data: &Survival,
        watch: &dyn Watch,
    ) -> Result<CrossValidation, ValidationError> {
        let deals = self.0.left.deals(data)?;
        let fitted = work::fit_all(pipeline, data, watch)?;
        let tasks: Vec<(usize, usize, &Vec<usize>)> = deals
            .iter()
            .enumerate()
            .flat_map(|(deal, parts)| parts.iter().map(move |(part, rows)| (deal, *part, rows)))
            .collect();
        let one = |task: usize, watch: &dyn Watch| {
            let (deal, part, rows) = tasks[task];
            let mut out = vec![false; data.len()];
            rows.iter().for_each(|&i| out[i] = true);
            let others: Vec<usize> = (0..data.len()).filter(|&i| !out[i]).collect();
            let fitted = work::fit(pipeline, data, &others, watch)?;
            let predictions = fitted.predict(rows, &self.0.times);
            Ok(Part { deal, part, rows: rows.clone(), predictions, selected: fitted.selected() })
        };
        let (parts, failed, first_failure) = work::used(work::each(tasks.len(), watch, one)?)?;
        let everybody: Vec<usize> = (0..data.len()).collect();
        let whole = fitted.predict(&everybody, &self.0.times);
        let model = |(m, ((name, whole), selected)): (usize, ((String, &Prediction), Vec<usize>))| CrossModel {
            name,
            apparent: judge(data, whole, &self.0.times, None).map(|j| j.value),
            measures: self.together(data, m, deals.len(), &parts),
            parts: parts.iter().map(|part| part.judge(data, m, &self.0.times)).collect(),
            selected,
            selection: Selection::new(parts.iter().map(|part| &part.selected[m]), self.0.candidates),
        };
        let models: Vec<CrossModel> =
            pipeline.models().into_iter().zip(&whole).zip(fitted.selected()).enumerate().map(model).collect();
        let value: Vec<f64> = models.iter().map(|m| m.measures.c.value).collect();
        let concordances = |deal: usize| {
            let of_model = |m: usize| {
                let (rows, strata, prediction) = of_deal(&parts, deal, m)?;
                difference::concordance(&data.select(&rows), &prediction.score, Some(&strata))
            };
            (0..value.len()).map(of_model).collect()
        };
        let concordances: Vec<_> = (0..deals.len()).map(concordances).collect();
        let differences = difference::of_all_pairs(&value, &concordances);
        Ok(CrossValidation { models, differences, used: parts.len(), failed, first_failure })
    }

    /// Predictions of all parts together, deal by deal, and the mean over deals.
    fn together(&self, data: &Survival, m: usize, deals: usize, parts: &[Part]) -> Measures<Judged> {
        let judge_deal = |deal: usize| {
            let (rows, strata, prediction) = of_deal(parts, deal, m)?;
            Some(judge(&data.select(&rows), &prediction, &self.0.times, Some(&strata)))
        };
        let judged: Vec<Measures<Judged>> = (0..deals).filter_map(judge_deal).collect();
        let place = |k: usize| {
            let (value, _) = mean_of_defined(judged.iter().map(|j| j.list()[k].value));
            let (se, _) = mean_of_defined(judged.iter().map(|j| j.list()[k].se));
            Judged::new(value, se)
        };
        judged[0].by_place(place)
    }
}

/// Subjects left out in one deal, the part of each, and what model `m` predicts for them; `None` if no part was fitted.
fn of_deal(parts: &[Part], deal: usize, m: usize) -> Option<(Vec<usize>, Vec<usize>, Prediction)> {
    let (mut rows, mut strata, mut all) = (Vec::new(), Vec::new(), Prediction::default());
    for part in parts.iter().filter(|part| part.deal == deal) {
        let prediction = &part.predictions[m];
        all.risk.resize(prediction.risk.len(), Vec::new());
        rows.extend_from_slice(&part.rows);
        strata.extend(std::iter::repeat_n(part.part, part.rows.len()));
        all.score.extend_from_slice(&prediction.score);
        all.risk.iter_mut().zip(&prediction.risk).for_each(|(all, risk)| all.extend_from_slice(risk));
    }
    (!rows.is_empty()).then_some((rows, strata, all))
}

impl Part {
    fn judge(&self, data: &Survival, m: usize, times: &[f64]) -> PartModel {
        let data = data.select(&self.rows);
        PartModel {
            part: self.part,
            n: data.len(),
            events: data.n_events(),
            measures: judge(&data, &self.predictions[m], times, None),
        }
    }
}
