//! Cross-validation as cv.glmnet does it.
//!
//! Every fold's model follows its own sequence of penalties and is read off at those of the full data by linear
//! interpolation ([`CoxnetPath::at`]); only penalties that were given are shared.

use std::fmt;
use std::str::FromStr;

use crate::choice::{UnknownChoice, choices};
use rayon::prelude::*;

use super::design::{Design, Sample};
use super::partial::RiskSets;
use super::ties::{Subject, Ties};
use super::{Coxnet, CoxnetError, CoxnetPath, Folds, PathEnd, Survival, path};
use crate::concordance::harrell;
use watch::{Task, Watch};

/// What tells a good penalty from a bad one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// Deviance of the whole data less that of the data without the fold, both at the fold's coefficients, per event of
    /// the fold (Verweij and van Houwelingen). The least is best.
    #[default]
    GroupedDeviance,
    /// Deviance within the fold, per event. Needs folds of ten or more subjects.
    FoldDeviance,
    /// Harrell's C within the fold, without any offset, folds weighted by their size. The largest is best.
    Concordance,
}

choices!(Measure, "measure": GroupedDeviance = "deviance", FoldDeviance = "fold-deviance", Concordance = "cindex");

/// The fits of a cross-validation, ready to be judged by any measure.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldFits {
    /// The fit to all subjects.
    pub path: CoxnetPath,
    /// The fold of each subject, from 1.
    pub fold: Vec<usize>,
    /// The fit without each fold, from fold 1 on.
    pub without: Vec<CoxnetPath>,
}

/// A cross-validated path.
#[derive(Debug, Clone, PartialEq)]
pub struct CvPath {
    /// The fit to all subjects; its penalties are those judged.
    pub path: CoxnetPath,
    /// What judged them.
    pub measure: Measure,
    /// The fold of each subject, from 1.
    pub fold: Vec<usize>,
    /// Mean over folds at each penalty.
    pub cvm: Vec<f64>,
    /// Its standard error.
    pub cvsd: Vec<f64>,
    /// Place of `lambda.min`: the largest penalty with the best mean.
    pub min: usize,
    /// Place of `lambda.1se`: the largest penalty with a mean within one standard error of the best.
    pub one_se: usize,
    /// Folds without which the path breaks off; their last solutions stand for all smaller penalties.
    pub broken_off: usize,
}

/// Which penalty to take from a cross-validation.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum LambdaRule {
    /// The best mean.
    Min,
    /// The sparsest within one standard error of the best.
    OneSe,
    /// This one.
    Value(f64),
}

impl fmt::Display for LambdaRule {
    /// `min`, `1se` or the penalty itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Min => f.pad("min"),
            Self::OneSe => f.pad("1se"),
            Self::Value(lambda) => write!(f, "{lambda}"),
        }
    }
}

impl FromStr for LambdaRule {
    type Err = UnknownChoice;

    /// `min`, `1se` (glmnet's `lambda.min` and `lambda.1se`), or a penalty of 0 or more.
    fn from_str(given: &str) -> Result<Self, UnknownChoice> {
        let penalty = given.parse().ok().filter(|lambda: &f64| *lambda >= 0.0 && lambda.is_finite());
        match (given.strip_prefix("lambda.").unwrap_or(given), penalty) {
            ("min", _) => Ok(Self::Min),
            ("1se", _) => Ok(Self::OneSe),
            (_, Some(lambda)) => Ok(Self::Value(lambda)),
            _ => {
                let known = vec!["min", "1se", "a penalty of 0 or more"];
                Err(UnknownChoice { what: "rule for lambda", given: given.to_owned(), known })
            }
        }
    }
}

impl LambdaRule {
    /// The penalty that this chooses among `lambda`, with lambda.min and lambda.1se at these places.
    pub(super) fn choose(self, lambda: &[f64], min: usize, one_se: usize) -> f64 {
        match self {
            Self::Min => lambda[min],
            Self::OneSe => lambda[one_se],
            Self::Value(value) => value,
        }
    }
}

impl CvPath {
    /// The penalty that `rule` chooses.
    pub fn lambda(&self, rule: LambdaRule) -> f64 {
        rule.choose(&self.path.lambda, self.min, self.one_se)
    }
}

