//! Concordance of a score with follow-up.

pub mod document;
pub mod script;

use serde::{Deserialize, Serialize};

use super::contrast::{Contrast, LEVEL};
use super::score::{Scored, distinct, scored};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use survival::concordance::{self, ConcordanceSpec, TimeWeight};
use survival::{Groups, Survival};
use watch::Watch;

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

impl Method {
    /// Both by their words in options.
    pub const WORDS: [(&'static str, Self); 2] = [("harrell", Self::Harrell), ("uno", Self::Uno)];
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(default)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The column of scores.
    pub score: String,
    /// Further columns, each of which the score is compared with on the same patients.
    pub compare: Vec<String>,
    /// Whether higher scores mean a longer life; by default they mean a higher risk.
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

/// A further score, and what the first has over it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The column.
    pub score: String,
    /// Its concordance.
    #[serde(flatten)]
    pub concordance: Concordance,
    /// C of the first score less that of this one.
    pub difference: Contrast,
}

/// The concordance of one score, and of those it is compared with.
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
    /// The others, on the same patients.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Compared>,
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
    ) -> Result<concordance::Concordance, AskError> {
        let weight = match self {
            Self::Harrell => TimeWeight::N,
            Self::Uno => TimeWeight::NOverG2,
        };
        ConcordanceSpec { weight, tau, ..ConcordanceSpec::default() }
            .check()
            .and_then(|spec| spec.fit(survival, score, Groups::one()))
            .map_err(AskError::impossible)
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

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "concordance";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Fewer comparable pairs than this are pointed out: five patients have ten.
const FEW_PAIRS: f64 = 10.0;

/// Judges the scores, on the patients who have all of them.
fn run(data: &Dataset, spec: &Spec) -> Result<Answer, AskError> {
    let names = distinct(&spec.score, &spec.compare)?;
    let Scored { survival, columns, n_dropped, mut notes, .. } = scored(data, &spec.on, &names)?;
    let sign = if spec.higher_is_better { -1.0 } else { 1.0 };
    let judge = |column: Vec<f64>| {
        let score: Vec<f64> = column.into_iter().map(|value| sign * value).collect();
        spec.method.judge(&survival, &score, spec.tau)
    };
    let mut found = columns.into_iter().map(judge).collect::<Result<Vec<_>, _>>()?.into_iter();
    let first = found.next().ok_or_else(|| AskError::Impossible("name a score".to_owned()))?;
    if first.c.is_nan() {
        notes.push("no two patients can be compared: there is no C".to_owned());
    }
    let pairs = first.concordant + first.discordant + first.tied_score;
    if spec.method == Method::Harrell && pairs > 0.0 && pairs < FEW_PAIRS {
        notes.push(format!("C rests on so few pairs of patients ({pairs}) that it and its limits say little"));
    }
    if spec.method == Method::Uno && spec.tau.is_none() {
        notes.push("Uno's C without a limit of time rests on the few patients with the longest follow-up".to_owned());
    }
    if !spec.higher_is_better {
        let low = names.iter().zip(std::iter::once(&first).chain(found.as_slice())).filter(|(_, c)| c.c < 0.5);
        notes.extend(low.map(|(name, _)| format!("C is below 0.5: if a higher {name} means a lower risk, say so")));
    }
    let compared = spec.compare.iter().zip(found).map(|(score, other)| {
        let difference = concordance::compare(&first, &other, LEVEL).map_err(AskError::impossible)?;
        Ok(Compared {
            score: score.clone(),
            concordance: Concordance::new(&other, spec.method, spec.tau),
            difference: difference.into(),
        })
    });
    Ok(Answer {
        score: spec.score.clone(),
        higher_is_better: spec.higher_is_better,
        endpoint: spec.on.endpoint.clone().unwrap_or_default(),
        compared: compared.collect::<Result<_, AskError>>()?,
        concordance: Concordance::new(&first, spec.method, spec.tau),
        n_dropped,
        notes,
    })
}
