//! Hypothesis tests and standardized differences against R, and the p-values of a published baseline table.

use crate::reference::{Table, Tally, json, number, numbers, strings};
use serde_json::Value;
use survival::stats::anova::{anova, kruskal_wallis, welch_anova};
use survival::stats::baseline::{CategoricalChoice, compare_categorical};
use survival::stats::chi_square::{chi_square, chi_square_yates};
use survival::stats::cross_table::CrossTable;
use survival::stats::describe::describe;
use survival::stats::effect_size::{StandardizedDifference, smd_categorical, smd_continuous};
use survival::stats::fisher::{fisher, odds_ratio};
use survival::stats::mann_whitney::{mann_whitney, mann_whitney_normal};
use survival::stats::shapiro::shapiro_wilk;
use survival::stats::t_test::{student_t, welch_t};
use survival::stats::{Df, TestError, TestResult};

/// Statistics and p-values, which have different tolerances.
struct Tallies {
    values: Tally,
    p: Tally,
}

impl Tallies {
    /// A stored test: a missing one, or one whose p is not a number, must be refused here.
    fn test(&mut self, at: &str, found: Result<TestResult, TestError>, expected: &Value) {
        let refused = expected.is_null() || expected["p"].as_str() == Some("NaN");
        self.values.same(at, found.is_err(), refused);
        let Ok(found) = found else { return };
        if refused {
            return;
        }
        if !expected["statistic"].is_null() {
            self.values.number(at, found.statistic, number(&expected["statistic"]));
        }
        if let Some(stored) = expected.get("df").filter(|df| !df.is_null()) {
            let df = match found.df {
                Df::None => vec![],
                Df::One(df) => vec![df],
                Df::Two(df1, df2) => vec![df1, df2],
            };
            self.values.numbers(&format!("{at} df"), &df, &numbers(stored));
        }
        self.p.number(&format!("{at} p"), found.p, number(&expected["p"]));
    }

    fn smd(&mut self, at: &str, found: &StandardizedDifference, expected: &Value) {
        let pairs: Vec<f64> = found.pairs.iter().map(|pair| pair.2).collect();
        self.values.numbers(&format!("{at} smd"), &pairs, &numbers(&expected["smd"]));
        self.values.number(&format!("{at} smd"), found.mean, number(&expected["mean"]));
    }
}

fn tallies(what: &str) -> Tallies {
    Tallies { values: Tally::new(what, 1e-8, 1e-12), p: Tally::new(format!("{what} p"), 1e-6, 0.0) }
}

fn table_of(rows: &Value) -> CrossTable {
    let row = |r: &Value| numbers(r).iter().map(|v| *v as u64).collect();
    let rows: Vec<Vec<u64>> = rows.as_array().expect("rows").iter().map(row).collect();
    CrossTable::new(&rows).expect("rectangular")
}

/// A stored 2 x 2 table, down the columns.
fn two_by_two(counts: &Value) -> CrossTable {
    let c: Vec<u64> = numbers(counts).iter().map(|v| *v as u64).collect();
    CrossTable::new(&[vec![c[0], c[2]], vec![c[1], c[3]]]).expect("2 x 2")
}

#[test]
pub(super) fn continuous_variables() {
    let Some(reference) = json("survival/tests_shared.json") else { return };
    let mut t = tallies("tests_shared continuous");
    for expected in reference["continuous"].as_array().expect("variables") {
        let name = |key: &str| expected[key].as_str().expect("a name");
        let Some(table) = Table::read(name("data")) else { return };
        let at = format!("{} {} by {}", name("data"), name("variable"), name("by"));
        let (values, (codes, labels)) = (table.column(name("variable")), table.groups(name("by")));
        let mut groups = vec![Vec::new(); labels.len()];
        for (value, code) in values.iter().zip(codes).filter(|(v, _)| !v.is_nan()) {
            if let Some(code) = code {
                groups[code].push(*value);
            }
        }
        groups.retain(|g| !g.is_empty());
        let groups: Vec<&[f64]> = groups.iter().map(Vec::as_slice).collect();
        let described: Vec<_> = groups.iter().map(|g| describe(g)).collect();
        let column =
            |f: fn(&survival::stats::describe::Description) -> f64| described.iter().map(f).collect::<Vec<f64>>();
        t.values.numbers(&format!("{at} n"), &column(|d| d.n as f64), &numbers(&expected["n"]));
        t.values.numbers(&format!("{at} mean"), &column(|d| d.mean), &numbers(&expected["mean"]));
        t.values.numbers(&format!("{at} sd"), &column(|d| d.sd), &numbers(&expected["sd"]));
        t.values.numbers(&format!("{at} median"), &column(|d| d.median), &numbers(&expected["median"]));
        t.values.numbers(&format!("{at} q1"), &column(|d| d.q1), &numbers(&expected["q1"]));
        t.values.numbers(&format!("{at} q3"), &column(|d| d.q3), &numbers(&expected["q3"]));
        for (group, level) in groups.iter().zip(strings(&expected["levels"])) {
            t.test(&format!("{at} shapiro {level}"), shapiro_wilk(group), &expected["shapiro"][&level]);
        }
        t.smd(&at, &smd_continuous(&groups), &expected["smd"]);
        t.test(&format!("{at} anova"), anova(&groups), &expected["anova"]);
        t.test(&format!("{at} kruskal"), kruskal_wallis(&groups), &expected["kruskal"]);
        t.test(&format!("{at} welch anova"), welch_anova(&groups), &expected["welch_anova"]);
        if let [a, b] = groups[..] {
            t.test(&format!("{at} student"), student_t(a, b), &expected["t_student"]);
            t.test(&format!("{at} welch"), welch_t(a, b), &expected["t_welch"]);
            t.test(&format!("{at} mann-whitney"), mann_whitney(a, b), &expected["mann_whitney"]);
            let plain = mann_whitney_normal(a, b, 0.0);
            t.test(&format!("{at} normal"), plain, &expected["mann_whitney_normal_nocorrect"]);
        }
    }
    t.values.finish();
    t.p.finish();
}

