//! Sealed cohorts: nothing that is written or shown tells an outcome of theirs, until they are unsealed, once and on record.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use figures::format::Glyphs;
use riskset::app::action::Effect;
use riskset::app::key;
use riskset::app::pane_id::PaneId;
use riskset::jobs::cache::Cache;
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};
use serde_json::Value;
use survival::stats::rng::Rng;

use crate::binary::program as riskset;

const STUDY: &str = r#"version = 1
table = "patients.csv"
id = "id"

[tables.follow_up]
path = "follow_up.csv"

[endpoints.RFS]
time = "rfs_months"
event = "relapsed"
unit = "months"

[endpoints.OS]
origin = "operated_on"
event_date = "death_date"
last_contact = "last_seen"
show = "months"

[cohorts]
column = "cohort_name"
order = ["training", "internal", "external"]
sealed = ["external"]
sealed_columns = ["remark"]

[derived]
relapsed = "status == 'relapse'"
dead = "not is_missing(death_date)"
long = "rfs_months / 7"
log_f1 = "abs(f1) + 1"
age_z = "scale(age)"

[features]
columns = ["f*"]

[analysis]
times = [12, 24]
variables = ["age", "stage", "dead", "long", "remark", "log_f1"]

[validation]
folds = 3
repeats = 1

[scores.rad]
endpoint = "RFS"
steps = [{ screen = { best = 6 } }]

[models]
clinical = ["age", "stage"]
both = ["age", "stage", "score.rad"]
"#;

/// What stands in the outcomes of the external cohort and nowhere else. Times are about this number, by which they stay
/// recognisable when they are rounded, and as the next one when they are divided by 7.
const ODD: [&str; 6] = ["731931424", "104561632", "quokka", "2041-07", "Jul 2041", "zzwombat"];

/// 150 patients; the external fifth has odd outcomes.
fn write(folder: &Path) {
    let mut rng = Rng::new(5);
    let mut table = "id,age,stage,cohort_name,operated_on,status,rfs_months,remark".to_owned();
    let mut follow_up = "id,death_date,last_seen\n".to_owned();
    (1..=12).for_each(|k| write!(table, ",f{k}").expect("a text"));
    table.push('\n');
    for i in 0..150_u32 {
        let f: Vec<f64> = (0..12).map(|_| rng.normal()).collect();
        let age = 60.0 + 8.0 * rng.normal();
        let cohort = ["training", "training", "training", "internal", "external"][i as usize % 5];
        let (time, end) = (20.0 * rng.exponential() / (0.9 * f[0]).exp(), 8.0 + 40.0 * rng.uniform());
        let mut months = format!("{:.3}", time.min(end));
        let mut status = if time <= end { "relapse" } else { "none" };
        let (mut remark, mut died) = (["well", "poor"][i as usize % 2], format!("2019-{:02}-10", i % 12 + 1));
        let mut seen = format!("2020-{:02}-11", i % 12 + 1);
        if i % 3 == 0 {
            died.clear();
        }
        if cohort == "external" {
            months = match i {
                // What cannot be read, and what cannot be, is told of others.
                14 => "731931424x".to_owned(),
                24 => "-731931424.5".to_owned(),
                _ => format!("731931424.{i}"),
            };
            remark = "quokka";
            (died, seen) = (format!("2041-07-{:02}", i % 28 + 1), "2041-07-30".to_owned());
            status = if i == 29 { "zzwombat" } else { ["relapse", "none"][i as usize % 2] };
        }
        let stage = ["I", "II"][i as usize % 3 % 2];
        write!(table, "p{i:03},{age:.1},{stage},{cohort},2018-01-0{},{status},{months},{remark}", i % 9 + 1)
            .expect("a text");
        f.iter().for_each(|x| write!(table, ",{x:.4}").expect("a text"));
        table.push('\n');
        writeln!(follow_up, "p{i:03},{died},{seen}").expect("a text");
    }
    fs::write(folder.join("patients.csv"), table).expect("a file");
    fs::write(folder.join("follow_up.csv"), follow_up).expect("a file");
    fs::write(folder.join("study.toml"), STUDY).expect("a file");
}

