//! Newton-Raphson for eight one-column Cox models side by side.

use super::columns::scaling;
use super::gram::without_rounding;
use super::hazard::Ties;
use super::jump::denominators;
use super::note::INFINITE_TOLERANCE;
use super::risk_sets::RiskSets;
use super::spec::CoxSpec;
use crate::exp::exponentiate;
use crate::log_product::LogProduct;
use crate::widest::{Kernel, widest};

/// Features taken together.
pub(super) const LANES: usize = 8;

type Lanes = [f64; LANES];

/// Eight features (fewer are filled up with constants), sorted, centred and scaled, row by row.
pub(super) struct Block {
    lanes: usize,
    rows: Vec<Lanes>,
    scale: Lanes,
}

/// What comes out of one lane, on the feature's own scale.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LaneResult {
    pub coef: f64,
    pub se: f64,
    pub loglik_null: f64,
    pub loglik: f64,
    pub aliased: bool,
    pub converged: bool,
    pub may_be_infinite: bool,
}

/// Log-likelihood, score and information of every lane.
#[derive(Debug, Clone, Copy, Default)]
struct Derivatives {
    loglik: Lanes,
    score: Lanes,
    information: Lanes,
    /// Sum of the second moments that the information is what remains of.
    moment: Lanes,
}

/// Where the iterations of one lane stand.
#[derive(Debug, Clone, Copy, Default)]
struct Climb {
    beta: f64,
    candidate: f64,
    best: f64,
    halvings: f64,
    done: bool,
    singular_at_start: bool,
    result: LaneResult,
}

impl Block {
    pub fn new(sets: &RiskSets, features: &[&[f64]]) -> Self {
        let mut rows = vec![[0.0; LANES]; sets.len()];
        let mut scale = [1.0; LANES];
        let total = sets.total_weight();
        for (lane, feature) in features.iter().enumerate() {
            let sorted: Vec<f64> = sets.order.iter().map(|&row| feature[row as usize]).collect();
            let (centre, by) = scaling(&sorted, &sets.weight, total);
            scale[lane] = by;
            rows.iter_mut().zip(&sorted).for_each(|(row, x)| row[lane] = (x - centre) * by);
        }
        Self { lanes: features.len(), rows, scale }
    }

    /// The same iterations as for one column alone, until every lane is done.
    pub fn fit(&self, sets: &RiskSets, spec: &CoxSpec) -> Vec<LaneResult> {
        let mut climbs = [Climb::default(); LANES];
        let start = self.evaluate(sets, spec.ties, &[0.0; LANES]);
        for (l, climb) in climbs.iter_mut().enumerate() {
            climb.best = start.loglik[l];
            climb.singular_at_start = singular(start.information[l]);
            climb.candidate = step(start.score[l], start.information[l]);
            climb.result.loglik_null = start.loglik[l];
            climb.done = l >= self.lanes || sets.events.is_empty();
            if climb.done {
                climb.end(&start, l, 0.0, true, self.scale[l], spec.eps);
            }
        }
        for _ in 0..spec.max_iter {
            if climbs.iter().all(|c| c.done) {
                break;
            }
            let here = self.evaluate(sets, spec.ties, &climbs.map(|c| c.candidate));
            for (l, climb) in climbs.iter_mut().enumerate().filter(|(_, c)| !c.done) {
                climb.advance(&here, l, self.scale[l], spec.eps);
            }
        }
        if climbs.iter().any(|c| !c.done) {
            let last = self.evaluate(sets, spec.ties, &climbs.map(|c| c.beta));
            for (l, climb) in climbs.iter_mut().enumerate().filter(|(_, c)| !c.done) {
                climb.end(&last, l, climb.beta, false, self.scale[l], spec.eps);
            }
        }
        climbs[..self.lanes].iter().map(|c| c.result).collect()
    }

    fn evaluate(&self, sets: &RiskSets, ties: Ties, beta: &Lanes) -> Derivatives {
        widest(Evaluation { rows: &self.rows, sets, ties, beta })
    }
}

/// One backward sweep over the risk sets for all lanes.
struct Evaluation<'a> {
    rows: &'a [Lanes],
    sets: &'a RiskSets,
    ties: Ties,
    beta: &'a Lanes,
}

