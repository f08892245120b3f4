//! A study's own settings, one by one: the subcommand, the report and the pane read each of them, and alike.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value as Json;

use figures::format::{self, Glyphs};
use riskset::app::action::Effect;
use riskset::app::key;
use riskset::app::pane_id::PaneId;
use riskset::jobs::cache::Cache;
use riskset::program::settled::Settled;
use riskset::study::Study;
use riskset::theme::{Depth, Theme};
use survival::stats::rng::Rng;

/// One setting, and where the number is that it changes.
struct Setting {
    section: &'static str,
    key: &'static str,
    /// Another value than the default.
    value: &'static str,
    command: &'static [&'static str],
    /// The number in the command's JSON.
    number: fn(&Json) -> Option<f64>,
    /// Part of the name of the chapter's files in the report.
    chapter: &'static str,
    pane: PaneId,
    /// Keys that show the view.
    keys: &'static str,
}

const SEED: Setting = Setting {
    section: "analysis",
    key: "seed",
    value: "7",
    command: &["performance", "--bootstrap"],
    number: |json| json.pointer("/models/0/c/optimism")?.as_f64(),
    chapter: "bootstrap-validation",
    pane: PaneId::Performance,
    keys: "<tab><tab><tab><tab>",
};

const JOINT: Setting = Setting {
    section: "analysis",
    key: "ties",
    value: "\"breslow\"",
    command: &["cox"],
    number: |json| json.pointer("/terms/0/hr")?.as_f64(),
    chapter: "multivariable-cox-model",
    pane: PaneId::Cox,
    keys: "<tab>",
};

const ALPHA: Setting = Setting {
    section: "lasso",
    key: "alpha",
    value: "0.5",
    command: &["lasso"],
    number: |json| json.pointer("/scores/0/score")?.as_f64(),
    chapter: "rad-score",
    pane: PaneId::Lasso,
    keys: "<tab><tab><tab>",
};

const CONCORDANCE: Setting = Setting {
    section: "models",
    key: "clinical",
    value: "[\"nodes\", \"size\"]",
    command: &["cindex"],
    number: |json| json.pointer("/cohorts/1/scores/0/concordance/c")?.as_f64(),
    chapter: "harrell-s-c",
    pane: PaneId::Performance,
    keys: "",
};

/// Every key that changes a number of a study without images.
const SETTINGS: &[Setting] = &[
    SEED,
    Setting { key: "bootstraps", value: "30", ..SEED },
    Setting {
        key: "times",
        value: "[18, 30]",
        command: &["roc"],
        number: |json| json.pointer("/cohorts/0/scores/0/auc/0/auc")?.as_f64(),
        chapter: "time-dependent-roc",
        keys: "<tab>",
        ..SEED
    },
    Setting {
        key: "variables",
        value: "[\"nodes\"]",
        command: &["cox", "--univariate"],
        number: |json| json.pointer("/models/0/terms/0/hr")?.as_f64(),
        chapter: "univariable-cox-models",
        keys: "",
        ..JOINT
    },
    JOINT,
    Setting { key: "entry_p", value: "1e-5", ..JOINT },
    ALPHA,
    Setting { key: "folds", value: "4", ..ALPHA },
    Setting { key: "rule", value: "\"1se\"", ..ALPHA },
    Setting { key: "measure", value: "\"cindex\"", ..ALPHA },
    Setting {
        section: "icc",
        key: "type",
        value: "\"ICC3\"",
        command: &["icc", "--readings"],
        number: |json| json.pointer("/readings/0/icc/icc")?.as_f64(),
        chapter: "agreement-of-readers",
        pane: PaneId::Baseline,
        keys: "<tab>",
    },
    CONCORDANCE,
    Setting {
        command: &["performance"],
        number: |json| json.pointer("/cohorts/1/scores/0/brier/0/brier")?.as_f64(),
        chapter: "brier-score",
        keys: "<tab><tab>",
        ..CONCORDANCE
    },
    Setting { value: "{ covariates = [\"nodes\", \"marker\"], impute = \"median\" }", ..CONCORDANCE },
];