/// What of the sealed outcomes is in some bytes.
fn told(bytes: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(bytes);
    ODD.into_iter().find(|odd| text.contains(odd))
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { files_below(&path, files) } else { files.push(path) }
    }
}

/// Nothing in the folder but its own tables tells of sealed outcomes; how many files and bytes that were.
fn no_file_tells(folder: &Path) -> (usize, usize) {
    let (mut files, mut searched) = (Vec::new(), (0, 0));
    files_below(folder, &mut files);
    let own = ["patients.csv", "follow_up.csv"];
    for path in files.iter().filter(|path| !own.iter().any(|name| path.ends_with(name))) {
        let bytes = fs::read(path).expect("a file");
        assert_eq!(told(&bytes), None, "{}", path.display());
        searched = (searched.0 + 1, searched.1 + bytes.len());
    }
    searched
}

/// Every command that takes a study, with what makes it look at everybody.
const COMMANDS: [&[&str]; 33] = [
    &["check"],
    &["flow"],
    &["table1"],
    &["table1", "--by", "cohort"],
    &["table1", "--by", "cohort", "--vars", "rfs_months,relapsed,death_date,dead,long,remark,status,last_seen"],
    &["km"],
    &["km", "--by", "cohort"],
    &["km", "--cohort", "external"],
    &["km", "--cohort", "all", "--endpoint", "OS"],
    &["km", "--where", "is_missing(rfs_months) or rfs_months > 100"],
    &["km", "--by", "group.rad", "--cohort", "training,external"],
    &["km", "--time", "rfs_months", "--event", "status", "--event-is", "relapse"],
    &["km", "--time", "rfs_months", "--event", "status", "--event-is", "zzwombit"],
    &["logrank", "--by", "group.rad"],
    &["cutpoint", "--variable", "age"],
    &["cox", "--covariates", "age,score.rad"],
    &["cox", "--covariates", "age,long"],
    &["splines"],
    &["performance", "--bootstrap", "5"],
    &["cindex", "--score", "score.rad", "--cohort", "external"],
    &["roc", "--score", "score.rad", "--at", "12"],
    &["calibrate", "--covariates", "age", "--at", "12"],
    &["dca", "--at", "12"],
    &["nomogram", "--covariates", "age", "--at", "12"],
    &["cuminc"],
    &["features"],
    &["lasso"],
    &["harmonize", "--site", "stage", "--features", "f*"],
    &["audit"],
    &["model", "--model", "clinical"],
    &["validate", "--design", "bootstrap", "--n", "5"],
    &["validate", "--design", "leave-centre-out", "--centre", "cohort_name"],
    &["images"],
];

#[test]
fn nothing_that_is_written_tells_a_sealed_outcome() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder);
    // The tables do hold what is looked for.
    assert_eq!(told(&fs::read(folder.join("patients.csv")).expect("a file")), Some("731931424"));
    let out = folder.join("out").display().to_string();
    let study = folder.display().to_string();
    let run = riskset(folder).args(["run", &study, "-o", &out]).output().expect("it runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let manifest: Value =
        serde_json::from_slice(&fs::read(folder.join("out/manifest.json")).expect("a file")).expect("JSON");
    assert_eq!(manifest["seal"], serde_json::json!({ "sealed": ["external"], "unsealed": [] }));
    let report = fs::read_to_string(folder.join("out/report.html")).expect("a report");
    assert!(report.contains("external are sealed"), "the report says so");
    let (mut worked, mut printed) = (0, 0);
    for words in COMMANDS {
        let (command, options) = words.split_first().expect("a command");
        for format in ["text", "json", "csv", "md", "r"] {
            let mut arguments = vec![*command, study.as_str()];
            arguments.extend(options);
            arguments.extend(["--format", format]);
            let done = riskset(folder).args(&arguments).output().expect("it runs");
            worked += usize::from(done.status.success());
            printed += done.stdout.len() + done.stderr.len();
            assert_eq!(told(&done.stdout), None, "{arguments:?}\n{}", String::from_utf8_lossy(&done.stdout));
            // What the user asks for may be quoted.
            let quotes = arguments.iter().any(|a| a.contains("zzwomb"));
            assert!(quotes || told(&done.stderr).is_none(), "{arguments:?}\n{}", String::from_utf8_lossy(&done.stderr));
        }
    }
    assert!(worked > 80, "{worked} commands worked");
    let (files, bytes) = no_file_tells(folder);
    println!("sealed: {worked} commands with {printed} bytes, {files} files with {bytes} bytes: no outcome");
}

