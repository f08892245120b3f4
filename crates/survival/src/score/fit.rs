//! Fitting all steps to a sample.

use super::fitted::{Filling, FittedModel, FittedScore, FittedSteps, Stage, Term};
use super::spec::{Cut, Harmonisation, Imputation, Merit, Reduction};
use super::{ScoreError, ScorePipeline, folds};
use crate::Survival;
use crate::cox::{CoxSpec, Design, Reference};
use crate::coxnet::{Coxnet, CoxnetSpec, CvPath, Folds};
use crate::cutpoint::CutpointSpec;
use crate::feature_selection::{Keep, UnivariableSpec};
use crate::harmonize::{Harmonizer, SiteData, fit_z_scores};
use crate::impute::{Variable, most_frequent};
use crate::stats::describe::quantile;
use crate::validation::{Pipeline, Sample};
use watch::Watch;

/// The columns in play, by the number of their feature, with the values of the sample.
#[derive(Clone)]
struct Columns {
    feature: Vec<usize>,
    values: Vec<Vec<f64>>,
}

impl Columns {
    fn slices(&self) -> Vec<&[f64]> {
        self.values.iter().map(Vec::as_slice).collect()
    }

    /// The columns at `places`.
    fn keep(&mut self, places: &[usize], stages: &mut Vec<Stage>, name: &'static str) -> Result<(), ScoreError> {
        self.feature = places.iter().map(|&k| self.feature[k]).collect();
        self.values = places.iter().map(|&k| std::mem::take(&mut self.values[k])).collect();
        stages.push(Stage { name, features: self.feature.len() });
        if self.feature.is_empty() { Err(ScoreError::NothingLeft(name)) } else { Ok(()) }
    }
}

impl<'a> Pipeline for ScorePipeline<'a> {
    type Fitted = FittedScore<'a>;
    type Error = ScoreError;

    fn models(&self) -> Vec<String> {
        self.spec.models.iter().map(|m| m.name.clone()).collect()
    }

    fn fit(&self, sample: &Sample, watch: &dyn Watch) -> Result<FittedScore<'a>, ScoreError> {
        let sets = self.prepare(sample, watch)?;
        let mut fitted: Vec<(Vec<Term>, f64)> = Vec::with_capacity(sets.len());
        for (_, columns) in &sets {
            fitted.push(self.net(sample, columns, watch)?);
        }
        let lambda = fitted[0].1;
        let terms = pooled(fitted.into_iter().map(|(terms, _)| terms).collect());
        let Some((mut steps, columns)) = sets.into_iter().next() else { return Err(ScoreError::NoFeatures) };
        steps.stages.push(Stage { name: "elastic net", features: terms.len() });
        let mut fitted = FittedScore { steps, terms, lambda, cuts: Vec::new(), models: Vec::new() };
        // What is expected stands for missing values here as it will anywhere.
        let score = match &fitted.steps.filling {
            Filling::Expected(_) => fitted.score(sample.rows),
            Filling::Nothing | Filling::Values(_) => score_of(&fitted.terms, &columns),
        };
        fitted.cuts = self.spec.cut.fit(&score, sample.survival)?;
        fitted.models = self.models_of(sample, &score, &fitted.cuts, watch)?;
        Ok(fitted)
    }
}

