//! All models in one cohort.

use super::super::cindex::{Concordance, Method};
use super::super::contrast::{Contrast, LEVEL};
use super::super::model::{self, Fitted, Predicted};
use super::super::roc::{AtTime, Brier, unreached};
use super::{Difference, OfCohort, Score};
use crate::ask::{AskError, Dataset, Selection};
use crate::study::TimeUnit;
use figures::format;
use survival::Survival;
use survival::brier::{self, BrierAtTime, BrierSpec};
use survival::concordance;
use survival::roc::{self, RocAtTime, RocSpec};

/// What is the same for every cohort.
pub(super) struct Judgement<'a> {
    pub data: &'a Dataset,
    pub models: &'a [Fitted],
    pub method: Method,
    pub tau: Option<f64>,
    pub times: &'a [f64],
}

/// One model's measures with what their differences need.
struct Judged {
    concordance: concordance::Concordance,
    auc: Vec<RocAtTime>,
    brier: Vec<BrierAtTime>,
}

impl Judgement<'_> {
    /// The models in the patients of `on` for whom all of them have a prediction.
    pub fn cohort(
        &self,
        on: &Selection,
        apparent: bool,
        unit: TimeUnit,
        notes: &mut Vec<String>,
    ) -> Result<OfCohort, AskError> {
        let name = on.cohort.clone().unwrap_or_default();
        let selected = self.data.select(on)?;
        let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
        let predicted: Vec<Predicted> =
            self.models.iter().map(|m| m.predict(self.data, &selected.rows)).collect::<Result<_, _>>()?;
        let common = common(&predicted);
        if common.is_empty() {
            return Err(AskError::Impossible("no patient has every covariate of the models".to_owned()));
        }
        let n_dropped = selected.n_dropped + selected.rows.len() - common.len();
        if n_dropped > 0 {
            notes.push(format!(
                "{name}: {} left out, a covariate or the endpoint is missing",
                format::patients_are(n_dropped)
            ));
        }
        let filled = self.models.iter().zip(&predicted).filter_map(|(m, p)| Some((m, p.said_of_filled()?)));
        notes.extend(filled.map(|(m, said)| format!("{name}, {}: {said}", model::label(&m.model))));
        let unseen = predicted.iter().map(|p| p.unseen).max().unwrap_or_default();
        if unseen > 0 {
            notes.push(format!("{name}: {unseen} of them have a level of a factor that nobody in training has"));
        }
        let survival = survival.select(&common);
        let judged: Vec<Judged> = self
            .models
            .iter()
            .zip(&predicted)
            .map(|(model, predicted)| self.judge(model, &lp_of(predicted, &common), &survival))
            .collect::<Result<_, _>>()?;
        if let Some(first) = judged.first() {
            notes.extend(first.auc.iter().filter_map(|at| unreached(at, unit)).map(|why| format!("{name}: {why}")));
        }
        self.note_extrapolation(&survival, unit, notes);
        let names: Vec<&str> = self.models.iter().map(|m| m.model.name.as_str()).collect();
        Ok(OfCohort {
            cohort: name,
            apparent,
            n: survival.len(),
            events: survival.n_events(),
            n_dropped,
            differences: differences(&names, &judged)?,
            scores: names.iter().zip(judged).map(|(name, judged)| self.score(name, judged)).collect(),
        })
    }

    fn judge(&self, model: &Fitted, lp: &[f64], survival: &Survival) -> Result<Judged, AskError> {
        let brier = |time: &f64| {
            let risk: Vec<f64> = model.survival_at(lp, *time).iter().map(|s| 1.0 - s).collect();
            BrierSpec::at(*time).check().and_then(|spec| spec.fit(survival, &risk)).map_err(AskError::impossible)
        };
        Ok(Judged {
            concordance: self.method.judge(survival, lp, self.tau)?,
            auc: RocSpec::at(self.times)
                .check()
                .and_then(|spec| spec.fit(survival, lp))
                .map_err(AskError::impossible)?,
            brier: self.times.iter().map(brier).collect::<Result<_, _>>()?,
        })
    }

    fn score(&self, name: &str, judged: Judged) -> Score {
        Score {
            model: name.to_owned(),
            concordance: Concordance::new(&judged.concordance, self.method, self.tau),
            brier: judged.brier.iter().map(Brier::from).collect(),
            auc: judged.auc.into_iter().map(AtTime::from).collect(),
        }
    }

    /// A model says nothing new beyond the follow-up that it was fitted to.
    fn note_extrapolation(&self, survival: &Survival, unit: TimeUnit, notes: &mut Vec<String>) {
        let last = self.models.iter().map(Fitted::last_time).fold(f64::INFINITY, f64::min);
        let longest = survival.time().iter().copied().fold(0.0, f64::max);
        for time in self.times.iter().filter(|t| **t > last && longest > last) {
            let note = format!(
                "follow-up in training ends at {} {unit}: predictions at {} {unit} are those of that time",
                format::fixed(last, 1),
                format::chosen(*time),
                unit = unit.word()
            );
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
}

/// Positions known to all.
fn common(predicted: &[Predicted]) -> Vec<usize> {
    let Some((first, others)) = predicted.split_first() else { return Vec::new() };
    let in_all = |i: &&usize| others.iter().all(|p| p.known.binary_search(i).is_ok());
    first.known.iter().filter(in_all).copied().collect()
}

/// Linear predictors of the patients in `rows`, all of whom are known.
fn lp_of(predicted: &Predicted, rows: &[usize]) -> Vec<f64> {
    rows.iter().filter_map(|i| predicted.known.binary_search(i).ok()).map(|k| predicted.lp[k]).collect()
}

/// Each model less each later one.
fn differences(names: &[&str], judged: &[Judged]) -> Result<Vec<Difference>, AskError> {
    let mut all = Vec::new();
    for (i, first) in judged.iter().enumerate() {
        for (j, second) in judged.iter().enumerate().skip(i + 1) {
            let c = concordance::compare(&first.concordance, &second.concordance, LEVEL);
            let c = c.map_err(AskError::impossible)?;
            let auc = first.auc.iter().zip(&second.auc).map(|(a, b)| roc::contrast(a, b, LEVEL));
            let brier = first.brier.iter().zip(&second.brier).map(|(a, b)| brier::brier_contrast(a, b, LEVEL));
            let contrasts = |of: &mut dyn Iterator<Item = Result<roc::Contrast, roc::RocError>>| {
                of.map(|c| c.map(Contrast::from)).collect::<Result<Vec<_>, _>>().map_err(AskError::impossible)
            };
            all.push(Difference {
                model: names[i].to_owned(),
                reference: names[j].to_owned(),
                c: c.into(),
                auc: contrasts(&mut { auc })?,
                brier: contrasts(&mut { brier })?,
            });
        }
    }
    Ok(all)
}
