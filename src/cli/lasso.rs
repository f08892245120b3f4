//! `riskset lasso`: the penalized Cox model and its score.

use std::str::FromStr;

use anyhow::bail;
use clap::Args;
use serde::Serialize;
use tables::Column;

use super::choice::one_of;
use super::limits::up_to;
use super::output::Output;
use super::source::{Data, Source};
use super::{Common, Usage};
use crate::ask::Selection;
use crate::methods::lasso::{self, Candidates, FoldSpec, Spec, stability};
use crate::methods::made::Named;
use crate::study::{EndpointSpec, LassoSpec, matches};
use survival::coxnet::{LambdaRule, Measure};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// A score of the study, with its candidates, steps and endpoint [default: the first, where no candidates are named]
    #[arg(long, value_name = "NAME", conflicts_with = "features")]
    score: Option<String>,
    /// What may be selected: names or patterns with * and ?, comma-separated [default: those of the study's first score, else
    /// its radiomic features; a table's columns of numbers]
    #[arg(long, value_name = "GLOB,..", value_delimiter = ',')]
    features: Vec<String>,
    /// Mixing: 1 is the lasso, 0 ridge regression [default: the study's, else 1]
    #[arg(long, value_name = "0..1")]
    alpha: Option<f64>,
    /// Number of penalties
    #[arg(long, value_name = "N", default_value = "100", value_parser = up_to::<10_000>)]
    nlambda: usize,
    /// Smallest penalty as part of the largest [default: 0.01 with fewer rows than candidates, else 0.0001]
    #[arg(long, value_name = "R")]
    lambda_min_ratio: Option<f64>,
    /// Folds of the cross-validation, dealt at random within those with and without the event [default: the study's,
    /// else 10]
    #[arg(long, value_name = "K")]
    folds: Option<usize>,
    /// Column that holds each row's fold, from 1
    #[arg(long, value_name = "COL", conflicts_with = "folds")]
    foldid: Option<String>,
    /// What the cross-validation measures [default: the study's, else deviance]
    #[arg(long, value_name = "MEASURE", value_parser = one_of(LassoSpec::measures()))]
    measure: Option<Measure>,
    /// Which penalty is chosen: min, 1se, or a value [default: the study's, else min]
    #[arg(long, value_name = "min|1se|VALUE", value_parser = str::parse::<LambdaRule>)]
    rule: Option<LambdaRule>,
    /// Whether the penalty sees candidates divided by their standard deviation
    #[arg(long, value_name = "true|false", default_value = "true", action = clap::ArgAction::Set)]
    standardize: bool,
    /// glmnet's convergence threshold, for its own digits, or `exact`: to the optimality conditions [default: 1e-7 for
    /// columns, exact for radiomic features]
    #[arg(long, value_name = "T|exact", value_parser = str::parse::<Precision>)]
    thresh: Option<Precision>,
    /// Factors of single penalties, 0 for none; the others have 1
    #[arg(long, value_name = "COL=V,..", value_delimiter = ',', value_parser = factor)]
    penalty_factor: Vec<(String, f64)>,
    /// Column of case weights
    #[arg(long, value_name = "COL")]
    weights: Option<String>,
    /// Deal the folds so many times and choose the penalty by the mean
    #[arg(long, value_name = "N", default_value = "1", conflicts_with = "foldid", value_parser = up_to::<10_000>)]
    repeats: usize,
    /// Adaptive LASSO: penalty factors 1 / |b|^GAMMA from a cross-validated ridge regression
    #[arg(long, value_name = "GAMMA", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    adaptive: Option<f64>,
    /// Stability selection in N pairs of halves
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "50", value_parser = up_to::<10_000>)]
    stability: Option<usize>,
    /// The least share of halves in which a stable candidate enters
    #[arg(long, value_name = "0.5..1", default_value = "0.75", requires = "stability")]
    stable: f64,
    /// The most candidates that enter in each half [default: so many that one false selection is to be expected]
    #[arg(long, value_name = "Q", requires = "stability")]
    most: Option<usize>,
    /// Column with a known part of the linear predictor
    #[arg(long, value_name = "COL")]
    offset: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// glmnet's convergence threshold where columns are taken as they are.