impl Coxnet {
    /// Fits all data and every fold's complement, in parallel on the ambient pool.
    ///
    /// # Errors
    /// As [`Coxnet::fit`], for the whole and for every fold's complement; folds that cannot be dealt or are not numbered from 1 on.
    pub fn fit_folds(
        &self,
        data: &Survival,
        columns: &[&[f64]],
        folds: &Folds,
        watch: &dyn Watch,
    ) -> Result<FoldFits, CoxnetError> {
        let fold = folds.assign(data, 0)?;
        let design = Design::new(data, columns, self.offset.as_deref())?;
        let (path, without) = self.fit_complements(&design, &fold, watch)?;
        Ok(FoldFits { path, fold, without })
    }

    /// The full path and those without each fold.
    pub(super) fn fit_complements(
        &self,
        design: &Design,
        fold: &[usize],
        watch: &dyn Watch,
    ) -> Result<(CoxnetPath, Vec<CoxnetPath>), CoxnetError> {
        let count = fold.iter().copied().max().unwrap_or(0);
        let done = std::sync::atomic::AtomicUsize::new(0);
        let fit = |left_out: usize| {
            let sample = Sample::new(design, |i| fold[design.order[i]] != left_out, self.standardize, self.ties())?;
            let path = path::follow(self, design, &sample, &Task(watch))?;
            let done = 1 + done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            watch.step(done, count + 1)?;
            Ok(path)
        };
        // Fold 0 has no members: that fit sees everybody.
        let mut paths = (0..=count).into_par_iter().map(fit).collect::<Vec<Result<_, _>>>().into_iter();
        let path = paths.next().unwrap_or(Err(CoxnetError::FoldNumbers))?;
        Ok((path, paths.collect::<Result<_, _>>()?))
    }

    /// Cross-validates the path.
    ///
    /// # Errors
    /// As [`Coxnet::fit_folds`] and [`FoldFits::judge`].
    pub fn cross_validate(
        &self,
        data: &Survival,
        columns: &[&[f64]],
        folds: &Folds,
        measure: Measure,
        watch: &dyn Watch,
    ) -> Result<CvPath, CoxnetError> {
        self.fit_folds(data, columns, folds, watch)?.judge(self, data, columns, measure)
    }
}

impl FoldFits {
    /// Judges the penalties of the full path. `data`, `columns` and `net` are those of the fits.
    ///
    /// # Errors
    /// [`CoxnetError::SmallFold`] for deviance within a fold of fewer than ten subjects, [`CoxnetError::NoMeasure`] where the
    /// measure is undefined in every fold.
    pub fn judge(
        self,
        net: &Coxnet,
        data: &Survival,
        columns: &[&[f64]],
        measure: Measure,
    ) -> Result<CvPath, CoxnetError> {
        let judge = Judge { data, columns, offset: net.offset.as_deref(), ties: net.ties(), measure };
        let folds: Vec<usize> = (1..=self.without.len()).collect();
        let judged: Result<Vec<FoldValues>, CoxnetError> =
            folds.into_par_iter().map(|f| judge.fold(&self.fold, f, &self.without[f - 1], &self.path.lambda)).collect();
        let (cvm, cvsd) = average(&judged?);
        let (min, one_se) = choose(&cvm, &cvsd, measure).ok_or(CoxnetError::NoMeasure)?;
        let broken_off = self.without.iter().filter(|path| path.end == PathEnd::NoConvergence).count();
        Ok(CvPath { path: self.path, measure, fold: self.fold, cvm, cvsd, min, one_se, broken_off })
    }
}

/// One fold's value at each penalty (NaN where there is none) and its weight in the mean.
struct FoldValues {
    values: Vec<f64>,
    weight: f64,
}

struct Judge<'a> {
    data: &'a Survival,
    columns: &'a [&'a [f64]],
    offset: Option<&'a [f64]>,
    ties: Ties,
    measure: Measure,
}

