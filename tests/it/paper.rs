//! `riskset run --layout paper`: numbered tables and figures, each as the files that journals ask for, and one document.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use assert_cmd::Command;

const FIGURE_FILES: [&str; 4] = ["svg", "pdf", "png", "tiff"];

fn paper(study: &str, options: &[&str]) -> tempfile::TempDir {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(study);
    Command::cargo_bin("riskset")
        .expect("the binary is built")
        .arg("run")
        .arg(study)
        .args(["--layout", "paper", "-o"])
        .arg(scratch.path().join("out"))
        .args(options)
        .assert()
        .success();
    scratch
}

/// Names of the files in a folder, without their endings.
fn names(folder: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(folder).expect("a folder").flatten();
    files.map(|e| e.path().file_stem().expect("a name").to_string_lossy().into_owned()).collect()
}

/// The text of the Word document, paragraph by paragraph.
fn paragraphs(docx: &Path) -> Vec<String> {
    let bytes = fs::read(docx).expect("a document");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut xml = String::new();
    archive.by_name("word/document.xml").expect("the text").read_to_string(&mut xml).expect("text");
    let runs = |paragraph: &str| {
        let texts = paragraph.split("<w:t xml:space=\"preserve\">").skip(1);
        texts.filter_map(|rest| rest.split("</w:t>").next()).collect::<String>()
    };
    xml.split("</w:p>").map(runs).filter(|text| !text.is_empty()).collect()
}

#[test]
fn a_study_without_images_has_the_numbered_tables_and_figures_that_it_can_have() {
    let scratch = paper("rotterdam_gbsg", &[]);
    let out = scratch.path().join("out");
    let figures = names(&out.join("figures"));
    let numbered: Vec<String> =
        (1..=figures.iter().filter(|name| !name.contains("-s")).count()).map(|n| format!("figure-{n}")).collect();
    assert!(numbered.len() >= 4, "{figures:?}");
    for name in numbered {
        for ending in FIGURE_FILES {
            let bytes = fs::read(out.join(format!("figures/{name}.{ending}"))).expect("a figure");
            assert!(bytes.len() > 1000, "{name}.{ending} holds {} bytes", bytes.len());
        }
    }
    let tables = names(&out.join("tables"));
    for name in ["table-1", "table-2", "table-3"] {
        assert!(tables.contains(name), "{tables:?}");
    }
    let legends = fs::read_to_string(out.join("legends.md")).expect("legends");
    assert!(legends.contains("Table 1. Baseline characteristics"), "{legends}");
    assert!(legends.contains("## Left out") && legends.contains("no radiomic features"), "{legends}");
    assert!(legends.contains("Figure S") && legends.contains("(a) "), "{legends}");
    let panels = fs::read_to_string(out.join("panels.csv")).expect("the list of panels");
    let row = |begin: &str| panels.lines().find(|line| line.starts_with(begin)).map(str::to_owned);
    assert!(row("Table 1,,Baseline characteristics,").is_some(), "{panels}");
    assert!(row("Figure 2,,Workflow,").is_some() && row("Figure 4,a,Nomogram").is_some(), "{panels}");
    assert!(row("left out,,Heat map of the features,").is_some(), "{panels}");
    // A row for every letter of every legend.
    let lettered = legends.matches("(a) ").count();
    assert_eq!(panels.lines().filter(|line| line.split(',').nth(1) == Some("a")).count(), lettered, "{panels}");
}

#[test]
fn coefficients_of_models_are_printed_under_labels() {
    let scratch = paper("rotterdam_gbsg", &[]);
    let table = fs::read_to_string(scratch.path().join("out/tables/table-s1-1.csv")).expect("coefficients");
    let names: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(table.starts_with("Variable,") && names.iter().all(|name| !name.contains('_')), "{table}");
}

#[test]
fn the_document_says_each_sentence_of_the_methods_once_and_holds_every_figure() {
    let scratch = paper("lung_ncctg", &[]);
    let out = scratch.path().join("out");
    let said = paragraphs(&out.join("supplement.docx"));
    let begin = said.iter().position(|text| text == "Methods").expect("a heading");
    let end = said.iter().position(|text| text == "Tables").expect("a heading");
    let methods = said[begin + 1..end].join(" ");
    let sentences: Vec<&str> = methods.split(". ").collect();
    let distinct: BTreeSet<&str> = sentences.iter().copied().collect();
    assert_eq!(sentences.len(), distinct.len(), "{methods}");
    let figures = names(&out.join("figures"));
    for name in figures {
        let number = name.replace("figure-s", "Figure S").replace("figure-", "Figure ");
        assert!(said.iter().any(|text| text.starts_with(&format!("{number}. "))), "{number}: {said:?}");
    }
    assert!(said.iter().any(|text| text == "Abstract"));
}

#[test]
fn the_same_study_gives_the_same_bytes() {
    let [one, two] = [paper("lung_ncctg", &["--threads", "1"]), paper("lung_ncctg", &["--threads", "2"])];
    let manifests = [&one, &two].map(|s| fs::read_to_string(s.path().join("out/manifest.json")).expect("a manifest"));
    assert_eq!(manifests[0], manifests[1]);
}
