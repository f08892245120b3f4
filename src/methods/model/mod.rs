//! Prognostic models: fitted in the training cohort once, applied to any patient unchanged.

use survival::cox::Ties;
use tables::Values;
use watch::Watch;

mod estimates;
pub mod imputation;

pub use estimates::{Estimate, Estimates};

use self::imputation::{Fill, Imputed};

use super::covariates::{self, Designed, KnotsOf};
use crate::ask::{AskError, Dataset, MadeFrom, Selection};
use crate::study::{ModelSpec, RAD_SCORE, covariate_columns};
use figures::format;
use survival::Survival;
use survival::cox::{CheckedCox, Coding, CoxFit, CoxSpec, Design, Value};
use survival::pooling::PooledCox;
use survival::stats::dot;

/// A Cox model with everything that prediction needs.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// Name and covariates.
    pub model: ModelSpec,
    /// Patients of the training cohort left out because a covariate is missing.
    pub n_dropped: usize,
    /// Rows of those whom it was fitted to.
    pub rows: Vec<usize>,
    /// What was estimated.
    pub estimates: Estimates,
    /// The covariates of the patients it was fitted to, of several imputed sets those of the first; codes those of others.
    pub design: Design,
    /// What stands for missing covariates, if anything does.
    pub fill: Option<Fill>,
    /// Follow-up of the same patients.
    pub survival: Survival,
    /// The kind of model, for fitting it again to samples.
    pub method: CheckedCox,
    /// Cumulative hazard at the means of the covariates.
    time: Vec<f64>,
    cumhaz: Vec<f64>,
    coef: Vec<f64>,
    centre: f64,
    /// What is to be known of the design.
    of_design: Vec<String>,
}

/// What a model predicts for those of some rows whose covariates are known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Predicted {
    /// Their positions among the rows asked about.
    pub known: Vec<usize>,
    /// Linear predictor of each, measured from the mean of the training patients.
    pub lp: Vec<f64>,
    /// Patients left out because the training cohort has nobody with their level of a factor.
    pub unseen: usize,
    /// Patients of whom a covariate was filled in.
    pub filled: usize,
}

impl Predicted {
    /// Of how many a covariate was filled in; none where of nobody.
    pub fn said_of_filled(&self) -> Option<String> {
        let patients = format::patients_are(self.filled);
        (self.filled > 0).then(|| format!("{patients} predicted with a covariate that was filled in"))
    }
}

/// The name of the cohort in which models are fitted; none where the study has no cohorts.
pub fn training(data: &Dataset) -> Option<&str> {
    data.cohort.groups().levels.first().map(String::as_str)
}

/// What a model is called in print.
pub fn label(model: &ModelSpec) -> &str {
    model.label.as_deref().unwrap_or(&model.name)
}

/// Fits `model` to the training patients of `on` (its cohort does not matter) whose covariates are known.
pub fn fit(
    data: &Dataset,
    model: &ModelSpec,
    on: &Selection,
    ties: Ties,
    watch: &dyn Watch,
) -> Result<Fitted, AskError> {
    if let Some(why) = unscored(data, model) {
        return Err(AskError::NotYet(format!("model {}: {why}", model.name)));
    }
    let in_training = Selection { cohort: training(data).map(str::to_owned), ..on.clone() };
    let selected = data.select(&in_training)?;
    let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
    let everybody = data.select(&Selection { endpoint: None, ..in_training })?.rows;
    fit_rows(data, model, (&selected.rows, &survival), &everybody, ties, watch)
}

/// Fits `model` to patients as they come, `rows` of the cohort with the follow-up of each: a sample may hold one patient
/// several times. Knots are those of the sample.
///
/// # Errors
/// A covariate that is unknown or missing in one of them, a model that cannot be fitted, cancellation.
pub fn fit_sample(
    data: &Dataset,
    model: &ModelSpec,
    rows: &[usize],
    survival: &Survival,
    ties: Ties,
    watch: &dyn Watch,
) -> Result<Fitted, AskError> {
    fit_rows(data, model, (rows, survival), rows, ties, watch)
}

fn fit_rows(
    data: &Dataset,
    model: &ModelSpec,
    (rows, survival): (&[usize], &Survival),
    knot_rows: &[usize],
    ties: Ties,
    watch: &dyn Watch,
) -> Result<Fitted, AskError> {
    let knots_of = KnotsOf { data, rows: knot_rows };
    let of = Fitting { model, knots_of, ties, watch };
    // Who has no score has no part in what is learned for the others.
    let scored: Vec<usize> = (0..rows.len()).filter(|i| imputation::is_scored(data, model, rows[*i])).collect();
    let (own, followed) = (scored.iter().map(|i| rows[*i]).collect::<Vec<_>>(), survival.select(&scored));
    match imputation::learned(data, model, &own, &followed, watch)? {
        None => of.once(data, (rows, survival), None),
        Some(Imputed { fill, sets }) if sets.is_empty() => {
            let (complete, _) = fill.apply(data, rows)?;
            of.once(&complete, (rows, survival), Some(fill))
        }
        Some(Imputed { fill, sets }) => {
            let fitted = of.pooled(&sets, &followed, fill)?;
            Ok(Fitted { n_dropped: rows.len() - own.len(), rows: own, ..fitted })
        }
    }
}

