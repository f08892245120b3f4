//! Test of proportional hazards: the score test of adding x g(t), as R's `cox.zph` from survival 3 on.
//!
//! With U_t and I_t the parts of score and information at event time t and g centred at its mean over the events, the test of
//! a term is u' M^-1 u with u = (0, sum g U_t) and M made of the blocks sum I_t, sum g I_t, sum g^2 I_t, the last two at the
//! term's columns. (The older test on scaled Schoenfeld residuals assumed I_t constant.)

use crate::choice::choices;
use nalgebra::{DMatrix, DVector};

use super::error::CoxError;
use super::estimate::ChiSquare;
use super::event_means::EventMeans;
use super::fit::CoxFit;
use super::likelihood::information_weighted;
use super::zph_plot::ZphPlot;
use crate::stats::linalg::Ldl;

/// The function of time with which a coefficient may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeTransform {
    /// 1 - S(t-), S the Kaplan-Meier estimate of everybody (R's default).
    #[default]
    Km,
    /// The rank of the time among all times.
    Rank,
    /// The time itself.
    Identity,
    /// Its logarithm.
    Log,
}

choices!(TimeTransform, "transform of time": Km = "km", Rank = "rank", Identity = "identity", Log = "log");

/// Tests of proportional hazards.
#[derive(Debug, Clone, PartialEq)]
pub struct Zph {
    /// The transform of time.
    pub transform: TimeTransform,
    /// The test of each term that has coefficients.
    pub terms: Vec<(String, ChiSquare)>,
    /// The test of all together.
    pub global: ChiSquare,
    /// Scaled residuals to look at.
    pub plot: ZphPlot,
}

/// A term of the test: its name and its columns, as positions among the columns that have coefficients.
pub(crate) struct TestedTerm {
    pub name: String,
    pub columns: Vec<usize>,
}

impl CoxFit {
    /// Tests whether the coefficients change with time.
    ///
    /// # Errors
    /// [`CoxError::NotAvailable`] with exact ties; a transform that is not finite at an event, as the logarithm at time 0.
    pub fn zph(&self, transform: TimeTransform) -> Result<Zph, CoxError> {
        if self.kept.is_empty() {
            return Err(CoxError::NotAvailable(
                "without coefficients there is nothing to test for proportional hazards",
            ));
        }
        let g = self.transformed_times(transform)?;
        let weight: f64 = self.n_events as f64;
        let mean = self.sets.events.iter().zip(&g).map(|(e, g)| e.deaths as f64 * g).sum::<f64>() / weight;
        let centred: Vec<f64> = g.iter().map(|g| g - mean).collect();
        let score = self.score_along(&centred);
        let block = |power: i32| {
            let full = information_weighted(&self.sets, &self.x, &self.hazard, |k| centred[k].powi(power));
            DMatrix::from_fn(self.df, self.df, |i, j| {
                full[(self.kept[i].max(self.kept[j]), self.kept[i].min(self.kept[j]))]
            })
        };
        let blocks = [block(0), block(1), block(2)];
        let terms = self.tested_terms();
        let tests = terms
            .iter()
            .map(|term| Ok((term.name.clone(), score_test(&blocks, &score, &term.columns)?)))
            .collect::<Result<Vec<_>, CoxError>>()?;
        let all: Vec<usize> = (0..self.df).collect();
        let global = score_test(&blocks, &score, &all)?;
        let plot = ZphPlot::new(self, &g, &blocks[0], &terms);
        Ok(Zph { transform, terms: tests, global, plot })
    }

    fn tested_terms(&self) -> Vec<TestedTerm> {
        let columns = |range: &std::ops::Range<usize>| {
            self.kept.iter().enumerate().filter(|(_, j)| range.contains(j)).map(|(at, _)| at).collect::<Vec<_>>()
        };
        self.terms
            .iter()
            .map(|t| TestedTerm { name: t.name.clone(), columns: columns(&t.columns) })
            .filter(|t| !t.columns.is_empty())
            .collect()
    }

