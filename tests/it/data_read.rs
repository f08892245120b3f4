//! Reading tables: types, missing values, and everything that is odd, each with its place.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use tables::problem::Problem;
use tables::{DateOrder, Frame, Kind, ReadOptions, Values, read_table};

/// A table written to a file of its own.
pub struct Table {
    _folder: TempDir,
    path: PathBuf,
}

impl Table {
    pub fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the table");
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("the table is written");
        Self { _folder: folder, path }
    }

    fn read_with(&self, options: &ReadOptions) -> Result<(Frame, Vec<Problem>), String> {
        let shown = Path::new(self.path.file_name().expect("a name"));
        read_table(&self.path, shown, options).map_err(|error| error.to_string())
    }

    pub fn read(&self) -> (Frame, Vec<String>) {
        let (frame, problems) = self.read_with(&ReadOptions::default()).expect("the table is read");
        (frame, problems.iter().map(ToString::to_string).collect())
    }
}

fn csv(content: &str) -> (Frame, Vec<String>) {
    Table::new("t.csv", content).read()
}

fn numbers<'f>(frame: &'f Frame, name: &str) -> &'f [f64] {
    frame.column(name).expect("the column").numbers().expect("numbers")
}

fn texts(frame: &Frame, name: &str) -> Vec<Option<String>> {
    let values = &frame.column(name).expect("the column").values;
    (0..values.len()).map(|i| values.text(i)).collect()
}

#[test]
fn types_are_found_and_explained() {
    let (frame, problems) = csv("id,age,sex,seen,code,note\n\
         P1,61,m,2019-03-14,007,first\nP2,,f,2019-04-01,012,second\nP3,70,f,NA,104,third\n");
    assert!(problems.is_empty(), "{problems:?}");
    let types: Vec<(&str, Kind, &str)> =
        frame.columns().map(|c| (c.name.as_str(), c.kind(), c.guess.reason.as_str())).collect();
    assert_eq!(
        types,
        [
            ("id", Kind::Text, "words: 3 different values in 3 rows"),
            ("age", Kind::Number, "all 2 values (1 missing) are numbers"),
            ("sex", Kind::Category, "words: 2 levels in 3 rows"),
            ("seen", Kind::Date, "all 2 values (1 missing) are dates"),
            ("code", Kind::Text, "digits that are codes, not numbers: 3 different values in 3 rows"),
            ("note", Kind::Text, "words: 3 different values in 3 rows"),
        ]
    );
    assert_eq!(texts(&frame, "code")[0].as_deref(), Some("007"));
    assert_eq!(texts(&frame, "seen"), [Some("2019-03-14".to_owned()), Some("2019-04-01".to_owned()), None]);
}

#[test]
fn every_token_of_the_contract_is_missing() {
    let (frame, problems) = csv("x,y\n1,a\n,\nNA,NA\nN/A,N/A\nNaN,NaN\nnull,null\n.,.\n2,b\n");
    assert!(problems.is_empty() || problems.iter().all(|p| p.contains("without any value")), "{problems:?}");
    assert_eq!(frame.column("x").expect("x").values.n_missing(), frame.len() - 2);
    assert_eq!(frame.column("y").expect("y").values.n_missing(), frame.len() - 2);
    assert_eq!(frame.column("y").expect("y").factor().levels, ["a", "b"]);
}

