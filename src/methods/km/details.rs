//! What a table beside survival curves says: follow-up, survival at times, restricted means, and every comparison of
//! the groups that a reviewer asks for.

use serde::{Deserialize, Serialize};

use super::Test;
use super::band::Band;
use crate::ask::grouping::{Grouping, grouped};
use crate::ask::{AskError, Dataset};
use figures::format;
use survival::kaplan_meier::{AtTime, CheckedKaplanMeier, Curve, RestrictedMean};
use survival::logrank::LogRankSpec;
use survival::stats::p_adjust::Adjustment;
use survival::stats::tails::normal_critical;
use survival::{Groups, Survival};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Spec {
    /// Times at which survival is listed.
    pub times: Vec<f64>,
    /// Limit of the restricted means; the shortest of the groups' longest follow-ups if not said.
    pub tau: Option<f64>,
    /// How p-values of pairs are adjusted; by Holm's method if not said.
    pub adjust: Option<Adjustment>,
    /// What divides the strata of the stratified test.
    pub strata: Option<Grouping>,
}

/// The table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Details {
    /// Limit of the restricted means.
    pub tau: f64,
    /// One for each group, in the order of the curves.
    pub groups: Vec<OfGroup>,
    /// Restricted means of every later group against the first.
    pub rmst: Vec<MeanContrast>,
    /// Tests over all groups.
    pub tests: Vec<NamedTest>,
    /// Each pair by itself, if there are three groups or more.
    pub pairs: Vec<Pair>,
    /// The strata within which the pairs are compared, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs_within: Option<String>,
    /// How their p-values are adjusted.
    pub adjust: Adjustment,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct OfGroup {
    pub group: String,
    pub n: usize,
    /// Median follow-up by reverse Kaplan-Meier.
    pub follow_up: Option<f64>,
    pub follow_up_lower: Option<f64>,
    pub follow_up_upper: Option<f64>,
    pub at: Vec<At>,
    /// Restricted mean, with normal limits.
    pub rmst: f64,
    pub rmst_se: f64,
    pub rmst_lower: f64,
    pub rmst_upper: f64,
}

/// Survival at a time; the standard error is that of S itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct At {
    pub time: f64,
    pub n_risk: f64,
    pub surv: f64,
    pub std_err: f64,
    pub lower: f64,
    pub upper: f64,
    pub cumhaz: f64,
    /// Edges of the confidence band, if there is one at this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band_lower: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band_upper: Option<f64>,
}

/// A restricted mean against another.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct MeanContrast {
    pub group: String,
    pub reference: String,
    pub difference: f64,
    pub se: f64,
    pub lower: f64,
    pub upper: f64,
    pub p: f64,
    pub ratio: f64,
    pub ratio_lower: f64,
    pub ratio_upper: f64,
    pub ratio_p: f64,
}

/// A test with its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedTest {
    /// `log-rank`, `Peto-Peto`, `trend`, `stratified by cohort`.
    pub test: String,
    /// What it gave.
    #[serde(flatten)]
    pub result: Test,
}

/// Two groups compared by log-rank test.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Pair {
    pub a: String,
    pub b: String,
    pub statistic: f64,
    pub p: f64,
    pub p_adjusted: f64,
}

/// Confidence of all limits.
const LEVEL: f64 = 0.95;

/// The patients whose curves are drawn.
pub(super) struct Compared<'a> {
    pub survival: &'a Survival,
    pub rows: &'a [usize],
    pub codes: &'a [usize],
    pub levels: &'a [String],
    /// Whether the order of the groups means something.
    pub ordered: bool,
    pub curves: &'a [Curve],
    pub bands: &'a [Option<Band>],
    pub fit: &'a CheckedKaplanMeier,
}