/// Settings that need a test of their own below, as no cell holds their number.
const BY_THEMSELVES: &[(&str, &str)] = &[("analysis", "permutations"), ("icc", "threshold")];

/// Keys that change words and no number.
const WORDS: &[(&str, &str)] = &[("models.clinical", "label")];

/// What only a study with repeated segmentations has: the share of its features that are reliable.
const THRESHOLD: Setting = Setting {
    section: "icc",
    key: "threshold",
    value: "0.95",
    command: &["features"],
    number: |json| {
        let features = json["features"].as_array()?;
        let kept = features.iter().filter(|f| f["kept"] == true).count();
        Some(100.0 * kept as f64 / features.len() as f64)
    },
    chapter: "radiomic-features",
    pane: PaneId::Features,
    keys: "<tab><tab>",
};

/// The same number of one study by three doors.
struct Answers {
    command: f64,
    chapter: String,
    pane: String,
}

impl Setting {
    /// What the study in `folder` answers. `cache` is where features are kept.
    fn answers(&self, folder: &Path, cache: &Path, report: &Path) -> Answers {
        let arguments = [&self.command[..1], &[folder.to_str().expect("a name")], &self.command[1..]].concat();
        let printed = riskset(cache).args(arguments).args(["--format", "json"]).assert().success();
        let json: Json = serde_json::from_slice(&printed.get_output().stdout).expect("one JSON object");
        let command = (self.number)(&json).unwrap_or_else(|| panic!("{}: {json}", self.key));
        Answers { command, chapter: chapter(report, self.chapter), pane: self.pane(folder, cache) }
    }

    /// What the pane copies.
    fn pane(&self, folder: &Path, cache: &Path) -> String {
        let theme = Theme::named("terminal", Depth::True, Glyphs::Utf8).expect("a theme of our own");
        let cache = Cache::new(cache.to_owned());
        let mut screen = Settled::open(folder, (100, 30), theme, Some(cache), 1).expect("the study opens");
        screen.show(self.pane);
        screen.keys(&key::script(&format!("{}C", self.keys)).expect("keys"));
        let copied = screen.effects().into_iter().find_map(|effect| match effect {
            Effect::Copy(text, _) => Some(text),
            _ => None,
        });
        copied.unwrap_or_else(|| panic!("{}: nothing to copy\n{}", self.key, screen.text()))
    }

    /// Compares what the study answers by default with what it answers with the setting.
    fn check(&self, plain: &Answers, set: &Answers) {
        let name = format!("[{}] {}", self.section, self.key);
        for (answers, of) in [(plain, "by default"), (set, "when it is set")] {
            for (shown, place) in [(&answers.chapter, "chapter"), (&answers.pane, "pane")] {
                assert!(holds(shown, answers.command), "{name} {of}: {place} without {}:\n{shown}", answers.command);
            }
        }
        let change = (plain.command - set.command).abs();
        assert!(change > 1e-9, "{name} changes nothing: {} and {}", plain.command, set.command);
        println!("{name}: {} by default, {} when it is {}", plain.command, set.command, self.value);
    }
}

fn riskset(cache: &Path) -> Command {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.env("RISKSET_STATE_DIR", cache.join("state")).env("RISKSET_CACHE_DIR", cache);
    command
}

/// The report of a study, in a folder beside it.
fn run(folder: &Path, cache: &Path) -> std::path::PathBuf {
    let out = folder.with_extension("report");
    riskset(cache).arg("run").arg(folder).arg("-o").arg(&out).assert().success();
    out
}

/// The tables of the chapters whose files are called so.
fn chapter(report: &Path, name: &str) -> String {
    let mut files: Vec<_> = fs::read_dir(report.join("tables")).expect("tables").flatten().map(|e| e.path()).collect();
    files.sort();
    let is_of = |path: &&std::path::PathBuf| path.file_name().is_some_and(|n| n.to_string_lossy().contains(name));
    files.iter().filter(is_of).map(|path| fs::read_to_string(path).expect("a table")).collect()
}

/// Whether a cell of the tables is this number.
fn holds(tables: &str, number: f64) -> bool {
    let cells = tables.split(['\n', ',', '\t']).filter_map(|cell| cell.trim_matches('"').parse::<f64>().ok());
    cells.into_iter().any(|cell| (cell - number).abs() <= 1e-12 * number.abs())
}

