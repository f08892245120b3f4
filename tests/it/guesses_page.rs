//! The table of guesses in docs/study.md, line by line: an input for each, through the binary, whose output holds the
//! message that the line gives, and whose refusal or note names the option.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use radiomics::{Geometry, Labels, Mask, Volume};
use rust_xlsxwriter::{Format, Formula, Workbook};

use crate::imaging::files::{Contour, slice, slice_values, write_rtstruct};

const PAGE: &str = include_str!("../../docs/study.md");

/// A line of the table.
struct Line<'p> {
    what: &'p str,
    asked: bool,
    /// What is said, with `..` for what depends on the data; several texts may be said.
    messages: Vec<&'p str>,
    /// Options of commands that the line names.
    options: Vec<&'p str>,
}

fn lines() -> Vec<Line<'static>> {
    let begin = PAGE.find("| what | found by | asked |").expect("the table of guesses");
    let rows = PAGE[begin..].lines().skip(2).take_while(|line| line.starts_with('|'));
    let codes = |cell: &'static str| cell.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [what, _, asked, message, option] = cells[..] else { panic!("five cells: {row}") };
        let options = codes(option).into_iter().filter(|code| code.starts_with("--"));
        let options = options.filter_map(|code| code.split(' ').next()).collect();
        Line { what, asked: asked == "yes", messages: codes(message), options }
    })
    .collect()
}

/// An input whose guess a line is about, and the command that meets it.
type Scene = (&'static str, fn(&Path), &'static str);

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("room");
    fs::write(path, bytes).expect("room");
}

/// Forty patients, `cell` writing what is special: id, months, status, age, size, and the column x.
fn table(names: [&str; 6], cell: impl Fn(usize, usize) -> Option<String>) -> String {
    let mut text = names.join(",") + "\n";
    for i in 0..40 {
        let plain = [
            format!("K{i:02}"),
            (3 + i * 17 % 71).to_string(),
            usize::from(i % 3 != 0).to_string(),
            (41 + i * 7 % 37).to_string(),
            format!("{}.{}", 1 + i % 6, i % 10),
            (10 + i * 13 % 50).to_string(),
        ];
        let row: Vec<String> = plain.into_iter().enumerate().map(|(k, text)| cell(i, k).unwrap_or(text)).collect();
        text += &(row.join(",") + "\n");
    }
    text
}

const NAMES: [&str; 6] = ["id", "months", "status", "age", "size", "x"];

/// With another column x.
fn with_x(cell: impl Fn(usize) -> String) -> String {
    table(NAMES, |i, k| (k == 5).then(|| cell(i)))
}

/// With other events.
fn with_event(name: &'static str, cell: impl Fn(usize) -> &'static str) -> String {
    table(["id", "months", name, "age", "size", "x"], |i, k| (k == 2).then(|| cell(i).to_owned()))
}

/// The plain table as a sheet, from a row on.
fn sheet(book: &mut Workbook, name: &str, text: &str) {
    let sheet = book.add_worksheet();
    sheet.set_name(name).expect("a name");
    for (i, line) in text.lines().enumerate() {
        for (k, cell) in line.split(',').enumerate() {
            let (i, k) = (i as u32, k as u16);
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(i, k, number).expect("room"),
                Err(_) => sheet.write_string(i, k, cell).expect("room"),
            };
        }
    }
}

fn book(folder: &Path, fill: impl FnOnce(&mut Workbook)) {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save(folder.join("t.xlsx")).expect("room");
}

/// Takes the results of formulas out of a workbook, as a script leaves it that never calculated them.
fn forget_results(path: &Path) {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).expect("a file")).expect("a workbook");
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for k in 0..archive.len() {
        let mut part = archive.by_index(k).expect("a part");
        let mut text = String::new();
        part.read_to_string(&mut text).expect("XML");
        let name = part.name().expect("a name").into_owned();
        new.start_file(name, zip::write::SimpleFileOptions::default()).expect("room");
        new.write_all(text.replace("</f><v>0</v>", "</f>").as_bytes()).expect("room");
    }
    fs::write(path, new.finish().expect("room").into_inner()).expect("room");
}

fn plain() -> String {
    table(NAMES, |_, _| None)
}

fn cube(size: [usize; 3]) -> Volume {
    let geometry = Geometry { size, spacing: [1.0, 1.0, 2.0], ..Geometry::unit([1; 3]) };
    Volume { voxels: (0..geometry.len()).map(|i| (i * 79 % 401) as i16).collect::<Vec<_>>().into(), geometry }
}

