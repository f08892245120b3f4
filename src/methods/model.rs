//! Prognostic models: fitted in the training cohort once, applied to any patient unchanged.

use survival::cox::Ties;
use tables::Values;
use watch::Watch;

use super::covariates::{self, Designed};
use crate::ask::{AskError, Dataset, MadeFrom, Selection};
use crate::study::{ModelSpec, RAD_SCORE, covariate_columns};
use survival::Survival;
use survival::cox::{CheckedCox, Coding, CoxFit, CoxSpec, Design, Reference, Value};
use survival::stats::dot;

/// A Cox model with everything that prediction needs.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// Name and covariates.
    pub model: ModelSpec,
    /// Patients of the training cohort left out because a covariate is missing.
    pub n_dropped: usize,
    /// The fit.
    pub fit: CoxFit,
    /// The covariates of the patients it was fitted to; codes those of others.
    pub design: Design,
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
    let survival = selected.survival.ok_or_else(|| AskError::Impossible("name an endpoint".to_owned()))?;
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
    let impossible = |why: &dyn std::fmt::Display| AskError::Impossible(format!("model {}: {why}", model.name));
    let designed = covariates::design(data, &model.covariates, &[], rows, knot_rows);
    let Designed { design, known, notes } = designed.map_err(|e| impossible(&e))?;
    let survival = survival.select(&known);
    let method = CoxSpec::with_ties(ties).check().map_err(|e| impossible(&e))?;
    let fit = method.fit(&survival, &design, watch).map_err(|error| match watch.step(0, 0) {
        Err(cancelled) => cancelled.into(),
        Ok(()) => impossible(&error),
    })?;
    let coef = fit.coef_or_zero();
    let Some(baseline) = fit.baseline(Reference::Means).pop() else {
        return Err(impossible(&"there is no baseline hazard"));
    };
    Ok(Fitted {
        n_dropped: rows.len() - known.len(),
        model: model.clone(),
        centre: dot(&coef, &fit.means),
        time: baseline.time,
        cumhaz: baseline.cumhaz,
        coef,
        design,
        survival,
        method,
        fit,
        of_design: notes,
    })
}

/// Those of `rows` on which every covariate of a model that is a column of the table is known.
pub fn with_covariates(data: &Dataset, model: &ModelSpec, rows: &[usize]) -> Vec<usize> {
    let frame = data.cohort.frame();
    let columns: Vec<_> = columns_of(data, model).into_iter().filter_map(|name| frame.get(name)).collect();
    rows.iter().copied().filter(|row| columns.iter().all(|c| !c.values.is_missing(*row))).collect()
}

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
    /// Predictions for those of `rows` whose covariates are all known.
    pub fn predict(&self, data: &Dataset, rows: &[usize]) -> Result<Predicted, AskError> {
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
        let of_fit = self.fit.notes.iter().map(ToString::to_string);
        self.of_design.iter().cloned().chain(of_fit).map(|note| format!("{name}, training: {note}")).collect()
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
