//! Mean, covariate effects and residual variance of each feature: least squares on sites and covariates.

use nalgebra::DMatrix;

use super::{HarmonizeError, SiteData, single};
use crate::stats::linalg::{Ldl, PIVOT_TOLERANCE};

/// The sites' rows, the covariates brought to mean 0 and variance 1, and the factored normal equations of all subjects.
pub(super) struct Model<'a> {
    data: SiteData<'a>,
    /// Place among the sites of each subject.
    code: Vec<usize>,
    sites: usize,
    /// Covariates, scaled.
    kept: Vec<Vec<f64>>,
    /// Mean and standard deviation of each covariate.
    scale: Vec<(f64, f64)>,
    everybody: Ldl,
    reference: Option<usize>,
}

/// What least squares say of one feature.
pub(super) struct Standard {
    /// alpha, at covariates of zero.
    pub mean: f64,
    /// beta, per covariate.
    pub effects: Vec<f64>,
    /// sigma^2.
    pub variance: f64,
    /// Whether there is any variance to divide by.
    pub varies: bool,
}

/// A residual standard deviation that is this part of the feature's size or less is rounding.
const ROUNDING: f64 = 1e-13;

impl<'a> Model<'a> {
    pub(super) fn new(
        data: SiteData<'a>,
        rows: &[(String, Vec<usize>)],
        reference: Option<usize>,
    ) -> Result<Self, HarmonizeError> {
        let mut code = vec![0; data.subjects()];
        for (site, (_, rows)) in rows.iter().enumerate() {
            rows.iter().for_each(|&i| code[i] = site);
        }
        let (kept, scale) = data.kept.iter().map(|column| scaled(column)).unzip();
        let mut model = Self {
            data,
            code,
            sites: rows.len(),
            kept,
            scale,
            everybody: Ldl::new(&DMatrix::zeros(0, 0), PIVOT_TOLERANCE),
            reference,
        };
        let all: Vec<usize> = (0..data.subjects()).collect();
        model.everybody = model.factor(&all)?;
        Ok(model)
    }

    /// L D L' of X'X on `rows`, X the sites' 0/1 columns and the covariates.
    fn factor(&self, rows: &[usize]) -> Result<Ldl, HarmonizeError> {
        let size = self.sites + self.kept.len();
        let mut gram = DMatrix::zeros(size, size);
        for &i in rows {
            gram[(self.code[i], self.code[i])] += 1.0;
            for (a, x) in self.kept.iter().enumerate() {
                gram[(self.sites + a, self.code[i])] += x[i];
                for (b, y) in self.kept.iter().enumerate().take(a + 1) {
                    gram[(self.sites + a, self.sites + b)] += x[i] * y[i];
                }
            }
        }
        let ldl = Ldl::new(&gram, 1e-10);
        match (self.sites..size).find(|&c| ldl.is_singular(c)) {
            Some(column) => Err(HarmonizeError::Confounded { column: column - self.sites }),
            None => Ok(ldl),
        }
    }

    /// Fits feature `j`.
    pub(super) fn feature(&self, j: usize) -> Result<Standard, HarmonizeError> {
        let values = self.data.features[j];
        let rows: Vec<usize> = (0..values.len()).filter(|&i| !values[i].is_nan()).collect();
        let own;
        let ldl = if rows.len() == values.len() {
            &self.everybody
        } else {
            self.enough(j, rows.len())?;
            own = self.factor(&rows)?;
            &own
        };
        // Around one of its values, so that a large mean costs no digits.
        let origin = rows.first().map_or(0.0, |&i| values[i]);
        let mut solution = vec![0.0; self.sites + self.kept.len()];
        for &i in &rows {
            let y = values[i] - origin;
            solution[self.code[i]] += y;
            self.kept.iter().enumerate().for_each(|(a, x)| solution[self.sites + a] += x[i] * y);
        }
        ldl.solve(&mut solution);
        Ok(self.summarize(values, &rows, origin, &solution))
    }

    fn enough(&self, feature: usize, values: usize) -> Result<(), HarmonizeError> {
        let effects = self.sites + self.kept.len();
        if values < effects {
            return Err(HarmonizeError::TooFew { feature, values, effects });
        }
        Ok(())
    }

    fn summarize(&self, values: &[f64], rows: &[usize], origin: f64, solution: &[f64]) -> Standard {
        let (levels, slopes) = solution.split_at(self.sites);
        let fitted =
            |i: usize| levels[self.code[i]] + slopes.iter().zip(&self.kept).map(|(b, x)| b * x[i]).sum::<f64>();
        let judged: Vec<usize> = match self.reference {
            Some(reference) => rows.iter().copied().filter(|&i| self.code[i] == reference).collect(),
            None => rows.to_vec(),
        };
        let n = judged.len() as f64;
        let square = |i: &usize| (values[*i] - origin - fitted(*i)).powi(2);
        let variance = judged.iter().map(square).sum::<f64>() / n;
        // The mean of the sites' levels by their subjects is the mean over subjects of their site's level.
        let level = judged.iter().map(|&i| levels[self.code[i]]).sum::<f64>() / n;
        let effects: Vec<f64> = slopes.iter().zip(&self.scale).map(|(b, (_, sd))| b / sd).collect();
        let at_zero: f64 = effects.iter().zip(&self.scale).map(|(b, (mean, _))| b * mean).sum();
        let size = rows.iter().map(|&i| values[i].abs()).fold(0.0, f64::max);
        Standard { mean: origin + level - at_zero, effects, varies: variance.sqrt() > ROUNDING * size, variance }
    }
}

fn scaled(column: &[f64]) -> (Vec<f64>, (f64, f64)) {
    let column: Vec<f64> = column.iter().map(|x| single(*x)).collect();
    let n = column.len() as f64;
    let mean = column.iter().sum::<f64>() / n;
    let sd = (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    let sd = if sd > 0.0 { sd } else { 1.0 };
    (column.iter().map(|x| (x - mean) / sd).collect(), (mean, sd))
}
