//! `riskset cox` against R's coxph, crr, step and cox.zph.

use std::path::PathBuf;

use serde_json::Value as Json;

use super::{answer, data, each, list, with_endpoint, with_weights};
use crate::reference::{Tally, json, number, numbers, strings};

const SETS: [(&str, &[&str]); 5] = [
    ("lung", &["ph.ecog"]),
    ("veteran", &["celltype", "prior"]),
    ("gbsg", &["grade"]),
    ("rotterdam", &["grade"]),
    ("aml", &[]),
];

fn factors(columns: &[&'static str]) -> Vec<&'static str> {
    columns.iter().flat_map(|c| ["--factor", c]).collect()
}

fn terms(tally: &mut Tally, at: &str, found: &Json, stored: &Json) {
    let names: Vec<String> =
        list(&found["terms"]).iter().map(|t| t["term"].as_str().expect("a name").replacen('=', "", 1)).collect();
    tally.same(&format!("{at} terms"), names, strings(&stored["coef_names"]));
    let columns = [("coef", "coef"), ("se", "se"), ("hr", "hr"), ("lower", "hr_lower95"), ("upper", "hr_upper95")];
    for (key, name) in columns.into_iter().chain([("z", "z")]) {
        tally.numbers(&format!("{at} {key}"), &each(&found["terms"], key), &numbers(&stored[name]));
    }
}

fn tests(fits: &mut Tally, p: &mut Tally, at: &str, found: &Json, stored: &Json) {
    for name in ["lr", "wald", "score"] {
        let (found, stored) = (&found["tests"][name], &stored[name]);
        fits.number(&format!("{at} {name}"), number(&found["statistic"]), number(&stored["chisq"]));
        fits.number(&format!("{at} {name} df"), number(&found["df"]), number(&stored["df"]));
        p.number(&format!("{at} {name} p"), number(&found["p"]), number(&stored["p"]));
    }
}

fn zph(fits: &mut Tally, p: &mut Tally, at: &str, found: &Json, stored: &Json) {
    let names: Vec<String> = list(found).iter().map(|t| t["term"].as_str().expect("a name").to_owned()).collect();
    fits.same(at, names, strings(&stored["terms"]));
    fits.numbers(at, &each(found, "chisq"), &numbers(&stored["chisq"]));
    fits.numbers(at, &each(found, "df"), &numbers(&stored["df"]));
    p.numbers(at, &each(found, "p"), &numbers(&stored["p"]));
}

#[test]
fn models_with_strata_baseline_and_zph() {
    for (set, as_factors) in SETS {
        let (Some(table), Some(reference)) = (data(set), json(&format!("survival/cox_{set}.json"))) else { return };
        let mut fits = Tally::new(format!("riskset cox {set}"), 1e-6, 1e-6);
        let mut p = Tally::new(format!("riskset cox {set}, p"), 1e-6, 1e-300);
        for stored in list(&reference["multivariable"]).iter().chain(list(&reference["stratified"])) {
            let (rhs, ties) = (stored["rhs"].as_str().expect("a formula"), stored["ties"].as_str().expect("a name"));
            let stratum = |t: &&str| t.strip_prefix("strata(").and_then(|t| t.strip_suffix(')')).map(str::to_owned);
            let covariates: Vec<&str> = rhs.split(" + ").filter(|t| stratum(t).is_none()).collect();
            let covariates = covariates.join(",");
            let strata: Vec<String> = rhs.split(" + ").filter_map(|t| stratum(&t)).collect();
            let mut arguments = factors(as_factors);
            arguments.extend(["--covariates", covariates.as_str(), "--ties", ties, "--zph", "--baseline"]);
            strata.iter().for_each(|s| arguments.extend(["--strata", s.as_str()]));
            let found = answer("cox", &table, &with_endpoint(&arguments));
            let (at, summary) = (format!("{rhs} {ties}"), &stored["summary"]);
            for (key, name) in
                [("n", "n"), ("events", "n_events"), ("n_dropped", "n_dropped"), ("aic", "aic"), ("bic", "bic")]
            {
                fits.number(&format!("{at} {key}"), number(&found[key]), number(&summary[name]));
            }
            let loglik = [number(&summary["loglik_null"]), number(&summary["loglik"])];
            fits.numbers(&format!("{at} loglik"), &numbers(&found["loglik"]), &loglik);
            terms(&mut fits, &at, &found, summary);
            p.numbers(&format!("{at} p"), &each(&found["terms"], "p"), &numbers(&summary["p"]));
            tests(&mut fits, &mut p, &at, &found, summary);
            for key in ["c", "se"] {
                let stored = number(&summary["concordance"][key]);
                fits.number(&format!("{at} concordance {key}"), number(&found["concordance"][key]), stored);
            }
            zph(&mut fits, &mut p, &format!("{at} zph"), &found["zph"], &stored["zph"]["km"]);
            for (key, name) in [("cumhaz", "basehaz_uncentered"), ("cumhaz_at_means", "basehaz_centered")] {
                let (found, stored) = (&found["baseline"], &stored[name]);
                fits.numbers(&format!("{at} time"), &numbers(&found["time"]), &numbers(&stored["time"]));
                let pairs = numbers(&found[key]).into_iter().zip(numbers(&stored["hazard"]));
                for (hazard, expected) in pairs {
                    let scale = if expected == 0.0 { 1.0 } else { expected };
                    fits.number(&format!("{at} {name}"), hazard / scale, expected / scale);
                }
            }
        }
        fits.finish();
        p.finish();
    }
}

#[test]
fn every_variable_alone() {
    for (set, as_factors) in SETS {
        let (Some(table), Some(reference)) = (data(set), json(&format!("survival/cox_{set}.json"))) else { return };
        let mut fits = Tally::new(format!("riskset cox --univariate {set}"), 1e-6, 1e-6);
        for stored in list(&reference["univariate"]) {
            let ties = stored["ties"].as_str().expect("a name");
            let names: Vec<&str> = list(&stored["models"]).iter().filter_map(|m| m["variable"].as_str()).collect();
            let names = names.join(",");
            let mut arguments = factors(as_factors);
            arguments.extend(["--covariates", names.as_str(), "--ties", ties, "--univariate"]);
            let found = answer("cox", &table, &with_endpoint(&arguments));
            fits.same(ties, list(&found["models"]).len(), list(&stored["models"]).len());
            for (found, stored) in list(&found["models"]).iter().zip(list(&stored["models"])) {
                let (at, summary) = (format!("{ties} {}", stored["variable"]), &stored["summary"]);
                fits.number(&at, number(&found["n"]), number(&summary["n"]));
                fits.number(&at, number(&found["events"]), number(&summary["n_events"]));
                fits.number(&at, number(&found["lr_p"]), number(&summary["lr"]["p"]));
                terms(&mut fits, &at, found, summary);
            }
        }
        fits.finish();
    }
}

#[test]
fn backward_selection() {
    for (set, as_factors) in SETS {
        let (Some(table), Some(reference)) = (data(set), json(&format!("survival/cox_{set}.json"))) else { return };
        let mut tally = Tally::new(format!("riskset cox --step {set}"), 1e-6, 1e-6);
        for stored in list(&reference["stepwise"]) {
            let ties = stored["ties"].as_str().expect("a name");
            let full = strings(&stored["full"]).join(",");
            for rule in ["aic", "bic"] {
                let mut arguments = factors(as_factors);
                arguments.extend(["--covariates", full.as_str(), "--ties", ties, "--step", rule]);
                let found = answer("cox", &table, &with_endpoint(&arguments));
                let (at, expected) = (format!("{ties} {rule}"), &stored[rule]);
                let names: Vec<String> = list(&found["terms"])
                    .iter()
                    .map(|t| t["term"].as_str().expect("a name").replacen('=', "", 1))
                    .collect();
                tally.same(&at, names, strings(&expected["coef_names"]));
                tally.numbers(&at, &each(&found["terms"], "coef"), &numbers(&expected["coef"]));
                tally.number(&at, number(&found["aic"]), number(&expected["aic"]));
                tally.number(&at, number(&found["n"]), number(&stored["n"]));
                let dropped: Vec<String> =
                    list(&found["selection"]).iter().filter_map(|s| s["dropped"].as_str().map(str::to_owned)).collect();
                if expected["removed_in_order"].is_array() {
                    tally.same(&at, dropped, strings(&expected["removed_in_order"]));
                }
                tally.numbers(&at, &each(&found["selection"], "criterion"), &numbers(&expected["criterion_path"]));
            }
        }
        if reference["stepwise"].is_array() {
            tally.finish();
        }
    }
}

/// Compares with a model of the extra references.
fn extra_model(tally: &mut Tally, at: &str, found: &Json, stored: &Json) {
    tally.number(&format!("{at} n"), number(&found["n"]), number(&stored["n"]));
    tally.number(&format!("{at} events"), number(&found["events"]), number(&stored["events"]));
    tally.numbers(&format!("{at} coef"), &each(&found["terms"], "coef"), &numbers(&stored["coef"]));
    let is_robust = !stored["naive_se"].is_null();
    let se = if is_robust { "robust_se" } else { "se" };
    tally.numbers(&format!("{at} se"), &each(&found["terms"], se), &numbers(&stored["se"]));
    if is_robust {
        tally.numbers(&format!("{at} naive"), &each(&found["terms"], "se"), &numbers(&stored["naive_se"]));
        let z: Vec<f64> = numbers(&stored["coef"]).iter().zip(numbers(&stored["se"])).map(|(b, se)| b / se).collect();
        tally.numbers(&format!("{at} z"), &each(&found["terms"], "z"), &z);
    }
    tally.numbers(&format!("{at} loglik"), &numbers(&found["loglik"]), &numbers(&stored["loglik"]));
    for (key, name) in [("score", "score"), ("wald", "wald"), ("robust_score", "rscore")] {
        if !stored[name].is_null() {
            let found = number(&found["tests"][key]["statistic"]);
            tally.number(&format!("{at} {key}"), found, number(&stored[name]));
        }
    }
    tally.number(&format!("{at} c"), number(&found["concordance"]["c"]), number(&stored["concordance"]));
}

fn model(table: &PathBuf, endpoint: &[&str], more: &[&str]) -> Json {
    let arguments: Vec<&str> = endpoint.iter().chain(more).copied().collect();
    answer("cox", table, &arguments)
}

#[test]
fn entry_clusters_weights_splines_products_and_exact_ties() {
    let Some(extra) = json("survival/extra_shared.json") else { return };
    let mut tally = Tally::new("riskset cox, further options", 1e-6, 1e-6);
    let named = |section: &Json| data(section["data"].as_str().expect("a name")).expect("the references are here");
    let counting = &extra["counting"];
    let (table, names) = (named(counting), strings(&counting["covariates"]).join(","));
    let entry = ["--time", "tstop", "--event", "status", "--entry", "tstart", "--covariates", names.as_str()];
    let efron = model(&table, &entry, &["--zph", "--baseline"]);
    extra_model(&mut tally, "entry", &efron, &counting["efron"]);
    extra_model(&mut tally, "breslow", &model(&table, &entry, &["--ties", "breslow"]), &counting["breslow"]);
    extra_model(&mut tally, "cluster", &model(&table, &entry, &["--cluster", "id"]), &counting["clustered"]);
    for (row, stored) in list(&efron["zph"]).iter().zip(list(&counting["zph"])) {
        let found = [number(&row["chisq"]), number(&row["df"]), number(&row["p"])];
        tally.numbers("entry zph", &found, &numbers(stored));
    }
    tally.numbers("entry baseline", &numbers(&efron["baseline"]["cumhaz"]), &numbers(&counting["basehaz"][0]));

    let weights = &extra["weights"];
    let (plain, folder) = (named(weights), tempfile::tempdir().expect("a folder"));
    let table = with_weights(&plain, &folder);
    let names = strings(&weights["covariates"]).join(",");
    let right = ["--time", "time", "--event", "event", "--covariates", names.as_str()];
    extra_model(
        &mut tally,
        "weights",
        &model(&table, &right, &["--weights", "w", "--robust=false"]),
        &weights["model"],
    );
    extra_model(&mut tally, "robust", &model(&table, &right, &["--weights", "w", "--robust"]), &weights["robust"]);
    extra_model(&mut tally, "unweighted", &model(&table, &right, &["--robust"]), &weights["robust_unweighted"]);

    let splines = &extra["splines"];
    for part in ["model", "interaction"] {
        let stored = &splines[part];
        let written = stored["call"].as_str().expect("a formula").replace(' ', "").replace('+', ",");
        let found = model(&named(splines), &["--time", "time", "--event", "event"], &["--covariates", &written]);
        extra_model(&mut tally, part, &found, stored);
    }
    let exact = &extra["exact"];
    let names = strings(&exact["model"]["names"]).join(",");
    let arguments = ["--covariates", names.as_str(), "--ties", "exact"];
    let found = model(&named(exact), &["--time", "time", "--event", "event"], &arguments);
    extra_model(&mut tally, "exact", &found, &exact["model"]);
    tally.finish();
}

#[test]
fn causes_and_firth() {
    let Some(extra) = json("survival/extra_shared.json") else { return };
    let mut tally = Tally::new("riskset cox, causes and Firth", 1e-6, 1e-6);
    let competing = &extra["competing"];
    let table = data(competing["data"].as_str().expect("a name")).expect("the references are here");
    for (stored, specific) in list(&competing["fine_gray"]).iter().zip(list(&competing["cause_specific"])) {
        let (cause, names) = (number(&stored["cause"]).to_string(), strings(&stored["names"]).join(","));
        let endpoint = ["--time", "time", "--event", "cause", "--covariates", names.as_str()];
        let found = model(&table, &endpoint, &["--fine-gray", &cause]);
        let at = format!("cause {cause}");
        tally.numbers(&at, &each(&found["terms"], "coef"), &numbers(&stored["coef"]));
        tally.numbers(&at, &each(&found["terms"], "se"), &numbers(&stored["se"]));
        let loglik = [number(&stored["loglik_null"]), number(&stored["loglik"])];
        tally.numbers(&at, &numbers(&found["loglik"]), &loglik);
        extra_model(&mut tally, &at, &model(&table, &endpoint, &["--cause", &cause]), specific);
    }
    // Stored coefficients are good to 1e-6.
    let mut firth = Tally::new("riskset cox --firth", 2e-6, 1.0);
    for section in list(&extra["firth"]) {
        let table = data(section["data"].as_str().expect("a name")).expect("the references are here");
        let names = strings(&section["covariates"]).join(",");
        for stored in list(&section["fits"]) {
            let ties = stored["ties"].as_str().expect("a name");
            let arguments = ["--covariates", names.as_str(), "--firth", "--ties", ties];
            let found = model(&table, &["--time", "time", "--event", "event"], &arguments);
            firth.numbers(ties, &each(&found["terms"], "coef"), &numbers(&stored["coef"]));
            firth.numbers(ties, &each(&found["terms"], "se"), &numbers(&stored["se"]));
            let loglik = [number(&stored["penalized_loglik_null"]), number(&stored["penalized_loglik"])];
            firth.numbers(ties, &numbers(&found["loglik"]), &loglik);
        }
    }
    tally.finish();
    firth.finish();
}
