//! What the subcommands about models print as JSON, against the same stored values as the methods themselves.

use assert_cmd::Command;
use serde_json::Value;

use crate::oracle;
use crate::reference::{Tally, json, number, numbers, strings};

/// The JSON that a subcommand prints for a table of the references; `None` where they are absent.
fn ask(subcommand: &str, table: &str, options: &[&str]) -> Option<Value> {
    let path = oracle::path(&format!("survival/data/{table}.csv"))?;
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    let event = if subcommand == "cuminc" { "cause" } else { "event" };
    command.arg(subcommand).arg(path).args(["--time", "time", "--event", event, "--format", "json"]).args(options);
    let done = command.assert().success();
    Some(serde_json::from_slice(&done.get_output().stdout).expect("one JSON object"))
}

/// Compares pairs of names: in our answer, and in the references.
fn same_numbers(tally: &mut Tally, place: &str, found: &Value, stored: &Value, names: &[(&str, &str)]) {
    for (ours, theirs) in names {
        tally.number(&format!("{place} {ours}"), number(&found[*ours]), number(&stored[*theirs]));
    }
}

/// R counts all weights of pairs and the same ones in C.
const CONCORDANCE: [(&str, &str); 9] = [
    ("n", "n"),
    ("c", "c"),
    ("se", "se"),
    ("lower", "lower95"),
    ("upper", "upper95"),
    ("concordant", "concordant"),
    ("discordant", "discordant"),
    ("tied_risk", "tied_x"),
    ("tied_time", "tied_y"),
];

#[test]
fn cindex() {
    for name in ["lung", "veteran", "gbsg", "rotterdam"] {
        let Some(stored) = json(&format!("survival/cindex_{name}.json")) else { return };
        let mut tally = Tally::new(format!("cli cindex {name}"), 1e-8, 1e-300);
        for one in stored["scores"].as_array().expect("scores") {
            let (score, tau) = (one["score"].as_str().expect("a name"), number(&one["ymax"]).to_string());
            let until = ["--tau", tau.as_str()];
            for (method, weight) in [("harrell", "n"), ("uno", "n/G2")] {
                for (key, options) in [("by_timewt", &[][..]), ("by_timewt_ymax", &until[..])] {
                    let asked = [&["--score", score, "--method", method], options].concat();
                    let Some(found) = ask("cindex", name, &asked) else { return };
                    let place = format!("{score} {method} {key}");
                    same_numbers(&mut tally, &place, &found, &one[key][weight], &CONCORDANCE);
                    tally.number(&place, number(&found["n_dropped"]), number(&one["n_dropped"]));
                }
            }
        }
        tally.finish();
    }
}

#[test]
fn roc() {
    let Some(stored) = json("survival/models_gbsg.json") else { return };
    let times = numbers(&stored["meta"]["at"]);
    let at = times.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    let Some(found) = ask("roc", "scores_gbsg", &["--score", "lp", "--at", &at]) else { return };
    let mut tally = Tally::new("cli roc gbsg", 1e-8, 1e-300);
    let score_auc = |k: usize, name: &str| {
        let rows = strings(&stored["score_auc"]["model"]);
        let row = rows.iter().enumerate().filter(|(_, m)| *m == "full").nth(k).expect("a row").0;
        numbers(&stored["score_auc"][name])[row]
    };
    for (k, (found, stored)) in
        found["times"].as_array().expect("times").iter().zip(stored["roc"].as_array().expect("curves")).enumerate()
    {
        let place = format!("t={}", times[k]);
        let names = ["time", "auc", "cases", "controls"].map(|name| (name, name));
        same_numbers(&mut tally, &place, found, stored, &names);
        for name in ["se", "lower", "upper"] {
            tally.number(&format!("{place} {name}"), number(&found[name]), score_auc(k, name));
        }
        tally.numbers(&format!("{place} fpr"), &numbers(&found["fpr"]), &numbers(&stored["fpr"]));
        tally.same(&format!("{place} tpr"), numbers(&found["tpr"]).len(), numbers(&stored["tpr"]).len());
    }
    // A risk has a Brier score as well; each column is the risk at its own time.
    for (k, time) in times.iter().enumerate() {
        let (column, at) = (format!("risk_{time}"), time.to_string());
        let Some(found) = ask("roc", "scores_gbsg", &["--score", &column, "--at", &at]) else { return };
        let rows = strings(&stored["score_brier"]["model"]);
        let row = rows.iter().enumerate().filter(|(_, m)| *m == "full").nth(k).expect("a row").0;
        for (ours, theirs) in [("brier", "Brier"), ("se", "se"), ("lower", "lower"), ("upper", "upper")] {
            let expected = numbers(&stored["score_brier"][theirs])[row];
            tally.number(&format!("brier {time} {ours}"), number(&found["brier"][0][ours]), expected);
        }
        tally.number(&format!("auc {time}"), number(&found["times"][0]["auc"]), score_auc(k, "AUC"));
    }
    tally.finish();
}

