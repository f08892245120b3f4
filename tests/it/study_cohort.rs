//! From a study and its table to the cohort: criteria, derived columns, endpoints, cohorts, and what is wrong with them.

use std::path::Path;

use tempfile::TempDir;

use riskset::study::{Cohort, CriterionKind, Study};
use tables::problem::Problem;
use tables::{Expr, Values};

/// A study folder with a table and a study file.
pub fn folder(table: &str, study: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("t.csv"), table).expect("the table");
    let study = format!("version = 1\ntable = \"t.csv\"\n{study}");
    std::fs::write(folder.path().join("study.toml"), study).expect("the study");
    folder
}

fn load(path: &Path) -> Study {
    let (study, problems) = Study::load(path);
    assert!(problems.is_empty(), "{problems:#?}");
    study.expect("a study")
}

fn build(table: &str, study: &str) -> (Cohort, Vec<String>) {
    let folder = folder(table, study);
    let (cohort, problems) = load(folder.path()).cohort();
    (cohort.expect("a cohort"), problems.iter().map(Problem::to_string).collect())
}

fn numbers<'c>(cohort: &'c Cohort, column: &str) -> &'c [f64] {
    cohort.frame().column(column).expect(column).numbers().expect("numbers")
}

const PATIENTS: &str = "id,age,stage,time,event,centre\n\
    P1,61,I,10,1,A\nP2,17,II,20,0,A\nP3,,III,30,1,A\nP4,70,IV,40,0,B\nP5,55,,50,1,B\nP6,48,II,60,0,A\n";

#[test]
fn the_flow_counts_what_every_criterion_costs() {
    let (cohort, problems) = build(
        PATIENTS,
        "id = \"id\"\n[[enrolment]]\nname = \"Adults\"\ninclude = \"age >= 18\"\n\
         [[enrolment]]\nname = \"Stage IV\"\nexclude = \"stage == 'IV'\"\n",
    );
    assert!(problems.is_empty(), "{problems:#?}");
    let flow = cohort.flow();
    assert_eq!((flow.screened, flow.enrolled), (6, 2));
    let steps: Vec<_> = flow.steps.iter().map(|s| (s.name.as_str(), s.kind, s.lost, s.missing, s.remaining)).collect();
    assert_eq!(
        steps,
        [
            // P2 is too young, P3's age is not known.
            ("Adults", CriterionKind::Include, 2, 1, 4),
            // P4 has stage IV, P5's is not known.
            ("Stage IV", CriterionKind::Exclude, 2, 1, 2),
        ]
    );
    assert_eq!(cohort.ids(), ["P1", "P6"]);
    assert_eq!(cohort.frame().place_of(1).to_string(), "t.csv, row 6 (line 7)");
}

#[test]
fn a_filter_selects_without_changing_flow_or_groups() {
    let (cohort, _) = build(
        PATIENTS,
        "id = \"id\"\n[cohorts]\ncolumn = \"centre\"\norder = [\"B\", \"A\"]\n[endpoints.OS]\ntime = \"time\"\nevent = \"event\"\n",
    );
    assert_eq!(cohort.groups().counts(), [2, 4]);
    let (older, kept) = cohort.filter(&Expr::parse("age > 50").expect("a condition")).expect("it computes");
    assert_eq!((kept.kept, kept.removed, kept.unknown), (3, 2, 1));
    assert_eq!(older.ids(), ["P1", "P4", "P5"]);
    assert_eq!(older.groups().codes, [Some(1), Some(0), Some(0)]);
    assert_eq!(older.flow(), cohort.flow());
    assert_eq!(older.endpoints()[0].time, [10.0, 40.0, 50.0]);
    assert_eq!(older.training(), [1, 2]);
}

#[test]
fn revisions_follow_content() {
    let study = "id = \"id\"\n[endpoints.OS]\ntime = \"time\"\nevent = \"event\"\n";
    let (one, _) = build(PATIENTS, study);
    let (again, _) = build(PATIENTS, study);
    assert_eq!(one.revision(), again.revision());
    assert_eq!(one.revision().to_string().len(), 64);
    let (changed, _) = build(&PATIENTS.replace("61", "62"), study);
    assert_ne!(one.revision(), changed.revision());
    let half = one.select(&[0, 1, 2]);
    assert_ne!(one.revision(), half.revision());
    assert_eq!(half.revision(), again.select(&[0, 1, 2]).revision());
    assert_ne!(half.revision(), one.select(&[0, 2, 1]).revision());
}

