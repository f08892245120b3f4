//! What is withheld of a study with sealed cohorts: the outcomes of their patients, wherever they stand.
//!
//! Who is in a sealed cohort is found by building the cohorts once with everything in sight, for a random split may share
//! out events evenly. Then the tables are read again, in which the cells of those patients in every column that tells of
//! an outcome are taken for empty before types are guessed and problems listed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use tables::problem::{Place, Problem};
use tables::{Category, Frame, Withheld};

use super::set;
use crate::study::endpoint::Endpoint;
use crate::study::spec::{JoinedSpec, Study};

/// What is withheld; nothing by default.
#[derive(Debug, Clone, Default)]
pub(super) struct Sealed {
    /// The cohorts that are sealed still.
    pub cohorts: Vec<String>,
    /// Columns that tell of outcomes.
    pub columns: BTreeSet<String>,
    /// Rows of the clinical table.
    pub rows: BTreeSet<u32>,
    /// The patients of these rows.
    ids: HashSet<String>,
    /// The cohort of every row that has one, with everything in sight.
    groups: BTreeMap<u32, u32>,
    levels: Vec<String>,
}

/// A row of the clinical table before criteria are applied.
pub(super) struct Person {
    pub row: u32,
    pub id: String,
    /// The cohort, as far as it is known of patients who are not enrolled.
    pub cohort: Option<u32>,
}

