//! Study files with mistakes in them: each is found, with line and column and what to do.

use std::path::Path;
use survival::stats::kappa::KappaWeights;

use riskset::study::{CohortSpec, EndpointSource, RegionSpec, Study, TimeUnit};
use tables::problem::Problem;

fn parse(text: &str) -> (Option<Study>, Vec<Problem>) {
    Study::parse(text, Path::new("."), Path::new("study.toml"))
}

fn mistakes(text: &str) -> Vec<String> {
    parse(text).1.iter().map(ToString::to_string).collect()
}

const HEAD: &str = "version = 1\ntable = \"t.csv\"\nid = \"id\"\n";

/// What follows the head of a study file, from line 4 on, and what is said of it.
const MISTAKES: &[(&str, &[&str])] = &[
    (
        "[endpoint.OS]\ntime = \"t\"\nevent = \"e\"\n",
        &["study.toml:4:2: error: unknown key endpoint; did you mean endpoints?"],
    ),
    (
        "[endpoints.OS]\ntime = \"t\"\nevnt = \"e\"\nunit = \"month\"\n",
        &[
            "study.toml:4:1: error: endpoint OS has a time and no event; write event = \"column\"",
            "study.toml:6:1: error: unknown key evnt in [endpoints.OS]; did you mean event?",
            "study.toml:7:8: error: unit cannot be month; did you mean months?",
        ],
    ),
    (
        "[endpoints.OS]\norigin = \"a\"\nevent_date = \"b\"\n",
        &["error: endpoint OS does not say how long those without an event were followed; write last_contact"],
    ),
    (
        "[endpoints.OS]\ntime = \"t\"\norigin = \"a\"\nevent = \"e\"\n",
        &["error: endpoint OS has both a time and dates; keep `time` and `event`, or the dates"],
    ),
    (
        "[endpoints.OS]\norigin = \"a\"\nevent_date = \"b\"\ncut_off = \"31.12.2023\"\n",
        &["study.toml:7:11: error: cut_off should be a date such as 2023-12-31, and is text"],
    ),
    ("[endpoints]\nOS = 3\n", &["study.toml:5:6: error: OS should be a section, and is a number"]),
    (
        "[cohorts]\ncolumn = \"c\"\nsplit = 0.7\n",
        &["error: cohorts are either named by a column or split at random; keep `column` or `split`"],
    ),
    (
        "[cohorts]\nsplit = 70\n",
        &["study.toml:5:9: error: split is the share of the training cohort; write split = 0.7"],
    ),
    ("[cohorts]\nsplit = 0.7\ncentre = \"c\"\n", &["error: a split of one centre needs its column and its value"]),
    (
        "[[enrolment]]\nname = \"Adults\"\ninclude = \"age >== 18\"\n",
        &["study.toml:6:18: error: in `age >== 18`: a value is missing before =="],
    ),
    (
        "[[enrolment]]\nname = \"Adults\"\nincludes = \"age > 18\"\n",
        &[
            "error: a criterion needs a condition; write include = \"age >= 18\" or exclude = \"..\"",
            "study.toml:6:1: error: unknown key includes in [enrolment.0]; did you mean include?",
        ],
    ),
    (
        "[[enrolment]]\ninclude = \"a > 1\"\nexclude = \"b > 1\"\n",
        &["error: a criterion either includes or excludes; make two criteria of it"],
    ),
    ("[enrolment]\ninclude = \"a > 1\"\n", &["error: enrolment should be a list of criteria; write [[enrolment]]"]),
    (
        "[derived]\nnlr = \"neu / \"\nx = \"lg(2)\"\n",
        &[
            "study.toml:5:14: error: in `neu /`: something is missing at the end",
            "study.toml:6:6: error: in `lg(2)`: there is no function lg",
        ],
    ),
    (
        "[columns]\nstage = { levels = [\"I\", \"II\"], reference = \"III\", lable = \"Stage\" }\n",
        &[
            "error: reference III is not among the levels; they are I, II",
            "study.toml:5:52: error: unknown key lable in [columns.stage]; did you mean label?",
        ],
    ),
    (
        "[columns]\nage = { kind = \"numeric\" }\n",
        &["error: kind cannot be numeric; it can be number, category, date, text"],
    ),
    (
        "[images]\nsequences = [\"T2\", \"AP\"]\nimage = \"i/{id}.nii\"\nmask = \"m/{id}_{sequence}.nii\"\n",
        &["study.toml:4:1: error: two sequences have the same images: i/{id}.nii; put {sequence} in the template"],
    ),
    (
        "[images]\nimage = \"i/{id.nii\"\nmask = \"m/mask.nii\"\n",
        &["study.toml:5:9: error: a brace opens in `i/{id.nii` and is never closed"],
    ),
    (
        "[images]\nimage = \"i/{id}.nii\"\nmask = \"m/mask.nii\"\nrepeats = \"r/{id}.nii\"\n",
        &[
            "error: the mask template of image is the same for every patient; put {id} in it",
            "error: the template of repeats of image names neither reader nor reading",
        ],
    ),
    (
        "[extraction]\nparams = \"p.yaml\"\nbin_width = 25\n",
        &["error: a parameter file says everything; write the other settings into it, or leave `params` out"],
    ),
    (
        "[extraction]\nbin_width = 0\nspacing = [1, 1]\n",
        &[
            "study.toml:5:13: error: bin_width is above 0, and not 0",
            "study.toml:6:11: error: spacing is three lengths in mm",
        ],
    ),
    (
        "[analysis]\ntimes = [12, -3]\nentry_p = 5\nties = \"effron\"\nseed = -1\n",
        &[
            "study.toml:5:9: error: analysis times are above 0",
            "study.toml:6:11: error: entry_p is between 0 and 1, and not 5",
            "study.toml:7:8: error: ties cannot be effron; did you mean efron?",
            "study.toml:8:8: error: seed should be a whole number from 0, and is a number",
        ],
    ),
    (
        "[lasso]\nrule = \"lambda.1se\"\nfolds = 1\n",
        &["error: rule cannot be lambda.1se", "error: a cross-validation has at least 3 folds"],
    ),
    ("[icc]\ntype = \"ICC4\"\n", &["error: type cannot be ICC4; did you mean ICC1?"]),
    (
        "[readings]\ncapsule = [\"capsule_r1\"]\n",
        &[
            "error: reading capsule needs the columns of two readers; write capsule = [\"capsule_reader1\", \"capsule_reader2\"]",
        ],
    ),
    ("[models]\nfull = { label = \"Full\" }\n", &["error: model full has no covariates"]),
    ("[features]\nid = \"x\"\n", &["error: features are in no table and have no names"]),
];

