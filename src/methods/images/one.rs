//! One image and its mask from near: slices, geometry, gray values.

use std::path::PathBuf;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Look, Slice, binning, look, open, picture, read};
use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use imaging::Pair;
use radiomics::{Labels, Mask, Region};
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
    /// Whether to draw whole slices, not only the region and what is around it.
    pub whole: bool,
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
    /// Every slice of the image, drawn small.
    #[serde(skip)]
    pub slices: Vec<Slice>,
    /// The slice in which the region is largest.
    pub best: usize,
    /// Gray values that are drawn black and white.
    pub window: [f64; 2],
    /// What the pictures show each way, in mm.
    pub field: [f64; 2],
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
    let Pair { image, mask, label, notes } =
        read(&study, &files, &settings[spec.sequence]).map_err(|(why, _)| AskError::Impossible(why))?;
    let settings = radiomics::Settings { label, ..settings[spec.sequence].clone() };
    watch.step(1, 3)?;
    let (look, seen) = look(&image, &mask, &settings);
    let look = Look { notes, ..look };
    watch.step(2, 3)?;
    let roi = seen.as_ref().map_or_else(|| Region::whole(&image.geometry), |seen| seen.region);
    let frame = picture::frame(&image, &roi, spec.whole || seen.is_none(), spec.most);
    // Without a region on the image's grid there is no outline to draw.
    let blank = Mask { labels: Labels::background(image.geometry.len()), geometry: image.geometry.clone() };
    let drawn = seen.as_ref().map_or(&blank, |seen| &seen.mask);
    let depth = image.geometry.size[2];
    let slices = (0..depth).into_par_iter().map(|z| picture::slice(&image, drawn, label, z, &frame)).collect();
    let [nx, ny, _] = image.geometry.size;
    let mut areas = vec![0; depth];
    drawn.labels.rows(label, nx).for_each(|(row, xs)| areas[row / ny] += xs.len());
    // The first of several equally large ones.
    let best = (0..depth).rev().max_by_key(|&z| areas[z]).unwrap_or(0);
    let (edges, counts) = seen.as_ref().map(|seen| (seen.edges.clone(), seen.counts.clone())).unwrap_or_default();
    Ok(Answer {
        name: format!("{} {}", files.patient, files.sequence),
        image: files.image.path,
        mask: files.mask.path,
        label,
        look,
        binning: binning(&settings),
        edges,
        counts,
        slices,
        best: if areas.iter().any(|&area| area > 0) { best } else { depth / 2 },
        window: frame.window,
        field: [0, 1].map(|d| frame.part.size[d] as f64 * image.geometry.spacing[d]),
    })
}
