//! Whether a model moves patients the right way against another: net reclassification and integrated discrimination.
//! Both are contested, and every answer says so.

pub mod document;
mod script;

use serde::Serialize;
use survival::cox::Ties;

use super::horizon::Status;
use super::model::{self, Fitted};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::{ModelSpec, TimeUnit};
use figures::format;
use survival::Survival;
use survival::reclassification::{Bounded, ReclassificationError, ReclassificationSpec};
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Which endpoint and patients; every cohort is judged if none is named.
    pub on: Selection,
    /// The models, fitted in the training cohort; the last is the new one, held against each of the others.
    pub models: Vec<ModelSpec>,
    /// `efron`, `breslow` or `exact`.
    pub ties: Ties,
    /// Times at which risks are compared.
    pub times: Vec<f64>,
    /// Risks that separate categories; without any, every rise or fall counts.
    pub cuts: Vec<f64>,
    /// Bootstrap samples for the limits.
    pub bootstraps: usize,
    /// Fixes the samples.
    pub seed: u64,
}

/// The last model against each of the others, by cohort and time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What the endpoint is called in print.
    pub label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// The new model.
    pub new: String,
    /// Risks that separate categories.
    pub cuts: Vec<f64>,
    /// Bootstrap samples behind the limits.
    pub bootstraps: usize,
    /// One for each cohort, old model and time.
    pub comparisons: Vec<Comparison>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The cohort.
    pub cohort: String,
    /// The old model.
    pub old: String,
    /// The time.
    pub time: f64,
    /// Patients with predictions of both models.
    pub n: usize,
    /// Patients whose risk rises, and falls.
    pub up: usize,
    /// Patients whose risk falls.
    pub down: usize,
    /// Net share of events moved up; NaN, as the others, where there are too few events or too few patients followed beyond.
    pub nri_events: Limited,
    /// Net share of others moved down.
    pub nri_nonevents: Limited,
    /// Their sum.
    pub nri: Limited,
    /// Integrated discrimination improvement.
    pub idi: Limited,
}

/// A value with bootstrap limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Limited {
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
}

impl Limited {
    /// Where there are too few to judge by.
    const NONE: Self = Self { value: f64::NAN, lower: f64::NAN, upper: f64::NAN };
}

impl From<Bounded> for Limited {
    fn from(b: Bounded) -> Self {
        Self { value: b.value, lower: b.lower, upper: b.upper }
    }
}

/// What has to be said of every such number.
const CONTESTED: &str = "NRI and IDI are contested: both can improve with a useless predictor and reward miscalibration \
                         (Hilden and Gerds 2014). Prefer differences in Brier score, AUC or net benefit";

/// What has to be said where a net share of patients is more than all of them.
const BEYOND: &str = "an NRI of events or of others beyond -1 and 1 comes of censoring: both are from Kaplan-Meier curves of \
                      those who move up and of those who move down, which need not fit together where few are followed so long";

impl Comparison {
    fn leaves_its_range(&self) -> bool {
        let shares = [self.nri_events, self.nri_nonevents];
        shares.iter().flat_map(|of| [of.value, of.lower, of.upper]).any(|share| share.abs() > 1.0 + 1e-9)
    }
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "reclassification";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Two models and their linear predictors in the same patients of a cohort, the old one's first.
struct Pair<'a> {
    cohort: &'a str,
    models: [&'a Fitted; 2],
    lp: [Vec<f64>; 2],
    followed: Survival,
}

impl Pair<'_> {
    /// The new model against the old one at a time; without numbers where too few have the event by then or are followed
    /// beyond.
    fn at(&self, time: f64, spec: &Spec, watch: &dyn Watch) -> Result<Comparison, ReclassificationError> {
        let risk = |which: usize| -> Vec<f64> {
            self.models[which].survival_at(&self.lp[which], time).iter().map(|s| 1.0 - s).collect()
        };
        let is_enough = Status::at(&self.followed, time).is_enough();
        let bootstraps = if is_enough { spec.bootstraps } else { 0 };
        let method = ReclassificationSpec { time, cuts: spec.cuts.clone(), bootstraps, seed: spec.seed, level: 0.95 };
        let found = method.check()?.fit(&self.followed, &risk(0), &risk(1), watch)?;
        let limited = |of: Bounded| if is_enough { of.into() } else { Limited::NONE };
        Ok(Comparison {
            cohort: self.cohort.to_owned(),
            old: model::label(&self.models[0].model).to_owned(),
            time,
            n: self.followed.len(),
            up: found.up,
            down: found.down,
            nri_events: limited(found.nri_events),
            nri_nonevents: limited(found.nri_nonevents),
            nri: limited(found.nri),
            idi: limited(found.idi),
        })
    }
}

/// Compares the models.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let endpoint = data.endpoint_of(&spec.on)?;
    let fitted: Vec<Fitted> =
        spec.models.iter().map(|one| model::fit(data, one, &spec.on, spec.ties, watch)).collect::<Result<_, _>>()?;
    let (Some((new, olds)), false) = (fitted.split_last(), spec.times.is_empty()) else {
        return Err(AskError::Impossible("name models to compare and times to compare them at".to_owned()));
    };
    if olds.is_empty() {
        return Err(AskError::Impossible("one model alone reclassifies nobody: name a second".to_owned()));
    }
    let names = match &spec.on.cohort {
        Some(cohort) => vec![cohort.clone()],
        None => data.cohort.groups().levels.clone(),
    };
    let mut notes = vec![CONTESTED.to_owned()];
    let mut comparisons = Vec::new();
    for cohort in &names {
        let selected = data.select(&Selection { cohort: Some(cohort.clone()), ..spec.on.clone() })?;
        let survival = selected.survival.as_ref().ok_or_else(AskError::no_endpoint)?;
        let of_new = new.predict(data, &selected.rows)?;
        for old in olds {
            let of_old = old.predict(data, &selected.rows)?;
            let both: Vec<usize> =
                of_new.known.iter().copied().filter(|i| of_old.known.binary_search(i).is_ok()).collect();
            let lp = |of: &model::Predicted| -> Vec<f64> {
                both.iter().filter_map(|i| of.known.binary_search(i).ok()).map(|k| of.lp[k]).collect()
            };
            let pair =
                Pair { cohort, models: [old, new], lp: [lp(&of_old), lp(&of_new)], followed: survival.select(&both) };
            for &time in &spec.times {
                match pair.at(time, spec, watch) {
                    Ok(comparison) => {
                        let when = format!("{} {}", format::chosen(time), endpoint.unit.word());
                        let why = Status::at(&pair.followed, time).too_few(&when).map(|why| format!("{cohort}: {why}"));
                        notes.extend(why.filter(|why| !notes.contains(why)));
                        comparisons.push(comparison);
                    }
                    Err(why) => {
                        watch.step(0, 0)?;
                        notes.push(format!("{cohort}, {}: {why}", model::label(&old.model)));
                    }
                }
            }
        }
    }
    if comparisons.iter().any(Comparison::leaves_its_range) {
        notes.push(BEYOND.to_owned());
    }
    Ok(Answer {
        label: endpoint.label.clone(),
        unit: endpoint.unit,
        new: model::label(&new.model).to_owned(),
        cuts: spec.cuts.clone(),
        bootstraps: spec.bootstraps,
        comparisons,
        notes,
    })
}
