//! The log-rank family against R's survdiff.

use crate::reference::{Table, Tally, json, number, numbers};
use serde_json::Value;
use survival::logrank::{LogRank, LogRankSpec};
use survival::stats::p_adjust::Adjustment;
use survival::{Groups, Survival};

const SETS: [&str; 5] = ["lung", "veteran", "gbsg", "rotterdam", "aml"];

struct Compared {
    data: Survival,
    group: Vec<usize>,
    labels: Vec<String>,
    stratum: Vec<usize>,
    strata: usize,
    dropped: usize,
}

/// Rows of a table without missing values in the columns of "a + b + strata(s)".
fn rows_of(table: &Table, rhs: &str) -> Compared {
    let terms: Vec<&str> = rhs.split(" + ").collect();
    let stratum_of = |term: &&str| term.strip_prefix("strata(").and_then(|t| t.strip_suffix(')')).map(str::to_owned);
    let strata: Vec<String> = terms.iter().filter_map(stratum_of).collect();
    let names: Vec<&str> = terms.into_iter().filter(|t| stratum_of(t).is_none()).collect();
    let (group, _) = table.crossed(&names);
    let (stratum, _) = table.crossed(&strata.iter().map(String::as_str).collect::<Vec<_>>());
    let (time, event) = (table.column("time"), table.column("event"));
    let rows: Vec<usize> = (0..time.len()).filter(|&i| group[i].is_some() && stratum[i].is_some()).collect();
    let data = Survival::new(rows.iter().map(|&i| time[i]).collect(), rows.iter().map(|&i| event[i] == 1.0).collect())
        .expect("valid times");
    let (_, labels) = table.crossed(&names);
    Compared {
        data,
        group: rows.iter().filter_map(|&i| group[i]).collect(),
        labels,
        stratum: rows.iter().filter_map(|&i| stratum[i]).collect(),
        strata: stratum.iter().flatten().max().map_or(1, |s| s + 1),
        dropped: time.len() - rows.len(),
    }
}

impl Compared {
    fn test(&self, rho: f64) -> LogRank {
        let test = LogRankSpec { rho }.check().expect("a number");
        let strata = Groups::new(&self.stratum, self.strata).expect("codes");
        test.fit(&self.data, Groups::new(&self.group, self.labels.len()).expect("codes"), strata).expect("compares")
    }
}

fn matrix(value: &Value) -> Vec<f64> {
    value.as_array().expect("rows").iter().flat_map(numbers).collect()
}

fn compare(tally: &mut Tally, tails: &mut Tally, at: &str, found: &LogRank, expected: &Value) {
    tally.numbers(&format!("{at} n"), &found.n.iter().map(|n| *n as f64).collect::<Vec<_>>(), &numbers(&expected["n"]));
    tally.numbers(&format!("{at} observed"), &found.observed, &numbers(&expected["observed"]));
    tally.numbers(&format!("{at} expected"), &found.expected, &numbers(&expected["expected"]));
    let variance: Vec<f64> = (0..found.variance.rows()).flat_map(|i| found.variance.row(i)).collect();
    tally.numbers(&format!("{at} variance"), &variance, &matrix(&expected["variance"]));
    tally.number(&format!("{at} chisq"), found.statistic, number(&expected["chisq"]));
    tails.number(&format!("{at} p"), found.p, number(&expected["p"]));
}

