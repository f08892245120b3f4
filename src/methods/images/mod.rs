//! What the images and masks of a cohort hold, looked at before anything is extracted.

pub mod acquisition;
pub mod document;

pub mod checks;
mod look;
pub mod one;
mod picture;
mod plane;
mod window;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tables::problem::{self, Problem};
use watch::Watch;

use crate::ask::{Ask, AskError, Dataset, Question, Selection};

pub use look::{Look, RegionLook, Roi, look};
pub use picture::{Frame, GREYS, Slice, Zoom};
pub use plane::Plane;
pub use window::{PRESETS, Ranges, Window};

use crate::study::{CaseFiles, Made, Study};
use imaging::Pair;
use radiomics::preview::Preview;
use radiomics::{Settings, Volume};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// The study: its folder or file.
    pub study: PathBuf,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Every patient and sequence, patient by patient.
    pub cases: Vec<Case>,
    /// How gray values are binned, in words: `bin width 25`; by sequence where these differ.
    pub binning: String,
    /// What is wrong or doubtful in them, worst first.
    pub problems: Vec<Problem>,
    /// Gray values by sequence and cohort.
    pub ranges: Vec<checks::Range>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One patient's sequence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Case {
    /// The patient's row in the cohort.
    pub row: usize,
    /// The patient's id.
    pub patient: String,
    /// Position of the sequence in the study.
    pub sequence: usize,
    /// Its name.
    pub sequence_name: String,
    /// The patient's cohort.
    pub group: Option<String>,
    /// The image, from the study's folder.
    pub image: PathBuf,
    /// The mask.
    pub mask: PathBuf,
    /// The label of the region in the mask, once that is read.
    pub label: u32,
    /// What is in them.
    pub seen: Seen,
    /// Other regions of the case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<RegionLook>,
    /// The slice in which the region is largest, drawn small.
    #[serde(skip)]
    pub thumb: Option<Thumb>,
}

/// A small picture of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Thumb {
    /// The slice.
    pub slice: Slice,
    /// Gray values that become black and white.
    pub window: [f64; 2],
    /// What it shows each way, in mm.
    pub field: [f64; 2],
}

/// Picture elements of a small picture each way.
pub const THUMB: usize = 14;

/// What came of looking at a case.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// A file is not there.
    Absent(String),
    /// A file cannot be read.
    Unreadable(String),
    /// Which volume or region is meant has to be said first.
    Asked(String),
    /// Both were read.
    Read(Box<Look>),
}

impl Case {
    /// What image and mask hold, if they could be read.
    pub fn look(&self) -> Option<&Look> {
        match &self.seen {
            Seen::Read(look) => Some(look),
            _ => None,
        }
    }

    /// The region of interest, if there is one.
    pub fn roi(&self) -> Option<&Roi> {
        self.look()?.roi.as_ref().ok()
    }
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "reading images";

    fn on(&self) -> Option<&Selection> {
        None
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }
}

/// Looks at every image and mask.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let (study, settings) = open(&spec.study)?;
    let sequences: Vec<&str> = study.sequence_names().collect();
    let position = |name: &str| sequences.iter().position(|other| *other == name).unwrap_or_default();
    let files = study.files(&data.cohort);
    let done = AtomicUsize::new(0);
    let seen = |files: &CaseFiles| -> Result<Case, AskError> {
        watch.step(done.fetch_add(1, Ordering::Relaxed), study_total(&sequences, data))?;
        let groups = data.cohort.groups();
        let group = groups.codes[files.row].map(|code| groups.levels[code as usize].clone());
        let sequence = position(&files.sequence);
        let Looked { seen, label, thumb, regions } = look_at(&study, files, &settings[sequence]);
        Ok(Case {
            row: files.row,
            patient: files.patient.clone(),
            sequence,
            sequence_name: files.sequence.clone(),
            group,
            image: files.image.path.clone(),
            mask: files.mask.path.clone(),
            label,
            seen,
            regions,
            thumb,
        })
    };
    let cases: Vec<Case> = files.par_iter().map(seen).collect::<Result<_, _>>()?;
    let problems = checks::problems(&cases, &settings);
    let ranges = checks::ranges(&cases, &sequences, &data.cohort.groups().levels);
    let mut notes = by_sequence(&sequences, settings.iter().map(worked_on));
    notes.extend(checks::disjoint(&ranges));
    let binning = by_sequence(&sequences, settings.iter().map(binning)).join("; ");
    Ok(Answer { cases, binning, problems, ranges, notes })
}

fn study_total(sequences: &[&str], data: &Dataset) -> usize {
    sequences.len() * data.cohort.len()
}

