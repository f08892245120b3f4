//! What stands beside the numbers of an analysis: questions that come before them, cautions, and what is not defined.
//! Values of R 4.2.2: survival 3.5-3, cmprsk 2.2-11, Hmisc 4.8-0.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn fixture(table: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/survival").join(table)
}

/// A folder with one table, `data.csv`.
fn table(rows: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data.csv");
    std::fs::write(&path, rows).expect("a table");
    (folder, path)
}

fn run(subcommand: &str, data: &Path, options: &str) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.arg(subcommand).arg(data).args(options.split_whitespace()).assert()
}

fn json(subcommand: &str, data: &Path, options: &str) -> Value {
    let done = run(subcommand, data, &format!("{options} --format json")).success();
    serde_json::from_slice(&done.get_output().stdout).expect("one JSON object")
}

fn text(subcommand: &str, data: &Path, options: &str) -> String {
    String::from_utf8_lossy(&run(subcommand, data, options).success().get_output().stdout).into_owned()
}

fn refused(subcommand: &str, data: &Path, options: &str) -> String {
    String::from_utf8_lossy(&run(subcommand, data, options).code(1).get_output().stderr).into_owned()
}

/// Whether one note holds all of `words`.
fn notes(answer: &Value, words: &[&str]) -> bool {
    let notes = answer["notes"].as_array().expect("notes");
    notes.iter().filter_map(Value::as_str).any(|note| words.iter().all(|word| note.contains(word)))
}

fn near(found: &Value, expected: f64) {
    let found = found.as_f64().expect("a number");
    assert!((found - expected).abs() <= 1e-8 * expected.abs(), "{found}, not {expected}");
}

#[test]
fn weights_that_are_not_whole_have_robust_errors() {
    let odd = fixture("odd.csv");
    let model = json("cox", &odd, "--time time --event status --weights w --covariates x1");
    let term = &model["terms"][0];
    near(&term["coef"], 0.523611951246619);
    near(&term["se"], 0.216679326762117);
    near(&term["robust_se"], 0.22091382903792);
    near(&term["p"], 0.017778031337259);
    assert!(notes(&model, &["weights", "robust"]) && model["weights"] == "w" && model["robust"] == true);
    let curve = json("km", &odd, "--time time --event status --weights w");
    assert!(notes(&curve, &["weights", "robust"]));
    let whole = json("cox", &fixture("pbc.csv"), "--time time --event death --covariates bili --weights stage");
    assert!(whole["terms"][0]["robust_se"].is_null() && whole["robust"].is_null());
}

#[test]
fn a_model_says_what_it_is() {
    let (_folder, data) = table(
        "entry,time,event,x,site,w\n0,5,1,1,A,1\n1,7,1,0,A,2\n0,8,0,2,B,1\n2,9,1,1,B,1\n1,6,1,3,A,2\n0,4,0,1,B,1\n0,3,1,2,B,1\n",
    );
    let options = "--time time --event event --entry entry --covariates x --strata site --weights w";
    let said = text("cox", &data, options);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("stratified by site; case weights w; late entry at entry"), "{said}");
    let answer = json("cox", &data, options);
    assert_eq!(
        (&answer["strata"][0], &answer["weights"], &answer["entry"]),
        (&"site".into(), &"w".into(), &"entry".into())
    );
    let alone = json("cox", &data, &format!("{options} --univariate"));
    assert_eq!((&alone["strata"][0], &alone["weights"]), (&"site".into(), &"w".into()));
}

#[test]
fn few_clusters_are_pointed_out() {
    let answer = json("cox", &fixture("pbc.csv"), "--time time --event death --covariates bili --cluster stage");
    assert!(notes(&answer, &["only 4 clusters"]), "{}", answer["notes"]);
    let answer = json("cox", &fixture("rats.csv"), "--time time --event status --covariates rx --cluster litter");
    assert!(!notes(&answer, &["clusters"]), "100 litters are enough");
}

