//! Estimates and infinitesimal jackknife variances of all states in one pass.
//!
//! With G(t) the sum of d / (n (n - d)) over all causes, F_k the incidence of cause k and H_k(t) the sum of
//! S(u-) (d_k / n) (G(u-) - 1/n), a subject of weight w that entered at e has at t, while at risk, the influence
//! w (H_k(t) - H_k(e)) - w G(e) (F_k(t) - F_k(e)) on F_k. Once gone at x its influence on log S is a constant a, that on F_k
//! grows by a (F_k(t) - F_k(x)). Either way it is c + alpha H_k(t) + beta F_k(t): sums of squares and products of c, alpha
//! and beta over the subjects give every variance without visiting the subjects again.

use super::CompetingRisks;
use crate::groups::Groups;
use crate::kaplan_meier::{RiskTable, Sorted};
use crate::order::TimeOrder;

/// Curves and variances at the rows of a risk table.
#[derive(Default)]
pub(super) struct Variances {
    pub(super) survival: Vec<f64>,
    pub(super) survival_variance: Vec<f64>,
    pub(super) causes: Vec<CauseVariance>,
}

/// The same of one cause.
#[derive(Default, Clone)]
pub(super) struct CauseVariance {
    pub(super) n_event: Vec<f64>,
    pub(super) estimate: Vec<f64>,
    pub(super) variance: Vec<f64>,
}

/// The influence of one subject: c + alpha H_k + beta F_k on cause k; alpha and beta are those of every cause.
#[derive(Clone, Default)]
struct Influence {
    alpha: f64,
    beta: f64,
    constant: Vec<f64>,
}

/// Sums over subjects of products of c, alpha and beta.
struct Products {
    alpha_alpha: f64,
    alpha_beta: f64,
    beta_beta: f64,
    /// For each cause: c c, c alpha, c beta.
    with_constant: Vec<[f64; 3]>,
}

impl Products {
    fn new(causes: usize) -> Self {
        Self { alpha_alpha: 0.0, alpha_beta: 0.0, beta_beta: 0.0, with_constant: vec![[0.0; 3]; causes] }
    }

    fn add(&mut self, of: &Influence, sign: f64) {
        self.alpha_alpha += sign * of.alpha * of.alpha;
        self.alpha_beta += sign * of.alpha * of.beta;
        self.beta_beta += sign * of.beta * of.beta;
        for (sums, c) in self.with_constant.iter_mut().zip(&of.constant) {
            sums[0] += sign * c * c;
            sums[1] += sign * c * of.alpha;
            sums[2] += sign * c * of.beta;
        }
    }

    /// Sum over subjects of (c + alpha h + beta f)^2 for cause `k`.
    fn square(&self, k: usize, h: f64, f: f64) -> f64 {
        let [cc, ca, cb] = self.with_constant[k];
        let quadratic = h * h * self.alpha_alpha + 2.0 * h * f * self.alpha_beta + f * f * self.beta_beta;
        (cc + 2.0 * (h * ca + f * cb) + quadratic).max(0.0)
    }
}

/// Sums over subjects of squares of the influence on log S: those at risk have w (G - G(entry)), those gone a constant.
#[derive(Default)]
struct LogSurvival {
    weights: f64,
    with_entry: f64,
    entries: f64,
    gone: f64,
}

impl LogSurvival {
    fn at_risk(&mut self, w: f64, entry: f64, sign: f64) {
        self.weights += sign * w * w;
        self.with_entry += sign * w * w * entry;
        self.entries += sign * w * w * entry * entry;
    }

    fn square(&self, g: f64) -> f64 {
        (self.gone + g * g * self.weights - 2.0 * g * self.with_entry + self.entries).max(0.0)
    }
}

