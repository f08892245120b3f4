//! Tables as other people's programs write them: the same patients in many disguises, through the binary.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::data_read::Table;

/// Forty patients: id, age, size, marker, time and event, by `cell`, which gives the text of a value.
fn patients(cell: impl Fn(&str, f64) -> String) -> Vec<Vec<String>> {
    (0..40_u32)
        .map(|i| {
            let (age, size) = (f64::from(40 + i % 37), 1.5 + 0.25 * f64::from(i * 7 % 23));
            let marker = 12.5 * f64::from(1 + i * i % 301);
            let (time, event) = (2.5 + f64::from(i * 11 % 53), f64::from(u32::from(i % 3 != 0)));
            let values = [("age", age), ("size", size), ("marker", marker), ("time", time), ("event", event)];
            let mut row = vec![format!("P{i:02}")];
            row.extend(values.iter().map(|(name, value)| cell(name, *value)));
            row
        })
        .collect()
}

const NAMES: [&str; 6] = ["id", "age", "size", "marker", "time", "event"];

fn plain(_: &str, value: f64) -> String {
    value.to_string()
}

fn text(names: &[&str], rows: &[Vec<String>], separator: &str) -> String {
    let quoted = |cell: &String| if cell.contains(separator) { format!("\"{cell}\"") } else { cell.clone() };
    let lines = rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(separator));
    std::iter::once(names.join(separator)).chain(lines).map(|line| line + "\n").collect()
}

fn csv(cell: impl Fn(&str, f64) -> String) -> String {
    text(&NAMES, &patients(cell), ",")
}

fn riskset(folder: &Path, arguments: &[&str]) -> Output {
    assert_cmd::Command::cargo_bin("riskset")
        .expect("the binary")
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("run")
}

/// A folder with one file, in which commands are run.
struct Folder(TempDir);

impl Folder {
    fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(name), content).expect("the table is written");
        Self(folder)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let arguments = [arguments, &["--format", "json"]].concat();
        let output = riskset(self.0.path(), &arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// The message of a command that cannot be done with these data.
    fn refused(&self, arguments: &[&str]) -> String {
        let output = riskset(self.0.path(), arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty());
        said
    }
}

const KM: [&str; 6] = ["km", "t.csv", "--time", "time", "--event", "event"];

/// Events and median of the forty patients.
fn curve(found: &Value) -> (u64, f64) {
    let group = &found["groups"][0];
    (group["events"].as_u64().expect("events"), group["median"].as_f64().expect("a median"))
}

fn expected() -> (u64, f64) {
    curve(&Folder::with("t.csv", csv(plain)).json(&KM))
}

#[test]
fn the_same_patients_are_found_in_every_layout() {
    let expected = expected();
    let body = csv(plain);
    let rows = body.split_once('\n').expect("a header").1;
    let header = NAMES.join(",");
    let layouts = [
        ("sep=;", format!("sep=;\n{}", text(&NAMES, &patients(plain), ";"))),
        ("comments", format!("# exported in 2024\n# by a registry\n{body}")),
        ("old line ends", body.replace('\n', "\r")),
        ("a title", format!("Table 2. Patients,,,,,\n,,,,,\n{body}")),
        ("two rows", format!("Who,,Tumour,,Course,\n{body}")),
        ("units", format!("{header}\n,years,cm,ng/mL,months,\n{rows}")),
        ("labels", format!("{header}\nPatient,Age at surgery,Largest diameter,AFP,RFS,Recurrence\n{rows}")),
        ("footnotes", format!("{body}\nNote: event = recurrence\n")),
        ("totals", format!("{body}Total,,,,,27\nMean,58,4,800,28,\n")),
        ("blanks", text(&NAMES, &patients(plain), " ")),
        ("bars", text(&NAMES, &patients(plain), "|")),
    ];
    for (what, content) in layouts {
        let found = Folder::with("t.csv", content).json(&KM);
        assert_eq!(curve(&found), expected, "{what}");
        assert_eq!(found["groups"][0]["n"], 40, "{what}");
    }
}

