//! The chapters of a run: every pane of the study, asked one view after the other, and the files made of them.

use anyhow::bail;

use super::folder::File;
use crate::app::State;
use crate::app::command::CommandId;
use crate::app::pane_id::PaneId;
use crate::data::Kind;
use crate::document::delimited::{self, Separator};
use crate::document::{Block, Document, Precision, html};
use crate::ui::settled::Settled;
use figures::format;
use figures::svg;

/// Tables with more rows stand in a file only.
const MOST_ROWS: usize = 100;

/// The views that are results, in the order of the report. Left out is what looks at one row from near or lists patients.
const VIEWS: [(PaneId, &[&str]); 10] = [
    (PaneId::Cohort, &["flow"]),
    (PaneId::Images, &["cases"]),
    (PaneId::Features, &["list", "screen"]),
    (PaneId::Baseline, &["table", "agreement"]),
    (PaneId::Lasso, &["path", "score", "stability"]),
    (PaneId::Cox, &["univariable", "multivariable"]),
    (PaneId::Km, &["curves", "details", "incidence", "causes", "cut-off"]),
    (PaneId::Performance, &["concordance", "ROC", "Brier", "over time", "bootstrap", "reclassification"]),
    (PaneId::Calibration, &["plot", "nomogram", "net benefit"]),
    (PaneId::Problems, &[""]),
];

/// A study that is being reported.
pub(super) struct Study {
    screen: Settled,
}

/// One chapter: a view of a pane.
pub(super) struct Chapter {
    /// Name of the files made of it.
    name: String,
    document: Document,
    methods: Option<String>,
}

impl Study {
    pub fn new(screen: Settled) -> Self {
        Self { screen }
    }

    pub fn state(&self) -> &State {
        self.screen.state()
    }

    /// Takes another endpoint than the first.
    pub fn choose_endpoint(&mut self, name: &str) -> anyhow::Result<()> {
        let names: Vec<String> = self.state().endpoints().iter().map(|e| e.name.clone()).collect();
        let Some(name) = names.iter().find(|n| n.eq_ignore_ascii_case(name)) else {
            bail!("there is no endpoint {name}; there is {}", names.join(", "));
        };
        if self.state().endpoint().is_none_or(|e| e.name != *name) {
            self.screen.command(CommandId::NextEndpoint, Some(name));
        }
        Ok(())
    }

    /// Every view that is a result; survival curves of each cohort, a cut-off of each number in a model, calibration of
    /// each model.
    pub fn chapters(&mut self) -> Vec<Chapter> {
        let mut chapters: Vec<Chapter> = Vec::new();
        let models: Vec<String> = self.state().models().into_iter().map(|m| m.name).collect();
        for (pane, views) in VIEWS {
            self.screen.show(pane);
            for view in views {
                self.turn_to(view);
                match (pane, *view) {
                    (PaneId::Km, "curves") => {
                        self.add(pane, None, &mut chapters);
                        self.add_cohorts(&mut chapters);
                    }
                    (PaneId::Km, "cut-off") => {
                        self.add_each(pane, CommandId::KmBy, &self.numbers_in_models(), &mut chapters)
                    }
                    (PaneId::Calibration, "plot") => {
                        self.add_each(pane, CommandId::CalibrationModel, &models, &mut chapters);
                    }
                    _ => self.add(pane, None, &mut chapters),
                }
            }
        }
        chapters
    }

    /// Turns to the view of this name; a pane of one view has no name for it.
    fn turn_to(&mut self, name: &str) {
        for _ in 0..self.screen.program().n_views() {
            if self.screen.program().view_name() == name {
                return;
            }
            self.screen.command(CommandId::NextView, None);
        }
    }

    /// The view on screen once for each of `names`, which `command` chooses; once as it is without any.
    fn add_each(&mut self, pane: PaneId, command: CommandId, names: &[String], chapters: &mut Vec<Chapter>) {
        if names.is_empty() {
            self.add(pane, None, chapters);
        }
        for name in names {
            self.screen.command(command, Some(name));
            self.add(pane, None, chapters);
        }
    }

