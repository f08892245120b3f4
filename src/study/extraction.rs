//! How a study wants its features extracted: a parameter file or a preset, with single settings over it.

use std::fs;

use super::{ExtractionSpec, Study};
use crate::problem::{Place, Problem};
use radiomics::Settings;
use radiomics::settings::{EnabledClass, EnabledImage, FeatureClass, ImageType};

/// Names of the presets.
pub const PRESETS: [&str; 2] = ["default", "paper"];

impl Study {
    /// The settings of the extraction, or everything that is wrong with them.
    pub fn extraction_settings(&self) -> Result<Settings, Vec<Problem>> {
        let spec = &self.extraction;
        let mut settings = self.base_settings(spec)?;
        let wrong = |key: &str, message: String| Problem::error(self.place(&format!("extraction.{key}")), message);
        let mut problems = Vec::new();
        if let Some(width) = spec.bin_width {
            settings.bin_width = width;
            settings.bin_count = None;
        }
        if let Some(count) = spec.bin_count {
            settings.bin_count = Some(count as usize);
        }
        if let Some(spacing) = spec.spacing {
            settings.resampled_pixel_spacing = Some(spacing);
        }
        if let Some(normalize) = spec.normalize {
            settings.normalize = normalize;
        }
        if !spec.image_types.is_empty() {
            settings.image_types.clear();
            for name in &spec.image_types {
                match ImageType::from_name(name) {
                    Some(kind) => settings.image_types.push(EnabledImage::plain(kind)),
                    None => problems.push(
                        wrong("image_types", format!("there is no image type {name}"))
                            .remedy(format!("write one of {}", names(ImageType::ALL.iter().map(|t| t.name())))),
                    ),
                }
            }
        }
        if !spec.classes.is_empty() {
            settings.feature_classes.clear();
            for name in &spec.classes {
                match FeatureClass::from_name(name) {
                    Some(class) => settings.feature_classes.push(EnabledClass::all(class)),
                    None => problems.push(
                        wrong("classes", format!("there is no feature class {name}"))
                            .remedy(format!("write one of {}", names(FeatureClass::ALL.iter().map(|c| c.name())))),
                    ),
                }
            }
        }
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    fn base_settings(&self, spec: &ExtractionSpec) -> Result<Settings, Vec<Problem>> {
        if let Some(params) = &spec.params {
            let path = self.resolve(params);
            if !path.is_file() {
                let message = format!("there is no parameter file {}", params.display());
                return Err(vec![Problem::error(self.place("extraction.params"), message)]);
            }
            let text = fs::read_to_string(&path)
                .map_err(|e| vec![Problem::error(Place::file(&path), format!("cannot be read: {e}"))])?;
            return Settings::from_parameters(&text).map_err(|errors| {
                let at = |e: &radiomics::settings::ParameterError| Place::file(params).at(e.line, e.column);
                errors.0.iter().map(|e| Problem::error(at(e), e.message.clone())).collect()
            });
        }
        match spec.preset.as_deref() {
            None | Some("default") => Ok(Settings::default()),
            Some("paper") => Ok(Settings::paper()),
            Some(other) => {
                let problem = Problem::error(self.place("extraction.preset"), format!("there is no preset {other}"));
                Err(vec![problem.remedy(format!("write one of {}", PRESETS.join(", ")))])
            }
        }
    }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
