//! `--format r`: the script of every analysis, run by R, finds the numbers that are written into it. Where R is not
//! installed, or one of its packages is not, the test says so and looks at the script alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use assert_cmd::Command;

use crate::{cli_scores, tiny};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Whether R and these packages are here.
fn has_r(packages: &[&str]) -> bool {
    let mut asks: Vec<String> =
        packages.iter().map(|p| format!("stopifnot(requireNamespace(\"{p}\", quietly = TRUE))")).collect();
    asks.push("invisible()".to_owned());
    let asked = Process::new("Rscript").arg("-e").arg(asks.join(";")).output();
    asked.is_ok_and(|output| output.status.success())
}

/// Writes the script and, where R is at hand, runs it; what R said.
fn run(subcommand: &str, data: &Path, options: &[&str], packages: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("again.R");
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.arg(subcommand).arg(data).args(options).arg("--format").arg("r").arg("-o").arg(&file).assert().success();
    let script = fs::read_to_string(&file).expect("a script");
    assert!(script.contains("same(") && script.contains("largest difference"), "{script}");
    if !has_r(packages) {
        println!("skipped: R with packages {packages:?} is not installed");
        return None;
    }
    let output = Process::new("Rscript").arg("--vanilla").arg(&file).output().expect("R runs");
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{subcommand} {}: {errors}\n{said}", options.join(" "));
    let worst =
        said.lines().rfind(|line| line.contains("largest difference")).expect("a line of the largest difference");
    println!("{subcommand} {} {}: {worst}", data.file_stem().unwrap_or_default().display(), options.join(" "));
    Some(said.into_owned())
}

const LUNG: &str = "sample_cohorts/lung_ncctg";
const BREAST: &str = "sample_cohorts/rotterdam_gbsg";
const COLON: &str = "tests/fixtures/survival/colon.csv";
const SURVIVAL: &[&str] = &["survival"];

#[test]
fn survival_curves_again() {
    let study = root(LUNG);
    run("km", &study, &[], SURVIVAL);
    run("km", &study, &["--by", "sex", "--where", "age >= 60"], SURVIVAL);
    run("km", &study, &["--by", "cohort", "--conf-type", "log-log"], SURVIVAL);
    run("km", &study, &["--follow-up", "--conf-type", "plain"], SURVIVAL);
    let table = root(COLON);
    let endpoint = ["--time", "time", "--event", "status"];
    run("km", &table, &[&endpoint[..], &["--by", "rx,sex", "--conf-type", "logit"]].concat(), SURVIVAL);
    run("km", &root(BREAST), &["--by", "grade", "--cohort", "external"], SURVIVAL);
}

#[test]
fn the_logrank_test_again() {
    let table = root(COLON);
    let endpoint = ["--time", "time", "--event", "status", "--by", "rx"];
    run("logrank", &table, &endpoint, SURVIVAL);
    run("logrank", &table, &[&endpoint[..], &["--strata", "sex", "--rho", "1"]].concat(), SURVIVAL);
    run("logrank", &root(LUNG), &["--by", "ph.ecog", "--trend"], SURVIVAL);
}

#[test]
fn cox_models_again() {
    let study = root(LUNG);
    run("cox", &study, &["--covariates", "age,sex,ph.ecog", "--zph", "--baseline"], SURVIVAL);
    run("cox", &study, &["--univariate"], SURVIVAL);
    run("cox", &study, &["--covariates", "age*sex,ph.karno", "--ties", "breslow", "--strata", "ph.ecog"], SURVIVAL);
    run("cox", &root(BREAST), &["--covariates", "age,size,grade,nodes_decay,log_pgr", "--robust"], SURVIVAL);
    run("cox", &root(BREAST), &["--covariates", "rcs(age,4),nodes_decay"], &["survival", "Hmisc"]);
    let heart = ["--time", "stop", "--event", "event", "--entry", "start", "--covariates", "age,year,surgery"];
    run("cox", &root("tests/fixtures/survival/heart.csv"), &heart, SURVIVAL);
}

#[test]
fn scores_again() {
    let study = root(LUNG);
    run("cindex", &study, &["--score", "ph.karno", "--higher-is-better", "--compare", "pat.karno"], SURVIVAL);
    run("cindex", &root(BREAST), &["--score", "nodes", "--method", "uno", "--tau", "60"], SURVIVAL);
    run("roc", &root(BREAST), &["--score", "nodes", "--at", "24,60"], &[]);
    run("roc", &study, &["--score", "age"], &[]);
    let odd = ["--time", "time", "--event", "status", "--models", "x=surv4", "--at", "5"];
    run("dca", &root("tests/fixtures/survival/odd.csv"), &odd, SURVIVAL);
    run("cutpoint", &root(BREAST), &["--variable", "nodes"], &["survival", "maxstat"]);
}

