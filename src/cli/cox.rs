//! `riskset cox`: proportional hazards models.

use clap::Args;
use serde::Serialize;
use tables::names::{split_names, unquoted};

use super::choice::one_of;
use super::limits;
use super::output::Output;
use super::source::{Data, Rows, Source, column};
use super::{Common, Usage};
use crate::ask::{Grouping, Selection};
use crate::document::Document;
use crate::methods::covariates;
use crate::methods::cox::model::Step;
use crate::methods::cox::{self, Competing, Single, curve, profile};
use crate::study::RAD_SCORE;
use survival::cox::Ties;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Covariates: columns, splines rcs(COL,KNOTS) and products A*B [default: those of the study's variables that enter by
    /// its entry_p; with --step or --univariate, or of a bare table, all of them]
    #[arg(long, value_name = "A,B,..")]
    covariates: Option<String>,
    /// Variables of the study with a univariable p below this enter the model [default: the study's, else 0.05]
    #[arg(long, value_name = "P", value_parser = limits::share, conflicts_with_all = ["covariates", "step", "univariate"])]
    entry_p: Option<f64>,
    /// How tied events share their risk set [default: the study's, else efron]
    #[arg(long, value_name = "METHOD", value_parser = one_of(Ties::by_name()))]
    ties: Option<Ties>,
    /// A baseline hazard of its own for each level of these columns
    #[arg(long, value_name = "COL,..")]
    strata: Vec<String>,
    /// Test whether hazards are proportional
    #[arg(long)]
    zph: bool,
    /// Give the residuals of every row: martingale, deviance, dfbetas
    #[arg(long)]
    residuals: bool,
    /// Give the cumulative baseline hazard
    #[arg(long)]
    baseline: bool,
    /// Select covariates backward: aic, bic, p or p=0.05
    #[arg(long, value_name = "RULE", value_parser = step)]
    step: Option<Step>,
    /// Predict survival of this patient: COL=V,.. (the rest at means and reference levels), or `typical`; may be given again
    #[arg(long, value_name = "COL=V,..", value_parser = profile)]
    profile: Vec<profile::Spec>,
    /// Times of the predictions [default: the study's, else quartiles of the times of events]
    #[arg(long, value_name = "T,..", value_delimiter = ',', requires = "profile")]
    at: Vec<f64>,
    /// Log hazard ratio along these numbers, against a value of each [default: its median]
    #[arg(long, value_name = "COL[=REF],..", value_delimiter = ',', value_parser = curve)]
    curve: Vec<curve::Spec>,
    #[command(flatten)]
    rows: Rows,
    /// Robust standard errors [default: where weights are not whole numbers]; --robust=false for model-based ones
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    robust: Option<bool>,
    /// Robust standard errors, rows of equal value in this column belonging together
    #[arg(long, value_name = "COL", value_parser = column)]
    cluster: Option<String>,
    /// Firth's penalty, for separated data and few events
    #[arg(long)]
    firth: bool,
    /// Cause-specific hazard of this value of the event column; other events are censored
    #[arg(long, value_name = "K", conflicts_with = "event_is")]
    cause: Option<String>,
    /// Fine and Gray's subdistribution hazard of this value of the event column
    #[arg(long, value_name = "K", conflicts_with_all = ["cause", "event_is", "strata", "zph", "step", "robust", "cluster", "firth", "residuals", "profile", "curve"])]
    fine_gray: Option<String>,
    /// Value of the event column for those without any event [default: the study's, else 0 or `censored`]
    #[arg(long, value_name = "NAME", requires = "fine_gray")]
    censored: Option<String>,
    /// The effect of the first covariate, adjusted for the others, in the subgroups by each of these: columns, numbers
    /// COL=CUT, numbers with many values at their training median; `all` is what the study's variables give. Without
    /// --covariates the effect is that of the study's score, or of the first covariate of its models
    #[arg(long, value_name = "COL[=CUT],..", conflicts_with_all = ["step", "zph", "baseline", "residuals", "fine_gray", "profile", "curve", "univariate"])]
    subgroups: Option<String>,
    /// A model of each covariate alone
    #[arg(long, conflicts_with_all = ["step", "zph", "baseline", "residuals", "fine_gray", "profile", "curve"])]
    univariate: bool,
    #[command(flatten)]
    output: Output,
}

/// The answer of `--univariate`.
#[derive(Serialize)]
struct Univariate<'a> {
    n: usize,
    events: usize,
    n_dropped: usize,
    ties: Ties,
    #[serde(flatten)]
    described: &'a cox::Described,
    models: &'a [Single],
    notes: &'a [String],
}

