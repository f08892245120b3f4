//! Columns that are made only where a question names them: scores and their groups, features of the images, the cohorts.
//!
//! They stand beside the table's own columns for one question, whatever part of it names them: covariates, groups, filters,
//! variables. The table's own column of a name always comes first.

use std::sync::Arc;

use serde::Serialize;
use tables::{Column, Values};
use watch::Watch;

use super::lasso;
use crate::ask::{Ask, AskError, Dataset, MadeFrom, Question, Score, ScoreOf, Selection};
use crate::study::{COHORT, GROUP_PREFIX, LearnedColumn, RAD_GROUP, RAD_SCORE, SCORE_PREFIX};
use figures::format;

/// Which columns, and the scores that they are made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Their names.
    pub columns: Vec<String>,
    /// The scores among them, or behind the groups among them.
    pub scores: Vec<Named>,
    /// Those that are computed from others, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<LearnedColumn>,
}

/// A score with its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Named {
    /// `rad` of `score.rad`.
    pub name: String,
    /// What is printed.
    pub label: String,
    /// Whether it is the study's first, which is also called `rad_score`.
    pub is_first: bool,
    /// How it is fitted.
    pub spec: lasso::Spec,
}

/// Each score, or why there is none.
pub type Answer = Vec<Result<Arc<lasso::Answer>, String>>;

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "scores";

    fn on(&self) -> Option<&Selection> {
        None
    }

    fn score(&self) -> Option<&ScoreOf> {
        None
    }

    fn uses_features(&self) -> bool {
        true
    }

    fn run(&self, _data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        let one = |named: &Named| match ask.ask(named.spec.clone(), watch) {
            Ok(answer) if answer.selected.terms.is_empty() => Ok(Err(NOTHING_SELECTED.to_owned())),
            Ok(answer) => Ok(Ok(answer)),
            Err(AskError::NotYet(why) | AskError::Impossible(why)) => Ok(Err(why)),
            Err(error) => Err(error),
        };
        self.scores.iter().map(one).collect()
    }
}

const NOTHING_SELECTED: &str = "the penalized model selects no feature";

impl Score for Spec {
    fn columns(&self, answer: Result<&Answer, &str>, data: &Dataset) -> Result<Dataset, AskError> {
        let mut cohort = (*data.cohort).clone();
        let mut made: Vec<MadeFrom> = data.made.to_vec();
        for name in &self.columns {
            let column = match self.scores.iter().position(|s| s.is_called(name)) {
                Some(k) => {
                    let found: Result<&lasso::Answer, &str> = match answer {
                        Ok(answers) => answers[k].as_deref().map_err(String::as_str),
                        Err(why) => Err(why),
                    };
                    made.push(self.scores[k].made_from(name, found));
                    self.scores[k].column(name, found, data)
                }
                None => match beside_scores(data, name) {
                    Some(column) => column,
                    None => continue,
                },
            };
            cohort = cohort.with_column(column).map_err(|e| AskError::Fault(e.to_string()))?;
        }
        let training = cohort.training().to_vec();
        for derived in &self.derived {
            let column = derived.computed(cohort.frame(), &training).map_err(AskError::Impossible)?;
            made.extend(self.made_through(derived, &made));
            cohort = cohort.with_column(column).map_err(|e| AskError::Fault(e.to_string()))?;
        }
        Ok(Dataset { cohort: Arc::new(cohort), features: Arc::clone(&data.features), made: made.into() })
    }
}

impl Spec {
    /// What is to be known of a column that is computed from a score: what is to be known of the score.
    fn made_through(&self, derived: &LearnedColumn, made: &[MadeFrom]) -> Option<MadeFrom> {
        let expression = derived.parsed().ok()?;
        let names = expression.names();
        let of = made.iter().find(|made| names.contains(&made.column.as_str()))?;
        Some(MadeFrom { column: derived.name.clone(), ..of.clone() })
    }
}

impl Named {
    /// Whether the column `name` is this score or its groups.
    pub fn is_called(&self, name: &str) -> bool {
        let own = [SCORE_PREFIX, GROUP_PREFIX].iter().any(|prefix| name.strip_prefix(prefix) == Some(&self.name));
        own || self.is_first && (name == RAD_SCORE || name == RAD_GROUP)
    }

    fn column(&self, name: &str, answer: Result<&lasso::Answer, &str>, data: &Dataset) -> Column {
        let n = data.cohort.len();
        let mut scores = vec![f64::NAN; n];
        let reason = match answer {
            Ok(answer) => {
                answer.scores.iter().for_each(|s| scores[s.row] = s.score);
                let cuts = answer.cuts.iter().map(|cut| format::significant(*cut, 4)).collect::<Vec<_>>().join(" and ");
                format!("{}; cut at {}, {cuts}", answer.formula, answer.cut_by.words())
            }
            Err(why) => why.to_owned(),
        };
        let (values, label) = if is_group(name) {
            let cuts = answer.map_or(&[][..], |answer| &answer.cuts);
            (Values::Category(self.spec.cut.grouped(cuts, &scores)), format!("{} group", self.label))
        } else {
            (Values::Number(scores), self.label.clone())
        };
        Column { label: Some(label), ..Column::new(name, values, reason) }
    }

    fn made_from(&self, name: &str, answer: Result<&lasso::Answer, &str>) -> MadeFrom {
        MadeFrom {
            column: name.to_owned(),
            label: self.label.clone(),
            endpoint: self.spec.on.endpoint.clone().unwrap_or_default(),
            training: self.spec.training.clone(),
            rows: answer.map_or_else(|_| Vec::new(), |answer| answer.rows.clone()),
            events: answer.map_or(0, |answer| answer.events),
            why_not: answer.err().map(str::to_owned),
        }
    }
}

fn is_group(name: &str) -> bool {
    name == RAD_GROUP || name.starts_with(GROUP_PREFIX)
}

/// A feature of the images, or the cohorts, as a column.
fn beside_scores(data: &Dataset, name: &str) -> Option<Column> {
    let features = &data.features;
    if let Some(j) = (0..features.n_columns()).find(|j| features.column_name(*j) == name) {
        let values = (0..data.cohort.len()).map(|row| features.value(row, j)).collect();
        return Some(Column::new(name, Values::Number(values), "a radiomic feature"));
    }
    let cohorts = || Column::new(name, Values::Category(data.cohort.groups().clone()), "the study's cohorts");
    (name == COHORT).then(cohorts)
}
