//! Nomograms of Cox models, as rms draws them.
//!
//! Every variable has an axis of points: its effect b x less the axis' smallest, scaled so that the variable with the
//! widest effect spans 0 to 100. Points add up to the total, which is the linear predictor (centred at the mean of the
//! design's columns) on another scale, and leads to survival at given times.
//!
//! Axis values: R's `pretty` on the variable's range, or its own values when there are no more than ten. Survival
//! marks are placed, as in rms, by linear interpolation on a grid of 1,000 linear predictors. A continuous variable
//! that interacts with factors has an axis for each combination of their levels.

mod axis;
mod pretty;

pub use axis::{Axis, Mark};
pub(crate) use pretty::pretty;

use super::cox::{Baseline, CoxFit, CoxSpec, Design, Reference};

/// Why a nomogram cannot be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NomogramError {
    /// A design that is not the fit's.
    #[error("the design has {found} columns, the fit {expected}")]
    Columns {
        /// Columns of the design.
        found: usize,
        /// Coefficients of the fit.
        expected: usize,
    },
    /// Two numeric variables interact.
    #[error("`{0}` and `{1}` are both numeric and interact: a nomogram has no axis for that; group one of them")]
    Interaction(String, String),
    /// Strata.
    #[error("a nomogram needs one baseline hazard: the model has strata")]
    Strata,
    /// All effects are zero.
    #[error("no variable has an effect: there are no points to give")]
    NoEffect,
    /// A time that is none.
    #[error("{0} is not a time")]
    Time(f64),
}

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct NomogramSpec {
    /// Times of the survival axes.
    pub times: Vec<f64>,
    /// Survival probabilities to mark.
    pub survival_marks: Vec<f64>,
    /// Points of the widest axis.
    pub max_points: f64,
    /// About how many intervals an axis has.
    pub intervals: usize,
}

/// The model that rms draws: Efron's ties, and Newton's method stopped as soon as the log-likelihood changes by less than
/// 1e-4 of itself (`cph`'s `eps`), a step or two before `coxph` stops. Its coefficients differ from those of a Cox
/// table in the third or fourth digit; use it where a nomogram must be the one that rms prints.
pub fn rms_model() -> CoxSpec {
    CoxSpec { eps: 1e-4, max_iter: 10, ..CoxSpec::default() }
}

impl NomogramSpec {
    /// rms' choices, with survival at `times` marked at 0.95, 0.9, 0.8 .. 0.1, 0.05.
    pub fn at(times: &[f64]) -> Self {
        let survival_marks = vec![0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05];
        Self { times: times.to_vec(), survival_marks, max_points: 100.0, intervals: 10 }
    }
}

/// Survival at one time along the total points.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalAxis {
    /// The time.
    pub time: f64,
    /// (total points, survival), survival falling; only marks within reach.
    pub marks: Vec<(f64, f64)>,
}

/// What a nomogram is drawn of: a model, however its coefficients were estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effects<'a> {
    /// A coefficient for every column of the design, 0 where there is none.
    pub coef: &'a [f64],
    /// What the baseline hazard is measured from, column by column.
    pub means: &'a [f64],
    /// The hazard there.
    pub baseline: &'a Baseline,
}

/// A nomogram.
#[derive(Debug, Clone, PartialEq)]
pub struct Nomogram {
    /// One axis per variable, more where factors change its effect.
    pub axes: Vec<Axis>,
    /// Marks of the axis of total points.
    pub total: Vec<f64>,
    /// (total points, linear predictor).
    pub linear_predictor: Vec<(f64, f64)>,
    /// Survival at each time.
    pub survival: Vec<SurvivalAxis>,
    /// Points per unit of the linear predictor.
    pub points_per_unit: f64,
    /// Linear predictor at zero points.
    pub lowest: f64,
}

/// A specification without contradictions.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedNomogram(NomogramSpec);

impl NomogramSpec {
    /// Checks what can be checked without a model.
    ///
    /// # Errors
    /// [`NomogramError::Time`] for a time that is none.
    pub fn check(self) -> Result<CheckedNomogram, NomogramError> {
        match self.times.iter().find(|t| t.is_nan()) {
            Some(time) => Err(NomogramError::Time(*time)),
            None => Ok(CheckedNomogram(self)),
        }
    }
}