#[test]
fn intervals_of_a_patient_must_not_overlap() {
    let (_folder, data) = table(
        "id,start,stop,event,x\np1,0,5,0,1\np1,3,8,1,2\np2,0,4,0,1\np2,6,9,1,0\np3,0,7,1,3\np4,0,3,0,1\np4,3,9,0,2\n",
    );
    let options = "--time stop --entry start --event event --id id";
    for (subcommand, more) in [("cox", "--covariates x --cluster id"), ("km", "")] {
        let answer = json(subcommand, &data, &format!("{options} {more}"));
        assert!(notes(&answer, &["overlap", "p1 (3 to 5)"]), "{}", answer["notes"]);
        assert!(notes(&answer, &["gap", "p2 (4 to 6)"]) && !notes(&answer, &["gap", "p4"]), "{}", answer["notes"]);
    }
    let answer = json("cox", &data, &format!("{options} --covariates x"));
    assert_eq!((answer["n"].as_u64(), answer["patients"].as_u64()), (Some(7), Some(4)));
}

#[test]
fn an_interval_within_rounding_names_its_row() {
    let (_folder, data) = table("start,stop,event,x\n0,5,1,1\n0,1,0,2\n1e-10,2e-10,1,0\n0,7,0,1\n");
    for subcommand in ["cox --covariates x", "km"] {
        let mut words = subcommand.split_whitespace();
        let (subcommand, more) = (words.next().unwrap_or_default(), words.collect::<Vec<_>>().join(" "));
        let said = refused(subcommand, &data, &format!("--time stop --entry start --event event {more}"));
        assert!(said.contains("data.csv, row 3 (line 4), column start") && said.contains("rounding"), "{said}");
    }
}

#[test]
fn an_event_alone_at_risk_compares_nobody() {
    let (_folder, data) = table("time,event,s\n1,0,0.9\n2,0,-0.5\n3,0,1.5\n4,1,0.2\n");
    let answer = json("cox", &data, "--time time --event event --covariates s");
    assert!(answer["terms"][0]["coef"].is_null() && notes(&answer, &["at no event", "compare"]), "{}", answer["notes"]);
    assert!(!notes(&answer, &["constant"]));
    let said = text("cindex", &data, "--time time --event event --score s");
    assert!(!said.contains("0.000-1.000"), "{said}");
}

#[test]
fn a_univariable_model_says_that_a_coefficient_is_infinite() {
    let (_folder, data) = table(
        "time,event,g,age\n1,1,a,50\n2,1,a,61\n3,1,a,44\n4,0,a,70\n5,0,b,66\n6,0,b,52\n7,0,b,49\n2.5,0,b,58\n3.5,1,a,60\n",
    );
    let options = "--time time --event event --covariates g,age --univariate";
    let answer = json("cox", &data, options);
    assert!(notes(&answer, &["g, alone", "infinite"]), "{}", answer["notes"]);
    let said = text("cox", &data, options);
    assert!(said.contains("p of a variable by likelihood ratio") && said.contains("infinite"), "{said}");
}

#[test]
fn late_entry_that_empties_the_risk_set_is_pointed_out() {
    let (_folder, data) = table("entry,time,event\n0,1,1\n0,2,1\n3,5,1\n3,6,0\n4,8,1\n2.5,7,1\n3,9,0\n");
    let answer = json("km", &data, "--time time --entry entry --event event");
    assert!(notes(&answer, &["at risk at 2", "5 are followed later"]), "{}", answer["notes"]);
}

#[test]
fn nothing_is_known_beyond_the_follow_up() {
    let pbc = fixture("pbc.csv");
    let answer = json("km", &pbc, "--time time --event death --details --at 1000,9000");
    let at = &answer["details"]["groups"][0]["at"];
    assert!(at[0]["surv"].is_number() && at[1]["surv"].is_null());
    assert!(notes(&answer, &["9000", "followed"]), "{}", answer["notes"]);
    let answer = json("cuminc", &pbc, "--time time --event status --at 1000,9000");
    assert!(answer["at"][0]["estimate"].is_number() && answer["at"][1]["estimate"].is_null());
    assert!(notes(&answer, &["9000", "followed"]), "{}", answer["notes"]);
}