const GROUP: [&str; 6] = ["n", "predicted", "observed", "std_err", "lower", "upper"];

#[test]
fn calibrate() {
    let Some(stored) = json("survival/models_gbsg.json") else { return };
    let times = numbers(&stored["meta"]["at"]);
    let at = times.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    let covariates = strings(&stored["meta"]["covariates"]).join(",");
    let Some(of_model) = ask("calibrate", "gbsg", &["--covariates", &covariates, "--at", &at]) else { return };
    let columns = times.iter().map(|t| format!("risk_{t}")).collect::<Vec<_>>().join(",");
    let options = ["--predicted", &columns, "--risk", "--at", &at];
    let Some(of_columns) = ask("calibrate", "scores_gbsg", &options) else { return };
    let mut tally = Tally::new("cli calibrate gbsg", 1e-6, 1e-300);
    for (source, found) in [("model", &of_model), ("columns", &of_columns)] {
        for (found, stored) in
            found["times"].as_array().expect("times").iter().zip(stored["calibration"].as_array().expect("times"))
        {
            let place = format!("{source} t={}", stored["time"]);
            let groups = stored["groups"].as_array().expect("groups");
            tally.same(&place, found["groups"].as_array().expect("groups").len(), groups.len());
            for (g, (found, stored)) in found["groups"].as_array().expect("groups").iter().zip(groups).enumerate() {
                same_numbers(&mut tally, &format!("{place} group {g}"), found, stored, &GROUP.map(|name| (name, name)));
            }
            let names = ["ici", "e50", "e90", "emax"].map(|name| (name, name));
            same_numbers(&mut tally, &place, found, &stored["smooth"], &names);
        }
        for (k, time) in times.iter().enumerate() {
            let rows = strings(&stored["score_brier"]["model"]);
            let row = rows.iter().enumerate().filter(|(_, m)| *m == "full").nth(k).expect("a row").0;
            let expected = numbers(&stored["score_brier"]["Brier"])[row];
            tally.number(&format!("{source} brier {time}"), number(&found["times"][k]["brier"]), expected);
        }
    }
    tally.finish();
}

