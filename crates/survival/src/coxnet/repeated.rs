//! Cross-validation over several deals of the folds: one deal moves lambda.min about, the mean of many does not.

use super::cv::choose;
use super::{Coxnet, CoxnetError, CoxnetPath, Folds, LambdaRule, Measure, Survival};
use watch::{Part, Watch};

/// A path cross-validated several times.
#[derive(Debug, Clone, PartialEq)]
pub struct RepeatedCv {
    /// The fit to all subjects; its penalties are those judged.
    pub path: CoxnetPath,
    /// The fold of each subject in the first deal, from 1.
    pub fold: Vec<usize>,
    /// Mean over deals of the mean over folds at each penalty.
    pub cvm: Vec<f64>,
    /// Mean over deals of its standard error.
    pub cvsd: Vec<f64>,
    /// Place of the largest penalty with the best mean.
    pub min: usize,
    /// Place of the largest penalty with a mean within one (mean) standard error of the best.
    pub one_se: usize,
    /// The lambda.min of each deal.
    pub each_min: Vec<f64>,
    /// Folds of all deals without which the path breaks off.
    pub broken_off: usize,
    /// The share of deals at whose own lambda.min each feature has a coefficient.
    pub selected: Vec<f64>,
}

impl RepeatedCv {
    /// The penalty that `rule` chooses.
    pub fn lambda(&self, rule: LambdaRule) -> f64 {
        rule.choose(&self.path.lambda, self.min, self.one_se)
    }
}

impl Coxnet {
    /// Cross-validates the path once for each of `deals`, which are given folds of each subject, from 1.
    ///
    /// # Errors
    /// As [`Coxnet::cross_validate`], for any deal.
    pub fn cross_validate_repeatedly(
        &self,
        data: &Survival,
        columns: &[&[f64]],
        deals: &[Vec<usize>],
        measure: Measure,
        watch: &dyn Watch,
    ) -> Result<RepeatedCv, CoxnetError> {
        let mut runs = Vec::with_capacity(deals.len());
        for (at, deal) in deals.iter().enumerate() {
            let watch = Part::new(watch, at, deals.len());
            let folds = Folds::Given(deal.clone());
            runs.push(self.cross_validate(data, columns, &folds, measure, &watch)?);
        }
        let mean = |of: &dyn Fn(&super::CvPath) -> &Vec<f64>, at: usize| {
            runs.iter().map(|run| of(run)[at]).sum::<f64>() / runs.len() as f64
        };
        let penalties = runs.iter().map(|run| run.cvm.len()).min().unwrap_or(0);
        let cvm: Vec<f64> = (0..penalties).map(|at| mean(&|run| &run.cvm, at)).collect();
        let cvsd: Vec<f64> = (0..penalties).map(|at| mean(&|run| &run.cvsd, at)).collect();
        let (min, one_se) = choose(&cvm, &cvsd, measure).ok_or(CoxnetError::NoMeasure)?;
        let mut selected = vec![0.0; columns.len()];
        for run in &runs {
            for (j, _) in &run.path.coefficients[run.min].0 {
                selected[*j] += 1.0 / runs.len() as f64;
            }
        }
        let each_min = runs.iter().map(|run| run.path.lambda[run.min]).collect();
        let broken_off = runs.iter().map(|run| run.broken_off).sum();
        let first = runs.into_iter().next().ok_or(CoxnetError::FoldNumbers)?;
        let (path, fold) = (first.path, first.fold);
        Ok(RepeatedCv { path, fold, cvm, cvsd, min, one_se, each_min, broken_off, selected })
    }
}