/// What is the same for every set that a model is fitted to.
struct Fitting<'a> {
    model: &'a ModelSpec,
    knots_of: KnotsOf<'a>,
    ties: Ties,
    watch: &'a dyn Watch,
}

impl Fitting<'_> {
    fn impossible(&self, why: &dyn std::fmt::Display) -> AskError {
        AskError::Impossible(format!("model {}: {why}", self.model.name))
    }

    fn method(&self) -> Result<CheckedCox, AskError> {
        CoxSpec::with_ties(self.ties).check().map_err(|e| self.impossible(&e))
    }

    fn design(&self, data: &Dataset, rows: &[usize]) -> Result<Designed, AskError> {
        let designed = covariates::design_with(data, &self.model.covariates, &[], rows, self.knots_of);
        designed.map_err(|e| self.impossible(&e))
    }

    fn fit(&self, method: &CheckedCox, survival: &Survival, design: &Design) -> Result<CoxFit, AskError> {
        method.fit(survival, design, self.watch).map_err(|error| match self.watch.step(0, 0) {
            Err(cancelled) => cancelled.into(),
            Ok(()) => self.impossible(&error),
        })
    }

    /// The fit to the values as `data` has them.
    fn once(
        &self,
        data: &Dataset,
        (rows, survival): (&[usize], &Survival),
        fill: Option<Fill>,
    ) -> Result<Fitted, AskError> {
        let Designed { design, known, notes } = self.design(data, rows)?;
        let (survival, method) = (survival.select(&known), self.method()?);
        let fit = self.fit(&method, &survival, &design)?;
        let estimates = Estimates::One(Box::new(fit));
        let fitted = self.fitted(estimates, design, survival, method, notes)?;
        let n_dropped = rows.len() - known.len();
        Ok(Fitted { n_dropped, rows: known.iter().map(|i| rows[*i]).collect(), fill, ..fitted })
    }

    /// The fits to imputed sets of the same patients, pooled.
    fn pooled(&self, sets: &[Dataset], survival: &Survival, fill: Fill) -> Result<Fitted, AskError> {
        let (rows, method): (Vec<usize>, _) = ((0..survival.len()).collect(), self.method()?);
        let (mut fits, mut first) = (Vec::with_capacity(sets.len()), None);
        for set in sets {
            let Designed { design, notes, .. } = self.design(set, &rows)?;
            fits.push(self.fit(&method, survival, &design)?);
            first.get_or_insert((design, notes));
        }
        let Some((design, notes)) = first else { return Err(AskError::Fault("no imputed set".to_owned())) };
        let pooled = match fits.len() {
            1 => Estimates::One(Box::new(fits.remove(0))),
            _ => Estimates::Sets(Box::new(PooledCox::new(fits, LEVEL).map_err(|e| self.impossible(&e))?)),
        };
        let fitted = self.fitted(pooled, design, survival.clone(), method, notes)?;
        Ok(Fitted { fill: Some(fill), ..fitted })
    }

    fn fitted(
        &self,
        estimates: Estimates,
        design: Design,
        survival: Survival,
        method: CheckedCox,
        mut notes: Vec<String>,
    ) -> Result<Fitted, AskError> {
        let coef = estimates.coef();
        let Some(baseline) = estimates.baseline() else {
            return Err(self.impossible(&"there is no baseline hazard"));
        };
        notes.dedup();
        Ok(Fitted {
            n_dropped: 0,
            rows: Vec::new(),
            model: self.model.clone(),
            centre: dot(&coef, estimates.means()),
            time: baseline.time,
            cumhaz: baseline.cumhaz,
            coef,
            design,
            survival,
            method,
            estimates,
            fill: None,
            of_design: notes,
        })
    }
}

/// Confidence of pooled limits.
const LEVEL: f64 = 0.95;

/// Why there is no score that the model holds, if there is none.
fn unscored(data: &Dataset, model: &ModelSpec) -> Option<String> {
    let used = columns_of(data, model);
    let made = data.made.iter().filter(|made| used.contains(&made.column.as_str()));
    let why = made.filter_map(|made| Some(format!("there is no {}: {}", made.label, made.why_not.as_ref()?))).next();
    let frame = data.cohort.frame();
    let absent = || used.contains(&RAD_SCORE) && frame.get(RAD_SCORE).is_none();
    why.or_else(|| absent().then(|| "there is no Rad-score; it needs the features of the study's images".to_owned()))
}

