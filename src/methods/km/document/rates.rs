//! Events and rates by group.

use crate::document::{Cell, ColumnSpec, Table};
use crate::methods::km::{Answer, Group};
use crate::study::TimeUnit;

/// How the table is read.
pub const LEGEND: &str = "Rates are events per 100 person-years with exact limits of a Poisson count (Garwood).";

/// So many of its units are a year.
fn per_year(unit: TimeUnit) -> f64 {
    match unit {
        TimeUnit::Days => 365.25,
        TimeUnit::Weeks => 365.25 / 7.0,
        TimeUnit::Months => 12.0,
        TimeUnit::Years => 1.0,
    }
}

/// A row a group: patients, events, time at risk in years, events per 100 person-years.
pub fn table(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Group"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Events"),
        ColumnSpec::decimal("Person-years"),
        ColumnSpec::decimal("Rate per 100 person-years (95 % CI)"),
    ]);
    let year = per_year(answer.unit);
    let row = |g: &Group| {
        let counts = [Cell::text(g.label.clone()), Cell::count(g.n), Cell::count(g.events)];
        let rate = g.rate.map_or_else(
            || [Cell::missing(), Cell::missing()],
            |rate| {
                let [estimate, lower, upper] = [rate.rate, rate.lower, rate.upper].map(|x| 100.0 * year * x);
                [Cell::fixed(rate.person_time / year, 1), Cell::estimate_ci(estimate, lower, upper, 1)]
            },
        );
        counts.into_iter().chain(rate).collect::<Vec<_>>()
    };
    for group in &answer.groups {
        table.push(row(group));
    }
    table
}
