//! The penalized Cox model (LASSO, elastic net) and the score that follows from it.
//!
//! Everything is estimated in the training cohort: which features vary, means and standard deviations, penalties,
//! coefficients, and the cut between low and high. The other cohorts are only scored.

pub mod document;
pub mod figure;
pub mod script;

mod answer;
mod candidates;
mod fit;
mod imputed;
mod score;
mod spec;
pub mod stability;
pub mod steps;

pub use answer::{
    Adaptive, Answer, Chosen, CohortScores, Cv, FromOthers, OfOther, Path, Repeated, Score, Share, Stage, Term,
};
pub use spec::{Candidates, FoldSpec, Spec};

use candidates::{Candidate, complete, named, usable};

use crate::ask::{Ask, AskError, Dataset, Question, ScoreOf, Selection, Source};
use figures::format;
use survival::Survival;
use survival::coxnet::{CvPath, LambdaRule, PathEnd};
use survival::stats::describe;
use survival::validation::Sample;
use watch::Watch;

/// The patients of the fit, with all that is known of them.
struct Fitted<'a> {
    rows: Vec<usize>,
    survival: Survival,
    candidates: Vec<Candidate<'a>>,
    /// The candidates' values in the fit, z-scores if those are used.
    values: Vec<Vec<f64>>,
    /// Mean and standard deviation of each candidate in the fit.
    moments: Vec<(f64, f64)>,
}

/// The fit's patients, and what was said and lost on the way to them.
struct Prepared<'a> {
    fitted: Fitted<'a>,
    /// The further sets, where several are imputed.
    further: Option<imputed::Further<'a>>,
    n_dropped: usize,
    stages: Vec<Stage>,
}

/// Chooses patients and candidates of the fit.
fn prepared<'a>(
    data: &'a Dataset,
    spec: &Spec,
    ask: &dyn Ask,
    watch: &dyn Watch,
    notes: &mut Vec<String>,
) -> Result<Prepared<'a>, AskError> {
    let training = spec.training.as_ref();
    let on = Selection { cohort: training.cloned(), score: None, ..spec.on.clone() };
    let selected = data.select(&on)?;
    let survival = selected.survival.as_ref().ok_or_else(AskError::no_endpoint)?;
    notes.extend(selected.notes.iter().cloned());
    let named = named(data, spec)?;
    let rows = complete(data, spec, &named, &selected.rows);
    let rows = steps::with_sites(data, spec, fit::with_options(data, spec, rows)?)?;
    let n_dropped = selected.n_dropped + selected.rows.len() - rows.len();
    left_out(spec, selected.rows.len(), rows.len(), training, notes)?;
    let (candidates, mut stages) = usable(named, spec, &rows, notes, ask, watch)?;
    let kept: Vec<usize> = rows.iter().filter_map(|r| selected.rows.binary_search(r).ok()).collect();
    let survival = survival.select(&kept);
    let sample = Sample { rows: &rows, survival: &survival };
    let after = steps::after(data, spec, &sample, candidates, &mut stages, notes, watch)?;
    let mut sets = after.sets.into_iter();
    let first = sets.next().unwrap_or_default();
    let further = after.everybody.map(|everybody| {
        let one = |candidates| standardized(spec, rows.clone(), survival.clone(), candidates);
        imputed::Further { sets: sets.map(one).collect(), everybody }
    });
    Ok(Prepared { fitted: standardized(spec, rows, survival, first), further, n_dropped, stages })
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "penalized model";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn score(&self) -> Option<&ScoreOf> {
        // The score itself has none among its columns.
        None
    }

    fn uses_features(&self) -> bool {
        self.candidates == Candidates::Radiomics
    }

    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, ask, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Fits the path in the training cohort, cross-validates it, and scores everybody.
