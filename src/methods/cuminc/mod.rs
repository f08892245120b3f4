//! Cumulative incidence of competing causes, with Gray's test.

pub mod document;
pub mod figure;
pub mod script;
pub mod who;

use serde::Serialize;

use crate::ask::grouping::{Grouped, Grouping, grouped, stratified};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::study::TimeUnit;
use survival::Groups;
use survival::competing_risks::{
    CompetingRisks, CompetingRisksError, CumulativeIncidenceSpec, GraySpec, Incidence, aalen_variance,
};
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Of whom; the endpoint gives the times.
    pub on: Selection,
    /// The column that says how each patient ended.
    pub column: String,
    /// Its value for those without any event: 0 or the word.
    pub censored: String,
    /// What divides the curves.
    pub by: Option<Grouping>,
    /// Columns within whose levels, together, Gray's test compares the groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<String>,
    /// Times at which incidences are listed.
    pub times: Vec<f64>,
}

/// Curves and tests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The column of causes.
    pub column: String,
    /// What divides the curves, in words.
    pub by: Option<String>,
    /// The columns of the strata of Gray's test.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<String>,
    /// Unit of all times.
    pub unit: TimeUnit,
    /// One for each group with patients.
    pub groups: Vec<Group>,
    /// One test for each cause; none with a single group.
    pub gray: Vec<Gray>,
    /// Incidences at the times asked for.
    pub at: Vec<At>,
    /// Patients left out.
    pub n_dropped: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

/// A cause: its number, or its word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cause {
    /// As the column has it.
    Number(i64),
    /// As the column has it.
    Word(String),
}

/// One group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Group {
    pub group: String,
    /// What it is called where the grouping is not named beside it.
    #[serde(skip)]
    pub label: String,
    pub n: usize,
    pub causes: Vec<CauseOf>,
}

/// One cause in one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct CauseOf {
    pub cause: Cause,
    pub events: usize,
    pub curve: Curve,
}

/// Incidence at each distinct time; standard errors by the infinitesimal jackknife, limits on the log scale.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Curve {
    pub time: Vec<f64>,
    pub estimate: Vec<f64>,
    pub std_err: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
}

/// Gray's test of equal incidence of a cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Gray {
    pub cause: Cause,
    pub statistic: f64,
    pub df: usize,
    pub p: f64,
}

/// An incidence at a time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct At {
    pub time: f64,
    pub group: String,
    pub cause: Cause,
    pub estimate: f64,
    pub std_err: f64,
    pub lower: f64,
    pub upper: f64,
    /// Root of Aalen's variance, which cmprsk prints; NaN beyond the last follow-up.
    pub aalen_std_err: f64,
}

/// Fewer events of a cause than this are pointed out.
const FEW_EVENTS: usize = 10;

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "cumulative incidence";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Estimates and compares.
fn run(data: &Dataset, spec: &Spec) -> Result<Answer, AskError> {
    let unit = data.endpoint_of(&spec.on)?.unit;
    let selected = data.select(&spec.on)?;
    let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
    let mut notes = selected.notes;
    let Grouped { known, codes, levels, labels } = match &spec.by {
        None => Grouped::one(survival.len()),
        Some(by) => grouped(data, by, &selected.rows, &mut notes)?,
    };
    let rows: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
    let (causes, cause) = causes(data, &spec.column, &spec.censored, &rows)?;
    let time = known.iter().map(|i| survival.time()[*i]).collect();
    let risks = CompetingRisks::new(time, cause).map_err(AskError::impossible)?;
    let groups = Groups::new(&codes, levels.len()).map_err(AskError::impossible)?;
    let fit = CumulativeIncidenceSpec::default().check().and_then(|spec| spec.fit(&risks, groups));
    let curves = fit.map_err(AskError::impossible)?;
    let name = |code: u32| causes[code as usize - 1].clone();
    if !risks.cause().contains(&0) {
        notes.push(format!(
            "nobody is censored: no {} is {}; say which value means that a patient is only followed so far",
            spec.column, spec.censored
        ));
    }
    for code in risks.causes() {
        let events = risks.cause().iter().filter(|c| *c == code).count();
        if events < FEW_EVENTS {
            notes.push(format!("{}: {}", name(*code), figures::format::only_events(events)));
        }
    }
    let gray = match (levels.len() > 1, spec.strata.as_slice()) {
        (false, _) => Vec::new(),
        (true, []) => gray(&risks, groups, Groups::one(), &name, &mut notes),
        (true, columns) => within(data, columns, &rows, &risks, &codes, &name, &mut notes)?,
    };
    beyond(&spec.times, &curves, &labels, &mut notes);
    let at = at(&risks, groups, &levels, &curves, &spec.times, &name).map_err(AskError::impossible)?;
    Ok(Answer {
        column: spec.column.clone(),
        by: spec.by.as_ref().map(Grouping::words),
        strata: if gray.is_empty() { Vec::new() } else { spec.strata.clone() },
        unit,
        groups: levels.into_iter().zip(labels).zip(&curves).map(|(named, curve)| group(named, curve, &name)).collect(),
        gray,
        at,
        n_dropped: selected.n_dropped + survival.len() - known.len(),
        notes,
    })
}