/// What is odd in a table, and the words by which it is listed.
const ODD: &[(&str, &str, &[&str])] = &[
    (
        "decimal commas",
        "id;crp\n1;1,5\n2;12,25\n3;7\n",
        &["t.csv, column crp: note: 2 values have decimal commas and are read so (rows 1 and 2)"],
    ),
    (
        "decimal commas beside points",
        "id;crp\n1;1,5\n2;12.25\n3;7.5\n",
        &[
            "t.csv, row 1 (line 2), column crp: warning: 1 value has a decimal comma and 2 a decimal point (row 1); both are \
           read as decimals; write all of them with a point",
        ],
    ),
    (
        "a comma that may be either",
        "id;afp\n1;1,234\n2;512\n3;40\n",
        &[
            "column afp: warning: question: is 1,234 in column afp 1.234 or 1234?; Say which mark stands before decimals",
        ],
    ),
    (
        "thousands",
        "id;afp\n1;1,234,567\n2;1,512\n3;40\n",
        &["column afp: note: marks between thousands are left out, as in 1,234,567 (rows 1 and 2)"],
    ),
    (
        "stray blanks",
        "id,sex\n1, m\n2,f\n3,f \n4,m\n",
        &["column sex: note: blanks around 2 values; they are ignored (rows 1 and 3)"],
    ),
    (
        "a word among numbers",
        "id,age\n1,61\n2,55\n3,abc\n4,70\n5,48\n",
        &["row 3 (line 4), column age: warning: 1 of 5 values is no number and counts as missing (row 3: abc)"],
    ),
    (
        "a word that often means missing",
        "id,age\n1,61\n2,55\n3,unknown\n4,70\n5,?\n6,1\n7,2\n8,3\n9,4\n",
        &[
            "2 of 9 values are no number and count as missing (rows 3 and 5: unknown, ?); if they mean missing, name them in \
           the table's section: missing = [\"?\", \"unknown\"]",
        ],
    ),
    (
        "limits of detection",
        "id,afp\n1,61\n2,55\n3,<5\n4,70\n5,<5\n6,1\n7,2\n8,3\n9,4\n",
        &[
            "question: what stands for the 2 values of column afp that lie beyond a limit of detection, such as <5 (rows 3 and 5: <5)?",
        ],
    ),
    (
        "numbers and text half and half",
        "id,stage\n1,1\n2,2\n3,3a\n4,3b\n5,1\n6,2\n",
        &["column stage: warning: numbers and text are mixed: 2 of 6 values are no numbers (rows 3 and 4: 3a, 3b)"],
    ),
    (
        "levels that look alike",
        "id,sex\n1,Male\n2,male\n3,Female\n4,Male\n",
        &["column sex: warning: the levels `Male` and `male` differ only in letter case or blanks"],
    ),
    (
        "duplicate names",
        "id,age,age\n1,2,3\n4,5,6\n",
        &["t.csv:1: warning: two columns are called age; the later one is called age_2 here"],
    ),
    ("a column without a name", "id,,age\n1,2,3\n", &["t.csv:1: note: column 2 has no name and is called column_2"]),
    ("blanks in a name", "id, age ,sex\n1,2,3\n", &["note: blanks in the name of column age are left out"]),
    ("no header", "1,2,3\n4,5,6\n", &["warning: the first line holds numbers only and is read as the columns' names"]),
    (
        "a line too long",
        "id,age\n1,60\n2,61,5\n3,62\n",
        &["t.csv, row 2 (line 3): error: 3 fields where the header has 2; those beyond are not read"],
    ),
    (
        "a line too short",
        "id,age,sex\n1,60,m\n2,61\n3,62,f\n",
        &["t.csv, row 2 (line 3): warning: 2 fields where the header has 3; the last ones count as missing"],
    ),
    ("empty rows", "id,age\n1,60\n,\n2,61\n", &["t.csv: note: 1 row without any value left out"]),
    (
        "a byte order mark",
        "\u{feff}id,age\n1,60\n",
        &["note: starts with a byte order mark (UTF-8), which is left out"],
    ),
    (
        "dates either way",
        "id,seen\n1,03/04/2019\n2,05/06/2019\n",
        &[
            "column seen: warning: dates such as 03/04/2019 may have the day or the month first; the day is taken to be first",
        ],
    ),
    (
        "dates both ways",
        "id,seen\n1,13/04/2019\n2,04/13/2019\n3,01/02/2019\n4,02/13/2019\n5,14/01/2019\n",
        &[
            "some dates have the day first (rows 1 and 5) and some the month (rows 2 and 4)",
            "rows 2 and 4: 04/13/2019, 02/13/2019",
        ],
    ),
    (
        "dates that another column settles",
        "id,seen,died\n1,03/04/2019,04/13/2019\n2,05/06/2019,05/06/2019\n",
        &["column seen: note: dates are read as m/d/y, as those of died must be"],
    ),
    (
        "short years",
        "id,seen\n1,13/04/19\n2,14/04/68\n",
        &["years of two digits, as 13/04/19: 69 to 99 are read as 1969"],
    ),
    (
        "a date that does not exist",
        "id,seen\n1,2019-02-28\n2,2019-02-30\n3,2019-03-01\n4,2019-03-02\n",
        &["row 2 (line 3), column seen: warning: 1 of 4 values is no date and counts as missing (row 2: 2019-02-30)"],
    ),
];

#[test]
fn what_is_odd_is_listed_with_its_place() {
    for (what, content, expected) in ODD {
        let (_, problems) = csv(content);
        for words in *expected {
            assert!(problems.iter().any(|p| p.contains(words)), "{what}: {words}\nis not in {problems:#?}");
        }
    }
}