#[test]
fn models_again() {
    let (study, packages) = (root(BREAST), ["survival", "Hmisc"]);
    run("calibrate", &study, &["--model", "tumour"], &packages);
    run("nomogram", &study, &["--model", "full"], SURVIVAL);
    run("nomogram", &root(LUNG), &["--covariates", "age,sex,ph.ecog", "--at", "6,12"], SURVIVAL);
}

#[test]
fn the_baseline_table_again() {
    run("table1", &root(LUNG), &[], &[]);
    run("table1", &root(LUNG), &["--by", "sex", "--continuous-test", "welch"], &[]);
    run("table1", &root(BREAST), &["--by", "grade"], &[]);
}

#[test]
fn penalized_models_again() {
    let days = ["--time", "time", "--event", "event", "--features", "v*", "--foldid", "fold"];
    run("lasso", &root("tests/fixtures/survival/days.csv"), &days, &["survival", "glmnet"]);
    let study = tempfile::tempdir().expect("a folder");
    cli_scores::write(study.path(), cli_scores::STUDY);
    run("lasso", study.path(), &[], &["survival", "glmnet"]);
}

#[test]
fn competing_risks_again() {
    let table = root("tests/fixtures/survival/pbc.csv");
    let endpoint = ["--time", "time", "--event", "status", "--at", "1000,2500"];
    run("cuminc", &table, &endpoint, &["cmprsk"]);
    run("cuminc", &table, &[&endpoint[..], &["--by", "sex"]].concat(), &["cmprsk"]);
}

#[test]
fn effects_in_subgroups_again() {
    let study = root(LUNG);
    run("cox", &study, &["--covariates", "sex,age", "--subgroups", "ph.ecog,age=65,wt.loss"], SURVIVAL);
    run("cox", &root(BREAST), &["--covariates", "grade,age", "--subgroups", "meno,nodes=3"], SURVIVAL);
    let clustered = ["--covariates", "sex", "--subgroups", "ph.ecog", "--cluster", "inst"];
    run("cox", &study, &clustered, SURVIVAL);
}

#[test]
fn models_of_competing_causes_again() {
    let table = root("tests/fixtures/survival/pbc.csv");
    let asked = ["--time", "time", "--event", "status", "--covariates", "age,sex"];
    run("causes", &table, &asked, &["survival", "cmprsk"]);
}

#[test]
fn fine_and_grays_model_again() {
    let table = root("tests/fixtures/survival/pbc.csv");
    let endpoint = ["--time", "time", "--event", "status", "--covariates", "age,sex,bili"];
    run("cox", &table, &[&endpoint[..], &["--fine-gray", "2"]].concat(), &["cmprsk"]);
    run("cox", &table, &[&endpoint[..], &["--fine-gray", "1"]].concat(), &["cmprsk"]);
}

#[test]
fn performance_in_every_cohort_again() {
    run("performance", &root(BREAST), &[], SURVIVAL);
    run("performance", &root(LUNG), &["--at", "6,12"], SURVIVAL);
}

#[test]
fn models_over_time_and_moved_again() {
    let few = ["--model", "tumour,full", "--at", "24,60"];
    run("performance", &root(BREAST), &[&few[..], &["--over-time"]].concat(), SURVIVAL);
    run("performance", &root(LUNG), &["--bootstrap", "12"], SURVIVAL);
    let cuts = ["--cohort", "external", "--reclassification", "--bootstrap", "6", "--cuts", "0.2,0.4"];
    run("performance", &root(BREAST), &[&few[..], &cuts].concat(), SURVIVAL);
    run("performance", &root(BREAST), &[&few[..], &cuts[..5]].concat(), SURVIVAL);
}

#[test]
fn splines_again() {
    run("splines", &root(BREAST), &["--covariates", "age,size,nodes_decay"], &["survival", "Hmisc"]);
    run("splines", &root(LUNG), &["--covariates", "age,sex,wt.loss", "--knots", "3"], &["survival", "Hmisc"]);
}

