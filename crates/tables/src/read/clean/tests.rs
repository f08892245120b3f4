//! The clean reading against the careful one.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use crate::column::Kind;
use crate::frame::Frame;
use crate::number::Mark;
use crate::problem::Problem;
use crate::read::{ColumnRules, Raw, ReadError, ReadOptions, csv};

type Table = (String, Vec<Problem>);

/// A frame as a text: NaN is not equal to itself.
fn shown(raw: Raw, options: &ReadOptions) -> Table {
    let (frame, problems) = raw.typed(Path::new("t.csv"), options);
    let bits = |frame: &Frame| {
        let numbers = frame.columns().filter_map(|c| c.numbers());
        numbers
            .map(|n| n.iter().map(|x| if x.is_nan() { 1 } else { x.to_bits() }).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    let rows: Vec<_> = (0..frame.len()).map(|i| frame.row_id(i)).collect();
    (format!("{:?} {rows:?} {:?} {:?}", frame.file(), frame.columns().collect::<Vec<_>>(), bits(&frame)), problems)
}

/// Both readings; the clean one is `None` where it leaves the table to the other.
fn both(text: &str, delimiter: u8, options: &ReadOptions) -> (Option<Table>, Result<Table, ReadError>) {
    let file = Path::new("t.csv");
    let clean =
        super::read((text.as_bytes(), delimiter, 0), file, options, &[], &|_| {}).map(|raw| shown(raw, options));
    let careful = csv::read_carefully(text.as_bytes(), delimiter, 0, file, Vec::new());
    (clean, careful.map(|raw| shown(raw, options)))
}

fn same(text: &str, delimiter: u8, options: &ReadOptions) -> bool {
    let (clean, careful) = both(text, delimiter, options);
    let is_clean = clean.is_some();
    if let Some(clean) = clean {
        let careful = careful.unwrap_or_else(|error| panic!("only the careful reading fails: {error}\n{text}"));
        assert_eq!(clean.0, careful.0, "{text}");
        assert_eq!(clean.1, careful.1, "{text}");
    }
    is_clean
}

/// What columns hold: most of a cell's values come from one of these.
const POOLS: [&[&str]; 17] = [
    &["61", "38", "0", "7", "120", "55", "99"],
    &["1.5", "0.25", "-3.75", "12.125", "4.", ".5"],
    &["1.957", "12.345", "3.250", "-1.125"],
    &["1.957", "0.957", "-0.125", "1e3", "2E-2", "+4.5"],
    &["007", "012", "345", "001"],
    &["12345678901234567", "12345678901234568", "1"],
    &["male", "female"],
    &["I", "II", "III", "IV", "ii"],
    &["1a", "2b", "3", "<5"],
    &["2019-03-14", "2020-01-02", "14.03.2019", "03/04/2019"],
    &["20190314", "20200102", "20211231"],
    &["43538", "43600", "50000"],
    &["<0.5", ">12", "3.2", "4.5", "5.5"],
    &["2.3 cm", "4.1 cm", "3"],
    &["unknown", "yes", "no", "-"],
    &["9", "1", "2", "3", "999", "-1"],
    &["男", "女", "１２", "é", "\u{a0}x"],
];

const ODD: [&str; 12] = ["", "NA", "n/a", ".", "NaN", " 5", "x ", "\"a,b\"", "\"7\"", "unknown", "\"\"", "null"];
const RUINS: [&str; 5] = ["\"a\"\"b\"", "a\"b", "\"two\nlines\"", "x\ry", "1,2"];

fn cell(pool: usize) -> impl Strategy<Value = String> {
    let usual = proptest::sample::select(POOLS[pool]).prop_map(str::to_owned);
    let name = (0..4000u32).prop_map(|k| format!("P{k:04}"));
    let decimal = (-5000i32..5000, 0..6usize).prop_map(|(k, places)| format!("{:.places$}", f64::from(k) / 97.0));
    let odd = proptest::sample::select(&ODD[..]).prop_map(str::to_owned);
    let usual = match pool {
        0 => prop_oneof![2 => name, 1 => usual].boxed(),
        1 => decimal.boxed(),
        _ => usual.boxed(),
    };
    prop_oneof![12 => usual, 1 => odd]
}

/// A column's cells: of one kind, with or without odd ones among them.
fn column(rows: usize) -> impl Strategy<Value = Vec<String>> {
    (0..POOLS.len(), any::<bool>()).prop_flat_map(move |(pool, is_pure)| {
        let pure = proptest::sample::select(POOLS[pool]).prop_map(str::to_owned).boxed();
        proptest::collection::vec(if is_pure { pure } else { cell(pool).boxed() }, rows)
    })
}

fn table() -> impl Strategy<Value = String> {
    let size = (1..40usize, 2..6usize);
    let columns = size.prop_flat_map(|(rows, n)| proptest::collection::vec(column(rows), n));
    let ruin = proptest::option::weighted(0.15, (any::<prop::sample::Index>(), proptest::sample::select(&RUINS[..])));
    let ends = proptest::sample::select(&["", "\n", "\n\n", "\n \n", "\nTotal,,,\n"][..]);
    let starts = proptest::sample::select(&["", "", "", "Table 1. Patients\n", "\n"][..]);
    let names = proptest::sample::select(
        &[
            ["id", "age", "date", "sex", "x"],
            ["id", "id", " dead ", "", "event date"],
            ["", "a (cm)", "b", "\"c d\"", "e"],
        ][..],
    );
    (columns, names, any::<bool>(), ends, starts, ruin).prop_map(|(columns, names, is_windows, end, start, ruin)| {
        let mut lines = vec![names[..columns.len()].join(",")];
        lines
            .extend((0..columns[0].len()).map(|i| columns.iter().map(|c| c[i].as_str()).collect::<Vec<_>>().join(",")));
        if let Some((at, ruin)) = ruin {
            let at = at.index(lines.len());
            lines[at] = format!("{},{ruin}", lines[at].rsplit_once(',').map_or("", |(before, _)| before));
        }
        format!("{start}{}{end}", lines.join(if is_windows { "\r\n" } else { "\n" }))
    })
}

fn options() -> impl Strategy<Value = ReadOptions> {
    let kind = proptest::option::weighted(0.3, proptest::sample::select(&Kind::ALL[..]));
    let missing =
        proptest::sample::select(vec![None, None, Some(vec!["999".to_owned(), "x".to_owned()]), Some(vec![])]);
    let rules = (kind, missing).prop_map(|(kind, missing)| ColumnRules { kind, missing, limits: None });
    let said =
        proptest::collection::vec((proptest::sample::select(&["id", "age", "date", "sex", "x"][..]), rules), 0..3);
    let decimal = proptest::option::weighted(0.2, proptest::sample::select(&[Mark::Point, Mark::Comma][..]));
    (said, decimal).prop_map(|(said, decimal)| ReadOptions {
        decimal,
        columns: said.into_iter().map(|(name, rules)| (name.to_owned(), rules)).collect::<BTreeMap<_, _>>(),
        ..ReadOptions::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2 * ProptestConfig::default().cases, ..ProptestConfig::default() })]

    #[test]
    fn the_clean_reading_is_the_careful_one(text in table(), options in options(), other in 0..4usize) {
        let delimiter = *[b',', b';', b'\t', b','].get(other).unwrap_or(&b',');
        let text = if delimiter == b',' { text } else { text.replace(',', &char::from(delimiter).to_string()) };
        same(&text, delimiter, &options);
    }
}

#[test]
fn large_tables_are_read_in_blocks() {
    let words = ["I", "II", "III", "IV"];
    let line = |i: u32| {
        let x = f64::from(i % 9973) / 7.0 - 300.0;
        let age = if i % 1000 == 7 { "NA".to_owned() } else { (20 + i % 70).to_string() };
        format!("P{i:06},{},{age},{x:.4},{:.3},\"{}\"\n", words[i as usize % 4], x.abs() + 1.0, i % 2)
    };
    let text = "id,stage,age,x,y,event\n".to_owned() + &(0..60_000).map(line).collect::<String>();
    assert!(text.len() > 2 << 20, "several blocks");
    assert!(same(&text, b',', &ReadOptions::default()), "the table is clean");
    let late = text.clone() + "P999999,V,61,unknown,<5,1\n";
    assert!(same(&late, b',', &ReadOptions::default()), "two of its columns are not");
    assert!(!same(&(text + "P999999,V,61\n"), b',', &ReadOptions::default()), "a line is short");
}

#[test]
fn wide_tables_and_named_rows_are_clean() {
    let names: Vec<String> = (0..3000).map(|k| format!("f{k}")).collect();
    let row = |i: u32| (0..3000).map(|k| format!("{:.3}", f64::from(i * 7 + k) / 11.0)).collect::<Vec<_>>().join(",");
    let text = format!("{}\n", names.join(",")) + &(0..50).map(|i| format!("r{i},{}\n", row(i))).collect::<String>();
    assert!(same(&text, b',', &ReadOptions::default()));
}

proptest! {
    #[test]
    fn words_of_other_readers_are_typed_as_carefully(cells in column(30), options in options()) {
        let cells: Vec<Option<&str>> = cells.iter().map(|c| Some(c.as_str()).filter(|c| !c.is_empty())).collect();
        let rows: Vec<_> = (1..=30).map(|row| crate::frame::RowId { row, line: row + 1 }).collect();
        let rules = crate::read::raw::rules_of("age", &options, None, None);
        let written = |cells| crate::typing::Written { name: "age", cells, rows: &rows, file: Path::new("t.parquet") };
        if let Some(quick) = super::of_texts(&cells, &written(Vec::new()), &rules) {
            let careful = written(cells.clone()).read(&rules);
            prop_assert_eq!((format!("{:?}", quick.column), quick.problems), (format!("{:?}", careful.column), careful.problems));
            prop_assert_eq!((quick.proves, quick.is_ambiguous, quick.marks), (careful.proves, careful.is_ambiguous, careful.marks));
        }
    }
}
