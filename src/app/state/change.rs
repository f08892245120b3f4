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
    /// Whether features were still arriving: what is of the patients before cannot be known then, should they be others now.
    was_partial: bool,
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
        let (was_partial, counts) = (state.extraction.is_running(), state.counts());
        Some(Self { what: what.to_owned(), choices, study, counts, data, was_partial, told: false })
    }

    /// The same under another name.
    #[must_use]
    pub fn called(self, what: String) -> Self {
        Self { what, ..self }
    }

    fn plan<'a>(&'a self, data: &'a Dataset) -> Plan<'a> {
        Plan { study: &self.study, data, choices: &self.choices }
    }

    /// The patients before with all features that are known of them by now; none where those never all arrived.
    fn data_before<'a>(&'a self, now: &'a Arc<Dataset>) -> Option<&'a Arc<Dataset>> {
        match Arc::ptr_eq(&self.data.cohort, &now.cohort) {
            true => Some(now),
            false => Some(&self.data).filter(|_| !self.was_partial),
        }
    }
}

impl State {
    /// The models before and after the last choice, each with the patients that it is of: asked for where they are others,
    /// and patients are not so many that nobody waits for a model.
    pub fn asks_of_change(&self) -> Vec<(Wish, Arc<Dataset>)> {
        let (Some(change), Some(plan), Some(data)) = (&self.change, self.plan(), &self.data) else { return Vec::new() };
        // While the changed study is read, the patients are those of before.
        if data.cohort.len() > patients::MANY || self.changed_study().is_some() || self.is_reading_features() {
            return Vec::new();
        }
        let Some(data_before) = change.data_before(data) else { return Vec::new() };
        let plan_before = change.plan(data_before);
        let (before, after) = (plan_before.cox(), plan.cox());
        if before == after && Arc::ptr_eq(&change.data.cohort, &data.cohort) {
            return Vec::new();
        }
        let mut wishes = vec![(BEFORE.wants(before), Arc::clone(data_before)), (AFTER.wants(after), Arc::clone(data))];
        let judged = (plan_before.discrimination(), plan.discrimination());
        wishes.extend(judged.0.map(|spec| (AUC_BEFORE.wants(spec), Arc::clone(data_before))));
        wishes.extend(judged.1.map(|spec| (AUC_AFTER.wants(spec), Arc::clone(data))));
        wishes
    }

    /// Whether the last choice was made while features were arriving for patients who are others now: what the model was
    /// before it was never known.
    pub fn was_before_unknown(&self) -> bool {
        self.change.as_ref().zip(self.data.as_ref()).is_some_and(|(change, now)| change.data_before(now).is_none())
    }

