//! Opening bare tables and folders, drafting study files, checking everything at once.

use std::path::Path;

use riskset::study::{self, CaseFiles, CohortSpec, Draft, EndpointSource, Role, Study, TimeUnit};
use tables::problem::{Problem, Severity};

fn shown(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(Problem::to_string).collect()
}

fn write(folder: &Path, name: &str, content: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, content).expect("a file");
}

/// A table of `n` patients with an outcome, dates and a cohort.
fn table(n: usize) -> String {
    let row = |i: usize| {
        let cohort = ["train", "test"][usize::from(usize::is_multiple_of(i, 3))];
        format!("P{i:02},{},{},{}.5,{},{}\n", 40 + i, ["m", "f"][i % 2], i + 1, i % 2, cohort)
    };
    format!("patient_id,age,sex,rfs_months,rfs_event,set\n{}", (0..n).map(row).collect::<String>())
}

#[test]
fn a_bare_table_opens_with_its_roles_guessed() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "t.csv", &table(20));
    let (study, problems) = Study::open(&folder.path().join("t.csv"));
    let study = study.expect("a study");
    assert_eq!(
        shown(&problems),
        [
            "t.csv: note: guessed: patient_id names the patient (its name, and every row has another value)",
            "t.csv: note: guessed: endpoint RFS from rfs_months and rfs_event (the names of time and event)",
            "t.csv: note: guessed: set names the cohort (its values are test, train)",
        ]
    );
    assert!(study.questions.is_empty());
    let (cohort, problems) = study.cohort();
    assert!(problems.is_empty(), "{problems:?}");
    let cohort = cohort.expect("a cohort");
    assert_eq!(cohort.groups().levels, ["train", "test"]);
    assert_eq!(cohort.variables(), ["age", "sex"]);
    assert_eq!(cohort.endpoints()[0].label, "Recurrence-free survival");
}

#[test]
fn what_is_unclear_is_asked_and_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows: String = (0..12).map(|i| format!("{},{},{},{}\n", i % 4, 1.5 * f64::from(i), 1 + i % 2, i * 3)).collect();
    write(folder.path(), "t.csv", &format!("arm,surv,status,marker\n{rows}"));
    let (study, problems) = Study::open(&folder.path().join("t.csv"));
    let mut study = study.expect("a study");
    let asked: Vec<Role> = study.questions.iter().map(|q| q.role).collect();
    assert_eq!(asked, [Role::Id, Role::EventValue, Role::TimeUnit], "{problems:?}");
    assert_eq!(problems.iter().filter(|p| p.severity == Severity::Warning).count(), 3);
    study.answer(Role::EventValue, "1");
    study.answer(Role::TimeUnit, "years");
    study.answer(Role::Id, "marker");
    assert!(study.questions.is_empty());
    let EndpointSource::Times { unit, event, .. } = &study.endpoints[0].source else { panic!("times") };
    assert_eq!((*unit, event.is.as_slice()), (TimeUnit::Years, ["1".to_owned()].as_slice()));

    // Saved beside the table, it opens as that study.
    let file = folder.path().join("study.toml");
    study.save(&file).expect("saved");
    let (again, problems) = Study::open(&folder.path().join("t.csv"));
    assert!(problems.is_empty(), "{problems:?}");
    let again = again.expect("a study");
    assert_eq!((&again.endpoints, &again.id), (&study.endpoints, &study.id));
}

#[test]
fn a_table_that_says_nothing_is_asked_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows: String = (0..12).map(|i| format!("{},{},{}\n", i % 5, f64::from(i % 7) + 0.5, i % 2)).collect();
    write(folder.path(), "t.csv", &format!("a,b,c\n{rows}"));
    let mut study = Study::open(&folder.path().join("t.csv")).0.expect("a study");
    let asked: Vec<(Role, Vec<&str>)> =
        study.questions.iter().map(|q| (q.role, q.candidates.iter().map(String::as_str).collect())).collect();
    assert_eq!(
        asked,
        [(Role::Id, vec![]), (Role::Time, vec!["a", "b", "c"][..2].to_vec()), (Role::Event, vec!["c", "a"])]
    );
    study.answer(Role::Time, "b");
    study.answer(Role::Event, "c");
    let cohort = study.cohort().0.expect("a cohort");
    assert_eq!(cohort.endpoints()[0].n_events(&cohort.endpoints()[0].complete()), 6);
}

