//! Named scores held against the study they stand in.

use std::borrow::Cow;

use tables::problem::Problem;
use tables::{Frame, did_you_mean};

use super::matches;
use crate::study::endpoint::Endpoint;
use crate::study::spec::{GROUP_PREFIX, LESION, RAD_GROUP, RAD_SCORE, SCORE_PREFIX, ScoreSpec, ScoreStep, Study};

impl Study {
    /// The scores that can be used by name: those that the study names, else the one that a study with images or features
    /// has without saying so.
    pub fn named_scores(&self) -> Cow<'_, [ScoreSpec]> {
        match self.scores.is_empty() && (self.images.is_some() || self.features.is_some()) {
            true => Cow::Owned(vec![ScoreSpec::implied()]),
            false => Cow::Borrowed(&self.scores),
        }
    }

    /// Names of the columns that are made of scores.
    pub fn made_names(&self) -> Vec<String> {
        let scores = self.named_scores();
        let own = scores.iter().flat_map(|s| [SCORE_PREFIX, GROUP_PREFIX].map(|prefix| format!("{prefix}{}", s.name)));
        own.chain([RAD_SCORE, RAD_GROUP].map(str::to_owned)).collect()
    }

    /// Whether a column of this name is made only when it is asked for: of a score, of the images' features, of cohorts, or
    /// computed from such.
    pub fn is_made(&self, name: &str, features: &[String]) -> bool {
        features.iter().any(|f| f == name) || self.is_made_of_study(name) || self.derived_of_made().contains(&name)
    }

    /// The same of what is not computed from others.
    pub(super) fn is_made_of_study(&self, name: &str) -> bool {
        // Features of the images are known by name only once they are extracted.
        let of_sequence = |sequence: &str| {
            name.strip_prefix(sequence).is_some_and(|rest| rest.starts_with(['_', '@']) || sequence.is_empty())
        };
        name == COHORT || self.made_names().iter().any(|made| made == name) || self.sequence_names().any(of_sequence)
    }

    /// Endpoints, columns and sequences that a score names and the study has not.
    pub(super) fn check_scores(
        &self,
        frame: &Frame,
        features: &[String],
        endpoints: &[Endpoint],
        problems: &mut Vec<Problem>,
    ) {
        for score in &self.scores {
            let key = format!("scores.{}", score.name);
            let mut wrong = |key: String, message: String, remedy: Option<String>| {
                problems.push(Problem { remedy, ..Problem::error(self.place(&key), message) });
            };
            let names: Vec<&str> = endpoints.iter().map(|e| e.name.as_str()).collect();
            if let Some(name) = score.endpoint.as_deref().filter(|name| !names.contains(name)) {
                let remedy = did_you_mean(name, names.iter().copied());
                let remedy = remedy.or_else(|| Some(format!("the study has {}", names.join(", "))));
                wrong(format!("{key}.endpoint"), format!("score {}: no endpoint {name}", score.name), remedy);
            }
            for name in score.sequences.iter().filter(|name| !self.sequence_names().any(|s| s == **name)) {
                let near = did_you_mean(name, self.sequence_names());
                wrong(format!("{key}.sequences"), format!("score {}: no sequence {name}", score.name), near);
            }
            let regions = self.images.iter().flat_map(|images| &images.regions).map(|region| region.name.as_str());
            let regions: Vec<&str> = std::iter::once(LESION).chain(regions).collect();
            for name in score.regions.iter().filter(|name| !regions.contains(&name.as_str())) {
                let near = did_you_mean(name, regions.iter().copied());
                let near = near.or_else(|| Some(format!("the study has {}", regions.join(", "))));
                wrong(format!("{key}.regions"), format!("score {}: no region {name}", score.name), near);
            }
            if score.columns.is_empty() && self.images.is_none() && features.is_empty() {
                let message = format!("score {}: the study has neither images nor features", score.name);
                wrong(key.clone(), message, Some("name columns of the table: columns = [\"age\", \"nlr\"]".to_owned()));
            }
            for name in score.features.iter().filter(|_| self.images.is_none() && !features.is_empty()) {
                if !features.iter().any(|feature| matches(name, feature)) {
                    let message = format!("score {}: no feature is called {name}", score.name);
                    wrong(format!("{key}.features"), message, did_you_mean(name, features.iter().map(String::as_str)));
                }
            }
            let mut column = |name: &String, key: String| {
                if frame.get(name).is_none() {
                    let message = format!("score {}: no column {name} in the table", score.name);
                    wrong(key, message, did_you_mean(name, frame.names()));
                }
            };
            score.columns.iter().for_each(|name| column(name, format!("{key}.columns")));
            for step in &score.steps {
                if let ScoreStep::Harmonise { site, keep, .. } = step {
                    [site].into_iter().chain(keep).for_each(|name| column(name, format!("{key}.steps")));
                }
            }
        }
    }
}

/// The name under which a study's cohorts are a column, where the table has none of it.
pub const COHORT: &str = "cohort";
