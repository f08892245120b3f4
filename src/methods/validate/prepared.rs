//! Whom a pipeline is fitted to: those in whom every score and every model can be fitted.

use survival::Survival;
use watch::Watch;

use super::pipeline::{Part, behind};
use super::{Design, Spec};
use crate::ask::{Ask, AskError, Dataset, Selection};
use crate::methods::lasso::{self, steps};
use crate::methods::made::Named;
use crate::methods::model::imputation;
use crate::study::ImputeMethod;

/// The subjects, their follow-up and what is fitted to them.
pub(super) struct Prepared<'a> {
    /// Rows of the cohort, ascending.
    pub subjects: Vec<usize>,
    /// Their follow-up.
    pub survival: Survival,
    /// The scores, in the order of the question.
    pub parts: Vec<Part<'a>>,
    /// Patients of the cohort left out.
    pub n_dropped: usize,
}

impl<'a> Prepared<'a> {
    /// Those of the training cohort in whom all scores and models can be fitted; all patients where centres are left out and
    /// the training cohort has one only.
    pub fn of_training(
        data: &'a Dataset,
        spec: &'a Spec,
        ask: &dyn Ask,
        watch: &dyn Watch,
        notes: &mut Vec<String>,
    ) -> Result<Self, AskError> {
        let mut on = Selection { cohort: spec.training.clone(), ..spec.on.clone() };
        if let Design::LeaveCentreOut(column) = &spec.design {
            let training = data.select(&on)?.rows;
            if centres(data, column, &training)?.0.len() < 2 {
                on.cohort = None;
                notes.push(format!(
                    "the training cohort has one centre: the patients of all cohorts are pooled, and each centre of {column} is \
                     predicted by what is fitted to the others"
                ));
            }
        }
        Self::of_cohorts(data, spec, on.cohort, ask, watch, notes)
    }

    /// Those of these cohorts, one or several with commas between, in whom all scores and models can be fitted.
    pub fn of_cohorts(
        data: &'a Dataset,
        spec: &'a Spec,
        cohort: Option<String>,
        ask: &dyn Ask,
        watch: &dyn Watch,
        notes: &mut Vec<String>,
    ) -> Result<Self, AskError> {
        let on = Selection { cohort, ..spec.on.clone() };
        let selected = data.select(&on)?;
        let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
        notes.extend(selected.notes);
        let mut complete = selected.rows.clone();
        let mut inputs = Vec::new();
        for named in &spec.scores {
            let cohort = on.cohort.clone();
            let input = steps::input(data, &lasso::Spec { training: cohort, ..named.spec.clone() }, ask, watch)?;
            notes.extend(input.notes.iter().map(|note| format!("{}: {note}", named.label)));
            complete.retain(|row| input.rows.binary_search(row).is_ok());
            inputs.push(input);
        }
        for model in &spec.models {
            let mut names = behind(data, spec, model);
            // Missing covariates are filled in by every fit; a score that is missing is not.
            names.retain(|name| model.impute == ImputeMethod::None || imputation::is_of_score(name));
            let columns: Vec<_> = names.iter().filter_map(|name| data.cohort.frame().get(name)).collect();
            complete.retain(|row| columns.iter().all(|column| !column.values.is_missing(*row)));
        }
        if complete.is_empty() {
            return Err(AskError::Impossible("no patient has all covariates and features of the models".to_owned()));
        }
        let kept: Vec<usize> = complete.iter().filter_map(|row| selected.rows.binary_search(row).ok()).collect();
        let mut parts = Vec::new();
        for (named, input) in spec.scores.iter().zip(inputs) {
            let own = own_outcome(data, spec, named, &on, &complete)?;
            let all = spec.models.iter().flat_map(|m| behind(data, spec, m));
            let mut columns: Vec<String> = all.filter(|name| named.is_called(name)).collect();
            columns.sort_unstable();
            columns.dedup();
            parts.push(Part { named, input, own, columns });
        }
        Ok(Self {
            n_dropped: selected.n_dropped + selected.rows.len() - complete.len(),
            survival: survival.select(&kept),
            subjects: complete,
            parts,
        })
    }

    /// Features that the scores choose from.
    pub fn candidates(&self) -> usize {
        self.parts.iter().map(|part| part.input.names.len()).sum()
    }
}

/// The follow-up of the `subjects` for the endpoint of a score, where that is another than the question's.
fn own_outcome(
    data: &Dataset,
    spec: &Spec,
    score: &Named,
    on: &Selection,
    subjects: &[usize],
) -> Result<Option<Survival>, AskError> {
    let endpoint = score.spec.on.endpoint.clone();
    if endpoint == spec.on.endpoint {
        return Ok(None);
    }
    let other = data.select(&Selection { endpoint, cohort: on.cohort.clone(), ..Selection::default() })?;
    let at: Vec<usize> = subjects.iter().filter_map(|row| other.rows.binary_search(row).ok()).collect();
    Ok(Some(other.survival.ok_or_else(AskError::no_endpoint)?.select(&at)))
}

/// Names of the centres of these rows, and the number of each row's centre.
pub(super) fn centres(data: &Dataset, column: &str, rows: &[usize]) -> Result<(Vec<String>, Vec<usize>), AskError> {
    let values = &data.cohort.frame().column(column).map_err(AskError::impossible)?.values;
    let texts: Vec<String> = rows
        .iter()
        .map(|row| {
            let place = || format!("{}: the centre is not known", data.cohort.frame().place_of(*row).field(column));
            values.text(*row).ok_or_else(|| AskError::Impossible(place()))
        })
        .collect::<Result<_, _>>()?;
    let mut names = texts.clone();
    names.sort();
    names.dedup();
    let codes = texts.iter().filter_map(|text| names.binary_search(text).ok()).collect();
    Ok((names, codes))
}
