//! The log-rank test and its family: weights of the event times, strata, trend.

pub mod document;
pub mod script;

use serde::Serialize;

use super::order;
use crate::ask::grouping::{Grouped, Grouping, grouped, stratified};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use survival::logrank::LogRankSpec;
use survival::{Groups, Survival};
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The groups.
    pub by: Grouping,
    /// Columns within whose levels, together, the groups are compared.
    pub strata: Vec<String>,
    /// Each event time weighs S(t-)^rho: 0 is the log-rank test, 1 Peto and Peto's.
    pub rho: f64,
    /// Test for a trend with scores 0, 1, 2, .. in the order of the groups.
    pub trend: bool,
}

/// The comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What the endpoint is called in print.
    pub endpoint: String,
    /// What divides the groups, in words.
    pub by: String,
    /// The columns of the strata.
    pub strata: Vec<String>,
    /// The weights' exponent.
    pub rho: f64,
    /// Whether the test is that for a trend.
    pub trend: bool,
    /// Chi-square.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub df: usize,
    /// Upper tail.
    pub p: f64,
    /// One for each group with patients.
    pub groups: Vec<Group>,
    /// Patients left out.
    pub n_dropped: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

/// Events of a group, weighted as the test is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Group {
    pub group: String,
    /// What it is called where the grouping is not named beside it.
    pub label: String,
    pub n: usize,
    pub observed: f64,
    pub expected: f64,
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "log-rank test";

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

/// Groups with fewer events than this are pointed out.
const FEW_EVENTS: usize = 10;

/// Events of group `of`.
fn events(survival: &Survival, codes: &[usize], of: usize) -> usize {
    codes.iter().zip(survival.event()).filter(|(code, event)| **code == of && **event).count()
}

/// Compares the groups.
fn run(data: &Dataset, spec: &Spec) -> Result<Answer, AskError> {
    if let (true, Grouping::Column(name)) = (spec.trend, &spec.by)
        && let Some(column) = data.cohort.frame().get(name)
        && !order::is_ordered(column)
    {
        return Err(order::asked(column, "a test for a trend"));
    }
    let selected = data.select(&spec.on)?;
    let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
    let mut notes = selected.notes;
    let in_groups = grouped(data, &spec.by, &selected.rows, &mut notes)?;
    let rows: Vec<usize> = in_groups.known.iter().map(|i| selected.rows[*i]).collect();
    let in_strata = match spec.strata.as_slice() {
        [] => Grouped::one(rows.len()),
        columns => stratified(data, columns, &rows, &mut notes)?,
    };
    // Those of known group whose stratum is known as well.
    let known: Vec<usize> = in_strata.known.iter().map(|i| in_groups.known[*i]).collect();
    let codes: Vec<usize> = in_strata.known.iter().map(|i| in_groups.codes[*i]).collect();
    let followed = survival.select(&known);
    let groups = Groups::new(&codes, in_groups.levels.len()).map_err(AskError::impossible)?;
    let strata = Groups::new(&in_strata.codes, in_strata.levels.len()).map_err(AskError::impossible)?;
    let test = LogRankSpec { rho: spec.rho }
        .check()
        .and_then(|method| method.fit(&followed, groups, strata))
        .map_err(AskError::impossible)?;
    let (statistic, df, p) = if spec.trend {
        let trend = test.trend().map_err(AskError::impossible)?;
        (trend.statistic, 1, trend.p)
    } else {
        (test.statistic, test.df, test.p)
    };
    let few = in_groups.labels.iter().enumerate().map(|(j, label)| (label, events(&followed, &codes, j)));
    let few: Vec<(&String, usize)> = few.filter(|(_, events)| *events < FEW_EVENTS).collect();
    notes.extend(few.iter().map(|(label, events)| format!("{label}: {}", figures::format::only_events(*events))));
    let names = in_groups.levels.into_iter().zip(in_groups.labels).enumerate();
    let groups = names.map(|(j, (group, label))| Group {
        group,
        label,
        n: test.n[j],
        observed: test.observed[j],
        expected: test.expected[j],
    });
    Ok(Answer {
        endpoint: data.endpoint_of(&spec.on)?.label.clone(),
        by: spec.by.words(),
        strata: spec.strata.clone(),
        rho: spec.rho,
        trend: spec.trend,
        statistic,
        df,
        p,
        groups: groups.collect(),
        n_dropped: selected.n_dropped + survival.len() - known.len(),
        notes,
    })
}
