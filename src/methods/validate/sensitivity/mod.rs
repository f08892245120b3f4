//! How much the models hang on choices that should not matter: the seed of the folds, the division into training and
//! internal validation, one patient.
//!
//! Every variation fits every step again. Of each stands its apparent C, its C in patients that it was not fitted to, how
//! many features it uses, and how many of them it shares with the fit to everybody (Jaccard's index, intersection over union).

mod answer;
pub mod document;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde::Serialize;
use survival::Survival;
use survival::stats::rng::Rng;
use survival::validation::{Prediction, Sample, judge};
use watch::{Task, Watch};

use answer::in_common;
pub use answer::{DesignOfSensitivity, InCohort, Influential, SensitivityAnswer, Spread, Variation, Varied};

use super::pipeline::{FittedStudy, StudyPipeline};
use super::prepared::Prepared;
use super::{Spec, Subjects};
use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::methods::lasso::FoldSpec;
use crate::methods::model;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// The pipeline; its design does not matter.
    pub of: Spec,
    /// Other seeds of the folds that choose the penalty, and other divisions, so many each; neither, nor a patient left out,
    /// where 0.
    pub n: usize,
    /// The cohort that is divided anew together with the training cohort, if there is one.
    pub divided: Option<String>,
}

impl Question for Sensitivity {
    type Answer = SensitivityAnswer;
    const NAME: &'static str = "sensitivity of the pipeline";

    fn on(&self) -> Option<&Selection> {
        self.of.on()
    }

    fn score(&self) -> Option<&crate::ask::ScoreOf> {
        self.of.score()
    }

    fn uses_features(&self) -> bool {
        true
    }

    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<SensitivityAnswer, AskError> {
        run(data, self, ask, watch)
    }
}

/// What one fit says of each model.
struct Tried {
    apparent: Vec<f64>,
    /// By cohort, by model.
    cohorts: Vec<Vec<f64>>,
    features: Vec<BTreeSet<usize>>,
}

/// Patients with known follow-up whom nothing is fitted to, by cohort.
struct Others {
    names: Vec<String>,
    rows: Vec<(Vec<usize>, Survival)>,
}