#[test]
fn derived_columns_use_those_before_them() {
    let (cohort, problems) = build(
        "id,neu,lym\nP1,4,2\nP2,6,0\nP3,,1\n",
        "[derived]\nnlr = \"neu / lym\"\nhigh = \"nlr > 1.5\"\n[columns]\nnlr = { label = \"NLR\" }\n",
    );
    assert_eq!(numbers(&cohort, "nlr")[0], 2.0);
    assert_eq!(numbers(&cohort, "high")[0], 1.0);
    assert!(numbers(&cohort, "high")[1].is_nan());
    assert_eq!(cohort.frame().column("nlr").expect("nlr").label(), "NLR");
    assert_eq!(
        problems,
        ["study.toml:4:8: warning: nlr has no finite value in 1 row, first in row 2; a division by zero, \
                           or the logarithm or root of a number below it"]
    );
    assert_eq!(cohort.ids(), ["1", "2", "3"]);
}

#[test]
fn dates_become_times() {
    let table = "id,surgery,relapse,death,seen\n\
        P1,2019-01-01,2019-07-02,,2020-01-01\n\
        P2,2019-01-01,,2019-12-31,2019-12-31\n\
        P3,2019-01-01,,,2021-01-01\n\
        P4,2019-01-01,2020-06-01,2020-07-01,2020-07-01\n\
        P5,2019-01-01,,,\n";
    let (cohort, problems) = build(
        table,
        "id = \"id\"\n[endpoints.RFS]\norigin = \"surgery\"\nevent_date = [\"relapse\", \"death\"]\nlast_contact = \"seen\"\n\
         cut_off = 2020-01-01\nshow = \"days\"\n\
         [endpoints.OS]\norigin = \"surgery\"\nevent_date = \"death\"\ncut_off = 2020-12-31\nshow = \"years\"\n",
    );
    assert!(problems.is_empty(), "{problems:#?}");
    let rfs = &cohort.endpoints()[0];
    assert_eq!(rfs.time[..4], [182.0, 364.0, 365.0, 365.0]);
    assert_eq!(rfs.event, [Some(true), Some(true), Some(false), Some(false), None]);
    assert_eq!(rfs.notes, ["follow-up of 2 patients cut at 2020-01-01", "1 patient without time or event"]);
    let os = &cohort.endpoints()[1];
    assert_eq!(os.event, [Some(false), Some(true), Some(false), Some(true), Some(false)]);
    assert!((os.time[4] - 730.0 / 365.25).abs() < 1e-12);
    let (survival, rows) = rfs.follow_up(&[4, 3, 0]).expect("complete ones");
    assert_eq!((survival.len(), rows), (2, vec![3, 0]));
}

#[test]
fn an_end_and_a_status_make_an_endpoint() {
    let (cohort, problems) = build(
        "id,start,end,dead\nP1,2019-01-01,2019-01-11,1\nP2,2019-01-01,2019-02-01,0\nP3,2019-01-01,2019-03-01,1\n",
        "id = \"id\"\n[endpoints.OS]\norigin = \"start\"\nend = \"end\"\nevent = \"dead\"\ncut_off = 2019-02-15\nshow = \"days\"\n",
    );
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(cohort.endpoints()[0].time, [10.0, 31.0, 45.0]);
    assert_eq!(cohort.endpoints()[0].event, [Some(true), Some(false), Some(false)]);
}