#[test]
fn endpoints_of_many_habits_are_recognised() {
    for (header, values, endpoints) in [
        ("id,OS.time,OS.status,PFS.time,PFS.status", "{i},{t},{e},{t},{e}", vec!["OS", "PFS"]),
        ("pid,rtime,recur,dtime,death", "{i},{t},{e},{t},{e}", vec!["RFS", "OS"]),
        ("ID,futime,fustat,age", "{i},{t},{e},60", vec!["outcome"]),
        ("subject,time,status", "{i},{t},{e}", vec!["outcome"]),
        (
            "case_id,surgery_date,recurrence_date,death_date,last_contact",
            "{i},2019-01-01,2019-02-01,,2020-01-01",
            vec!["RFS"],
        ),
        ("case_id,surgery_date,death_date,last_follow_up", "{i},2019-01-01,2019-02-01,2020-01-01", vec!["OS"]),
        ("id,start_date,last_seen,dead", "{i},2019-01-01,2020-01-01,{e}", vec!["OS"]),
    ] {
        let row = |i: usize| {
            let row = values.replace("{i}", &format!("P{i}")).replace("{t}", &(i * 37 + 20).to_string());
            row.replace("{e}", &(i % 2).to_string()) + "\n"
        };
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "t.csv", &format!("{header}\n{}", (0..15).map(row).collect::<String>()));
        let study = Study::open(&folder.path().join("t.csv")).0.expect("a study");
        let found: Vec<&str> = study.endpoints.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(found, endpoints, "{header}");
        assert!(study.id.is_some(), "{header}");
        let (cohort, problems) = study.cohort();
        assert!(problems.is_empty() && cohort.is_some(), "{header}: {problems:?}");
    }
}

#[test]
fn a_folder_with_images_is_drafted() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "clinical.csv", &table(9));
    write(folder.path(), "dictionary.csv", "column,meaning\nage,Age\n");
    for i in 0..9 {
        for sequence in ["T2WI", "AP"] {
            write(folder.path(), &format!("images/P{i:02}_{sequence}.nii.gz"), "");
            write(folder.path(), &format!("masks/P{i:02}_{sequence}_mask.nii.gz"), "");
            if i < 4 {
                write(folder.path(), &format!("masks/P{i:02}_{sequence}_mask_A2.nii.gz"), "");
                write(folder.path(), &format!("masks/P{i:02}_{sequence}_mask_B1.nii.gz"), "");
            }
        }
    }
    let draft = Draft::of(folder.path()).expect("a draft");
    let images = draft.study.images.as_ref().expect("images");
    let names: Vec<&str> = images.sequences.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["AP", "T2WI"]);
    let first = &images.sequences[0];
    assert_eq!(first.image, "images/{id}_{sequence}.nii.gz");
    assert_eq!(first.mask, "masks/{id}_{sequence}_mask.nii.gz");
    assert_eq!(first.repeats.as_deref(), Some("masks/{id}_{sequence}_mask_{reader}{reading}.nii.gz"));

    // The text reads back as the study it shows, and nothing is wrong with it.
    let file = folder.path().join("study.toml");
    std::fs::write(&file, &draft.text).expect("written");
    let (study, problems) = study::check(folder.path());
    let errors: Vec<&Problem> = problems.iter().filter(|p| p.severity != Severity::Note).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{}", draft.text);
    let study = study.expect("a study");
    assert_eq!(
        (&study.images, &study.endpoints, &study.cohorts),
        (&draft.study.images, &draft.study.endpoints, &draft.study.cohorts)
    );
    let cohort = study.cohort().0.expect("a cohort");
    let files = study.files(&cohort);
    assert_eq!(files.len(), 18);
    assert!(files.iter().all(CaseFiles::is_complete));
    let repeats: Vec<(&str, &str)> = files[0]
        .repeats
        .iter()
        .map(|r| (r.reader.as_deref().unwrap_or(""), r.reading.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(repeats, [("A", "2"), ("B", "1")]);
    for words in [
        "# guessed: the one with an outcome of clinical.csv, dictionary.csv",
        "[[enrolment]]",
        "# [models]",
        "score.rad",
    ] {
        assert!(draft.text.contains(words), "{words} is not in\n{}", draft.text);
    }
}

#[test]
fn image_layouts_of_many_habits_are_recognised() {
    for (layout, image, mask) in [
        ("{id}/T1.nii|{id}/T1_seg.nii", "{id}/{sequence}.nii", "{id}/{sequence}_seg.nii"),
        ("T1/images/{id}.nrrd|T1/labels/{id}.nrrd", "{sequence}/images/{id}.nrrd", "{sequence}/labels/{id}.nrrd"),
        ("{id}_ct.nii.gz|{id}_roi.nii.gz", "{id}_{sequence}.nii.gz", "{id}_roi.nii.gz"),
        ("img/{id}.nii|mask/{id}.nii", "img/{id}.nii", "mask/{id}.nii"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "t.csv", &table(6));
        for i in 0..6 {
            layout.split('|').for_each(|file| write(folder.path(), &file.replace("{id}", &format!("P{i:02}")), ""));
        }
        let draft = Draft::of(folder.path()).expect("a draft");
        let images = draft.study.images.unwrap_or_else(|| panic!("no images in {layout}"));
        assert_eq!((images.sequences[0].image.as_str(), images.sequences[0].mask.as_str()), (image, mask), "{layout}");
    }
}

#[test]
fn missing_images_are_named_one_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "t.csv", &table(4));
    write(
        folder.path(),
        "study.toml",
        "version = 1\ntable = \"t.csv\"\nid = \"patient_id\"\n[endpoints.RFS]\ntime = \"rfs_months\"\nevent = \"rfs_event\"\n\
         [images]\nsequences = [\"T2\", \"AP\"]\nimage = \"i/{id}_{sequence}.nii\"\nmask = \"m/{id}_{sequence}.nii\"\n\
         [images.AP]\nimage = \"i/{hospital}.nii\"\n[extraction]\nparams = \"p.yaml\"\n",
    );
    for i in [0, 1, 3] {
        write(folder.path(), &format!("i/P{i:02}_T2.nii"), "");
        write(folder.path(), &format!("m/P{i:02}_T2.nii"), "");
    }
    let found = shown(&study::check(folder.path()).1);
    assert_eq!(
        found,
        [
            "study.toml:11:1: error: AP: no mask of any patient is there; looked for m/P00_AP.nii first; is the template right? \
         m/{id}_{sequence}.nii",
            "study.toml:11:1: error: AP: the template names {hospital}, which is not a column; it can name id, sequence, or a \
         column of the table",
            "study.toml:14:11: error: there is no parameter file p.yaml",
            "patient P02, T2: warning: no image at i/P02_T2.nii",
            "patient P02, T2: warning: no mask at m/P02_T2.nii",
        ]
    );
}

