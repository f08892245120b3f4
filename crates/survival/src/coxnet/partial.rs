//! Breslow's log partial likelihood of subjects sorted by time, its gradient and its curvature in the linear predictor.
//!
//! Weights q sum to 1. With e = q exp(eta), S_k = sum of e over the k-th risk set, D_k = weight of the deaths at the
//! k-th event time and C_i = sum of D_k / S_k over the event times up to subject i's time:
//! log likelihood = sum q d eta - sum D_k log S_k; gradient r_i = q_i d_i - e_i C_i (it sums to zero);
//! information H = diag(e C) - sum over k of (D_k / S_k^2) (e 1_k)(e 1_k)', 1_k marking the k-th risk set.

use super::kernels::padded;

/// Who is at risk when, and who dies: all that the likelihood needs of the follow-up.
#[derive(Debug, Clone)]
pub(super) struct RiskSets {
    /// q, zero beyond the last subject.
    pub(super) weight: Vec<f64>,
    /// q for deaths, zero for others.
    pub(super) death: Vec<f64>,
    /// Risk set k is rows `first[k]..n`; closed by n.
    first: Vec<usize>,
    /// D_k.
    deaths: Vec<f64>,
}

impl RiskSets {
    /// Risk sets of subjects by ascending `time`, all of positive weight.
    pub(super) fn new(time: &[f64], event: &[bool], weight: &[f64]) -> Self {
        let n = time.len();
        let total: f64 = weight.iter().sum();
        let mut q: Vec<f64> = weight.iter().map(|w| w / total).collect();
        q.resize(padded(n), 0.0);
        let mut death = vec![0.0; q.len()];
        let (mut first, mut deaths) = (Vec::new(), Vec::new());
        let mut row = 0;
        while row < n {
            let end = row + time[row..].iter().take_while(|t| **t == time[row]).count();
            let mut dead = 0.0;
            for i in (row..end).filter(|&i| event[i]) {
                death[i] = q[i];
                dead += q[i];
            }
            if dead > 0.0 {
                first.push(row);
                deaths.push(dead);
            }
            row = end;
        }
        first.push(n);
        Self { weight: q, death, first, deaths }
    }

    /// Number of distinct event times.
    pub(super) fn n_sets(&self) -> usize {
        self.deaths.len()
    }

    /// Number of subjects.
    pub(super) fn n(&self) -> usize {
        self.first[self.n_sets()]
    }

    /// The rows that leave risk set k without being in the next one.
    fn leaving(&self, k: usize) -> std::ops::Range<usize> {
        self.first[k]..self.first[k + 1]
    }

    /// The log likelihood of a model that foresees who dies when: -sum D log D.
    pub(super) fn saturated(&self) -> f64 {
        -self.deaths.iter().map(|d| d * d.ln()).sum::<f64>()
    }

    /// The log likelihood at `eta`, without derivatives.
    pub(super) fn loglik(&self, eta: &[f64]) -> f64 {
        let n = self.n();
        let top = eta[..n].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut loglik) = (0.0, 0.0);
        for k in (0..self.n_sets()).rev() {
            for i in self.leaving(k) {
                sum += self.weight[i] * (eta[i] - top).exp();
                loglik += self.death[i] * eta[i];
            }
            loglik -= self.deaths[k] * (sum.ln() + top);
        }
        loglik
    }
}

/// The derivatives of the log likelihood at one linear predictor.
#[derive(Debug, Clone)]
pub(super) struct Derivatives {
    /// r, the gradient in eta.
    pub(super) residual: Vec<f64>,
    /// e, up to a common factor that H does not see.
    e: Vec<f64>,
    /// e C, the diagonal part of H.
    diagonal: Vec<f64>,
    /// D_k / S_k^2.
    rank_one: Vec<f64>,
}

impl Derivatives {
    /// Room for the likelihood of `sets`.
    pub(super) fn new(sets: &RiskSets) -> Self {
        let zeros = vec![0.0; sets.weight.len()];
        let rank_one = vec![0.0; sets.n_sets()];
        Self { residual: zeros.clone(), e: zeros.clone(), diagonal: zeros, rank_one }
    }

