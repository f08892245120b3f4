//! `riskset km` against R's survfit.

use serde_json::Value as Json;

use super::{answer, data, list, with_endpoint};
use crate::reference::{Tally, json, number, numbers};

const SETS: [&str; 5] = ["lung", "veteran", "gbsg", "rotterdam", "aml"];

fn curve(tally: &mut Tally, at: &str, found: &Json, stored: &Json) {
    for key in ["time", "n_risk", "n_event", "n_censor", "surv", "std_err"] {
        // JSON has no infinity: where S is 0 its error is null.
        let stored: Vec<f64> =
            numbers(&stored[key]).iter().map(|x| if x.is_finite() { *x } else { f64::NAN }).collect();
        tally.numbers(&format!("{at} {key}"), &numbers(&found[key]), &stored);
    }
}

#[test]
fn curves_of_groups_with_every_interval() {
    for set in SETS {
        let (Some(table), Some(reference)) = (data(set), json(&format!("survival/km_{set}.json"))) else { return };
        let mut tally = Tally::new(format!("riskset km {set}"), 1e-8, 1e-12);
        for fitted in list(&reference["fits"]) {
            let rhs = fitted["formula"].as_str().and_then(|f| f.split(" ~ ").nth(1)).expect("a formula");
            let by = rhs.replace(" + ", ",");
            for interval in ["log", "log-log", "plain", "logit"] {
                let mut arguments = vec!["--conf-type", interval];
                if rhs != "1" {
                    arguments.extend(["--by", by.as_str()]);
                }
                let found = answer("km", &table, &with_endpoint(&arguments));
                let at = |what: &str| format!("{rhs} {interval} {what}");
                tally.number(&at("n_dropped"), number(&found["n_dropped"]), number(&fitted["n_dropped"]));
                tally.same(&at("groups"), list(&found["groups"]).len(), list(&fitted["curves"]).len());
                for (group, stored) in list(&found["groups"]).iter().zip(list(&fitted["curves"])) {
                    let at = at(stored["name"].as_str().expect("a name"));
                    for (key, name) in [("n", "n"), ("events", "events"), ("rmean", "rmean_common")] {
                        tally.number(&format!("{at} {key}"), number(&group[key]), number(&stored[name]));
                    }
                    tally.number(&at, number(&group["rmean_se"]), number(&stored["se_rmean_common"]));
                    tally.number(&at, number(&group["median"]), number(&stored["median"]));
                    if interval == "log" {
                        tally.number(&at, number(&group["median_lower"]), number(&stored["median_lower_log"]));
                        tally.number(&at, number(&group["median_upper"]), number(&stored["median_upper_log"]));
                    }
                    curve(&mut tally, &at, &group["curve"], stored);
                    for key in ["lower", "upper"] {
                        let stored = numbers(&stored["ci"][interval][key]);
                        tally.numbers(&format!("{at} {key}"), &numbers(&group["curve"][key]), &stored);
                    }
                }
            }
        }
        tally.finish();
    }
}

#[test]
fn late_entry_weights_and_follow_up() {
    let Some(extra) = json("survival/extra_shared.json") else { return };
    let mut tally = Tally::new("riskset km, entry, weights, follow-up", 1e-8, 1e-12);
    let Some(table) = data(extra["counting"]["data"].as_str().expect("a name")) else { return };
    let entry = ["--time", "tstop", "--event", "status", "--entry", "tstart"];
    let rows = answer("km", &table, &entry);
    curve(&mut tally, "rows", &rows["groups"][0]["curve"], &extra["counting"]["km_entry_rows"]);
    let subjects: Vec<&str> = entry.iter().copied().chain(["--id", "id"]).collect();
    let subjects = answer("km", &table, &subjects);
    // Where rows are joined R's error is robust and that of S; ours is that of log S as everywhere.
    let mut stored = extra["counting"]["km"].clone();
    let of_log: Vec<f64> =
        numbers(&stored["std_err"]).iter().zip(numbers(&stored["surv"])).map(|(se, s)| se / s).collect();
    stored["std_err"] = of_log.into();
    curve(&mut tally, "subjects", &subjects["groups"][0]["curve"], &stored);

    let folder = tempfile::tempdir().expect("a folder");
    let weighted =
        super::with_weights(&data(extra["weights"]["data"].as_str().expect("a name")).expect("there"), &folder);
    let found = answer("km", &weighted, &with_endpoint(&["--weights", "w", "--robust=false"]));
    curve(&mut tally, "weights", &found["groups"][0]["curve"], &extra["weights"]["km"]);

    let stored = &extra["follow_up"];
    let table = data(stored["data"].as_str().expect("a name")).expect("there");
    let found = &answer("km", &table, &with_endpoint(&["--follow-up"]))["groups"][0];
    for (key, name) in [("median", "median"), ("median_lower", "lower"), ("median_upper", "upper")] {
        tally.number(key, number(&found[key]), number(&stored[name]));
    }
    tally.finish();
}