/// What is said of each sequence: once if it is the same of all.
fn by_sequence(sequences: &[&str], said: impl Iterator<Item = String>) -> Vec<String> {
    let said: Vec<String> = said.collect();
    match said.iter().all(|one| *one == said[0]) {
        true => said.into_iter().take(1).collect(),
        false => sequences.iter().zip(said).map(|(sequence, one)| format!("{sequence}: {one}")).collect(),
    }
}

fn worked_on(settings: &Settings) -> String {
    format!(
        "grey values are those inside the mask{}; {}",
        if settings.normalize { " after normalization" } else { "" },
        match settings.resampled_pixel_spacing {
            Some(spacing) => format!("extraction resamples to {} mm first", times(&spacing)),
            None => "images are not resampled".to_owned(),
        }
    )
}

/// The study at `path`, which must have images, and how the features of each of its sequences are extracted.
fn open(path: &Path) -> Result<(Study, Vec<Settings>), AskError> {
    let impossible = |problems: Vec<Problem>| AskError::Impossible(problem::lines(&problems));
    let (study, problems) = Study::open(path);
    let Some(study) = study else { return Err(impossible(problems)) };
    if study.images.is_none() {
        return Err(AskError::Impossible("the study names no images: add a section [images]".to_owned()));
    }
    let settings = study.settings_by_sequence().map_err(impossible)?;
    Ok((study, settings))
}

/// What came of looking at a case.
struct Looked {
    seen: Seen,
    /// The label of its region.
    label: u32,
    /// A picture of that.
    thumb: Option<Thumb>,
    regions: Vec<RegionLook>,
}

fn look_at(study: &Study, files: &CaseFiles, settings: &Settings) -> Looked {
    let without = |seen| Looked { seen, label: settings.label, thumb: None, regions: Vec::new() };
    for (what, file) in [("image", &files.image), ("mask", &files.mask)] {
        if !file.exists {
            return without(Seen::Absent(format!("no {what} at {}", file.path.display())));
        }
    }
    match read(study, files, settings) {
        Ok(pair) => {
            let settings = Settings { label: pair.label, ..settings.clone() };
            let (found, preview) = look(&pair.image, &pair.mask, &settings);
            let thumb = preview.map(|seen| thumb(&pair.image, &seen, pair.label));
            let regions = made(study, files, &pair, &settings).into_iter().map(RegionLook::of).collect();
            let seen = Seen::Read(Box::new(Look { notes: pair.notes, ..found }));
            Looked { seen, label: pair.label, thumb, regions }
        }
        Err((why, true)) => without(Seen::Asked(why)),
        Err((why, false)) => without(Seen::Unreadable(why)),
    }
}

/// The other regions of a case.
fn made(study: &Study, files: &CaseFiles, pair: &Pair, settings: &Settings) -> Vec<Made> {
    let folder = format!("{}/", study.folder.display());
    let image = study.resolve(&files.image.path);
    let (lesion, grid) = ((&pair.mask, pair.label), &pair.image.geometry);
    let made = study.regions_of(files).made(&image, grid, lesion, settings.geometry_tolerance);
    made.into_iter().map(|(name, region)| (name, region.map_err(|why| why.replace(&folder, "")))).collect()
}

/// The slice in which the region is largest, with its outline.
fn thumb(image: &Volume, seen: &Preview, label: u32) -> Thumb {
    let axes = Plane::Acquired.axes(&image.geometry);
    let frame = Frame::new(&image.geometry, axes, &seen.region, Zoom::Near, THUMB);
    let inside = picture::Inside::of(&seen.mask, label);
    let areas = frame.areas(&inside);
    let best = (0..areas.len()).rev().max_by_key(|&at| areas[at]).unwrap_or(0);
    Thumb {
        slice: frame.slice(image, [Some(&inside), None], best),
        window: frame.window(image, &seen.region),
        field: frame.field(),
    }
}

/// Image and mask of a case; else why not, in words, and whether that is a question.
fn read(study: &Study, files: &CaseFiles, settings: &Settings) -> Result<Pair, (String, bool)> {
    let (image, mask) = (study.resolve(&files.image.path), study.resolve(&files.mask.path));
    // Files are called as the study calls them.
    let folder = format!("{}/", study.folder.display());
    let channel = (settings.label_channel > 0).then_some(settings.label_channel);
    imaging::read_pair(&image, &mask, &files.picked.choice(settings.label, channel))
        .map_err(|error| (error.to_string().replace(&folder, ""), error.is_question()))
}

/// `bin width 25`, `32 bins`.
fn binning(settings: &Settings) -> String {
    match settings.bin_count {
        Some(count) => format!("{count} bins"),
        None => format!("bin width {}", settings.bin_width),
    }
}

/// `64 × 64 × 30`.
pub fn times<T: std::fmt::Display>(parts: &[T]) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × ")
}
