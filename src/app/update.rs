//! The one place where the state changes.

use std::collections::HashSet;
use std::sync::Arc;

use super::action::{Action, Effect};
use super::extraction::{CaseState, Phase};
use super::log::Level;
use super::reading::FirstRows;
use super::state::{Change, State};
use crate::ask::{Dataset, FeatureTable};
use crate::jobs::News;
use crate::jobs::extraction::CaseNews;
use crate::methods::patients;
use crate::study::Reading;
use figures::format;

/// Applies an action; what the rim has to do comes back.
pub fn update(s: &mut State, action: Action) -> Option<Effect> {
    match action {
        Action::Open(pane) => {
            // The pane beside and the one with the focus are two.
            if s.beside == Some(pane) {
                s.beside = Some(s.pane());
            }
            s.visits.open(pane);
        }
        Action::Back => s.visits.back(),
        Action::Forward => s.visits.forward(),
        Action::Choose(what, choices) => {
            if *choices != s.choices {
                s.change = Change::begin(s, &what);
                let before = std::mem::replace(&mut s.choices, *choices);
                let n_before = counts_with(s, &before);
                s.log.say(Level::Done, changed(&what, n_before, s.counts()), s.now);
                s.history.record(what, before);
                return reread(s);
            }
        }
        Action::Undo => {
            let change = Change::begin(s, "undone");
            if let Some((what, before)) = s.history.undo(s.choices.clone()) {
                s.change = change.map(|change| change.called(format!("undone: {what}")));
                s.choices = s.fitting(before);
                s.log.say(Level::Done, format!("undone: {what}"), s.now);
                return reread(s);
            }
        }
        Action::Redo => {
            let change = Change::begin(s, "done again");
            if let Some((what, after)) = s.history.redo(s.choices.clone()) {
                s.change = change.map(|change| change.called(format!("done again: {what}")));
                s.choices = s.fitting(after);
                s.log.say(Level::Done, format!("done again: {what}"), s.now);
                return reread(s);
            }
        }
        Action::Say(level, text) => s.log.say(level, text, s.now),
        Action::Do(effect) => return Some(effect),
    }
    None
}

/// The study is read again where something is changed of it.
fn reread(s: &State) -> Option<Effect> {
    s.changed_study().map(|study| Effect::Reopen(Box::new(study)))
}

fn counts_with(s: &State, choices: &crate::plan::Choices) -> Option<(usize, usize)> {
    let mut probe = State::new(s.path.clone(), s.size);
    (probe.study, probe.data, probe.choices) = (s.study.clone(), s.data.clone(), choices.clone());
    probe.counts()
}

/// `filter age > 60: n 149 -> 87, events 60 -> 41`.
fn changed(what: &str, before: Option<(usize, usize)>, after: Option<(usize, usize)>) -> String {
    match (before, after) {
        (Some((a, e)), Some((b, f))) if a != b => {
            let [a, b, e, f] = [a, b, e, f].map(format::count);
            format!("{what}: n {a} → {b}, events {e} → {f}")
        }
        _ => what.to_owned(),
    }
}

