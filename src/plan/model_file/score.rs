//! The scores of a model as its file holds them, and how their features are extracted.

use survival::stats::describe::describe;
use tables::problem::Problem;

use super::super::columns_of;
use super::{Answering, Plan};
use crate::ask::{AskError, region_of};
use crate::methods::lasso;
use crate::methods::made::Named;
use crate::methods::model_file::{Extraction, Feature, Range, Score, SequenceSettings};
use crate::study::{ImageSpec, ImputeMethod, ModelSpec, ScoreStep, SequenceSpec, regions_for};

/// Whether the values of new patients can be worked out one by one, as the file does.
fn portable(score: &Named) -> Result<(), AskError> {
    let kept = |step: &ScoreStep| match step {
        ScoreStep::Harmonise { keep, .. } if !keep.is_empty() => Some(keep.join(", ")),
        _ => None,
    };
    match score.spec.steps.iter().find_map(kept) {
        None => Ok(()),
        Some(kept) => Err(AskError::impossible(format!(
            "the score {} harmonises and keeps the effects of {kept}, which a model file cannot do for new patients: leave `keep` \
             out",
            score.name
        ))),
    }
}

/// What stands for missing features, where that is not their median.
fn filled_by(steps: &[ScoreStep]) -> Option<String> {
    steps.iter().find_map(|step| match step {
        ScoreStep::Impute(ImputeMethod::Mode) => Some("most frequent value".to_owned()),
        ScoreStep::Impute(ImputeMethod::Chained(_)) => Some("mean".to_owned()),
        _ => None,
    })
}

/// How a score brings sites to one scale, in words, and the column that names them.
fn harmonised(steps: &[ScoreStep]) -> Option<(String, String)> {
    steps.iter().find_map(|step| match step {
        ScoreStep::Harmonise { method, site, .. } => Some((format!("{} by {site}", method.word()), site.clone())),
        _ => None,
    })
}

