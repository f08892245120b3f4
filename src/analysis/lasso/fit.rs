//! The fit itself: options as columns, path, cross-validation.

use super::spec::{FoldSpec, Spec};
use super::{Fitted, LambdaRule};
use crate::analysis::{AnalysisError, Dataset};
use crate::study::LassoMeasure;
use crate::survival::coxnet::{self, Convergence, CoxnetError, CoxnetSpec, CvPath, Folds, Lambdas, Measure};
use crate::watch::Watch;

/// Those of `rows` in which the columns of offset and folds are known.
pub(super) fn with_options(data: &Dataset, spec: &Spec, mut rows: Vec<usize>) -> Result<Vec<usize>, AnalysisError> {
    let fold = match &spec.folds {
        FoldSpec::Column(name) => Some(name),
        FoldSpec::Random { .. } => None,
    };
    for name in [spec.offset.as_ref(), fold].into_iter().flatten() {
        let values = data.numbers(name)?;
        rows.retain(|r| !values[*r].is_nan());
    }
    Ok(rows)
}

/// The path and its cross-validation.
pub(super) fn cross_validate(
    data: &Dataset,
    spec: &Spec,
    fitted: &Fitted,
    watch: &dyn Watch,
) -> Result<CvPath, AnalysisError> {
    let at_rows = |name: &String| -> Result<Vec<f64>, AnalysisError> {
        let values = data.numbers(name)?;
        Ok(fitted.rows.iter().map(|r| values[*r]).collect())
    };
    let folds = match &spec.folds {
        FoldSpec::Random { count, seed } => Folds::Random { count: *count, seed: *seed, stratified: true },
        FoldSpec::Column(name) => Folds::Given(fold_numbers(data, name, fitted)?),
    };
    let net = CoxnetSpec {
        alpha: spec.alpha,
        lambdas: Lambdas::Automatic { count: spec.nlambda, min_ratio: spec.lambda_min_ratio },
        standardize: spec.standardize,
        convergence: spec.thresh.map_or(Convergence::Optimum, |thresh| Convergence::Descent { thresh }),
        penalty_factor: penalty_factor(spec, fitted)?,
        offset: spec.offset.as_ref().map(at_rows).transpose()?,
        most_features: None,
    };
    let measure = match spec.measure {
        LassoMeasure::Deviance => Measure::GroupedDeviance,
        LassoMeasure::Cindex => Measure::Concordance,
    };
    let columns: Vec<&[f64]> = fitted.values.iter().map(Vec::as_slice).collect();
    let explained = |error| explain(data, fitted, error);
    let net = net.check().map_err(explained)?;
    net.cross_validate(&fitted.survival, &columns, &folds, measure, watch).map_err(explained)
}

fn fold_numbers(data: &Dataset, name: &str, fitted: &Fitted) -> Result<Vec<usize>, AnalysisError> {
    let values = data.numbers(name)?;
    let fold = |row: &usize| match values[*row] {
        f if f >= 1.0 && f.fract() == 0.0 => Ok(f as usize),
        other => Err(AnalysisError::Impossible(format!(
            "{}, column {name}: {other} is no fold; number folds from 1",
            data.cohort.frame().place_of(*row)
        ))),
    };
    fitted.rows.iter().map(fold).collect()
}

fn penalty_factor(spec: &Spec, fitted: &Fitted) -> Result<Option<Vec<f64>>, AnalysisError> {
    if spec.penalty_factor.is_empty() {
        return Ok(None);
    }
    let mut factors = vec![1.0; fitted.candidates.len()];
    for (name, factor) in &spec.penalty_factor {
        let at = fitted.candidates.iter().position(|c| c.name == *name).ok_or_else(|| {
            AnalysisError::Impossible(format!("{name} has a penalty factor and is not among the candidates"))
        })?;
        factors[at] = *factor;
    }
    Ok(Some(factors))
}

/// The error in terms of patients and names.
fn explain(data: &Dataset, fitted: &Fitted, error: CoxnetError) -> AnalysisError {
    let place = |row: usize| {
        let row = fitted.rows[row];
        format!("{}, patient {}", data.cohort.frame().place_of(row), data.cohort.ids()[row])
    };
    AnalysisError::Impossible(match error {
        CoxnetError::Cancelled(_) => return AnalysisError::Cancelled,
        CoxnetError::Time { row, value } => format!(
            "{}: time {value} is not positive; the elastic net takes only positive times: leave the patient out",
            place(row)
        ),
        CoxnetError::NotFinite { column, row, value } => {
            format!("{}: {} is {value}, which is not finite", place(row), fitted.candidates[column].name)
        }
        CoxnetError::PenaltyFactor { feature, value } => {
            format!("penalty factor of {}: {value} is not a factor (0 or more)", fitted.candidates[feature].name)
        }
        other => other.to_string(),
    })
}

/// The rule as the fit knows it.
pub(super) fn rule(rule: LambdaRule) -> coxnet::LambdaRule {
    match rule {
        LambdaRule::Min => coxnet::LambdaRule::Min,
        LambdaRule::OneSe => coxnet::LambdaRule::OneSe,
        LambdaRule::Value(lambda) => coxnet::LambdaRule::Value(lambda),
    }
}