    /// sum over event times of g (x of those who die - their expectation), for the columns with coefficients.
    fn score_along(&self, g: &[f64]) -> Vec<f64> {
        let means = EventMeans::new(&self.sets, &self.x, &self.hazard);
        let part = |j: usize, k: usize| {
            let event = &self.sets.events[k];
            let observed: f64 = event.dying().map(|r| self.sets.weight[r] * self.x.column(j)[r]).sum();
            observed - event.weight * means.mean[means.at(j, k)]
        };
        self.kept.iter().map(|&j| g.iter().enumerate().map(|(k, g)| g * part(j, k)).sum()).collect()
    }

    /// The transform at every event time.
    fn transformed_times(&self, transform: TimeTransform) -> Result<Vec<f64>, CoxError> {
        let mut sorted = self.sets.time.clone();
        sorted.sort_by(f64::total_cmp);
        let value: Box<dyn Fn(f64) -> f64> = match transform {
            TimeTransform::Identity => Box::new(|t| t),
            TimeTransform::Log => Box::new(f64::ln),
            TimeTransform::Rank => Box::new(move |t| {
                let before = sorted.partition_point(|&u| u < t);
                let until = sorted.partition_point(|&u| u <= t);
                (before + 1 + until) as f64 / 2.0
            }),
            TimeTransform::Km => {
                let (times, survival) = self.overall_kaplan_meier();
                Box::new(move |t| match times.partition_point(|&u| u < t) {
                    0 => 0.0,
                    before => 1.0 - survival[before - 1],
                })
            }
        };
        let at = |e: &super::risk_sets::EventTime| match value(e.time) {
            g if g.is_finite() => Ok(g),
            _ => Err(CoxError::Transform { transform: transform.name(), time: e.time }),
        };
        self.sets.events.iter().map(at).collect()
    }

    /// Kaplan-Meier of everybody, not weighted, strata together: event times and S.
    fn overall_kaplan_meier(&self) -> (Vec<f64>, Vec<f64>) {
        let sets = &self.sets;
        let mut deaths: Vec<f64> = (0..self.n).filter(|&r| sets.death[r]).map(|r| sets.time[r]).collect();
        deaths.sort_by(f64::total_cmp);
        let mut ends = sets.time.clone();
        ends.sort_by(f64::total_cmp);
        let mut entries = sets.delayed.as_ref().map_or_else(Vec::new, |d| d.entry.clone());
        entries.sort_by(f64::total_cmp);
        let (mut times, mut survival, mut s) = (Vec::new(), Vec::new(), 1.0);
        for tied in deaths.chunk_by(|a, b| a == b) {
            let left = ends.partition_point(|&u| u < tied[0]);
            let not_entered = entries.len() - entries.partition_point(|&u| u < tied[0]);
            s *= 1.0 - tied.len() as f64 / (self.n - left - not_entered) as f64;
            times.push(tied[0]);
            survival.push(s);
        }
        (times, survival)
    }
}

/// u' M^-1 u for the term with these columns.
fn score_test(blocks: &[DMatrix<f64>; 3], score: &[f64], columns: &[usize]) -> Result<ChiSquare, CoxError> {
    let p = score.len();
    let source = |i: usize| if i < p { (i, 0) } else { (columns[i - p], 1) };
    let size = p + columns.len();
    let matrix = DMatrix::from_fn(size, size, |i, j| {
        let ((row, a), (column, b)) = (source(i), source(j));
        blocks[a + b][(row, column)]
    });
    let mut u = DVector::zeros(size);
    columns.iter().enumerate().for_each(|(i, &c)| u[p + i] = score[c]);
    let singular =
        CoxError::NotAvailable("the test of proportional hazards is singular: too few event times for the terms");
    // Tolerance of R's solve(): reciprocal condition below the machine's precision.
    let ldl = Ldl::new(&matrix, f64::EPSILON);
    if ldl.rank() < size {
        return Err(singular);
    }
    let mut solution: Vec<f64> = u.iter().copied().collect();
    ldl.solve(&mut solution);
    Ok(ChiSquare::new(u.iter().zip(&solution).map(|(a, b)| a * b).sum(), columns.len()))
}
