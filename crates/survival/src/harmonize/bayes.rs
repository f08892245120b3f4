//! Location and scale of one site over all features, shrunk by empirical Bayes.

use super::{PriorParameters, SitePrior};

/// Standardized values of one site, by feature: their number, mean and variance (divisor one less).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moments {
    pub n: f64,
    pub mean: f64,
    /// Sum of squares about the mean.
    pub squares: f64,
}

impl Moments {
    pub(super) fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        Self { n, mean, squares: values.iter().map(|v| (v - mean) * (v - mean)).sum() }
    }

    /// Squared scale; 1 where it is not estimated.
    pub(super) fn delta(&self, location_only: bool) -> f64 {
        if location_only { 1.0 } else { self.squares / (self.n - 1.0) }
    }

    /// Sum of squares about `center`.
    fn squares_about(&self, center: f64) -> f64 {
        self.squares + self.n * (self.mean - center) * (self.mean - center)
    }
}

impl PriorParameters {
    /// By the method of moments from locations and squared scales over features.
    pub(super) fn new(gamma: &[f64], delta: &[f64]) -> Self {
        let ((gamma_bar, tau2), (delta_bar, spread)) = (mean_and_variance(gamma), mean_and_variance(delta));
        let shape = (2.0 * spread + delta_bar * delta_bar) / spread;
        let rate = (delta_bar * spread + delta_bar.powi(3)) / spread;
        Self { gamma_bar, tau2, shape, rate, delta_bar }
    }

    /// The mean of several priors, parameter by parameter.
    pub(super) fn mean<'a>(priors: impl Iterator<Item = &'a Self> + Clone) -> Option<Self> {
        let n = priors.clone().count() as f64;
        let mean = |of: fn(&Self) -> f64| priors.clone().map(of).sum::<f64>() / n;
        (n > 0.0).then(|| Self {
            gamma_bar: mean(|p| p.gamma_bar),
            tau2: mean(|p| p.tau2),
            shape: mean(|p| p.shape),
            rate: mean(|p| p.rate),
            delta_bar: mean(|p| p.delta_bar),
        })
    }

    fn location(&self, found: f64, n: f64, delta: f64) -> f64 {
        (self.tau2 * n * found + delta * self.gamma_bar) / (self.tau2 * n + delta)
    }

    fn scale(&self, squares: f64, n: f64) -> f64 {
        // All features with one scale: the prior is that scale itself.
        if self.shape.is_finite() { (0.5 * squares + self.rate) / (n / 2.0 + self.shape - 1.0) } else { self.delta_bar }
    }
}

fn mean_and_variance(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0))
}

/// Largest relative rise of an estimate at which the iterations end.
const CHANGE: f64 = 1e-4;
/// The iterations converge in tens of steps; these end a cycle that rounding might make.
const MOST_STEPS: usize = 10_000;

/// Locations and squared scales of a site under `prior`, its features together.
pub(super) fn parametric(moments: &[Moments], location_only: bool, prior: &PriorParameters) -> (Vec<f64>, Vec<f64>) {
    if location_only {
        // With a scale of one and, as ComBat has it, the weight of a single subject.
        let gamma = moments.iter().map(|m| prior.location(m.mean, 1.0, 1.0)).collect();
        return (gamma, vec![1.0; moments.len()]);
    }
    let mut gamma: Vec<f64> = moments.iter().map(|m| m.mean).collect();
    let mut delta: Vec<f64> = moments.iter().map(|m| m.delta(false)).collect();
    for _ in 0..MOST_STEPS {
        let mut change = f64::NEG_INFINITY;
        for ((m, gamma), delta) in moments.iter().zip(&mut gamma).zip(&mut delta) {
            let new_gamma = prior.location(m.mean, m.n, *delta);
            let new_delta = prior.scale(m.squares_about(new_gamma), m.n);
            // Over the signed value, as in neuroCombat and sva: see the module's page.
            change = change.max((new_gamma - *gamma).abs() / *gamma).max((new_delta - *delta).abs() / *delta);
            (*gamma, *delta) = (new_gamma, new_delta);
        }
        if change <= CHANGE {
            break;
        }
    }
    (gamma, delta)
}

/// The same with the estimates of other features as the prior, each weighted by the likelihood of this feature's values.
///
/// `others` are locations and squared scales; `own` says that feature k is number k of them and leaves itself out.
/// Features times others; logarithms keep the likelihood of many subjects from vanishing.
pub(super) fn non_parametric(moments: &[Moments], others: &[(f64, f64)], own: bool) -> (Vec<f64>, Vec<f64>) {
    let mut weight = vec![0.0; others.len()];
    let one = |(k, m): (usize, &Moments)| {
        let mut largest = f64::NEG_INFINITY;
        for (at, (weight, (gamma, delta))) in weight.iter_mut().zip(others).enumerate() {
            let itself = own && at == k;
            // A scale of zero has no likelihood.
            *weight = if itself || *delta <= 0.0 {
                f64::NEG_INFINITY
            } else {
                -0.5 * m.n * delta.ln() - m.squares_about(*gamma) / (2.0 * delta)
            };
            largest = largest.max(*weight);
        }
        let (mut sum, mut gamma_sum, mut delta_sum) = (0.0, 0.0, 0.0);
        for (weight, (gamma, delta)) in weight.iter().zip(others) {
            let likelihood = (weight - largest).exp();
            if likelihood > 0.0 {
                sum += likelihood;
                gamma_sum += likelihood * gamma;
                delta_sum += likelihood * delta;
            }
        }
        (gamma_sum / sum, delta_sum / sum)
    };
    moments.iter().enumerate().map(one).unzip()
}

impl SitePrior {
    /// Whether features borrow from one another.
    pub(super) fn borrows(self) -> bool {
        self != Self::None
    }
}