#[test]
fn no_pane_and_no_export_tells_a_sealed_outcome() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder);
    let theme = Theme::named("terminal", Depth::True, Glyphs::Utf8).expect("a theme");
    let mut screen =
        Settled::open(folder, (240, 400), theme, Some(Cache::new(folder.join("cache"))), 1).expect("it opens");
    let (mut seen, mut written, mut shown) = (0, 0, 0);
    for pane in PaneId::ALL {
        screen.show(pane);
        for view in screen.views().into_iter().map(|view| view.to_string()).collect::<Vec<_>>() {
            assert!(screen.look(&view), "{view}");
            assert_eq!(told(screen.text().as_bytes()), None, "{} {view}\n{}", pane.name(), screen.text());
            shown += screen.text().len();
            for ending in ["csv", "html", "svg", "txt"] {
                let keys = format!(":export /{seen}.{ending}<enter>");
                screen.keys(&key::script(&keys).expect("keys"));
            }
            screen.keys(&key::script("y").expect("keys"));
            for effect in screen.effects() {
                let (what, bytes) = match effect {
                    Effect::Write { path, bytes, .. } => (path.display().to_string(), bytes),
                    Effect::Copy(text, what) => (what, text.into_bytes()),
                    _ => continue,
                };
                written += 1;
                shown += bytes.len();
                assert_eq!(told(&bytes), None, "{what}\n{}", String::from_utf8_lossy(&bytes));
            }
            seen += 1;
        }
    }
    assert!(seen > 20 && written > 60, "{seen} views, {written} files and copies");
    no_file_tells(folder);
    println!("sealed: {seen} views, {written} files and copies, {shown} bytes: no outcome");
}

#[test]
fn a_cohort_is_unsealed_once_for_a_model_and_on_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder);
    let study = folder.display().to_string();
    let say = |arguments: &[&str]| {
        let done = riskset(folder).args(arguments).output().expect("it runs");
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stdout).into_owned(),
            String::from_utf8_lossy(&done.stderr).into_owned(),
        )
    };
    // Which model is to be said, and a cohort that is sealed.
    assert_eq!(say(&["unseal", &study]).0, Some(2));
    assert_eq!(say(&["unseal", &study, "--model", "both", "--cohort", "internal"]).0, Some(2));
    // What cannot be read in sealed follow-up is found once it is looked at.
    let table = fs::read_to_string(folder.join("patients.csv")).expect("a table");
    let mended = table.replace("731931424x", "33.771").replace("-731931424.5", "33.775").replace("731931424.", "33.77");
    let mended = mended.replace("zzwombat", "none");
    fs::write(folder.join("patients.csv"), mended).expect("a file");
    let terms = || -> Value {
        let (code, stdout, stderr) = say(&["cox", &study, "--covariates", "age,score.rad", "--format", "json"]);
        assert_eq!(code, Some(0), "{stderr}");
        serde_json::from_str::<Value>(&stdout).expect("JSON")["terms"].take()
    };
    let before = terms();
    let (code, stdout, stderr) = say(&["unseal", &study, "--model", "both", "--cohort", "external"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.starts_with("unsealed external at 20"), "{stdout}");
    let text = fs::read_to_string(folder.join("study.toml")).expect("a study");
    assert!(text.contains("[[unsealed]]\ncohort = \"external\"\nat = \"20"), "{text}");
    assert!(text.contains("model = \"both\"\nhash = \""), "{text}");
    // Once.
    let (code, _, stderr) = say(&["unseal", &study, "--model", "clinical", "--cohort", "external"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("was unsealed at 20"), "{stderr}");
    // Nobody else moved: the training cohort's model is the same.
    assert_eq!(before, terms());
    let km = say(&["km", &study, "--cohort", "external", "--format", "json"]);
    assert_eq!(km.0, Some(0), "{}", km.2);
    assert!(km.1.contains("33.77"), "{}", km.1);
    let out = folder.join("out").display().to_string();
    let run = say(&["run", &study, "-o", &out]);
    assert_eq!(run.0, Some(0), "{}", run.2);
    let manifest: Value =
        serde_json::from_slice(&fs::read(folder.join("out/manifest.json")).expect("a file")).expect("JSON");
    let record = &manifest["seal"]["unsealed"][0];
    assert_eq!((record["cohort"].as_str(), record["model"].as_str()), (Some("external"), Some("both")));
    assert_eq!(record["same_model"], Value::Bool(true), "{record}");
    assert_eq!(record["hash"].as_str().map(str::len), Some(64));
}

/// The cohorts of a random split that shares out events are those of the study unsealed.
#[test]
fn a_sealed_part_of_a_random_split_is_the_same_part() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder);
    let split = "split = 0.7\nstratify = [\"OS\"]\n";
    let study = |sealed: &str| {
        let column = "column = \"cohort_name\"\norder = [\"training\", \"internal\", \"external\"]\n";
        STUDY.replace(column, split).replace("sealed = [\"external\"]\n", sealed)
    };
    let groups = |text: &str| {
        fs::write(folder.join("study.toml"), text).expect("a file");
        let opened = riskset::jobs::open::open(folder);
        let cohort = opened.cohort.expect("a cohort");
        let os = cohort.endpoint("OS").expect("an endpoint");
        let known = |code: u32| cohort.rows_of_group(code).iter().filter(|i| os.is_complete(**i)).count();
        (cohort.groups().clone(), known(0), known(1))
    };
    let (open, ..) = groups(&study(""));
    let (sealed, training, internal) = groups(&study("sealed = [\"internal\"]\n"));
    assert_eq!(open, sealed);
    assert!(training > 90 && internal == 0, "{training}, {internal}");
}

