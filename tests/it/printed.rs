//! Figures and tables for a manuscript: SVG, PDF, PNG, TIFF, DOCX, LaTeX, by the file's ending.

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn sample(study: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(study)
}

/// Runs a subcommand on the Rotterdam study into a file; its bytes.
fn written(subcommand: &str, options: &[&str], name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.arg(subcommand).arg(sample("rotterdam_gbsg")).args(options).arg("-o").arg(&file).assert().success();
    fs::read(&file).expect("a file")
}

fn big_endian(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Every command that draws, with what it needs to be asked.
const DRAWN: [(&str, &[&str]); 8] = [
    ("km", &["--by", "grade"]),
    ("cox", &["--covariates", "age,size,grade,nodes_decay"]),
    ("roc", &["--score", "nodes"]),
    ("calibrate", &["--model", "full"]),
    ("nomogram", &["--model", "full"]),
    ("dca", &[]),
    ("cutpoint", &["--variable", "nodes"]),
    ("lasso", &["--features", "age,nodes,pgr,er", "--folds", "5"]),
];

#[test]
fn every_command_that_draws_writes_a_page() {
    for (subcommand, options) in DRAWN {
        let pdf = written(subcommand, options, "figure.pdf");
        assert!(pdf.starts_with(b"%PDF"), "{subcommand}");
        assert_eq!(pdf, written(subcommand, options, "figure.pdf"), "{subcommand}: the same bytes");
    }
}

#[test]
fn pixels_say_how_many_stand_on_an_inch() {
    let options = ["--by", "grade", "--width-mm", "85", "--dpi", "300"];
    let png = written("km", &options, "figure.png");
    // 85 mm at 300 dpi, and 300 dpi in pixels a metre.
    assert_eq!(big_endian(&png, 16), 1004);
    let at = png.windows(4).position(|w| w == b"pHYs").expect("a density");
    assert_eq!(big_endian(&png, at + 4), 11_811);
    let tiff = written("km", &options, "figure.tif");
    assert_eq!(&tiff[..4], b"II*\0");
    let svg = String::from_utf8(written("km", &options, "figure.svg")).expect("text");
    assert!(svg.contains("width=\"85mm\""), "{}", &svg[..300]);
}

#[test]
fn a_figure_without_a_file_or_a_table_without_a_figure_is_refused() {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.arg("km").arg(sample("rotterdam_gbsg")).args(["--format", "png"]).assert().code(2);
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    let file = folder.path().join("table.pdf");
    let refused = command.arg("table1").arg(sample("rotterdam_gbsg")).arg("-o").arg(&file).assert().code(1);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("no figure"), "{said}");
}

#[test]
fn a_word_document_holds_the_table_and_its_footnotes() {
    let docx = written("cox", &["--covariates", "age,size,grade,nodes_decay"], "table.docx");
    let mut archive = zip::ZipArchive::new(Cursor::new(&docx)).expect("a package");
    let mut text = String::new();
    archive.by_name("word/document.xml").expect("a document").read_to_string(&mut text).expect("text");
    assert!(text.contains("<w:tblHeader/>") && text.contains("nodes_decay"), "{text}");
    assert!(text.contains("HR, hazard ratio"), "{text}");
    assert_eq!(docx, written("cox", &["--covariates", "age,size,grade,nodes_decay"], "table.docx"));
    let latex = String::from_utf8(written("cox", &["--covariates", "age,grade"], "table.tex")).expect("text");
    assert!(latex.contains("\\toprule") && latex.contains("\\end{document}"), "{latex}");
}
