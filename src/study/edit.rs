//! What a user changes of a study at the keyboard: applied on top of what its file says, until it is written there.

use serde::{Deserialize, Serialize};

use super::spec::{CohortSpec, ColumnSpec, Criterion, CriterionKind, LevelSpec, Question, Study};
use tables::{Expr, Kind};

/// One change of a study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Patients who meet the condition leave at one more step of enrolment, which is called by the reason.
    Exclude {
        /// What the flow diagram calls the step.
        reason: String,
        /// Whom it concerns, in the expression language.
        condition: String,
    },
    /// A column is of another kind than it was taken for.
    Kind {
        /// The column.
        column: String,
        /// What it is.
        kind: Kind,
        /// What the study said before.
        was: Option<Kind>,
    },
    /// The levels of a category are compared with another one.
    Reference {
        /// The column.
        column: String,
        /// The value in the table that the others are compared with.
        level: String,
        /// What the study said before.
        was: Option<String>,
    },
    /// The levels of a category stand in this order; the first is what the others are compared with.
    Levels {
        /// The column.
        column: String,
        /// The values in the table, each with the label shown.
        levels: Vec<LevelSpec>,
        /// What the study said before.
        was: Vec<LevelSpec>,
    },
    /// The answer to what a bare table leaves open.
    Answer {
        /// The question.
        question: Question,
        /// One of its candidates.
        answer: String,
    },
}

impl Edit {
    /// Changes the study; what it says already is not said twice.
    fn apply(&self, study: &mut Study) {
        match self {
            Self::Exclude { reason, condition } => {
                let Ok(condition) = Expr::parse(condition) else { return };
                // Whoever is left out later takes nobody else to another cohort.
                let after_split = matches!(study.cohorts, CohortSpec::Split(_));
                let step = Criterion { name: reason.clone(), kind: CriterionKind::Exclude, condition, after_split };
                if !study.enrolment.contains(&step) {
                    study.enrolment.push(step);
                }
            }
            Self::Kind { column, kind, .. } => column_of(study, column).kind = Some(*kind),
            Self::Reference { column, level, .. } => column_of(study, column).reference = Some(level.clone()),
            Self::Levels { column, levels, .. } => column_of(study, column).levels.clone_from(levels),
            Self::Answer { question, answer } => {
                if study.is_guessed() {
                    study.answer_question(question, answer);
                }
            }
        }
    }

    /// Takes the change out of a study in whose file it was written.
    fn take_back(&self, study: &mut Study) {
        match self {
            Self::Exclude { reason, condition } => study.enrolment.retain(|step| {
                step.kind != CriterionKind::Exclude || step.name != *reason || step.condition.source() != condition
            }),
            Self::Kind { column, kind, was } => {
                if let Some(spec) =
                    study.columns.iter_mut().find(|spec| spec.name == *column && spec.kind == Some(*kind))
                {
                    spec.kind = *was;
                }
            }
            Self::Reference { column, level, was } => {
                let said = |spec: &&mut ColumnSpec| spec.name == *column && spec.reference.as_ref() == Some(level);
                if let Some(spec) = study.columns.iter_mut().find(said) {
                    spec.reference.clone_from(was);
                }
            }
            Self::Levels { column, levels, was } => {
                if let Some(spec) = study.columns.iter_mut().find(|spec| spec.name == *column && spec.levels == *levels)
                {
                    spec.levels.clone_from(was);
                }
            }
            Self::Answer { .. } => {}
        }
    }
}

/// What is said of a column, be it nothing yet.
fn column_of<'a>(study: &'a mut Study, name: &str) -> &'a mut ColumnSpec {
    let at = study.columns.iter().position(|spec| spec.name == name).unwrap_or_else(|| {
        study.columns.push(ColumnSpec { name: name.to_owned(), ..ColumnSpec::default() });
        study.columns.len() - 1
    });
    &mut study.columns[at]
}

impl Study {
    /// The study with these changes.
    #[must_use]
    pub fn with(&self, edits: &[Edit]) -> Self {
        let mut study = self.clone();
        edits.iter().for_each(|edit| edit.apply(&mut study));
        study
    }

    /// The study without these changes, where its file says them.
    #[must_use]
    pub fn without(&self, edits: &[Edit]) -> Self {
        let mut study = self.clone();
        edits.iter().rev().for_each(|edit| edit.take_back(&mut study));
        let says = |spec: &ColumnSpec| *spec != ColumnSpec { name: spec.name.clone(), ..ColumnSpec::default() };
        study.columns.retain(says);
        study
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn what_is_changed_can_be_taken_back_and_is_not_said_twice() {
        let text = "version = 1\ntable = \"t.csv\"\nid = \"id\"\n\n[endpoints.OS]\ntime = \"time\"\nevent = \"event\"\n\n\
                    [columns]\nage = { unit = \"years\" }\n";
        let (study, problems) = Study::parse(text, Path::new("x"), Path::new("x"));
        assert!(problems.is_empty(), "{problems:?}");
        let study = study.expect("a study");
        let edits = [
            Edit::Exclude { reason: "second tumour".into(), condition: "id in ('A', 'B')".into() },
            Edit::Kind { column: "stage".into(), kind: Kind::Category, was: None },
            Edit::Reference { column: "stage".into(), level: "II".into(), was: None },
        ];
        let changed = study.with(&edits);
        assert_eq!(changed.enrolment.len(), 1);
        assert_eq!(changed.column("stage").and_then(|spec| spec.reference.as_deref()), Some("II"));
        assert_eq!(changed.with(&edits), changed);
        assert_eq!(changed.without(&edits), study);
        let kept = changed.updated(text).expect("it can be written");
        let (again, _) = Study::parse(&kept, Path::new("x"), Path::new("x"));
        let again = again.expect("a study");
        assert_eq!(again.without(&edits).updated(&kept).expect("and taken out again"), text);
    }
}