/// A term stays with `--step p` if its p is at most this.
const USUAL_P: f64 = 0.05;

fn step(text: &str) -> Result<Step, String> {
    match text.split_once('=') {
        None if text == "aic" => Ok(Step::Aic),
        None if text == "bic" => Ok(Step::Bic),
        None if text == "p" => Ok(Step::P(USUAL_P)),
        Some(("p", value)) => match value.parse() {
            Ok(p) if p > 0.0 && p < 1.0 => Ok(Step::P(p)),
            _ => Err(format!("{value} is no p between 0 and 1")),
        },
        _ => Err("write aic, bic, p or p=0.05".to_owned()),
    }
}

/// `age=60,stage=II`; what follows a comma and is no `COL=V` belongs to the value before it.
fn profile(text: &str) -> Result<profile::Spec, String> {
    let mut values: Vec<(String, String)> = Vec::new();
    for part in text.split(',').filter(|_| text != "typical") {
        match (part.split_once('='), values.last_mut()) {
            (Some((name, value)), _) => values.push((name.trim().to_owned(), value.trim().to_owned())),
            (None, Some((_, level))) => *level = format!("{level},{part}"),
            (None, None) => return Err("write COL=V,.. or typical".to_owned()),
        }
    }
    Ok(profile::Spec { values })
}

/// `age` or `age=50`.
fn curve(text: &str) -> Result<curve::Spec, String> {
    let (variable, reference) = match text.rsplit_once('=') {
        None => (text, None),
        Some((variable, at)) => match at.parse::<f64>() {
            Ok(x) if x.is_finite() => (variable, Some(x)),
            _ => return Err(format!("{at} is no number to compare with")),
        },
    };
    Ok(curve::Spec { variable: variable.to_owned(), reference })
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    // Rows with late entry are often several of one subject.
    let (data, subject) = match options.rows.entry {
        None => (options.data.clone(), None),
        Some(_) => options.data.by_subject(),
    };
    let source = match options.cause.as_deref().or(options.fine_gray.as_deref()) {
        None => data.survival()?,
        Some(cause) => data.survival_until(&[cause])?.expecting(&[cause.to_owned()])?,
    };
    let named = options.covariates.as_deref().map(covariates::split);
    let used = columns_used(options, &source, named.as_deref());
    let mut source = source.knowing_covariates(common, &used)?;
    source.study.analysis.entry_p = options.entry_p.unwrap_or(source.study.analysis.entry_p);
    let kind = cox::Options {
        ties: source.ties(options.ties),
        strata: split_names(&options.strata),
        robust: options.robust == Some(true),
        model_based: options.robust == Some(false),
        cluster: options.cluster.clone(),
        firth: options.firth,
        subject,
    };
    if let Some(by) = &options.subgroups {
        return subgroups(options, &source, by, named.as_deref(), kind);
    }
    let all = options.step.is_some() || options.univariate || source.is_bare;
    let covariates = match named {
        Some(list) => list,
        None if all => source.plan().cox().candidates,
        None => source.entered(&options.rows, &kind)?,
    };
    if covariates.is_empty() {
        anyhow::bail!(Usage("name the covariates with --covariates A,B,..".to_owned()));
    }
    let on = if options.covariates.is_some() { source.training() } else { source.plan().scored(source.training()) };
    let on = options.rows.of(&on);
    if options.univariate {
        return univariate(options, &source, on, covariates, kind);
    }
    let spec = cox::model::Spec {
        competing: competing(options, &source)?,
        on,
        covariates,
        options: kind,
        step: options.step,
        zph: options.zph,
        cases: options.residuals,
        baseline: options.baseline,
        profiles: options.profile.clone(),
        times: if options.profile.is_empty() { Vec::new() } else { source.times(&options.at) },
        curves: options.curve.clone(),
    };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, |answer| match options.output.is_figure() {
        // What else was asked for has figures of its own.
        true if options.curve.is_empty() && options.profile.is_empty() => {
            Document::new(answer.label.clone()).with(cox::document::model_forest(answer))
        }
        _ => cox::document::model(answer),
    })
}

/// The columns that the options name, formulas taken apart.
fn columns_used(options: &Options, source: &Source, named: Option<&[String]>) -> Vec<String> {
    let divided = options.subgroups.as_deref().map(covariates::split).unwrap_or_default();
    let divided = divided.iter().map(|part| part.split_once('=').map_or(part.as_str(), |(name, _)| name).to_owned());
    let beside = [&options.cluster, &options.rows.entry, &options.rows.weights].into_iter().flatten().cloned();
    let beside = beside.chain(divided.filter(|name| name != "all"));
    let has_score = !source.is_bare && source.plan().rad_score().is_some();
    let score = (options.subgroups.is_some() && named.is_none() && has_score).then(|| RAD_SCORE.to_owned());
    let strata = split_names(&options.strata);
    named.into_iter().flatten().cloned().chain(strata).chain(beside).chain(score).collect()
}

