//! What a reviewer would ask of a study before reading its numbers: who could be enrolled, which cohorts were looked at,
//! how much is chosen from how few events.

use tables::problem::Problem;

use figures::format;

use super::build::matches;
use super::cohort::Cohort;
use super::spec::{
    AT_REGION, DerivedRegion, GROUP_PREFIX, LESION, RAD_GROUP, RAD_SCORE, SCORE_PREFIX, ScoreCut, ScoreSpec, Study,
};

/// Fewer events for each candidate than this are pointed out.
const FEW_EVENTS: f64 = 10.0;

impl Study {
    /// The cautions, as notes and warnings at the settings that they are about.
    pub(super) fn cautions(&self, cohort: &Cohort) -> Vec<Problem> {
        let mut cautions = self.immortal_time();
        cautions.extend(self.looked_at(cohort));
        // A score that the study has without saying so counts where a model takes it.
        let is_meant = |score: &&ScoreSpec| !self.scores.is_empty() || self.is_taken(score);
        for score in self.named_scores().iter().filter(is_meant) {
            cautions.extend(self.searched(score));
            cautions.extend(self.few_events(score, cohort));
            cautions.extend(self.all_regions(score));
        }
        cautions
    }

    /// Criteria that enrol by what happened after the origin.
    fn immortal_time(&self) -> Vec<Problem> {
        let told = self.outcome_columns();
        let caution = |(k, criterion): (usize, &super::Criterion)| {
            let names = criterion.condition.names();
            let source = criterion.condition.source();
            let looked = names.into_iter().find(|name| told.contains(*name) && looks_beyond(source, name))?;
            let message = format!(
                "criterion {} enrols by {looked}, which is known only after follow-up has begun: whoever has the event early \
                 cannot be enrolled, and survival looks better than it is (immortal time)",
                criterion.name
            );
            let remedy = "enrol by what is known at the origin; for those followed beyond a time, count from there (km --landmark T, --entry COL)";
            Some(Problem::warning(self.place(&format!("enrolment.{k}")), message).remedy(remedy))
        };
        self.enrolment.iter().enumerate().filter_map(caution).collect()
    }

    /// Cohorts of validation whose outcomes are in sight while several models are tried.
    fn looked_at(&self, cohort: &Cohort) -> Option<Problem> {
        let others: Vec<&str> = cohort.groups().levels.iter().skip(1).map(String::as_str).collect();
        let was_sealed = |name: &&str| self.seal.cohorts.iter().any(|sealed| sealed == name);
        let open: Vec<&str> = others.into_iter().filter(|name| !was_sealed(name)).collect();
        let tried = self.models.len() + self.scores.len();
        if open.is_empty() || tried < 2 {
            return None;
        }
        let message = format!(
            "outcomes of {} are in sight while {tried} models and scores are tried: a value there is a test of a model only if that model was fixed before",
            open.join(" and ")
        );
        let remedy = format!(
            "write sealed = [\"{}\"] in [cohorts] before anything is tried, and `riskset unseal` for the model that is fixed",
            open[open.len() - 1]
        );
        Some(Problem::note(self.place("cohorts"), message).remedy(remedy))
    }

    /// Whether a model names the first score or its groups.
    fn is_taken(&self, score: &ScoreSpec) -> bool {
        let names = [SCORE_PREFIX, GROUP_PREFIX].map(|prefix| format!("{prefix}{}", score.name));
        let is_it = |name: &str| names.iter().any(|own| own == name) || [RAD_SCORE, RAD_GROUP].contains(&name);
        self.models.iter().flat_map(|m| &m.covariates).any(|c| super::covariate_columns(c).into_iter().any(is_it))
    }

    /// A cut that was searched for.
    fn searched(&self, score: &ScoreSpec) -> Option<Problem> {
        (score.cut == ScoreCut::Optimal).then(|| {
            let message = format!(
                "{GROUP_PREFIX}{} is cut where the log-rank statistic of the training cohort is largest: its hazard ratio and its p \
                 there are too good by the search",
                score.name
            );
            let remedy = "judge it in other cohorts or by `riskset validate`, which searches in every sample anew; a median needs no search";
            Problem::note(self.place(&format!("scores.{}.cut", score.name)), message).remedy(remedy)
        })
    }

    /// Candidates of a score for the events that it is fitted to.
    fn few_events(&self, score: &ScoreSpec, cohort: &Cohort) -> Option<Problem> {
        let candidates = self.candidates(score, cohort);
        let endpoint = match &score.endpoint {
            Some(name) => cohort.endpoint(name)?,
            None => cohort.endpoints().first()?,
        };
        let events = endpoint.n_events(&cohort.rows_of_group(0));
        let each = events as f64 / candidates as f64;
        if candidates == 0 || each >= FEW_EVENTS {
            return None;
        }
        let message = format!(
            "score {} chooses among {} candidates with {events} events of the training cohort: {} for each, where 10 are asked of \
             every named covariate",
            score.name,
            format::count(candidates),
            format::significant(each, 2)
        );
        let remedy = "report what `riskset validate` corrects, which refits the choice, not what training shows";
        let key = if self.scores.is_empty() { "features".to_owned() } else { format!("scores.{}", score.name) };
        Some(Problem::note(self.place(&key), message).remedy(remedy))
    }