#[test]
fn every_mistake_has_its_place_and_remedy() {
    let mut wrong = Vec::new();
    for (body, expected) in MISTAKES {
        let found = mistakes(&format!("{HEAD}{body}"));
        let all_said = expected.iter().all(|words| found.iter().any(|f| f.contains(words)));
        if !all_said || found.len() != expected.len() {
            wrong.push(format!("of\n{body}\nis said {found:#?}\nand not {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn all_mistakes_of_a_file_come_at_once() {
    let found = mistakes("titel = 3\ntable = 7\n[endpoints.OS]\ntime = 1\n[model]\nx = []\n[cohorts]\nsplit = \"x\"\n");
    let lines: Vec<&str> = found.iter().filter_map(|f| f.split(':').nth(1)).collect();
    assert_eq!(lines.len(), 6, "{found:#?}");
    for line in ["1", "2", "4", "5", "8"] {
        assert!(lines.contains(&line), "line {line} is not named in {found:#?}");
    }
}

#[test]
fn what_is_not_toml_is_named_by_its_line() {
    let found = mistakes("version = 1\ntable = clinical.csv\nid = \"id\"\n");
    assert!(found.iter().any(|f| f.starts_with("study.toml:2:9: error: ")), "{found:#?}");
    let (study, found) = parse("");
    assert!(study.is_none());
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "study.toml: error: the study file does not say its version; write version = 1 in its first line",
            "study.toml: error: the study names no table; write table = \"clinical.csv\"",
        ]
    );
    let found = mistakes("version = 2\ntable = \"t.csv\"\n");
    assert_eq!(
        found,
        ["study.toml:1:11: error: version 2 of the study file is not known; this riskset reads version 1"]
    );
}

#[test]
fn the_example_of_the_documentation_is_a_study() {
    let (study, problems) = parse(include_str!("../../src/study/example.toml"));
    assert!(problems.is_empty(), "{problems:#?}");
    let study = study.expect("a study");
    assert_eq!((study.endpoints.len(), study.enrolment.len(), study.models.len()), (2, 2, 3));
}

/// Everything that a study file can say.
const FULL: &str = r#"
version = 1
title = "All of it"
id = "patient"

[table]
path = "clinical.xlsx"
sheet = "Patients"
delimiter = "tab"
missing = ["-", "999"]
dates = "d/m/y"

[endpoints.RFS]
label = "Recurrence-free survival"
origin = "surgery"
event_date = ["recurrence", "death"]
last_contact = "last_seen"
cut_off = 2023-12-31

[endpoints.OS]
time = "os_days"
event = "status"
event_is = [2, "dead"]
unit = "days"
show = "years"

[endpoints.TTR]
origin = "surgery"
end = "last_seen"
event = "recurred"
cause = "ended_by"
censored = "alive"

[cohorts]
split = "7:3"
seed = 7
stratify = ["RFS", "sex"]
centre = "hospital"
development = "A"

[[enrolment]]
name = "Adults"
include = "age >= 18"

[[enrolment]]
exclude = "prior == 'yes' or is_missing(afp)"

[derived]
nlr = "neutrophils / lymphocytes"
high_nlr = "nlr > 3"

[columns]
age = { label = "Age", unit = "years" }
sex = { label = "Sex", levels = { 1 = "male", 2 = "female" }, reference = "2" }
stage = { levels = ["0", "A", "B"], ordered = true, missing = ["?"] }
nlr = "NLR"

[images]
sequences = ["T2WI", "AP"]
image = "images/{id}_{sequence}.nii.gz"
mask = "masks/{id}_{sequence}.nii.gz"
repeats = "masks/{id}_{sequence}_{reader}{reading}.nii.gz"

[images.AP]
mask = "masks/{hospital}/{id}_AP.nii.gz"
label = 2

[features]
columns = ["T2WI_*"]
id = "case"

[features.table]
path = "features.csv"

[extraction]
bin_width = 25
spacing = 1
image_types = ["Original", "LoG"]
classes = ["glcm"]

[analysis]
seed = 42
times = [12, 36.5]
variables = ["age", "sex"]
ties = "breslow"
entry_p = 0.1

[lasso]
alpha = 0.5
folds = 5
rule = 0.02
measure = "cindex"

[icc]
threshold = 0.8
type = "ICC3"

[readings]
capsule = { label = "Capsule", columns = ["capsule_r1", "capsule_r2"], weights = "quadratic" }
margin = ["margin_a", "margin_b", "margin_c"]

[models]
clinical = ["age", "stage"]
combined = { label = "Combined", covariates = ["age", "rad_score"] }

[audit]
"CLEAR-8" = "approved, consent waived"
TRIPOD-19 = "no: nobody took part"
"#;

#[test]
fn everything_a_study_can_say_is_read() {
    let (study, problems) = parse(FULL);
    assert!(problems.is_empty(), "{problems:#?}");
    let study = study.expect("a study");
    assert_eq!(study.table.delimiter, Some('\t'));
    assert_eq!(study.endpoints.len(), 3);
    let EndpointSource::Dates { events, cut_off, .. } = &study.endpoints[0].source else { panic!("dates") };
    assert_eq!((events.len(), *cut_off), (2, Some(19_722)));
    let EndpointSource::Times { unit, event, .. } = &study.endpoints[1].source else { panic!("times") };
    assert_eq!((*unit, event.is.as_slice()), (TimeUnit::Days, ["2", "dead"].map(String::from).as_slice()));
    assert_eq!(study.endpoints[1].show, TimeUnit::Years);
    let causes = study.endpoints[2].causes.as_ref().map(|c| (c.column.as_str(), c.censored.as_str()));
    assert_eq!(causes, Some(("ended_by", "alive")));
    assert_eq!(study.endpoints[0].causes, None);
    let CohortSpec::Split(split) = &study.cohorts else { panic!("a split") };
    assert_eq!((split.fraction, split.seed), (0.7, 7));
    assert_eq!(study.enrolment[1].name, "prior == 'yes' or is_missing(afp)");
    let images = study.images.as_ref().expect("images");
    assert_eq!(images.sequences[1].picked.region, RegionSpec::Number(2));
    assert_eq!(images.sequences[1].image, "images/{id}_{sequence}.nii.gz");
    assert_eq!(study.extraction.spacing, Some([1.0; 3]));
    let readings: Vec<_> = study.readings.iter().map(|r| (r.name.as_str(), r.columns.len(), r.weights)).collect();
    assert_eq!(readings, [("capsule", 2, KappaWeights::Quadratic), ("margin", 3, KappaWeights::Unweighted)]);
    assert_eq!(study.models[1].label.as_deref(), Some("Combined"));
    assert_eq!(study.audit.iter().map(|a| a.item.as_str()).collect::<Vec<_>>(), ["CLEAR-8", "TRIPOD-19"]);
    assert_eq!(study.place("endpoints.OS.time").to_string(), "study.toml:21:9");
}

#[test]
fn a_study_is_written_as_it_is_read() {
    let study = parse(FULL).0.expect("a study");
    let written = study.to_toml();
    let (again, problems) = parse(&written);
    assert!(problems.is_empty(), "{problems:#?}\n{written}");
    let again = again.expect("a study");
    assert_eq!(Study { places: study.places.clone(), ..again }, study, "{written}");
}
