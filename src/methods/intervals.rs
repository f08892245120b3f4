//! Rows that are intervals of patients: whether those of one patient fit together, as R's `survcheck` asks.

use std::collections::BTreeMap;

use crate::ask::{AskError, Dataset};
use figures::format;
use survival::Survival;

/// The intervals of each patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervals {
    /// Patients.
    pub patients: usize,
    /// Caveats: intervals that overlap, or leave a gap.
    pub notes: Vec<String>,
}

/// At most so many patients are named.
const NAMED: usize = 3;

impl Intervals {
    /// The intervals in `rows`, with their follow-up, of the patients that the column `subject` names.
    pub fn of(data: &Dataset, subject: &str, rows: &[usize], survival: &Survival) -> Result<Self, AskError> {
        let codes = data.cohort.frame().column(subject).map_err(AskError::impossible)?.factor();
        let mut of_patient: BTreeMap<u32, Vec<(f64, f64)>> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let from = survival.entry().map_or(0.0, |entry| entry[i]);
            if let Some(code) = codes.codes[*row] {
                of_patient.entry(code).or_default().push((from, survival.time()[i]));
            }
        }
        let (mut overlap, mut gap) = (Vec::new(), Vec::new());
        for (code, intervals) in &mut of_patient {
            intervals.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let name = &codes.levels[*code as usize];
            // An interval may lie within an earlier, longer one.
            let mut end = f64::NEG_INFINITY;
            let (mut overlaps, mut gaps) = (None, None);
            for &(from, to) in intervals.iter() {
                overlaps = overlaps.or((from < end).then_some((from, to.min(end))));
                gaps = gaps.or((end.is_finite() && from > end).then_some((end, from)));
                end = end.max(to);
            }
            overlap.extend(overlaps.map(|between| (name, between)));
            gap.extend(gaps.map(|between| (name, between)));
        }
        let mut notes = Vec::new();
        if !overlap.is_empty() {
            let who = listed(&overlap);
            notes.push(format!(
                "intervals of a patient overlap: {who}; there the patient counts more than once at risk"
            ));
        }
        if !gap.is_empty() {
            notes.push(format!(
                "intervals of a patient leave a gap: {}; there the patient is not at risk",
                listed(&gap)
            ));
        }
        Ok(Self { patients: of_patient.len(), notes })
    }
}

/// `p1 (3 to 5), p7 (2 to 4) and 12 more patients`.
fn listed(found: &[(&String, (f64, f64))]) -> String {
    let shown = |(name, (from, to)): &(&String, (f64, f64))| {
        format!("{name} ({} to {})", format::chosen(*from), format::chosen(*to))
    };
    let named: Vec<String> = found.iter().take(NAMED).map(shown).collect();
    match found.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {} more", named.join(", "), format::count(more)),
    }
}