impl Judge<'_> {
    fn fold(&self, fold: &[usize], f: usize, path: &CoxnetPath, lambdas: &[f64]) -> Result<FoldValues, CoxnetError> {
        let inside = |i: &usize| fold[*i] == f;
        match self.measure {
            Measure::Concordance => self.concordance(&self.rows(inside), path, lambdas),
            Measure::GroupedDeviance => {
                let whole = self.deviances(|_| true, path, lambdas);
                let without = self.deviances(|i| !inside(i), path, lambdas);
                let values = whole.iter().zip(without).map(|(a, b)| a - b).collect();
                Ok(self.per_event(&self.rows(inside), values))
            }
            Measure::FoldDeviance => {
                let rows = self.rows(inside);
                if rows.len() < 10 {
                    return Err(CoxnetError::SmallFold { fold: f, subjects: rows.len() });
                }
                let values = self.deviances(inside, path, lambdas);
                Ok(self.per_event(&rows, values))
            }
        }
    }

    /// The rows that `keep` keeps, by time.
    fn rows(&self, keep: impl Fn(&usize) -> bool) -> Vec<usize> {
        self.data.order().into_iter().filter(|i| keep(i) && self.data.weight(*i) > 0.0).collect()
    }

    fn per_event(&self, rows: &[usize], values: Vec<f64>) -> FoldValues {
        let weight: f64 = rows.iter().filter(|&&i| self.data.event()[i]).map(|&i| self.data.weight(i)).sum();
        FoldValues { values: values.into_iter().map(|v| v / weight).collect(), weight }
    }

    fn predictor(&self, rows: &[usize], path: &CoxnetPath, lambda: f64, offset: bool) -> Vec<f64> {
        let start = |i: usize| self.offset.filter(|_| offset).map_or(0.0, |o| o[i]);
        let mut predictor: Vec<f64> = rows.iter().map(|&i| start(i)).collect();
        for (j, b) in path.at(lambda).0 {
            let column = self.columns[j];
            predictor.iter_mut().zip(rows).for_each(|(lp, &i)| *lp += b * column[i]);
        }
        predictor
    }

    /// Deviance of the subjects that `keep` keeps, their weights summing to their number (weights of zero included).
    fn deviances(&self, keep: impl Fn(&usize) -> bool, path: &CoxnetPath, lambdas: &[f64]) -> Vec<f64> {
        let data = self.data;
        let kept: Vec<usize> = (0..data.len()).filter(&keep).collect();
        let subject = |i: usize| Subject { time: data.time()[i], event: data.event()[i], weight: data.weight(i) };
        let (rows, time) = &self.ties.by_time(&kept, subject);
        let event: Vec<bool> = rows.iter().map(|&i| data.event()[i]).collect();
        let weight: Vec<f64> = rows.iter().map(|&i| data.weight(i)).collect();
        let sets = RiskSets::new(time, &event, &weight);
        let saturated = sets.saturated();
        let twice = 2.0 * kept.len() as f64;
        let value = |lambda: &f64| twice * (saturated - sets.loglik(&self.predictor(rows, path, *lambda, true)));
        lambdas.iter().map(value).collect()
    }

    fn concordance(&self, rows: &[usize], path: &CoxnetPath, lambdas: &[f64]) -> Result<FoldValues, CoxnetError> {
        let data = self.data.select(rows);
        let value = |lambda: &f64| {
            let score = self.predictor(rows, path, *lambda, false);
            harrell(&data, &score).map(|c| c.c).map_err(|_| CoxnetError::NoMeasure)
        };
        let values = lambdas.iter().map(value).collect::<Result<_, _>>()?;
        Ok(FoldValues { values, weight: rows.iter().map(|&i| self.data.weight(i)).sum() })
    }
}

/// Weighted mean over folds and its standard error, for each penalty. A fold without a value or without events does not
/// count in the mean, but does in the number of folds that the standard error is divided by, as in cv.glmnet.
fn average(folds: &[FoldValues]) -> (Vec<f64>, Vec<f64>) {
    let penalties = folds.first().map_or(0, |f| f.values.len());
    let mean = |value: &dyn Fn(&FoldValues) -> f64| {
        let (mut sum, mut weight) = (0.0, 0.0);
        for fold in folds {
            let value = value(fold);
            if !value.is_nan() && fold.weight > 0.0 {
                sum += fold.weight * value;
                weight += fold.weight;
            }
        }
        sum / weight
    };
    (0..penalties)
        .map(|k| {
            let cvm = mean(&|fold| fold.values[k]);
            let variance = mean(&|fold| (fold.values[k] - cvm).powi(2)) / (folds.len() - 1) as f64;
            (cvm, variance.sqrt())
        })
        .unzip()
}

/// Places of lambda.min and lambda.1se.
pub(super) fn choose(cvm: &[f64], cvsd: &[f64], measure: Measure) -> Option<(usize, usize)> {
    let sign = if measure == Measure::Concordance { -1.0 } else { 1.0 };
    let loss = |k: usize| sign * cvm[k];
    let best = (0..cvm.len()).map(loss).filter(|v| !v.is_nan()).min_by(f64::total_cmp)?;
    let min = (0..cvm.len()).find(|&k| loss(k) <= best)?;
    let one_se = (0..cvm.len()).find(|&k| loss(k) <= best + cvsd[min]).unwrap_or(min);
    Some((min, one_se))
}
