//! Concordance of a score with follow-up.

use serde::{Deserialize, Serialize};

use super::score::{Scored, scored};
use super::{AnalysisError, Dataset, Selection};
use crate::survival::Survival;
use crate::survival::concordance::{self, ConcordanceSpec, TimeWeight};

/// How pairs are weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Every comparable pair counts the same.
    #[default]
    Harrell,
    /// By the inverse probability of being uncensored: does not depend on the censoring.
    Uno,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The column of scores.
    pub score: String,
    /// Whether a higher score means a longer life; by default it means a higher risk.
    pub higher_is_better: bool,
    /// How pairs are weighted.
    pub method: Method,
    /// Events later than this do not count.
    pub tau: Option<f64>,
}

/// A concordance.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Concordance {
    pub c: f64,
    pub se: f64,
    pub lower: f64,
    pub upper: f64,
    /// Weight of the pairs in which the higher score has the earlier event.
    pub concordant: f64,
    pub discordant: f64,
    /// Weight of the pairs with equal scores; they count one half.
    pub tied_risk: f64,
    /// Pairs of events at one time; they do not count.
    pub tied_time: f64,
    /// Such pairs with equal scores.
    pub tied_both: f64,
    pub method: Method,
    pub tau: Option<f64>,
    pub n: usize,
    pub events: usize,
}

/// The concordance of one score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The column.
    pub score: String,
    /// Whether a higher score was taken to mean a longer life.
    pub higher_is_better: bool,
    /// The endpoint.
    pub endpoint: String,
    /// The concordance.
    #[serde(flatten)]
    pub concordance: Concordance,
    /// Patients left out.
    pub n_dropped: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

impl Method {
    /// `Harrell's C` or `Uno's C`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Harrell => "Harrell's C",
            Self::Uno => "Uno's C",
        }
    }

    /// The concordance of `score` (higher means higher risk) by this method.
    pub fn judge(
        self,
        survival: &Survival,
        score: &[f64],
        tau: Option<f64>,
    ) -> Result<concordance::Concordance, AnalysisError> {
        let weight = match self {
            Self::Harrell => TimeWeight::N,
            Self::Uno => TimeWeight::NOverG2,
        };
        ConcordanceSpec { weight, tau, ..ConcordanceSpec::default() }
            .fit(survival, score, None)
            .map_err(AnalysisError::impossible)
    }
}

impl Concordance {
    /// What a computed concordance says.
    pub fn new(of: &concordance::Concordance, method: Method, tau: Option<f64>) -> Self {
        Self {
            c: of.c,
            se: of.se,
            lower: of.lower,
            upper: of.upper,
            concordant: of.concordant,
            discordant: of.discordant,
            tied_risk: of.tied_score,
            tied_time: of.tied_time,
            tied_both: of.tied_both,
            method,
            tau,
            n: of.n,
            events: of.events,
        }
    }
}

/// Judges the score.
pub fn run(data: &Dataset, spec: &Spec) -> Result<Answer, AnalysisError> {
    let Scored { survival, mut columns, n_dropped, mut notes, .. } =
        scored(data, &spec.on, std::slice::from_ref(&spec.score))?;
    let mut score = columns.pop().unwrap_or_default();
    if spec.higher_is_better {
        score.iter_mut().for_each(|s| *s = -*s);
    }
    let found = spec.method.judge(&survival, &score, spec.tau)?;
    if found.c.is_nan() {
        notes.push("no two patients can be compared: there is no C".to_owned());
    }
    if spec.method == Method::Uno && spec.tau.is_none() {
        notes.push("Uno's C without a limit of time rests on the few patients with the longest follow-up".to_owned());
    }
    if found.c < 0.5 && !spec.higher_is_better {
        notes.push(format!("C is below 0.5: if a higher {} means a lower risk, say so", spec.score));
    }
    Ok(Answer {
        score: spec.score.clone(),
        higher_is_better: spec.higher_is_better,
        endpoint: spec.on.endpoint.clone().unwrap_or_default(),
        concordance: Concordance::new(&found, spec.method, spec.tau),
        n_dropped,
        notes,
    })
}