/// Takes in news from background work; true if anything on screen may have changed.
pub fn hear(s: &mut State, news: News) -> bool {
    match news {
        // Several changes in a row are read one after the other: the last one counts.
        News::Opened(opened) if !opened.as_written && s.is_superseded(&opened) => false,
        News::Reading(Reading::First(frame)) => {
            s.reading.first = Some(FirstRows::of(&frame));
            true
        }
        News::Reading(Reading::Percent(percent)) => {
            s.reading.percent = Some(percent);
            true
        }
        News::Cases(cohort, cases) => {
            s.cases = Some((cohort, cases));
            false
        }
        News::Opened(opened) => {
            s.reading = Default::default();
            s.problems = opened.problems;
            s.study = opened.study;
            if opened.as_written {
                s.written.clone_from(&s.study);
                s.in_file.clone_from(&s.study);
            }
            s.data = opened.cohort.map(|cohort| {
                let sequences: Vec<String> =
                    s.study.iter().flat_map(|study| study.sequence_names()).map(str::to_owned).collect();
                let features = FeatureTable::new(cohort.len(), sequences);
                s.arriving = Arc::new(features);
                Arc::new(Dataset::new(cohort, Arc::clone(&s.arriving)))
            });
            s.distinct = s.data.as_ref().filter(|data| data.cohort.len() <= patients::MANY).and_then(|data| {
                let distinct = data.cohort.ids().iter().collect::<HashSet<_>>().len();
                (distinct < data.cohort.len()).then_some(distinct)
            });
            true
        }
        News::Answered { key, outcome } => {
            let changed = s.answers.settle(key, outcome);
            s.tell_change();
            changed
        }
        News::Case(case) => {
            hear_case(s, case);
            true
        }
        News::ExtractionEnded { cancelled } => {
            let phase = if cancelled { Phase::Cancelled } else { Phase::Finished };
            s.extraction.end(phase, s.now);
            share_features(s, true);
            let (total, failed) = (s.extraction.total(), s.extraction.failed());
            let level = if failed > 0 { Level::Warning } else { Level::Done };
            let done = s.extraction.settled() - failed;
            // What came from the cache is no news: it stands in the log.
            let is_news = cancelled || failed > 0 || s.extraction.cached() < total;
            let text = match (cancelled, failed) {
                (true, _) => format!("extraction stopped: {done} of {total} cases are done and kept"),
                (false, 0) => format!("extraction finished: {total} cases"),
                (false, _) => format!("extraction finished: {done} of {total} cases; {failed} failed, see Images"),
            };
            match is_news {
                true => s.log.say(level, text, s.now),
                false => s.log.note(level, text, s.now),
            }
            true
        }
        News::Said(outcome) => {
            match outcome {
                Ok(text) => s.log.say(Level::Done, text, s.now),
                Err(text) => s.log.say(Level::Error, text, s.now),
            }
            true
        }
    }
}

fn hear_case(s: &mut State, news: CaseNews) {
    match news {
        CaseNews::Started(id) => s.extraction.set(id, CaseState::Running),
        CaseNews::Failed { id, reason } => {
            s.log.note(Level::Error, reason.to_string(), s.now);
            s.extraction.set(id, CaseState::Failed(reason.to_string()));
        }
        CaseNews::Finished { id, features, cached, .. } => {
            let arriving = Arc::make_mut(&mut s.arriving);
            let fits = arriving.insert(id.patient, id.sequence, id.repeat.clone(), &features.names, features.values);
            let state = if fits {
                CaseState::Done { cached }
            } else {
                CaseState::Failed("its features are not those of the other cases".to_owned())
            };
            s.extraction.set(id, state);
            // What still arrives after a pause is the last for a while.
            let paused = s.extraction.phase == Phase::Paused;
            share_features(s, paused);
        }
    }
}

/// Lets the panes see the features that have arrived: whenever they have doubled, so that no model of them is worked
/// out for every few cases, when every patient has them, and at the end.
fn share_features(s: &mut State, at_end: bool) {
    let Some(data) = &s.data else { return };
    let (seen, arrived) = (data.features.n_cases(), s.arriving.n_cases());
    let doubled = arrived >= 2 * seen.max(s.extraction.total() / 20).max(1);
    let every = s.arriving.patients() * s.arriving.sequences().len();
    let whole = arrived == every && seen < every;
    // What comes from the cache comes at once: nobody needs a model of the first of it.
    let doubled = doubled && !s.is_reading_features();
    if (at_end || (doubled || whole) && s.answers.is_settled()) && s.arriving.revision() != data.features.revision() {
        s.data = Some(Arc::new(Dataset::new(Arc::clone(&data.cohort), Arc::clone(&s.arriving))));
    }
}