    /// Regions whose features a score takes because it names none.
    fn all_regions(&self, score: &ScoreSpec) -> Option<Problem> {
        let names: Vec<&str> = self.regions_with_features().map(|region| region.name.as_str()).collect();
        let names_one = !score.regions.is_empty() || score.features.iter().any(|feature| feature.contains(AT_REGION));
        if names.is_empty() || names_one || !score.columns.is_empty() {
            return None;
        }
        let message =
            format!("score {} names no regions and chooses from {LESION} and {}", score.name, names.join(", "));
        let remedy = format!("write regions = [\"{LESION}\"] for the lesion alone, or name them all");
        let key = if self.scores.is_empty() { "regions".to_owned() } else { format!("scores.{}", score.name) };
        Some(Problem::note(self.place(&key), message).remedy(remedy))
    }

    /// The regions whose features are columns.
    fn regions_with_features(&self) -> impl Iterator<Item = &DerivedRegion> {
        let all = self.images.iter().flat_map(|images| &images.regions);
        all.filter(|region| !region.patterns().is_empty())
    }

    /// How many features or columns a score chooses from, as far as is known before images are read.
    fn candidates(&self, score: &ScoreSpec, cohort: &Cohort) -> usize {
        if !score.columns.is_empty() {
            return score.columns.len();
        }
        let of_table = cohort.features().iter().filter(|name| is_meant(score, name)).count();
        of_table + self.candidates_of_images(score).iter().map(|(_, n)| n).sum::<usize>()
    }

    /// The sequences from whose features a score chooses.
    pub fn sequences_of(&self, score: &ScoreSpec) -> Vec<&str> {
        let of_images = if score.columns.is_empty() { self.candidates_of_images(score) } else { Vec::new() };
        of_images.into_iter().filter(|(_, n)| *n > 0).map(|(sequence, _)| sequence).collect()
    }

    /// How many features of each sequence a score chooses from.
    fn candidates_of_images(&self, score: &ScoreSpec) -> Vec<(&str, usize)> {
        let settings = self.settings_by_sequence().unwrap_or_default();
        let is_taken =
            |sequence: &str| score.sequences.is_empty() || score.sequences.iter().any(|name| name == sequence);
        let of_each = self.sequence_names().zip(settings).filter(|(sequence, _)| is_taken(sequence));
        let count = |(sequence, settings): (_, radiomics::Settings)| {
            let columns = radiomics::catalogue::columns(&settings);
            let of = |region: Option<&DerivedRegion>| {
                columns.iter().filter(|name| is_candidate(score, sequence, region, name)).count()
            };
            let of_lesion = if score.takes_region(LESION) { of(None) } else { 0 };
            let regions = self.regions_with_features().filter(|region| score.takes_region(&region.name));
            (sequence, of_lesion + regions.map(|region| of(Some(region))).sum::<usize>())
        };
        of_each.map(count).collect()
    }
}

/// Whether a score chooses from what is called so.
fn is_meant(score: &ScoreSpec, name: &str) -> bool {
    score.features.is_empty() || score.features.iter().any(|pattern| matches(pattern, name))
}

/// Whether a score chooses from the feature `name` of a sequence, of its lesion or of another region.
fn is_candidate(score: &ScoreSpec, sequence: &str, region: Option<&DerivedRegion>, name: &str) -> bool {
    let within = region.map_or_else(|| name.to_owned(), |region| format!("{AT_REGION}{}_{name}", region.name));
    region.is_none_or(|region| region.patterns().iter().any(|pattern| matches(pattern, name)))
        && (is_meant(score, name) || is_meant(score, &within) || is_meant(score, &in_sequence(sequence, &within)))
}

/// The column of what a sequence calls `within` itself.
fn in_sequence(sequence: &str, within: &str) -> String {
    let apart = if within.starts_with(AT_REGION) { "" } else { "_" };
    format!("{sequence}{apart}{within}")
}

/// Whether a condition says more of `name` than that it is known or above zero.
fn looks_beyond(condition: &str, name: &str) -> bool {
    let mut text = without_blanks(condition);
    let name = without_blanks(name);
    let known = [format!("is_missing({name})"), format!("{name}>=0"), format!("{name}>0")];
    for harmless in known {
        let mut rest = text.as_str();
        let mut kept = String::new();
        while let Some(at) = rest.find(&harmless) {
            let end = at + harmless.len();
            let goes_on = rest[end..].starts_with(|c: char| c.is_ascii_digit() || c == '.');
            kept.push_str(if goes_on { &rest[..end] } else { &rest[..at] });
            // Words beside what is taken out stay apart.
            kept.push(' ');
            rest = &rest[end..];
        }
        text = kept + rest;
    }
    text.match_indices(&name)
        .any(|(at, _)| !text[..at].ends_with(part_of_name) && !text[at + name.len()..].starts_with(part_of_name))
}

/// The text without backticks, and without blanks but for those between two words.
fn without_blanks(text: &str) -> String {
    let bare = text.replace('`', "");
    let words: Vec<&str> = bare.split_whitespace().collect();
    let mut joined = String::new();
    for word in words {
        if joined.ends_with(part_of_name) && word.starts_with(part_of_name) {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

fn part_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::looks_beyond;

    #[test]
    fn that_follow_up_is_known_is_no_immortal_time() {
        for harmless in [
            "not is_missing(rfs)",
            "rfs > 0",
            "rfs >= 0 and age > 18",
            "is_missing(`rfs`)",
            "rfs > 0 and score_rfs > 3",
        ] {
            assert!(!looks_beyond(harmless, "rfs"), "{harmless}");
        }
        for caution in
            ["rfs >= 12", "rfs > 0.5", "not is_missing(rfs) and rfs > 3", "is_missing(rfs) or status == 1 and rfs < 2"]
        {
            assert!(looks_beyond(caution, "rfs"), "{caution}");
        }
    }
}