fn run(data: &Dataset, asked: &Sensitivity, ask: &dyn Ask, watch: &dyn Watch) -> Result<SensitivityAnswer, AskError> {
    let spec = &asked.of;
    let endpoint = data.endpoint_of(&spec.on)?;
    let mut notes = Vec::new();
    let prepared = Prepared::of_training(data, spec, ask, watch, &mut notes)?;
    let others = Others::of(data, spec, &prepared.subjects, None)?;
    let everybody: Vec<usize> = (0..prepared.subjects.len()).collect();
    let fit = |prepared: &Prepared, spec: &Spec, rows: &[usize], others: &Others| -> Result<Tried, String> {
        let pipeline = StudyPipeline::new(data, spec, &prepared.subjects, &prepared.parts, &[], String::new());
        let pipeline = pipeline.map_err(|error| error.to_string())?;
        let survival = prepared.survival.select(rows);
        let fitted = pipeline.fit_study(&Sample { rows, survival: &survival }, &Task(watch))?;
        let at: Vec<usize> = rows.iter().map(|i| prepared.subjects[*i]).collect();
        tried(&fitted, &at, &survival, others).map_err(|error| error.to_string())
    };
    let whole = fit(&prepared, spec, &everybody, &others).map_err(AskError::Impossible)?;
    let mut tries: Vec<(&str, Vec<Result<Tried, String>>)> = Vec::new();
    let total = 2 * asked.n + if asked.n > 0 { everybody.len() } else { 0 };
    let done = AtomicUsize::new(0);
    let counted = |outcome: Result<Tried, String>| -> Result<Result<Tried, String>, AskError> {
        watch.step(done.fetch_add(1, Ordering::Relaxed) + 1, total)?;
        Ok(outcome)
    };
    if asked.n > 0 && !spec.scores.is_empty() {
        // The parts of a pipeline are its scores with their seeds: each variation has parts of its own.
        let specs: Vec<Spec> = (1..=asked.n).map(|k| seeded(spec, k as u64)).collect();
        let own = specs.iter().map(|spec| Prepared::of_training(data, spec, ask, watch, &mut Vec::new()));
        let own: Vec<Prepared<'_>> = own.collect::<Result<_, _>>()?;
        let one = |k: usize| counted(fit(&own[k], &specs[k], &everybody, &others));
        tries.push(("seed", (0..asked.n).into_par_iter().map(one).collect::<Result<_, _>>()?));
    }
    if let (true, Some(second)) = (asked.n > 0, &asked.divided) {
        let pooled = pooled(data, spec, second, ask, watch)?;
        let outside = Others::of(data, spec, &pooled.subjects, Some(second))?;
        let size = prepared.subjects.len();
        let one = |k: usize| {
            let (inside, left) = divided(&pooled.survival, size, Rng::stream(spec.seed, k as u64));
            counted(divide_and_fit(&pooled, (&inside, &left), &outside, &|rows, others| {
                fit(&pooled, spec, rows, others)
            }))
        };
        tries.push(("division", (0..asked.n).into_par_iter().map(one).collect::<Result<_, _>>()?));
    }
    if asked.n > 0 {
        let one = |i: usize| {
            let rows: Vec<usize> = everybody.iter().copied().filter(|j| *j != i).collect();
            counted(fit(&prepared, spec, &rows, &others))
        };
        tries.push(("one left out", everybody.par_iter().map(|i| one(*i)).collect::<Result<_, _>>()?));
    }
    for (what, outcomes) in &tries {
        if let Some(why) = outcomes.iter().find_map(|outcome| outcome.as_ref().err()) {
            notes.push(format!("{what}: a fit that could not be made does not count: {why}"));
        }
    }
    let names: Vec<String> = prepared.parts.iter().flat_map(|part| part.input.names.clone()).collect();
    let of_model = |m: usize| {
        let spec = &spec.models[m];
        let own = |what: &str, all: &[&Tried], failed| varied(what, m, all, failed, &whole, &others.names);
        let mut variations = vec![own("fit", &[&whole], 0)];
        for (what, outcomes) in &tries {
            let made: Vec<&Tried> = outcomes.iter().flatten().collect();
            variations.push(own(what, &made, outcomes.len() - made.len()));
        }
        let left_out = tries.iter().find(|(what, _)| *what == "one left out").map(|(_, outcomes)| outcomes);
        let patient = left_out.and_then(|outcomes| influential(m, outcomes, &whole, data, &prepared.subjects));
        let features = whole.features[m].iter().map(|j| names[*j].clone()).collect();
        Varied { features, model: spec.name.clone(), label: model::label(spec).to_owned(), variations, patient }
    };
    Ok(SensitivityAnswer {
        design: DesignOfSensitivity { kind: "sensitivity", n: asked.n, seed: spec.seed },
        subjects: Subjects::new(endpoint, spec.training.as_ref(), &prepared.survival),
        models: (0..spec.models.len()).map(of_model).collect(),
        notes,
    })
}

/// The pipeline with other folds inside.
fn seeded(spec: &Spec, more: u64) -> Spec {
    let mut spec = spec.clone();
    for score in &mut spec.scores {
        if let FoldSpec::Random { seed, .. } = &mut score.spec.folds {
            *seed = seed.wrapping_add(more);
        }
    }
    spec
}

/// The training cohort and the second one as one.
fn pooled<'a>(
    data: &'a Dataset,
    spec: &'a Spec,
    second: &str,
    ask: &dyn Ask,
    watch: &dyn Watch,
) -> Result<Prepared<'a>, AskError> {
    let first = spec.training.as_deref().unwrap_or_default();
    Prepared::of_cohorts(data, spec, Some(format!("{first},{second}")), ask, watch, &mut Vec::new())
}

/// So many of the subjects at random, with their share of the events; and the others.
fn divided(survival: &Survival, size: usize, mut rng: Rng) -> (Vec<usize>, Vec<usize>) {
    let n = survival.time().len();
    let (mut inside, mut left) = (Vec::new(), Vec::new());
    let events = survival.n_events();
    let of_events = (events * size + n / 2) / n;
    for (happened, take) in [(true, of_events), (false, size - of_events.min(size))] {
        let mut all: Vec<usize> = (0..n).filter(|i| survival.event()[*i] == happened).collect();
        rng.shuffle(&mut all);
        let take = take.min(all.len());
        inside.extend(&all[..take]);
        left.extend(&all[take..]);
    }
    inside.sort_unstable();
    left.sort_unstable();
    (inside, left)
}