/// Of each cohort of the sample one patient in so many is taken: its first rows have hardly any events.
const STEPS: [(&str, usize); 2] = [("rotterdam", 12), ("gbsg", 5)];
/// Features beside them; the first two go with nodes and receptors.
const FEATURES: usize = 8;

/// Writes a study with features and readings as columns, and one more line in one of its sections.
fn write(folder: &Path, section: &str, line: &str) {
    fs::create_dir(folder).expect("a folder");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/rotterdam_gbsg/patients.csv");
    let table = fs::read_to_string(sample).expect("the sample's table");
    let mut lines = table.lines();
    let mut rng = Rng::new(11);
    let features: Vec<String> = (0..FEATURES).map(|j| format!("f{j}")).collect();
    let mut text = format!("{},{},read_1,read_2,marker\n", lines.next().expect("a head"), features.join(","));
    for (cohort, step) in STEPS {
        for row in table.lines().filter(|row| row.split(',').nth(1) == Some(cohort)).step_by(step) {
            let number = |j: usize| row.split(',').nth(j).and_then(|cell| cell.parse::<f64>().ok()).expect("a number");
            let (nodes, receptors, age) = (number(6), number(7), number(2));
            let mut values: Vec<f64> = (0..FEATURES).map(|_| rng.normal()).collect();
            values[0] += 0.5 * nodes;
            values[1] += (receptors + 1.0).ln();
            // The second reader reads more than the first: absolute agreement is less than consistency.
            values.extend([age + 3.0 * rng.normal(), age + 5.0 + 3.0 * rng.normal()]);
            let cells: Vec<String> = values.iter().map(f64::to_string).collect();
            // A fifth of it is missing.
            let marker = if rng.uniform() < 0.2 { String::new() } else { (nodes + 4.0 * rng.normal()).to_string() };
            text += &format!("{row},{},{marker}\n", cells.join(","));
        }
    }
    fs::write(folder.join("patients.csv"), text).expect("a table");
    let of = |name: &str| if name == section { format!("[{name}]\n{line}\n") } else { String::new() };
    // A model is not left out but changed.
    let model = if section == "models" { line } else { "clinical = [\"age\", \"nodes\"]" };
    let study = format!(
        "version = 1\ntitle = \"Settings\"\ntable = \"patients.csv\"\nid = \"id\"\n\
         [cohorts]\ncolumn = \"cohort\"\nnames = {{ rotterdam = \"development\", gbsg = \"external\" }}\n\
         [endpoints.RFS]\ntime = \"rfs_days\"\nevent = \"rfs\"\nunit = \"days\"\nshow = \"months\"\n\
         [columns]\nsize = {{ levels = [\"<=20\", \"20-50\", \">50\"], ordered = true }}\n\
         [features]\ncolumns = [\"{}\"]\n\
         [readings]\nage_read = {{ columns = [\"read_1\", \"read_2\"] }}\n\
         {}{}{}[models]\n{model}\nfull = [\"age\", \"nodes\", \"grade\"]\n",
        features.join("\", \""),
        of("analysis"),
        of("lasso"),
        of("icc"),
    );
    fs::write(folder.join("study.toml"), study).expect("a study");
}

/// The keys that the reader of a study file knows in a section; it lists them where one is unknown.
fn known_keys(section: &str) -> Vec<String> {
    const UNKNOWN: &str = "zzzzzzzzzzzzzzzz";
    let text = format!("version = 1\ntable = \"t.csv\"\n[{section}]\n{UNKNOWN} = 1\n");
    let (_, problems) = Study::parse(&text, Path::new("."), Path::new("study.toml"));
    let unknown = problems.iter().find(|problem| problem.message.contains(UNKNOWN));
    let remedy = unknown.and_then(|problem| problem.remedy.as_deref()).and_then(|r| r.strip_prefix("known keys are "));
    let keys = remedy.unwrap_or_else(|| panic!("[{section}]: no list of keys in {problems:?}"));
    keys.split(", ").map(str::to_owned).collect()
}