impl Sealed {
    /// What is withheld where these are the patients and `levels` the cohorts.
    pub fn of(study: &Study, people: &[Person], levels: &[String]) -> Self {
        let closed: Vec<String> = study.seal.closed().map(str::to_owned).collect();
        // A name that is no cohort may be a slip for any of them.
        let all = closed.iter().any(|name| !levels.contains(name));
        let is_sealed = |code: Option<u32>| match code {
            Some(code) => all || closed.contains(&levels[code as usize]),
            None => true,
        };
        let sealed: Vec<&Person> = people.iter().filter(|p| is_sealed(p.cohort)).collect();
        Self {
            columns: study.outcome_columns(),
            rows: sealed.iter().map(|p| p.row).collect(),
            ids: sealed.iter().map(|p| p.id.clone()).collect(),
            groups: people.iter().filter_map(|p| Some((p.row, p.cohort?))).collect(),
            levels: levels.to_vec(),
            cohorts: closed,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What is withheld of the clinical table.
    pub fn of_table(&self) -> Withheld {
        Withheld { columns: self.columns.clone(), rows: self.rows.clone() }
    }

    /// What is withheld of another table, whose columns have a prefix in the study.
    pub fn of_joined(&self, spec: &JoinedSpec, table: &Frame, id: &str) -> Withheld {
        let meant = |name: &&str| {
            let own = format!("{}{name}", spec.prefix);
            // A column of several visits has their names behind its own.
            let is_own = |outcome: &String| {
                outcome.strip_prefix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
            };
            *name != id && self.columns.iter().any(|outcome| is_own(outcome) || outcome == name)
        };
        Withheld { columns: table.names().filter(meant).map(str::to_owned).collect(), rows: self.rows_in(table, id) }
    }

    /// What is withheld of a table of features.
    pub fn of_features(&self, table: &Frame, id: &str) -> Withheld {
        Withheld { columns: self.columns.clone(), rows: self.rows_in(table, id) }
    }

    fn rows_in(&self, table: &Frame, id: &str) -> BTreeSet<u32> {
        let Some(keys) = table.get(id) else { return BTreeSet::new() };
        let is_sealed = |i: &usize| keys.values.text(*i).is_some_and(|key| self.ids.contains(&key));
        (0..table.len()).filter(is_sealed).map(|i| table.row_id(i).row).collect()
    }

    /// Which rows of `frame` are sealed.
    pub fn rows_of(&self, frame: &Frame) -> Vec<bool> {
        (0..frame.len()).map(|i| self.rows.contains(&frame.row_id(i).row)).collect()
    }

    /// Empties the columns of `frame` that were computed from others: what is not known may have been computed to be no
    /// event.
    pub fn empty(&self, frame: &mut Frame) {
        if self.is_empty() {
            return;
        }
        let gone = self.rows_of(frame);
        for name in &self.columns {
            if let Some(mut column) = frame.get(name).cloned() {
                column.values.empty(&gone);
                set(frame, column);
            }
        }
    }

    /// The cohorts with everything in sight, of the patients of `frame`.
    pub fn groups(&self, frame: &Frame) -> Category {
        let code = |i: usize| self.groups.get(&frame.row_id(i).row).copied();
        Category::new(self.levels.clone(), (0..frame.len()).map(code).collect())
    }

    /// Takes the outcomes of sealed patients out of an endpoint: one with nothing but a date of cut-off would have them
    /// followed until then.
    pub fn empty_endpoint(&self, endpoint: &mut Endpoint, frame: &Frame) {
        if self.is_empty() {
            return;
        }
        let gone = self.rows_of(frame);
        for i in (0..frame.len()).filter(|&i| gone[i]) {
            (endpoint.time[i], endpoint.event[i]) = (f64::NAN, None);
        }
        endpoint.recount(&gone);
        endpoint.notes.push(self.said());
    }

    /// `outcomes of external are sealed: ..`
    pub fn said(&self) -> String {
        format!("outcomes of {} are sealed and not looked at until `riskset unseal`", self.cohorts.join(" and "))
    }

    /// What is sealed, said; names that are no cohorts, criteria that look at what is sealed.
    pub fn check(&self, study: &Study, groups: &Category, problems: &mut Vec<Problem>) {
        let known = groups.levels.join(", ");
        let recorded = study.seal.unsealed.iter().map(|u| ("unsealed", &u.cohort));
        let named = study.seal.cohorts.iter().map(|name| ("cohorts.sealed", name)).chain(recorded);
        for (key, name) in named.filter(|(_, name)| !groups.levels.contains(name)) {
            let problem = Problem::error(study.place(key), format!("no cohort is called {name}"));
            problems.push(problem.remedy(format!("the study has {known}")));
        }
        let first = groups.levels.first().map(String::as_str);
        if study.seal.closed().any(|name| Some(name) == first) {
            let message = "the cohort in which models are built is sealed, so that none can be built";
            problems.push(Problem::error(study.place("cohorts.sealed"), message).remedy("seal cohorts of validation"));
        }
        if self.is_empty() {
            return;
        }
        problems.push(self.note(study.place("cohorts.sealed"), groups.codes.len()));
        for k in study.criteria_on_outcomes() {
            let message = format!(
                "criterion {} looks at outcomes, which are sealed for {}: their patients cannot be judged by it and are left \
                 out until `riskset unseal`",
                study.enrolment[k].name,
                self.cohorts.join(" and ")
            );
            problems.push(Problem::warning(study.place(&format!("enrolment.{k}")), message));
        }
    }

    /// What is withheld, for the list of problems.
    fn note(&self, place: Place, enrolled: usize) -> Problem {
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let message = format!(
            "outcomes of {} are sealed: withheld of its patients ({enrolled} are enrolled in all cohorts) {} {}",
            self.cohorts.join(" and "),
            if columns.len() == 1 { "is" } else { "are" },
            columns.join(", ")
        );
        let remedy =
            "sealed_columns names further columns that tell of outcomes, open_columns those that tell nothing of them";
        Problem::note(place, message).remedy(remedy)
    }
}

impl Study {
    /// Columns that tell of outcomes: those that endpoints are computed from, and those computed from them.
    ///
    /// The day from which time is counted tells nothing of how it ended, unless another endpoint ends there.
    pub(in crate::study) fn outcome_columns(&self) -> BTreeSet<String> {
        let open = |name: &str| {
            self.id.as_deref() == Some(name)
                || self.seal.open.iter().any(|open| open == name)
                || self.cohorts.columns().contains(&name)
        };
        let ends = self.endpoints.iter().flat_map(|e| {
            let origin = e.source.origin();
            e.columns().into_iter().filter(move |name| Some(*name) != origin)
        });
        let mut told: BTreeSet<String> =
            ends.chain(self.seal.columns.iter().map(String::as_str)).map(str::to_owned).collect();
        told.retain(|name| !open(name));
        // A column that an endpoint uses may be computed itself: then what it is computed from tells as much.
        let origins: Vec<&str> = self.endpoints.iter().filter_map(|e| e.source.origin()).collect();
        let ends = told.clone();
        for derived in self.derived.iter().rev().filter(|d| !self.seal.columns.contains(&d.name)) {
            if told.contains(&derived.name) {
                let names = derived.expression.names().into_iter();
                let is_new = |name: &&str| !open(name) && (ends.contains(*name) || !origins.contains(name));
                told.extend(names.filter(is_new).map(str::to_owned));
            }
        }
        // What is computed from them tells of them; each column uses those before it alone.
        for derived in &self.derived {
            if !open(&derived.name) && derived.expression.names().iter().any(|name| told.contains(*name)) {
                told.insert(derived.name.clone());
            }
        }
        told
    }

    /// Criteria that look at a column that tells of outcomes.
    pub fn criteria_on_outcomes(&self) -> Vec<usize> {
        let told = self.outcome_columns();
        let looks = |k: &usize| self.enrolment[*k].condition.names().iter().any(|name| told.contains(*name));
        (0..self.enrolment.len()).filter(looks).collect()
    }
}