    /// Evaluates at `eta`.
    pub(super) fn evaluate(&mut self, sets: &RiskSets, eta: &[f64]) {
        let n = sets.n();
        // The largest predictor becomes 0: nothing overflows, and ratios of e are the same.
        let top = eta[..n].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for ((e, q), eta) in self.e[..n].iter_mut().zip(&sets.weight).zip(eta) {
            *e = q * (eta - top).exp();
        }
        let mut sum = 0.0;
        for k in (0..sets.n_sets()).rev() {
            for i in sets.leaving(k) {
                sum += self.e[i];
            }
            self.rank_one[k] = sum;
        }
        let mut cumulative = 0.0;
        for k in 0..sets.n_sets() {
            let sum = self.rank_one[k];
            cumulative += sets.deaths[k] / sum;
            self.rank_one[k] = sets.deaths[k] / (sum * sum);
            for i in sets.leaving(k) {
                self.diagonal[i] = self.e[i] * cumulative;
                self.residual[i] = sets.death[i] - self.diagonal[i];
            }
        }
    }

    /// The diagonal of H: e_i (C_i - e_i sum of D / S^2 over the event times up to i's); whether none of it is lost to
    /// rounding, which happens where one subject outweighs everybody at risk with him.
    pub(super) fn diagonal_information(&self, sets: &RiskSets, out: &mut [f64]) -> bool {
        let (mut sum, mut kept) = (0.0, true);
        for k in 0..sets.n_sets() {
            sum += self.rank_one[k];
            for i in sets.leaving(k) {
                out[i] = self.diagonal[i] - self.e[i] * self.e[i] * sum;
                kept &= out[i] > 0.0 || self.e[i] == 0.0;
            }
        }
        kept
    }

    /// `out[c]` = H `columns[c]`, for a few columns at a time so that their sums run side by side.
    pub(super) fn information_times<const COLUMNS: usize>(
        &self,
        sets: &RiskSets,
        columns: [&[f64]; COLUMNS],
        out: [&mut [f64]; COLUMNS],
    ) {
        // First the risk set sums of e x, parked where a set begins, then their running total on the way forward.
        let mut sums = [0.0; COLUMNS];
        for k in (0..sets.n_sets()).rev() {
            for i in sets.leaving(k) {
                for c in 0..COLUMNS {
                    sums[c] += self.e[i] * columns[c][i];
                }
            }
            for c in 0..COLUMNS {
                out[c][sets.first[k]] = sums[c] * self.rank_one[k];
            }
        }
        let mut running = [0.0; COLUMNS];
        for k in 0..sets.n_sets() {
            for c in 0..COLUMNS {
                running[c] += out[c][sets.first[k]];
            }
            for i in sets.leaving(k) {
                for c in 0..COLUMNS {
                    out[c][i] = self.diagonal[i] * columns[c][i] - self.e[i] * running[c];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (RiskSets, Vec<f64>) {
        let time = [1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 5.0];
        let event = [false, true, true, false, true, false, true];
        let sets = RiskSets::new(&time, &event, &[1.0, 2.0, 1.0, 1.0, 0.5, 1.0, 3.0]);
        (sets, vec![0.3, -0.2, 0.9, 0.0, 1.4, -1.0, 0.2, 0.0])
    }

    #[test]
    fn derivatives_are_those_of_the_likelihood() {
        let (sets, eta) = example();
        let mut at = Derivatives::new(&sets);
        at.evaluate(&sets, &eta);
        assert!(at.residual.iter().sum::<f64>().abs() < 1e-15);
        let h = 1e-5;
        for i in 0..7 {
            let (mut up, mut down) = (eta.clone(), eta.clone());
            up[i] += h;
            down[i] -= h;
            let slope = (sets.loglik(&up) - sets.loglik(&down)) / (2.0 * h);
            assert!((slope - at.residual[i]).abs() < 1e-9, "gradient {i}");
            let mut unit = vec![0.0; 8];
            unit[i] = 1.0;
            let mut column = vec![0.0; 8];
            at.information_times(&sets, [&unit], [&mut column]);
            let (mut high, mut low) = (Derivatives::new(&sets), Derivatives::new(&sets));
            high.evaluate(&sets, &up);
            low.evaluate(&sets, &down);
            for (l, ((low, high), found)) in low.residual.iter().zip(&high.residual).zip(&column).enumerate() {
                assert!(((low - high) / (2.0 * h) - found).abs() < 1e-9, "information {i} {l}");
            }
        }
    }

    #[test]
    fn huge_predictors_do_not_overflow() {
        let (sets, eta) = example();
        let shifted: Vec<f64> = eta.iter().map(|e| e + 5000.0).collect();
        assert!((sets.loglik(&shifted) - sets.loglik(&eta)).abs() < 1e-10);
        let (mut here, mut there) = (Derivatives::new(&sets), Derivatives::new(&sets));
        here.evaluate(&sets, &eta);
        there.evaluate(&sets, &shifted);
        for (a, b) in here.residual.iter().zip(&there.residual) {
            assert!((a - b).abs() < 1e-10);
        }
    }
}