#[test]
fn causes_in_words_are_asked_which_means_censored() {
    let rows = std::fs::read_to_string(fixture("pbc.csv")).expect("the table");
    let named = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let word = match cells[1] {
            "0" => "alive",
            "1" => "transplant",
            "2" => "death",
            header => header,
        };
        [&[cells[0], word], &cells[2..]].concat().join(",")
    };
    let (_folder, data) = table(&rows.lines().map(named).collect::<Vec<_>>().join("\n"));
    let options = "--time time --event status --covariates age,bili --fine-gray";
    let said = refused("cox", &data, &format!("{options} death"));
    assert!(said.contains("question: which value of status means censored") && said.contains("alive"), "{said}");
    let words = json("cox", &data, &format!("{options} death --censored alive"));
    let codes = json("cox", &fixture("pbc.csv"), &format!("{options} 2"));
    near(&words["terms"][1]["coef"], codes["terms"][1]["coef"].as_f64().expect("a coefficient"));
    assert_eq!(words["events"], 161);
}

#[test]
fn tests_within_strata() {
    let pbc = fixture("pbc.csv");
    let gray = json("cuminc", &pbc, "--time time --event status --by stage --strata sex");
    near(&gray["gray"][0]["statistic"], 2.08905344335738);
    near(&gray["gray"][1]["statistic"], 59.68949543204116);
    let options = "--time time --event death --by stage --strata sex --adjust none";
    let km = json("km", &pbc, &format!("{options} --where stage>1"));
    let pairs = &km["details"]["pairs"];
    for (k, statistic) in [3.26985483270324, 38.1849670948046, 31.9301200324684].into_iter().enumerate() {
        near(&pairs[k]["statistic"], statistic);
    }
    assert_eq!(km["details"]["pairs_within"], "sex");
}

#[test]
fn a_trend_and_weights_need_an_order() {
    let words = |n: usize| ["high", "low", "mid"][n % 3];
    let rows: String = (0..60).map(|i| format!("{},{},{}\n", i % 17 + 1, i % 2, words(i * i + i / 3))).collect();
    let (_folder, data) = table(&format!("time,event,grade\n{rows}"));
    let options = "--time time --event event --by grade --trend";
    let said = refused("logrank", &data, options);
    assert!(said.contains("question: a test for a trend needs the order") && said.contains("--order grade="), "{said}");
    let rising = json("logrank", &data, &format!("{options} --order grade=low,mid,high"));
    let falling = json("logrank", &data, &format!("{options} --order grade=high,mid,low"));
    near(&rising["statistic"], falling["statistic"].as_f64().expect("a statistic"));
    assert_eq!(rising["groups"][0]["group"], "low");
    let tests = |more: &str| {
        let km = json("km", &data, &format!("--time time --event event --by grade --details {more}"));
        km["details"]["tests"].as_array().expect("tests").iter().any(|test| test["test"] == "trend")
    };
    assert!(!tests("") && tests("--order grade=low,mid,high"));
}

#[test]
fn a_reference_that_no_row_is_left_with_is_refused() {
    let (_folder, data) = table("time,event,g\n1,1,low\n2,0,mid\n3,1,high\n4,1,low\n5,0,high\n6,1,mid\n");
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    let options = ["--time", "time", "--event", "event", "--covariates", "g", "--reference", "g=mid"];
    let done = command.arg("cox").arg(&data).args(options).args(["--where", "g != 'mid'"]).assert().code(1);
    let said = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
    assert!(said.contains("g mid") && said.contains("high, low"), "{said}");
}

#[test]
fn predictions_that_are_equal_stay_in_one_group() {
    let answer =
        json("calibrate", &fixture("pbc.csv"), "--time time --event death --covariates sex --at 2000 --groups 5");
    let groups = answer["times"][0]["groups"].as_array().expect("groups");
    assert_eq!(groups.iter().map(|g| g["n"].as_u64().expect("n")).collect::<Vec<_>>(), [44, 374]);
    let km = json("km", &fixture("pbc.csv"), "--time time --event death --by sex --details --at 2000");
    near(&groups[0]["observed"], km["details"]["groups"][1]["at"][0]["surv"].as_f64().expect("survival"));
    near(&groups[1]["observed"], km["details"]["groups"][0]["at"][0]["surv"].as_f64().expect("survival"));
    assert!(notes(&answer, &["2 groups instead of 5"]), "{}", answer["notes"]);
}