/// What is mistaken in a seal keeps everything closed.
#[test]
fn a_seal_that_names_no_cohort_is_an_error_and_shows_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder);
    fs::write(folder.join("study.toml"), STUDY.replace("[\"external\"]", "[\"outside\"]")).expect("a file");
    let opened = riskset::jobs::open::open(folder);
    let texts: Vec<String> = opened.problems.iter().map(ToString::to_string).collect();
    assert!(texts.iter().any(|t| t.contains("no cohort is called outside")), "{texts:?}");
    let cohort = opened.cohort.expect("a cohort");
    assert!(cohort.endpoints().iter().all(|e| e.complete().is_empty()));
    // Criteria that look at follow-up cannot judge whom nobody may look at.
    let criterion = "[[enrolment]]\nname = \"Followed for a year\"\ninclude = \"rfs_months >= 12\"\n";
    fs::write(folder.join("study.toml"), format!("{STUDY}\n{criterion}")).expect("a file");
    let opened = riskset::jobs::open::open(folder);
    let texts: Vec<String> = opened.problems.iter().map(ToString::to_string).collect();
    assert!(texts.iter().any(|t| t.contains("Followed for a year looks at outcomes, which are sealed")), "{texts:?}");
    let cohort = opened.cohort.expect("a cohort");
    assert_eq!((cohort.rows_of_group(2).len(), cohort.flow().steps[0].missing), (0, 30));
    // Each of them is listed in the same words, whatever the outcome.
    let flow =
        riskset(folder).args(["flow", &folder.display().to_string(), "--format", "json"]).output().expect("it runs");
    assert_eq!(told(&flow.stdout), None, "{}", String::from_utf8_lossy(&flow.stdout));
    let flow: Value = serde_json::from_slice(&flow.stdout).expect("JSON");
    let left = flow["steps"][0]["left"].as_array().expect("patients");
    let external = |one: &&Value| one["id"].as_str().is_some_and(|id| id[1..].parse().is_ok_and(|i: u32| i % 5 == 4));
    let (external, others): (Vec<&Value>, Vec<&Value>) = left.iter().partition(external);
    assert!(external.len() == 30 && external.iter().all(|one| one["missing"] == true), "{external:?}");
    assert!(others.iter().all(|one| one["missing"] == false), "{others:?}");
}