fn run(data: &Dataset, spec: &Spec, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
    let training = spec.training.as_ref();
    let mut notes = Vec::new();
    let Prepared { fitted, further, n_dropped, mut stages } = prepared(data, spec, ask, watch, &mut notes)?;
    let fit::CrossValidated { cv, repeated, adaptive } = fit::cross_validate(data, spec, &fitted, watch)?;
    let lambda = cv.lambda(spec.rule);
    let mut chosen = Chosen { lambda, terms: terms(spec, &fitted, &cv, lambda), behind: Vec::new(), sets: None };
    if let Some(further) = &further {
        chosen = further.pooled(data, spec, chosen, &mut notes, watch)?;
    }
    let terms = &chosen.terms;
    stages.push(Stage { stage: "selected", features: terms.len() });
    caveats(spec, &fitted, &cv, terms.len(), &mut notes);
    let candidates = further.as_ref().map_or(&fitted.candidates, |further| &further.everybody);
    let scored = score::of_everybody(data, spec, &fitted, candidates, terms)?;
    let filled = scored.scores.iter().filter(|score| !score.filled.is_empty()).count();
    if filled > 0 {
        notes.push(format!("{} scored with a feature that was filled in", format::patients_are(filled)));
    }
    Ok(Answer {
        endpoint: spec.on.endpoint.clone().unwrap_or_default(),
        training: training.cloned(),
        n: fitted.rows.len(),
        events: fitted.survival.n_events(),
        n_dropped,
        alpha: spec.alpha,
        rule: match spec.rule {
            LambdaRule::Min => "min",
            LambdaRule::OneSe => "1se",
            LambdaRule::Value(_) => "value",
        },
        seed: match spec.folds {
            FoldSpec::Random { seed, .. } => Some(seed),
            FoldSpec::Column(_) => None,
        },
        z_scores: spec.candidates == Candidates::Radiomics,
        df: cv.path.df(),
        paths: paths(&fitted, &cv),
        cv: Cv {
            measure: spec.measure,
            lambda_min: cv.path.lambda[cv.min],
            lambda_1se: cv.path.lambda[cv.one_se],
            cvm: cv.cvm,
            cvsd: cv.cvsd,
            foldid: cv.fold,
        },
        repeated,
        adaptive,
        lambda: cv.path.lambda,
        dev_ratio: cv.path.dev_ratio,
        formula: score::formula(terms, spec),
        selected: chosen,
        scores: scored.scores,
        cut: scored.cuts[0],
        cuts: scored.cuts,
        cut_by: spec.cut,
        rows: fitted.rows,
        label: spec.called().to_owned(),
        steps: spec.steps_in_words(),
        cohorts: scored.cohorts,
        stages,
        notes,
    })
}

/// Says how many patients the fit stands on; without any there is none.
fn left_out(
    spec: &Spec,
    all: usize,
    used: usize,
    training: Option<&String>,
    notes: &mut Vec<String>,
) -> Result<(), AskError> {
    let of = training.map(|t| format!(" of the {t} cohort")).unwrap_or_default();
    match (spec.candidates, used) {
        (Candidates::Radiomics, 0) => {
            return Err(AskError::NotYet(format!("no patient{of} has radiomic features yet")));
        }
        (Candidates::Columns, 0) => {
            return Err(AskError::Impossible(format!("no patient{of} has all values")));
        }
        (Candidates::Radiomics, used) if used < all => {
            notes.push(format!("features of {used} of {all} patients{of}; the others have none so far"));
        }
        (Candidates::Columns, used) if used < all => {
            notes.push(format!("{} left out{of} because a value is missing", format::patients_are(all - used)));
        }
        _ => {}
    }
    Ok(())
}

/// The candidates' values in the fit.
fn standardized<'a>(spec: &Spec, rows: Vec<usize>, survival: Survival, candidates: Vec<Candidate<'a>>) -> Fitted<'a> {
    let mut values: Vec<Vec<f64>> = candidates.iter().map(|c| rows.iter().map(|r| c.value(*r)).collect()).collect();
    let moments: Vec<(f64, f64)> = values.iter().map(|v| (describe::mean(v), describe::variance(v).sqrt())).collect();
    if spec.candidates == Candidates::Radiomics {
        for (column, (mean, sd)) in values.iter_mut().zip(&moments) {
            column.iter_mut().for_each(|x| *x = (*x - mean) / sd);
        }
    }
    Fitted { rows, survival, candidates, values, moments }
}