#[test]
pub(super) fn tests() {
    for set in SETS {
        let (Some(reference), Some(table)) = (json(&format!("survival/logrank_{set}.json")), Table::read(set)) else {
            return;
        };
        let mut tally = Tally::new(format!("logrank_{set}"), 1e-8, 1e-9);
        let mut tails = Tally::new(format!("logrank_{set} p"), 1e-6, 0.0);
        for expected in reference["tests"].as_array().expect("tests") {
            let (rhs, rho) = (expected["rhs"].as_str().expect("a formula"), number(&expected["rho"]));
            let compared = rows_of(&table, rhs);
            let found = compared.test(rho);
            let at = format!("{rhs} rho {rho}");
            compare(&mut tally, &mut tails, &at, &found, expected);
            tally.same(&at, compared.dropped as f64, number(&expected["n_dropped"]));
            tally.same(&at, compared.data.len() as f64, number(&expected["n_used"]));
            tally.same(&at, found.df as f64, number(&expected["df"]));
            tally.number(&format!("{at} log p"), found.ln_p, number(&expected["log_p"]));
            let labels = crate::reference::strings(&expected["groups"]);
            tally.same(&at, compared.labels.clone(), labels.iter().map(|l| l.trim_end().replace(" ,", ",")).collect());
            let over = |divisor: &dyn Fn(usize) -> f64| -> Vec<f64> {
                (0..found.n.len()).map(|j| (found.observed[j] - found.expected[j]).powi(2) / divisor(j)).collect()
            };
            tally.numbers(&format!("{at} O-E/E"), &over(&|j| found.expected[j]), &numbers(&expected["oe2_over_e"]));
            tally.numbers(
                &format!("{at} O-E/V"),
                &over(&|j| found.variance[(j, j)]),
                &numbers(&expected["oe2_over_v"]),
            );
            for (name, by) in [
                ("observed_by_stratum", &found.observed_by_stratum),
                ("expected_by_stratum", &found.expected_by_stratum),
            ] {
                if let Some(rows) = expected[name].as_array() {
                    for (j, row) in rows.iter().enumerate() {
                        let group: Vec<f64> = by.iter().map(|stratum| stratum[j]).collect();
                        tally.numbers(&format!("{at} {name} {j}"), &group, &numbers(row));
                    }
                }
            }
        }
        for (column, expected) in reference["pairwise"].as_object().expect("pairs") {
            if expected.is_null() {
                continue;
            }
            let compared = rows_of(&table, column);
            let groups = Groups::new(&compared.group, compared.labels.len()).expect("codes");
            let methods = [
                ("holm", Adjustment::Holm),
                ("bonferroni", Adjustment::Bonferroni),
                ("BH", Adjustment::BenjaminiHochberg),
            ];
            for (name, method) in methods {
                let test = LogRankSpec::default().check().expect("a number");
                let pairs = test.pairwise(&compared.data, groups, Groups::one(), method).expect("compares");
                let stored = expected["pairs"].as_array().expect("pairs");
                tally.same(column, pairs.len(), stored.len());
                for (pair, stored) in pairs.iter().zip(stored) {
                    let label = |g: usize| compared.labels[g].split_once('=').expect("a label").1;
                    tally.same(column, label(pair.a), stored["a"].as_str().expect("a label"));
                    tally.same(column, label(pair.b), stored["b"].as_str().expect("a label"));
                    tally.number(&format!("{column} pair"), pair.test.statistic, number(&stored["chisq"]));
                    tails.number(&format!("{column} pair"), pair.test.p, number(&stored["p"]));
                }
                let adjusted: Vec<f64> = pairs.iter().map(|pair| pair.p_adjusted).collect();
                tails.numbers(&format!("{column} {name}"), &adjusted, &numbers(&expected["adjusted"][name]));
            }
        }
        for expected in reference["trend"].as_array().expect("trends") {
            let column = expected["group"].as_str().expect("a column");
            let compared = rows_of(&table, column);
            let trend = compared.test(0.0).trend().expect("scores");
            tally.same(column, compared.data.len() as f64, number(&expected["n"]));
            tally.number(&format!("{column} trend"), trend.statistic, number(&expected["logrank_trend_chisq"]));
            tails.number(&format!("{column} trend"), trend.p, number(&expected["p_logrank_trend"]));
        }
        tally.finish();
        tails.finish();
    }
}

#[test]
pub(super) fn edges() {
    let Some(reference) = json("survival/edge_core.json") else { return };
    let mut tally = Tally::new("edge_core logrank", 1e-8, 1e-9);
    let mut tails = Tally::new("edge_core logrank p", 1e-6, 0.0);
    for (set, stored) in reference["sets"].as_object().expect("sets") {
        let Some(table) = Table::read(&format!("edge_{set}")) else { return };
        for expected in stored["logrank"].as_array().expect("tests") {
            let rhs = expected["rhs"].as_str().expect("a formula");
            let compared = rows_of(&table, rhs);
            compare(&mut tally, &mut tails, &format!("{set} {rhs}"), &compared.test(0.0), expected);
        }
    }
    tally.finish();
    tails.finish();
}