#[test]
fn no_key_that_a_study_knows_is_left_untested() {
    let of_models = [("models.clinical", "covariates"), ("models.clinical", "impute")];
    let held: Vec<(&str, &str)> = SETTINGS.iter().map(|setting| (setting.section, setting.key)).collect();
    for section in ["analysis", "lasso", "icc", "models.clinical"] {
        let keys = known_keys(section);
        assert!(keys.len() > 1, "[{section}] {keys:?}");
        for key in &keys {
            let is = |(of, name): &(&str, &str)| *of == section && name == key;
            let is_held = held.iter().chain(BY_THEMSELVES).chain(WORDS).chain(&of_models).any(is);
            assert!(is_held, "[{section}] {key}: show that command, report and pane read it alike");
        }
        let known = |(of, name): &&(&str, &str)| *of != section || keys.iter().any(|key| key == name);
        assert_eq!(held.iter().chain(BY_THEMSELVES).find(|one| !known(one)), None, "no key of a study");
    }
}

#[test]
fn command_report_and_pane_read_each_setting() {
    let scratch = tempfile::tempdir().expect("a folder");
    let cache = scratch.path().join("cache");
    let plain = scratch.path().join("plain");
    write(&plain, "", "");
    let plain_report = run(&plain, &cache);
    for (i, setting) in SETTINGS.iter().enumerate() {
        let folder = scratch.path().join(format!("set{i}"));
        write(&folder, setting.section, &format!("{} = {}", setting.key, setting.value));
        let report = run(&folder, &cache);
        let of_plain = setting.answers(&plain, &cache, &plain_report);
        setting.check(&of_plain, &setting.answers(&folder, &cache, &report));
    }
}

/// The p by permutation is said in words, beside that of the approximation.
#[test]
fn command_report_and_pane_permute_as_often_as_the_study_says() {
    let scratch = tempfile::tempdir().expect("a folder");
    let cache = scratch.path().join("cache");
    let said = |name: &str, line: &str| {
        let folder = scratch.path().join(name);
        write(&folder, "analysis", line);
        let options = ["--variable", "age", "--method", "permutation", "--format", "json"];
        let printed = riskset(&cache).arg("cutpoint").arg(&folder).args(options).assert().success();
        let json: Json = serde_json::from_slice(&printed.get_output().stdout).expect("one JSON object");
        let p = json["p"].as_f64().expect("a p");
        let words = format!("{} by permutation", format::p_equation(p));
        let report = fs::read_to_string(run(&folder, &cache).join("report.html")).expect("a report");
        assert!(report.replace("&lt;", "<").contains(&words), "{name}: no {words} in the report");
        let theme = Theme::named("terminal", Depth::True, Glyphs::Utf8).expect("a theme of our own");
        let mut screen = Settled::open(&folder, (140, 40), theme, None, 1).expect("the study opens");
        screen.show(PaneId::Km);
        screen.keys(&key::script("<tab>").expect("keys"));
        let shown = screen.text().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains(&words), "{name}: no {words} in {shown}");
        p
    };
    let (plain, set) = (said("plain", ""), said("set", "permutations = 99"));
    println!("[analysis] permutations: p {plain} by default, {set} of 99");
    assert!((plain - set).abs() > 1e-9 && ((set * 100.0).round() / 100.0 - set).abs() < 0.011, "{plain} {set}");
}

#[test]
fn command_report_and_pane_keep_the_same_reliable_features() {
    let scratch = tempfile::tempdir().expect("a folder");
    let cache = scratch.path().join("cache");
    let of = |name: &str, threshold: &str| {
        let folder = scratch.path().join(name);
        fs::create_dir(&folder).expect("a folder");
        crate::tiny::write(&folder);
        let file = folder.join("study.toml");
        let study = fs::read_to_string(&file).expect("a study");
        assert!(study.contains("threshold = 0.75"), "{study}");
        fs::write(&file, study.replace("threshold = 0.75", threshold)).expect("a study");
        let report = run(&folder, &cache);
        THRESHOLD.answers(&folder, &cache, &report)
    };
    THRESHOLD.check(&of("plain", ""), &of("set", "threshold = 0.95"));
}