/// The columns that a model's covariates use; one that is a column by its whole text is no product.
pub fn columns_of<'m>(data: &Dataset, model: &'m ModelSpec) -> Vec<&'m str> {
    let frame = data.cohort.frame();
    let of = |covariate: &'m String| match frame.get(covariate) {
        Some(_) => vec![covariate.as_str()],
        None => covariate_columns(covariate),
    };
    model.covariates.iter().flat_map(of).collect()
}

/// The scores that a model holds, or the groups of them: what was selected before its coefficients were estimated.
pub fn scores_of<'d>(data: &'d Dataset, model: &ModelSpec) -> Vec<&'d MadeFrom> {
    let used = columns_of(data, model);
    data.made.iter().filter(|made| used.contains(&made.column.as_str())).collect()
}

impl Fitted {
    /// Predictions for those of `rows` whose covariates are all known, or filled in by the model.
    pub fn predict(&self, data: &Dataset, rows: &[usize]) -> Result<Predicted, AskError> {
        let Some(fill) = &self.fill else { return self.predict_known(data, rows) };
        let (complete, filled) = fill.apply(data, rows)?;
        let predicted = self.predict_known(&complete, rows)?;
        let filled = predicted.known.iter().filter(|at| !filled[**at].is_empty()).count();
        Ok(Predicted { filled, ..predicted })
    }

    fn predict_known(&self, data: &Dataset, rows: &[usize]) -> Result<Predicted, AskError> {
        let variables: Vec<(&str, &Values)> = self
            .design
            .terms()
            .iter()
            .filter(|t| !matches!(t.coding, Coding::Interaction(_)))
            .map(|t| {
                let column = data.cohort.frame().column(&t.name).map_err(AskError::impossible)?;
                Ok((t.name.as_str(), &column.values))
            })
            .collect::<Result<_, AskError>>()?;
        // Numbers may be coded as factors: their levels are then asked of the column.
        let levels: Vec<_> =
            variables.iter().map(|(name, values)| self.is_factor(name).then(|| values.factor())).collect();
        let mut predicted = Predicted::default();
        let mut profile = Vec::with_capacity(variables.len());
        for (position, &row) in rows.iter().enumerate() {
            if variables.iter().any(|(_, values)| values.is_missing(row)) {
                continue;
            }
            profile.clear();
            for ((name, values), levels) in variables.iter().zip(&levels) {
                let value = match (levels, values) {
                    (Some(levels), _) => Value::Level(levels.level(row).unwrap_or_default()),
                    (None, Values::Number(numbers)) => Value::Number(numbers[row]),
                    (None, _) => return Err(AskError::Impossible(format!("{name} is not a number"))),
                };
                profile.push((*name, value));
            }
            if profile.iter().any(|(name, value)| self.is_unseen(name, *value)) {
                predicted.unseen += 1;
                continue;
            }
            let columns = self.design.row(&profile).map_err(AskError::impossible)?;
            predicted.known.push(position);
            predicted.lp.push(dot(&self.coef, &columns) - self.centre);
        }
        Ok(predicted)
    }

    /// Probability of no event by `time`, for each linear predictor; the hazard stays where it is after the last
    /// follow-up of the training cohort.
    pub fn survival_at(&self, lp: &[f64], time: f64) -> Vec<f64> {
        let at = self.time.partition_point(|t| *t <= time).checked_sub(1);
        let hazard = at.map_or(0.0, |k| self.cumhaz[k]);
        lp.iter().map(|lp| (-hazard * lp.exp()).exp()).collect()
    }

    /// The last follow-up of the training cohort.
    pub fn last_time(&self) -> f64 {
        self.time.last().copied().unwrap_or_default()
    }

    /// What a reader should know of the fit itself.
    pub fn notes(&self) -> Vec<String> {
        let name = label(&self.model);
        let of_fit = self.estimates.notes();
        let notes = self.of_design.iter().cloned().chain(of_fit).chain(self.fill.as_ref().and_then(Fill::said));
        notes.map(|note| format!("{name}, training: {note}")).collect()
    }

    fn is_factor(&self, name: &str) -> bool {
        self.design.terms().iter().any(|t| t.name == name && matches!(t.coding, Coding::Factor { .. }))
    }

    /// Whether no training patient has this level: nothing is known of its hazard.
    fn is_unseen(&self, name: &str, value: Value<'_>) -> bool {
        let Value::Level(level) = value else { return false };
        self.design.terms().iter().any(|t| match &t.coding {
            Coding::Factor { levels } => t.name == name && levels.iter().all(|l| l != level),
            _ => false,
        })
    }
}
