//! What a choice changed: patients, events, and the joint Cox model before and after.

use std::sync::Arc;

use super::State;
use crate::app::answers::{Slot, Status, Wish};
use crate::app::log::Level;
use crate::ask::Dataset;
use crate::methods::{cox, patients};
use crate::plan::{Choices, Plan};
use crate::study::Study;
use figures::format;

const BEFORE: Slot<cox::Spec> = Slot::new("before the change");
const AFTER: Slot<cox::Spec> = Slot::new("after the change");
const AUC_BEFORE: Slot<cox::discrimination::Spec> = Slot::new("AUC before the change");
const AUC_AFTER: Slot<cox::discrimination::Spec> = Slot::new("AUC after the change");

/// The last choice that changed patients or model.
#[derive(Debug, Clone)]
pub struct Change {
    /// What was chosen.
    pub what: String,
    /// The choices before.
    choices: Choices,
    study: Arc<Study>,
    /// Patients and events before.
    pub counts: Option<(usize, usize)>,
    /// The patients before.
    pub data: Arc<Dataset>,
    /// Whether its outcome was told.
    told: bool,
}

/// The same figure before and after.
pub type Pair<T> = [T; 2];

impl Change {
    /// The choice `what`, made in this state before it is changed.
    pub fn begin(state: &State, what: &str) -> Option<Self> {
        let (study, data) = (state.study.clone()?, state.data.clone()?);
        let choices = state.choices.clone();
        Some(Self { what: what.to_owned(), choices, study, counts: state.counts(), data, told: false })
    }

    /// The same under another name.
    #[must_use]
    pub fn called(self, what: String) -> Self {
        Self { what, ..self }
    }

    fn plan(&self) -> Plan<'_> {
        Plan { study: &self.study, data: &self.data, choices: &self.choices }
    }
}

impl State {
    /// The models before and after the last choice, each with the patients that it is of: asked for where they are others,
    /// and patients are not so many that nobody waits for a model.
    pub fn asks_of_change(&self) -> Vec<(Wish, Arc<Dataset>)> {
        let (Some(change), Some(plan), Some(data)) = (&self.change, self.plan(), &self.data) else { return Vec::new() };
        // While the changed study is read, the patients are those of before.
        if data.cohort.len() > patients::MANY || self.changed_study().is_some() {
            return Vec::new();
        }
        let (before, after) = (change.plan().cox(), plan.cox());
        if before == after && Arc::ptr_eq(&change.data.cohort, &data.cohort) {
            return Vec::new();
        }
        let mut wishes = vec![(BEFORE.wants(before), Arc::clone(&change.data)), (AFTER.wants(after), Arc::clone(data))];
        let judged = (change.plan().discrimination(), plan.discrimination());
        wishes.extend(judged.0.map(|spec| (AUC_BEFORE.wants(spec), Arc::clone(&change.data))));
        wishes.extend(judged.1.map(|spec| (AUC_AFTER.wants(spec), Arc::clone(data))));
        wishes
    }

    /// The models before and after, once both are known.
    pub fn models_of_change(&self) -> Option<Pair<&cox::Answer>> {
        let ready = |slot| matches!(self.answers.status(slot), Status::Ready(_));
        if self.asks_of_change().is_empty() || !ready(BEFORE) || !ready(AFTER) {
            return None;
        }
        Some([self.answers.get(BEFORE)?, self.answers.get(AFTER)?])
    }

    /// The joint model's AUC at the study's first time before and after, each as far as there is one; none where the study
    /// names no times, or while it is worked out.
    pub fn auc_of_change(&self) -> Option<Pair<Option<cox::discrimination::Answer>>> {
        let status = [AUC_BEFORE, AUC_AFTER].map(|slot| self.answers.status(slot));
        let under_way = |status: &Status| matches!(status, Status::Running(_) | Status::Stale(..));
        let is_asked = self.plan().is_some_and(|plan| plan.discrimination().is_some());
        if !is_asked || self.asks_of_change().is_empty() || status.iter().any(under_way) {
            return None;
        }
        Some([AUC_BEFORE, AUC_AFTER].map(|slot| self.answers.get(slot).copied()))
    }

    /// Says what came of the last choice, once, as soon as it is known.
    pub fn tell_change(&mut self) {
        let Some(change) = self.change.as_ref().filter(|change| !change.told && !self.is_selecting()) else { return };
        let counts = change.counts.zip(self.counts()).map(|(before, now)| [before, now]);
        let many = self.data.as_ref().is_some_and(|data| data.cohort.len() > patients::MANY);
        let Some(mut wordings) = (match self.models_of_change() {
            Some(pair) => Some(in_words(&change.what, counts, pair)),
            // Nobody waits for a model of so many.
            None if many && counts.is_some_and(|[before, now]| before != now) => {
                let counts = counted(counts, true).join(", ");
                let whole = format!("{}: {counts}", change.what);
                Some(vec![whole, counts])
            }
            None => None,
        }) else {
            return;
        };
        if let Some(change) = &mut self.change {
            change.told = true;
        }
        let whole = wordings.remove(0);
        self.log.say_briefly(Level::Done, whole, wordings, self.now);
    }
}

/// What a choice changed: whole, and shorter for narrow screens.
fn in_words(what: &str, counts: Option<Pair<(usize, usize)>>, pair: Pair<&cox::Answer>) -> Vec<String> {
    let said = |events: bool, named: bool| {
        counted(counts, events).into_iter().chain(said(pair, named)).collect::<Vec<_>>().join(", ")
    };
    let whole = said(true, true);
    vec![
        format!("{what}: {whole}; W shows all"),
        format!("{whole}; W shows all"),
        whole,
        said(true, false),
        said(false, false),
    ]
}

/// `n 227 → 133` and, if wanted, `events 164 → 104`; nothing where they are the same.
fn counted(counts: Option<Pair<(usize, usize)>>, events: bool) -> Vec<String> {
    let Some([before, now]) = counts.filter(|[before, now]| before != now) else { return Vec::new() };
    let [a, b, e, f] = [before.0, now.0, before.1, now.1].map(format::count);
    let events = events.then(|| format!("events {e} → {f}"));
    std::iter::once(format!("n {a} → {b}")).chain(events).collect()
}

/// `C 0.64 → 0.66` and `HR of Age 1.02 → 1.03`: of the joint model, with the term that changed most, named if wanted.
fn said(pair: Pair<&cox::Answer>, named: bool) -> Vec<String> {
    let [Some(a), Some(b)] = pair.map(|answer| answer.joint.as_ref()) else {
        return vec!["no joint Cox model on one side".to_owned()];
    };
    let two = |a: f64, b: f64| format!("{} → {}", format::fixed(a, 2), format::fixed(b, 2));
    let mut parts = Vec::new();
    if let (Some(a), Some(b)) = (&a.concordance, &b.concordance) {
        parts.push(format!("C {}", two(a.c, b.c)));
    }
    let both = a.terms.iter().filter_map(|term| {
        let other = b.terms.iter().find(|other| other.term == term.term)?;
        Some((term.term.clone(), term.hr?, other.hr?))
    });
    let moved = |(_, a, b): &(String, f64, f64)| (b.ln() - a.ln()).abs();
    if let Some((term, a, b)) = both.max_by(|x, y| moved(x).total_cmp(&moved(y))) {
        let of = if named { format!(" of {term}") } else { String::new() };
        parts.push(format!("HR{of} {}", two(a, b)));
    }
    match parts.is_empty() {
        true => vec!["other variables in the joint Cox model".to_owned()],
        false => parts,
    }
}
