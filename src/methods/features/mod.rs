//! Every radiomic feature by itself: what it is, how complete, how reliable, and whether it goes with the outcome.

pub mod document;
pub mod figure;
pub mod script;

mod column;

use rayon::prelude::*;
use serde::Serialize;
use survival::cox::Ties;

use super::icc;
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::IccSpec;
use figures::format;
use survival::Survival;
use survival::concordance::harrell;
use survival::cox::CoxSpec;
use survival::stats::describe;
use watch::Watch;

pub use column::{Column, columns, short_image};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// The patients who are described, and the endpoint.
    pub on: Selection,
    /// The cohort among them in which features are held against the outcome.
    pub training: Option<String>,
    /// The reliability asked of a feature.
    pub icc: IccSpec,
    /// How tied events count where a feature is held against the outcome: `efron`, `breslow` or `exact`.
    pub ties: Ties,
}

/// Every feature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Patients asked about.
    pub patients: usize,
    /// Those of them with features of every sequence.
    pub complete: usize,
    /// Patients and events in training that features are held against.
    pub training: Option<(usize, usize)>,
    /// The least reliability, and of which kind.
    pub icc: IccSpec,
    /// What reliability stands on; empty if nothing was drawn twice.
    pub comparisons: Vec<icc::Comparison>,
    /// The features in the order of their columns.
    pub features: Vec<Feature>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One feature; what is not known of it is NaN.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feature {
    /// Which it is.
    #[serde(flatten)]
    pub column: Column,
    /// Patients with a value.
    pub n: usize,
    /// Patients whose images gave other features, but not this one.
    pub missing: usize,
    /// Mean over those with a value.
    pub mean: f64,
    /// Standard deviation, with n - 1.
    pub sd: f64,
    /// Weakest agreement of a reader with himself.
    pub within: f64,
    /// Weakest agreement of readers with each other.
    pub between: f64,
    /// Whether it is reliable enough, if that is known.
    pub kept: Option<bool>,
    /// Harrell's C in training, high values taken for high risk.
    pub c: f64,
    /// Hazard ratio for a standard deviation more, in training.
    pub hr: f64,
    /// Its p-value (Wald).
    pub p: f64,
    /// The p-value adjusted for all features (Benjamini and Hochberg).
    pub q: f64,
}

impl Feature {
    /// The weakest agreement, be it within or between readers; NaN where it is not known.
    pub fn weakest(&self) -> f64 {
        self.within.min(self.between)
    }

    /// True if all patients have the same value: it tells nothing.
    pub fn is_constant(&self) -> bool {
        self.n > 1 && self.sd == 0.0
    }
}

/// Fewer events than this are pointed out.
const FEW_EVENTS: usize = 10;

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "radiomic features";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn uses_features(&self) -> bool {
        true
    }

    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, ask, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Describes every feature.
fn run(data: &Dataset, spec: &Spec, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
    let columns = columns(data);
    if columns.is_empty() {
        return Err(AskError::NotYet("there are no radiomic features yet".to_owned()));
    }
    let rows = data.select(&Selection { endpoint: None, ..spec.on.clone() })?.rows;
    let extracted = data.features.n_columns() > 0;
    let present = |row: &usize| !extracted || data.features.is_complete(*row);
    let mut features: Vec<Feature> = columns.into_iter().map(|column| described(data, column, &rows)).collect();
    let mut notes = Vec::new();
    let comparisons = judge_reliability(&mut features, spec, ask, watch, &mut notes)?;
    let training = match &spec.on.endpoint {
        Some(_) => hold_against_outcome(data, spec, &mut features, watch, &mut notes)?,
        None => None,
    };
    note_useless(&features, &mut notes);
    Ok(Answer {
        patients: rows.len(),
        complete: rows.iter().filter(|row| present(row)).count(),
        training,
        icc: spec.icc.clone(),
        comparisons,
        features,
        notes,
    })
}

fn described(data: &Dataset, column: Column, rows: &[usize]) -> Feature {
    let values: Vec<f64> = rows.iter().map(|&row| column.value(data, row)).collect();
    let known: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    let expected = rows.iter().filter(|&&row| column.is_extracted(data, row)).count();
    let [within, between, c, hr, p, q] = [f64::NAN; 6];
    let all_same = known.windows(2).all(|pair| pair[0] == pair[1]);
    let sd = match known.len() {
        0 | 1 => f64::NAN,
        _ if all_same => 0.0,
        _ => describe::variance(&known).sqrt(),
    };
    Feature {
        column,
        n: known.len(),
        missing: expected - known.len(),
        mean: if known.is_empty() { f64::NAN } else { describe::mean(&known) },
        sd,
        within,
        between,
        kept: None,
        c,
        hr,
        p,
        q,
    }
}

