//! Which of several volumes and regions of a file is meant.

use serde::{Deserialize, Serialize};

use imaging::{CaseChoice, RegionChoice, VolumeChoice};

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