impl Kernel for Evaluation<'_> {
    type Output = Derivatives;

    #[inline(always)]
    fn run(self) -> Derivatives {
        let Self { rows, sets, ties, beta } = self;
        // At zero, where every fit starts, all risks are the weights.
        let at_zero = sets.offset.is_empty() && beta.iter().all(|&b| b == 0.0);
        let mut logs = LogProduct::new();
        let mut out = Derivatives::default();
        for stratum in &sets.strata {
            let mut at_risk = Sums::default();
            let mut next = stratum.rows.end;
            for k in stratum.events.clone().rev() {
                let event = &sets.events[k];
                let mut dying = Sums::default();
                for row in (event.first..next).rev() {
                    let (x, weight) = (&rows[row], sets.weight[row]);
                    let offset = if sets.offset.is_empty() { 0.0 } else { sets.offset[row] };
                    let eta: Lanes = std::array::from_fn(|l| offset + beta[l] * x[l]);
                    let mut risk = [weight; LANES];
                    if !at_zero {
                        let mut exp = eta;
                        exponentiate(&mut exp);
                        (0..LANES).for_each(|l| risk[l] *= exp[l]);
                    }
                    at_risk.add(&risk, x);
                    if row < event.first + event.deaths {
                        for l in 0..LANES {
                            out.loglik[l] += weight * eta[l];
                            out.score[l] += weight * x[l];
                        }
                        if event.deaths > 1 {
                            dying.add(&risk, x);
                        }
                    }
                }
                next = event.first;
                // The denominators' shares and weights are the same in all lanes.
                for (_, share, weight) in denominators(event, 1.0, 0.0, ties) {
                    let d = out.subtract(&at_risk, &dying, share, weight);
                    logs.add(&d, weight);
                }
            }
        }
        let logs = logs.ln();
        for (l, log) in logs.iter().enumerate() {
            out.loglik[l] -= log;
            out.information[l] = without_rounding(out.information[l], out.moment[l]);
        }
        out
    }
}

/// Sums of r, r x and r x^2.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    zeroth: Lanes,
    first: Lanes,
    second: Lanes,
}

impl Sums {
    #[inline(always)]
    fn add(&mut self, risk: &Lanes, x: &Lanes) {
        for l in 0..LANES {
            let rx = risk[l] * x[l];
            self.zeroth[l] += risk[l];
            self.first[l] += rx;
            self.second[l] += rx * x[l];
        }
    }
}

impl Derivatives {
    /// Takes one step's part off score and information; returns its denominators.
    #[inline(always)]
    fn subtract(&mut self, at_risk: &Sums, dying: &Sums, share: f64, weight: f64) -> Lanes {
        let mut denominators = [0.0; LANES];
        for (l, denominator) in denominators.iter_mut().enumerate() {
            let d = at_risk.zeroth[l] - share * dying.zeroth[l];
            let mean = (at_risk.first[l] - share * dying.first[l]) / d;
            let square = (at_risk.second[l] - share * dying.second[l]) / d;
            *denominator = d;
            self.score[l] -= weight * mean;
            self.information[l] += weight * (square - mean * mean);
            self.moment[l] += weight * square;
        }
        denominators
    }
}

impl Climb {
    /// Judges the place `here` that the candidate led to, and steps on.
    fn advance(&mut self, here: &Derivatives, l: usize, scale: f64, eps: f64) {
        let (loglik, score, information) = (here.loglik[l], here.score[l], here.information[l]);
        let finite = loglik.is_finite() && score.is_finite() && information.is_finite();
        if finite && (loglik - self.best).abs() <= eps * loglik.abs() {
            self.end(here, l, self.candidate, true, scale, eps);
        } else if !finite || loglik < self.best {
            self.halvings += 1.0;
            self.candidate = (self.candidate + self.halvings * self.beta) / (self.halvings + 1.0);
        } else {
            self.halvings = 0.0;
            self.best = loglik;
            self.beta = self.candidate;
            self.candidate += step(score, information);
        }
    }

    fn end(&mut self, here: &Derivatives, l: usize, beta: f64, converged: bool, scale: f64, eps: f64) {
        let (score, information) = (here.score[l], here.information[l]);
        let aliased = self.singular_at_start && singular(information);
        let (moved, coef) = ((step(score, information) * scale).abs(), beta * scale);
        let moving = singular(information) || (moved > eps && moved > INFINITE_TOLERANCE * coef.abs());
        self.done = true;
        self.result = LaneResult {
            coef,
            se: if singular(information) { f64::INFINITY } else { scale / information.sqrt() },
            loglik_null: self.result.loglik_null,
            loglik: here.loglik[l],
            aliased,
            converged,
            may_be_infinite: !aliased && moving,
        };
    }
}

/// Whether an information says nothing.
fn singular(information: f64) -> bool {
    !(information.is_finite() && information > 0.0)
}

fn step(score: f64, information: f64) -> f64 {
    if singular(information) { 0.0 } else { score / information }
}