#[test]
fn images_of_many_patients_are_missed_in_one_line_and_ids_are_no_paths() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = "version = 1\ntable = \"t.csv\"\nid = \"patient_id\"\n[endpoints.RFS]\ntime = \"rfs_months\"\nevent = \"rfs_event\"\n\
        [images]\nsequences = [\"T2\"]\nimage = \"s/i/{id}.nii\"\nmask = \"s/m/{id}.nii\"\n";
    write(folder.path(), "t.csv", &table(12));
    write(folder.path(), "study.toml", study);
    ["s/i/P01.nii", "s/m/P01.nii"].iter().for_each(|file| write(folder.path(), file, ""));
    let found = shown(&study::check(folder.path()).1);
    assert_eq!(
        found,
        [
            "T2: warning: 11 of 12 patients have no image: P00, P02, P03, ..; looked for s/i/P00.nii first",
            "T2: warning: 11 of 12 patients have no mask: P00, P02, P03, ..; looked for s/m/P00.nii first",
        ]
    );
    write(folder.path(), "t.csv", &table(12).replace("P00", "../../secret"));
    let outside = folder.path().join("secret.nii");
    std::fs::write(&outside, "").expect("room");
    let found = shown(&study::check(folder.path()).1).join("\n");
    assert!(found.contains("error: 1 id would lead out of the folder of the images: ../../secret"), "{found}");
    assert!(found.contains("11 of 12 patients have no image"), "what is outside is no image of the study: {found}");
}

#[test]
fn paths_that_are_no_study_say_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = |path: &Path| {
        let (study, problems) = Study::open(path);
        assert!(study.is_none());
        problems[0].to_string()
    };
    assert!(error(folder.path()).ends_with("error: it holds neither a study.toml nor a table"));
    assert!(error(&folder.path().join("none.csv")).ends_with("none.csv: error: there is no such file"));
    assert!(
        error(&folder.path().join("study.toml")).contains("there is no such study file; `riskset init` writes one")
    );
    write(folder.path(), "a.csv", "x,y\n1,2\n");
    assert!(Study::open(folder.path()).0.is_some());
    write(folder.path(), "b.csv", "x,y\n1,2\n");
    assert!(error(folder.path()).contains("several tables and no study.toml; open one of them: a.csv, b.csv"));
    assert!(Draft::of(&folder.path().join("c")).is_err());
    assert!(matches!(Draft::of(folder.path()).expect("a draft").study.cohorts, CohortSpec::One));
}
