//! Images, masks, features and how these are extracted.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::picked::Picked;
use super::regions::DerivedRegion;
use super::table::TableSpec;

/// Where images and masks are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageSpec {
    /// The sequences in order.
    pub sequences: Vec<SequenceSpec>,
    /// Regions made of those that are drawn, in order: each may use those before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<DerivedRegion>,
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
