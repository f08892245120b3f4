//! Who was enrolled and who was left out, from outside: `riskset flow`, and the view of it.

use std::fs;
use std::path::Path;

use crate::binary::{answer, on, stdout};

const STUDY: &str = r#"version = 1
table = "t.csv"
id = "id"

[[enrolment]]
name = "Recurrence rows"
include = "kind == 1"

[[enrolment]]
name = "Adults"
include = "age >= 18"

[[enrolment]]
name = "Stage IV"
exclude = "stage == 'IV'"

[endpoints.RFS]
time = "time"
event = "event"
"#;

/// Patients with a row for recurrence and one for death, the last with that for death alone.
fn write(folder: &Path) {
    let patients = ["P1,61,I", "P2,17,II", "P3,,III", "P4,70,IV", "P5,55,", "P6,48,II"];
    let rows = patients.iter().enumerate().flat_map(|(k, patient)| {
        [1, 2].map(|kind| format!("{patient},{kind},{},{}\n", 10 * (k + 1) + kind, (k + kind) % 2))
    });
    let rows: String = rows.chain(["P7,66,I,2,80,1\n".to_owned()]).collect();
    fs::write(folder.join("t.csv"), format!("id,age,stage,kind,time,event\n{rows}")).expect("a table");
    fs::write(folder.join("study.toml"), STUDY).expect("a study");
}

#[test]
fn the_flow_counts_patients_and_names_those_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at);
    let flow = answer(&mut on(at, "flow", &[]));
    assert_eq!([&flow["screened"], &flow["rows"], &flow["enrolled"]].map(|n| n.as_u64()), [Some(7), Some(13), Some(2)]);
    let steps: Vec<_> = flow["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|s| ["lost", "missing", "remaining", "rows"].map(|key| s[key].as_u64().expect("a count")))
        .collect();
    // A patient stays with one row of two.
    assert_eq!(steps, [[1, 0, 6, 6], [2, 1, 4, 4], [2, 1, 2, 2]]);
    let left = |k: usize| flow["steps"][k]["left"].clone();
    assert_eq!(left(0), serde_json::json!([{ "id": "P7", "missing": false }]));
    assert_eq!(left(1), serde_json::json!([{ "id": "P2", "missing": false }, { "id": "P3", "missing": true }]));
    assert_eq!(left(2), serde_json::json!([{ "id": "P4", "missing": false }, { "id": "P5", "missing": true }]));
    assert_eq!(flow["cohorts"], serde_json::json!([{ "cohort": "all", "n": 2 }]));
    let text = stdout(&mut on(at, "flow", &[]));
    let screen = stdout(&mut on(at, "render", &["--pane", "cohort", "--size", "100x24", "--keys", "<tab><tab><tab>"]));
    for said in [&text, &screen] {
        assert!(said.contains("5 of 7 patients are left out"), "{said}");
        let of = |id: &str| said.lines().find(|line| line.trim_start().starts_with(id)).expect("the patient");
        assert!(of("P2").contains("not Adults") && of("P2").contains("not met: age >= 18"), "{said}");
        assert!(of("P3").contains("a value is missing: age >= 18"), "{said}");
        assert!(of("P4").contains("Stage IV") && of("P4").contains("met: stage == 'IV'"), "{said}");
    }
    // The rows of the table are rows where they are meant.
    let km = answer(&mut on(at, "km", &["--where", "age > 50"]));
    assert!(crate::binary::says(&km, "--where age > 50: 1 of 2 rows remain"), "{}", km["notes"]);
}

#[test]
fn where_nobody_is_left_out_this_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at);
    let everybody = STUDY.split("[[enrolment]]\nname = \"Adults\"").next().expect("a part");
    fs::write(at.join("study.toml"), everybody.replace("kind == 1", "kind >= 1 and id != 'P7' or kind == 2"))
        .expect("room");
    let said = on(at, "flow", &[]).assert().code(1).get_output().stderr.clone();
    assert!(String::from_utf8_lossy(&said).contains("6 ids stand in several"), "repeated rows are no patients");
    fs::write(at.join("study.toml"), everybody.replace("kind == 1", "kind == 2")).expect("room");
    let text = stdout(&mut on(at, "flow", &[]));
    assert!(text.contains("Nobody of 7 patients is left out"), "{text}");
}