/// Works the table out. A test that these data do not allow is left out, and a note says why.
pub(super) fn details(
    data: &Dataset,
    spec: &Spec,
    of: &Compared<'_>,
    notes: &mut Vec<String>,
) -> Result<Details, AskError> {
    let groups = Groups::new(of.codes, of.levels.len()).map_err(AskError::impossible)?;
    let followed = of.fit.reverse(of.survival, groups).map_err(AskError::impossible)?;
    let tau = tau(spec, of.curves)?;
    let means: Vec<RestrictedMean> = of.curves.iter().map(|c| c.restricted_mean(tau)).collect();
    beyond(spec, of, notes);
    let within = match &spec.strata {
        None => None,
        Some(strata) => Some(Within::new(data, strata, of)?),
    };
    let adjustment = spec.adjust.unwrap_or(Adjustment::Holm);
    Ok(Details {
        tau,
        groups: (0..of.levels.len()).map(|g| of_group(spec, of, g, &followed[g], means[g])).collect(),
        rmst: (1..means.len()).map(|g| contrast(of, g, &means)).collect(),
        tests: tests(of, groups, within.as_ref(), notes)?,
        pairs: if of.levels.len() > 2 { pairs(of, within.as_ref(), adjustment, notes)? } else { Vec::new() },
        pairs_within: within.map(|within| within.words).filter(|_| of.levels.len() > 2),
        adjust: adjustment,
    })
}

/// Beyond the end of a group's follow-up its mean would rest on nothing.
fn tau(spec: &Spec, curves: &[Curve]) -> Result<f64, AskError> {
    let ends = curves.iter().filter_map(|c| c.time.last().copied());
    let shortest = ends.fold(f64::INFINITY, f64::min);
    match spec.tau {
        Some(tau) if tau > 0.0 && tau <= shortest => Ok(tau),
        Some(tau) => Err(AskError::Impossible(format!(
            "restricted means up to {tau}: follow-up of a group ends at {shortest}; choose a time up to that"
        ))),
        None => Ok(shortest),
    }
}

fn of_group(spec: &Spec, of: &Compared<'_>, g: usize, followed: &Curve, mean: RestrictedMean) -> OfGroup {
    let follow_up = followed.median();
    let half = normal_critical(LEVEL) * mean.std_err;
    OfGroup {
        group: of.levels[g].clone(),
        n: of.curves[g].n,
        follow_up: follow_up.estimate,
        follow_up_lower: follow_up.lower,
        follow_up_upper: follow_up.upper,
        at: of.curves[g].at(&spec.times).into_iter().map(|at| with_band(at, of, g)).collect(),
        rmst: mean.mean,
        rmst_se: mean.std_err,
        rmst_lower: mean.mean - half,
        rmst_upper: mean.mean + half,
    }
}

/// The curve of group `g` at a time, with its band there; unknown where the group's follow-up ended before.
fn with_band(at: AtTime, of: &Compared<'_>, g: usize) -> At {
    let AtTime { time, n_risk, surv, std_err, lower, upper, cumhaz, .. } = at;
    let (band_lower, band_upper) = of.bands[g].as_ref().and_then(|band| band.at(time, &of.curves[g].time)).unzip();
    if is_beyond(&of.curves[g], time) {
        let [surv, std_err, lower, upper, cumhaz] = [f64::NAN; 5];
        return At { time, n_risk, surv, std_err, lower, upper, cumhaz, band_lower: None, band_upper: None };
    }
    At { time, n_risk, surv, std_err, lower, upper, cumhaz, band_lower, band_upper }
}

/// Whether nothing is known of a curve at `time`: the longest follow-up is shorter, and not everybody had the event.
fn is_beyond(curve: &Curve, time: f64) -> bool {
    curve.time.last().is_some_and(|last| time > *last) && curve.surv.last().is_some_and(|surv| *surv > 0.0)
}

/// Says which of the times lie beyond the follow-up, of whom.
fn beyond(spec: &Spec, of: &Compared<'_>, notes: &mut Vec<String>) {
    for time in &spec.times {
        let ended = |g: &usize| is_beyond(&of.curves[*g], *time);
        let ended: Vec<usize> = (0..of.curves.len()).filter(ended).collect();
        let ends = ended.iter().filter_map(|g| of.curves[*g].time.last().copied());
        let longest = format::chosen_to(ends.fold(0.0, f64::max), 4);
        let time = format::chosen(*time);
        match ended.as_slice() {
            [] => {}
            all if all.len() == of.curves.len() => {
                notes.push(format!("nobody is followed as long as {time}: the longest follow-up is {longest}"));
            }
            some => {
                let names: Vec<&str> = some.iter().map(|g| of.levels[*g].as_str()).collect();
                notes.push(format!("nobody of {} is followed as long as {time}", names.join(", ")));
            }
        }
    }
}