/// A table, what a study says of it, and what is wrong.
const FAULTS: &[(&str, &str, &[&str])] = &[
    (
        "id,time,event\nP1,5,1\nP1,6,0\nP2,7,1\n",
        "id = \"id\"\n",
        &[
            "t.csv, row 2 (line 3), column id, patient P1: error: the id P1 stands in several rows: P1 in rows 1, 2; keep one row a patient",
        ],
    ),
    ("id,x\nP1,5\n,6\n", "id = \"id\"\n", &["t.csv, row 2 (line 3), column id: error: a patient without an id"]),
    (
        "id,x\nP1,5\n",
        "id = \"pid\"\n",
        &["study.toml:3:7: error: no column pid in the table to name the patients; did you mean id?"],
    ),
    (
        "id,time,event\nP1,5,1\nP2,-6,0\nP3,7,2\nP4,8,0\n",
        "id = \"id\"\n[endpoints.OS]\ntime = \"time\"\nevent = \"event\"\n",
        &[
            "t.csv, row 2 (line 3), column time, patient P2: error: time -6 is negative",
            "study.toml:4:1: error: question: which value of event means the event? It holds several causes",
        ],
    ),
    (
        "id,time,event\nP1,5,1\nP2,x,0\nP3,7,0\n",
        "id = \"id\"\n[endpoints.OS]\ntime = \"time\"\nevent = \"event\"\n",
        &["t.csv, row 2 (line 3), column time, patient P2: error: x is not a time"],
    ),
    (
        "id,time,event\nP1,5,1\nP2,3,2\n",
        "[endpoints.OS]\ntime = \"time\"\nevent = \"event\"\n",
        &["study.toml:3:1: error: question: which value of event means the event?"],
    ),
    (
        "id,time,event\nP1,5,dead\nP2,3,alive\n",
        "[endpoints.OS]\ntime = \"time\"\nevent = \"event\"\nevent_is = \"died\"\n",
        &["study.toml:6:13: warning: endpoint OS: no row of event holds died; its values are alive, dead"],
    ),
    (
        "id,tiem,event\nP1,5,1\nP2,3,0\n",
        "[endpoints.OS]\ntime = \"time\"\nevent = \"evnt\"\n",
        &[
            "study.toml:4:9: error: endpoint OS: no column time in the table; did you mean tiem?",
            "study.toml:5:10: error: endpoint OS: no column evnt in the table; did you mean event?",
        ],
    ),
    (
        "id,time,event\nP1,5,1\nP2,1800,0\n",
        "[endpoints.OS]\ntime = \"time\"\nevent = \"event\"\nunit = \"months\"\n",
        &["study.toml:6:9: warning: endpoint OS: the longest follow-up is 150 years (1800 months; patient 2, row 2)"],
    ),
    (
        "id,start,seen,dead\nP1,2019-01-01,2020-02-11,1\nP2,2019-01-01,2021-03-11,0\nP3,2019-01-01,2019-04-11,1\nP4,2019-01-01,2020-05-11,0\nP5,2019-01-01,2021-06-11,1\nP6,2019-01-01,2019-07-11,0\nP7,2019-01-01,2020-08-11,1\nP8,2019-01-01,2021-09-11,0\nP9,2019-01-01,2019-01-11,1\nP10,2019-01-01,2020-02-11,0\nP11,2019-01-01,2031-05-05,0\n",
        "[endpoints.OS]\norigin = \"start\"\nend = \"seen\"\nevent = \"dead\"\n",
        &[
            "row 11 (line 12), column seen, patient 11: warning: 2031-05-05 lies 10 years after the last date of all others",
        ],
    ),
    (
        "id,start,death,seen\nP1,2019-01-01,2018-01-01,2019-02-01\nP2,2019-01-01,,2019-02-30\nP3,2022-01-01,,2022-02-01\n",
        "[endpoints.OS]\norigin = \"start\"\nevent_date = \"death\"\nlast_contact = \"seen\"\ncut_off = 2020-12-31\n",
        &[
            "row 1 (line 2), column death, patient 1: error: 2018-01-01 is before the origin 2019-01-01 (start)",
            "row 2 (line 3), column seen, patient 2: error: 2019-02-30 is not a date",
            "row 3 (line 4), column start, patient 3: error: the origin 2022-01-01 is after the cut-off 2020-12-31",
        ],
    ),
    (
        "id,age\nP1,60\nP2,50\n",
        "[[enrolment]]\nname = \"Adults\"\ninclude = \"agee >= 18\"\n",
        &["study.toml:5:12: error: in `agee >= 18`: there is no column agee; did you mean age?"],
    ),
    (
        "id,age\nP1,60\nP2,50\n",
        "[[enrolment]]\nname = \"Adults\"\ninclude = \"age >= 180\"\n",
        &["study.toml:3:1: error: no patient is left after the criteria; see which criterion costs how many"],
    ),
    (
        "id,stage\nP1,I\nP2,II\n",
        "[[enrolment]]\nexclude = \"stage == 'IIII'\"\n",
        &["study.toml:4:21: warning: in `stage == 'IIII'`: stage has no level IIII; its levels are I, II"],
    ),
    (
        "id,age\nP1,60\nP2,50\n",
        "[derived]\nage = \"age + 1\"\nb = \"agge * 2\"\n",
        &[
            "study.toml:4:8: error: the table has a column age already; give the derived column another name",
            "study.toml:5:6: error: in `agge * 2`: there is no column agge; did you mean age?",
        ],
    ),
    (
        "id,set\nP1,train\nP2,test\nP3,\nP4,other\n",
        "[cohorts]\ncolumn = \"set\"\norder = [\"train\", \"tests\"]\n",
        &[
            "study.toml:5:20: error: no patient is in cohort tests; did you mean test?",
            "t.csv, column set: warning: 1 patient is in no cohort: set is missing",
            "warning: 1 patient is in cohort other, which is not among `order`",
            "warning: 1 patient is in cohort test, which is not among `order`",
        ],
    ),
    (
        "id,centre\nP1,A\nP2,B\n",
        "[cohorts]\nsplit = 0.5\ncentre = \"centre\"\ndevelopment = \"C\"\nstratify = [\"sex\"]\n",
        &["study.toml:6:16: error: no patient is of the centre C; centre holds A, B"],
    ),
    (
        "id,stage\nP1,I\nP2,II\nP3,III\n",
        "[columns]\nstage = { levels = [\"I\", \"II\"] }\nsexe = \"Sex\"\n",
        &[
            "study.toml:4:20: warning: stage also holds III, which is not among its levels; they count as missing",
            "study.toml:5:9: error: no column sexe in the table",
        ],
    ),
    (
        "id,stage\nP1,I\nP2,II\n",
        "[columns]\nstage = { reference = \"IV\" }\n",
        &["study.toml:4:24: error: stage has no level IV to refer to"],
    ),
    (
        "id,age\nP1,60\nP2,50\n",
        "[analysis]\nvariables = [\"age\", \"sgae\"]\n[models]\nfull = [\"age\", \"rcs(agee, 4)\", \"rad_score\"]\nlarge = { covariates = [\"age * nlr\"] }\n",
        &[
            "study.toml:4:22: error: no column sgae in the table",
            "study.toml:6:17: error: model full: no column agee in the table; did you mean age?",
            "study.toml:7:26: error: model large: no column nlr in the table",
        ],
    ),
    (
        "id,age\nP1,60\nP2,50\n",
        "[features]\ncolumns = [\"original_*\"]\n",
        &["study.toml:4:13: error: no column of the table matches original_*"],
    ),
];

