//! Files of SPSS, Stata and SAS: values, labels, missing values and dates, the same from every format.
//!
//! `tests/fixtures/tables/make.py` makes the files, by another program than the ones that read them here.

use std::path::{Path, PathBuf};

use tables::{Frame, Kind, ReadOptions, date, read_table};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tables").join(name)
}

fn read(name: &str) -> (Frame, Vec<String>) {
    let (frame, problems) = read_table(&fixture(name), Path::new(name), &ReadOptions::default()).expect("it is read");
    (frame, problems.iter().map(ToString::to_string).collect())
}

fn texts(frame: &Frame, name: &str) -> Vec<Option<String>> {
    let values = &frame.column(name).expect("the column").values;
    (0..values.len()).map(|i| values.text(i)).collect()
}

/// The values of twelve patients, `of` giving that of each.
fn twelve(of: impl Fn(usize) -> Option<String>) -> Vec<Option<String>> {
    (0..12).map(of).collect()
}

/// What every format holds: ids, sizes, dates, missing numbers.
fn check_values(name: &str, frame: &Frame) {
    assert_eq!(texts(frame, "id"), twelve(|i| Some(format!("P{i:02}"))), "{name}");
    assert_eq!(texts(frame, "size"), twelve(|i| Some((1.5 + 0.25 * i as f64).to_string())), "{name}");
    assert_eq!(texts(frame, "crp"), twelve(|i| (i % 4 > 0).then(|| i.to_string())), "{name}");
    let first = date::days(2019, 3, 1).expect("a day");
    assert_eq!(texts(frame, "surgery"), twelve(|i| Some(date::iso(first + 31 * i as i32))), "{name}");
    assert_eq!(frame.column("surgery").expect("a column").kind(), Kind::Date, "{name}");
    assert_eq!(frame.column("size").expect("a column").label(), "Largest diameter, cm", "{name}");
}

fn check_labels(name: &str, frame: &Frame) {
    assert_eq!(texts(frame, "sex"), twelve(|i| Some(["male", "female"][i % 2].to_owned())), "{name}");
    assert_eq!(texts(frame, "status"), twelve(|i| Some(["alive", "dead", "dead"][i % 3].to_owned())), "{name}");
}

#[test]
fn spss_files_keep_labels_missing_values_and_dates() {
    for name in ["patients.sav", "patients.zsav", "patients_plain.sav"] {
        let (frame, problems) = read(name);
        check_values(name, &frame);
        check_labels(name, &frame);
        let grades = [Some("low"), Some("middle"), Some("high"), None];
        assert_eq!(texts(&frame, "grade"), twelve(|i| grades[i % 4].map(str::to_owned)), "{name}");
        assert!(problems.iter().any(|p| p.contains("column grade: note: 3 values count as missing")), "{problems:?}");
        assert_eq!(texts(&frame, "note")[3].as_deref(), Some("再発 ".repeat(20).trim()), "{name}");
    }
}

#[test]
fn stata_files_of_old_and_new_releases_are_read() {
    for name in ["patients_8.dta", "patients_12.dta", "patients_15.dta"] {
        let (frame, problems) = read(name);
        check_values(name, &frame);
        check_labels(name, &frame);
        // A value without a label leaves numbers as they are, and is told.
        assert_eq!(texts(&frame, "grade")[3].as_deref(), Some("9"), "{name}");
        assert!(
            problems.iter().any(|p| p.contains("only some have labels") && p.contains("9 has none")),
            "{problems:?}"
        );
        assert_eq!(texts(&frame, "note")[1].as_deref(), Some("größer"), "{name}");
    }
}

#[test]
fn sas_transport_files_of_both_versions_are_read() {
    for name in ["patients_5.xpt", "patients_8.xpt"] {
        let (frame, _) = read(name);
        check_values(name, &frame);
        assert_eq!(texts(&frame, "grade")[3].as_deref(), Some("9"), "{name}");
        assert_eq!(texts(&frame, "note")[3], Some("x".repeat(100)), "{name}");
    }
}

#[test]
fn damaged_files_are_refused_and_end_nothing() {
    for name in ["patients.sav", "patients.zsav", "patients_15.dta", "patients_8.xpt"] {
        let whole = std::fs::read(fixture(name)).expect("the fixture");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        for k in 0..60_usize {
            let mut bytes = whole.clone();
            // Every third one is cut short, the others have a few bytes changed.
            if k % 3 == 0 {
                bytes.truncate(whole.len() * k / 60);
            } else {
                (0..4).for_each(|j| bytes[(k * 131 + j * 977) % whole.len()] ^= 0x5a + k as u8);
            }
            std::fs::write(&path, bytes).expect("written");
            // It is read or refused; what counts is that it comes back.
            if let Ok((frame, _)) = read_table(&path, Path::new(name), &ReadOptions::default()) {
                assert!(frame.columns().all(|c| c.values.len() == frame.len()), "{name}, {k}");
            }
        }
    }
}
