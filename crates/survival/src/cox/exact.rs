//! The exact (conditional) likelihood for tied events.
//!
//! With d events among n at risk it is prod r over those who die, divided by e_d, the sum over all subsets of d subjects of
//! their risks' product (Gail, Lubin and Rubinstein, Biometrika 1981). e_d and its derivatives follow by recursion over the
//! subjects: e_k(n) = e_k(n-1) + r_n e_{k-1}(n-1). Here f_k = e_k / C(n, k), the mean product, is carried instead,
//! f_k(n) = (n-k)/n f_k(n-1) + k/n r_n f_{k-1}(n-1), which neither overflows nor depends on how many subsets there are.

use nalgebra::DMatrix;

use super::columns::Columns;
use super::newton::Objective;
use super::risk_sets::{EventTime, RiskSets};

/// Mean products f_0..f_d with first and second derivatives, each as `[f, p first, p(p+1)/2 second]`.
struct MeanProducts {
    p: usize,
    members: usize,
    values: Vec<f64>,
}

impl MeanProducts {
    fn new(p: usize, largest: usize) -> Self {
        let mut products = Self { p, members: 0, values: Vec::new() };
        products.values.resize((largest + 1) * products.stride(), 0.0);
        products.values[0] = 1.0;
        products
    }

    fn stride(&self) -> usize {
        1 + self.p + self.p * (self.p + 1) / 2
    }

    fn of(&self, k: usize) -> &[f64] {
        &self.values[k * self.stride()..(k + 1) * self.stride()]
    }

    /// One more subject at risk, with risk `r` and covariates `x`.
    fn add(&mut self, r: f64, x: &[f64]) {
        let (p, stride) = (self.p, self.stride());
        self.members += 1;
        let n = self.members as f64;
        let largest = self.values.len() / stride - 1;
        for k in (1..=largest.min(self.members)).rev() {
            let (below, from_k) = self.values.split_at_mut(k * stride);
            let (less, own) = (&below[(k - 1) * stride..], &mut from_k[..stride]);
            let (keep, take) = ((n - k as f64) / n, k as f64 / n * r);
            own[0] = keep * own[0] + take * less[0];
            let mut at = 1 + p;
            for i in 0..p {
                own[1 + i] = keep * own[1 + i] + take * (less[1 + i] + x[i] * less[0]);
                for j in 0..=i {
                    let second = less[at] + x[i] * less[1 + j] + x[j] * less[1 + i] + x[i] * x[j] * less[0];
                    own[at] = keep * own[at] + take * second;
                    at += 1;
                }
            }
        }
    }
}

/// The exact likelihood of one data set.
pub(crate) struct ExactLikelihood<'a> {
    sets: &'a RiskSets,
    x: &'a Columns,
    eta: Vec<f64>,
    score: Vec<f64>,
    information: DMatrix<f64>,
}

impl<'a> ExactLikelihood<'a> {
    pub fn new(sets: &'a RiskSets, x: &'a Columns) -> Self {
        Self { sets, x, eta: vec![0.0; sets.len()], score: vec![0.0; x.p], information: DMatrix::zeros(x.p, x.p) }
    }

    /// Adds the part of stratum `s`; returns its log-likelihood.
    fn add_stratum(&mut self, s: usize) -> f64 {
        let (sets, x) = (self.sets, self.x);
        let stratum = &sets.strata[s];
        let largest = sets.events[stratum.events.clone()].iter().map(|e| e.deaths).max().unwrap_or(0);
        let shift = ln_mean_exp(&self.eta[stratum.rows.clone()]);
        let mut member = vec![0.0; x.p];
        let mut products = MeanProducts::new(x.p, largest);
        let mut next = stratum.rows.end;
        let mut loglik = 0.0;
        for k in stratum.events.clone().rev() {
            let event = &sets.events[k];
            let mut add = |products: &mut MeanProducts, row: usize| {
                member.iter_mut().enumerate().for_each(|(j, m)| *m = x.column(j)[row]);
                products.add((self.eta[row] - shift).exp(), &member);
            };
            match &sets.delayed {
                None => (event.first..next).rev().for_each(|row| add(&mut products, row)),
                Some(delayed) => {
                    // A product of subjects cannot be taken back, so every risk set starts anew.
                    products = MeanProducts::new(x.p, event.deaths);
                    let before = (sets.first_slot(s) + k - stratum.events.start) as u32;
                    let entered = (event.first..stratum.rows.end).filter(|&row| delayed.from[row] <= before);
                    entered.for_each(|row| add(&mut products, row));
                }
            }
            next = event.first;
            let found = products.of(event.deaths);
            loglik += event.dying().map(|row| self.eta[row] - shift).sum::<f64>()
                - ln_choose(products.members, event.deaths)
                - found[0].ln();
            add_derivatives(&mut self.score, &mut self.information, x, event, found);
        }
        loglik
    }
}

fn add_derivatives(score: &mut [f64], information: &mut DMatrix<f64>, x: &Columns, event: &EventTime, found: &[f64]) {
    let p = score.len();
    let first = |i: usize| found[1 + i] / found[0];
    let mut at = 1 + p;
    for i in 0..p {
        score[i] += x.column(i)[event.dying()].iter().sum::<f64>() - first(i);
        for j in 0..=i {
            information[(i, j)] += found[at] / found[0] - first(i) * first(j);
            at += 1;
        }
    }
}

impl Objective for ExactLikelihood<'_> {
    fn evaluate(&mut self, beta: &[f64]) -> f64 {
        self.x.linear_predictor(beta, &self.sets.offset, &mut self.eta);
        self.score.fill(0.0);
        self.information.fill(0.0);
        (0..self.sets.strata.len()).map(|s| self.add_stratum(s)).sum()
    }

    fn score(&self) -> &[f64] {
        &self.score
    }

    fn information(&self) -> &DMatrix<f64> {
        &self.information
    }
}

/// ln of the mean of exp, safe from overflow.
fn ln_mean_exp(eta: &[f64]) -> f64 {
    let highest = eta.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = eta.iter().map(|e| (e - highest).exp()).sum();
    highest + (sum / eta.len() as f64).ln()
}

/// ln of the number of ways to choose `d` of `n`.
fn ln_choose(n: usize, d: usize) -> f64 {
    (0..d).map(|k| ((n - k) as f64 / (k + 1) as f64).ln()).sum()
}
