//! `riskset replay`: what was done in a session, done again without a terminal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Common, output};
use crate::document::{self, ExportFormat, Precision, text::TextStyle};
use crate::jobs::cache::Cache;
use crate::jobs::open::{self, Opened};
use crate::program::settled::Settled;
use crate::session::steps::{Digest, Step, Steps};
use crate::study::Edit;
use crate::theme::{Depth, Theme};
use crate::writing;
use figures::format::{self, Glyphs};

#[derive(Args)]
pub(super) struct Options {
    /// What was done, as the screen keeps it or `:save_history` writes it
    history: PathBuf,
    /// The study: its folder, its study.toml, or a table
    study: PathBuf,
    /// Write the screen of every step and all exports into this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace files that are in it
    #[arg(long)]
    force: bool,
    /// Stop after so many steps; all by default
    #[arg(long, value_name = "N")]
    steps: Option<usize>,
    /// text: the last screen; json: every step with its screen
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Do not extract features
    #[arg(long)]
    no_extract: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What came of a step.
#[derive(Serialize)]
struct Done {
    step: usize,
    what: String,
    pane: &'static str,
    view: String,
    n: Option<usize>,
    events: Option<usize>,
    screen: String,
    export: Option<Exported>,
}

/// A file that a step wrote.
#[derive(Serialize)]
struct Exported {
    file: PathBuf,
    blake3: String,
    /// Whether its bytes are those of the session.
    same: bool,
    #[serde(skip)]
    bytes: Vec<u8>,
}

#[derive(Serialize)]
struct Answer {
    riskset: &'static str,
    history: PathBuf,
    study: PathBuf,
    steps: Vec<Done>,
    notes: Vec<String>,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let name = options.history.display();
    let text = std::fs::read_to_string(&options.history).with_context(|| name.to_string())?;
    let history = Steps::parse(&text).with_context(|| format!("{name} is no history of a session"))?;
    if !options.study.exists() {
        bail!("{}: there is no such file or folder", options.study.display());
    }
    let steps = &history.steps[..options.steps.unwrap_or(usize::MAX).min(history.steps.len())];
    if steps.first().is_none_or(|first| first.tables.is_empty() && first.study.is_none()) {
        bail!("{name} does not begin with a study that was opened");
    }
    let mut notes = Vec::new();
    let done = replayed(&history, steps, options, common, &mut notes)?;
    let differing: Vec<String> = done
        .iter()
        .filter_map(|done| done.export.as_ref())
        .filter(|export| !export.same)
        .map(|export| export.file.display().to_string())
        .collect();
    if !differing.is_empty() {
        notes.push(format!("not the bytes of the session: {}", differing.join(", ")));
    }
    if let Some(folder) = &options.output {
        write(folder, &done, options.force)?;
    }
    notes.iter().for_each(|note| output::warn(note));
    let last = done.last().map(|done| done.screen.clone()).unwrap_or_default();
    match options.format {
        Format::Text => output::print(&last)?,
        Format::Json => {
            let (history, study) = (options.history.clone(), options.study.clone());
            let answer = Answer { riskset: env!("CARGO_PKG_VERSION"), history, study, steps: done, notes };
            output::print(&output::escaped(&serde_json::to_string(&answer)?))?;
        }
    }
    match differing.as_slice() {
        [] => Ok(()),
        files => bail!("{} of the exports are not those of the session", format::count(files.len())),
    }
}

/// Does the steps one after the other.
fn replayed(
    history: &Steps,
    steps: &[Step],
    options: &Options,
    common: &Common,
    notes: &mut Vec<String>,
) -> anyhow::Result<Vec<Done>> {
    let cache = (!options.no_extract).then(|| Cache::new(common.places().cache()));
    let edits: Vec<Edit> = history.steps.iter().flat_map(|step| step.at.choices.edits.clone()).collect();
    let mut screen: Option<Settled> = None;
    let mut done = Vec::new();
    let mut before = None;
    for (at, step) in steps.iter().enumerate() {
        if step.opens() {
            let opened = opened(step, &options.study, notes);
            let glyphs = if step.ascii.unwrap_or(history.ascii) { Glyphs::Ascii } else { Glyphs::Utf8 };
            let theme = Theme::named("terminal", Depth::True, glyphs)?;
            let screen = match &mut screen {
                Some(screen) => {
                    screen.program().set_theme(theme);
                    screen.reread(opened);
                    screen
                }
                None => {
                    let how = (theme, cache.clone(), common.threads());
                    screen.insert(Settled::begin(&options.study, opened, step.size, how).context("cannot show this")?)
                }
            };
            screen.program().own_edits(&edits);
        }
        let Some(screen) = &mut screen else { continue };
        screen.resize(step.size);
        if let Some(before) = before.replace(step.at.choices.clone()) {
            screen.program().state.history.retrace(&step.what, before, &step.at.choices);
        }
        screen.stand(step.at.clone());
        let export = step.export.as_ref().map(|digest| exported(screen, digest)).transpose()?;
        let counts = screen.state().counts();
        done.push(Done {
            step: at + 1,
            what: step.what.clone(),
            pane: screen.state().pane().name(),
            view: screen.program().view().to_owned(),
            n: counts.map(|(n, _)| n),
            events: counts.map(|(_, events)| events),
            screen: screen.text(),
            export,
        });
    }
    Ok(done)
}

/// The study as it was at a step, from the data that are there now.
fn opened(step: &Step, study: &Path, notes: &mut Vec<String>) -> Opened {
    let opened = match &step.study {
        Some(text) => open::open_text(study, text),
        None => open::open(study),
    };
    for was in &step.tables {
        let now = opened.tables.iter().find(|(file, _)| *file == was.file);
        if now.is_none_or(|(_, blake3)| *blake3 != was.blake3) {
            let note = format!("{} is not what it was in the session", was.file.display());
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    opened
}

/// The document on screen as the file that the session wrote.
fn exported(screen: &mut Settled, was: &Digest) -> anyhow::Result<Exported> {
    let file = was.file.clone();
    let shown = file.display();
    let format = ExportFormat::of_path(&file).with_context(|| format!("{shown} names no format"))?;
    let document = screen.document().with_context(|| format!("{shown}: there is nothing to export at this step"))?;
    let bytes = document::export(&document, format, Precision::Full, TextStyle::default())?;
    let now = Digest::of(&file, &bytes);
    Ok(Exported { file, same: now.blake3 == was.blake3, blake3: now.blake3, bytes })
}

/// Writes `screens/01.txt` and so on, and the exports by their names; a name that comes again gets a number.
fn write(folder: &Path, done: &[Done], force: bool) -> anyhow::Result<()> {
    let width = done.len().to_string().len();
    let mut files: BTreeMap<PathBuf, &[u8]> = BTreeMap::new();
    for done in done {
        let name = format!("{:0width$}.txt", done.step);
        files.insert(folder.join("screens").join(name), done.screen.as_bytes());
        let Some(export) = &done.export else { continue };
        let name = export.file.file_name().map(PathBuf::from).unwrap_or_default();
        let mut path = folder.join("exports").join(&name);
        if files.contains_key(&path) {
            path = folder.join("exports").join(format!("{}-{}", done.step, name.display()));
        }
        files.insert(path, &export.bytes);
    }
    for path in files.keys() {
        output::refuse_to_replace(path, force)?;
    }
    for part in ["screens", "exports"] {
        let part = folder.join(part);
        std::fs::create_dir_all(&part).with_context(|| part.display().to_string())?;
    }
    for (path, bytes) in files {
        writing::write(&path, bytes).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
