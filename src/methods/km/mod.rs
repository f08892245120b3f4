//! Kaplan-Meier curves by group, with the log-rank test and, for two groups, the hazard ratio.

pub mod document;
pub mod figure;
pub mod script;

pub mod band;
pub mod details;
pub mod who;

use serde::Serialize;
use survival::cox::Ties;
use survival::stats::rate::poisson_rate;

use self::band::Band;
use self::details::Details;
use super::intervals::Intervals;
use super::{cox, order};
use crate::ask::grouping::{Grouped, Grouping, grouped};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::TimeUnit;
use survival::cox::{CoxSpec, Design};
use survival::kaplan_meier::{Curve, Interval, KaplanMeierSpec, Variance, common_tau, landmark};
use survival::logrank::LogRankSpec;
use survival::{Groups, Survival};
use watch::Watch;

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

/// A chi-square test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Test {
    pub statistic: f64,
    pub df: usize,
    pub p: f64,
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
    let selected = data.select(&spec.on)?;
    let name = spec.on.endpoint.as_deref().unwrap_or_default();
    let endpoint = data.endpoint(name)?;
    let survival = selected.survival.ok_or_else(|| AskError::Impossible("name an endpoint".to_owned()))?;
    let mut notes = selected.notes;
    let (survival, rows) = match spec.landmark {
        None => (survival, selected.rows),
        Some(time) => followed_beyond(&survival, &selected.rows, time, endpoint.unit, &mut notes)?,
    };
    let Grouped { known, codes, levels, labels } = match &spec.by {
        None => Grouped::one(survival.len()),
        Some(by) => grouped(data, by, &rows, &mut notes)?,
    };
    if known.is_empty() {
        return Err(nobody(spec.by.as_ref(), &notes));
    }
    let n_missing = survival.len() - known.len();
    let survival = survival.select(&known);
    let survival = if spec.follow_up { survival.with_events_reversed() } else { survival };
    let interval = spec.conf_type.unwrap_or_default();
    let groups = Groups::new(&codes, levels.len()).map_err(AskError::impossible)?;
    // Rows of one subject are not independent, and weights that are not whole are no numbers of patients: R's survfit
    // takes the robust variance as well.
    let is_sampled = cox::sampled(&survival) && !spec.greenwood;
    let variance = if spec.subject.is_some() || is_sampled { Variance::Robust } else { Variance::Greenwood };
    if is_sampled {
        notes.push("weights are not whole numbers: standard errors and limits are robust ones".to_owned());
    }
    if let Some(subject) = &spec.subject {
        let rows: Vec<usize> = known.iter().map(|i| rows[*i]).collect();
        notes.extend(Intervals::of(data, subject, &rows, &survival)?.notes);
    }
    let fit =
        KaplanMeierSpec { interval, variance, ..KaplanMeierSpec::default() }.check().map_err(AskError::impossible)?;
    let curves = match &spec.subject {
        None => fit.fit(&survival, groups),
        Some(name) => {
            let codes = data.cohort.frame().column(name).map_err(AskError::impossible)?.factor().codes;
            let subject: Vec<usize> = known.iter().map(|i| codes[rows[*i]].unwrap_or_default() as usize).collect();
            fit.fit_subjects(&survival, groups, &subject)
        }
    };
    let curves = curves.map_err(AskError::impossible)?;
    watch.step(1, 2)?;
    let several = levels.len() > 1;
    let compared = several && !spec.searched;
    let logrank = if compared { test(&survival, groups, &mut notes) } else { None };
    let method = CoxSpec { ties: spec.ties.unwrap_or_default(), robust: is_sampled, ..CoxSpec::default() };
    let two = compared && levels.len() == 2;
    let hazard_ratio = if two { hazard_ratio(&survival, &codes, method, watch)? } else { None };
    if logrank.is_some() && is_sampled {
        notes.push("the log-rank test takes weights for numbers of patients; the hazard ratio's p does not".to_owned());
    }
    let bands = band::bands(spec.band, &survival, interval, &labels, &curves, &mut notes);
    if survival.entry().is_some() {
        let of = |g: usize| (0..codes.len()).filter(|i| codes[*i] == g).map(|i| survival.time()[i]).collect::<Vec<_>>();
        let unit = endpoint.unit;
        notes.extend(curves.iter().enumerate().filter_map(|(g, curve)| emptied(curve, &of(g), &labels[g], unit)));
    }
    let details = match &spec.details {
        None => None,
        Some(wanted) => {
            let rows: Vec<usize> = known.iter().map(|i| rows[*i]).collect();
            let of = details::Compared {
                survival: &survival,
                rows: &rows,
                codes: &codes,
                levels: &levels,
                ordered: spec.by.as_ref().is_some_and(|by| order::has_order(data, by)),
                curves: &curves,
                bands: &bands,
                fit: &fit,
            };
            Some(details::details(data, wanted, &of, &mut notes)?)
        }
    };
    let tau = common_tau(&curves).unwrap_or_default();
    let events = |code: usize| (0..codes.len()).filter(|i| codes[*i] == code && survival.event()[*i]).count();
    let named = levels.into_iter().zip(labels).zip(curves.into_iter().zip(bands)).enumerate();
    let groups: Vec<Group> = named
        .map(|(code, ((level, label), (curve, band)))| Group {
            weighted_events: survival.weights().map(|_| curve.events),
            rate: rate(&survival, &codes, code),
            band,
            ..group(level, label, events(code), curve, tau)
        })
        .collect();
    for g in groups.iter().filter(|g| several && g.events < FEW_EVENTS) {
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
        n_dropped: selected.n_dropped + n_missing,
        notes,
    })
}