#[test]
fn numbers_are_read_as_their_country_writes_them() {
    let reference = Folder::with("t.csv", csv(plain)).json(&["table1", "t.csv", "--vars", "marker"]);
    let grouped = |value: f64, mark: char| {
        let whole = value.trunc().to_string();
        let (head, tail) = whole.split_at(whole.len().saturating_sub(3));
        let decimals = (value.fract() * 10.0).round();
        (if head.is_empty() { tail.to_owned() } else { format!("{head}{mark}{tail}") }, decimals)
    };
    let point = |mark: char| {
        move |_: &str, v: f64| {
            let (whole, decimals) = grouped(v, mark);
            format!("{whole}.{decimals}")
        }
    };
    let comma = |name: &str, v: f64| {
        let (whole, decimals) = grouped(v, '.');
        if name == "event" { v.to_string() } else { format!("{whole},{decimals}") }
    };
    let wide: fn(&str, f64) -> String = |name, v| match name {
        "marker" => v.to_string().chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap_or(c)).collect(),
        _ => v.to_string(),
    };
    let unit: fn(&str, f64) -> String = |name, v| if name == "marker" { format!("{v} ng/mL") } else { v.to_string() };
    let writings = [
        ("thousands between commas", csv(point(','))),
        ("no-break spaces", csv(point('\u{a0}'))),
        ("narrow spaces", csv(point('\u{202f}'))),
        ("apostrophes", csv(point('\''))),
        ("German", text(&NAMES, &patients(comma), ";")),
        ("wide digits", csv(wide)),
        ("units", csv(unit)),
    ];
    for (what, content) in writings {
        let found = Folder::with("t.csv", content).json(&["table1", "t.csv", "--vars", "marker"]);
        let (found, reference) = (&found["rows"][0]["summary"][0], &reference["rows"][0]["summary"][0]);
        for key in ["n", "missing", "mean", "min", "max"] {
            // The column size has two decimals, which one of these writings rounds; the marker has one.
            assert_eq!(found[key], reference[key], "{what}: {key}");
        }
    }
}

