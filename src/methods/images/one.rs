//! One image and its mask from near: slices, geometry, gray values.

use std::path::PathBuf;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::picture::{Frame, Inside, Zoom};
use super::plane::Plane;
use super::window::{Ranges, Window};
use super::{Look, RegionLook, Slice, binning, look, made, open, read};
use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::study::{CaseFiles, FoundFile, RepeatFile, Study};
use imaging::Pair;
use radiomics::catalogue::image_names;
use radiomics::preview::preview;
use radiomics::settings::EnabledImage;
use radiomics::{Dialect, Mask, Region, Settings, Volume, derived_images};
use watch::Watch;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// The study: its folder or file.
    pub study: PathBuf,
    /// The patient's row in the cohort.
    pub row: usize,
    /// Position of the sequence in the study.
    pub sequence: usize,
    /// Picture elements that a slice may have each way.
    pub most: usize,
    /// How much of each slice is drawn.
    pub zoom: Zoom,
    /// The plane of the slices.
    pub plane: Plane,
    /// What is outlined beside the region: 0 the first of the other regions, and so on; behind them other drawings, from the
    /// last of the repeated ones; the one after all is none.
    pub reading: usize,
    /// An image that features are computed on, in place of the one that was taken: its name among those of the settings.
    #[serde(default)]
    pub derived: Option<String>,
}

/// What there is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The patient's id and the sequence: `P014 DWI`.
    pub name: String,
    /// The image, from the study's folder.
    pub image: PathBuf,
    /// The mask.
    pub mask: PathBuf,
    /// The label of the region.
    pub label: u32,
    /// In numbers.
    pub look: Look,
    /// How gray values are binned, in words.
    pub binning: String,
    /// Edges of the bins.
    pub edges: Vec<f64>,
    /// Voxels of the region in each bin.
    pub counts: Vec<f64>,
    /// The plane of the slices.
    pub plane: Plane,
    /// Every slice of the image in that plane, drawn small.
    #[serde(skip)]
    pub slices: Vec<Slice>,
    /// The slice in which the region is largest.
    pub best: usize,
    /// Gray values that are drawn black and white, unless others are chosen.
    pub window: [f64; 2],
    /// What the pictures show each way, in mm.
    pub field: [f64; 2],
    /// Where each slice lies along the patient's axis across the plane, in mm (LPS).
    pub places: Vec<f64>,
    /// What is outlined besides: another region, or who drew the region another time.
    pub other: Option<String>,
    /// How many other regions and drawings of the region there are.
    pub readings: usize,
    /// Other regions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<RegionLook>,
    /// What the pictures show.
    #[serde(skip)]
    pub frame: Option<Frame>,
}

impl Answer {
    /// The gray values that windows are made from.
    pub fn ranges(&self) -> Ranges {
        let region = self.look.roi.as_ref().ok().map(|roi| roi.range);
        Ranges { auto: self.window, region, whole: self.look.range }
    }

    /// The gray values that `window` draws black and white.
    pub fn limits(&self, window: Window) -> [f64; 2] {
        window.limits(&self.ranges())
    }

    /// The slice nearest to `place`, in mm.
    pub fn nearest(&self, place: f64) -> usize {
        let distance = |at: &usize| (self.places[*at] - place).abs();
        (0..self.places.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0)
    }
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "image";

    fn on(&self) -> Option<&Selection> {
        None
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }
}

