//! What happens to the candidates before the penalized model: harmonisation, imputation, filters, each fitted to the
//! patients of the fit and applied to everybody.

use std::collections::HashSet;

use survival::feature_selection::{
    Keep, MrmrSpec, RedundancyRule, RedundancySpec, Relevance, UnivariableSpec, VarianceSpec,
};
use survival::harmonize::{CombatSpec, SitePrior};
use survival::impute::ChainedSpec;
use survival::score::{
    Cut, FittedSteps, Harmonisation, Imputation, Merit, NetSpec, Reduction, ScoreData, ScoreError, ScoreSpec,
};
use survival::validation::Sample;
use tables::Values;
use watch::Watch;

use super::answer::{FromOthers, OfOther, Stage};
use super::candidates::{self, Brought, Candidate};
use super::spec::{FoldSpec, Spec};
use crate::ask::{Ask, AskError, Dataset, Selection};
use crate::study::{BetterBy, ChainedSets, ImputeMethod, ScoreCut, ScoreStep, SiteMethod};
use figures::format;

impl Spec {
    /// The least agreement that the steps ask for, if they do.
    pub(super) fn agreement(&self) -> Option<f64> {
        self.steps.iter().find_map(|step| match step {
            ScoreStep::Agreement(least) => Some(*least),
            _ => None,
        })
    }

    /// Whether missing values are filled in.
    pub(super) fn imputes(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, ScoreStep::Impute(method) if *method != ImputeMethod::None))
    }

    fn harmonisation(&self) -> Option<(SiteMethod, &str, &[String], Option<&str>)> {
        self.steps.iter().find_map(|step| match step {
            ScoreStep::Harmonise { method, site, keep, reference } => {
                Some((*method, site.as_str(), keep.as_slice(), reference.as_deref()))
            }
            _ => None,
        })
    }

    /// The steps, the penalized model and the cut as a pipeline that can be fitted again to samples. Agreement is not among
    /// them: features without it are no candidates.
    pub fn pipeline(&self) -> ScoreSpec {
        let mut spec = ScoreSpec { cut: cut(self.cut), net: self.net(), ..ScoreSpec::default() };
        for step in &self.steps {
            match step {
                ScoreStep::Agreement(_) => {}
                ScoreStep::Variance(least) => {
                    spec.variance = Some(VarianceSpec { least: *least, ..VarianceSpec::default() });
                }
                ScoreStep::Harmonise { method, reference, .. } => {
                    spec.harmonisation = Some(harmonisation(*method, reference.clone()));
                }
                ScoreStep::Impute(method) => spec.imputation = self.imputation(*method),
                ScoreStep::Redundancy { limit, keep, clusters, ranks } => {
                    let rule = if *clusters { RedundancyRule::Cluster } else { RedundancyRule::Better };
                    let merit = if *keep == BetterBy::Agreement { Merit::Reliability } else { Merit::Outcome };
                    let redundancy = RedundancySpec { limit: *limit, ranks: *ranks, rule };
                    spec.reductions.push(Reduction::Redundancy(redundancy, merit));
                }
                ScoreStep::ScreenP(limit) => spec.reductions.push(screen(Keep::P(*limit))),
                ScoreStep::ScreenQ(limit) => spec.reductions.push(screen(Keep::Q(*limit))),
                ScoreStep::ScreenBest(count) => spec.reductions.push(screen(Keep::Best(*count))),
                ScoreStep::Mrmr(count) => {
                    let mrmr = MrmrSpec { count: *count, relevance: Relevance::Difference };
                    spec.reductions.push(Reduction::Mrmr(mrmr));
                }
            }
        }
        spec
    }

    fn imputation(&self, method: ImputeMethod) -> Imputation {
        match method {
            ImputeMethod::None => Imputation::None,
            ImputeMethod::Median => Imputation::Median,
            ImputeMethod::Mode => Imputation::Mode,
            ImputeMethod::Chained(ChainedSets { sets, rounds, donors, predictors }) => {
                Imputation::Chained(ChainedSpec {
                    sets,
                    rounds,
                    donors,
                    predictors: Some(predictors),
                    seed: self.net().seed,
                })
            }
        }
    }

    fn net(&self) -> NetSpec {
        let (folds, seed) = match self.folds {
            FoldSpec::Random { count, seed } => (count, seed),
            FoldSpec::Column(_) => (NetSpec::default().folds, NetSpec::default().seed),
        };
        NetSpec {
            alpha: self.alpha,
            adaptive: self.adaptive,
            folds,
            seed,
            stratified: true,
            measure: self.measure,
            rule: self.rule,
        }
    }

    /// The steps in the words of a methods section, those that were fitted to patients.
    pub fn steps_in_words(&self) -> Vec<String> {
        let share = |x: &f64| format::chosen_to(*x, 4);
        let mut words: Vec<String> = self
            .steps
            .iter()
            .filter_map(|step| match step {
                ScoreStep::Agreement(least) => Some(format!("agreement of at least {}", share(least))),
                ScoreStep::Variance(least) => Some(format!("variance above {}", share(least))),
                ScoreStep::Harmonise { method, site, .. } => {
                    Some(format!("harmonisation of {site} ({})", method.word()))
                }
                ScoreStep::Impute(method) => method.words().map(|how| format!("missing values by {how}")),
                ScoreStep::Redundancy { limit, .. } => Some(format!("redundancy, |r| above {}", share(limit))),
                ScoreStep::ScreenP(limit) => Some(format!("univariable p below {}", share(limit))),
                ScoreStep::ScreenQ(limit) => Some(format!("univariable q below {}", share(limit))),
                ScoreStep::ScreenBest(count) => Some(format!("the {count} of the smallest univariable p")),
                ScoreStep::Mrmr(count) => Some(format!("mRMR of {count}")),
            })
            .collect();
        words.push(super::document::method(self.alpha).to_owned() + " with its penalty by cross-validation");
        words.push(format!("cut at {}", self.cut.words()));
        words
    }
}

