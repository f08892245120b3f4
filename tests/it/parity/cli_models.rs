//! What the subcommands about models print as JSON, against the same stored values as the methods themselves.

use assert_cmd::Command;
use serde_json::Value;

use crate::oracle;
use crate::reference::{Tally, json, number, numbers, strings};

/// The JSON that a subcommand prints for a table of the references; `None` where they are absent.
fn ask(subcommand: &str, table: &str, options: &[&str]) -> Option<Value> {
    let path = oracle::path(&format!("survival/data/{table}.csv"))?;
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.arg(subcommand).arg(path).args(["--time", "time", "--event", "event", "--format", "json"]).args(options);
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
