//! One set of covariates against every competing cause: Fine and Gray's model of its incidence, and the model of its
//! own hazard with the other causes censored. The first says who gets the event, the second whom it hits faster while at
//! risk; a reader of competing risks needs both (Latouche et al., J Clin Epidemiol 2013).

mod script;

use serde::Serialize;
use survival::cox::Ties;

use super::term::{Term, terms};
use super::{Options, designed, failed, survival_of};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::methods::covariates::Designed;
use crate::methods::cuminc::{self, Cause};
use figures::format;
use survival::competing_risks::CompetingRisks;
use survival::cox::CoxNote;
use survival::fine_gray::FineGraySpec;
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Of whom; the endpoint gives the times.
    pub on: Selection,
    /// The column that says how each patient ended.
    pub column: String,
    /// Its value for those without any event.
    pub censored: String,
    /// The covariates, as `analysis::covariates` reads them.
    pub covariates: Vec<String>,
    /// Ties of the cause-specific models; Fine and Gray's takes Breslow's.
    pub ties: Ties,
}

/// Two models a cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What the endpoint is called in print.
    pub label: String,
    /// The column of causes.
    pub column: String,
    /// Patients with all values known.
    pub n: usize,
    /// Patients left out.
    pub n_dropped: usize,
    /// Ties of the cause-specific models.
    pub ties: Ties,
    /// What the variables are called in print.
    #[serde(skip)]
    pub labels: Vec<(String, String)>,
    /// The causes in the order of their levels.
    pub causes: Vec<OfCause>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// The models of one cause; the terms of both are the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfCause {
    /// The cause.
    pub cause: Cause,
    /// Its events.
    pub events: usize,
    /// Hazard ratios of the subdistribution.
    pub subdistribution: Vec<Term>,
    /// Hazard ratios of the cause, the other causes censored.
    pub specific: Vec<Term>,
}

impl Answer {
    /// What a covariate is called in print.
    pub fn printed<'a>(&'a self, name: &'a str) -> &'a str {
        self.labels.iter().find(|(known, _)| known == name).map_or(name, |(_, label)| label)
    }
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "competing causes";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Fits both models of every cause.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let selected = data.select(&spec.on)?;
    let mut notes = selected.notes.clone();
    let options = Options::with_ties(spec.ties);
    let Designed { design, known, notes: of_design } = designed(data, &spec.covariates, &spec.on, &options, &selected)?;
    notes.extend(of_design);
    let rows: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
    let survival = survival_of(data, &spec.on, &selected)?.select(&known);
    if survival.entry().is_some() || survival.weights().is_some() {
        let message = "models of competing causes have neither late entry nor case weights here";
        return Err(AskError::Impossible(message.to_owned()));
    }
    let (names, codes) = cuminc::causes(data, &spec.column, &spec.censored, &rows)?;
    let risks = CompetingRisks::new(survival.time().to_vec(), codes).map_err(AskError::impossible)?;
    let method = options.method(data, &rows)?;
    let mut causes = Vec::with_capacity(names.len());
    for &code in risks.causes() {
        watch.step(causes.len(), names.len())?;
        let cause = names[code as usize - 1].clone();
        let fine_gray = FineGraySpec::of_cause(code).check().map_err(AskError::impossible)?;
        let incidence = fine_gray.fit(&risks, &design, watch).map_err(|e| failed(e, watch))?;
        let hazard = method.fit(&risks.specific(code), &design, watch).map_err(|e| failed(e, watch))?;
        // What both models say is said once.
        let said = |notes: &[CoxNote]| notes.iter().map(ToString::to_string).collect::<Vec<String>>();
        let (of_incidence, of_hazard) = (said(&incidence.notes), said(&hazard.notes));
        notes.extend(of_incidence.iter().map(|note| match of_hazard.contains(note) {
            true => format!("{cause}: {note}"),
            false => format!("{cause}, Fine-Gray: {note}"),
        }));
        let own = of_hazard.iter().filter(|note| !of_incidence.contains(note));
        notes.extend(own.map(|note| format!("{cause}, cause-specific: {note}")));
        causes.push(OfCause {
            cause,
            events: incidence.n_events,
            subdistribution: terms(design.terms(), &incidence.coefficients),
            specific: terms(design.terms(), &hazard.coefficients),
        });
    }
    let n_missing = selected.rows.len() - rows.len();
    if n_missing > 0 {
        notes.push(format!("{} left out because a value of the model is missing", format::patients_are(n_missing)));
    }
    Ok(Answer {
        label: data.endpoint_of(&spec.on)?.label.clone(),
        column: spec.column.clone(),
        n: rows.len(),
        n_dropped: selected.n_dropped + n_missing,
        ties: spec.ties,
        labels: data.cohort.frame().columns().map(|c| (c.name.clone(), c.label().to_owned())).collect(),
        causes,
        notes,
    })
}