/// Reads image and mask and draws the slices.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let (study, settings) = open(&spec.study)?;
    let files = study.files_of(&data.cohort, spec.row, spec.sequence).ok_or_else(|| {
        AskError::Impossible("there is no such patient or sequence any more: open the study again".to_owned())
    })?;
    let pair = read(&study, &files, &settings[spec.sequence]).map_err(|(why, _)| AskError::Impossible(why))?;
    let settings = Settings { label: pair.label, ..settings[spec.sequence].clone() };
    let made = match spec.derived {
        // Other regions lie on the grid of the image that was taken.
        Some(_) => Vec::new(),
        None => made(&study, &files, &pair, &settings),
    };
    let (pair, settings) = match &spec.derived {
        Some(name) => derived(name, pair, &settings)?,
        None => (pair, settings),
    };
    let Pair { image, mask, label, notes } = pair;
    watch.step(1, 3)?;
    let (look, seen) = look(&image, &mask, &settings);
    let look = Look { notes, ..look };
    watch.step(2, 3)?;
    let roi = seen.as_ref().map_or_else(|| Region::whole(&image.geometry), |seen| seen.region);
    let axes = spec.plane.axes(&image.geometry);
    let zoom = if seen.is_none() { Zoom::Whole } else { spec.zoom };
    let frame = Frame::new(&image.geometry, axes, &roi, zoom, spec.most);
    // Without a region on the image's grid there is no outline to draw.
    let inside = seen.as_ref().map(|seen| Inside::of(&seen.mask, label));
    let (other, called) = match made.get(spec.reading) {
        Some((name, region)) => (region.as_ref().ok().map(|made| Inside::of(&made.mask, 1)), Some(name.clone())),
        None => {
            let repeats = if spec.derived.is_some() { &[][..] } else { &files.repeats };
            let repeat = repeats.iter().rev().nth(spec.reading - made.len());
            let again = repeat.and_then(|repeat| drawn_again(&study, &files, repeat, &settings, &image));
            (again, repeat.map(who))
        }
    };
    let depth = frame.depth();
    let draw = |at| frame.slice(&image, [inside.as_ref(), other.as_ref()], at);
    let slices = (0..depth).into_par_iter().map(draw).collect();
    let areas = inside.as_ref().map_or_else(Vec::new, |inside| frame.areas(inside));
    // The first of several equally large ones.
    let best = (0..areas.len()).rev().max_by_key(|&at| areas[at]).unwrap_or(0);
    let (edges, counts) = seen.as_ref().map(|seen| (seen.edges.clone(), seen.counts.clone())).unwrap_or_default();
    Ok(Answer {
        name: match &spec.derived {
            Some(derived) => format!("{} {}, {derived}", files.patient, files.sequence),
            None => format!("{} {}", files.patient, files.sequence),
        },
        image: files.image.path.clone(),
        mask: files.mask.path.clone(),
        label,
        look,
        binning: binning(&settings),
        edges,
        counts,
        plane: spec.plane.of(&image.geometry),
        slices,
        best: if areas.iter().any(|&area| area > 0) { best } else { depth / 2 },
        window: frame.window(&image, &roi),
        field: frame.field(),
        places: (0..depth).map(|at| frame.place(at)).collect(),
        other: other.and(called),
        readings: made.len() + files.repeats.len(),
        regions: made.into_iter().map(RegionLook::of).collect(),
        frame: Some(frame),
    })
}

/// The derived image called `name` with the region on its grid, and settings that change neither any more.
fn derived(name: &str, pair: Pair, settings: &Settings) -> Result<(Pair, Settings), AskError> {
    let (mut found, mut names) = (None, Vec::new());
    let (asked, called) = only(name, settings).unwrap_or_else(|| (settings.clone(), name));
    let mut each = |own: &str, volume: Volume, region: &Mask| {
        if own == called {
            found = Some((volume, region.clone()));
        }
        names.push(own.to_owned());
    };
    derived_images(&pair.image, &pair.mask, &asked, &mut each).map_err(|why| AskError::Impossible(why.to_string()))?;
    let (image, mask) = found.ok_or_else(|| {
        AskError::Impossible(format!("no image called {name} is derived; there are {}", names.join(", ")))
    })?;
    let settings = Settings {
        dialect: Dialect::PyRadiomics,
        normalize: false,
        resampled_pixel_spacing: None,
        resegment_range: None,
        ..settings.clone()
    };
    Ok((Pair { image, mask, ..pair }, settings))
}

/// Settings under which no other kind of image is derived than that of `name`, and its name then; none where nothing is
/// called so.
fn only<'n>(name: &'n str, settings: &Settings) -> Option<(Settings, &'n str)> {
    let of =
        |image: &&EnabledImage| image_names(image.image_type, &settings.for_image(image)).iter().any(|own| own == name);
    if let Some(image) = settings.image_types.iter().filter(|_| settings.dialect.has_pyradiomics()).rfind(of) {
        let (dialect, image_types) = (Dialect::PyRadiomics, vec![image.clone()]);
        return Some((Settings { dialect, image_types, ..settings.clone() }, name));
    }
    let ibsi = settings.dialect.ibsi()?;
    // So called where both dialects have an image of one name.
    let plain = name.strip_prefix("ibsi_").unwrap_or(name);
    let (called, image) = [name, plain]
        .into_iter()
        .find_map(|called| Some((called, ibsi.images.iter().find(|image| image.name == called)?)))?;
    let dialect = Dialect::Ibsi(Box::new(radiomics::ibsi::Settings { images: vec![image.clone()], ..ibsi.clone() }));
    Some((Settings { dialect, ..settings.clone() }, called))
}

/// The region as it was drawn another time, on the image's grid; none if that cannot be read.
fn drawn_again(
    study: &Study,
    files: &CaseFiles,
    repeat: &RepeatFile,
    settings: &Settings,
    image: &Volume,
) -> Option<Inside> {
    let mask = FoundFile { path: repeat.path.clone(), ..files.mask.clone() };
    let pair = read(study, &CaseFiles { mask, ..files.clone() }, settings).ok()?;
    let settings = Settings { label: pair.label, ..settings.clone() };
    let seen = preview(image, &pair.mask, &settings).ok()?;
    Some(Inside::of(&seen.mask, pair.label))
}

/// `reader B, reading 1`.
fn who(repeat: &RepeatFile) -> String {
    let part = |what: &str, name: &Option<String>| name.as_ref().map(|name| format!("{what} {name}"));
    let parts = [part("reader", &repeat.reader), part("reading", &repeat.reading)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