#[test]
fn cutpoint() {
    for name in ["lung", "veteran", "gbsg", "rotterdam"] {
        let Some(stored) = json(&format!("survival/cutpoint_{name}.json")) else { return };
        let mut tally = Tally::new(format!("cli cutpoint {name}"), 1e-8, 1e-12);
        let mut tails = Tally::new(format!("cli cutpoint {name} p"), 1e-6, 1.2e-10);
        for stored in stored["cutpoints"].as_array().expect("cut-offs") {
            let variable = stored["variable"].as_str().expect("a name");
            let (minprop, maxprop) = (stored["minprop"].to_string(), stored["maxprop"].to_string());
            let asked = ["--variable", variable, "--minprop", &minprop, "--maxprop", &maxprop];
            let Some(found) = ask("cutpoint", name, &asked) else { return };
            let place = format!("{variable} {minprop}");
            let names = [("cutpoint", "estimate"), ("statistic", "statistic"), ("n", "n"), ("n_dropped", "n_dropped")];
            same_numbers(&mut tally, &place, &found, stored, &names);
            for (ours, theirs) in [("cut", "profile_cut"), ("statistic", "profile_stat"), ("n_low", "profile_n_low")] {
                let place = format!("{place} profile {ours}");
                tally.numbers(&place, &numbers(&found["profile"][ours]), &numbers(&stored[theirs]));
            }
            for (side, theirs) in [("low", "n_low"), ("high", "n_high")] {
                let place = format!("{place} {side}");
                tally.number(&place, number(&found[side]["n"]), number(&stored["survminer"][theirs]));
            }
            tails.number(&format!("{place} Lau92"), number(&found["p"]), number(&stored["p_Lau92"]));
            let Some(found) = ask("cutpoint", name, &[&asked[..], &["--method", "lau94"]].concat()) else { return };
            tails.number(&format!("{place} Lau94"), number(&found["p"]), number(&stored["p_Lau94"]).min(1.0));
            let at = &stored["at_estimate"];
            let names = [("logrank", "logrank_chisq"), ("hr", "hr_high_vs_low"), ("hr_lower", "hr_lower95")];
            same_numbers(&mut tally, &place, &found["unadjusted"], at, &names);
        }
        tally.finish();
        tails.finish();
    }
}

#[test]
fn dca() {
    let Some(stored) = json("survival/models_gbsg.json") else { return };
    let mut tally = Tally::new("cli dca gbsg", 1e-8, 1e-300);
    for stored in stored["dca"].as_array().expect("times") {
        let time = number(&stored["time"]).to_string();
        let model = format!("model=risk_{time}");
        let Some(found) = ask("dca", "scores_gbsg", &["--models", &model, "--at", &time]) else { return };
        let thresholds = numbers(&found["thresholds"]);
        for (curve, name) in [(0, "model"), (1, "all")] {
            tally.same("name", found["curves"][curve]["name"].as_str(), Some(name));
            let benefit = numbers(&found["curves"][curve]["net_benefit"]);
            for (p, expected) in numbers(&stored["thresholds"]).into_iter().zip(numbers(&stored[name])) {
                // Thresholds by default are the hundredths, to the last bit.
                let at = thresholds.iter().position(|t| (t - p).abs() < 1e-12).expect("a hundredth");
                tally.number(&format!("{name} t={time} p={p}"), benefit[at], expected);
            }
        }
    }
    tally.finish();
}

