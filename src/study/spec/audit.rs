//! What authors answer to checklists about what no file of the study holds.

use serde::{Deserialize, Serialize};

/// The answer to one item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditAnswer {
    /// The item: `CLEAR-8`, `TRIPOD-18a`.
    pub item: String,
    /// What is answered.
    pub text: String,
}

/// The checklists by the name that stands before an item's number, and how many items each has.
pub const CHECKLISTS: [(&str, usize); 4] = [("TRIPOD", 27), ("CLEAR", 58), ("METRICS", 30), ("RQS", 42)];

/// The items of TRIPOD+AI that have parts, and the letters of their last parts.
const PARTED: [(usize, char); 10] =
    [(3, 'c'), (5, 'b'), (6, 'c'), (8, 'c'), (9, 'c'), (12, 'g'), (18, 'f'), (20, 'c'), (23, 'b'), (27, 'c')];

/// Every name by which an item is answered.
pub fn audit_items() -> impl Iterator<Item = String> {
    CHECKLISTS.into_iter().flat_map(|(list, count)| {
        (1..=count).flat_map(move |number| {
            let last = PARTED.iter().find(|(item, _)| list == "TRIPOD" && *item == number).map(|(_, last)| *last);
            let parts: Vec<String> = match last {
                None => vec![format!("{list}-{number}")],
                Some(last) => ('a'..=last).map(|part| format!("{list}-{number}{part}")).collect(),
            };
            parts
        })
    })
}
