//! How a study wants its features extracted: a parameter file or a preset, with single settings over it.

use std::fs;
use std::path::Path;

use tables::problem::{Place, Problem};

use super::{ExtractionSpec, Study};
use radiomics::settings::{Dialect, EnabledClass, EnabledImage, FeatureClass, ImageType};
use radiomics::{Settings, ibsi};

/// Names of the presets.
pub const PRESETS: [&str; 4] = ["default", "paper", "ibsi-ct", "ibsi-mr"];

impl Study {
    /// The settings of the extraction that all sequences share, or everything that is wrong with them.
    pub fn extraction_settings(&self) -> Result<Settings, Vec<Problem>> {
        self.settings_over(Settings::default(), &self.extraction, "extraction")
    }

    /// The settings of each sequence, in the study's order: those that all share, and what a sequence has instead of them.
    pub fn settings_by_sequence(&self) -> Result<Vec<Settings>, Vec<Problem>> {
        let common = self.extraction_settings()?;
        let mut problems = Vec::new();
        let names: Vec<&str> = self.sequence_names().collect();
        for (name, _) in self.extraction.sequences.iter().filter(|(name, _)| !names.contains(&name.as_str())) {
            let problem =
                Problem::error(self.place(&format!("extraction.{name}")), format!("there is no sequence {name}"));
            problems.push(problem.remedy(format!("they are {}", names.join(", "))));
        }
        let of = |name: &&str| match self.extraction.sequences.iter().find(|(own, _)| own == name) {
            Some((_, own)) => self.settings_over(common.clone(), own, &format!("extraction.{name}")),
            None => Ok(common.clone()),
        };
        let mut settings = Vec::new();
        for found in names.iter().map(of) {
            match found {
                Ok(found) => settings.push(found),
                Err(wrong) => problems.extend(wrong),
            }
        }
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    /// What the study says of the extraction, with the texts of parameter files instead of their paths: it means the same
    /// anywhere.
    ///
    /// # Errors
    /// A parameter file cannot be read.
    pub fn extraction_anywhere(&self) -> std::io::Result<ExtractionSpec> {
        let with_text = |spec: &ExtractionSpec| -> std::io::Result<ExtractionSpec> {
            let read = |params: &std::path::PathBuf| parameters_text(&self.resolve(params));
            let text = spec.params.as_ref().map(read).transpose()?.or(spec.text.clone());
            Ok(ExtractionSpec { params: None, text, ..spec.clone() })
        };
        let own = self.extraction.sequences.iter().map(|(name, own)| Ok((name.clone(), with_text(own)?)));
        let sequences = own.collect::<std::io::Result<_>>()?;
        Ok(ExtractionSpec { sequences, ..with_text(&self.extraction)? })
    }

    /// `base`, with what a section says over it.
    fn settings_over(&self, base: Settings, spec: &ExtractionSpec, section: &str) -> Result<Settings, Vec<Problem>> {
        let mut settings = self.base_settings(base, spec, section)?;
        let wrong = |key: &str, message: String| Problem::error(self.place(&format!("{section}.{key}")), message);
        if let Dialect::Ibsi(own) = &settings.dialect {
            let mut own = own.as_ref().clone();
            let problems = over_ibsi(spec, &mut own);
            settings.take_ibsi(own);
            let problems: Vec<Problem> = problems.into_iter().map(|(key, message)| wrong(key, message)).collect();
            return if problems.is_empty() { Ok(settings) } else { Err(problems) };
        }
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

    /// The settings of a section's parameter file or preset; `base` if it has neither.
    fn base_settings(&self, base: Settings, spec: &ExtractionSpec, section: &str) -> Result<Settings, Vec<Problem>> {
        if let Some(text) = &spec.text {
            let wrong = |errors: radiomics::settings::ParameterErrors| {
                let place = |_: &radiomics::settings::ParameterError| self.place(&format!("{section}.params"));
                errors.0.iter().map(|e| Problem::error(place(e), e.message.clone())).collect()
            };
            return Settings::from_parameters(text).map_err(wrong);
        }
        if let Some(params) = &spec.params {
            let path = self.resolve(params);
            if !path.is_file() {
                let message = format!("there is no parameter file {}", params.display());
                return Err(vec![Problem::error(self.place("extraction.params"), message)]);
            }
            let text = parameters_text(&path)
                .map_err(|e| vec![Problem::error(Place::file(&path), format!("cannot be read: {e}"))])?;
            return Settings::from_parameters(&text).map_err(|errors| {
                let at = |e: &radiomics::settings::ParameterError| Place::file(params).at(e.line, e.column);
                errors.0.iter().map(|e| Problem::error(at(e), e.message.clone())).collect()
            });
        }
        match spec.preset.as_deref() {
            None => Ok(base),
            Some("default") => Ok(Settings::default()),
            Some("paper") => Ok(Settings::paper()),
            Some("ibsi-ct") => Ok(Settings::by_ibsi(ibsi::Settings::ct())),
            Some("ibsi-mr") => Ok(Settings::by_ibsi(ibsi::Settings::mr())),
            Some(other) => {
                let problem =
                    Problem::error(self.place(&format!("{section}.preset")), format!("there is no preset {other}"));
                Err(vec![problem.remedy(format!("write one of {}", PRESETS.join(", ")))])
            }
        }
    }
}

/// Lays the single settings of `spec` over those of the IBSI dialect; gives the keys that do not fit, and why.
fn over_ibsi(spec: &ExtractionSpec, settings: &mut ibsi::Settings) -> Vec<(&'static str, String)> {
    use ibsi::settings::{Anchor, Binning, EnabledFamily, Image};
    let mut wrong = Vec::new();
    if let Some(width) = spec.bin_width {
        let has_low = settings.range.is_some_and(|range| range.low.is_some());
        let anchor = if has_low { Anchor::Range } else { Anchor::Minimum };
        settings.binning = Binning::Width { width, anchor };
    }
    if let Some(count) = spec.bin_count {
        settings.binning = Binning::Count(count as usize);
    }
    if let Some(spacing) = spec.spacing {
        settings.spacing = Some(spacing);
    }
    if spec.normalize == Some(true) {
        wrong.push(("normalize", "the IBSI dialect does not normalize intensities".to_owned()));
    }
    if spec.image_types.iter().any(|name| name != "Original") {
        let message = "filters of the IBSI dialect have parameters: name them in a parameter file (params)";
        wrong.push(("image_types", message.to_owned()));
    } else if !spec.image_types.is_empty() {
        settings.images = vec![Image::original()];
    }
    if !spec.classes.is_empty() {
        settings.families.clear();
        for name in &spec.classes {
            match ibsi::Family::from_name(name) {
                Some(family) => settings.families.push(EnabledFamily::all(family)),
                None => {
                    let known = ibsi::Family::ALL.map(ibsi::Family::name).join(", ");
                    wrong.push(("classes", format!("the IBSI dialect has no feature class {name}; it has {known}")));
                }
            }
        }
    }
    wrong
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// The text of a parameter file: UTF-8, or UTF-16 with its mark, as some editors of Windows write it.
///
/// # Errors
/// The file cannot be read, or is neither.
pub fn parameters_text(path: &Path) -> std::io::Result<String> {
    let bytes = fs::read(path)?;
    let read: fn([u8; 2]) -> u16 = match bytes.get(..2) {
        Some([0xff, 0xfe]) => u16::from_le_bytes,
        Some([0xfe, 0xff]) => u16::from_be_bytes,
        _ => return String::from_utf8(bytes).map_err(|_| unreadable()),
    };
    let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
    String::from_utf16(&units).map_err(|_| unreadable())
}

fn unreadable() -> std::io::Error {
    std::io::Error::other("its text is neither UTF-8 nor UTF-16; save it as UTF-8")
}
