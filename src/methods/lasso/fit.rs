//! The fit itself: options as columns, path, cross-validation.

use super::Fitted;
use super::answer::{Adaptive, Repeated, Share};
use super::spec::{FoldSpec, Spec};
use crate::ask::{AskError, Dataset};
use survival::coxnet::{Convergence, Coxnet, CoxnetError, CoxnetSpec, CvPath, Folds, Lambdas, RepeatedCv};
use watch::Watch;

/// Those of `rows` in which the columns of offset and folds are known.
pub(super) fn with_options(data: &Dataset, spec: &Spec, mut rows: Vec<usize>) -> Result<Vec<usize>, AskError> {
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

/// The path with its cross-validation, and what else was found on the way.
pub(super) struct CrossValidated {
    pub cv: CvPath,
    pub repeated: Option<Repeated>,
    pub adaptive: Option<Adaptive>,
}

/// The path and its cross-validation.
pub(super) fn cross_validate(
    data: &Dataset,
    spec: &Spec,
    fitted: &Fitted,
    watch: &dyn Watch,
) -> Result<CrossValidated, AskError> {
    let measure = spec.measure;
    let columns: Vec<&[f64]> = fitted.values.iter().map(Vec::as_slice).collect();
    let explained = |error| explain(data, fitted, error);
    let (net, adaptive) = net(data, spec, fitted, watch)?;
    let folds = folds(data, spec, fitted)?;
    if spec.deals <= 1 {
        let cv = net.cross_validate(&fitted.survival, &columns, &folds, measure, watch).map_err(explained)?;
        return Ok(CrossValidated { cv, repeated: None, adaptive });
    }
    if let FoldSpec::Column(name) = &spec.folds {
        let message = format!("the folds of {name} are given: they cannot be dealt {} times", spec.deals);
        return Err(AskError::Impossible(message));
    }
    let deals = (0..spec.deals as u64).map(|k| folds.assign(&fitted.survival, k).map_err(explained));
    let deals: Vec<Vec<usize>> = deals.collect::<Result<_, _>>()?;
    let cv = net.cross_validate_repeatedly(&fitted.survival, &columns, &deals, measure, watch).map_err(explained)?;
    let RepeatedCv { path, fold, cvm, cvsd, min, one_se, each_min, broken_off, selected } = cv;
    let mut shares: Vec<Share> = selected
        .into_iter()
        .enumerate()
        .filter(|(_, share)| *share > 0.0)
        .map(|(j, share)| Share { term: fitted.candidates[j].name.clone(), share })
        .collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share));
    let repeated = Repeated { deals: spec.deals, lambda_min: each_min, selected: shares };
    let cv = CvPath { path, measure, fold, cvm, cvsd, min, one_se, broken_off };
    Ok(CrossValidated { cv, repeated: Some(repeated), adaptive })
}

fn folds(data: &Dataset, spec: &Spec, fitted: &Fitted) -> Result<Folds, AskError> {
    Ok(match &spec.folds {
        FoldSpec::Random { count, seed } => Folds::Random { count: *count, seed: *seed, stratified: true },
        FoldSpec::Column(name) => Folds::Given(fold_numbers(data, name, fitted)?),
    })
}

/// The elastic net with its penalty factors, those of an adaptive LASSO worked out.
pub(super) fn net(
    data: &Dataset,
    spec: &Spec,
    fitted: &Fitted,
    watch: &dyn Watch,
) -> Result<(Coxnet, Option<Adaptive>), AskError> {
    let at_rows = |name: &String| -> Result<Vec<f64>, AskError> {
        let values = data.numbers(name)?;
        Ok(fitted.rows.iter().map(|r| values[*r]).collect())
    };
    let plain = CoxnetSpec {
        alpha: spec.alpha,
        lambdas: Lambdas::Automatic { count: spec.nlambda, min_ratio: spec.lambda_min_ratio },
        standardize: spec.standardize,
        convergence: spec.thresh.map_or(Convergence::Optimum, |thresh| Convergence::Descent { thresh }),
        penalty_factor: penalty_factor(spec, fitted)?,
        offset: spec.offset.as_ref().map(at_rows).transpose()?,
        most_features: None,
    };
    let explained = |error| explain(data, fitted, error);
    let Some(gamma) = spec.adaptive else { return Ok((plain.check().map_err(explained)?, None)) };
    if !(gamma > 0.0 && gamma.is_finite()) {
        let message = format!("adaptive weights need an exponent above 0, not {gamma}; 1 is usual");
        return Err(AskError::Impossible(message));
    }
    let columns: Vec<&[f64]> = fitted.values.iter().map(Vec::as_slice).collect();
    let folds = folds(data, spec, fitted)?;
    let own = plain.penalty_factor.clone();
    let ridge = plain.clone().check().map_err(explained)?;
    let found = ridge.adaptive_factors(&fitted.survival, &columns, &folds, gamma, watch).map_err(explained)?;
    // What is not to be penalized stays so, however small it is in the ridge regression.
    let joined = |(j, factor): (usize, f64)| match own.as_ref().map(|own| own[j]) {
        None => factor,
        Some(0.0) => 0.0,
        Some(own) => own * factor,
    };
    let factor = found.factor.into_iter().enumerate().map(joined).collect();
    let adaptive = CoxnetSpec { penalty_factor: Some(factor), ..plain };
    Ok((adaptive.check().map_err(explained)?, Some(Adaptive { gamma, ridge_lambda: found.lambda })))
}

fn fold_numbers(data: &Dataset, name: &str, fitted: &Fitted) -> Result<Vec<usize>, AskError> {
    let values = data.numbers(name)?;
    let fold = |row: &usize| match values[*row] {
        f if f >= 1.0 && f.fract() == 0.0 => Ok(f as usize),
        other => Err(AskError::Impossible(format!(
            "{}, column {name}: {other} is no fold; number folds from 1",
            data.cohort.frame().place_of(*row)
        ))),
    };
    fitted.rows.iter().map(fold).collect()
}

fn penalty_factor(spec: &Spec, fitted: &Fitted) -> Result<Option<Vec<f64>>, AskError> {
    if spec.penalty_factor.is_empty() {
        return Ok(None);
    }
    let mut factors = vec![1.0; fitted.candidates.len()];
    for (name, factor) in &spec.penalty_factor {
        let at = fitted.candidates.iter().position(|c| c.name == *name).ok_or_else(|| {
            AskError::Impossible(format!("{name} has a penalty factor and is not among the candidates"))
        })?;
        factors[at] = *factor;
    }
    Ok(Some(factors))
}

/// The error in terms of patients and names.
pub(super) fn explain(data: &Dataset, fitted: &Fitted, error: CoxnetError) -> AskError {
    let place = |row: usize| {
        let row = fitted.rows[row];
        format!("{}, patient {}", data.cohort.frame().place_of(row), data.cohort.ids()[row])
    };
    AskError::Impossible(match error {
        CoxnetError::Cancelled(_) => return AskError::Cancelled,
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
