//! One variable: its description in each group, the test, the standardized difference.

use tables::Column;

use super::{Choice, Groups, Kind, Level, Row, Summary, Test, is_of_ranks};
use survival::stats::baseline::{
    CategoricalChoice, ContinuousChoice, compare_categorical, compare_continuous, looks_normal,
};
use survival::stats::cross_table::CrossTable;
use survival::stats::describe::describe;
use survival::stats::effect_size::{smd_categorical, smd_continuous};
use survival::stats::shapiro::shapiro_wilk;
use survival::stats::test_result::{TestError, TestNote, TestResult};

pub(super) fn number(column: &Column, values: &[f64], choice: Choice, groups: Groups<'_>) -> Row {
    let in_group = |g: usize| -> Vec<f64> {
        let members = groups.rows.iter().zip(groups.codes).filter(|(_, code)| **code == g);
        members.map(|(row, _)| values[*row]).collect()
    };
    let all: Vec<Vec<f64>> = (0..groups.count).map(in_group).collect();
    let present: Vec<Vec<f64>> =
        all.iter().map(|v| v.iter().copied().filter(|x| !x.is_nan()).collect::<Vec<f64>>()).collect();
    let present: Vec<&[f64]> = present.iter().map(Vec::as_slice).collect();
    let choice = match choice {
        // Tests of counts say nothing of a number.
        Choice::Exact | Choice::ChiSquare => Choice::Auto,
        other => other,
    };
    let of = match choice {
        Choice::Student => ContinuousChoice::Student,
        Choice::Welch => ContinuousChoice::Welch,
        Choice::MannWhitney => ContinuousChoice::MannWhitney,
        _ => ContinuousChoice::Auto,
    };
    let mut row = row(column, Kind::Continuous, choice);
    // The test does not see groups without values.
    let with_values: Vec<usize> = (0..groups.count).filter(|g| !present[*g].is_empty()).collect();
    let tested =
        if groups.count > 1 { take(compare_continuous(&present, of), groups, &with_values, &mut row) } else { None };
    row.by_mean = Some(match (&tested, choice) {
        (Some(test), _) => !is_of_ranks(test.name),
        (None, Choice::MannWhitney) => false,
        (None, Choice::Student | Choice::Welch) => true,
        (None, _) => looks_normal(&present),
    });
    row.test = tested.map(Test::from);
    row.smd = difference(groups, smd_continuous(&present).mean);
    row.summary = all
        .iter()
        .map(|values| {
            let d = describe(values);
            Summary {
                n: d.n,
                missing: d.missing,
                mean: d.mean,
                sd: d.sd,
                median: d.median,
                q1: d.q1,
                q3: d.q3,
                min: d.min,
                max: d.max,
            }
        })
        .collect();
    row.normality = present.iter().map(|values| shapiro_wilk(values).ok().map(|t| t.p)).collect();
    row.missing = row.summary.iter().map(|s| s.missing).collect();
    row
}

pub(super) fn category(column: &Column, choice: Choice, groups: Groups<'_>) -> Row {
    let factor = column.factor();
    let levels = factor.levels.len();
    let codes: Vec<usize> = groups.rows.iter().map(|r| factor.codes[*r].map_or(levels, |c| c as usize)).collect();
    let table = CrossTable::count(&codes, levels, groups.codes, groups.count);
    let choice = match choice {
        Choice::Exact | Choice::ChiSquare => choice,
        _ => Choice::Auto,
    };
    let of = match choice {
        Choice::Exact => CategoricalChoice::Exact,
        Choice::ChiSquare => CategoricalChoice::ChiSquare,
        _ => CategoricalChoice::Auto,
    };
    let mut row = row(column, Kind::Categorical, choice);
    let totals = table.column_totals();
    let present: Vec<usize> = (0..groups.count).filter(|g| totals[*g] > 0).collect();
    let tested =
        if groups.count > 1 { take(compare_categorical(&table, of), groups, &present, &mut row) } else { None };
    row.test = tested.map(Test::from);
    row.smd = difference(groups, smd_categorical(&table).mean);
    if row.smd == Some(f64::INFINITY) {
        row.remarks.push("groups have no level in common: the standardized difference is infinite".to_owned());
    }
    let count = |level: usize, g: usize| table.get(level, g) as usize;
    let row_totals = table.row_totals();
    row.levels = (0..levels)
        .filter(|level| row_totals[*level] > 0)
        .map(|level| Level {
            level: factor.levels[level].clone(),
            n: (0..groups.count).map(|g| count(level, g)).collect(),
            pct: (0..groups.count).map(|g| 100.0 * count(level, g) as f64 / totals[g] as f64).collect(),
        })
        .collect();
    let members = |g: usize| groups.codes.iter().filter(|c| **c == g).count();
    row.missing = (0..groups.count).map(|g| members(g) - totals[g] as usize).collect();
    row
}

fn row(column: &Column, kind: Kind, choice: Choice) -> Row {
    Row {
        variable: column.name.clone(),
        label: column.label().to_owned(),
        unit: column.unit.clone(),
        kind,
        summary: Vec::new(),
        normality: Vec::new(),
        by_mean: None,
        levels: Vec::new(),
        missing: Vec::new(),
        choice,
        test: None,
        smd: None,
        remarks: Vec::new(),
    }
}

fn difference(groups: Groups<'_>, smd: f64) -> Option<f64> {
    (groups.count > 1 && !smd.is_nan()).then_some(smd)
}

/// The result, with what is to be known of it among the remarks of the row; the test's groups are those in `of`.
fn take(result: Result<TestResult, TestError>, groups: Groups<'_>, of: &[usize], row: &mut Row) -> Option<TestResult> {
    match result {
        Ok(test) => {
            // With ties the normal approximation is what everybody reports: nothing to remark.
            let notes = test.notes.iter().filter(|n| !matches!(n, TestNote::TiesPreventExact));
            row.remarks.extend(notes.map(ToString::to_string));
            Some(test)
        }
        Err(why) => {
            row.remarks.push(format!("no test: {}", reason(why, groups, of)));
            None
        }
    }
}

/// Why there is no test, groups by their names.
fn reason(why: TestError, groups: Groups<'_>, of: &[usize]) -> String {
    let name = |group: usize| of.get(group).map_or("", |g| groups.names[*g].as_str());
    match why {
        TestError::TooFew { group, found, needed } => {
            let values = if found == 1 { "value" } else { "values" };
            format!("{} {} has {found} {values}, the test needs {needed}", groups.by, name(group))
        }
        TestError::Groups { found: 0 } => "no group has values".to_owned(),
        TestError::Groups { .. } => format!("only {} {} has values", groups.by, name(0)),
        TestError::OneLevel => "everybody with a value has the same one: it has one level".to_owned(),
        other => other.to_string(),
    }
}