const THRESH: f64 = 1e-7;

/// How close to the solution to come.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Precision {
    /// To the solution itself.
    Exact,
    /// As close as glmnet comes with this threshold.
    Thresh(f64),
}

impl FromStr for Precision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<f64>() {
            _ if text == "exact" => Ok(Self::Exact),
            Ok(thresh) if thresh > 0.0 && thresh.is_finite() => Ok(Self::Thresh(thresh)),
            _ => Err("write a number above 0, such as 1e-7, or exact".to_owned()),
        }
    }
}

impl Precision {
    fn thresh(self) -> Option<f64> {
        match self {
            Self::Exact => None,
            Self::Thresh(thresh) => Some(thresh),
        }
    }
}

fn factor(text: &str) -> Result<(String, f64), String> {
    let wrong = || "write COL=FACTOR, such as age=0".to_owned();
    let (column, factor) = text.rsplit_once('=').ok_or_else(wrong)?;
    Ok((column.to_owned(), factor.parse().map_err(|_| wrong())?))
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let mut source = options.data.survival()?;
    let named = options.named(&source)?;
    let candidates = named.as_ref().map_or_else(|| options.candidates(&source), |score| score.spec.candidates);
    if candidates == Candidates::Radiomics {
        source = source.with_features(common)?;
    }
    let beside = [&options.foldid, &options.weights, &options.offset].into_iter().flatten();
    let names: Vec<&str> = beside.chain(&options.features).map(String::as_str).collect();
    source = source.knowing(common, names)?;
    let spec = options.spec(&source, candidates, named.as_ref())?;
    match &named {
        Some(score) if !spec.steps.is_empty() => {
            source.note(format!(
                "the study's score {} with its steps; --features GLOB,.. takes others without them",
                score.name
            ));
        }
        None if source.study.scores.iter().any(|score| !score.steps.is_empty()) => {
            source.note("without the steps of the study's scores; --score NAME takes one as the study has it");
        }
        _ => {}
    }
    if options.thresh == Some(Precision::Exact) {
        source.note("solved to the optimality conditions, each to 1e-8 of its penalty, not by glmnet's iterations");
    }
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    let Some(pairs) = options.stability else {
        return source.write(&options.output, &*answer, lasso::document::document);
    };
    let (threshold, seed) = (options.stable, source.seed());
    let stability = source.ask(stability::Spec { lasso: spec, pairs, most: options.most, threshold, seed })?;
    let both = WithStability { answer: &answer, stability: &stability };
    source.write(&options.output, &both, |both| {
        let mut document = lasso::document::document(both.answer);
        document.append(lasso::document::stability::document(both.stability));
        document
    })
}

/// The answer of `--stability`.
#[derive(Serialize)]
struct WithStability<'a> {
    #[serde(flatten)]
    answer: &'a lasso::Answer,
    stability: &'a stability::Answer,
}

impl Options {
    /// The study's score that is meant: the one called so, else its first; none where candidates are named, or of a table.
    fn named(&self, source: &Source) -> anyhow::Result<Option<Named>> {
        let all = if source.is_bare { Vec::new() } else { source.plan().scores() };
        let Some(name) = &self.score else {
            let has_own = !source.study.scores.is_empty() && self.features.is_empty();
            return Ok(all.into_iter().next().filter(|_| has_own));
        };
        let names: Vec<String> = all.iter().map(|score| score.name.clone()).collect();
        match all.into_iter().find(|score| score.name == *name) {
            Some(score) => Ok(Some(score)),
            None if names.is_empty() => {
                bail!(Usage(format!("--score {name}: there are no scores; say --features GLOB,..")))
            }
            None => bail!(Usage(format!("--score {name}: the study has the scores {}", names.join(", ")))),
        }
    }

