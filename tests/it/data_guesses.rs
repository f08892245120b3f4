//! What is guessed of a table, and what is asked, through the binary: names and words of many languages, codes that may
//! mean either, cohorts, few whole numbers.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

/// Forty-two patients: an id, a time, whether the event happened, an age, a stage from 1 to 3.
fn table(names: [&str; 5], event: impl Fn(bool) -> &'static str) -> String {
    let mut text = names.join(",") + "\n";
    for i in 0..42_usize {
        let cells = (100 + i, 2 + i * 11 % 53, event(i % 3 != 0), 40 + i * 7 % 41, 1 + i * 5 % 3);
        writeln!(text, "{},{},{},{},{}", cells.0, cells.1, cells.2, cells.3, cells.4).expect("text");
    }
    text
}

/// What a command prints of a table as JSON, else what it says.
fn ask(table: &str, arguments: &str) -> Result<Value, String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("t.csv"), table).expect("the table is written");
    let (command, options) = arguments.split_once(' ').unwrap_or((arguments, ""));
    let output = assert_cmd::Command::cargo_bin("riskset")
        .expect("the binary")
        .current_dir(folder.path())
        .args([command, "t.csv", "--format", "json"])
        .args(options.split_whitespace())
        .output()
        .expect("run");
    match output.status.code() {
        Some(0) => Ok(serde_json::from_slice(&output.stdout).expect("JSON")),
        Some(1) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        code => panic!("{arguments}: {code:?}, {}", String::from_utf8_lossy(&output.stderr)),
    }
}

fn one_and_none(event: bool) -> &'static str {
    if event { "1" } else { "0" }
}

fn events(found: &Value) -> u64 {
    found["groups"][0]["events"].as_u64().expect("a number of events")
}

fn notes(found: &Value) -> Vec<&str> {
    found["notes"].as_array().expect("notes").iter().filter_map(Value::as_str).collect()
}

#[test]
fn outcomes_are_found_by_names_in_many_languages() {
    for (id, time, event) in [
        ("病案号", "总生存期(月)", "死亡"),
        ("病歷號", "追蹤時間（月）", "存活狀態"),
        ("症例番号", "無再発生存期間_月", "再発"),
        ("등록번호", "추적기간(개월)", "사망"),
        ("PatNr", "Nachbeobachtung_Monate", "Ereignis"),
        ("N° dossier", "Délai (mois)", "Décès"),
        ("Historia", "Seguimiento (meses)", "Recidiva"),
        ("Prontuário", "sobrevida_meses", "óbito"),
        ("paziente", "sopravvivenza_mesi", "stato"),
        ("Patient ID", "Survival months", "Vital status"),
    ] {
        let found = ask(&table([id, time, event, "x", "y"], one_and_none), "km").expect(time);
        assert_eq!((found["groups"][0]["n"].as_u64(), events(&found)), (Some(42), 28), "{time}");
        assert!(notes(&found).iter().any(|note| note.contains(time) && note.contains("--event")), "{time} is said");
    }
}

#[test]
fn words_for_the_event_are_understood_or_asked_and_never_taken_for_their_opposite() {
    for [event, none] in [
        ["Tod", "überlebend"],
        ["DCD", "VV"],
        ["décès", "survie"],
        ["muerte", "censura"],
        ["progressione", "stabile"],
        ["进展", "稳定"],
        ["转移", "无转移"],
        ["転移あり", "転移なし"],
        ["재발", "무재발"],
        ["있음", "없음"],
        ["Deceased", "Alive at last follow-up"],
    ] {
        let names = ["id", "time_months", "status", "age", "stage"];
        let found = ask(&table(names, |happened| if happened { event } else { none }), "km").expect(event);
        assert_eq!(events(&found), 28, "{event} and {none}");
    }
    // Nobody knows these.
    for [event, none] in [["A", "B"], ["ADM", "free"], ["complete", "censored"], ["2", "1"]] {
        let names = ["id", "time_months", "status", "age", "stage"];
        let said = ask(&table(names, |happened| if happened { event } else { none }), "km").expect_err(event);
        assert!(said.contains("question: which value of status") && said.contains("--event-is"), "{said}");
        assert!(said.contains(event) && said.contains(none), "{said}");
    }
}

