//! Several tables in one study: joined by id, folded where a patient has several rows, drafted by `init`; and columns that
//! take figures of the training cohort.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

use riskset::study::{Cohort, Study};
use tables::problem::{Problem, Severity};

const CLINICAL: &str = "pid,age,sex,surgery,months,dead,cohort\n\
    P1,50,M,2020-03-01,10,1,train\nP2,60,F,2020-04-01,20,0,train\nP3,70,F,2020-05-01,30,1,train\n\
    P4,40,M,2020-06-01,40,0,test\nP5,55,M,,50,1,test\n";

const LABS: &str = "patient,date,afp,visit,sex\nP1,2020-02-20,5,a,M\nP1,2020-03-05,7,b,M\nP2,2020-01-01,9,a,M\n\
    P3,2020-04-29,11,a,F\nP3,2020-05-03,13,b,F\nP9,2020-05-03,13,b,F\nP5,2020-05-03,1,a,M\n,2020-05-03,1,a,M\n";

const HEAD: &str = "version = 1\ntable = \"clinical.csv\"\nid = \"pid\"\n[cohorts]\ncolumn = \"cohort\"\n\
    order = [\"train\", \"test\"]\n[endpoints.OS]\ntime = \"months\"\nevent = \"dead\"\n";

fn folder(more: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("clinical.csv", CLINICAL), ("labs.csv", LABS), ("study.toml", &format!("{HEAD}{more}"))] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn built(more: &str) -> (Cohort, Vec<Problem>) {
    let folder = folder(more);
    let (study, problems) = Study::load(folder.path());
    assert!(problems.is_empty(), "{problems:#?}");
    let study = study.expect("a study");
    let written = Study::parse(&study.to_toml(), folder.path(), Path::new("study.toml")).0.expect("it reads back");
    assert_eq!(written.tables, study.tables);
    let (cohort, problems) = study.cohort();
    (cohort.expect("a cohort"), problems)
}

fn texts(cohort: &Cohort, column: &str) -> Vec<String> {
    let values = &cohort.frame().column(column).expect(column).values;
    (0..values.len()).map(|i| values.text(i).unwrap_or_else(|| "-".to_owned())).collect()
}

