//! What a path of elastic nets holds.

use super::Survival;

/// Coefficients that are not zero, as (feature, value) by ascending feature.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sparse(pub Vec<(usize, f64)>);

impl Sparse {
    /// sum of b_j x_j for each subject; `columns` are all features.
    pub fn linear_predictor(&self, columns: &[&[f64]]) -> Vec<f64> {
        let mut lp = vec![0.0; columns.first().map_or(0, |c| c.len())];
        for &(j, b) in &self.0 {
            lp.iter_mut().zip(columns[j]).for_each(|(lp, x)| *lp += b * x);
        }
        lp
    }

    /// The coefficients of all `features`, zeros included.
    pub fn dense(&self, features: usize) -> Vec<f64> {
        let mut dense = vec![0.0; features];
        self.0.iter().for_each(|&(j, b)| dense[j] = b);
        dense
    }

    /// `part` of these and the rest of `other`: what glmnet reads off between two penalties.
    fn mixed(&self, other: &Self, part: f64) -> Self {
        let mut mixed: Vec<(usize, f64)> = self.0.iter().map(|(j, b)| (*j, b * part)).collect();
        for (j, b) in &other.0 {
            match mixed.binary_search_by_key(j, |(k, _)| *k) {
                Ok(at) => mixed[at].1 += b * (1.0 - part),
                Err(at) => mixed.insert(at, (*j, b * (1.0 - part))),
            }
        }
        Self(mixed)
    }
}

/// Why a path ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathEnd {
    /// All penalties were visited.
    Complete,
    /// The deviance ratio grew by less than a thousandth over four steps.
    LittleGain,
    /// The deviance is all but explained.
    Explained,
    /// More features are selected than asked for.
    MostFeatures,
    /// No solution could be found at the next penalty.
    NoConvergence,
}

/// Solutions from the largest penalty to the smallest.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxnetPath {
    /// Number of features.
    pub features: usize,
    /// Penalties, falling.
    pub lambda: Vec<f64>,
    /// The coefficients at each penalty, for the columns as given.
    pub coefficients: Vec<Sparse>,
    /// 1 - deviance / null deviance at each penalty.
    pub dev_ratio: Vec<f64>,
    /// Twice the log likelihood that the saturated model has over the null model, for weights as given.
    pub null_deviance: f64,
    /// Why the path is no longer.
    pub end: PathEnd,
}

impl CoxnetPath {
    /// Number of selected features at each penalty.
    pub fn df(&self) -> Vec<usize> {
        self.coefficients.iter().map(|c| c.0.len()).collect()
    }

    /// The coefficients at any `lambda`: linear interpolation in lambda between the neighbouring solutions, the end
    /// ones beyond them.
    pub fn at(&self, lambda: f64) -> Sparse {
        let last = self.lambda.len() - 1;
        // The first penalty that is not above the one asked for; one that differs by its printed digits is that one.
        let right = self.lambda.partition_point(|l| *l > lambda * (1.0 + 1e-12)).min(last);
        if right == 0 || self.lambda[right] >= lambda * (1.0 - 1e-12) {
            return self.coefficients[right].clone();
        }
        let (above, below) = (self.lambda[right - 1], self.lambda[right]);
        self.coefficients[right - 1].mixed(&self.coefficients[right], (lambda - below) / (above - below))
    }
}

/// Breslow's deviance of a linear predictor on `data`, 2 (saturated - log likelihood), with weights that sum to the
/// number of subjects: glmnet's `coxnet.deviance`.
pub fn deviance(data: &Survival, linear_predictor: &[f64]) -> f64 {
    let order = data.order();
    let pick = |v: &dyn Fn(usize) -> f64| order.iter().map(|&i| v(i)).collect::<Vec<_>>();
    let event: Vec<bool> = order.iter().map(|&i| data.event()[i]).collect();
    let sets = super::partial::RiskSets::new(&pick(&|i| data.time()[i]), &event, &pick(&|i| data.weight(i)));
    2.0 * data.len() as f64 * (sets.saturated() - sets.loglik(&pick(&|i| linear_predictor[i])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_off_between_penalties_as_glmnet_does() {
        let path = CoxnetPath {
            features: 3,
            lambda: vec![0.4, 0.2, 0.1],
            coefficients: vec![Sparse(vec![]), Sparse(vec![(1, 1.0)]), Sparse(vec![(0, 0.5), (1, 2.0)])],
            dev_ratio: vec![0.0, 0.1, 0.2],
            null_deviance: 1.0,
            end: PathEnd::Complete,
        };
        assert_eq!(path.at(1.0).0, vec![]);
        assert_eq!(path.at(0.2).0, vec![(1, 1.0)]);
        assert_eq!(path.at(0.01).0, vec![(0, 0.5), (1, 2.0)]);
        let between = path.at(0.125).dense(3);
        assert!((between[0] - 0.375).abs() < 1e-15 && (between[1] - 1.75).abs() < 1e-15);
    }
}