/// A fit to some subjects, judged in the others.
type Fit<'f> = dyn Fn(&[usize], &Others) -> Result<Tried, String> + 'f;

/// A fit to those inside, judged in those left as in a cohort of its own.
fn divide_and_fit(
    pooled: &Prepared<'_>,
    (inside, left): (&[usize], &[usize]),
    outside: &Others,
    fit: &Fit<'_>,
) -> Result<Tried, String> {
    let at: Vec<usize> = left.iter().map(|i| pooled.subjects[*i]).collect();
    let mut others = Others { names: outside.names.clone(), rows: outside.rows.clone() };
    // The second cohort stands first among the others.
    if let Some(own) = others.rows.first_mut() {
        *own = (at, pooled.survival.select(left));
    }
    fit(inside, &others)
}

impl Others {
    /// Every cohort without one of `subjects`; with a cohort that is `divided`, that one first, for whoever is left of it.
    fn of(data: &Dataset, spec: &Spec, subjects: &[usize], divided: Option<&str>) -> Result<Self, AskError> {
        let mut others = Self { names: Vec::new(), rows: Vec::new() };
        for name in &data.cohort.groups().levels {
            let on = Selection { cohort: Some(name.clone()), ..spec.on.clone() };
            let selected = match data.select(&on) {
                Ok(selected) => selected,
                Err(AskError::Impossible(_)) => continue,
                Err(error) => return Err(error),
            };
            let takes_part = selected.rows.iter().any(|row| subjects.binary_search(row).is_ok());
            let Some(survival) = selected.survival else { continue };
            if divided == Some(name.as_str()) {
                others.names.insert(0, name.clone());
                others.rows.insert(0, (Vec::new(), survival));
            } else if !takes_part {
                others.names.push(name.clone());
                others.rows.push((selected.rows, survival));
            }
        }
        Ok(others)
    }
}

fn tried(fitted: &FittedStudy, at: &[usize], survival: &Survival, others: &Others) -> Result<Tried, AskError> {
    let c = |rows: &[usize], survival: &Survival| -> Result<Vec<f64>, AskError> {
        let one = |prediction: &Prediction| {
            let known: Vec<usize> = (0..rows.len()).filter(|i| !prediction.score[*i].is_nan()).collect();
            judge(&survival.select(&known), &prediction.rows(&known), &[], None).c.value
        };
        Ok(fitted.predict(rows, &[])?.iter().map(one).collect())
    };
    Ok(Tried {
        apparent: c(at, survival)?,
        cohorts: others.rows.iter().map(|(rows, survival)| c(rows, survival)).collect::<Result<_, _>>()?,
        features: fitted.selected().iter().map(|used| used.iter().copied().collect()).collect(),
    })
}

fn varied(what: &str, m: usize, all: &[&Tried], failed: usize, whole: &Tried, names: &[String]) -> Variation {
    let overlap = |t: &&Tried| in_common(&t.features[m], &whole.features[m]);
    let cohort = |(k, name): (usize, &String)| InCohort {
        cohort: name.clone(),
        c: Spread::of(all.iter().filter_map(|t| Some(*t.cohorts.get(k)?.get(m)?))),
    };
    Variation {
        what: what.to_owned(),
        fits: all.len(),
        failed,
        apparent: Spread::of(all.iter().map(|t| t.apparent[m])),
        cohorts: names.iter().enumerate().map(cohort).collect(),
        size: Spread::of(all.iter().map(|t| t.features[m].len() as f64)),
        overlap: Spread::of(all.iter().map(overlap)),
    }
}

/// The patient without whom C changes most: in the last of the other cohorts, else in the fit.
fn influential(
    m: usize,
    outcomes: &[Result<Tried, String>],
    whole: &Tried,
    data: &Dataset,
    subjects: &[usize],
) -> Option<Influential> {
    let c = |t: &Tried| t.cohorts.last().map_or(t.apparent[m], |of| of[m]);
    let before = c(whole);
    let changes = outcomes.iter().enumerate().filter_map(|(i, t)| Some((i, c(t.as_ref().ok()?) - before)));
    let (i, change) =
        changes.filter(|(_, x)| !x.is_nan()).max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0)))?;
    Some(Influential { id: data.cohort.ids()[subjects[i]].clone(), change })
}