fn said(problems: &[Problem], severity: Severity) -> String {
    let of = problems.iter().filter(|p| p.severity == severity);
    of.map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn riskset(folder: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("riskset").expect("the binary").current_dir(folder).args(arguments).assert()
}

const JOINED: &str = "[tables.labs]\npath = \"labs.csv\"\nid = \"patient\"\n";

#[test]
fn several_rows_of_a_patient_are_a_question() {
    let (cohort, problems) = built(JOINED);
    let errors = said(&problems, Severity::Error);
    assert!(errors.contains("question: which row of a patient counts in labs?"), "{errors}");
    assert!(errors.contains("P1 in rows 1, 2; P3 in rows 4, 5") && errors.contains("\"nearest\""), "{errors}");
    assert!(cohort.frame().get("afp").is_none(), "nothing is taken before it is answered");
}

#[test]
fn rows_are_folded_as_the_study_says() {
    for (how, expected) in [
        ("rows = \"first\"\nby = \"date\"\n", ["5", "9", "11", "-", "1"]),
        ("rows = \"last\"\nby = \"date\"\n", ["7", "9", "13", "-", "1"]),
        // Of P3 two rows are as near, two days before and after.
        ("rows = \"nearest\"\nby = \"date\"\nto = \"surgery\"\n", ["7", "9", "11", "-", "-"]),
        ("rows = \"nearest\"\nby = \"date\"\nto = \"surgery\"\nwithin = 30\n", ["7", "-", "11", "-", "-"]),
        ("rows = \"nearest\"\nby = \"date\"\nto = \"surgery\"\nwithin = [-30, 0]\n", ["5", "-", "11", "-", "-"]),
    ] {
        let (cohort, problems) = built(&format!("{JOINED}{how}"));
        assert_eq!(texts(&cohort, "afp"), expected, "{how}");
        assert_eq!(said(&problems, Severity::Error), "", "{how}");
        let warnings = said(&problems, Severity::Warning);
        assert!(warnings.contains("1 id of labs is not in the study: P9"), "{warnings}");
        assert!(warnings.contains("1 patient is without a row in labs: P4"), "{warnings}");
        assert!(warnings.contains("1 row without an id in labs: row 8"), "{warnings}");
    }
    let (cohort, problems) = built(&format!("{JOINED}prefix = \"lab_\"\nrows = \"wide\"\nby = \"visit\"\n"));
    assert_eq!(texts(&cohort, "lab_afp_a"), ["5", "9", "11", "-", "1"]);
    assert_eq!(texts(&cohort, "lab_afp_b"), ["7", "-", "13", "-", "-"]);
    assert!(cohort.frame().get("lab_visit_a").is_none(), "the visit is in the name");
    assert_eq!(said(&problems, Severity::Error), "");
}

#[test]
fn rows_of_the_same_day_and_other_values_of_one_name_are_told() {
    let folder = folder(&format!("{JOINED}rows = \"first\"\nby = \"date\"\n"));
    fs::write(folder.path().join("labs.csv"), LABS.replace("P1,2020-03-05", "P1,2020-02-20")).expect("the table");
    let problems = Study::load(folder.path()).0.expect("a study").cohort().1;
    let errors = said(&problems, Severity::Error);
    assert!(errors.contains("with the same date counts? P1 in rows 1, 2"), "{errors}");

    let (_, problems) = built(&format!("{JOINED}rows = \"first\"\nby = \"date\"\n"));
    let warnings = said(&problems, Severity::Warning);
    assert!(warnings.contains("sex of labs is in the study already, with other values in 1 patient: P2"), "{warnings}");
    assert!(warnings.contains("prefix = \"labs_\""), "{warnings}");
}

#[test]
fn ids_that_never_fit_and_mistakes_in_a_section_are_errors() {
    let (_, problems) = built("[tables.labs]\npath = \"labs.csv\"\nid = \"visit\"\n");
    let errors = said(&problems, Severity::Error);
    assert!(errors.contains("no id of labs is one of the study: it has a, b, the study P1, P2, P3"), "{errors}");
    for (section, expected) in [
        ("path = \"labs.csv\"\nrows = \"nearest\"\nby = \"date\"\n", "near to"),
        ("path = \"labs.csv\"\nrows = \"first\"\n", "needs the column that tells a patient's rows apart"),
        ("path = \"labs.csv\"\nrow = \"first\"\n", "did you mean rows?"),
        ("path = \"labs.csv\"\nrows = \"nearest\"\nby = \"date\"\nto = \"surgery\"\nwithin = [5, 0]\n", "rising order"),
        ("id = \"patient\"\n", "has no path"),
    ] {
        let folder = folder(&format!("[tables.labs]\n{section}"));
        let problems = said(&Study::load(folder.path()).1, Severity::Error);
        assert!(problems.contains(expected), "{section}: {problems}");
    }
}

#[test]
fn joined_columns_serve_everywhere_and_their_files_are_inputs() {
    let more = "[tables.labs]\nfile = \"labs.csv\"\nid = \"patient\"\ncolumns = [\"afp\"]\nrows = \"first\"\nby = \"date\"\n\
        [derived]\nlog_afp = \"ln(afp)\"\n[[enrolment]]\nname = \"Known AFP\"\nexclude = \"is_missing(afp)\"\n";
    let (cohort, _) = built(more);
    assert_eq!(cohort.ids(), ["P1", "P2", "P3", "P5"]);
    assert_eq!(cohort.variables(), ["age", "sex", "afp", "log_afp"], "dates are none, and date was not asked for");
    let folder = folder(more);
    let before = fs::read(folder.path().join("labs.csv")).expect("the table");
    let refused = riskset(folder.path(), &["table1", ".", "-o", "labs.csv", "--force"]).code(1);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("labs.csv"), "{said}");
    assert_eq!(fs::read(folder.path().join("labs.csv")).expect("the table"), before);
    riskset(folder.path(), &["run", ".", "-o", "out"]).code(0);
    let manifest = fs::read_to_string(folder.path().join("out/manifest.json")).expect("a manifest");
    assert!(manifest.contains("labs.csv"), "{manifest}");
}

