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

/// The table of a fixture with some of its bytes changed.
fn changed(name: &str, change: impl Fn(&mut Vec<u8>)) -> Result<Frame, String> {
    let mut bytes = std::fs::read(fixture(name)).expect("the fixture");
    change(&mut bytes);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    let read = read_table(&path, Path::new(name), &ReadOptions::default());
    read.map(|(frame, _)| frame).map_err(|error| error.to_string())
}

/// Where `what` begins in `bytes`.
fn place(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).expect("it is there")
}

#[test]
fn transport_files_hold_values_in_the_order_of_their_variables() {
    // SAS gives the positions that values have in its memory, where numbers come before texts.
    for (name, record) in [("patients_5.xpt", b"NAMESTR"), ("patients_8.xpt", b"NAMSTV8")] {
        let positions = |bytes: &mut Vec<u8>| {
            let first = place(bytes, record) - 20 + 80;
            (0..4_usize).for_each(|k| bytes[first + 140 * k + 87] = 8 * k as u8 + 3);
        };
        check_values(name, &changed(name, positions).expect("it is read"));
    }
}

#[test]
fn a_short_name_that_ends_within_a_character_has_its_long_one() {
    let cut = |bytes: &mut Vec<u8>| {
        let (short, pair) = (place(bytes, b"SURGERY "), place(bytes, b"SURGERY=surgery"));
        bytes[short + 6] = 0xd7;
        bytes[pair + 6] = 0xd7;
    };
    check_values("patients_plain.sav", &changed("patients_plain.sav", cut).expect("it is read"));
}

#[test]
fn lengths_beyond_the_end_of_a_stata_file_are_refused_before_memory_is_asked_for() {
    let of_tagged = |bytes: &mut Vec<u8>| {
        let at = place(bytes, b"<lbl>") + 5;
        bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    };
    let of_plain = |bytes: &mut Vec<u8>| {
        // A set of labels: its length, its name of 33 bytes, three of filling, the number of labels and of their bytes,
        // an offset and a value of each.
        let at = place(bytes, b"alive") - 2 * 8 - 8 - 36 - 4;
        assert_eq!(bytes[at + 2..at + 4], [0, 0], "a length");
        bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    };
    for (name, error) in [
        ("patients_15.dta", changed("patients_15.dta", of_tagged)),
        ("patients_12.dta", changed("patients_12.dta", of_plain)),
    ] {
        assert!(error.as_ref().is_err_and(|e| e.contains("ends too early")), "{name}: {error:?}");
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