/// The cut as the engine knows it.
pub(super) fn cut(cut: ScoreCut) -> Cut {
    match cut {
        ScoreCut::Median => Cut::Median,
        ScoreCut::Tertiles => Cut::Tertiles,
        ScoreCut::Optimal => Cut::Optimal(ScoreCut::LEAST_SHARE),
        ScoreCut::Value(value) => Cut::Value(value),
    }
}

fn screen(keep: Keep) -> Reduction {
    Reduction::Screen(UnivariableSpec { keep })
}

fn harmonisation(method: SiteMethod, reference: Option<String>) -> Harmonisation {
    let combat = |prior, mean_only| Harmonisation::Combat(CombatSpec { prior, mean_only, reference });
    match method {
        SiteMethod::Combat => combat(SitePrior::Parametric, false),
        SiteMethod::NonParametric => combat(SitePrior::NonParametric, false),
        SiteMethod::MeanOnly => combat(SitePrior::Parametric, true),
        SiteMethod::LocationScale => combat(SitePrior::None, false),
        SiteMethod::ZScores => Harmonisation::ZScores,
    }
}

/// Those of `rows` whose site, and whose covariates that a harmonisation keeps, are known.
pub(super) fn with_sites(data: &Dataset, spec: &Spec, rows: Vec<usize>) -> Result<Vec<usize>, AskError> {
    let Some((_, site, keep, _)) = spec.harmonisation() else { return Ok(rows) };
    let names = std::iter::once(site).chain(keep.iter().map(String::as_str));
    let columns = names.map(|name| data.cohort.frame().column(name).map_err(AskError::impossible));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().filter(|row| columns.iter().all(|c| !c.values.is_missing(*row))).collect())
}