/// A DICOM series of each of the weightings, in one folder.
fn series(folder: &Path, weightings: &[usize]) {
    let of = cube([12, 10, 5]);
    fs::create_dir_all(folder.join("mr")).expect("room");
    for (nth, b) in weightings.iter().enumerate() {
        for z in 0..5 {
            slice(&of, z, "mr")
                .text(tags::SOP_INSTANCE_UID, VR::UI, format!("1.2.826.{nth}.{z}"))
                .text(tags::DIFFUSION_B_VALUE, VR::DS, b.to_string())
                .words(tags::PIXEL_DATA, slice_values(&of, z))
                .save(&folder.join(format!("mr/{nth}{z}.dcm")), uids::EXPLICIT_VR_LITTLE_ENDIAN);
        }
    }
}

fn block() -> Vec<Contour> {
    let square = |z: f64| [[2.5, 2.5, z], [7.5, 2.5, z], [7.5, 7.5, z], [2.5, 7.5, z]].into();
    (1..4).map(|z| square(f64::from(z))).collect()
}

const KM: &str = "km t.csv --time months --event status";

const SCENES: &[Scene] = &[
    ("encoding", |at| put(at, "t.csv", encoding_rs::GB18030.encode(&plain().replace("age", "年龄")).0), KM),
    ("separator", |at| put(at, "t.csv", format!("sep=;\n{}", plain().replace(',', ";"))), KM),
    (
        "comments, titles, second row of names, rows of units and labels",
        |at| {
            put(at, "t.csv", format!("Table S1. All patients,,,,,\n{}", plain()));
        },
        KM,
    ),
    ("footnotes, totals", |at| put(at, "t.csv", plain() + "Total,1500,26,2300,140,1300\n"), KM),
    (
        "sheet",
        |at| {
            book(at, |book| {
                sheet(book, "2019", &plain());
                sheet(book, "2020", &plain());
            })
        },
        "km t.xlsx --time months --event status",
    ),
    (
        "merged cells down a column",
        |at| {
            book(at, |book| {
                sheet(book, "S", &plain());
                let sheet = book.worksheet_from_index(0).expect("a sheet");
                sheet.merge_range(1, 5, 20, 5, "I", &Format::new()).expect("room");
                sheet.merge_range(21, 5, 40, 5, "II", &Format::new()).expect("room");
            })
        },
        "check t.xlsx",
    ),
    (
        "formulas that nobody calculated",
        |at| {
            book(at, |book| {
                sheet(book, "S", &plain());
                let sheet = book.worksheet_from_index(0).expect("a sheet");
                for row in 1..=40 {
                    sheet.write_formula(row, 5, Formula::new(format!("=E{}/2", row + 1))).expect("room");
                }
            });
            forget_results(&at.join("t.xlsx"));
        },
        "check t.xlsx",
    ),
    (
        "decimal mark: 1,957 and 1.957",
        |at| {
            let cell = |i: usize, k: usize| match k {
                4 => Some((20 + i).to_string()),
                5 => Some(format!("{}.{:03}", 1 + i % 9, 100 + i)),
                _ => None,
            };
            put(at, "t.csv", table(NAMES, cell).replace(',', ";"));
        },
        "table1 t.csv --vars x",
    ),
    (
        "marks between thousands, wide digits, one unit behind every number",
        |at| {
            put(at, "t.csv", with_x(|i| format!("{} mm", 10 + i)));
        },
        "check t.csv --format csv",
    ),
    (
        "several units in a column",
        |at| {
            put(at, "t.csv", with_x(|i| format!("{} {}", 10 + i, ["mm", "cm"][i % 2])));
        },
        "table1 t.csv --vars x",
    ),
    (
        "many different numbers among words; numbers with something about them (`~11.3`, `(11.3)`, `0.5↓`)",
        |at| put(at, "t.csv", with_x(|i| if i % 3 == 0 { "<LOD".to_owned() } else { format!("{}.5", 10 + i) })),
        "table1 t.csv --vars x",
    ),
    (
        "limits of detection",
        |at| {
            put(at, "t.csv", with_x(|i| if i % 4 == 0 { "<5".to_owned() } else { (10 + i).to_string() }));
        },
        "table1 t.csv --vars x",
    ),
    (
        "day or month first",
        |at| {
            put(at, "t.csv", with_x(|i| format!("{:02}/{:02}/2019", 1 + i % 12, 1 + i % 11)));
            put(
                at,
                "study.toml",
                "version = 1\ntable = \"t.csv\"\nid = \"id\"\n[endpoints.OS]\norigin = \"x\"\nend = \"x\"\nevent = \"status\"\n",
            );
        },
        "km .",
    ),
    (
        "20190304, 2019年3月4日, names of months",
        |at| {
            put(at, "t.csv", with_x(|i| format!("2019年{}月{}日", 1 + i % 12, 1 + i % 28)));
        },
        "km t.csv --time months --event status --where x>=2019-06-01",
    ),
    (
        "day numbers of a spreadsheet",
        |at| {
            put(
                at,
                "t.csv",
                table(["id", "months", "status", "age", "size", "surgery_date"], |i, k| {
                    (k == 5).then(|| (43000 + i * 3).to_string())
                }),
            );
        },
        "check t.csv",
    ),
    (
        "years of two digits",
        |at| put(at, "t.csv", with_x(|i| format!("{:02}.{:02}.19", 13 + i % 15, 1 + i % 12))),
        "check t.csv",
    ),
    (
        "codes for missing (9, 99, 999, -1, ..)",
        |at| {
            put(at, "t.csv", with_x(|i| if i % 9 == 4 { "999".to_owned() } else { (10 + i).to_string() }));
        },
        "table1 t.csv --vars x",
    ),
    (
        "words for missing (unknown, 未知, 不明, inconnu, ..)",
        |at| {
            put(
                at,
                "t.csv",
                with_x(|i| if i % 9 == 4 { "inconnu".to_owned() } else { ["oui", "non"][i % 2].to_owned() }),
            );
        },
        "check t.csv",
    ),
    ("number or category", |at| put(at, "t.csv", with_x(|i| (1 + i % 3).to_string())), "table1 t.csv --vars x"),
    (
        "order of levels (trend, weights of kappa, `<` between levels)",
        |at| {
            put(at, "t.csv", with_x(|i| ["mild", "moderate", "severe"][i % 3].to_owned()));
        },
        "logrank t.csv --time months --event status --by x --trend",
    ),
    (
        "which column is time, event",
        |at| put(at, "t.csv", table(["id", "a", "b", "age", "size", "x"], |_, _| None)),
        "km t.csv",
    ),
    ("which value is the event", |at| put(at, "t.csv", with_event("status", |i| ["0", "1", "2"][i % 3])), KM),
    (
        "a column called `cens`, `censor` with 0 and 1",
        |at| {
            put(at, "t.csv", with_event("cens", |i| ["0", "1"][i % 2]));
        },
        "km t.csv --time months --event cens",
    ),
    ("empty cells beside nothing but events", |at| put(at, "t.csv", with_event("status", |i| ["", "1"][i % 2])), KM),
    (
        "a value of the event that may mean that it is not known",
        |at| {
            put(at, "t.csv", with_event("status", |i| if i % 13 == 5 { "9" } else { ["0", "1"][i % 2] }));
        },
        KM,
    ),
    (
        "which value means censored, where causes are words",
        |at| {
            put(at, "t.csv", with_event("status", |i| ["alive", "cancer", "heart"][i % 3]));
        },
        "cuminc t.csv --time months --event status",
    ),
    (
        "unit of times",
        |at| put(at, "t.csv", table(["id", "time", "status", "age", "size", "x"], |_, _| None)),
        "km t.csv --time time --event status",
    ),
    ("patient", |at| put(at, "t.csv", plain()), "check t.csv"),
    (
        "several rows of a patient",
        |at| {
            put(at, "t.csv", table(NAMES, |i, k| (k == 0).then(|| format!("K{:02}", i / 2))));
        },
        KM,
    ),
    (
        "tables of a folder, sheets of a workbook",
        |at| {
            put(at, "t.csv", plain());
            put(at, "labs.csv", (0..40).fold("id,crp\n".to_owned(), |text, i| text + &format!("K{i:02},{}\n", 5 + i)));
        },
        "init . -o -",
    ),
    (
        "several rows of a patient in another table",
        |at| {
            put(at, "t.csv", plain());
            put(
                at,
                "labs.csv",
                (0..80).fold("id,day,crp\n".to_owned(), |text, i| text + &format!("K{:02},{},{}\n", i / 2, i, 5 + i)),
            );
            put(
                at,
                "study.toml",
                "version = 1\ntable = \"t.csv\"\nid = \"id\"\n[tables]\nlabs = \"labs.csv\"\n[endpoints.OS]\ntime = \"months\"\nevent = \"status\"\n",
            );
        },
        "km .",
    ),
    (
        "cohorts",
        |at| {
            put(at, "t.csv", with_x(|i| if i % 3 == 0 { "test" } else { "train" }.to_owned()));
        },
        "init t.csv -o -",
    ),
    (
        "which of several volumes (b-values, echoes, times, series)",
        |at| {
            series(at, &[0, 800]);
            write_rtstruct(&at.join("rs.dcm"), &cube([12, 10, 5]).geometry, &[("GTV", block())]);
        },
        "extract mr rs.dcm",
    ),
    (
        "which of several regions",
        |at| {
            series(at, &[0]);
            write_rtstruct(&at.join("rs.dcm"), &cube([12, 10, 5]).geometry, &[("GTV", block()), ("Liver", block())]);
        },
        "extract mr rs.dcm",
    ),
    (
        "the label of a label image",
        |at| {
            let of = cube([12, 10, 5]);
            let mask = Labels::of_voxels(of.geometry.len(), (100..160).map(|voxel| (voxel, 255)));
            imaging::write_image(&at.join("i.nii"), &of).expect("room");
            imaging::write_mask(&at.join("m.nii"), &Mask { geometry: of.geometry, labels: mask }).expect("room");
        },
        "extract i.nii m.nii",
    ),
    (
        "a mask of fractions",
        |at| {
            let of = cube([12, 10, 5]);
            let values: Vec<f32> = (0..of.geometry.len()).map(|i| if i % 7 == 0 { 0.6 } else { 0.0 }).collect();
            imaging::write_image(&at.join("i.nii"), &of).expect("room");
            imaging::write_image(&at.join("m.nii"), &Volume { geometry: of.geometry, voxels: values.into() })
                .expect("room");
        },
        "extract i.nii m.nii",
    ),
];