/// Fills in the agreement of repeated segmentations, as far as there are any.
fn judge_reliability(
    features: &mut [Feature],
    spec: &Spec,
    ask: &dyn Ask,
    watch: &dyn Watch,
    notes: &mut Vec<String>,
) -> Result<Vec<icc::Comparison>, AskError> {
    let ratings = icc::Ratings::Repeats;
    let query = icc::Spec { ratings, kind: spec.icc.kind, threshold: spec.icc.threshold };
    let answer = match ask.ask(query, watch) {
        Ok(answer) => answer,
        Err(AskError::NotYet(why)) => {
            notes.push(format!("reliability is not known: {why}"));
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let by_name: std::collections::HashMap<&str, &icc::Feature> =
        answer.features.iter().map(|f| (f.feature.as_str(), f)).collect();
    for feature in features {
        let Some(judged) = by_name.get(feature.column.name.as_str()) else { continue };
        let weakest = |within: bool| {
            let of_side = answer.comparisons.iter().zip(&judged.agreement).filter(|(c, _)| c.within == within);
            of_side.map(|(_, a)| a.icc).fold(f64::NAN, f64::min)
        };
        (feature.within, feature.between, feature.kept) = (weakest(true), weakest(false), Some(judged.kept));
    }
    notes.extend(answer.notes.iter().cloned());
    Ok(answer.comparisons.clone())
}

/// Fills in concordance and univariable Cox models in training; patients and events there.
fn hold_against_outcome(
    data: &Dataset,
    spec: &Spec,
    features: &mut [Feature],
    watch: &dyn Watch,
    notes: &mut Vec<String>,
) -> Result<Option<(usize, usize)>, AskError> {
    let on = Selection { cohort: spec.training.clone(), score: None, ..spec.on.clone() };
    let selected = data.select(&on)?;
    let Some(survival) = selected.survival else { return Ok(None) };
    let extracted = data.features.n_columns() > 0;
    let with: Vec<usize> =
        (0..selected.rows.len()).filter(|&i| !extracted || data.features.is_complete(selected.rows[i])).collect();
    let survival = survival.select(&with);
    let rows: Vec<usize> = with.iter().map(|&i| selected.rows[i]).collect();
    let events = survival.n_events();
    if rows.len() < 3 || events == 0 {
        notes.push("too few patients of the training cohort have features and events to hold them against".to_owned());
        return Ok(Some((rows.len(), events)));
    }
    if events < FEW_EVENTS {
        notes.push(format!("only {events} events in training: C and hazard ratios of single features say little"));
    }
    let columns: Vec<Vec<f64>> = features
        .par_iter()
        .map(|feature| standardized(rows.iter().map(|&row| feature.column.value(data, row)).collect()))
        .collect();
    let concordances: Vec<f64> = columns.par_iter().map(|column| concordance(&survival, column)).collect();
    watch.step(1, 2)?;
    let cox = CoxSpec { ties: spec.ties, ..CoxSpec::default() }.check().map_err(AskError::impossible)?;
    let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let screened = cox.screen(&survival, &views, watch).map_err(|error| match error {
        survival::cox::CoxError::Cancelled(_) => AskError::Cancelled,
        other => AskError::impossible(other),
    })?;
    for ((feature, c), found) in features.iter_mut().zip(concordances).zip(screened) {
        feature.c = c;
        // Where high and low values separate those with from those without events there is no hazard ratio.
        let estimate = found.estimate.filter(|_| found.converged && !found.may_be_infinite);
        (feature.hr, feature.p) = estimate.map_or((f64::NAN, f64::NAN), |e| (e.hr, e.p));
        feature.q = if estimate.is_some() { found.q } else { f64::NAN };
    }
    Ok(Some((rows.len(), events)))
}

/// Values less their mean, over their standard deviation; all 0 if they are all the same.
fn standardized(values: Vec<f64>) -> Vec<f64> {
    let known: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    let (mean, sd) = (describe::mean(&known), describe::variance(&known).sqrt());
    let varies = known.windows(2).any(|pair| pair[0] != pair[1]) && sd > 0.0;
    let z = |x: f64| match (x.is_finite(), varies) {
        (false, _) => f64::NAN,
        (true, true) => (x - mean) / sd,
        (true, false) => 0.0,
    };
    values.into_iter().map(z).collect()
}

/// Harrell's C over the patients with a value; NaN where none can be compared.
fn concordance(survival: &Survival, column: &[f64]) -> f64 {
    let known: Vec<usize> = (0..column.len()).filter(|&i| column[i].is_finite()).collect();
    let values: Vec<f64> = known.iter().map(|&i| column[i]).collect();
    harrell(&survival.select(&known), &values).map_or(f64::NAN, |c| c.c)
}

/// Says how many features cannot be used.
fn note_useless(features: &[Feature], notes: &mut Vec<String>) {
    let counted = [
        (features.iter().filter(|f| f.is_constant()).count(), "the same in all patients"),
        (features.iter().filter(|f| f.missing > 0).count(), "missing in some patients"),
    ];
    for (n, what) in counted.into_iter().filter(|(n, _)| *n > 0) {
        notes.push(format!("{} features are {what}", format::count(n)));
    }
}