impl Plan<'_> {
    /// The scores among the covariates of `model` and behind them, by the names of their columns.
    pub(in super::super) fn scores_in(&self, model: &ModelSpec) -> Vec<(String, Named)> {
        let frame = self.cohort().frame();
        let named = columns_of(frame, &model.covariates).into_iter().map(str::to_owned).collect();
        let mut names = self.behind(named);
        names.retain(|name| frame.get(name).is_none());
        names.sort_unstable();
        names.dedup();
        let scores = self.scores();
        let of = |name: String| {
            let score = scores.iter().find(|score| score.is_called(&name))?.clone();
            Some((name, score))
        };
        names.into_iter().filter_map(of).collect()
    }

    /// The scores of `model`, with the ranges that they and their features have in `rows`.
    pub(super) fn carried_scores(
        &self,
        model: &ModelSpec,
        rows: &[usize],
        answering: &Answering<'_>,
    ) -> Result<Vec<Score>, AskError> {
        let one = |(column, named): (String, Named)| {
            portable(&named)?;
            let (harmonisation, site) = harmonised(&named.spec.steps).unzip();
            let filled_by = filled_by(&named.spec.steps);
            let score = self.carried_score(&column, &*self.answered(named.spec, answering)?, rows)?;
            Ok(Score { harmonisation, site, filled_by, ..score })
        };
        self.scores_in(model).into_iter().map(one).collect()
    }

    /// The score as it was fitted, with the ranges of its features among the patients of the model.
    fn carried_score(&self, column: &str, answer: &lasso::Answer, rows: &[usize]) -> Result<Score, AskError> {
        let features = &self.data.features;
        let extracted: Vec<String> = (0..features.n_columns()).map(|j| features.column_name(j)).collect();
        let feature = |term: &lasso::Term| -> Result<Feature, AskError> {
            let column = self.cohort().frame().get(&term.term).and_then(|column| column.numbers());
            let place = extracted.iter().position(|name| *name == term.term);
            let value = |row: usize| match (place, column) {
                (Some(j), _) => features.value(row, j),
                (None, Some(values)) => values[row],
                (None, None) => f64::NAN,
            };
            let of = describe(&rows.iter().map(|row| value(*row)).collect::<Vec<_>>());
            if of.n == 0 {
                return Err(AskError::Fault(format!("the feature {} has no values", term.term)));
            }
            let sequence = place.map(|j| features.sequences()[features.column(j).sequence].clone());
            // Columns are taken as they are, features as z-scores.
            let (coef, mean, sd) = match answer.z_scores {
                true => (term.z_coef, term.mean, term.sd),
                false => (term.coef, 0.0, 1.0),
            };
            Ok(Feature {
                name: term.term.clone(),
                sequence,
                coef,
                mean,
                sd,
                min: of.min,
                max: of.max,
                sites: term.sites.clone(),
                fill: term.fill,
                from_others: term.from_others.clone(),
            })
        };
        let of_row = |row: &usize| answer.scores.iter().find(|s| s.row == *row).map_or(f64::NAN, |s| s.score);
        let values: Vec<f64> = rows.iter().map(of_row).collect();
        Ok(Score {
            name: column.to_owned(),
            method: format!(
                "penalized Cox model, alpha {}, penalty {} by the rule {}",
                answer.alpha, answer.selected.lambda, answer.rule
            ),
            features: answer
                .selected
                .terms
                .iter()
                .chain(&answer.selected.behind)
                .map(feature)
                .collect::<Result<_, _>>()?,
            cut: answer.cut,
            cuts: if answer.cuts.len() > 1 { answer.cuts.clone() } else { Vec::new() },
            groups: answer.cut_by.groups().iter().map(|group| (*group).to_owned()).collect(),
            harmonisation: None,
            site: None,
            filled_by: None,
            range: Some(Range::of(&values)),
        })
    }

    /// How the features of the scores are extracted; none where they are columns.
    pub(super) fn extraction(&self, scores: &[Score]) -> Result<Option<Extraction>, AskError> {
        let takes = |name: &str| {
            scores.iter().flat_map(|score| &score.features).any(|feature| feature.sequence.as_deref() == Some(name))
        };
        let Some(images) = &self.study.images else { return Ok(None) };
        let names: Vec<&str> = self.study.sequence_names().collect();
        if !names.iter().any(|name| takes(name)) {
            return Ok(None);
        }
        let first = |problems: Vec<Problem>| match problems.into_iter().next() {
            Some(problem) => AskError::impossible(problem),
            None => AskError::Fault("no settings of the extraction".to_owned()),
        };
        let settings = self.study.settings_by_sequence().map_err(first)?;
        let of = names.iter().zip(&settings).filter(|(name, _)| takes(name));
        let mut spec = self.study.extraction_anywhere().map_err(AskError::impossible)?;
        spec.sequences.retain(|(name, _)| takes(name));
        let sequences = images.sequences.iter().filter(|sequence| takes(&sequence.name));
        let of_region = |feature: &Feature| {
            let within = feature.name.strip_prefix(feature.sequence.as_deref()?)?;
            region_of(within).0.map(str::to_owned)
        };
        let used: Vec<String> = scores.iter().flat_map(|score| &score.features).filter_map(of_region).collect();
        let used: Vec<&str> = used.iter().map(String::as_str).collect();
        Ok(Some(Extraction {
            extractor: String::new(),
            spec,
            images: ImageSpec {
                sequences: sequences.map(|sequence| SequenceSpec { repeats: None, ..sequence.clone() }).collect(),
                regions: regions_for(&images.regions, &used),
            },
            settings: of
                .map(|(name, settings)| SequenceSettings {
                    sequence: (*name).to_owned(),
                    lines: settings.canonical().lines().map(str::to_owned).collect(),
                })
                .collect(),
        }))
    }
}