#[test]
fn odd_numbers_are_read_all_the_same() {
    let (frame, _) = csv("id;crp\n1;1,5\n2;12,25\n3;7\n");
    assert_eq!(numbers(&frame, "crp"), [1.5, 12.25, 7.0]);
    let (frame, _) = csv("id;afp\n1;1,234,567\n2;1,512\n3;40\n");
    assert_eq!(numbers(&frame, "afp"), [1_234_567.0, 1_512.0, 40.0]);
    let (frame, _) = csv("id;x\n1;1,234\n2;0,5\n");
    assert_eq!(numbers(&frame, "x"), [1.234, 0.5]);
}

#[test]
fn lines_are_told_apart_as_written() {
    let (frame, problems) = csv("id,note\r\n1,\"two\r\nlines\"\r\n\r\n2,\"a \"\"b\"\", c\"\r\n");
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(texts(&frame, "note")[1].as_deref(), Some("a \"b\", c"));
    assert_eq!(frame.place_of(1).to_string(), "t.csv, row 2 (line 5)");
    let (frame, problems) = csv("id,age\n1,60,\n2,61,\n");
    assert!(problems.is_empty() && frame.columns().len() == 2, "{problems:?}");
    let (frame, _) = csv("age,sex\n1,60,m\n2,61,f\n");
    assert_eq!(frame.names().collect::<Vec<_>>(), ["row_name", "age", "sex"]);
}

#[test]
fn files_that_are_no_tables_say_why() {
    let error = |name: &str, content: &[u8]| {
        Table::new(name, content).read_with(&ReadOptions::default()).expect_err("it cannot be read")
    };
    assert_eq!(error("t.csv", b""), "t.csv: there is no row of data");
    assert_eq!(error("t.csv", b"id,age\n"), "t.csv: there is no row of data");
    assert_eq!(error("t.csv", b"id,age\n1,\"60\n2,61\n"), "t.csv:2: the quote that opens here is never closed");
    assert!(error("t.pdf", b"%PDF-1.4\n").contains("this is a PDF; tables are CSV"));
    assert!(error("t.parquet", b"not parquet at all").starts_with("t.parquet: "));
    assert!(error("t.xlsx", b"not a workbook").starts_with("t.xlsx: "));
    let missing = read_table(Path::new("nowhere.csv"), Path::new("nowhere.csv"), &ReadOptions::default());
    assert_eq!(missing.expect_err("no file").to_string(), "nowhere.csv: there is no such file");
}

#[test]
fn what_is_said_of_a_table_is_followed() {
    let table = Table::new("t.csv", "id|sex|seen\n1|-|03/04/2019\n2|1|05/06/2019\n");
    let mut options =
        ReadOptions { missing: vec!["-".to_owned()], dates: Some(DateOrder::MonthFirst), ..ReadOptions::default() };
    options.columns.entry("sex".to_owned()).or_default().kind = Some(Kind::Category);
    let (frame, problems) = table.read_with(&options).expect("read");
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(texts(&frame, "sex"), [None, Some("1".to_owned())]);
    assert_eq!(texts(&frame, "seen")[0].as_deref(), Some("2019-03-04"));
}

#[test]
fn old_encodings_and_wide_characters_are_read() {
    let (frame, problems) = Table::new("t.csv", b"id,city\n1,K\xF6ln\n2,Bonn\n").read();
    assert_eq!(texts(&frame, "city")[0].as_deref(), Some("Köln"));
    assert!(problems[0].contains("windows-1252"), "{problems:?}");
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain("id\tcity\n1\tKöln\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let (frame, _) = Table::new("t.txt", wide).read();
    assert_eq!(texts(&frame, "city")[0].as_deref(), Some("Köln"));
}

#[test]
fn a_wide_table_keeps_every_value() {
    let names: Vec<String> = (0..1500).map(|k| format!("f{k}")).collect();
    let row = |i: usize| (0..1500).map(|k| format!("{}", (i * 1500 + k) as f64 / 7.0)).collect::<Vec<_>>().join(",");
    let content = format!("{}\n{}\n", names.join(","), (0..40).map(row).collect::<Vec<_>>().join("\n"));
    let (frame, problems) = csv(&content);
    assert!(problems.is_empty(), "{problems:?}");
    for k in 0..1500 {
        let expected: Vec<f64> = (0..40).map(|i| (i * 1500 + k) as f64 / 7.0).collect();
        assert_eq!(numbers(&frame, &format!("f{k}")), expected);
    }
    assert!(matches!(frame.columns().next().expect("a column").values, Values::Number(_)));
}