    /// The numbers among the covariates of the models, without the Rad-score, which has a cut-off of its own.
    fn numbers_in_models(&self) -> Vec<String> {
        let state = self.screen.state();
        let Some(cohort) = state.cohort() else { return Vec::new() };
        let mut names: Vec<String> = Vec::new();
        for name in state.models().iter().flat_map(|m| &m.covariates) {
            let is_number = cohort.frame().get(name).is_some_and(|c| c.kind() == Kind::Number);
            if is_number && !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// The curves of each cohort.
    fn add_cohorts(&mut self, chapters: &mut Vec<Chapter>) {
        let cohorts = self.state().cohorts().to_vec();
        if cohorts.len() < 2 {
            return;
        }
        for cohort in &cohorts {
            self.screen.command(CommandId::NextCohort, Some(cohort));
            self.add(PaneId::Km, Some(cohort), chapters);
        }
        while self.state().choices.cohort.is_some() {
            self.screen.command(CommandId::NextCohort, None);
        }
    }

    /// The view on screen, or why it cannot be had.
    fn add(&mut self, pane: PaneId, cohort: Option<&str>, chapters: &mut Vec<Chapter>) {
        let told = self.screen.told();
        let mut document = match (told.document, told.failure) {
            (Some(document), _) => document,
            (None, Some(why)) => Document::new(pane.title()).paragraph(format!("Not possible: {why}.")),
            (None, None) => return,
        };
        if let Some(cohort) = cohort {
            document.title = format!("{}, {cohort} cohort", document.title);
        }
        // The ROC curves of all models in all cohorts, where the screen has room for one.
        if pane == PaneId::Performance && self.screen.program().view_name() == "ROC" {
            document = self.every_roc().unwrap_or(document);
        }
        let number = chapters.len() + 1;
        let name = format!("{number:02}-{}", file_name(&document.title));
        chapters.push(Chapter { name, document, methods: told.methods });
    }

    fn every_roc(&self) -> Option<Document> {
        let asked = self.screen.told().answers;
        let answered = asked.iter().find_map(|answer| answer.downcast_ref());
        answered.map(|answer| crate::methods::performance::document::discrimination(answer, None))
    }

    /// The report, and a file for each table and figure.
    pub fn files(&self, chapters: &[Chapter]) -> Vec<File> {
        let mut files = vec![File { path: "report.html".to_owned(), bytes: self.report(chapters).into_bytes() }];
        for chapter in chapters {
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

    /// The report: who and what, every chapter, and the methods at the end.
    fn report(&self, chapters: &[Chapter]) -> String {
        let state = self.state();
        let title = state.study.as_ref().map_or_else(String::new, |study| study.title.clone());
        let mut report = Document::new(title).paragraph(said_of_all(state));
        let mut methods: Vec<&str> = Vec::new();
        for chapter in chapters {
            report.append(shortened(chapter));
            methods.extend(chapter.methods.as_deref().filter(|text| !methods.contains(text)));
        }
        report = report.heading("Methods");
        for text in methods {
            report = report.paragraph(text);
        }
        html::render(&report)
    }

    /// The radiomic features of every patient, if there are any.
    fn features(&self) -> Option<File> {
        let data = self.state().data.clone()?;
        let table = &data.features;
        if table.n_cases() == 0 {
            return None;
        }
        let columns: Vec<String> = (0..table.n_columns()).map(|j| table.column_name(j)).collect();
        let mut text = format!("id,{}\n", columns.join(","));
        for (patient, id) in data.cohort.ids().iter().enumerate() {
            let value = |j: usize| Some(table.value(patient, j)).filter(|x| x.is_finite()).map(|x| x.to_string());
            let values: Vec<String> = (0..columns.len()).map(|j| value(j).unwrap_or_default()).collect();
            text += &format!("{},{}\n", quoted(id), values.join(","));
        }
        Some(File { path: "features.csv".to_owned(), bytes: text.into_bytes() })
    }
}

/// `Endpoint: Recurrence-free survival; n = 149, 54 events; ..`.
fn said_of_all(state: &State) -> String {
    let endpoint = state.endpoint().map_or_else(String::new, |e| format!("Endpoint: {}. ", e.label));
    let counts = state.counts().map_or_else(String::new, |(n, events)| {
        format!("{} patients, {} events. ", format::count(n), format::count(events))
    });
    let features = state.data.as_ref().map_or(0, |d| d.features.n_complete());
    let features = match features {
        0 => String::new(),
        n => format!("Radiomic features of {} patients. ", format::count(n)),
    };
    let seed = state.study.as_ref().map_or(1, |s| s.analysis.seed);
    format!(
        "{endpoint}{counts}{features}Models are built in the {} cohort. Seed {seed}. riskset {}. Tables with full \
         precision, figures, settings and hashes of all files lie beside this report.",
        state.training().unwrap_or("whole"),
        env!("CARGO_PKG_VERSION")
    )
}

/// A chapter for the report: long tables are named, not printed.
fn shortened(chapter: &Chapter) -> Document {
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
