//! The sections `setting` and `featureClass` of a parameter file under `dialect: ibsi`.

use std::collections::HashMap;

use marked_yaml::types::MarkedScalarNode;
use marked_yaml::{Node, Span};

use super::{Anchor, Binning, EnabledFamily, Image, IvhBinning, Settings, values};
use crate::Settings as Common;
use crate::ibsi::family::{Aggregation, Family};
use crate::settings::{FeatureClass, Key, ParameterError, Value, nearest, parameter_error, yaml_value};

/// Settings that both dialects share in name and meaning: they choose the region and what is reported.
const COMMON: [&str; 5] = ["label", "label_channel", "geometryTolerance", "correctMask", "additionalInfo"];

/// The settings of the dialect.
const KEYS: [&str; 19] = [
    "force2D",
    "resampledPixelSpacing",
    "interpolator",
    "maskInterpolator",
    "maskThreshold",
    "roundIntensities",
    "resegmentRange",
    "resegmentSigma",
    "binWidth",
    "binCount",
    "binAnchor",
    "ivhMethod",
    "ivhBinWidth",
    "ivhBinCount",
    "glcmDistance",
    "ngldmDistance",
    "ngldmAlpha",
    "aggregation",
    "dialect",
];

/// True if `name` is a setting of the dialect.
pub(crate) fn has_key(name: &str) -> bool {
    KEYS.contains(&name)
}

/// True if the family `family` has the feature `name`.
pub(crate) fn has_feature(family: &str, name: &str) -> bool {
    Family::from_name(family).is_some_and(|family| family.features().iter().any(|feature| feature.name == name))
}

/// The settings of the parameter file `root`, and all mistakes in it; those that choose the region are set in `common`.
/// Under `both` the other dialect is read from the same file.
pub(crate) fn read(root: &Node, both: bool, common: &mut Common) -> (Settings, Vec<ParameterError>) {
    Reading::of(root, both, common)
}

/// What has been read of a parameter file so far.
pub(super) struct Reading {
    pub settings: Settings,
    pub errors: Vec<ParameterError>,
    /// Where each setting stands.
    places: HashMap<String, Span>,
    bin_width: Option<f64>,
    bin_count: Option<usize>,
    anchor: Option<Anchor>,
    ivh_method: Option<String>,
    ivh_width: Option<f64>,
    ivh_count: Option<usize>,
    /// The other dialect is read from the same file: what is its own is passed over.
    pub both: bool,
}

impl Reading {
    /// The settings of the file `root`; those that choose the region are set in `common`.
    pub fn of(root: &Node, both: bool, common: &mut Common) -> (Settings, Vec<ParameterError>) {
        let mut reading = Self {
            settings: Settings { aggregations: Vec::new(), ..Settings::default() },
            errors: Vec::new(),
            places: HashMap::new(),
            bin_width: None,
            bin_count: None,
            anchor: None,
            ivh_method: None,
            ivh_width: None,
            ivh_count: None,
            both,
        };
        // What a filter may be depends on `force2D`.
        let mut entries = reading.entries(root, "the file");
        entries.sort_by_key(|(key, _)| key.as_str() != "setting");
        for (key, node) in entries {
            match key.as_str() {
                "setting" => reading.section(node, common),
                "imageType" => reading.image_types(node),
                "featureClass" => reading.families(node),
                "voxelSetting" if both => {}
                "voxelSetting" => reading.error(key.span(), "maps of features are PyRadiomics' alone".to_owned()),
                _ => reading.unknown(key, "section", &["setting", "imageType", "featureClass"]),
            }
        }
        reading.finish();
        (reading.settings, reading.errors)
    }

    pub(super) fn error(&mut self, span: &Span, message: String) {
        self.errors.push(parameter_error(span, message));
    }

    /// An error about the unknown name `key`, with the known name most like it.
    pub(super) fn unknown(&mut self, key: &MarkedScalarNode, what: &str, known: &[&str]) {
        let hint = match nearest(key.as_str(), known.iter().copied()) {
            Some(name) => format!("; did you mean {name}?"),
            None => format!("; there is {}", known.join(", ")),
        };
        self.error(key.span(), format!("unknown {what} {} of the IBSI dialect{hint}", key.as_str()));
    }