/// The coefficients at `lambda`.
fn terms(spec: &Spec, fitted: &Fitted, cv: &CvPath, lambda: f64) -> Vec<Term> {
    let z_scores = spec.candidates == Candidates::Radiomics;
    let term = |(j, b): (usize, f64)| {
        let (mean, sd) = fitted.moments[j];
        let (coef, z_coef) = if z_scores { (b / sd, b) } else { (b, b * sd) };
        let candidate = &fitted.candidates[j];
        let candidates::Brought { sites, fill, from_others } = candidate.brought.clone();
        Term { term: candidate.name.clone(), coef, z_coef, mean, sd, icc: candidate.icc, sites, fill, from_others }
    };
    let mut terms: Vec<Term> = cv.path.at(lambda).0.into_iter().map(term).collect();
    if z_scores {
        terms.sort_by(|a, b| b.z_coef.abs().total_cmp(&a.z_coef.abs()));
    }
    terms
}

/// The candidates that have a coefficient somewhere on the path.
fn paths(fitted: &Fitted, cv: &CvPath) -> Vec<Path> {
    let mut ever: Vec<usize> = cv.path.coefficients.iter().flat_map(|c| c.0.iter().map(|(j, _)| *j)).collect();
    ever.sort_unstable();
    ever.dedup();
    let mut coef = vec![vec![0.0; cv.path.lambda.len()]; ever.len()];
    for (k, coefficients) in cv.path.coefficients.iter().enumerate() {
        for (j, b) in &coefficients.0 {
            if let Ok(at) = ever.binary_search(j) {
                coef[at][k] = *b;
            }
        }
    }
    let named = ever.into_iter().zip(coef);
    named.map(|(j, coef)| Path { feature: fitted.candidates[j].name.clone(), coef }).collect()
}

/// What a reviewer would say.
fn caveats(spec: &Spec, fitted: &Fitted, cv: &CvPath, selected: usize, notes: &mut Vec<String>) {
    let events = fitted.survival.n_events();
    let constant: Vec<&str> = fitted
        .candidates
        .iter()
        .zip(&fitted.moments)
        .filter(|(_, (_, sd))| *sd == 0.0)
        .map(|(candidate, _)| candidate.name.as_str())
        .collect();
    if let Some((first, others)) = constant.split_first() {
        let names = match others {
            [] => format!("{first} is the same in all patients and has"),
            _ => format!("{} candidates, first {first}, are the same in all patients and have", constant.len()),
        };
        notes.push(format!("{names} no coefficient"));
    }
    if selected == 0 {
        notes.push("no candidate is selected at this penalty: the score is the same for everybody".to_owned());
    } else if events < EVENTS_PER_FEATURE * selected {
        notes.push(format!(
            "{events} events for {selected} selected candidates: expect optimism in the training cohort"
        ));
    }
    let folds = cv.fold.iter().copied().max().unwrap_or(0);
    let has_event = |fold: usize| (0..cv.fold.len()).any(|i| cv.fold[i] == fold && fitted.survival.event()[i]);
    let without = (1..=folds).filter(|fold| !has_event(*fold)).count();
    if without > 0 {
        notes.push(format!("folds without an event, which do not count: {without} of {folds}"));
    }
    let last = cv.path.lambda.len() - 1;
    if spec.rule == LambdaRule::Min && cv.min == last && last > 0 {
        notes.push("the best penalty is the last of the path: a smaller one may be better still".to_owned());
    }
    if let Some(thresh) = spec.thresh
        && thresh < CLOSE
        && fitted.rows.len() * fitted.candidates.len() > LARGE
    {
        notes.push(format!(
            "glmnet's own iterations to a threshold of {thresh:e} take long with {} candidates: --thresh exact is solved \
             to the optimality conditions in a fraction of it",
            fitted.candidates.len()
        ));
    }
    if cv.path.end == PathEnd::NoConvergence {
        let why = if spec.thresh.is_some() {
            " (glmnet's iterations reached its maxit, or one patient outweighs everybody at risk; --thresh exact goes on)"
        } else {
            ""
        };
        notes.push(format!("the path ends where no solution could be found at the next penalty{why}"));
    }
    if cv.broken_off > 0 {
        notes.push(format!(
            "paths of the cross-validation that break off where no solution could be found: {}; their last solutions \
             stand for smaller penalties",
            cv.broken_off
        ));
    }
}

/// Thresholds below this cost glmnet's iterations many sweeps, which count in tables of so many values.
const CLOSE: f64 = 1e-9;
const LARGE: usize = 200_000;

/// Fewer events for each selected candidate than this are pointed out.
const EVENTS_PER_FEATURE: usize = 5;