impl<'a> ScorePipeline<'a> {
    /// All steps before the elastic net, fitted to `sample`, and the columns that they leave there, in the order of
    /// [`FittedSteps::features`]; once for each imputed set, else once.
    ///
    /// # Errors
    /// Why a step cannot be fitted to the sample.
    pub fn steps(&self, sample: &Sample, watch: &dyn Watch) -> Result<Vec<WithColumns<'a>>, ScoreError> {
        let sets = self.prepare(sample, watch)?;
        Ok(sets.into_iter().map(|(steps, columns)| (steps, columns.values)).collect())
    }

    fn prepare(&self, sample: &Sample, watch: &dyn Watch) -> Result<Vec<(FittedSteps<'a>, Columns)>, ScoreError> {
        let mut stages = Vec::new();
        let mut columns = self.candidates(sample.rows, &mut stages)?;
        let entering = columns.feature.clone();
        let harmonizer = self.harmonize(sample.rows, &mut columns, watch)?;
        let (filling, sets) = self.impute(sample.rows, columns, watch)?;
        let one = |mut columns: Columns| {
            let mut stages = stages.clone();
            self.reduce(sample.survival, &mut columns, &mut stages, watch)?;
            let (entering, harmonizer) = (entering.clone(), harmonizer.clone());
            let (filling, features) = (filling.clone(), columns.feature.clone());
            Ok((FittedSteps { data: self.data, entering, harmonizer, filling, stages, features }, columns))
        };
        sets.into_iter().map(one).collect()
    }
}

/// Steps with the columns that they leave in the sample.
type WithColumns<'a> = (FittedSteps<'a>, Vec<Vec<f64>>);