/// The candidates as the engine takes them: a value for every row of the cohort, and which rows can be scored at all.
pub(super) fn score_data(
    data: &Dataset,
    spec: &Spec,
    candidates: &[Candidate<'_>],
) -> Result<(ScoreData, Vec<usize>), AskError> {
    let n = data.cohort.len();
    let finite = |x: f64| if x.is_finite() { x } else { f64::NAN };
    let features: Vec<Vec<f64>> = candidates.iter().map(|c| (0..n).map(|row| finite(c.value(row))).collect()).collect();
    let known: Vec<usize> = (0..n).filter(|row| features.iter().any(|values| !values[*row].is_nan())).collect();
    let known = with_sites(data, spec, known)?;
    let reliability = candidates.iter().map(|c| c.icc.unwrap_or(f64::NAN)).collect();
    let (mut site, mut kept) = (Vec::new(), Vec::new());
    if let Some((_, name, keep, _)) = spec.harmonisation() {
        let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
        site = (0..n).map(|row| column.values.text(row).unwrap_or_default()).collect();
        for name in keep {
            kept.extend(covariates(data, name, &known)?);
        }
    }
    Ok((ScoreData { features, reliability, site, kept, clinical: Vec::new() }, known))
}

/// A covariate that is kept: its numbers, or one 0/1 column for each level but the reference that somebody in `rows` has.
fn covariates(data: &Dataset, name: &str, rows: &[usize]) -> Result<Vec<Vec<f64>>, AskError> {
    let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
    if let Values::Number(numbers) = &column.values {
        return Ok(vec![numbers.clone()]);
    }
    let factor = column.factor();
    let present: HashSet<u32> = rows.iter().filter_map(|row| factor.codes[*row]).collect();
    let others = (0..factor.levels.len() as u32).filter(|level| *level != factor.reference && present.contains(level));
    let indicator = |level: u32| factor.codes.iter().map(|code| f64::from(*code == Some(level))).collect();
    Ok(others.map(indicator).collect())
}

/// What a score is fitted to again and again: its candidates, which know of no outcomes, and who can be scored.
pub struct ScoreInput {
    /// A value of every candidate for every row of the cohort.
    pub data: ScoreData,
    /// Names of the candidates.
    pub names: Vec<String>,
    /// Rows that can be scored, ascending.
    pub known: Vec<usize>,
    /// Rows of the training patients whom the score is fitted to, ascending.
    pub rows: Vec<usize>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// The candidates of a score, filtered by what knows no outcomes: agreement, completeness, variation in training.
///
/// # Errors
/// As for the score itself.
pub fn input(data: &Dataset, spec: &Spec, ask: &dyn Ask, watch: &dyn Watch) -> Result<ScoreInput, AskError> {
    let on = Selection { cohort: spec.training.clone(), score: None, ..spec.on.clone() };
    let selected = data.select(&on)?;
    let named = candidates::named(data, spec)?;
    let rows = with_sites(data, spec, candidates::complete(data, spec, &named, &selected.rows))?;
    if rows.is_empty() {
        return Err(AskError::NotYet("no patient has all features of the score yet".to_owned()));
    }
    let mut notes = Vec::new();
    let (candidates, _) = candidates::usable(named, spec, &rows, &mut notes, ask, watch)?;
    let (values, known) = score_data(data, spec, &candidates)?;
    let names = candidates.into_iter().map(|c| c.name).collect();
    Ok(ScoreInput { data: values, names, known, rows, notes })
}

/// The candidates after the steps.
pub(super) struct After<'a> {
    /// In the patients of the fit, once for each imputed set.
    pub sets: Vec<Vec<Candidate<'a>>>,
    /// In everybody, where several sets are imputed: what is expected stands for missing values. Those from which they
    /// follow are among them.
    pub everybody: Option<Vec<Candidate<'a>>>,
}

/// The candidates after the steps, which are fitted to `sample`.
pub(super) fn after<'a>(
    data: &'a Dataset,
    spec: &Spec,
    sample: &Sample<'_>,
    candidates: Vec<Candidate<'a>>,
    stages: &mut Vec<Stage>,
    notes: &mut Vec<String>,
    watch: &dyn Watch,
) -> Result<After<'a>, AskError> {
    if spec.steps.iter().all(|step| matches!(step, ScoreStep::Agreement(_) | ScoreStep::Impute(ImputeMethod::None))) {
        return Ok(After { sets: vec![candidates], everybody: None });
    }
    let (values, known) = score_data(data, spec, &candidates)?;
    let explained = |error| explain(data, &candidates, error);
    let pipeline = spec.pipeline().check(&values).map_err(explained)?;
    let sets = pipeline.steps(sample, watch).map_err(explained)?;
    let steps = &sets[0].0;
    stages.extend(steps.stages.iter().skip(1).map(|s| Stage { stage: s.name, features: s.features }));
    notes.extend(steps.harmonizer.iter().flat_map(|h| h.notes.iter().map(ToString::to_string)).take(MOST_NOTES));
    notes.extend(filled_in(spec, sample, &values));
    let made = Made { data, candidates: &candidates, steps };
    if sets.len() == 1 {
        let applied = steps.apply(&steps.features, &known);
        let of = steps.features.iter().zip(applied).map(|(feature, x)| made.candidate(*feature, &known, x));
        return Ok(After { sets: vec![of.collect()], everybody: None });
    }
    let mut all: Vec<usize> = sets.iter().flat_map(|(steps, _)| steps.features.iter().copied()).collect();
    let behind: Vec<usize> =
        all.iter().filter_map(|f| steps.from_others(*f)).flat_map(|of| of.coef).map(|(f, _)| f).collect();
    all.extend(behind);
    all.sort_unstable();
    all.dedup();
    let applied = steps.apply(&all, &known);
    let everybody = all.iter().zip(applied).map(|(feature, x)| made.candidate(*feature, &known, x)).collect();
    let of_set = |(steps, columns): &(FittedSteps<'_>, Vec<Vec<f64>>)| {
        let pairs = steps.features.iter().zip(columns);
        pairs.map(|(feature, x)| made.candidate(*feature, sample.rows, x.clone())).collect::<Vec<_>>()
    };
    Ok(After { sets: sets.iter().map(of_set).collect(), everybody: Some(everybody) })
}