    /// The entries of a mapping; `null` has none.
    pub(super) fn entries<'n>(&mut self, node: &'n Node, what: &str) -> Vec<(&'n MarkedScalarNode, &'n Node)> {
        match node {
            Node::Mapping(map) => map.iter().collect(),
            node if yaml_value(node) == Value::Null => Vec::new(),
            _ => {
                self.error(node.span(), format!("{what} must be a mapping (name: value)"));
                Vec::new()
            }
        }
    }

    fn section(&mut self, node: &Node, common: &mut Common) {
        for (name, node) in self.entries(node, "a section") {
            let (key, value) = (name.as_str(), yaml_value(node));
            self.places.insert(key.to_owned(), *node.span());
            let read = if KEYS.contains(&key) {
                self.set(key, &value)
            } else if let (true, Some(shared)) = (COMMON.contains(&key), Key::find(key)) {
                shared.assign(common, &value)
            } else if Key::find(key).is_some() {
                if !self.both {
                    let message = format!("{key} is PyRadiomics' and has no meaning in the IBSI dialect: leave it out");
                    self.error(name.span(), message);
                }
                Ok(())
            } else {
                self.unknown(name, "setting", &KEYS);
                Ok(())
            };
            if let Err(unfit) = read {
                self.error(node.span(), format!("{key} {unfit}"));
            }
        }
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        const MANY: u32 = u32::MAX;
        let settings = &mut self.settings;
        match key {
            "force2D" => settings.by_slice = value.boolean()?,
            "resampledPixelSpacing" => settings.spacing = value.optional(values::spacing)?,
            "interpolator" => settings.interpolation = values::interpolation(value, true)?,
            "maskInterpolator" => settings.mask_interpolation = values::interpolation(value, false)?,
            "maskThreshold" => settings.mask_threshold = values::threshold(value)?,
            "roundIntensities" => settings.round = value.optional(Value::boolean)?,
            "resegmentRange" => settings.range = value.optional(values::range)?,
            "resegmentSigma" => settings.sigma = value.optional(Value::positive)?,
            "binWidth" => self.bin_width = value.optional(Value::positive)?,
            "binCount" => self.bin_count = value.optional(|v| v.count(1, MANY))?,
            "binAnchor" => self.anchor = value.optional(values::anchor)?,
            "ivhMethod" => self.ivh_method = value.optional(values::ivh_method)?,
            "ivhBinWidth" => self.ivh_width = value.optional(Value::positive)?,
            "ivhBinCount" => self.ivh_count = value.optional(|v| v.count(2, MANY))?,
            "glcmDistance" => settings.glcm_distance = value.count(1, 255)?,
            "ngldmDistance" => settings.ngldm_distance = value.count(1, 255)?,
            "ngldmAlpha" => settings.ngldm_alpha = value.count(0, MANY)?,
            "aggregation" => settings.aggregations = value.list(values::aggregation)?,
            _ => {}
        }
        Ok(())
    }

    /// Families with their features; those of the other dialect alone are passed over where it is read too.
    fn families(&mut self, node: &Node) {
        let names: Vec<&str> = Family::ALL.map(Family::name).into();
        let mut families: Vec<EnabledFamily> = Vec::new();
        for (name, node) in self.entries(node, "featureClass") {
            match Family::from_name(name.as_str()) {
                Some(family) => {
                    let features = self.features(family, node);
                    // Named in the other dialect's words alone: nothing of this one is wanted of it.
                    if let Some(features) = features {
                        families.push(EnabledFamily { family, features });
                    }
                }
                None if self.both && FeatureClass::from_name(name.as_str()).is_some() => {}
                None => self.unknown(name, "feature class", &names),
            }
        }
        if !families.is_empty() {
            self.settings.families = families;
        }
    }

    fn features(&mut self, family: Family, node: &Node) -> Option<Vec<&'static str>> {
        let known: Vec<&'static str> = family.features().iter().map(|feature| feature.name).collect();
        let other = FeatureClass::from_name(family.name()).map(crate::catalogue::features).unwrap_or_default();
        let mut features = Vec::new();
        let mut passed_over = false;
        match node {
            Node::Sequence(items) => {
                for item in items.iter() {
                    let Node::Scalar(name) = item else {
                        self.error(item.span(), "a feature must be a plain name".to_owned());
                        continue;
                    };
                    match known.iter().find(|known| **known == name.as_str()) {
                        Some(feature) if features.contains(feature) => {}
                        Some(feature) => features.push(*feature),
                        None if self.both && other.iter().any(|f| f.name == name.as_str()) => passed_over = true,
                        None => self.unknown(name, &format!("{} feature", family.name()), &known),
                    }
                }
            }
            node if yaml_value(node) == Value::Null => {}
            _ => self.error(node.span(), format!("{} wants a list of features, or [] for all", family.name())),
        }
        (!features.is_empty() || !passed_over).then_some(features)
    }

    /// What several settings together mean, and whether they fit.
    fn finish(&mut self) {
        let place = |reading: &Self, key: &str| reading.places.get(key).copied().unwrap_or_else(Span::new_blank);
        self.settings.binning = match (self.bin_width, self.bin_count) {
            (Some(_), Some(_)) => {
                let at = place(self, "binCount");
                self.error(&at, "binWidth and binCount are two ways to bins: give one of them".to_owned());
                Binning::None
            }
            (None, None) => Binning::None,
            (None, Some(count)) => Binning::Count(count),
            (Some(width), None) => {
                let has_low = self.settings.range.is_some_and(|range| range.low.is_some());
                let anchor = self.anchor.unwrap_or(if has_low { Anchor::Range } else { Anchor::Minimum });
                if anchor == Anchor::Range && !has_low {
                    let at = place(self, "binAnchor");
                    self.error(&at, "binAnchor: range needs a lower end of resegmentRange".to_owned());
                }
                Binning::Width { width, anchor }
            }
        };
        if let (Some(_), None) = (self.anchor, self.bin_width) {
            let at = place(self, "binAnchor");
            self.error(&at, "binAnchor is for bins of a fixed width: give binWidth".to_owned());
        }
        self.finish_ivh(place);
        self.finish_grid(place);
        self.finish_filters();
    }

    fn finish_ivh(&mut self, place: impl Fn(&Self, &str) -> Span) {
        let method = self.ivh_method.clone().or_else(|| match (self.ivh_width, self.ivh_count) {
            (Some(_), None) => Some("fbs".to_owned()),
            (None, Some(_)) => Some("fbn".to_owned()),
            _ => None,
        });
        self.settings.ivh = match (method.as_deref(), self.ivh_width) {
            (Some("none"), _) => IvhBinning::Unit,
            (Some("fbs"), Some(width)) => IvhBinning::Width(width),
            (Some("fbs"), None) => {
                let at = place(self, "ivhMethod");
                self.error(&at, "ivhMethod: fbs needs ivhBinWidth".to_owned());
                IvhBinning::Automatic
            }
            (Some(_), _) => IvhBinning::Count(self.ivh_count.unwrap_or(IvhBinning::COUNT)),
            (None, _) => IvhBinning::Automatic,
        };
    }

    fn finish_grid(&mut self, place: impl Fn(&Self, &str) -> Span) {
        let settings = &mut self.settings;
        let by_slice = settings.by_slice;
        if settings.aggregations.is_empty() {
            settings.aggregations = if by_slice {
                vec![Aggregation::AllMerged, Aggregation::SlicesSummed]
            } else {
                vec![Aggregation::VolumeMerged, Aggregation::Volume]
            };
        }
        let mut seen = Vec::new();
        settings.aggregations.retain(|way| !seen.contains(way) && (seen.push(*way), true).1);
        let in_space = settings.aggregations.iter().find(|way| way.is_3d()).copied();
        if let (true, Some(way)) = (by_slice, in_space) {
            let at = place(self, "aggregation");
            let message = format!("aggregation: {} looks across slices, which force2D keeps apart", way.name());
            self.error(&at, message);
        }
        if let (true, Some(spacing)) = (by_slice, self.settings.spacing)
            && spacing[2] != 0.0
        {
            let at = place(self, "resampledPixelSpacing");
            let message = "with force2D slices stay where they are: resampledPixelSpacing must be 0 along z";
            self.error(&at, message.to_owned());
        }
    }

    /// Grey levels of response maps cannot be the responses themselves.
    fn finish_filters(&mut self) {
        let settings = &self.settings;
        let filtered = settings.images.iter().any(|image| image.filter != super::Filter::Original);
        let binned = settings.families.iter().find(|enabled| enabled.family.is_binned());
        if let (true, Some(enabled), Binning::None) = (filtered, binned, settings.binning) {
            let message = format!("{} of a response map needs binWidth or binCount", enabled.family.name());
            self.error(&Span::new_blank(), message);
        }
    }

    fn image_types(&mut self, node: &Node) {
        let mut images: Vec<Image> = Vec::new();
        for (name, node) in self.entries(node, "imageType") {
            let found = self.image_type(name, node, &images);
            images.extend(found);
        }
        if !images.is_empty() {
            self.settings.images = images;
        } else if self.both {
            self.settings.images = Vec::new();
        }
    }
}
