//! What columns of a design are called in print.

use super::Plan;
use crate::study::{RAD_SCORE, SCORE_PREFIX, ScoreSpec};

impl Plan<'_> {
    /// `Stage: III` of `stage=III`, `Age × NLR` of `age:nlr`, `Rad-score` of `rad_score`.
    pub fn printed(&self, column: &str) -> String {
        let scores = self.study.named_scores();
        let label = |name: &str| match self.cohort().frame().get(name) {
            Some(found) => found.label().to_owned(),
            None if name == RAD_SCORE => scores.first().map_or_else(|| name.to_owned(), ScoreSpec::label),
            None => {
                let score = name.strip_prefix(SCORE_PREFIX).and_then(|name| scores.iter().find(|s| s.name == name));
                score.map_or_else(|| name.to_owned(), ScoreSpec::label)
            }
        };
        let part = |part: &str| match (part.split_once('='), part.trim_end_matches('\'')) {
            (Some((name, level)), _) => format!("{}: {level}", label(name)),
            (None, name) => format!("{}{}", label(name), &part[name.len()..]),
        };
        match column.contains('=') {
            // A level may hold a colon itself.
            true => part(column),
            false => column.split(':').map(part).collect::<Vec<_>>().join(" × "),
        }
    }
}