#[test]
fn nomogram() {
    let Some(stored) = json("survival/nomogram_gbsg.json") else { return };
    let factor = strings(&stored["meta"]["factor"]).remove(0);
    let covariates = [strings(&stored["meta"]["covariates"]), vec![factor.clone()]].concat().join(",");
    let at = numbers(&stored["meta"]["at"]).iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    let asked = ["--covariates", &covariates, "--factor", &factor, "--at", &at];
    let Some(found) = ask("nomogram", "gbsg", &asked) else { return };
    let mut tally = Tally::new("cli nomogram gbsg", 1e-6, 1e-9);
    let axes = found["points"].as_array().expect("axes");
    tally.same("axes", axes.len(), stored["axes"].as_object().expect("axes").len());
    let of = |scale: &Value, name: &str| -> Vec<f64> {
        scale.as_array().expect("a scale").iter().map(|mark| number(&mark[name])).collect()
    };
    for axis in axes {
        let name = axis["variable"].as_str().expect("a name");
        let (scale, stored) = (&axis["scale"], &stored["axes"][name]);
        if name == factor {
            let levels = scale.as_array().expect("a scale").iter().map(|m| m["value"].as_str().map(str::to_owned));
            tally.same(name, levels.collect::<Option<Vec<_>>>(), Some(strings(&stored["value"])));
        } else {
            tally.numbers(&format!("{name} value"), &of(scale, "value"), &numbers(&stored["value"]));
        }
        tally.numbers(&format!("{name} points"), &of(scale, "points"), &numbers(&stored["points"]));
        tally.numbers(&format!("{name} effect"), &of(scale, "effect"), &numbers(&stored["xbeta"]));
    }
    tally.numbers("total", &numbers(&found["total"]["scale"]), &numbers(&stored["total"]["x"]));
    tally.same("max", number(&found["total"]["max"]), numbers(&stored["total"]["x"]).last().copied().expect("a mark"));
    tally.numbers("lp points", &of(&found["linear_predictor"], "points"), &numbers(&stored["lp"]["x"]));
    tally.numbers("lp", &of(&found["linear_predictor"], "lp"), &numbers(&stored["lp"]["value"]));
    for (axis, stored) in
        found["survival"].as_array().expect("axes").iter().zip(stored["survival"].as_array().expect("axes"))
    {
        let place = stored["axis"].as_str().expect("a name");
        tally.numbers(&format!("{place} points"), &of(&axis["scale"], "points"), &numbers(&stored["points"]));
        tally.numbers(&format!("{place} survival"), &of(&axis["scale"], "survival"), &numbers(&stored["lp"]));
    }
    tally.finish();
}

#[test]
fn cuminc() {
    let Some(stored) = json("survival/extra_shared.json") else { return };
    let stored = &stored["competing"];
    let by = stored["group"].as_str().expect("a column");
    let at = &stored["at"];
    let times = numbers(&at["times"]);
    let asked = times.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    let Some(found) = ask("cuminc", "transplant", &["--by", by, "--at", &asked]) else { return };
    let mut tally = Tally::new("cli cuminc transplant", 1e-8, 1e-12);
    let mut tails = Tally::new("cli cuminc transplant p", 1e-6, 0.0);
    for (i, test) in found["gray"].as_array().expect("tests").iter().enumerate() {
        for name in ["cause", "statistic", "df"] {
            tally.number(&format!("Gray {i} {name}"), number(&test[name]), numbers(&stored["gray"][name])[i]);
        }
        tails.number(&format!("Gray {i}"), number(&test["p"]), numbers(&stored["gray"]["p"])[i]);
    }
    let listed = found["at"].as_array().expect("incidences");
    let row = |group: &str, cause: f64, time: f64| {
        let same = |r: &&Value| r["group"] == group && number(&r["cause"]) == cause && number(&r["time"]) == time;
        listed.iter().find(same).expect("an incidence")
    };
    for (k, curve) in strings(&at["curves"]).iter().enumerate() {
        let (group, cause) = curve.split_once(' ').expect("a group and a cause");
        for (j, &time) in times.iter().enumerate() {
            let found = row(group, cause.parse().expect("a cause"), time);
            tally.number(&format!("{curve} at {time}"), number(&found["estimate"]), number(&at["estimate"][k][j]));
            let variance = number(&found["aalen_std_err"]).powi(2);
            tally.number(&format!("{curve} variance at {time}"), variance, number(&at["variance"][k][j]));
        }
    }
    let stored = &stored["aalen_johansen"];
    for (i, stratum) in strings(&stored["strata"]).iter().enumerate() {
        let group = stratum.split_once('=').expect("a level").1;
        for (k, cause) in strings(&stored["states"]).iter().enumerate().skip(1) {
            let found = row(group, cause.parse().expect("a cause"), number(&stored["time"][i]));
            for (ours, theirs) in
                [("estimate", "pstate"), ("std_err", "std_err"), ("lower", "lower"), ("upper", "upper")]
            {
                let place = format!("{stratum} {cause} row {i} {ours}");
                tally.number(&place, number(&found[ours]), number(&stored[theirs][i][k]));
            }
        }
    }
    tally.finish();
    tails.finish();
}