#[test]
fn faults_of_study_and_table_are_listed_together() {
    let mut wrong = Vec::new();
    for (table, study, expected) in FAULTS {
        let (_, found) = build(table, study);
        let all_said = expected.iter().all(|words| found.iter().any(|f| f.contains(words)));
        if !all_said || found.len() != expected.len() {
            wrong.push(format!("of\n{study}\nis said {found:#?}\nand not {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_table_that_is_not_there_is_named_where_the_study_names_it() {
    let folder = folder("", "");
    std::fs::remove_file(folder.path().join("t.csv")).expect("removed");
    let (cohort, problems) = load(folder.path()).cohort();
    assert!(cohort.is_none());
    assert_eq!(problems[0].to_string(), "study.toml:2:10: error: t.csv: there is no such file");
}

#[test]
fn ids_keep_their_zeros_and_codes_their_labels() {
    let (cohort, problems) = build(
        "id,sex,grade\n001,1,2\n002,2,9\n010,1,1\n",
        "id = \"id\"\n[columns]\nsex = { levels = { 1 = \"male\", 2 = \"female\" }, reference = \"2\" }\n\
         grade = { kind = \"number\", missing = [\"9\"], unit = \"G\" }\n",
    );
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(cohort.ids(), ["001", "002", "010"]);
    let Values::Category(sex) = &cohort.frame().column("sex").expect("sex").values else { panic!("a category") };
    assert_eq!((sex.levels.as_slice(), sex.reference), (["male", "female"].map(String::from).as_slice(), 1));
    assert!(numbers(&cohort, "grade")[1].is_nan());
    assert_eq!(cohort.variables(), ["sex", "grade"]);
}

#[test]
fn one_centre_is_split_and_the_others_are_external() {
    let row =
        |i: usize| format!("P{i:03},{},{},{}\n", if i < 117 { "A" } else { "B" }, 1 + i % 60, usize::from(i % 5 < 2));
    let table = |order: &dyn Fn(usize) -> usize| {
        let rows: String = (0..149).map(|k| row(order(k))).collect();
        format!("id,centre,time,event\n{rows}")
    };
    let study = "id = \"id\"\n[endpoints.RFS]\ntime = \"time\"\nevent = \"event\"\n\
        [cohorts]\nsplit = \"7:3\"\nseed = 20\nstratify = [\"RFS\"]\ncentre = \"centre\"\ndevelopment = \"A\"\n";
    let (cohort, problems) = build(&table(&|k| k), study);
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(cohort.groups().levels, ["training", "internal", "external"]);
    assert_eq!(cohort.groups().counts(), [81, 36, 32]);
    let rfs = &cohort.endpoints()[0];
    assert_eq!((rfs.n_events(&cohort.rows_of_group(0)), rfs.n_events(&cohort.rows_of_group(1))), (33, 15));
    // The same patients are drawn whatever the order of the rows.
    let (shuffled, _) = build(&table(&|k| k * 50 % 149), study);
    let training = |cohort: &Cohort| {
        let mut ids: Vec<String> = cohort.training().iter().map(|&i| cohort.ids()[i].clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(training(&cohort), training(&shuffled));
    let (other, _) = build(&table(&|k| k), &study.replace("seed = 20", "seed = 21"));
    assert_ne!(training(&cohort), training(&other));
}

#[test]
fn features_of_another_table_are_joined_by_id() {
    let folder = folder(
        PATIENTS,
        "id = \"id\"\n[features]\nid = \"case\"\ncolumns = [\"T2_*\"]\n[features.table]\npath = \"features.csv\"\n",
    );
    let features = "case,T2_mean,T2_sd,other\nP2,2,20,0\nP1,1,10,0\nP9,9,90,0\nP4,4,40,0\nP5,5,50,0\nP6,6,60,0\n";
    std::fs::write(folder.path().join("features.csv"), features).expect("the features");
    let (cohort, problems) = load(folder.path()).cohort();
    let cohort = cohort.expect("a cohort");
    let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert_eq!(problems, ["features.csv: warning: 1 patient has no features: P3"]);
    assert_eq!(cohort.features(), ["T2_mean", "T2_sd"]);
    assert_eq!(numbers(&cohort, "T2_mean")[..2], [1.0, 2.0]);
    assert!(numbers(&cohort, "T2_sd")[2].is_nan() && cohort.frame().get("other").is_none());
    assert_eq!(cohort.variables(), ["age", "stage", "time", "event", "centre"]);
}

#[test]
fn causes_agree_with_the_event_or_name_the_patient() {
    let table = "id,time,event,cause\nP1,10,1,relapse\nP2,20,0,death\nP3,30,0,none\nP4,40,1,relapse\nP5,50,0,relapse\nP6,60,1,\n";
    let study =
        "id = \"id\"\n[endpoints.RFS]\ntime = \"time\"\nevent = \"event\"\ncause = \"cause\"\ncensored = \"none\"\n";
    let (cohort, problems) = build(table, study);
    let causes = cohort.endpoint("RFS").and_then(|e| e.causes.clone()).expect("causes");
    assert_eq!((causes.column.as_str(), causes.censored.as_str()), ("cause", "none"));
    assert_eq!(causes.own.as_deref(), Some("relapse"));
    assert!(!cohort.variables().iter().any(|v| v == "cause"), "it is no covariate: {:?}", cohort.variables());
    assert_eq!(problems.len(), 2, "{problems:#?}");
    assert!(problems[0].contains("P5") && problems[0].contains("the event did not happen"), "{problems:#?}");
    assert!(problems[1].contains("P6") && problems[1].contains("no cause is given"), "{problems:#?}");
    let (_, problems) = build(table, &study.replace("cause = \"cause\"", "cause = \"causes\""));
    assert!(problems.iter().any(|p| p.contains("causes") && p.contains("cause")), "{problems:#?}");
}