/// Why there is no curve.
fn nobody(by: Option<&Grouping>, notes: &[String]) -> AskError {
    let what = by.map_or_else(|| "follow-up".to_owned(), |by| by.words());
    AskError::Impossible(format!("no patient has a known {what}: {}", notes.join("; ")))
}

/// Those followed beyond `time`, with time counted from it.
fn followed_beyond(
    survival: &Survival,
    rows: &[usize],
    time: f64,
    unit: TimeUnit,
    notes: &mut Vec<String>,
) -> Result<(Survival, Vec<usize>), AskError> {
    let when = format!("{} {}", figures::format::chosen(time), unit.word());
    let kept = landmark(survival, time)
        .map_err(|_| AskError::Impossible(format!("nobody is followed beyond the landmark at {when}")))?;
    notes.push(format!(
        "landmark {when}: {} left out with an event by then, {} censored; time counts from it",
        kept.excluded_events, kept.excluded_censored
    ));
    Ok((kept.data, kept.rows.iter().map(|i| rows[*i]).collect()))
}

fn test(survival: &Survival, groups: Groups<'_>, notes: &mut Vec<String>) -> Option<Test> {
    let fitted = LogRankSpec::default().check().and_then(|spec| spec.fit(survival, groups, Groups::one()));
    match fitted {
        Ok(test) => Some(Test { statistic: test.statistic, df: test.df, p: test.p }),
        Err(why) => {
            notes.push(format!("no log-rank test: {why}"));
            None
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

/// What to say of a curve that falls to 0 while most are still to enter: with late entry few may be at risk at first.
fn emptied(curve: &Curve, time: &[f64], label: &str, unit: TimeUnit) -> Option<String> {
    let end = curve.surv.iter().position(|s| *s == 0.0)?;
    let later = time.iter().filter(|t| **t > curve.time[end]).count();
    let (when, unit) = (figures::format::chosen(curve.time[end]), unit.word());
    (later > 0).then(|| {
        format!(
            "{label}: everybody at risk at {when} {unit} had the event, so the curve is 0 from there although {later} are \
             followed later; start it where enough are at risk (--landmark T, or --where on the entry)"
        )
    })
}

/// Events over time at risk of the group `code`; none where rows have weights.
fn rate(survival: &Survival, codes: &[usize], code: usize) -> Option<Rate> {
    if survival.weights().is_some() {
        return None;
    }
    let of = || (0..codes.len()).filter(|i| codes[*i] == code);
    let begin = |i: usize| survival.entry().map_or(0.0, |entry| entry[i]);
    let person_time: f64 = of().map(|i| survival.time()[i] - begin(i)).sum();
    let events = of().filter(|i| survival.event()[*i]).count();
    let found = poisson_rate(events, person_time, 0.95);
    Some(Rate { person_time, rate: found.rate, lower: found.lower, upper: found.upper })
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