#[test]
fn init_joins_the_tables_of_a_folder() {
    let folder = folder("");
    let path = folder.path();
    fs::remove_file(path.join("study.toml")).expect("the study");
    let features =
        "pid,T2_original_firstorder_Mean,T2_original_glcm_Contrast\nP1,1.5,2\nP2,2.5,3\nP3,3.5,1\nP4,1.25,2\n";
    fs::write(path.join("features.csv"), features).expect("a table");
    fs::write(path.join("dictionary.csv"), "column,means\nage,years\nsex,of birth\n").expect("a table");
    let said = riskset(path, &["init", ".", "--time", "months", "--event", "dead"]).code(0).get_output().stdout.clone();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(said.contains("labs.csv is joined by id") && said.contains("dictionary.csv is not joined"), "{said}");
    let text = fs::read_to_string(path.join("study.toml")).expect("a study");
    for line in [
        "# guessed: patient of labs.csv holds 4 of the 5 ids\n[tables.labs]\npath = \"labs.csv\"\nid = \"patient\"\nprefix = \"labs_\"\nrows = \"?\"",
        "[features.table]\npath = \"features.csv\"",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let refused = riskset(path, &["check", "."]).code(1).get_output().stderr.clone();
    let refused = String::from_utf8_lossy(&refused).into_owned();
    assert!(refused.contains("question: which row of a patient counts in labs?"), "{refused}");
    let answered = text.replace("rows = \"?\"", "rows = \"last\"\nby = \"date\" #");
    fs::write(path.join("study.toml"), answered).expect("room");
    riskset(path, &["check", "."]).code(0);
}

#[test]
fn figures_of_the_training_cohort_are_used_and_said() {
    let more = "[derived]\nz = \"scale(age)\"\nold = \"z > 0\"\nquarter = \"quantile_group(age, 2)\"\n\
        drawn = \"winsorize(age, 0.25)\"\n[columns]\nz = \"Age, standardised\"\n";
    let (cohort, problems) = built(more);
    // Of 50, 60 and 70: mean 60, standard deviation 10; their median 60, their quartiles 55 and 65.
    assert_eq!(texts(&cohort, "z"), ["-1", "0", "1", "-2", "-0.5"]);
    assert_eq!(texts(&cohort, "old"), ["0", "0", "1", "0", "0"]);
    assert_eq!(texts(&cohort, "quarter"), ["1", "1", "2", "1", "1"]);
    assert_eq!(texts(&cohort, "drawn"), ["55", "60", "65", "55", "55"]);
    assert_eq!(cohort.frame().get("z").expect("z").label(), "Age, standardised");
    let notes = said(&problems, Severity::Note);
    let by = "z: scale(age) by mean 60.00, standard deviation 10.00 of 3 patients of the training cohort";
    assert!(notes.contains(by), "{notes}");
    let folder = folder(more);
    let printed = riskset(folder.path(), &["table1", ".", "--by", "cohort", "--format", "json"]).code(0);
    let printed = String::from_utf8_lossy(&printed.get_output().stdout).into_owned();
    assert!(printed.contains(by), "{printed}");
    let filtered = riskset(folder.path(), &["table1", ".", "--where", "scale(age) >= 0", "--format", "json"]).code(0);
    let filtered = String::from_utf8_lossy(&filtered.get_output().stdout).into_owned();
    assert!(filtered.contains("scale(age) by mean 60.00") && filtered.contains("2 patients are kept"), "{filtered}");
}

#[test]
fn what_is_learned_cannot_decide_who_is_enrolled() {
    let (_, problems) = built("[derived]\nz = \"scale(age)\"\n[[enrolment]]\nname = \"Old\"\ninclude = \"z > 0\"\n");
    let errors = said(&problems, Severity::Error);
    assert!(errors.contains("z takes figures of the enrolled patients"), "{errors}");
}

#[test]
fn words_among_numbers_are_levels_of_a_factor_and_named_levels_keep_theirs() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |k: usize| {
        format!("P{k:02},{},{},{}\n", ["10", "2", "3", "not given"][k % 4], 5 + k, usize::from(!k.is_multiple_of(3)))
    };
    let table = format!("id,stage,months,event\n{}", (0..24).map(row).collect::<String>());
    fs::write(folder.path().join("t.csv"), table).expect("the table");
    let json = |arguments: &[&str]| -> serde_json::Value {
        let done = riskset(folder.path(), arguments).code(0);
        serde_json::from_slice(&done.get_output().stdout).expect("JSON")
    };
    let answer = json(&[
        "km", "t.csv", "--time", "months", "--event", "event", "--by", "stage", "--factor", "stage", "--format", "json",
    ]);
    let groups: Vec<(&str, u64)> = answer["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| (group["group"].as_str().expect("a level"), group["n"].as_u64().expect("a count")))
        .collect();
    assert_eq!(groups, [("2", 6), ("3", 6), ("10", 6), ("not given", 6)]);
    let study = "version = 1\ntable = \"t.csv\"\nid = \"id\"\n[endpoints.OS]\ntime = \"months\"\nevent = \"event\"\n\
        [columns]\nstage = { levels = [\"2\", \"3\", \"10\", \"not given\"] }\n";
    fs::write(folder.path().join("study.toml"), study).expect("the study");
    let answer = json(&["table1", ".", "--vars", "stage", "--format", "json"]);
    let levels: Vec<&str> = answer["rows"][0]["levels"]
        .as_array()
        .expect("levels")
        .iter()
        .map(|level| level["level"].as_str().expect("a level"))
        .collect();
    assert_eq!(levels, ["2", "3", "10", "not given"]);
}

#[test]
fn causes_in_words_without_one_for_censored_are_a_question() {
    let folder = tempfile::tempdir().expect("a folder");
    let causes =
        |words: [&str; 3]| -> String { (0..12).map(|k| format!("P{k:02},{},{}\n", 3 + k, words[k % 3])).collect() };
    let write = |words| fs::write(folder.path().join("t.csv"), format!("id,months,cause\n{}", causes(words)));
    let asked = ["cuminc", "t.csv", "--time", "months", "--event", "cause", "--format", "json"];
    write(["relapse", "death", "alive"]).expect("the table");
    let refused = riskset(folder.path(), &asked).code(1).get_output().stderr.clone();
    let refused = String::from_utf8_lossy(&refused).into_owned();
    assert!(refused.contains("question: which value of cause") && refused.contains("--censored"), "{refused}");
    riskset(folder.path(), &[&asked[..], &["--censored", "alive"]].concat()).code(0);
    riskset(folder.path(), &[&asked[..], &["--censored", "0"]].concat()).code(0);
    write(["relapse", "death", "Censored"]).expect("the table");
    let found = riskset(folder.path(), &asked).code(0).get_output().stdout.clone();
    let found: serde_json::Value = serde_json::from_slice(&found).expect("JSON");
    let causes = found["groups"][0]["causes"].as_array().map(Vec::len);
    assert_eq!(causes, Some(2), "{found}");
}
