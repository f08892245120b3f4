//! The tables and figures of a paper as files of their own, and all of them in one document for Word.

use std::collections::BTreeSet;

use anyhow::Context;

use super::folder::File;
use crate::document::delimited::{self, Separator};
use crate::document::print::{Print, PrintFormat, print_figure};
use crate::document::{Block, Cell, ColumnSpec, Document, Precision, Table, docx, latex};
use crate::plan::chapters::Missing;
use crate::plan::paper::{Content, Paper, Plate, once};
use crate::plan::references;

/// What each figure is printed as.
const PRINTED: [(PrintFormat, &str); 4] =
    [(PrintFormat::Svg, "svg"), (PrintFormat::Pdf, "pdf"), (PrintFormat::Png, "png"), (PrintFormat::Tiff, "tiff")];

/// Characters that no font at hand has.
pub(super) type WithoutGlyph = BTreeSet<char>;

/// The title of a study, and its abstract.
type Study<'a> = (&'a str, &'a [(&'static str, String)]);

/// The files of a paper about a study, with the texts of its methods.
pub(super) fn files(paper: &Paper, of: Study<'_>, methods: &[&str]) -> anyhow::Result<(Vec<File>, WithoutGlyph)> {
    let mut without_glyph = WithoutGlyph::new();
    let mut files = Vec::new();
    for plate in &paper.plates {
        let name = plate.number.to_lowercase().replace(' ', "-");
        match &plate.content {
            Content::Figure(figure) => {
                for (format, ending) in PRINTED {
                    let printed = print_figure(figure, format, Print::default())
                        .with_context(|| format!("{} cannot be printed", plate.number))?;
                    without_glyph.extend(printed.without_glyph);
                    files.push(File { path: format!("figures/{name}.{ending}"), bytes: printed.bytes });
                }
            }
            Content::Tables(tables) => files.extend(table_files(plate, tables, &name)?),
        }
    }
    let document = supplement(paper, of, methods);
    let cited: Vec<String> = references::of(methods).iter().map(|reference| reference.bibtex()).collect();
    files.push(File { path: "supplement.docx".to_owned(), bytes: docx::render(&document)? });
    files.push(File { path: "legends.md".to_owned(), bytes: legends(paper, of.0).into_bytes() });
    files.push(File { path: "panels.csv".to_owned(), bytes: panels(paper).into_bytes() });
    if !cited.is_empty() {
        files.push(File { path: "references.bib".to_owned(), bytes: cited.join("\n").into_bytes() });
    }
    Ok((files, without_glyph))
}

/// A table for Word and LaTeX, and its numbers.
fn table_files(plate: &Plate, tables: &[Table], name: &str) -> anyhow::Result<Vec<File>> {
    let mut document = Document::new(format!("{}. {}", plate.number, plate.title));
    for table in tables {
        document = document.with(table.clone());
    }
    let document = Document { notes: plate.notes(), ..document };
    let mut files = vec![
        File { path: format!("tables/{name}.docx"), bytes: docx::render(&document)? },
        File { path: format!("tables/{name}.tex"), bytes: latex::render(&document).into_bytes() },
    ];
    let several = tables.len() > 1;
    for (part, table) in (1..).zip(tables) {
        let part = if several { format!("-{part}") } else { String::new() };
        let bytes = delimited::table(table, Separator::Comma, Precision::Full).into_bytes();
        files.push(File { path: format!("tables/{name}{part}.csv"), bytes });
    }
    Ok(files)
}

