//! Where one can be in the program, and what one can look at there: all by name.

use super::pane_id::PaneId;

/// Something that a view can put its cursor on.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A row of the view's table.
    Row(usize),
    /// A radiomic feature, by its name.
    Feature(String),
    /// A column of the table, by its name.
    Variable(String),
    /// A patient, by the id.
    Patient(String),
    /// A patient's images of one sequence: the id, and the sequence's place in the study.
    Case(String, usize),
    /// Several patients, by their ids.
    Patients(Vec<String>),
    /// The patients of a cohort, or of `all`; only those whom the filter in use keeps, if so said.
    Cohort(String, bool),
    /// One of the study's models, by its name.
    Model(String),
    /// A group of patients, by its name.
    Group(String),
    /// A value of a patient: the id and the column.
    Cell(String, String),
    /// A group of features, by the name of the one that stands for it.
    FeatureGroup(String),
}

/// A view of a pane, and what to look at in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The pane.
    pub pane: PaneId,
    /// The view's name; the one that was on screen there last, if not said.
    pub view: Option<&'static str>,
    /// What its cursor goes to; where it is, if not said.
    pub on: Option<Subject>,
}

impl Place {
    /// A view of a pane.
    pub const fn of(pane: PaneId, view: &'static str) -> Self {
        Self { pane, view: Some(view), on: None }
    }

    /// The same with the cursor on `subject`.
    #[must_use]
    pub fn on(self, subject: Subject) -> Self {
        Self { on: Some(subject), ..self }
    }
}