/// One group's subjects as they come and go.
pub(super) struct Pass<'a> {
    data: &'a CompetingRisks,
    table: &'a RiskTable,
    exits: Vec<(f64, usize)>,
    entries: Vec<(f64, usize)>,
    /// By row: G at entry, and the influence while at risk. Empty when everybody starts at 0, alike.
    entered: Vec<(f64, Influence)>,
    products: Products,
    log_survival: LogSurvival,
    survival: f64,
    g: f64,
    f: Vec<f64>,
    h: Vec<f64>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        data: &'a CompetingRisks,
        groups: Groups<'_>,
        group: usize,
        sorted: &Sorted,
        table: &'a RiskTable,
    ) -> Self {
        let of_group = |order: &TimeOrder| -> Vec<(f64, usize)> {
            let rows = order.row.iter().map(|&row| row as usize);
            order.time.iter().copied().zip(rows).filter(|&(_, row)| groups.of(row) == group).collect()
        };
        let causes = data.causes().len();
        let mut pass = Self {
            data,
            table,
            exits: of_group(&sorted.exit),
            entries: sorted.entry.as_ref().map(of_group).unwrap_or_default(),
            entered: Vec::new(),
            products: Products::new(causes),
            log_survival: LogSurvival::default(),
            survival: 1.0,
            g: 0.0,
            f: vec![0.0; causes],
            h: vec![0.0; causes],
        };
        if sorted.entry.is_some() {
            pass.entered = vec![(0.0, Influence::default()); data.len()];
        } else {
            for &(_, row) in &pass.exits {
                let w = data.any().weight(row);
                pass.products.alpha_alpha += w * w;
                pass.log_survival.at_risk(w, 0.0, 1.0);
            }
        }
        pass
    }

    /// Subjects of the group.
    pub(super) fn subjects(&self) -> usize {
        self.exits.len()
    }

    /// Runs through the times of the group.
    pub(super) fn run(mut self) -> Variances {
        let mut out = Variances { causes: vec![CauseVariance::default(); self.f.len()], ..Default::default() };
        let (exits, entries) = (std::mem::take(&mut self.exits), std::mem::take(&mut self.entries));
        let (mut gone, mut come) = (0, 0);
        for (k, &time) in self.table.time.iter().enumerate() {
            while let Some(&(_, row)) = entries.get(come).filter(|entry| entry.0 < time) {
                come += 1;
                self.enter(row);
            }
            let leaving = &exits[gone..];
            let leaving = &leaving[..leaving.partition_point(|exit| exit.0 == time)];
            gone += leaving.len();
            let events = self.events(leaving);
            let before = self.survival;
            self.step(&events, self.table.n_risk[k], self.table.n_event[k]);
            for &(_, row) in leaving {
                self.leave(row, before, self.table.n_risk[k], self.table.n_event[k]);
            }
            self.record(&mut out, &events);
        }
        out
    }

    /// Index of the cause that `row` ended with.
    fn cause(&self, row: usize) -> Option<usize> {
        self.data.causes().binary_search(&self.data.cause()[row]).ok()
    }

    /// Weighted events of each cause.
    fn events(&self, leaving: &[(f64, usize)]) -> Vec<f64> {
        let mut events = vec![0.0; self.f.len()];
        for &(_, row) in leaving {
            if let Some(cause) = self.cause(row) {
                events[cause] += self.data.any().weight(row);
            }
        }
        events
    }

    fn enter(&mut self, row: usize) {
        let (w, g) = (self.data.any().weight(row), self.g);
        let constant = self.h.iter().zip(&self.f).map(|(h, f)| w * (g * f - h)).collect();
        let influence = Influence { alpha: w, beta: -w * g, constant };
        self.products.add(&influence, 1.0);
        self.log_survival.at_risk(w, g, 1.0);
        self.entered[row] = (g, influence);
    }

    /// Takes the estimates past a time with `d` events among `n` at risk.
    fn step(&mut self, events: &[f64], n: f64, d: f64) {
        if d <= 0.0 {
            return;
        }
        for (cause, events) in events.iter().enumerate() {
            let step = self.survival * events / n;
            self.f[cause] += step;
            self.h[cause] += step * (self.g - 1.0 / n);
        }
        self.survival *= (n - d) / n;
        // Where everybody at risk has an event, nothing later depends on G.
        self.g += if d >= n { 0.0 } else { d / (n * (n - d)) };
    }

    /// Freezes the influence of a subject that leaves at the time just passed; `before` is S just before it.
    fn leave(&mut self, row: usize, before: f64, n: f64, d: f64) {
        let w = self.data.any().weight(row);
        let from_start = || (0.0, Influence { alpha: w, beta: 0.0, constant: vec![0.0; self.f.len()] });
        let (start, old) = self.entered.get(row).cloned().unwrap_or_else(from_start);
        self.products.add(&old, -1.0);
        self.log_survival.at_risk(w, start, -1.0);
        let cause = self.cause(row).filter(|_| d > 0.0);
        let event = if cause.is_some() { w / (n - d) } else { 0.0 };
        let on_log_survival = if d > 0.0 && d >= n { 0.0 } else { w * (self.g - start) - event };
        let constant = |c: usize| {
            let own = if cause == Some(c) { before * w / n } else { 0.0 };
            old.constant[c] + old.alpha * self.h[c] + old.beta * self.f[c] + own - on_log_survival * self.f[c]
        };
        let constant = (0..self.f.len()).map(constant).collect();
        self.products.add(&Influence { alpha: 0.0, beta: on_log_survival, constant }, 1.0);
        self.log_survival.gone += on_log_survival * on_log_survival;
    }

    fn record(&self, out: &mut Variances, events: &[f64]) {
        let survival_variance = self.survival * self.survival * self.log_survival.square(self.g);
        out.survival.push(self.survival);
        out.survival_variance.push(survival_variance);
        // As long as there is one cause only, F = 1 - S, and S has the variance without cancellation.
        let seen = self.f.iter().filter(|f| **f > 0.0).count();
        for (c, cause) in out.causes.iter_mut().enumerate() {
            cause.n_event.push(events[c]);
            cause.estimate.push(self.f[c]);
            cause.variance.push(match seen {
                _ if self.f[c] == 0.0 => 0.0,
                1 => survival_variance,
                _ => self.products.square(c, self.h[c], self.f[c]),
            });
        }
    }
}
