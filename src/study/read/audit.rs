//! Answers to the items of checklists.

use crate::study::section::Section;
use crate::study::spec::{AuditAnswer, audit_items};
use tables::did_you_mean;

/// `"CLEAR-8" = "Approved by .."`, one line an item.
pub(super) fn audit(section: &Section<'_, '_>) -> Vec<AuditAnswer> {
    let known: Vec<String> = audit_items().collect();
    let mut answers = Vec::new();
    for (item, value) in section.others() {
        if !known.contains(&item) {
            let near = did_you_mean(&item, known.iter().map(String::as_str));
            let remedy = near.unwrap_or_else(|| "items are called TRIPOD-3a, CLEAR-8, METRICS-7, RQS-1".to_owned());
            value.error(format!("no checklist has an item {item}"), remedy);
            continue;
        }
        answers.extend(value.text().map(|text| AuditAnswer { item, text }));
    }
    answers
}