/// The patients whose stratum is known.
struct Within {
    /// Those whose codes they are.
    survival: Survival,
    /// Their groups.
    groups: Vec<usize>,
    /// Their strata.
    strata: Vec<usize>,
    /// How many strata there are.
    count: usize,
    /// What divides them, in words.
    words: String,
}

impl Within {
    fn new(data: &Dataset, strata: &Grouping, of: &Compared<'_>) -> Result<Self, AskError> {
        let within = grouped(data, strata, of.rows, &mut Vec::new())?;
        // Whoever belongs to no stratum is in no comparison.
        Ok(Self {
            survival: of.survival.select(&within.known),
            groups: within.known.iter().map(|i| of.codes[*i]).collect(),
            strata: within.codes,
            count: within.levels.len(),
            words: strata.words(),
        })
    }
}

fn contrast(of: &Compared<'_>, g: usize, means: &[RestrictedMean]) -> MeanContrast {
    let (difference, ratio) = (means[g].difference(&means[0], LEVEL), means[g].ratio(&means[0], LEVEL));
    MeanContrast {
        group: of.levels[g].clone(),
        reference: of.levels[0].clone(),
        difference: difference.estimate,
        se: difference.std_err,
        lower: difference.lower,
        upper: difference.upper,
        p: difference.p,
        ratio: ratio.estimate,
        ratio_lower: ratio.lower,
        ratio_upper: ratio.upper,
        ratio_p: ratio.p,
    }
}

fn tests(
    of: &Compared<'_>,
    groups: Groups<'_>,
    within: Option<&Within>,
    notes: &mut Vec<String>,
) -> Result<Vec<NamedTest>, AskError> {
    let mut tests = Vec::new();
    if of.levels.len() < 2 {
        return Ok(tests);
    }
    for (name, rho) in [("log-rank", 0.0), ("Peto-Peto", 1.0)] {
        let fitted = LogRankSpec { rho }.check().and_then(|test| test.fit(of.survival, groups, Groups::one()));
        let Ok(test) = fitted else { continue };
        let result = Test { statistic: test.statistic, df: test.df, p: test.p };
        tests.push(NamedTest { test: name.to_owned(), result });
        if let (true, Ok(trend)) = (rho == 0.0 && of.levels.len() > 2 && of.ordered, test.trend()) {
            let result = Test { statistic: trend.statistic, df: 1, p: trend.p };
            tests.push(NamedTest { test: "trend".to_owned(), result });
        }
    }
    if let Some(within) = within {
        let groups = Groups::new(&within.groups, of.levels.len()).map_err(AskError::impossible)?;
        let strata = Groups::new(&within.strata, within.count).map_err(AskError::impossible)?;
        match LogRankSpec::default().check().and_then(|test| test.fit(&within.survival, groups, strata)) {
            Ok(test) => tests.push(NamedTest {
                test: format!("stratified by {}", within.words),
                result: Test { statistic: test.statistic, df: test.df, p: test.p },
            }),
            Err(why) => notes.push(format!("no test stratified by {}: {why}", within.words)),
        }
    }
    Ok(tests)
}

/// Each pair of groups, within the strata if there are any.
fn pairs(
    of: &Compared<'_>,
    within: Option<&Within>,
    adjustment: Adjustment,
    notes: &mut Vec<String>,
) -> Result<Vec<Pair>, AskError> {
    let everybody = |codes| Groups::new(codes, of.levels.len()).map_err(AskError::impossible);
    let (survival, groups, strata) = match within {
        None => (of.survival, everybody(of.codes)?, Groups::one()),
        Some(within) => {
            let strata = Groups::new(&within.strata, within.count).map_err(AskError::impossible)?;
            (&within.survival, everybody(&within.groups)?, strata)
        }
    };
    let fitted = LogRankSpec::default().check().and_then(|test| test.pairwise(survival, groups, strata, adjustment));
    let named = |pair: survival::logrank::Pair| Pair {
        a: of.levels[pair.a].clone(),
        b: of.levels[pair.b].clone(),
        statistic: pair.test.statistic,
        p: pair.test.p,
        p_adjusted: pair.p_adjusted,
    };
    match fitted {
        Ok(pairs) => Ok(pairs.into_iter().map(named).collect()),
        Err(why) => {
            notes.push(format!("no comparison of pairs: {why}"));
            Ok(Vec::new())
        }
    }
}