#[test]
fn a_column_of_cohorts_divides_no_bare_table() {
    let cohort = |i: usize| if i.is_multiple_of(3) { "test" } else { "train" };
    let rows: String = (0..90)
        .map(|i| format!("{},{},{},{}\n", i * 7 % 41 + 1, usize::from(i % 4 > 0), i * i % 13, cohort(i)))
        .collect();
    let (_folder, data) = table(&format!("time,event,x,set\n{rows}"));
    let n = |subcommand: &str, more: &str| {
        let answer = json(subcommand, &data, &format!("--time time --event event --covariates x {more}"));
        (answer["n"].as_u64().expect("n"), notes(&answer, &["set holds train, test"]))
    };
    for (subcommand, more) in [("cox", ""), ("nomogram", "--at 20"), ("calibrate", "--at 20")] {
        assert_eq!(n(subcommand, more), (90, true), "{subcommand}");
        assert_eq!(n(subcommand, &format!("{more} --cohort train")), (60, false), "{subcommand}");
    }
    let said = refused("cox", &data, "--time time --event event --covariates x --cohort trian");
    assert!(said.contains("did you mean train"), "{said}");
}

#[test]
fn a_guessed_unit_is_said() {
    let rows: String = (0..30).map(|i| format!("{}.{},{}\n", i % 16, i % 10, i % 2)).collect();
    let (_folder, data) = table(&format!("time,event\n{rows}"));
    assert!(notes(&json("km", &data, "--time time --event event"), &["unit of time", "--time-unit"]));
    assert!(!notes(&json("km", &data, "--time time --event event --time-unit years"), &["unit"]));
}

#[test]
fn short_times_keep_their_digits() {
    let rows: String = (1..=10).map(|i| format!("{},1\n", f64::from(i) / 10.0)).collect();
    let (_folder, data) = table(&format!("years,event\n{rows}"));
    let said = text("km", &data, "--time years --event event --time-unit years");
    assert!(said.contains("0.55 (0.30 to"), "{said}");
}

#[test]
fn a_row_that_cannot_be_tested_says_why() {
    let (_folder, data) = table("arm,bmi,died,site\na,22,1,x\nb,1,1,y\nb,2,1,y\nb,4,1,y\na,,1,x\n");
    let said = text("table1", &data, "--by arm --vars bmi,died,site --categorical died");
    assert!(said.contains("arm a has 1 value, the test needs"), "{said}");
    assert!(said.contains("it has one level") && said.contains("difference is infinite"), "{said}");
    let answer = json("table1", &data, "--by arm --vars site");
    assert!(answer["rows"][0]["smd"].is_null());
}

#[test]
fn one_rater_agrees_with_nobody() {
    let (_folder, data) = table("subj,rater,v\n1,A,-0.2\n2,A,0.4\n3,A,0.1\n");
    let said = refused("icc", &data, "--subject subj --rater rater");
    assert!(said.contains("data.csv, column rater") && said.contains("only A rated"), "{said}");
}

#[test]
fn whoever_had_another_event_first_is_named_beside_the_curve() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace");
    let recurrence = json("km", &sample, "--endpoint RFS");
    assert!(
        notes(&recurrence, &["11 patients", "(death)", "count as censored", "cumulative incidence"]),
        "{recurrence}"
    );
    let in_training = json("km", &sample, "--endpoint RFS --cohort training --by sex");
    assert!(notes(&in_training, &["another event first"]));
    assert!(!notes(&json("km", &sample, "--endpoint OS"), &["another event first"]));
    assert!(!notes(&json("km", &sample, "--endpoint RFS --follow-up"), &["another event first"]));
}