impl CheckedNomogram {
    /// The nomogram of `fit`, which was fitted to `design`.
    ///
    /// # Errors
    /// A design of another number of columns than the fit; strata; two numeric variables that interact; effects that are all
    /// zero.
    pub fn fit(&self, fit: &CoxFit, design: &Design) -> Result<Nomogram, NomogramError> {
        let baselines = fit.baseline(Reference::Means);
        let [baseline] = baselines.as_slice() else { return Err(NomogramError::Strata) };
        self.draw(Effects { coef: &fit.coef_or_zero(), means: &fit.means, baseline }, design)
    }

    /// The nomogram of these effects of the columns of `design`, whose values give the axes their ends.
    ///
    /// # Errors
    /// A design of another number of columns; two numeric variables that interact; effects that are all zero.
    pub fn draw(&self, of: Effects<'_>, design: &Design) -> Result<Nomogram, NomogramError> {
        let (spec, Effects { coef: beta, means, baseline }) = (&self.0, of);
        if design.n_columns() != beta.len() {
            return Err(NomogramError::Columns { found: design.n_columns(), expected: beta.len() });
        }
        let mut axes = axis::axes(design, beta, spec.intervals)?;
        let (floors, points_per_unit) = axis::give_points(&mut axes, spec.max_points)?;
        let mean = |j: usize| design.column(j).iter().sum::<f64>() / design.rows() as f64;
        let center: f64 = beta.iter().enumerate().map(|(j, b)| b * mean(j)).sum();
        // The baseline hazard's own reference leaves columns of -1, 0 and 1 where they are.
        let from_baseline: f64 = beta.iter().zip(means).enumerate().map(|(j, (b, m))| b * (mean(j) - m)).sum();
        let lowest = floors - center;
        let lp_marks = spec.lp_marks(design, beta, center);
        let points = |lp: f64| (lp - lowest) * points_per_unit;
        let variables = axis::variables(&axes);
        let top = lp_marks.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total = if variables == 1 { spec.max_points } else { spec.max_points.max(points(top)) };
        let survival = spec
            .times
            .iter()
            .map(|&time| {
                let at = baseline.time.partition_point(|t| *t <= time).checked_sub(1);
                let hazard = at.map_or(0.0, |k| baseline.cumhaz[k]) * from_baseline.exp();
                let marks = spec.survival_marks(hazard, &lp_marks);
                SurvivalAxis { time, marks: marks.into_iter().map(|(lp, s)| (points(lp), s)).collect() }
            })
            .collect();
        Ok(Nomogram {
            axes,
            total: pretty(0.0, total, spec.intervals),
            linear_predictor: lp_marks.iter().map(|&lp| (points(lp), lp)).collect(),
            survival,
            points_per_unit,
            lowest,
        })
    }
}

impl NomogramSpec {
    /// Round values that cover the subjects' centred linear predictors.
    fn lp_marks(&self, design: &Design, beta: &[f64], center: f64) -> Vec<f64> {
        let mut lp = vec![-center; design.rows()];
        for (j, b) in beta.iter().enumerate() {
            lp.iter_mut().zip(design.column(j)).for_each(|(lp, x)| *lp += b * x);
        }
        let low = lp.iter().copied().fold(f64::INFINITY, f64::min);
        let high = lp.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        pretty(low, high, self.intervals)
    }

    /// (linear predictor, survival) for each mark that the axis reaches, with cumulative hazard `hazard` at 0.
    fn survival_marks(&self, hazard: f64, lp_marks: &[f64]) -> Vec<(f64, f64)> {
        const GRID: usize = 1000;
        let (low, high) = (lp_marks[0], lp_marks[lp_marks.len() - 1]);
        let by = (high - low) / (GRID - 1) as f64;
        // Survival falls along the grid; backwards it rises, as interpolation wants it. Equal values become one, at the
        // mean of their predictors.
        let grid = (0..GRID).rev().map(|k| low + k as f64 * by).map(|lp| ((-hazard * lp.exp()).exp(), lp));
        let grid: Vec<(f64, f64)> = grid.collect();
        let known: Vec<(f64, f64)> = grid
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| (same[0].0, same.iter().map(|(_, lp)| lp).sum::<f64>() / same.len() as f64))
            .collect();
        let place = |s: f64| {
            let right = known.partition_point(|(t, _)| *t < s);
            let (t1, y1) = *known.get(right)?;
            if t1 == s {
                return Some((y1, s));
            }
            let (t0, y0) = known[right.checked_sub(1)?];
            Some((y0 + (y1 - y0) * ((s - t0) / (t1 - t0)), s))
        };
        self.survival_marks.iter().filter_map(|&s| place(s)).collect()
    }
}