impl ScorePipeline<'_> {
    /// Reliable features that vary.
    fn candidates(&self, rows: &[usize], stages: &mut Vec<Stage>) -> Result<Columns, ScoreError> {
        let all = 0..self.data.features.len();
        stages.push(Stage { name: "candidates", features: all.len() });
        let reliable: Vec<usize> = match self.spec.agreement {
            // A reliability that is not known (NaN) is none.
            Some(least) => all.filter(|&j| self.data.reliability[j] >= least).collect(),
            None => all.collect(),
        };
        // What nobody of the sample has cannot be filled in.
        let known = |&j: &usize| rows.iter().any(|&i| !self.data.features[j][i].is_nan());
        let imputes = self.spec.imputation != Imputation::None;
        let reliable: Vec<usize> = reliable.into_iter().filter(|j| !imputes || known(j)).collect();
        let pick = |&j: &usize| rows.iter().map(|&i| self.data.features[j][i]).collect::<Vec<f64>>();
        let mut columns = Columns { values: reliable.iter().map(pick).collect(), feature: reliable };
        if self.spec.agreement.is_some() {
            let everything: Vec<usize> = (0..columns.feature.len()).collect();
            columns.keep(&everything, stages, "agreement")?;
        }
        if let Some(variance) = self.spec.variance {
            let kept = variance.check()?.fit(&columns.slices());
            columns.keep(&kept, stages, "variance")?;
        }
        Ok(columns)
    }

    fn harmonize(
        &self,
        rows: &[usize],
        columns: &mut Columns,
        watch: &dyn Watch,
    ) -> Result<Option<Harmonizer>, ScoreError> {
        let Some(how) = &self.spec.harmonisation else { return Ok(None) };
        let site: Vec<&str> = rows.iter().map(|&i| self.data.site[i].as_str()).collect();
        let kept: Vec<Vec<f64>> = self.data.kept.iter().map(|c| rows.iter().map(|&i| c[i]).collect()).collect();
        let kept: Vec<&[f64]> = kept.iter().map(Vec::as_slice).collect();
        let slices = columns.slices();
        let data = SiteData { features: &slices, site: &site, kept: &kept };
        let (fitted, data) = match how {
            Harmonisation::Combat(spec) => (spec.clone().check()?.fit(&data, watch)?, data),
            // z-scores know no covariates.
            Harmonisation::ZScores => (fit_z_scores(&data)?, SiteData { kept: &[], ..data }),
        };
        columns.values = fitted.apply(&data, watch)?.features;
        Ok(Some(fitted))
    }

    /// What stands for missing values, and the columns with them filled in, once or in several sets.
    fn impute(
        &self,
        rows: &[usize],
        columns: Columns,
        watch: &dyn Watch,
    ) -> Result<(Filling, Vec<Columns>), ScoreError> {
        let middle: fn(&[f64]) -> Option<f64> = match self.spec.imputation {
            Imputation::None => {
                let missing = |values: &Vec<f64>| values.iter().position(|v| v.is_nan());
                let found = columns.feature.iter().zip(&columns.values).find_map(|(f, x)| Some((*f, missing(x)?)));
                return match found {
                    Some((feature, k)) => Err(ScoreError::Missing { feature, subject: rows[k] }),
                    None => Ok((Filling::Nothing, vec![columns])),
                };
            }
            Imputation::Median => |known| (!known.is_empty()).then(|| quantile(known, 0.5)),
            Imputation::Mode => most_frequent,
            Imputation::Chained(chained) => {
                let variables: Vec<Variable> = columns.values.iter().cloned().map(Variable::Number).collect();
                let found = chained.check()?.fit(&variables, watch)?;
                let numbers = |variable: &Variable| match variable {
                    Variable::Number(values) => values.clone(),
                    Variable::Category { .. } => Vec::new(),
                };
                let feature = &columns.feature;
                let one = |set: &crate::impute::Completed| Columns {
                    feature: feature.clone(),
                    values: set.variables.iter().map(numbers).collect(),
                };
                return Ok((Filling::Expected(found.expected()), found.sets.iter().map(one).collect()));
            }
        };
        let mut columns = columns;
        let mut filling = Vec::with_capacity(columns.feature.len());
        for values in &mut columns.values {
            let known: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
            let fill = middle(&known).unwrap_or_default();
            values.iter_mut().filter(|v| v.is_nan()).for_each(|v| *v = fill);
            filling.push(fill);
        }
        Ok((Filling::Values(filling), vec![columns]))
    }

    fn reduce(
        &self,
        survival: &Survival,
        columns: &mut Columns,
        stages: &mut Vec<Stage>,
        watch: &dyn Watch,
    ) -> Result<(), ScoreError> {
        for step in &self.spec.reductions {
            let (kept, name) = match step {
                Reduction::Redundancy(redundancy, merit) => {
                    let merit = self.merit(*merit, survival, columns, watch)?;
                    (redundancy.check()?.fit(&columns.slices(), &merit, watch)?, "redundancy")
                }
                Reduction::Screen(screen) => {
                    (screen.check()?.fit(&columns.slices(), survival, watch)?.0, "univariable screen")
                }
                Reduction::Mrmr(mrmr) => (mrmr.check()?.fit(&columns.slices(), survival, watch)?, "mRMR"),
            };
            columns.keep(&kept, stages, name)?;
        }
        Ok(())
    }

    /// What makes one of two correlated features the better one.
    fn merit(
        &self,
        merit: Merit,
        survival: &Survival,
        columns: &Columns,
        watch: &dyn Watch,
    ) -> Result<Vec<f64>, ScoreError> {
        Ok(match merit {
            Merit::Reliability => columns.feature.iter().map(|&j| self.data.reliability[j]).collect(),
            Merit::Outcome => {
                UnivariableSpec { keep: Keep::Best(0) }.check()?.fit(&columns.slices(), survival, watch)?.1
            }
        })
    }

    /// Coefficients at the penalty that cross-validation chooses, largest effect first.
    fn net(&self, sample: &Sample, columns: &Columns, watch: &dyn Watch) -> Result<(Vec<Term>, f64), ScoreError> {
        let net = self.spec.net;
        let fold = folds::of_subjects(sample.rows, sample.survival, net.folds, net.seed, net.stratified);
        let (slices, folds) = (columns.slices(), Folds::Given(fold));
        let mut spec = CoxnetSpec { alpha: net.alpha, ..CoxnetSpec::default() };
        if let Some(gamma) = net.adaptive {
            let plain = spec.clone().check()?;
            spec.penalty_factor = Some(plain.adaptive_factors(sample.survival, &slices, &folds, gamma, watch)?.factor);
        }
        let checked: Coxnet = spec.check()?;
        let cv: CvPath = checked.cross_validate(sample.survival, &slices, &folds, net.measure, watch)?;
        let lambda = cv.lambda(net.rule);
        let term = |(k, coef): &(usize, f64)| {
            let values = &columns.values[*k];
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let sd = (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0)).sqrt();
            Term { feature: columns.feature[*k], coef: *coef, mean, sd }
        };
        let mut terms: Vec<Term> = cv.path.at(lambda).0.iter().map(term).collect();
        sort(&mut terms);
        Ok((terms, lambda))
    }

    fn models_of(
        &self,
        sample: &Sample,
        score: &[f64],
        cuts: &[f64],
        watch: &dyn Watch,
    ) -> Result<Vec<FittedModel>, ScoreError> {
        let cox = CoxSpec::default().check()?;
        let one = |model: &super::ModelSpec| {
            let mut design = Design::new(sample.rows.len());
            for &c in &model.clinical {
                let values: Vec<f64> = sample.rows.iter().map(|&i| self.data.clinical[c][i]).collect();
                design = design.linear(&format!("clinical {c}"), &values)?;
            }
            if model.score {
                design = design.linear("score", score)?;
            }
            if model.group {
                let groups: Vec<f64> = score.iter().map(|s| super::fitted::group(*s, cuts) as f64).collect();
                design = design.linear("group", &groups)?;
            }
            let fit = cox.fit(sample.survival, &design, watch)?;
            let baseline = fit.baseline(Reference::Means).remove(0);
            let (coef, means) = (fit.coef_or_zero(), fit.means.clone());
            Ok(FittedModel { spec: model.clone(), coef, means, time: baseline.time, hazard: baseline.cumhaz })
        };
        self.spec.models.iter().map(one).collect()
    }
}