/// Methods, tables, figures, those of the supplement, what is left out, references: one document.
fn supplement(paper: &Paper, (title, summary): Study<'_>, methods: &[&str]) -> Document {
    let mut document = Document::new(title);
    if !summary.is_empty() {
        let said = summary.iter().map(|(word, said)| ((*word).to_owned(), Cell::text(said.clone())));
        document = document.heading("Abstract").with(Block::KeyValues(said.collect()));
    }
    document = document.heading("Methods");
    for paragraph in once(methods.iter().copied()) {
        document = document.paragraph(paragraph);
    }
    let of = |supplement: bool, tables: bool| {
        let wanted = move |plate: &&Plate| {
            plate.is_supplement() == supplement && matches!(plate.content, Content::Tables(_)) == tables
        };
        paper.plates.iter().filter(wanted)
    };
    for (heading, supplement, tables) in [
        ("Tables", false, true),
        ("Figures", false, false),
        ("Supplementary tables", true, true),
        ("Supplementary figures", true, false),
    ] {
        for (at, plate) in of(supplement, tables).enumerate() {
            if at == 0 {
                document = document.heading(heading);
            }
            document = with_plate(document, plate);
        }
    }
    let left_out = left_out(paper);
    if !left_out.is_empty() {
        document = document.heading("Left out");
        for line in left_out {
            document = document.paragraph(line);
        }
    }
    let cited = references::of(methods);
    if !cited.is_empty() {
        document = document.heading("References");
        for (number, reference) in (1..).zip(cited) {
            document = document.paragraph(format!("{number}. {}", reference.line()));
        }
    }
    document
}

fn with_plate(mut document: Document, plate: &Plate) -> Document {
    match &plate.content {
        Content::Figure(figure) => document.with(Block::Figure(figure.clone())).paragraph(plate.caption()),
        Content::Tables(tables) => {
            let several = tables.len() > 1;
            for (at, table) in tables.iter().enumerate() {
                let own = table.caption.clone().filter(|_| several);
                // A part may come to stand on a page of its own, so each has the number.
                let title = Some(plate.title.clone()).filter(|_| at == 0);
                let caption: Vec<String> = [plate.number.clone()].into_iter().chain(title).chain(own).collect();
                document = document.with(table.clone().caption(caption.join(". ")));
                // Behind the last of them stands what is to be known of all.
                let is_last = at + 1 == tables.len();
                document = document.with(Block::Notes(if is_last { plate.notes() } else { Vec::new() }));
            }
            document
        }
    }
}

/// `Decision curves: the study names no models.`
fn left_out(paper: &Paper) -> Vec<String> {
    paper.left_out.iter().map(|(name, why)| format!("{name}: {}.", said(why))).collect()
}

fn said(why: &Missing) -> String {
    match why {
        Missing::NotAsked(why) => why.clone(),
        Missing::Failed(error) => error.to_string(),
    }
}

/// The captions of all, as text.
fn legends(paper: &Paper, study: &str) -> String {
    let captions: Vec<String> = paper.plates.iter().map(Plate::caption).collect();
    let mut text = format!("# {study}\n\n{}\n", captions.join("\n\n"));
    let left_out = left_out(paper);
    if !left_out.is_empty() {
        text += &format!("\n## Left out\n\n{}\n", left_out.join("\n\n"));
    }
    text
}

/// A row for each panel, and for each thing that is left out: number, letter, place, what it shows.
fn panels(paper: &Paper) -> String {
    let mut table = Table::new(["Number", "Panel", "Place", "Title", "Shows"].map(ColumnSpec::left));
    for plate in &paper.plates {
        let mut row = |letter: &str, shows: &str| {
            table.push([plate.number.as_str(), letter, plate.place, &plate.title, shows].map(Cell::text));
        };
        let lettered = |text: &str| {
            let (letter, shows) = text.strip_prefix('(')?.split_once(") ")?;
            (letter.chars().count() == 1).then(|| (letter.to_owned(), shows.to_owned()))
        };
        let panels: Vec<(String, String)> = plate.legend.iter().filter_map(|text| lettered(text)).collect();
        match panels.as_slice() {
            [] => row("", &plate.notes().join(" ")),
            panels => panels.iter().for_each(|(letter, shows)| row(letter, shows)),
        }
    }
    for (place, why) in &paper.left_out {
        table.push(["left out", "", place, "", &said(why)].map(Cell::text));
    }
    delimited::table(&table, Separator::Comma, Precision::Full)
}

/// Places that failed on an error of the program's own.
pub(super) fn faults(paper: &Paper) -> Vec<String> {
    let fault = |(name, why): &(&str, Missing)| match why {
        Missing::Failed(error @ crate::ask::AskError::Fault(_)) => Some(format!("{name}: {error}")),
        _ => None,
    };
    paper.left_out.iter().filter_map(fault).collect()
}
