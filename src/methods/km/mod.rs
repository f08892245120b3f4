//! Kaplan-Meier curves by group, with the log-rank test and, for two groups, the hazard ratio.

pub mod document;
pub mod figure;
pub mod script;

pub mod band;
pub mod details;
mod patients;
pub mod who;

use serde::Serialize;
use survival::cox::{CoxSpec, Design, Ties};
use survival::kaplan_meier::{CheckedKaplanMeier, Curve, Interval, KaplanMeierSpec, Variance, common_tau};
use survival::logrank::LogRankSpec;
use survival::{Groups, Survival};
use watch::Watch;

pub use super::cox::Test;

use self::band::Band;
use self::details::Details;
use self::patients::Patients;
use super::intervals::Intervals;
use super::{cox, order};
use crate::ask::grouping::Grouping;
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::TimeUnit;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// What divides the curves; one curve for all if not said.
    pub by: Option<Grouping>,
    /// `log`, `log-log`, `plain`, `logit` or `none`; log if not said.
    pub conf_type: Option<Interval>,
    /// Turn the event round: follow-up by reverse Kaplan-Meier.
    pub follow_up: bool,
    /// Greenwood's variance even where weights are not whole numbers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub greenwood: bool,
    /// A simultaneous band around each curve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<band::Spec>,
    /// Column that names the subject, where several rows with late entry are one subject's.
    pub subject: Option<String>,
    /// Count time from this one on, of those still followed then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landmark: Option<f64>,
    /// What is wanted besides the curves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<details::Spec>,
    /// How tied events count in the Cox model behind the hazard ratio; Efron's way if not said.
    pub ties: Option<Ties>,
    /// Whether the groups were found by a search over these same patients: then no test and no hazard ratio holds.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub searched: bool,
}

/// Curves and test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Name and label of the endpoint, and its unit of time.
    pub endpoint: String,
    /// What the endpoint is called in print.
    pub label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// What divides the curves, in words.
    pub by: Option<String>,
    /// The kind of confidence interval.
    pub conf_type: Interval,
    /// One for each group with patients.
    pub groups: Vec<Group>,
    /// The test over all groups, if there are two or more.
    pub logrank: Option<Test>,
    /// The second group against the first, by Cox regression, if there are two.
    pub hazard_ratio: Option<HazardRatio>,
    /// Where time begins, if not at the origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landmark: Option<f64>,
    /// Follow-up, survival at times, restricted means and further tests, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Details>,
    /// Patients left out.
    pub n_dropped: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Group {
    pub group: String,
    /// What it is called where the grouping is not named beside it.
    pub label: String,
    pub n: usize,
    pub events: usize,
    /// Sum of the weights of the events, where there are weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted_events: Option<f64>,
    pub median: Option<f64>,
    pub median_lower: Option<f64>,
    pub median_upper: Option<f64>,
    /// Mean restricted to the longest follow-up of all groups.
    pub rmean: f64,
    /// That longest follow-up.
    pub rmean_to: f64,
    pub rmean_se: f64,
    /// Events over time at risk; none where rows have weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    pub curve: CurvePoints,
    /// The confidence band, if asked for and defined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<Band>,
}

/// Events per unit of time at risk, with exact limits of a Poisson count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Rate {
    pub person_time: f64,
    pub rate: f64,
    pub lower: f64,
    pub upper: f64,
}

/// A curve, one value for each distinct time; `std_err` is that of log S.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct CurvePoints {
    pub time: Vec<f64>,
    pub n_risk: Vec<f64>,
    pub n_event: Vec<f64>,
    pub n_censor: Vec<f64>,
    pub surv: Vec<f64>,
    pub std_err: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
}

/// A hazard ratio with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct HazardRatio {
    pub hr: f64,
    pub lower: f64,
    pub upper: f64,
    pub p: f64,
}