    /// The models before and after, once both are known.
    pub fn models_of_change(&self) -> Option<Pair<&cox::Answer>> {
        // What is asked of thousands of columns takes its time: at first whether there are answers at all.
        let is_ready = |slot| matches!(self.answers.status(slot), Status::Ready(_));
        if !is_ready(BEFORE) || !is_ready(AFTER) {
            return None;
        }
        // Answers of an earlier choice, or of fewer features, are none of this one.
        let asked = self.asks_of_change();
        if asked.is_empty() || !asked.iter().take(2).all(|(wish, data)| self.answers.shows(wish, data)) {
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
        if !is_asked || status.iter().any(under_way) || self.asks_of_change().is_empty() {
            return None;
        }
        Some([AUC_BEFORE, AUC_AFTER].map(|slot| self.answers.get(slot).copied()))
    }

    /// Says what came of the last choice, once, as soon as it is known.
    pub fn tell_change(&mut self) {
        let Some(change) = self.change.as_ref().filter(|change| !change.told && !self.is_selecting()) else { return };
        let counts = change.counts.zip(self.counts()).map(|(before, now)| [before, now]);
        let so_far = self.extraction.is_running();
        let many = self.data.as_ref().is_some_and(|data| data.cohort.len() > patients::MANY);
        let Some(mut wordings) = (match self.models_of_change().zip(self.plan()) {
            Some((pair, plan)) => {
                Some(in_words(&change.what, counts, &moved(pair, &|term| plan.printed(term)), so_far))
            }
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

/// A hazard ratio before and after.
struct Ratio {
    /// What its term is called.
    name: String,
    /// The same in brief, where that names no other.
    brief: Option<String>,
    /// `1.02 → 1.03`.
    change: String,
}

/// How the joint model moved.
struct Moved {
    /// `C 0.64 → 0.66`.
    c: Option<String>,
    /// The hazard ratio that changed most.
    hr: Option<Ratio>,
    /// What else is to be said.
    said: Option<&'static str>,
}

/// What a choice changed: whole, and shorter for narrow screens.
///
/// While features are being extracted, `so_far`, the models are of those that there are.
fn in_words(what: &str, counts: Option<Pair<(usize, usize)>>, moved: &Moved, so_far: bool) -> Vec<String> {
    let ratio = |name: &String, hr: &Ratio| format!("HR of {name} {}", hr.change);
    let long = moved.hr.as_ref().map(|hr| ratio(&hr.name, hr));
    let brief = moved.hr.as_ref().and_then(|hr| Some(ratio(hr.brief.as_ref()?, hr)));
    let said = |events: bool, c: bool, hr: &Option<String>| {
        let more = moved.c.iter().filter(|_| c).chain(hr).cloned().chain(moved.said.map(str::to_owned));
        let so_far = so_far.then(|| "of the features so far".to_owned());
        counted(counts, events).into_iter().chain(more).chain(so_far).collect::<Vec<_>>().join(", ")
    };
    let whole = said(true, true, &long);
    let mut wordings = vec![format!("{what}: {whole}; W shows all"), format!("{whole}; W shows all"), whole];
    wordings.push(said(false, true, &long));
    wordings.extend(brief.is_some().then(|| said(false, true, &brief)));
    wordings.push(said(false, false, &long));
    wordings.extend(brief.is_some().then(|| said(false, false, &brief)));
    wordings.push(said(false, true, &None));
    wordings
}

/// `n 227 → 133` and, if wanted, `events 164 → 104`; nothing where they are the same.
fn counted(counts: Option<Pair<(usize, usize)>>, events: bool) -> Vec<String> {
    let Some([before, now]) = counts.filter(|[before, now]| before != now) else { return Vec::new() };
    let [a, b, e, f] = [before.0, now.0, before.1, now.1].map(format::count);
    let events = events.then(|| format!("events {e} → {f}"));
    std::iter::once(format!("n {a} → {b}")).chain(events).collect()
}

/// The term's name in words that fit a narrow screen, `ECOG: 2-3` of `ECOG performance status: 2-3`, where no other term
/// could be meant by them.
fn in_brief(name: &str, others: &[String]) -> Option<String> {
    const WIDEST: usize = 16;
    let parts = |name: &'_ str| {
        name.split_once(": ")
            .map_or_else(|| (name.to_owned(), String::new()), |(a, b)| (a.to_owned(), format!(": {b}")))
    };
    let (label, level) = parts(name);
    let room = WIDEST.saturating_sub(format::width(&level));
    let ends = label.match_indices([' ', ',']).map(|(at, _)| at).chain([label.len()]);
    let brief = ends.take_while(|end| format::width(&label[..*end]) <= room).last().map(|end| &label[..end])?;
    let is_meant = |other: &String| other.starts_with(brief) && parts(other).1 == level;
    (!others.iter().any(is_meant)).then(|| format!("{brief}{level}"))
}

/// Concordance, and the hazard ratio that changed most, of the term as `printed`.
fn moved(pair: Pair<&cox::Answer>, printed: &dyn Fn(&str) -> String) -> Moved {
    let [Some(a), Some(b)] = pair.map(|answer| answer.joint.as_ref()) else {
        return Moved { c: None, hr: None, said: Some("no joint Cox model on one side") };
    };
    let two = |a: f64, b: f64| format!("{} → {}", format::fixed(a, 2), format::fixed(b, 2));
    let c = a.concordance.as_ref().zip(b.concordance.as_ref()).map(|(a, b)| format!("C {}", two(a.c, b.c)));
    let both = a.terms.iter().filter_map(|term| {
        let other = b.terms.iter().find(|other| other.term == term.term)?;
        Some((&term.term, term.hr?, other.hr?))
    });
    let by = |(_, a, b): &(&String, f64, f64)| (b.ln() - a.ln()).abs();
    let hr = both.max_by(|x, y| by(x).total_cmp(&by(y))).map(|(term, before, after)| {
        let name = printed(term);
        let all = a.terms.iter().chain(&b.terms).filter(|other| other.term != *term);
        let others: Vec<String> = all.map(|other| printed(&other.term)).collect();
        let brief = in_brief(&name, &others);
        Ratio { name, brief, change: two(before, after) }
    });
    let said = (c.is_none() && hr.is_none()).then_some("other variables in the joint Cox model");
    Moved { c, hr, said }
}