#[test]
fn columns_that_mark_those_without_the_event_are_asked_about() {
    for name in ["censored", "CNSR", "Zensiert", "删失", "alive", "survived", "是否存活", "vivo"] {
        let table = table(["id", "months", name, "age", "stage"], |happened| if happened { "0" } else { "1" });
        let options = format!("km --time months --event {name}");
        let said = ask(&table, &options).expect_err(name);
        assert!(said.contains(&format!("question: which value of {name} means the event?")), "{said}");
        assert!(said.contains("It may be: 0, 1"), "the likelier one first: {said}");
        assert_eq!(events(&ask(&table, &format!("{options} --event-is 0")).expect(name)), 28, "{name}");
    }
}

#[test]
fn empty_cells_beside_nothing_but_events_are_asked_about() {
    let table = table(["id", "months", "dead", "age", "stage"], |happened| if happened { "1" } else { "" });
    let said = ask(&table, "km --time months --event dead").expect_err("a question");
    assert!(said.contains("question: do empty cells mean no event in dead? 14 of 42 are empty"), "{said}");
    let found = ask(&table.replace(",,", ",0,"), "km --time months --event dead").expect("a curve");
    assert_eq!(events(&found), 28);
}

#[test]
fn cohorts_are_found_by_words_in_many_languages() {
    for (column, training, other) in [
        ("队列", "训练集", "验证集"),
        ("コホート", "学習", "検証"),
        ("분류", "훈련", "검증"),
        ("Kohorte", "Trainingskohorte", "Validierungskohorte"),
        ("grupo", "entrenamiento", "prueba"),
        ("coorte", "sviluppo", "validazione esterna"),
        ("cohort", "1", "2"),
        ("is_train", "1", "0"),
    ] {
        let outcome = table(["id", "time_months", "status", "age", "stage"], one_and_none);
        let cohort = |(k, line): (usize, &str)| match k {
            0 => format!("{line},{column}\n"),
            _ => format!("{line},{}\n", if k % 3 == 0 { other } else { training }),
        };
        let table: String = outcome.lines().enumerate().map(cohort).collect();
        let found = ask(&table, "km").expect(column);
        let said = notes(&found);
        let is_said = |note: &&str| note.contains(training) && note.contains(&format!("--cohort {training}"));
        assert!(said.iter().any(is_said), "{column}: {said:?}");
    }
}

#[test]
fn few_whole_numbers_are_said_to_be_numbers() {
    let table = table(["id", "time_months", "status", "age", "stage"], one_and_none);
    for command in ["cox --covariates age,stage", "table1 --vars age,stage"] {
        let found = ask(&table, command).expect(command);
        let said = "taken as numbers, not as levels: stage (1, 2, 3); --factor stage";
        assert!(notes(&found).iter().any(|note| note.starts_with(said)), "{command}: {:?}", notes(&found));
        let found = ask(&table, &format!("{command} --factor stage")).expect(command);
        assert!(!notes(&found).iter().any(|note| note.contains("taken as numbers")), "{command}");
    }
}

#[test]
fn an_order_is_asked_for_without_proposing_one() {
    let words = ["niedrig", "mittel", "hoch"];
    let plain = table(["id", "time_months", "status", "age", "stage"], one_and_none);
    let worded = |line: &str| match line.rsplit_once(',') {
        Some((rest, stage)) => format!("{rest},{}\n", stage.parse::<usize>().map_or(stage, |k| words[k - 1])),
        None => String::new(),
    };
    let table: String = plain.lines().map(worded).collect();
    let said = ask(&table, "logrank --by stage --trend").expect_err("a question");
    assert!(
        said.contains("question: a test for a trend") && said.contains("--order stage=LOWEST,..,HIGHEST"),
        "{said}"
    );
    assert!(ask(&table, "logrank --by stage --trend --order stage=niedrig,mittel,hoch").is_ok());
}

#[test]
fn what_is_wrong_with_many_rows_alike_is_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = "version = 1\ntable = \"t.csv\"\nid = \"id\"\n[endpoints.OS]\ntime = \"months\"\nevent = \"status\"\nunit = \"months\"\n\
                 [images]\nimage = \"data/{id}/T1.nii.gz\"\nmask = \"data/{id}/roi.nii.gz\"\n";
    write(folder.path(), "study.toml", study);
    write(folder.path(), "t.csv", &table(["id", "months", "status", "age", "stage"], one_and_none));
    let output = assert_cmd::Command::cargo_bin("riskset")
        .expect("the binary")
        .current_dir(folder.path())
        .args(["check", ".", "--images"])
        .output()
        .expect("run");
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("no image at data")).collect();
    assert_eq!(lines.len(), 1, "{said}");
    assert!(
        lines[0].contains("data/100/T1.nii.gz") && lines[0].contains("42 patients alike: 100, 101, 102, .."),
        "{said}"
    );
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("written");
}