/// How many features miss values that are filled in.
fn filled_in(spec: &Spec, sample: &Sample<'_>, values: &ScoreData) -> Option<String> {
    let method = spec.steps.iter().find_map(|step| match step {
        ScoreStep::Impute(method) => method.words(),
        _ => None,
    })?;
    let missing = |values: &&Vec<f64>| sample.rows.iter().any(|row| values[*row].is_nan());
    let (filled, of) = (values.features.iter().filter(missing).count(), values.features.len());
    let (count, all) = (format::count(filled), format::count(of));
    (filled > 0).then(|| format!("missing values of {count} of {all} features are filled in by {method} of the fit"))
}

/// Candidates as the steps make them.
struct Made<'s, 'a> {
    data: &'s Dataset,
    candidates: &'s [Candidate<'a>],
    steps: &'s FittedSteps<'s>,
}

impl Made<'_, '_> {
    /// One with `values` in `rows`.
    fn candidate<'b>(&self, feature: usize, rows: &[usize], values: Vec<f64>) -> Candidate<'b> {
        let mut all = vec![f64::NAN; self.data.cohort.len()];
        rows.iter().zip(values).for_each(|(row, value)| all[*row] = value);
        let name = |feature: usize| self.candidates[feature].name.clone();
        let from_others = self.steps.from_others(feature).map(|of| FromOthers {
            intercept: of.intercept,
            features: of.coef.into_iter().map(|(k, coef)| OfOther { feature: name(k), coef }).collect(),
            lower: of.lower,
            upper: of.upper,
        });
        let sites = self.steps.site_lines(feature).unwrap_or_default();
        let brought = Brought { sites, fill: self.steps.fill(feature), from_others };
        Candidate::computed(name(feature), self.candidates[feature].icc, brought, all)
    }
}

/// At most so many remarks of a harmonisation are carried on.
const MOST_NOTES: usize = 5;

/// The error in terms of patients and names.
pub(super) fn explain(data: &Dataset, candidates: &[Candidate<'_>], error: ScoreError) -> AskError {
    AskError::Impossible(match error {
        ScoreError::Cancelled(_) => return AskError::Cancelled,
        ScoreError::Missing { feature, subject } => format!(
            "{} is missing for patient {}: add the step {{ impute = \"median\" }} or {{ impute = \"chained\" }}, or leave the patient out",
            candidates[feature].name,
            data.cohort.ids()[subject]
        ),
        other => other.to_string(),
    })
}
