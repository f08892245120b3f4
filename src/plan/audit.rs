//! What checklists are told of a study.

use std::path::Path;

use tables::{Kind, Values, date};

use super::Plan;
use crate::methods::audit::{Facts, Named, Outcome, Radiomics};
use crate::methods::covariates::{self, Effect};
use crate::methods::extraction::{self, Points};
use crate::study::{CohortSpec, Endpoint, EndpointSource, ScoreSpec, ScoreStep, covariate_columns};
use radiomics::Dialect;
use survival::coxnet::LambdaRule;

/// Endings of images that say nothing of how they were taken.
const WITHOUT_HEADERS: [&str; 7] = ["nii", "gz", "nrrd", "nhdr", "mha", "mhd", "npy"];

impl Plan<'_> {
    /// What is known of the study without computing anything.
    pub fn audited(&self) -> Facts {
        let (study, cohort) = (self.study, self.cohort());
        let (groups, frame) = (cohort.groups(), cohort.frame());
        let (external, internal) = self.held_out();
        let variables: Vec<_> = cohort.variables().iter().filter_map(|name| frame.get(name)).collect();
        let missing = variables.iter().map(|c| (c.label().to_owned(), c.values.n_missing()));
        let unit = self.endpoint().map_or("", |endpoint| endpoint.unit.word());
        let times: Vec<String> = study.analysis.times.iter().map(f64::to_string).collect();
        Facts {
            title: study.title.clone(),
            screened: cohort.flow().screened,
            enrolled: cohort.flow().enrolled,
            criteria: study.enrolment.iter().map(|criterion| criterion.name.clone()).collect(),
            cohorts: groups.levels.iter().cloned().zip(groups.counts()).collect(),
            partition: self.partition(),
            external,
            internal,
            centres: self.centres(),
            endpoints: cohort.endpoints().iter().map(|endpoint| self.outcome(endpoint)).collect(),
            times: (!times.is_empty()).then(|| format!("{} {unit}", times.join(", "))),
            variables: variables.len(),
            undescribed: variables.iter().filter(|c| c.label.is_none()).map(|c| c.name.clone()).collect(),
            missing: missing.filter(|(_, n)| *n > 0).collect(),
            imputed: self.imputed(),
            models: self.models().iter().map(|model| self.named(&model.name, &model.covariates)).collect(),
            radiomics: self.has_features().then(|| self.radiomics()),
            readings: study.readings.len(),
            bootstraps: study.analysis.bootstraps,
            seed: self.seed(),
            answers: study.audit.clone(),
        }
    }

    /// How patients came into cohorts.
    fn partition(&self) -> Option<String> {
        match &self.study.cohorts {
            CohortSpec::One => None,
            CohortSpec::Column { column, .. } => Some(format!("by the column {column}")),
            CohortSpec::Split(split) => {
                let even = match split.stratify.as_slice() {
                    [] => String::new(),
                    by => format!(", even in {}", by.join(", ")),
                };
                let of = split.development.as_ref().map(|centre| format!(" of centre {centre}")).unwrap_or_default();
                Some(format!("random split{of}, {} in training{even}, seed {}", split.fraction, split.seed))
            }
        }
    }

    /// Cohorts beside the first: those of other centres, and those of the same, as far as the study says so.
    fn held_out(&self) -> (Vec<String>, Vec<String>) {
        let others = self.cohorts().iter().skip(1);
        let is_external = |name: &&String| match &self.study.cohorts {
            CohortSpec::Split(split) => split.centre.is_some() && Some(*name) == self.cohorts().get(2),
            _ => name.to_lowercase().contains("external"),
        };
        let is_internal = |name: &&String| match &self.study.cohorts {
            CohortSpec::Split(_) => !is_external(name),
            _ => name.to_lowercase().contains("internal"),
        };
        (others.clone().filter(is_external).cloned().collect(), others.filter(is_internal).cloned().collect())
    }

    /// The column of centres and their names.
    fn centres(&self) -> Option<(String, Vec<String>)> {
        let CohortSpec::Split(split) = &self.study.cohorts else { return None };
        let column = self.cohort().frame().get(split.centre.as_deref()?)?;
        let factor = column.factor();
        let occurs = factor.levels.iter().zip(factor.counts()).filter(|(_, n)| *n > 0);
        Some((column.name.clone(), occurs.map(|(level, _)| level.clone()).collect()))
    }

    fn outcome(&self, endpoint: &Endpoint) -> Outcome {
        let spec = self.study.endpoint(&endpoint.name);
        let rows = self.cohort().rows_of_group(0);
        let origin = spec.and_then(|spec| match &spec.source {
            EndpointSource::Times { .. } => None,
            EndpointSource::Dates { origin, .. } | EndpointSource::Interval { origin, .. } => Some(origin.as_str()),
        });
        let dates = origin.and_then(|name| match &self.cohort().frame().get(name)?.values {
            Values::Date(days) => {
                let known = || days.iter().flatten().copied();
                Some((date::iso(known().min()?), date::iso(known().max()?)))
            }
            _ => None,
        });
        Outcome {
            name: endpoint.name.clone(),
            columns: spec.map(|spec| spec.columns().into_iter().map(str::to_owned).collect()).unwrap_or_default(),
            n: rows.iter().filter(|row| endpoint.is_complete(**row)).count(),
            events: endpoint.n_events(&rows),
            dates,
            competes: endpoint.causes.is_some(),
        }
    }

    fn named(&self, name: &str, written: &[String]) -> Named {
        let scores = self.scores();
        let is_score = |column: &&str| scores.iter().any(|score| score.is_called(column));
        let columns: Vec<&str> = written.iter().flat_map(|text| covariate_columns(text)).collect();
        let named = self.study.named_scores();
        let taken = named.iter().zip(&scores).filter(|(_, score)| columns.iter().any(|column| score.is_called(column)));
        let mut sequences: Vec<String> =
            taken.flat_map(|(score, _)| self.study.sequences_of(score)).map(str::to_owned).collect();
        sequences.sort();
        sequences.dedup();
        let effects = covariates::effects(self.data, written).unwrap_or_default();
        let mut widths: Vec<(String, usize)> = Vec::new();
        let coefficients = effects.iter().map(|effect| match effect {
            Effect::Column(column) => {
                let width = self.width(column);
                widths.push((column.clone(), width));
                width
            }
            Effect::Spline(column, knots) => {
                widths.push((column.clone(), knots - 1));
                knots - 1
            }
            Effect::Product(of) => {
                let width = |column: &String| widths.iter().find(|(name, _)| name == column).map_or(1, |(_, w)| *w);
                of.iter().map(width).product()
            }
        });
        Named {
            name: name.to_owned(),
            coefficients: coefficients.sum(),
            scored: columns.iter().any(is_score),
            clinical: columns.iter().any(|column| !is_score(column)),
            sequences,
        }
    }

    /// Coefficients of a column: one of a number, one less than its levels of a category.
    fn width(&self, name: &str) -> usize {
        match self.cohort().frame().get(name) {
            Some(column) if column.kind() != Kind::Number => {
                column.factor().counts().iter().filter(|n| **n > 0).count().saturating_sub(1)
            }
            _ => 1,
        }
    }

    fn radiomics(&self) -> Radiomics {
        let study = self.study;
        let names: Vec<&str> = study.sequence_names().collect();
        let settings = if names.is_empty() { None } else { study.settings_by_sequence().ok() };
        let lasso = &study.analysis.lasso;
        let net = if lasso.alpha == 1.0 { "LASSO" } else { "elastic net" };
        let penalty = match lasso.rule {
            LambdaRule::Min => "lambda.min".to_owned(),
            LambdaRule::OneSe => "lambda.1se".to_owned(),
            LambdaRule::Value(lambda) => lambda.to_string(),
        };
        let has_header = |image: &str| {
            let ending = Path::new(image).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            !WITHOUT_HEADERS.contains(&ending)
        };
        let columns = |settings: &radiomics::Settings| match &settings.dialect {
            Dialect::PyRadiomics => radiomics::catalogue::columns(settings).len(),
            Dialect::Ibsi(ibsi) => ibsi.columns().len(),
            Dialect::Both(ibsi) => radiomics::catalogue::columns(settings).len().max(ibsi.columns().len()),
        };
        let resamples = |settings: &radiomics::Settings| match settings.dialect.ibsi() {
            Some(ibsi) => ibsi.spacing.is_some(),
            None => settings.resampled_pixel_spacing.is_some(),
        };
        let sequences = study.images.iter().flat_map(|images| &images.sequences);
        Radiomics {
            sequences: names.iter().map(|name| (*name).to_owned()).collect(),
            dicom: sequences.clone().count() > 0 && sequences.clone().all(|sequence| has_header(&sequence.image)),
            repeats: self.has_repeats(),
            extraction: settings.as_ref().and_then(|_| extraction::methods_of_study(study)),
            points: settings.as_deref().map(|all| points(&names, all)).unwrap_or_default(),
            resampled: settings.as_ref().is_some_and(|all| all.iter().all(resamples)),
            features: settings.as_ref().and_then(|all| all.first()).map(columns),
            reliability: format!("{} of at least {}", study.analysis.icc.kind, study.analysis.icc.threshold),
            penalized: format!("{net} Cox model by {} folds, penalty {}", lasso.folds, penalty),
            harmonised: self.steps_said(|step| match step {
                ScoreStep::Harmonise { method, site, .. } => Some(format!("{} by {site}", method.word())),
                _ => None,
            }),
            redundancy: self.steps_said(|step| match step {
                ScoreStep::Redundancy { limit, .. } => Some(format!("of features with |r| above {limit} one stays")),
                ScoreStep::Mrmr(count) => Some(format!("the {count} most relevant and least redundant stay")),
                _ => None,
            }),
            imputed: self.steps_said(|step| match step {
                ScoreStep::Impute(method) => method.words(),
                _ => None,
            }),
            cuts: study.named_scores().iter().map(|score| (score.name.clone(), score.cut)).collect(),
        }
    }

    /// What `said` makes of the steps of the study's scores, each time with the name of the score where there are several.
    fn steps_said(&self, said: impl Fn(&ScoreStep) -> Option<String>) -> Option<String> {
        let scores = self.study.named_scores();
        let of_score = |score: &ScoreSpec| {
            let words = score.steps.iter().find_map(&said)?;
            Some(if scores.len() > 1 { format!("{}: {words}", score.name) } else { words })
        };
        joined(scores.iter().filter_map(of_score))
    }

    /// What stands for missing covariates of the named models.
    fn imputed(&self) -> Option<String> {
        let models = self.models();
        let mut ways: Vec<(String, Vec<&str>)> = Vec::new();
        for model in &models {
            let Some(words) = model.impute.words() else { continue };
            match ways.iter_mut().find(|(way, _)| *way == words) {
                Some((_, names)) => names.push(&model.name),
                None => ways.push((words, vec![&model.name])),
            }
        }
        let all = |names: &[&str]| names.len() == models.len();
        joined(
            ways.into_iter()
                .map(|(way, names)| if all(&names) { way } else { format!("{way} ({})", names.join(", ")) }),
        )
    }
}

/// Parts of a sentence; nothing without any.
fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The points of the extraction, once where they are the same of all sequences.
fn points(sequences: &[&str], settings: &[radiomics::Settings]) -> Points {
    let each: Vec<Vec<Points>> = settings.iter().map(extraction::points).collect();
    let same = each.windows(2).all(|pair| pair[0] == pair[1]);
    let said = |of: &dyn Fn(&Points) -> String| {
        let one = |points: &Vec<Points>| points.iter().map(of).collect::<Vec<_>>().join("; ");
        match (same, each.first()) {
            (_, None) => String::new(),
            (true, Some(first)) => one(first),
            (false, _) => {
                let named =
                    sequences.iter().zip(&each).map(|(sequence, points)| format!("{sequence}: {}", one(points)));
                named.collect::<Vec<_>>().join("; ")
            }
        }
    };
    Points {
        steps: vec![said(&|points| points.steps.join("; "))],
        discretised: said(&|points| points.discretised.clone()),
        images: said(&|points| points.images.clone()),
        classes: said(&|points| points.classes.clone()),
    }
}
