//! Images, masks, features and how these are extracted.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::table::TableSpec;
use imaging::{CaseChoice, RegionChoice, VolumeChoice};

/// Where images and masks are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageSpec {
    /// The sequences in order.
    pub sequences: Vec<SequenceSpec>,
}

/// One image sequence and its files. In a template, `{id}`, `{sequence}` and `{any column}` stand for the patient's
/// values, `{id:03}` for its number in three digits, `*` for anything; `{reader}` and `{reading}` for those of a repeated
/// segmentation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SequenceSpec {
    /// Its name (T2WI).
    pub name: String,
    /// Template of the image's path.
    pub image: String,
    /// Template of the mask's path.
    pub mask: String,
    /// Which volume of the image and which region of the mask are meant.
    pub picked: Picked,
    /// Template of the paths of repeated segmentations, with `{reader}`, `{reading}` or both.
    pub repeats: Option<String>,
}

/// Which volume of an image and which region of a mask, where there are several.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Picked {
    /// The region.
    pub region: RegionSpec,
    /// The description of the DICOM series: a name, or a pattern with `*` and `?`.
    pub series: Option<String>,
    /// Number of the volume among those, from 1.
    pub volume: Option<usize>,
    /// Diffusion weighting of the volume.
    pub b_value: Option<f64>,
    /// From which value on a mask of fractions is region.
    pub threshold: Option<f64>,
}

/// Which region of a mask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionSpec {
    /// The study does not say: the label of the extraction's settings, or the only region of a file that names regions.
    #[default]
    Assumed,
    /// A label, or the number of a named region.
    Number(i64),
    /// The first of these names that a mask has; a name may be a pattern with `*` and `?`.
    Named(Vec<String>),
}

impl Picked {
    /// The same in the words of the readers; `label` and `channel` are those of the extraction's settings.
    pub fn choice(&self, label: u32, channel: Option<usize>) -> CaseChoice {
        CaseChoice {
            volume: VolumeChoice { series: self.series.clone(), number: self.volume, b_value: self.b_value },
            region: match &self.region {
                RegionSpec::Assumed => RegionChoice::Assumed(label),
                RegionSpec::Number(number) => RegionChoice::Number(*number),
                RegionSpec::Named(names) => RegionChoice::Named(names.clone()),
            },
            channel,
            threshold: self.threshold,
        }
    }
}

/// Radiomic features that are already in a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureSpec {
    /// Another table, joined by id; the clinical table itself if not said.
    pub table: Option<TableSpec>,
    /// Its id column; that of the study if not said.
    pub id: Option<String>,
    /// Which columns are features: names, or patterns with `*` and `?`; all of the other table if empty.
    pub columns: Vec<String>,
}

/// How features are extracted; what is not said is PyRadiomics' default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ExtractionSpec {
    /// A PyRadiomics parameter file, relative to the study's folder.
    pub params: Option<PathBuf>,
    /// The text of a parameter file, where it does not lie beside the study.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A named set of parameters instead of a file.
    pub preset: Option<String>,
    /// Width of a grey-level bin.
    pub bin_width: Option<f64>,
    /// Number of grey-level bins, instead of a width.
    pub bin_count: Option<u32>,
    /// Voxel spacing in mm that images are resampled to.
    pub spacing: Option<[f64; 3]>,
    /// Whether grey values are normalized first.
    pub normalize: Option<bool>,
    /// Image types by PyRadiomics' names (Original, LoG, Wavelet).
    pub image_types: Vec<String>,
    /// Feature classes by PyRadiomics' names (firstorder, glcm).
    pub classes: Vec<String>,
    /// What single sequences have instead, by their name; these have none of their own.
    pub sequences: Vec<(String, ExtractionSpec)>,
}