#[test]
fn encodings_are_found_or_asked_for() {
    let names = ["编号", "年龄", "肿瘤大小", "甲胎蛋白", "随访时间（月）", "是否复发"];
    let words = |name: &str, value: f64| match (name, value) {
        ("event", 1.0) => "是".to_owned(),
        ("event", _) => "否".to_owned(),
        _ => value.to_string(),
    };
    let table = text(&names, &patients(words), ",");
    let expected = expected();
    for label in ["gb18030", "utf-8"] {
        let (bytes, _, _) = encoding_rs::Encoding::for_label(label.as_bytes()).expect("known").encode(&table);
        let folder = Folder::with("t.csv", &*bytes);
        assert_eq!(curve(&folder.json(&["km", "t.csv", "--time", names[4], "--event", names[5]])), expected, "{label}");
        // Names and values are understood without options, and that is said.
        let guessed = folder.json(&["km", "t.csv"]);
        assert_eq!(curve(&guessed), expected, "{label}");
        assert!(guessed["notes"].to_string().contains("是 is taken for the event"), "{}", guessed["notes"]);
        let asked = folder.json(&["km", "t.csv", "--encoding", label]);
        assert_eq!(curve(&asked), expected, "{label}");
    }
    let sixteen: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(curve(&Folder::with("t.csv", sixteen).json(&["km", "t.csv"])), expected);
    let folder = Folder::with("t.csv", table);
    let output = riskset(folder.0.path(), &["km", "t.csv", "--encoding", "klingon"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_changes_a_number_is_asked() {
    let named = |event: &'static str| NAMES.map(|name| if name == "event" { event } else { name });
    let with = |event: &'static str, cell: fn(&str, f64) -> String| {
        Folder::with("t.csv", text(&named(event), &patients(cell), ","))
    };
    let causes = with("status", |name, v| if name == "event" { (2.0 * v).to_string() } else { v.to_string() });
    let said = causes.refused(&["km", "t.csv"]);
    assert!(said.contains("question: which value of status means the event?") && said.contains("--event-is"), "{said}");
    assert_eq!(curve(&causes.json(&["km", "t.csv", "--event-is", "2"])), expected());
    assert!(causes.refused(&["km", "t.csv", "--time", "time", "--event", "status"]).contains("question: which value"));

    let censored = with("censored", |name, v| if name == "event" { (1.0 - v).to_string() } else { v.to_string() });
    let said = censored.refused(&["km", "t.csv", "--time", "time", "--event", "censored"]);
    assert!(said.contains("question: which value of censored means the event? Its name says"), "{said}");
    let asked = ["km", "t.csv", "--time", "time", "--event", "censored", "--event-is", "0"];
    assert_eq!(curve(&censored.json(&asked)), expected());

    let words = with("event", |name, v| match (name, v) {
        ("event", 1.0) => "B".to_owned(),
        ("event", _) => "A".to_owned(),
        _ => v.to_string(),
    });
    assert!(words.refused(&KM).contains("question: which value of event means the event? It may be: A, B"));

    let limits = with("event", |name, v| if name == "marker" && v < 200.0 { "<200".to_owned() } else { v.to_string() });
    let cox = ["cox", "t.csv", "--time", "time", "--event", "event", "--covariates", "marker"];
    let said = limits.refused(&cox);
    assert!(said.contains("question: what stands for") && said.contains("--limits marker=RULE"), "{said}");
    let half = limits.json(&[&cox[..], &["--limits", "marker=half"]].concat());
    assert_eq!(half["terms"].as_array().map(Vec::len), Some(1));
    assert!(half["notes"].to_string().contains("read by the rule `half`"), "{}", half["notes"]);
    assert_eq!(limits.json(&cox[..6])["n"], 40);
}

#[test]
fn questions_of_a_draft_stay_open_until_they_are_answered() {
    let rows = patients(|name, v| if name == "event" { (v + 1.0).to_string() } else { v.to_string() });
    let folder = Folder::with("t.csv", text(&NAMES, &rows, ","));
    let init = riskset(folder.0.path(), &["init", "t.csv"]);
    assert!(init.status.success());
    for arguments in [vec!["check", "study.toml"], vec!["km", "study.toml"], vec!["run", "study.toml", "-o", "out"]] {
        let said = folder.refused(&arguments);
        assert!(said.contains("question: which value of event means the event?"), "{arguments:?}: {said}");
    }
    let answered = riskset(
        folder.0.path(),
        &["init", "t.csv", "--force", "--time", "time", "--event", "event", "--event-is", "2"],
    );
    assert!(answered.status.success(), "{}", String::from_utf8_lossy(&answered.stderr));
    assert_eq!(curve(&folder.json(&["km", "study.toml"])), expected());

    // Times and events that no name tells.
    let folder = Folder::with("t.csv", text(&["id", "a", "b", "c", "mo", "out"], &patients(plain), ","));
    assert!(folder.refused(&["km", "t.csv"]).contains("question: Which column is the follow-up time?"));
    assert!(riskset(folder.0.path(), &["init", "t.csv"]).status.success());
    assert!(folder.refused(&["check", "study.toml"]).contains("question: which column is the follow-up time"));
}

#[test]
fn codes_for_missing_are_suspected_and_taken_when_named() {
    let coded = csv(|name, v| if name == "size" && v > 6.0 { "999".to_owned() } else { v.to_string() });
    let folder = Folder::with("t.csv", coded);
    let found = folder.json(&["check", "t.csv"]);
    let said = found["problems"].to_string();
    assert!(said.contains("999 stands") && said.contains("missing = [\\\"999\\\"] in [columns.size]"), "{said}");
    let size = |arguments: &[&str]| {
        let found = folder.json(&[&["table1", "t.csv", "--vars", "size"], arguments].concat());
        (found["rows"][0]["summary"][0]["max"].as_f64(), found["notes"].to_string().contains("999"))
    };
    assert_eq!(size(&[]), (Some(999.0), true));
    assert_eq!(size(&["--missing", "size=999"]), (Some(6.0), false));
    assert_eq!(size(&["--missing", "size="]), (Some(999.0), false));
}

#[test]
fn rows_of_the_same_patient_are_one_line_and_a_note() {
    let mut rows = patients(plain);
    rows.extend(patients(plain));
    let folder = Folder::with("t.csv", text(&NAMES, &rows, ","));
    let said = folder.refused(&["check", "t.csv"]);
    assert_eq!(said.lines().filter(|line| line.contains("error")).count(), 2, "{said}");
    assert!(said.contains("40 ids stand in several of the 80 rows: P00 in rows 1, 41; P01"), "{said}");
    let found = folder.json(&KM);
    assert_eq!(found["groups"][0]["n"], 80);
    assert!(found["notes"].to_string().contains("every row is counted as a patient"), "{}", found["notes"]);
}

#[test]
fn names_with_commas_stand_in_backticks_or_quotes() {
    let names = ["id", "age", "Sex, M/F", "a*b", "time", "event"];
    let folder = Folder::with(
        "t.csv",
        text(&names.map(|n| if n.contains(',') { "\"Sex, M/F\"" } else { n }), &patients(plain), ","),
    );
    for written in ["`Sex, M/F`,age", "\"Sex, M/F\",age", "rcs(`Sex, M/F`,3)", "`a*b`*`Sex, M/F`"] {
        let found = folder.json(&["cox", "t.csv", "--time", "time", "--event", "event", "--covariates", written]);
        assert!(found["terms"].to_string().contains("Sex, M/F"), "{written}: {}", found["terms"]);
    }
    assert_eq!(folder.json(&["table1", "t.csv", "--vars", "`Sex, M/F`,age"])["rows"][0]["variable"], "Sex, M/F");
}

#[test]
fn packed_and_nameless_files_are_tables() {
    use std::io::Write as _;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(csv(plain).as_bytes()).expect("packed");
    let packed = packed.finish().expect("packed");
    let command = |name: &'static str| ["km", name, "--time", "time", "--event", "event"];
    assert_eq!(curve(&Folder::with("t.csv.gz", packed).json(&command("t.csv.gz"))), expected());
    let packed = zstd::encode_all(csv(plain).as_bytes(), 1).expect("packed");
    assert_eq!(curve(&Folder::with("t.csv.zst", packed).json(&command("t.csv.zst"))), expected());
    assert_eq!(curve(&Folder::with("t", csv(plain)).json(&command("t"))), expected());
    let said = Folder::with("t.rds", b"X\n\0\0\0\x03").refused(&["check", "t.rds"]);
    assert!(said.contains("a file of R") && said.contains("write.csv(readRDS(\"t.rds\")"), "{said}");
}

#[test]
fn dates_are_read_as_china_and_spreadsheets_write_them() {
    let day = |i: usize| (i as i32 * 37 % 900) + 16_500;
    let iso = |days: i32| tables::date::iso(days);
    let writings: [fn(&str, i32) -> String; 4] = [
        |iso, _| iso.to_owned(),
        |iso, _| iso.replace('-', ""),
        |iso, _| {
            let parts: Vec<u32> = iso.split('-').filter_map(|p| p.parse().ok()).collect();
            format!("{}年{}月{}日", parts[0], parts[1], parts[2])
        },
        |_, days| (days + 25_569).to_string(),
    ];
    let study = "version = 1\ntable = \"t.csv\"\nid = \"id\"\n[endpoints.OS]\norigin = \"surgery\"\nend = \"last\"\nevent = \"event\"\n";
    let mut found = Vec::new();
    for write in writings {
        let rows: String = (0..40)
            .map(|i| {
                let (from, to) = (day(i), day(i) + 30 + (i as i32 * 53) % 1500);
                format!("P{i},{},{},{}\n", write(&iso(from), from), write(&iso(to), to), i % 2)
            })
            .collect();
        let folder = Folder::with("t.csv", format!("id,surgery,last,event\n{rows}"));
        std::fs::write(folder.0.path().join("study.toml"), study).expect("written");
        found.push(curve(&folder.json(&["km", "study.toml"])));
    }
    assert!(found.iter().all(|f| *f == found[0]), "{found:?}");
}

#[test]
fn invisible_characters_make_no_levels() {
    let rows: String =
        (0..9).map(|i| format!("{i},{}{}\n", if i % 3 == 0 { "\u{200b}" } else { "" }, ["F", "M"][i % 2])).collect();
    let (frame, problems) = Table::new("t.csv", format!("id,sex\n{rows}")).read();
    assert_eq!(frame.column("sex").expect("sex").factor().levels, ["F", "M"]);
    assert!(problems.iter().any(|p| p.contains("invisible characters")), "{problems:?}");
}