#[test]
pub(super) fn categorical_variables() {
    let Some(reference) = json("survival/tests_shared.json") else { return };
    let mut t = tallies("tests_shared categorical");
    // R's estimate stops at uniroot's tolerance of 1.2e-4 on the scale of the odds ratio (or its inverse).
    let mut odds = Tally::new("tests_shared odds ratio (R stops at 1.2e-4)", 1e-3, 1e-12);
    for expected in reference["categorical"].as_array().expect("variables") {
        let name = |key: &str| expected[key].as_str().expect("a name");
        let at = format!("{} {} by {}", name("data"), name("variable"), name("by"));
        let table = table_of(&expected["counts"]);
        t.values.number(&format!("{at} least expected"), table.least_expected(), number(&expected["min_expected"]));
        t.test(&format!("{at} chi-square"), chi_square(&table), &expected["chi_square"]);
        t.smd(&at, &smd_categorical(&table), &expected["smd"]);
        t.test(&format!("{at} fisher"), fisher(&table), &expected["fisher"]);
        if let Some(yates) = expected.get("chi_square_yates") {
            t.test(&format!("{at} yates"), chi_square_yates(&table), yates);
            let found = odds_ratio(&table, 0.95).expect("2 x 2");
            odds.number(&at, found.estimate, number(&expected["fisher"]["odds_ratio"]));
            odds.numbers(&at, &[found.lower, found.upper], &numbers(&expected["fisher"]["ci"]));
        }
    }
    for expected in reference["two_by_two"].as_array().expect("tables") {
        let table = two_by_two(&expected["counts"]);
        let at = format!("{:?}", numbers(&expected["counts"]));
        t.values.number(&format!("{at} least expected"), table.least_expected(), number(&expected["min_expected"]));
        t.test(&format!("{at} chi-square"), chi_square(&table), &expected["chi_square"]);
        t.test(&format!("{at} yates"), chi_square_yates(&table), &expected["chi_square_yates"]);
        t.p.number(&at, fisher(&table).expect("levels").p, number(&expected["fisher"]));
    }
    t.values.finish();
    t.p.finish();
    odds.finish();
}

#[test]
pub(super) fn two_samples() {
    let Some(reference) = json("survival/tests_shared.json") else { return };
    let mut t = tallies("tests_shared two samples");
    for (i, expected) in reference["two_samples"].as_array().expect("samples").iter().enumerate() {
        let (a, b) = (numbers(&expected["a"]), numbers(&expected["b"]));
        let at = format!("pair {i}");
        t.test(&format!("{at} mann-whitney"), mann_whitney(&a, &b), &expected["mann_whitney"]);
        if !expected["exact"].is_null() {
            let exact = mann_whitney(&a, &b);
            t.values.same(&at, exact.as_ref().is_ok_and(|r| r.exact), true);
            t.test(&format!("{at} exact"), exact, &expected["exact"]);
        }
        t.test(&format!("{at} normal"), mann_whitney_normal(&a, &b, 0.5), &expected["normal"]);
        t.test(&format!("{at} student"), student_t(&a, &b), &expected["t_student"]);
        t.test(&format!("{at} welch"), welch_t(&a, &b), &expected["t_welch"]);
    }
    t.values.finish();
    t.p.finish();
}

#[test]
pub(super) fn published_baseline_table() {
    let Some(reference) = json("survival/paper_table1.json") else { return };
    let mut p = Tally::new("paper_table1 p", 1e-6, 0.0);
    let mut printed = 0;
    for expected in reference["categorical"].as_array().expect("variables") {
        let at = expected["variable"].as_str().expect("a name");
        let counts = |key: &str| numbers(&expected[key]).iter().map(|v| *v as u64).collect::<Vec<u64>>();
        let two = CrossTable::new(&[counts("training"), counts("internal")]).expect("rectangular");
        let three =
            CrossTable::new(&[counts("training"), counts("internal"), counts("external")]).expect("rectangular");
        let candidates = [
            ("chi_square_yates_2", chi_square_yates(&two)),
            ("chi_square_2", chi_square(&two)),
            ("fisher_2", fisher(&two)),
            ("chi_square_3", chi_square(&three)),
            ("fisher_3", fisher(&three)),
        ];
        for (name, found) in candidates {
            p.number(&format!("{at} {name}"), found.expect("levels").p, number(&expected[name]));
        }
        let chosen = compare_categorical(&two.transposed(), CategoricalChoice::Auto).expect("levels");
        let published = number(&expected["published_p"]);
        p.same(
            &format!("{at} {}: {}", chosen.name, chosen.p),
            (chosen.p * 1000.0).round(),
            (published * 1000.0).round(),
        );
        printed += 1;
    }
    p.same("variables", printed, 12);
    p.finish();
}
