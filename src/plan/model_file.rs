//! A model of the study as a file of its own.

use survival::stats::describe::describe;
use tables::{Frame, Kind, Values};
use watch::Watch;

use super::{Plan, columns_of};
use crate::ask::{AskError, Dataset, Memo, Question, Score as _, Selection, region_of};
use crate::methods::made::Named;
use crate::methods::model_file::{
    self, Coding, Corrected, Derived, Extraction, FORMAT, Feature, JudgedAt, Level, ModelFile, OfCohort, Performance,
    Provenance, Range, Score, SequenceSettings, Term, VERSION, VERSION_WITH_COVARIATES, VERSION_WITH_EXPECTED,
    VERSION_WITH_STEPS, Variable,
};
use crate::methods::{lasso, model, optimism, performance};
use crate::study::{ImageSpec, ImputeMethod, ModelSpec, ScoreStep, SequenceSpec, regions_for};

/// Who answers the questions behind a file.
pub struct Answering<'a> {
    /// Answers each question once.
    pub memo: &'a Memo,
    /// Stops the work.
    pub watch: &'a dyn Watch,
}

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
    /// The fit behind a model file.
    pub fn carried(&self, model: ModelSpec, times: Vec<f64>) -> model_file::Spec {
        let on = self.with_models(self.selection_of_all_cohorts(), std::slice::from_ref(&model));
        model_file::Spec { on, model, ties: self.ties(), times }
    }

    /// `model` with all that a prediction at `times` needs. What it was made from, and by which extractor, is for the caller
    /// to add.
    ///
    /// # Errors
    /// The model cannot be fitted.
    pub fn model_file(
        &self,
        model: ModelSpec,
        times: Vec<f64>,
        answering: &Answering<'_>,
    ) -> Result<ModelFile, AskError> {
        let spec = self.carried(model.clone(), times);
        let fitted = self.answered(spec, answering)?;
        let mut scores = Vec::new();
        for (column, named) in self.scores_in(&model) {
            portable(&named)?;
            let site = harmonised(&named.spec.steps);
            let filled_by = filled_by(&named.spec.steps);
            let score = self.carried_score(&column, &*self.answered(named.spec, answering)?, &fitted.rows)?;
            let (harmonisation, site) = site.unzip();
            scores.push(Score { harmonisation, site, filled_by, ..score });
        }
        let mut notes = fitted.notes.clone();
        let performance = self.how_well(&model, answering, &mut notes)?;
        let with_made = self.with_made(&model, answering)?;
        let frame = with_made.cohort.frame();
        let (mut variables, derived) = self.taken(frame, &fitted.terms, &scores, &fitted.rows)?;
        for site in scores.iter().filter_map(|score| score.site.as_deref()) {
            if !variables.iter().any(|v| v.name == site) {
                let as_text = |of: Variable| Variable {
                    kind: Kind::Text.word().to_owned(),
                    levels: Vec::new(),
                    range: None,
                    ..of
                };
                variables.push(as_text(self.variable(frame, site, &fitted.terms, &fitted.rows)?));
            }
        }
        let has_steps = |score: &Score| score.site.is_some() || score.features.iter().any(|f| f.fill.is_some());
        let from_others = |score: &Score| score.features.iter().any(|f| f.from_others.is_some());
        let version = match (scores.iter().any(from_others), scores.iter().any(has_steps)) {
            _ if fitted.imputation.is_some() => VERSION_WITH_COVARIATES,
            (true, _) => VERSION_WITH_EXPECTED,
            (false, true) => VERSION_WITH_STEPS,
            (false, false) => VERSION,
        };
        Ok(ModelFile {
            format: FORMAT.to_owned(),
            version,
            riskset: env!("CARGO_PKG_VERSION").to_owned(),
            model: model.name.clone(),
            label: model::label(&model).to_owned(),
            study: self.study.title.clone(),
            endpoint: fitted.endpoint.clone(),
            variables,
            derived,
            imputation: fitted.imputation.clone(),
            extraction: self.extraction(&scores)?,
            scores,
            ties: self.ties(),
            terms: fitted.terms.clone(),
            coefficients: fitted.coefficients.clone(),
            covariance: fitted.covariance.clone(),
            baseline: fitted.baseline.clone(),
            cut: fitted.cut,
            training: fitted.training.clone(),
            performance,
            provenance: Provenance { seed: self.seed(), ..Provenance::default() },
            notes,
        })
    }

    pub(super) fn answered<Q: Question>(
        &self,
        question: Q,
        answering: &Answering<'_>,
    ) -> Result<std::sync::Arc<Q::Answer>, AskError> {
        answering.memo.ask(self.data, question, answering.watch)
    }

    /// The scores among the covariates of `model` and behind them, by the names of their columns.
    pub(super) fn scores_in(&self, model: &ModelSpec) -> Vec<(String, Named)> {
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

    /// The patients with the columns that are made for `model`.
    fn with_made(&self, model: &ModelSpec, answering: &Answering<'_>) -> Result<Dataset, AskError> {
        match self.made(columns_of(self.cohort().frame(), &model.covariates)) {
            Some(made) => made.columns(Ok(&*self.answered(made.clone(), answering)?), self.data),
            None => Ok(self.data.clone()),
        }
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

    /// The columns that the terms take, those that they are computed from before them.
    fn taken(
        &self,
        frame: &Frame,
        terms: &[Term],
        scores: &[Score],
        rows: &[usize],
    ) -> Result<(Vec<Variable>, Vec<Derived>), AskError> {
        let (mut variables, mut derived) = (Vec::new(), Vec::new());
        let mut waiting: Vec<(String, bool)> = terms
            .iter()
            .rev()
            .filter(|term| !matches!(term.coding, Coding::Product { .. }))
            .filter(|term| !scores.iter().any(|score| score.name == term.name))
            .map(|term| (term.name.clone(), false))
            .collect();
        // What a column is computed from comes before it: a column that has been opened waits behind its own parts.
        while let Some((name, opened)) = waiting.pop() {
            if variables.iter().any(|v: &Variable| v.name == name) {
                continue;
            }
            let computed = self.study.derived.iter().find(|d| d.name == name);
            if let (Some(computed), false) = (computed, opened) {
                waiting.push((name, true));
                let names = computed.expression.names();
                let parts = names.iter().rev().filter(|part| !scores.iter().any(|score| score.name == **part));
                waiting.extend(parts.map(|part| ((*part).to_owned(), false)));
                continue;
            }
            variables.push(self.variable(frame, &name, terms, rows)?);
            derived.extend(
                computed.map(|d| Derived { name: d.name.clone(), expression: d.expression.source().to_owned() }),
            );
        }
        Ok((variables, derived))
    }

    fn variable(&self, frame: &Frame, name: &str, terms: &[Term], rows: &[usize]) -> Result<Variable, AskError> {
        let column = frame.column(name).map_err(AskError::impossible)?;
        let spec = self.study.column(name);
        let of_term = terms.iter().find(|t| t.name == name).and_then(|term| match &term.coding {
            Coding::Factor { levels } => Some(levels.clone()),
            _ => None,
        });
        let factor = column.factor();
        let is_category = of_term.is_some() || column.kind() == Kind::Category;
        let levels = of_term.unwrap_or_else(|| if is_category { factor.levels.clone() } else { Vec::new() });
        let level = |level: String| {
            let written = spec.into_iter().flat_map(|spec| &spec.levels).filter(|l| l.label == level);
            let mut values: Vec<String> = written.map(|l| l.value.clone()).collect();
            if !values.contains(&level) {
                values.push(level.clone());
            }
            let n = rows.iter().filter(|row| factor.level(**row) == Some(level.as_str())).count();
            Level { level, values, n }
        };
        let range = match (&column.values, is_category) {
            (Values::Number(values), false) => {
                Some(Range::of(&rows.iter().map(|row| values[*row]).collect::<Vec<_>>()))
            }
            _ => None,
        };
        let of_table = Some(&self.study.table.missing).filter(|missing| !missing.is_empty());
        Ok(Variable {
            name: name.to_owned(),
            label: column.label().to_owned(),
            unit: column.unit.clone(),
            kind: if is_category { "category" } else { column.kind().word() }.to_owned(),
            levels: levels.into_iter().map(level).collect(),
            missing: spec.and_then(|spec| spec.missing.clone()).or(of_table.cloned()),
            limits: spec.and_then(|spec| spec.limits).or(self.study.table.limits),
            derived: self.study.derived.iter().any(|d| d.name == name),
            range,
        })
    }

    /// How the features of the scores are extracted; none where they are columns.
    fn extraction(&self, scores: &[Score]) -> Result<Option<Extraction>, AskError> {
        let takes = |name: &str| {
            scores.iter().flat_map(|score| &score.features).any(|feature| feature.sequence.as_deref() == Some(name))
        };
        let Some(images) = &self.study.images else { return Ok(None) };
        let names: Vec<&str> = self.study.sequence_names().collect();
        if !names.iter().any(|name| takes(name)) {
            return Ok(None);
        }
        let first = |problems: Vec<tables::problem::Problem>| match problems.into_iter().next() {
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

    /// Performance in every cohort, and what the bootstrap leaves of it. What cannot be judged is a note.
    fn how_well(
        &self,
        model: &ModelSpec,
        answering: &Answering<'_>,
        notes: &mut Vec<String>,
    ) -> Result<Performance, AskError> {
        let models = vec![model.clone()];
        let on = self.with_models(Selection { cohort: None, ..self.selection() }, &models);
        let asked = performance::Spec { on: on.clone(), models: models.clone(), ..self.performance() };
        let mut noted = |what: &str, error: AskError| match error {
            AskError::Cancelled => Err(AskError::Cancelled),
            other => {
                notes.push(format!("{what}: {other}"));
                Ok(())
            }
        };
        let known = |x: f64| Some(x).filter(|x| x.is_finite());
        let mut found = Performance::default();
        match self.answered(asked, answering) {
            Err(error) => noted("performance", error)?,
            Ok(answer) => {
                let one = |of: &performance::OfCohort| {
                    let score = of.scores.first()?;
                    let c = &score.concordance;
                    let times = score.auc.iter().zip(&score.brier).map(|(auc, brier)| JudgedAt {
                        time: auc.time,
                        auc: known(auc.auc),
                        brier: known(brier.brier),
                    });
                    Some(OfCohort {
                        cohort: of.cohort.clone(),
                        apparent: of.apparent,
                        n: of.n,
                        events: of.events,
                        c: known(c.c),
                        se: known(c.se),
                        lower: known(c.lower),
                        upper: known(c.upper),
                        times: times.collect(),
                    })
                };
                found.cohorts = answer.cohorts.iter().filter_map(one).collect();
            }
        }
        match self.answered(optimism::Spec { on, models, ..self.optimism() }, answering) {
            Err(error) => noted("bootstrap", error)?,
            Ok(answer) => {
                found.corrected = answer.models.first().map(|of| Corrected {
                    bootstraps: answer.bootstraps,
                    seed: answer.seed,
                    c: known(of.measures.c.corrected),
                    c_optimism: known(of.measures.c.optimism),
                    slope: known(of.measures.slope.corrected),
                });
                notes.extend(answer.notes.iter().cloned());
            }
        }
        Ok(found)
    }
}
