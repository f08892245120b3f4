//! Parquet and workbooks: types that the file knows, dates, merged headers, sheets.

use std::fs::File;
use std::path::{Path, PathBuf};

use polars::prelude::{Column as PolarsColumn, DataFrame, DataType, NamedFrom, ParquetWriter, Series};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use tables::{Frame, Kind, ReadOptions, read_table};

fn read(path: &Path, options: &ReadOptions) -> (Frame, Vec<String>) {
    let (frame, problems) = read_table(path, Path::new("table"), options).expect("the table is read");
    (frame, problems.iter().map(ToString::to_string).collect())
}

fn texts(frame: &Frame, name: &str) -> Vec<String> {
    let values = &frame.column(name).expect(name).values;
    (0..values.len()).map(|i| values.text(i).unwrap_or_else(|| "-".to_owned())).collect()
}

#[test]
fn parquet_keeps_its_types() {
    let days = Series::new("seen".into(), [Some(17_969i32), None]).cast(&DataType::Date).expect("dates");
    let table = DataFrame::new_infer_height(vec![
        PolarsColumn::from(Series::new("id".into(), ["P1", "P2"])),
        Series::new("age".into(), [Some(61i64), None]).into(),
        Series::new("crp".into(), [1.5f32, f32::NAN]).into(),
        Series::new("dead".into(), [Some(true), Some(false)]).into(),
        Series::new("stage".into(), [Some("II"), Some("NA")]).into(),
        days.into(),
    ]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("t.parquet");
    let file = File::create(&path).expect("a file");
    ParquetWriter::new(file).finish(&mut table.expect("columns of one length")).expect("written");
    let (frame, problems) = read(&path, &ReadOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(texts(&frame, "id"), ["P1", "P2"]);
    assert_eq!(texts(&frame, "age"), ["61", "-"]);
    assert_eq!(texts(&frame, "crp"), ["1.5", "-"]);
    assert_eq!(texts(&frame, "dead"), ["true", "false"]);
    assert_eq!(texts(&frame, "stage"), ["II", "-"]);
    assert_eq!(texts(&frame, "seen"), ["2019-03-14", "-"]);
    assert_eq!(frame.column("seen").expect("seen").kind(), Kind::Date);
    let mut options = ReadOptions::default();
    options.columns.entry("age".to_owned()).or_default().kind = Some(Kind::Category);
    assert_eq!(read(&path, &options).0.column("age").expect("age").kind(), Kind::Category);
}

fn workbook(name: &str, fill: impl FnOnce(&mut Workbook)) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    let mut book = Workbook::new();
    fill(&mut book);
    book.save(&path).expect("the workbook is written");
    (folder, path)
}

fn row(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        match cell.parse::<f64>() {
            Ok(number) => sheet.write(row, column as u16, number).expect("a number"),
            Err(_) => sheet.write(row, column as u16, *cell).expect("a text"),
        };
    }
}

#[test]
fn a_workbook_as_people_make_them() {
    let (_folder, path) = workbook("t.xlsx", |book| {
        let sheet = book.add_worksheet();
        sheet.set_name("Legend").expect("a name");
        let sheet = book.add_worksheet();
        sheet.set_name("Patients").expect("a name");
        let (plain, date) = (Format::new(), Format::new().set_num_format("dd/mm/yyyy"));
        sheet.write(0, 0, "Table 1. Patients of the study").expect("a title");
        sheet.merge_range(2, 0, 3, 0, "id", &plain).expect("merged");
        sheet.merge_range(2, 1, 2, 2, "Blood", &plain).expect("merged");
        sheet.merge_range(2, 3, 2, 4, "Dates", &plain).expect("merged");
        row(sheet, 3, &["", "neutrophils", "crp", "seen", "died"]);
        row(sheet, 4, &["P1", "4.5", "12"]);
        row(sheet, 5, &["P2", "6", "<5"]);
        row(sheet, 7, &["P3", "7.25", "3", "", "n/a"]);
        for (line, day) in [(4, 14), (5, 15)] {
            let day = ExcelDateTime::from_ymd(2019, 3, day).expect("a date");
            sheet.write_with_format(line, 3, &day, &date).expect("a date");
            sheet.write_with_format(line, 4, &day, &date).expect("a date");
        }
        let sheet = book.add_worksheet();
        sheet.set_name("Old").expect("a name");
        row(sheet, 0, &["id", "x"]);
        row(sheet, 1, &["P1", "1"]);
    });
    let (frame, problems) = read(&path, &ReadOptions::default());
    assert_eq!(frame.names().collect::<Vec<_>>(), ["id", "neutrophils", "crp", "seen", "died"]);
    assert_eq!(texts(&frame, "id"), ["P1", "P2", "P3"]);
    assert_eq!(texts(&frame, "neutrophils"), ["4.5", "6", "7.25"]);
    assert_eq!(texts(&frame, "seen"), ["2019-03-14", "2019-03-15", "-"]);
    assert_eq!(texts(&frame, "died"), ["2019-03-14", "2019-03-15", "-"]);
    assert_eq!(frame.place_of(2).to_string(), "table, row 4 (line 8)");
    for words in [
        "the workbook has 2 sheets with data; Patients is read; choose another by `sheet`: Old",
        "2 rows above the columns' names left out",
        "the header has merged cells: names are taken from its two rows",
        "1 row without any value left out",
        "<5",
    ] {
        assert!(problems.iter().any(|p| p.contains(words)), "{words} is not in {problems:#?}");
    }
    let old = ReadOptions { sheet: Some("old".to_owned()), ..ReadOptions::default() };
    assert_eq!(texts(&read(&path, &old).0, "x"), ["1"]);
    let wrong = ReadOptions { sheet: Some("New".to_owned()), ..ReadOptions::default() };
    let error = read_table(&path, Path::new("table"), &wrong).expect_err("no such sheet");
    assert_eq!(error.to_string(), "table: no sheet New; its sheets are Legend, Patients, Old");
}

#[test]
fn names_that_repeat_under_merged_cells_take_both_rows() {
    let (_folder, path) = workbook("t.xlsx", |book| {
        let sheet = book.add_worksheet();
        let plain = Format::new();
        sheet.merge_range(0, 1, 0, 2, "Before", &plain).expect("merged");
        sheet.merge_range(0, 3, 0, 4, "After", &plain).expect("merged");
        row(sheet, 1, &["id", "crp", "alb", "crp", "alb"]);
        row(sheet, 2, &["P1", "1", "2", "3", "4"]);
    });
    let (frame, _) = read(&path, &ReadOptions::default());
    assert_eq!(frame.names().collect::<Vec<_>>(), ["id", "Before crp", "Before alb", "After crp", "After alb"]);
    assert_eq!(texts(&frame, "After alb"), ["4"]);
}

#[test]
fn a_date_that_lost_its_format_is_still_a_date() {
    let (_folder, path) = workbook("t.xlsx", |book| {
        let sheet = book.add_worksheet();
        let date = Format::new().set_num_format("yyyy-mm-dd");
        row(sheet, 0, &["id", "seen"]);
        for line in 1..4 {
            row(sheet, line, &[&format!("P{line}")]);
            let day = ExcelDateTime::from_ymd(2019, 3, 13 + line as u8).expect("a date");
            sheet.write_with_format(line, 1, &day, &date).expect("a date");
        }
        row(sheet, 4, &["P4", "43541"]);
    });
    let (frame, problems) = read(&path, &ReadOptions::default());
    assert_eq!(texts(&frame, "seen"), ["2019-03-14", "2019-03-15", "2019-03-16", "2019-03-17"], "{problems:?}");
}