impl Cut {
    /// Where `score` is cut: a score above k of these is in group k.
    ///
    /// # Errors
    /// A cut of the largest statistic that cannot be searched.
    pub fn fit(self, score: &[f64], survival: &Survival) -> Result<Vec<f64>, ScoreError> {
        Ok(match self {
            Self::Median => vec![quantile(score, 0.5)],
            Self::Tertiles => vec![quantile(score, 1.0 / 3.0), quantile(score, 2.0 / 3.0)],
            Self::Value(value) => vec![value],
            // Of a score that is the same for everybody there is no best cut.
            Self::Optimal(_) if score.iter().all(|s| *s == score[0]) => vec![score[0]],
            Self::Optimal(minprop) => {
                let spec = CutpointSpec { minprop, maxprop: 1.0 - minprop };
                vec![spec.check()?.fit(survival, score)?.cut]
            }
        })
    }
}

/// The terms of several sets as one: means of coefficients, 0 where a set has none, and of what is taken off, largest effect
/// first.
fn pooled(mut sets: Vec<Vec<Term>>) -> Vec<Term> {
    if sets.len() == 1 {
        return sets.swap_remove(0);
    }
    let share = 1.0 / sets.len() as f64;
    let mut all: Vec<Term> = sets.into_iter().flatten().collect();
    all.sort_by_key(|term| term.feature);
    let one = |of: &[Term]| {
        let mean = |get: fn(&Term) -> f64| of.iter().map(get).sum::<f64>() / of.len() as f64;
        let coef = share * of.iter().map(|term| term.coef).sum::<f64>();
        Term { feature: of[0].feature, coef, mean: mean(|term| term.mean), sd: mean(|term| term.sd) }
    };
    let mut terms: Vec<Term> = all.chunk_by(|a, b| a.feature == b.feature).map(one).collect();
    sort(&mut terms);
    terms
}

/// The largest effect first.
fn sort(terms: &mut [Term]) {
    terms.sort_by(|a, b| (b.coef * b.sd).abs().total_cmp(&(a.coef * a.sd).abs()).then(a.feature.cmp(&b.feature)));
}

fn score_of(terms: &[Term], columns: &Columns) -> Vec<f64> {
    let mut score = vec![0.0; columns.values.first().map_or(0, Vec::len)];
    for term in terms {
        if let Some(k) = columns.feature.iter().position(|f| *f == term.feature) {
            score.iter_mut().zip(&columns.values[k]).for_each(|(s, x)| *s += term.coef * (x - term.mean));
        }
    }
    score
}
