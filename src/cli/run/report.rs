//! The report of a run, and a file for each of its tables and figures.

use super::folder::File;
use super::written::Attempt;
use crate::ask::{AskError, Dataset};
use crate::document::delimited::{self, Separator};
use crate::document::{Block, Cell, Document, Precision, html};
use crate::plan::chapters::Missing;
use crate::plan::paper::once;
use crate::plan::references;
use crate::study::Study;
use figures::format;
use figures::svg;

/// Tables with more rows stand in a file only.
const MOST_ROWS: usize = 100;

/// What the report is made of.
pub(super) struct Report<'a> {
    pub study: &'a Study,
    pub data: &'a Dataset,
    /// Names of the endpoints reported.
    pub endpoints: &'a [String],
    pub chapters: Vec<Attempt>,
    /// The abstract: what is said under which word.
    pub summary: Vec<(&'static str, String)>,
}

/// A chapter under its number: the name of its files, and what it shows.
struct Numbered<'a> {
    name: String,
    document: Document,
    methods: Option<&'a str>,
}

impl Report<'_> {
    /// Chapters that failed on an error of the program's own.
    pub fn faults(&self) -> Vec<String> {
        let fault = |attempt: &Attempt| match &attempt.outcome {
            Err(Missing::Failed(error @ AskError::Fault(_))) => Some(format!("{}: {error}", self.title(attempt))),
            _ => None,
        };
        self.chapters.iter().filter_map(fault).collect()
    }

    /// The sentences of every chapter for a methods section, in order.
    pub fn methods(&self) -> Vec<&str> {
        let written = self.chapters.iter().filter_map(|attempt| attempt.outcome.as_ref().ok());
        written.filter_map(|written| written.methods.as_deref()).collect()
    }

    /// The report, and a file for each table and figure.
    pub fn files(&self) -> Vec<File> {
        let chapters = self.numbered();
        let mut files = vec![File { path: "report.html".to_owned(), bytes: self.html(&chapters).into_bytes() }];
        let methods: Vec<&str> = chapters.iter().filter_map(|chapter| chapter.methods).collect();
        let cited: Vec<String> = references::of(&methods).iter().map(|reference| reference.bibtex()).collect();
        if !cited.is_empty() {
            files.push(File { path: "references.bib".to_owned(), bytes: cited.join("\n").into_bytes() });
        }
        for chapter in &chapters {
            let tables = chapter
                .document
                .tables()
                .map(|table| ("tables", "csv", delimited::table(table, Separator::Comma, Precision::Full)));
            let figures = chapter.document.figures().map(|figure| {
                let (width, height) = figure.preferred_pixels();
                ("figures", "svg", svg(figure, width, height))
            });
            for all in [tables.collect::<Vec<_>>(), figures.collect()] {
                let several = all.len() > 1;
                for (i, (folder, ending, text)) in all.into_iter().enumerate() {
                    let part = if several { format!("-{}", i + 1) } else { String::new() };
                    let path = format!("{folder}/{}{part}.{ending}", chapter.name);
                    files.push(File { path, bytes: text.into_bytes() });
                }
            }
        }
        files.extend(self.features());
        files
    }

    /// What was written, in order. Where several endpoints are reported, each chapter says whose it is.
    fn numbered(&self) -> Vec<Numbered<'_>> {
        let written = self.chapters.iter().filter_map(|attempt| Some((attempt, attempt.outcome.as_ref().ok()?)));
        let numbered = |(i, (attempt, written)): (usize, (&Attempt, &'_ crate::plan::chapters::Written))| {
            let title = &written.document.title;
            let title = match &attempt.endpoint {
                Some(endpoint) if self.endpoints.len() > 1 && written.document.about.is_none() => {
                    format!("{endpoint}: {title}")
                }
                _ => title.clone(),
            };
            (format!("{:02}-{}", i + 1, file_name(&title)), Document { title, ..written.document.clone() })
        };
        let methods = self.chapters.iter().filter_map(|a| a.outcome.as_ref().ok()).map(|w| w.methods.as_deref());
        let named = written.enumerate().map(numbered).zip(methods);
        named.map(|((name, document), methods)| Numbered { name, document, methods }).collect()
    }

    /// What a chapter is called where it is missing.
    fn title(&self, attempt: &Attempt) -> String {
        match &attempt.endpoint {
            Some(endpoint) if self.endpoints.len() > 1 => format!("{} ({endpoint})", attempt.chapter.title),
            _ => attempt.chapter.title.to_owned(),
        }
    }

    /// The report: who and what, every chapter, what is left out and why, and the methods at the end.
    fn html(&self, chapters: &[Numbered<'_>]) -> String {
        let mut report = Document::new(self.study.title.clone()).paragraph(self.said_of_all());
        if !self.summary.is_empty() {
            let said = self.summary.iter().map(|(word, said)| ((*word).to_owned(), Cell::text(said.clone())));
            report = report.heading("Abstract").with(Block::KeyValues(said.collect()));
        }
        let mut methods: Vec<&str> = Vec::new();
        for chapter in chapters {
            report.append(shortened(chapter));
            methods.extend(chapter.methods.filter(|text| !methods.contains(text)));
        }
        let left_out = self.left_out();
        if !left_out.is_empty() {
            report = report.heading("Left out");
            for line in left_out {
                report = report.paragraph(line);
            }
        }
        report = report.heading("Methods");
        for text in once(methods.iter().copied()) {
            report = report.paragraph(text);
        }
        let cited = references::of(&methods);
        if !cited.is_empty() {
            report = report.heading("References");
            for (number, reference) in (1..).zip(cited) {
                report = report.paragraph(format!("{number}. {}", reference.line()));
            }
        }
        html::render(&report)
    }

    /// Chapters that are not there, one line for each reason.
    fn left_out(&self) -> Vec<String> {
        let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
        for attempt in &self.chapters {
            let why = match &attempt.outcome {
                Ok(_) => continue,
                Err(Missing::NotAsked(why)) => why.clone(),
                Err(Missing::Failed(error)) => error.to_string(),
            };
            let title = self.title(attempt);
            match reasons.iter_mut().find(|(reason, _)| *reason == why) {
                Some((_, titles)) if titles.contains(&title) => {}
                Some((_, titles)) => titles.push(title),
                None => reasons.push((why, vec![title])),
            }
        }
        reasons.into_iter().map(|(why, titles)| format!("{}: {why}.", titles.join(", "))).collect()
    }

    /// `Endpoint: Recurrence-free survival, 149 patients, 54 events. ..`.
    fn said_of_all(&self) -> String {
        let cohort = &self.data.cohort;
        let endpoint = |name: &String| {
            let endpoint = cohort.endpoint(name)?;
            let on = crate::ask::Selection { endpoint: Some(name.clone()), ..Default::default() };
            let selected = self.data.select(&on).ok()?;
            let events = selected.survival.as_ref().map_or(0, survival::Survival::n_events);
            let (n, events) = (format::count(selected.rows.len()), format::count(events));
            Some(format!("{} ({name}): {n} patients, {events} events.", endpoint.label))
        };
        let endpoints: Vec<String> = self.endpoints.iter().filter_map(endpoint).collect();
        let endpoints = match endpoints.as_slice() {
            [] => "The study names no endpoint.".to_owned(),
            [one] => format!("Endpoint: {one}"),
            several => format!("Endpoints: {}", several.join(" ")),
        };
        let features = match self.data.features.n_complete() {
            0 => String::new(),
            n => format!("Radiomic features of {} patients. ", format::count(n)),
        };
        let training = cohort.groups().levels.first().map_or("whole", String::as_str);
        format!(
            "{endpoints} {features}Models are built in the {training} cohort. Seed {}. riskset {}. Tables with full \
             precision, figures, settings and hashes of all files lie beside this report.",
            self.study.analysis.seed,
            env!("CARGO_PKG_VERSION")
        )
    }

    /// The radiomic features of every patient, if there are any.
    fn features(&self) -> Option<File> {
        let table = &self.data.features;
        if table.n_cases() == 0 {
            return None;
        }
        let columns: Vec<String> = (0..table.n_columns()).map(|j| table.column_name(j)).collect();
        let mut text = format!("id,{}\n", columns.join(","));
        for (patient, id) in self.data.cohort.ids().iter().enumerate() {
            let value = |j: usize| Some(table.value(patient, j)).filter(|x| x.is_finite()).map(|x| x.to_string());
            let values: Vec<String> = (0..columns.len()).map(|j| value(j).unwrap_or_default()).collect();
            text += &format!("{},{}\n", quoted(id), values.join(","));
        }
        Some(File { path: "features.csv".to_owned(), bytes: text.into_bytes() })
    }
}

/// A chapter for the report: long tables are named, not printed.
fn shortened(chapter: &Numbered<'_>) -> Document {
    let several = chapter.document.tables().count() > 1;
    let mut tables = 0;
    let block = |block: &Block| match block {
        Block::Table(table) => {
            tables += 1;
            if table.rows.len() <= MOST_ROWS {
                return block.clone();
            }
            let part = if several { format!("-{tables}") } else { String::new() };
            let rows = format::count(table.rows.len());
            Block::Paragraph(format!("{rows} rows: see tables/{}{part}.csv.", chapter.name))
        }
        // The table of contents names every heading, so that each says whose it is.
        Block::Heading(text) => Block::Heading(format!("{}: {text}", chapter.document.title)),
        other => other.clone(),
    };
    let blocks = chapter.document.blocks.iter().map(block).collect();
    Document { blocks, ..chapter.document.clone() }
}

/// A title as the name of a file: small letters, digits and hyphens.
fn file_name(title: &str) -> String {
    let plain: String = title.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join("-")
}

/// A field of a CSV file.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