/// Groups with fewer events than this are pointed out.
const FEW_EVENTS: usize = 10;

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "survival curves";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Estimates the curves and compares them.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let endpoint = data.endpoint_of(&spec.on)?;
    let mut notes = Vec::new();
    let patients = Patients::of(data, spec, endpoint.unit, &mut notes)?;
    if !spec.follow_up {
        notes.extend(patients.ended_otherwise(data, endpoint));
    }
    // Rows of one subject are not independent, and weights that are not whole are no numbers of patients: R's survfit
    // takes the robust variance as well.
    let is_sampled = cox::sampled(&patients.survival) && !spec.greenwood;
    if is_sampled {
        notes.push("weights are not whole numbers: standard errors and limits are robust ones".to_owned());
    }
    let interval = spec.conf_type.unwrap_or_default();
    let variance = if spec.subject.is_some() || is_sampled { Variance::Robust } else { Variance::Greenwood };
    let method = KaplanMeierSpec { interval, variance, ..KaplanMeierSpec::default() };
    let method = method.check().map_err(AskError::impossible)?;
    let curves = curves(data, spec, &patients, &method, &mut notes)?;
    watch.step(1, 2)?;
    let logrank = if patients.are_compared(spec) { test(&patients, &mut notes)? } else { None };
    let cox = CoxSpec { ties: spec.ties.unwrap_or_default(), robust: is_sampled, ..CoxSpec::default() };
    let two = patients.are_compared(spec) && patients.levels.len() == 2;
    let hazard_ratio = if two { hazard_ratio(&patients.survival, &patients.codes, cox, watch)? } else { None };
    if logrank.is_some() && is_sampled {
        notes.push("the log-rank test takes weights for numbers of patients; the hazard ratio's p does not".to_owned());
    }
    let bands = band::bands(spec.band, &patients.survival, interval, &patients.labels, &curves, &mut notes);
    notes.extend(patients.emptied(&curves, endpoint.unit));
    let details = match &spec.details {
        None => None,
        Some(wanted) => {
            let of = details::Compared {
                survival: &patients.survival,
                rows: &patients.rows,
                codes: &patients.codes,
                levels: &patients.levels,
                ordered: spec.by.as_ref().is_some_and(|by| order::has_order(data, by)),
                curves: &curves,
                bands: &bands,
                fit: &method,
            };
            Some(details::details(data, wanted, &of, &mut notes)?)
        }
    };
    let n_dropped = patients.n_dropped;
    let groups = groups(patients, curves, bands);
    for g in groups.iter().filter(|g| groups.len() > 1 && g.events < FEW_EVENTS) {
        notes.push(format!("{}: {}", g.label, figures::format::only_events(g.events)));
    }
    Ok(Answer {
        endpoint: endpoint.name.clone(),
        label: endpoint.label.clone(),
        unit: endpoint.unit,
        by: spec.by.as_ref().map(Grouping::words),
        conf_type: interval,
        groups,
        logrank,
        hazard_ratio,
        landmark: spec.landmark,
        details,
        n_dropped,
        notes,
    })
}

/// A curve for each group.
fn curves(
    data: &Dataset,
    spec: &Spec,
    patients: &Patients,
    method: &CheckedKaplanMeier,
    notes: &mut Vec<String>,
) -> Result<Vec<Curve>, AskError> {
    let Patients { survival, rows, .. } = patients;
    let curves = match &spec.subject {
        None => method.fit(survival, patients.groups()?),
        Some(name) => {
            notes.extend(Intervals::of(data, name, rows, survival)?.notes);
            let codes = data.cohort.frame().column(name).map_err(AskError::impossible)?.factor().codes;
            let subject: Vec<usize> = rows.iter().map(|row| codes[*row].unwrap_or_default() as usize).collect();
            method.fit_subjects(survival, patients.groups()?, &subject)
        }
    };
    curves.map_err(AskError::impossible)
}

/// What is printed of each group.
fn groups(patients: Patients, curves: Vec<Curve>, bands: Vec<Option<Band>>) -> Vec<Group> {
    let tau = common_tau(&curves).unwrap_or_default();
    let numbers: Vec<_> = (0..curves.len()).map(|code| (patients.events(code), patients.rate(code))).collect();
    let weighted = patients.survival.weights().is_some();
    let named = patients.levels.into_iter().zip(patients.labels).zip(curves.into_iter().zip(bands)).zip(numbers);
    named
        .map(|(((level, label), (curve, band)), (events, rate))| Group {
            weighted_events: weighted.then_some(curve.events),
            rate,
            band,
            ..group(level, label, events, curve, tau)
        })
        .collect()
}

fn test(patients: &Patients, notes: &mut Vec<String>) -> Result<Option<Test>, AskError> {
    let groups = patients.groups()?;
    let fitted = LogRankSpec::default().check().and_then(|spec| spec.fit(&patients.survival, groups, Groups::one()));
    match fitted {
        Ok(test) => Ok(Some(Test { statistic: test.statistic, df: test.df, p: test.p })),
        Err(why) => {
            notes.push(format!("no log-rank test: {why}"));
            Ok(None)
        }
    }
}

fn hazard_ratio(
    survival: &Survival,
    codes: &[usize],
    method: CoxSpec,
    watch: &dyn Watch,
) -> Result<Option<HazardRatio>, AskError> {
    let second: Vec<f64> = codes.iter().map(|c| *c as f64).collect();
    let Ok(design) = Design::new(codes.len()).linear("group", &second) else { return Ok(None) };
    let fit = method.check().and_then(|spec| spec.fit(survival, &design, watch));
    let Ok(fit) = fit else { return Ok(None) };
    // With no events in a group the ratio is 0 or infinite, and says nothing that the curves do not.
    Ok(fit
        .coefficients
        .first()
        .and_then(|c| c.estimate.as_ref())
        .filter(|_| fit.notes.is_empty())
        .map(|e| HazardRatio { hr: e.hr, lower: e.lower, upper: e.upper, p: e.p }))
}

fn group(name: String, label: String, events: usize, curve: Curve, tau: f64) -> Group {
    let median = curve.median();
    let mean = curve.restricted_mean(tau);
    Group {
        group: name,
        label,
        n: curve.n,
        events,
        weighted_events: None,
        rate: None,
        median: median.estimate,
        median_lower: median.lower,
        median_upper: median.upper,
        rmean: mean.mean,
        rmean_to: tau,
        rmean_se: mean.std_err,
        curve: CurvePoints {
            time: curve.time,
            n_risk: curve.n_risk,
            n_event: curve.n_event,
            n_censor: curve.n_censor,
            surv: curve.surv,
            std_err: curve.std_err,
            lower: curve.lower,
            upper: curve.upper,
        },
        band: None,
    }
}