/// A script without a table.
fn run_alone(subcommand: &str, options: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("again.R");
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.arg(subcommand).args(options).arg("-o").arg(&file).assert().success();
    if !has_r(&[]) {
        println!("skipped: R is not installed");
        return;
    }
    let output = Process::new("Rscript").arg("--vanilla").arg(&file).output().expect("R runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("largest difference"), "{subcommand}: {said}");
}

#[test]
fn sums_without_a_table_again() {
    let imputed = ["--estimates", "0.41,0.52,0.47,0.39,0.5", "--variances", "0.02,0.021,0.019,0.022,0.02"];
    run_alone("pool", &imputed);
    run_alone("pool", &[&imputed[..], &["--n", "228", "--k", "3"]].concat());
    let needed = ["--parameters", "30", "--rate", "0.065", "--time", "2", "--mean-follow-up", "2.07"];
    run_alone("samplesize", &[&needed[..], &["--r2", "0.051"]].concat());
    run_alone("samplesize", &[&needed[..], &["--c", "0.69"]].concat());
}

#[test]
fn agreement_of_raters_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("ratings.csv");
    // The example of Shrout and Fleiss (1979): six targets, four judges.
    let ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]];
    let mut text = String::from("target,judge,rating\n");
    for (target, row) in ratings.iter().enumerate() {
        for (judge, rating) in row.iter().enumerate() {
            text += &format!("T{target},J{judge},{rating}\n");
        }
    }
    fs::write(&table, text).expect("room");
    for kind in ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"] {
        run("icc", &table, &["--subject", "target", "--rater", "judge", "--type", kind], &[]);
    }
}

/// What has no counterpart in R's script is refused, not left out.
#[test]
fn what_has_no_script_is_refused() {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    let options = ["--covariates", "age,sex", "--firth", "--format", "r"];
    let refused = command.arg("cox").arg(root(LUNG)).args(options).assert().code(1);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("no script for R with --firth"), "{said}");
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    let refused =
        command.arg("validate").arg(root(LUNG)).args(["--design", "sensitivity", "--n", "2", "--format", "r"]).assert();
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(!refused.get_output().status.success() && said.contains("has no script for R"), "{said}");
}

#[test]
fn models_validated_again() {
    let study = root(LUNG);
    run("validate", &root(BREAST), &["--models", "tumour", "--design", "bootstrap", "--n", "5"], SURVIVAL);
    run("validate", &study, &["--design", "bootstrap", "--n", "20", "--at", "6,12"], SURVIVAL);
    run("validate", &study, &["--design", "nested", "--folds", "5", "--repeats", "2"], SURVIVAL);
    run("validate", &study, &["--design", "leave-centre-out", "--centre", "inst"], SURVIVAL);
    run("validate", &study, &["--design", "permutation", "--n", "10"], SURVIVAL);
}

#[test]
fn decision_curves_of_models_again() {
    run("dca", &root(BREAST), &["--at", "60"], SURVIVAL);
    run("dca", &root(LUNG), &["--models", "clinical", "--at", "12", "--cohort", "training"], SURVIVAL);
}

#[test]
fn models_held_against_each_cohort_again() {
    run("cindex", &root(BREAST), &[], SURVIVAL);
    run("roc", &root(LUNG), &["--at", "12"], SURVIVAL);
}

#[test]
fn harmonised_features_again() {
    let study = root(LUNG);
    let features = ["--site", "sex", "--features", "age,ph.karno,pat.karno,time"];
    for method in ["combat", "combat-nonparametric", "mean-only", "location-scale", "z"] {
        run("harmonize", &study, &[&features[..], &["--method", method]].concat(), &[]);
        run("harmonize", &study, &[&features[..], &["--method", method, "--fit-where", "age > 60"]].concat(), &[]);
    }
    let kept = ["--keep", "ph.ecog", "--reference", "female", "--where", "not is_missing(ph.ecog)"];
    run("harmonize", &study, &[&features[..], &kept].concat(), &[]);
    let new = ["--fit-where", "sex == \"male\""];
    run("harmonize", &study, &[&features[..], &new].concat(), &[]);
}

/// Features of images stand in no table: their scripts read the one that `extract` writes.
#[test]
fn radiomic_features_again() {
    let folder = tempfile::tempdir().expect("a folder");
    tiny::write(folder.path());
    let cache = folder.path().join("cache");
    let riskset = |options: &[&str]| {
        let mut command = Command::cargo_bin("riskset").expect("the binary is built");
        command.args(options).arg("--cache-dir").arg(&cache).current_dir(folder.path()).assert().success();
    };
    riskset(&["extract", ".", "-o", "features.csv"]);
    for (options, file, packages) in [
        (&["features", "."][..], "features.R", SURVIVAL),
        (&["features", ".", "--groups"][..], "groups.R", SURVIVAL),
        (&["harmonize", ".", "--site", "sex", "--features", "*_original_firstorder_*"][..], "harmonize.R", SURVIVAL),
    ] {
        riskset(&[options, &["--format", "r", "-o", file]].concat());
        if !has_r(packages) {
            println!("skipped: R with {} is not installed", packages.join(", "));
            continue;
        }
        let output =
            Process::new("Rscript").arg("--vanilla").arg(file).current_dir(folder.path()).output().expect("R runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("largest difference"), "{file}: {said}");
    }
}