/// The only guess of which nothing has to be said.
const QUIET: &&str = &"20190304, 2019年3月4日, names of months";

/// Whether `text` holds the parts of a message between its `..` one after another. Line ends count as blanks.
fn holds(text: &str, message: &str) -> bool {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = text.as_str();
    message.split("..").map(str::trim).filter(|part| !part.is_empty()).all(|part| {
        let found = rest.find(part);
        rest = found.map_or("", |at| &rest[at + part.len()..]);
        found.is_some()
    })
}

#[test]
fn every_line_of_the_table_of_guesses_is_what_the_program_does() {
    let lines = lines();
    let known: Vec<&str> = SCENES.iter().map(|scene| scene.0).collect();
    assert_eq!(
        lines.iter().map(|line| line.what).collect::<Vec<_>>(),
        known,
        "lines of the table, scenes of this test"
    );
    let mut wrong = Vec::new();
    for (line, (what, make, command)) in lines.iter().zip(SCENES) {
        let scratch = tempfile::tempdir().expect("a folder");
        make(scratch.path());
        let output = assert_cmd::Command::cargo_bin("riskset")
            .expect("the binary")
            .current_dir(scratch.path())
            .env("RISKSET_STATE_DIR", scratch.path().join("state"))
            .env("RISKSET_CACHE_DIR", scratch.path().join("cache"))
            .args(command.split(' '))
            .output()
            .expect("it runs");
        let said = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat();
        let mut bad = |why: String| wrong.push(format!("{what}: `riskset {command}`: {why}\n{said}\n"));
        match (line.asked, output.status.code()) {
            (true, Some(1)) if output.stdout.is_empty() => {}
            (false, Some(0)) => {}
            (_, code) => bad(format!("exit {code:?}")),
        }
        for message in line.messages.iter().filter(|message| !holds(&said, message)) {
            bad(format!("does not say `{message}`"));
        }
        if line.asked && !line.options.is_empty() && !line.options.iter().any(|option| said.contains(option)) {
            bad(format!("names none of {:?}", line.options));
        }
        assert!(line.messages.is_empty() != (what != QUIET), "{what}: what is said?");
    }
    assert!(wrong.is_empty(), "{} of {} lines\n{}", wrong.len(), lines.len(), wrong.join("\n"));
}
