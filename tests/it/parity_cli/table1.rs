//! `riskset table1` against R's tests and standardized differences.

use serde_json::Value as Json;

use super::{answer, as_list, data, each, list};
use crate::reference::{Tally, json, number, numbers};

/// The only row of a table of one variable.
fn row(stored: &Json, more: &[&str]) -> Json {
    let text = |key: &str| stored[key].as_str().expect("a name");
    let table = data(text("data")).expect("the references are here");
    let arguments: Vec<&str> =
        ["--by", text("by"), "--vars", text("variable")].into_iter().chain(more.iter().copied()).collect();
    answer("table1", &table, &arguments)["rows"][0].clone()
}

fn test(tally: &mut Tally, at: &str, found: &Json, name: &str, stored: &Json) {
    tally.same(&format!("{at} name"), found["name"].as_str(), Some(name));
    for key in ["statistic", "p"] {
        if !stored[key].is_null() {
            tally.number(&format!("{at} {name} {key}"), number(&found[key]), number(&stored[key]));
        }
    }
    let has_df = stored["df"].is_number() || stored["df"].as_array().is_some_and(|d| !d.is_empty());
    if has_df {
        tally.numbers(&format!("{at} {name} df"), &as_list(&found["df"]), &as_list(&stored["df"]));
    }
}

#[test]
fn numbers_by_group() {
    let Some(reference) = json("survival/tests_shared.json") else { return };
    let mut tally = Tally::new("riskset table1, numbers", 1e-8, 1e-300);
    for stored in list(&reference["continuous"]) {
        let at = format!("{} {} by {}", stored["data"], stored["variable"], stored["by"]);
        let two = numbers(&stored["n"]).len() == 2;
        let choices: &[(&str, &str)] = if two {
            &[("student", "t_student"), ("welch", "t_welch"), ("mann_whitney", "mann_whitney")]
        } else {
            &[("student", "anova"), ("mann_whitney", "kruskal")]
        };
        for (choice, name) in choices {
            let found = row(stored, &["--continuous-test", choice]);
            test(&mut tally, &at, &found["test"], name, &stored[*name]);
            for key in ["n", "mean", "sd", "median", "q1", "q3"] {
                tally.numbers(&format!("{at} {key}"), &each(&found["summary"], key), &numbers(&stored[key]));
            }
            tally.number(&format!("{at} smd"), number(&found["smd"]), number(&stored["smd"]["mean"]));
        }
        let rank = if two { "mann_whitney" } else { "kruskal" };
        let variable = stored["variable"].as_str().expect("a name");
        let ranked = row(stored, &["--nonnormal", variable]);
        test(&mut tally, &at, &ranked["test"], rank, &stored[rank]);
        let is_normal = list(&stored["shapiro"]).iter().map(|s| number(&s["p"]) >= 0.05).collect::<Vec<_>>();
        let by_object = |o: &serde_json::Map<String, Json>| o.values().all(|s| number(&s["p"]) >= 0.05);
        let normal = stored["shapiro"].as_object().map_or(is_normal.iter().all(|n| *n), by_object);
        let expected = match (normal, two) {
            (true, true) => "t_welch",
            (true, false) => "anova",
            (false, _) => rank,
        };
        tally.same(&format!("{at} auto"), row(stored, &[])["test"]["name"].as_str(), Some(expected));
    }
    tally.finish();
}

#[test]
fn categories_by_group() {
    let Some(reference) = json("survival/tests_shared.json") else { return };
    let mut tally = Tally::new("riskset table1, categories", 1e-8, 1e-300);
    for stored in list(&reference["categorical"]) {
        let at = format!("{} {} by {}", stored["data"], stored["variable"], stored["by"]);
        let variable = stored["variable"].as_str().expect("a name");
        let found = row(stored, &["--categorical", variable]);
        let counts: Vec<Vec<f64>> = list(&stored["counts"]).iter().map(numbers).collect();
        let levels: Vec<Vec<f64>> = list(&found["levels"]).iter().map(|l| numbers(&l["n"])).collect();
        tally.same(&format!("{at} counts"), levels, counts.clone());
        for (level, row) in list(&found["levels"]).iter().zip(&counts) {
            let share = |g: usize| 100.0 * row[g] / counts.iter().map(|r| r[g]).sum::<f64>();
            tally.numbers(&at, &numbers(&level["pct"]), &(0..row.len()).map(share).collect::<Vec<_>>());
        }
        let two_by_two = counts.len() == 2 && counts[0].len() == 2;
        let (name, expected) = match (number(&stored["min_expected"]) < 5.0, two_by_two) {
            (true, _) => ("fisher", &stored["fisher"]),
            (false, true) => ("chi_square_yates", &stored["chi_square_yates"]),
            (false, false) => ("chi_square", &stored["chi_square"]),
        };
        test(&mut tally, &at, &found["test"], name, expected);
        tally.number(&format!("{at} smd"), number(&found["smd"]), number(&stored["smd"]["mean"]));
        let exact = row(stored, &["--exact", variable]);
        test(&mut tally, &at, &exact["test"], "fisher", &stored["fisher"]);
    }
    tally.finish();
}