/// The causes in their order, and the number of each row's: 0 is censored.
pub(super) fn causes(
    data: &Dataset,
    name: &str,
    censored: &str,
    rows: &[usize],
) -> Result<(Vec<Cause>, Vec<u32>), AskError> {
    let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
    let factor = column.factor();
    let same = |a: &str, b: &str| a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b);
    let mut causes = Vec::new();
    let mut codes = Vec::with_capacity(factor.levels.len());
    for level in &factor.levels {
        if same(level, censored) {
            codes.push(0);
            continue;
        }
        causes.push(level.parse().map_or_else(|_| Cause::Word(level.clone()), Cause::Number));
        codes.push(causes.len() as u32);
    }
    if causes.is_empty() {
        return Err(AskError::Impossible(format!("{name} holds {censored} only: nobody had an event")));
    }
    Ok((causes, rows.iter().map(|r| factor.codes[*r].map_or(0, |c| codes[c as usize])).collect()))
}

/// Gray's tests within strata, of those whose stratum is known.
fn within(
    data: &Dataset,
    columns: &[String],
    rows: &[usize],
    risks: &CompetingRisks,
    codes: &[usize],
    name: &dyn Fn(u32) -> Cause,
    notes: &mut Vec<String>,
) -> Result<Vec<Gray>, AskError> {
    let strata = stratified(data, columns, rows, notes)?;
    let time = strata.known.iter().map(|i| risks.any().time()[*i]).collect();
    let cause = strata.known.iter().map(|i| risks.cause()[*i]).collect();
    let risks = CompetingRisks::new(time, cause).map_err(AskError::impossible)?;
    let codes: Vec<usize> = strata.known.iter().map(|i| codes[*i]).collect();
    let groups = Groups::new(&codes, codes.iter().max().map_or(0, |most| most + 1)).map_err(AskError::impossible)?;
    let strata = Groups::new(&strata.codes, strata.levels.len()).map_err(AskError::impossible)?;
    Ok(gray(&risks, groups, strata, name, notes))
}

/// Whether nothing is known of incidences at `time`: the longest follow-up is shorter, and not everybody had an event.
fn is_beyond(curve: &Incidence, time: f64) -> bool {
    let reached: f64 = curve.causes.iter().filter_map(|c| c.curve.estimate.last()).sum();
    curve.time.last().is_some_and(|last| time > *last) && reached < 1.0 - 1e-12
}

/// Says which of the times lie beyond the follow-up, of whom.
fn beyond(times: &[f64], curves: &[Incidence], labels: &[String], notes: &mut Vec<String>) {
    for time in times {
        let ended: Vec<usize> = (0..curves.len()).filter(|g| is_beyond(&curves[*g], *time)).collect();
        let who = match ended.len() {
            0 => continue,
            n if n == curves.len() => String::new(),
            _ => format!(" of {}", ended.iter().map(|g| labels[*g].as_str()).collect::<Vec<_>>().join(", ")),
        };
        let longest = ended.iter().filter_map(|g| curves[*g].time.last().copied()).fold(0.0, f64::max);
        let (time, longest) = (figures::format::chosen(*time), figures::format::chosen_to(longest, 4));
        notes.push(format!("nobody{who} is followed as long as {time}: the longest follow-up is {longest}"));
    }
}

fn gray(
    risks: &CompetingRisks,
    groups: Groups<'_>,
    strata: Groups<'_>,
    name: &dyn Fn(u32) -> Cause,
    notes: &mut Vec<String>,
) -> Vec<Gray> {
    let mut tests = Vec::new();
    for &cause in risks.causes() {
        let fitted = GraySpec::of_cause(cause).check().and_then(|test| test.fit(risks, groups, strata));
        match fitted {
            Ok(t) => tests.push(Gray { cause: name(cause), statistic: t.statistic, df: t.df, p: t.p }),
            Err(why) => notes.push(format!("no Gray test of {}: {why}", name(cause))),
        }
    }
    tests
}

fn group((group, label): (String, String), curve: &Incidence, name: &dyn Fn(u32) -> Cause) -> Group {
    let causes = curve.causes.iter().map(|c| CauseOf {
        cause: name(c.cause),
        events: c.events as usize,
        curve: Curve {
            time: curve.time.clone(),
            estimate: c.curve.estimate.clone(),
            std_err: c.curve.std_err.clone(),
            lower: c.curve.lower.clone(),
            upper: c.curve.upper.clone(),
        },
    });
    Group { group, label, n: curve.n, causes: causes.collect() }
}

/// Incidences of every group and cause at each time.
fn at(
    risks: &CompetingRisks,
    groups: Groups<'_>,
    levels: &[String],
    curves: &[Incidence],
    times: &[f64],
    name: &dyn Fn(u32) -> Cause,
) -> Result<Vec<At>, CompetingRisksError> {
    let mut all = Vec::new();
    for (k, &cause) in risks.causes().iter().enumerate() {
        let variances = aalen_variance(risks, groups, cause)?;
        for (g, curve) in curves.iter().enumerate() {
            for &time in times {
                let Some(mut found) = curve.at(k, time) else { continue };
                if is_beyond(curve, time) {
                    (found.estimate, found.std_err, found.lower, found.upper) =
                        (f64::NAN, f64::NAN, f64::NAN, f64::NAN);
                }
                let aalen = variances.get(g).and_then(|v| v.at(time)).map_or(f64::NAN, |(_, variance)| variance.sqrt());
                all.push(At {
                    time,
                    group: levels[g].clone(),
                    cause: name(cause),
                    estimate: found.estimate,
                    std_err: found.std_err,
                    lower: found.lower,
                    upper: found.upper,
                    aalen_std_err: aalen,
                });
            }
        }
    }
    Ok(all)
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(n) => write!(f, "cause {n}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}