    /// A study's radiomic features, unless columns are named that are none.
    fn candidates(&self, source: &Source) -> Candidates {
        let radiomics = source.study.images.is_some() || !source.data.cohort.features().is_empty();
        let clinical = |pattern: &String| {
            let cohort = &source.data.cohort;
            cohort.frame().names().any(|name| matches(pattern, name) && !cohort.features().iter().any(|f| f == name))
        };
        if source.is_bare || !radiomics || self.features.iter().any(clinical) {
            Candidates::Columns
        } else {
            Candidates::Radiomics
        }
    }

    fn spec(&self, source: &Source, candidates: Candidates, named: Option<&Named>) -> anyhow::Result<Spec> {
        let of_study = &source.study.analysis.lasso;
        let training = source.training().cohort;
        let mut spec = match named {
            Some(Named { spec, .. }) => {
                let own = spec.on.endpoint.clone().filter(|_| !self.data.names_endpoint());
                let endpoint = own.or_else(|| source.on.endpoint.clone());
                Spec { on: Selection { endpoint, ..source.on.clone() }, training, ..spec.clone() }
            }
            None => Spec {
                candidates,
                features: match candidates {
                    Candidates::Radiomics => self.features.clone(),
                    Candidates::Columns => self.columns(source)?,
                },
                ..Spec::of_study(source.on.clone(), training, of_study, &source.study.analysis.icc, source.seed())
            },
        };
        spec.on.weights.clone_from(&self.weights);
        spec.alpha = self.alpha.unwrap_or(spec.alpha);
        spec.nlambda = self.nlambda;
        spec.lambda_min_ratio = self.lambda_min_ratio;
        if let Some(column) = &self.foldid {
            spec.folds = FoldSpec::Column(column.clone());
        } else if let Some(count) = self.folds {
            spec.folds = FoldSpec::Random { count, seed: source.seed() };
        }
        spec.measure = self.measure.unwrap_or(spec.measure);
        spec.rule = self.rule.unwrap_or(spec.rule);
        spec.standardize = self.standardize;
        // A score is the same whoever asks for it.
        let is_plain = candidates == Candidates::Columns && named.is_none();
        let usual = if is_plain { Precision::Thresh(THRESH) } else { Precision::Exact };
        spec.thresh = self.thresh.unwrap_or(usual).thresh();
        spec.penalty_factor.clone_from(&self.penalty_factor);
        spec.offset.clone_from(&self.offset);
        spec.deals = self.repeats.max(1);
        spec.adaptive = self.adaptive.or(spec.adaptive);
        Ok(spec)
    }

    /// The columns that the options name. A pattern does not mean columns that have another role: patient, follow-up,
    /// cohort, folds, weights, offset.
    fn columns(&self, source: &Source) -> anyhow::Result<Vec<String>> {
        let cohort = &source.data.cohort;
        let of_endpoints = source.study.endpoints.iter().flat_map(EndpointSpec::columns);
        let of_options = [&self.foldid, &self.weights, &self.offset, &source.study.id];
        let taken: Vec<&str> = of_endpoints.chain(of_options.into_iter().filter_map(|name| name.as_deref())).collect();
        let free = |column: &&Column| column.numbers().is_some() && !taken.contains(&column.name.as_str());
        let free: Vec<&str> = cohort.frame().columns().filter(free).map(|c| c.name.as_str()).collect();
        if self.features.is_empty() {
            let described = |name: &&&str| cohort.variables().iter().chain(cohort.features()).any(|v| v == *name);
            return Ok(free.iter().filter(described).map(|name| (*name).to_owned()).collect());
        }
        let mut chosen: Vec<String> = Vec::new();
        for pattern in &self.features {
            if !pattern.contains(['*', '?']) {
                chosen.push(pattern.clone());
                continue;
            }
            let found = free.iter().filter(|name| matches(pattern, name)).map(|name| (*name).to_owned());
            let before = chosen.len();
            chosen.extend(found);
            if chosen.len() == before {
                bail!(Usage(format!("--features {pattern}: no column of numbers is called so")));
            }
        }
        Ok(chosen)
    }
}