/// The cause whose subdistribution is asked for.
fn competing(options: &Options, source: &Source) -> anyhow::Result<Option<Competing>> {
    let Some(cause) = options.fine_gray.clone() else { return Ok(None) };
    let Some(column) = source.event_column().map(str::to_owned) else {
        anyhow::bail!("the endpoint has no event column; name one with --time COL --event COL");
    };
    let censored = options.censored.clone().or_else(|| options.data.censored());
    Ok(Some(Competing { column, cause, censored }))
}

fn univariate(
    options: &Options,
    source: &Source,
    on: Selection,
    candidates: Vec<String>,
    kind: cox::Options,
) -> anyhow::Result<()> {
    let first = candidates.first().cloned();
    // No variable enters a joint model that nobody asked for.
    let spec = cox::Spec { on, candidates, chosen: Some(Vec::new()), entry_p: 0.0, step: None, options: kind };
    let answer = source.ask(spec.clone())?;
    if answer.models.is_empty() {
        let why = answer.notes.last().cloned().or(first).unwrap_or_default();
        anyhow::bail!("no model could be fitted; {why}");
    }
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    let mut notes = answer.notes.clone();
    let incomplete = answer.models.iter().filter(|model| model.n < answer.n).count();
    if incomplete > 0 {
        notes
            .push(format!("variables with missing values: {incomplete}; each leaves out its own patients (n_dropped)"));
    }
    let written = Univariate {
        n: answer.n,
        events: answer.events,
        n_dropped: answer.n_dropped,
        ties: answer.ties,
        described: &answer.described,
        models: &answer.models,
        notes: &notes,
    };
    source.write(&options.output, &written, |_| match options.output.is_figure() {
        true => Document::new("Univariable models").with(cox::document::univariable_forest(&answer)),
        false => cox::document::univariable(&answer),
    })
}

/// Values of a number that divide without a cut-off.
const FEW_VALUES: usize = 10;

/// `sex`, `age=65`, or `age`, which is cut at its training median where it has many values.
fn divides(source: &Source, text: &str) -> anyhow::Result<Grouping> {
    if let (None, Some((name, cut))) = (source.data.cohort.frame().get(text), text.rsplit_once('=')) {
        let Ok(cut) = cut.parse::<f64>() else {
            anyhow::bail!(Usage(format!("--subgroups {text}: {cut} is no number")))
        };
        return Ok(Grouping::Cut(unquoted(name).to_owned(), cut));
    }
    let many = source.data.cohort.frame().get(text).and_then(|column| column.numbers()).is_some_and(|numbers| {
        let mut known: Vec<f64> = numbers.iter().copied().filter(|x| !x.is_nan()).collect();
        known.sort_by(f64::total_cmp);
        known.dedup();
        known.len() > FEW_VALUES
    });
    Ok(if many { Grouping::Median(text.to_owned()) } else { source.grouping(text) })
}

fn subgroups(
    options: &Options,
    source: &Source,
    by: &str,
    covariates: Option<&[String]>,
    kind: cox::Options,
) -> anyhow::Result<()> {
    let plan = source.plan();
    let (effect, adjusted) = match covariates {
        Some([effect, adjusted @ ..]) => (effect.clone(), adjusted.to_vec()),
        _ => match plan.effect() {
            Some(effect) => (effect, Vec::new()),
            None => anyhow::bail!(Usage("name the effect with --covariates EFFECT[,ADJUSTED FOR,..]".to_owned())),
        },
    };
    let by = match by {
        "all" => plan.subgroups_by(&effect),
        by => covariates::split(by).iter().map(|part| divides(source, part)).collect::<anyhow::Result<_>>()?,
    };
    let columns = by.iter().flat_map(Grouping::columns);
    let on = plan.naming(
        options.rows.of(&source.on),
        columns.chain(adjusted.iter().map(String::as_str)).chain([effect.as_str()]),
    );
    let spec = cox::subgroups::Spec { on, effect, adjusted, by, options: kind };
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, |answer| match options.output.is_figure() {
        true => Document::new(answer.label.clone()).with(cox::document::subgroups::forest(answer)),
        false => cox::document::subgroups::document(answer),
    })
}
