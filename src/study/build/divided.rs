//! From the tables to patients: what is computed and joined, who is enrolled, with which outcomes, in which cohort.

use std::collections::BTreeSet;

use tables::problem::{Problem, Severity};
use tables::{Category, Frame};

use super::sealed::{Person, Sealed};
use super::{derived, features, groups, joined};
use crate::study::columns;
use crate::study::endpoint::Endpoint;
use crate::study::enrolment::{EnrolmentFlow, enrol_seeing};
use crate::study::spec::{CriterionKind, Study};

/// The table before anybody is enrolled.
struct Screened {
    frame: Frame,
    ids: Vec<String>,
    features: Vec<String>,
}

/// Patients on their way to a cohort.
pub(super) struct Divided {
    pub frame: Frame,
    pub ids: Vec<String>,
    pub endpoints: Vec<Endpoint>,
    pub groups: Category,
    pub features: Vec<String>,
    pub flow: EnrolmentFlow,
    /// Everybody in the table, where nothing is withheld.
    pub people: Vec<Person>,
}

impl Study {
    /// The patients, enrolled and divided, without what is sealed.
    pub(super) fn divided(&self, sealed: &Sealed, problems: &mut Vec<Problem>) -> Option<Divided> {
        let Screened { frame, ids: all_ids, features } = self.screened(sealed, problems)?;
        let (rows, flow) = self.enrolled(&frame, &all_ids, sealed, problems);
        // Where something is sealed, everybody is where he was with all in sight.
        let drawn = if sealed.is_empty() { groups::drawn(self, &frame, &all_ids) } else { None };
        let mut people = if sealed.is_empty() { self.people(&frame, &all_ids) } else { Vec::new() };
        let frame = frame.select_rows(&rows);
        let ids: Vec<String> =
            if rows.len() == all_ids.len() { all_ids } else { rows.iter().map(|&i| all_ids[i].clone()).collect() };
        if ids.is_empty() {
            let message = "no patient is left after the criteria";
            problems
                .push(Problem::error(self.place("enrolment"), message).remedy("see which criterion costs how many"));
        }
        self.duplicates(&frame, &ids, problems);
        let endpoints = self.endpoints_of(&frame, &ids, sealed, problems);
        keep_the_worst(problems);
        let mut groups = groups::divide(self, &frame, &ids, &endpoints, problems);
        if let Some(drawn) = drawn {
            groups = Category::new(drawn.levels, rows.iter().map(|&i| drawn.codes[i]).collect());
            people.iter_mut().zip(&drawn.codes).for_each(|(person, code)| person.cohort = code.or(person.cohort));
        }
        if !sealed.is_empty() {
            // Those of a random split as they are with outcomes in sight, so that unsealing moves nobody.
            groups = sealed.groups(&frame);
        }
        for (&i, code) in rows.iter().zip(&groups.codes) {
            if let Some(person) = people.get_mut(i) {
                person.cohort = *code;
            }
        }
        Some(Divided { frame, ids, endpoints, groups, features, flow, people })
    }

    /// The table with all that is computed and joined before anybody is enrolled.
    fn screened(&self, sealed: &Sealed, problems: &mut Vec<Problem>) -> Option<Screened> {
        let (frame, found) = self.read_without(sealed);
        problems.extend(found);
        let mut frame = frame?;
        let late = self.learned_columns();
        // An id may be computed, and tables joined by it; other columns may be computed from those of joined tables.
        let of_id = self.derived.iter().position(|d| Some(&d.name) == self.id.as_ref()).map_or(0, |k| k + 1);
        derived::derive(self, &self.derived[..of_id], &late, &mut frame, problems);
        joined::join(self, sealed, &mut frame, problems);
        derived::derive(self, &self.derived[of_id..], &late, &mut frame, problems);
        sealed.empty(&mut frame);
        derived::refuse_early_use(self, &late, &frame, problems);
        columns::describe(self, &mut frame, &|name| !late.contains(&name), problems);
        let ids = self.ids(&frame, problems);
        let features = features::join(self, sealed, &mut frame, &ids, problems);
        Some(Screened { frame, ids, features })
    }

    /// The rows that the criteria leave, and the flow; criteria on outcomes see nothing of what is sealed.
    fn enrolled(
        &self,
        frame: &Frame,
        ids: &[String],
        sealed: &Sealed,
        problems: &mut Vec<Problem>,
    ) -> (Vec<usize>, EnrolmentFlow) {
        let place_of = |k: usize| {
            let key = if self.enrolment[k].kind == CriterionKind::Include { "include" } else { "exclude" };
            self.place(&format!("enrolment.{k}.{key}"))
        };
        let hidden = sealed.rows_of(frame);
        let on_outcomes = if sealed.is_empty() { Vec::new() } else { self.criteria_on_outcomes() };
        let is_hidden = |k: usize, i: usize| hidden[i] && on_outcomes.contains(&k);
        let (rows, flow, found) = enrol_seeing(frame, ids, &self.enrolment, &place_of, &is_hidden);
        problems.extend(found);
        (rows, flow)
    }

    /// Everybody in the table with the cohort, as far as it needs no draw, of a study in which something is to be sealed.
    fn people(&self, frame: &Frame, ids: &[String]) -> Vec<Person> {
        if self.seal.closed().next().is_none() {
            return Vec::new();
        }
        let everybody = groups::of_everybody(self, frame).into_iter().enumerate();
        everybody.map(|(i, cohort)| Person { row: frame.row_id(i).row, id: ids[i].clone(), cohort }).collect()
    }

    fn endpoints_of(
        &self,
        frame: &Frame,
        ids: &[String],
        sealed: &Sealed,
        problems: &mut Vec<Problem>,
    ) -> Vec<Endpoint> {
        let mut endpoints = Vec::new();
        for spec in &self.endpoints {
            let setting = |part: &str| self.place(&format!("endpoints.{}.{part}", spec.name));
            let (endpoint, found) = spec.build(frame, ids, &setting);
            problems.extend(found);
            endpoints.extend(endpoint.map(|mut endpoint| {
                sealed.empty_endpoint(&mut endpoint, frame);
                endpoint
            }));
        }
        endpoints
    }
}

/// A cell that an error names needs no warning any more.
fn keep_the_worst(problems: &mut Vec<Problem>) {
    let cell = |p: &Problem| Some((p.place.file.clone(), p.place.row?, p.place.field.clone()?));
    let errors: BTreeSet<_> = problems.iter().filter(|p| p.severity == Severity::Error).filter_map(cell).collect();
    problems.retain(|p| p.severity == Severity::Error || cell(p).is_none_or(|cell| !errors.contains(&cell)));
}
