//! What only the owner of the data can say of a column of events.

use tables::Column;
use tables::problem::{Problem, Severity};

use super::{Building, few, same_value};
use crate::study::roles::meaning::Meaning;
use crate::study::spec::Role;

impl<'b> Building<'b> {
    /// Where every value means the event, empty cells may be how none is written: left out, only events would be left.
    pub(super) fn refuse_events_alone(&mut self, column: &str, happened: &[Option<bool>]) -> Option<()> {
        let empty = happened.iter().filter(|event| event.is_none()).count();
        let is_open = empty > 0 && happened.contains(&Some(true)) && !happened.contains(&Some(false));
        if !is_open || self.problems.iter().any(|p| p.severity == Severity::Error) {
            return Some(());
        }
        let cells = if empty == 1 { "an empty cell mean" } else { "empty cells mean" };
        let does = if empty == 1 { "does" } else { "do" };
        let message = format!(
            "question: {does} {cells} no event in {column}? {empty} of {} are empty, and all others mean the event",
            happened.len()
        );
        let remedy = format!(
            "write 0 there, or make a column of it: ifelse(is_missing({column}), 0, 1) under [derived]; patients of whom it is \
             not known are left out by not is_missing({column}) (--where, [[enrolment]])"
        );
        self.problems.push(Problem::error((self.setting)("event"), message).remedy(remedy));
        None
    }

    /// Which value means the event, as an error with the values that it may be.
    pub(super) fn ask_event_value(&mut self, column: &Column) {
        let (why, candidates) = match Meaning::of(column) {
            Meaning::Open(why, candidates) => (why, candidates),
            _ => ("", column.factor().levels),
        };
        let text = format!("which value of {} means the event? {why}", column.name);
        let may_be = if candidates.is_empty() { String::new() } else { format!(" It may be: {}", few(&candidates)) };
        let message = format!("question: {}{may_be}", text.trim_end());
        let problem = Problem::error((self.setting)("event_is"), message).remedy(Role::EventValue.option());
        self.problems.push(problem);
    }

    /// Values that seem to mean that nothing is known would count as no event.
    pub(super) fn refuse_suspects(&mut self, column: &Column, is: &[String]) -> Option<()> {
        let open: Vec<&String> = column.suspects.iter().filter(|s| !is.iter().any(|w| same_value(s, w))).collect();
        if open.is_empty() {
            return Some(());
        }
        let listed = open.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", ");
        let message = format!("question: does {listed} in {} mean that it is not known, or no event?", column.name);
        let remedy = format!(
            "write missing = [\"{value}\"], or missing = [] for no event, in [columns.{name}] (--missing {name}={value}, or --missing {name}=)",
            value = open[0],
            name = column.name
        );
        self.problems.push(Problem::error((self.setting)("event"), message).remedy(remedy));
        None
    }
}
