//! PyRadiomics' parameter file, taken as it is.

use std::fmt;

use marked_yaml::loader::{LoadError, LoaderOptions};
use marked_yaml::types::MarkedScalarNode;
use marked_yaml::{Marker, Node, Span, parse_yaml_with_options};

use super::value::nearest;
use super::{Dialect, EnabledClass, EnabledImage, FeatureClass, ImageType, Key, Section, Settings, Value};
use crate::{catalogue, ibsi};

/// One mistake in a parameter file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ParameterError {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Every mistake of a parameter file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterErrors(pub Vec<ParameterError>);

impl fmt::Display for ParameterErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ParameterErrors {}

impl Settings {
    /// The settings that the text of a parameter file (YAML or JSON) asks for.
    ///
    /// Sections: `setting`, `voxelSetting`, `imageType`, `featureClass`. As in PyRadiomics, no image type means the
    /// original image and no class means all of them, shape2D included. Anything unknown or of the wrong kind is an
    /// error; all errors of the file are returned.
    ///
    /// `setting: {dialect: ibsi}` asks for the initiative's definitions, whose settings, filters and families then stand in
    /// the file, `dialect: [pyradiomics, ibsi]` for both: a list under a filter is the initiative's, a mapping
    /// PyRadiomics', and what both have holds for both.
    ///
    /// # Errors
    /// [`ParameterErrors`]: every mistake of the file with its line and column.
    pub fn from_parameters(text: &str) -> Result<Self, ParameterErrors> {
        Self::read(text, None)
    }

    /// As [`from_parameters`](Self::from_parameters), where the file may leave out that it asks for the initiative's
    /// definitions (`ibsi`) or for PyRadiomics'; what it says itself must agree.
    ///
    /// # Errors
    /// Every mistake of the file, with its line.
    pub fn from_parameters_by(text: &str, ibsi: bool) -> Result<Self, ParameterErrors> {
        Self::read(text, Some(ibsi))
    }

    fn read(text: &str, by_ibsi: Option<bool>) -> Result<Self, ParameterErrors> {
        // Editors on Windows begin a file with a mark of its byte order, which is no part of the text.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if let Some(error) = second_document(text) {
            return Err(ParameterErrors(vec![error]));
        }
        let options = LoaderOptions::default().error_on_duplicate_keys(true).prevent_coercion(true);
        let root = match parse_yaml_with_options(0, text, options) {
            Ok(root) => root,
            Err(LoadError::TopLevelMustBeMapping(_)) if text.lines().all(is_blank) && by_ibsi == Some(true) => {
                return Ok(Self::by_ibsi(ibsi::Settings::default()));
            }
            Err(LoadError::TopLevelMustBeMapping(_)) if text.lines().all(is_blank) => return Ok(Self::unspecified()),
            Err(error) => return Err(ParameterErrors(vec![unreadable(&error)])),
        };
        let (pyradiomics, initiative) = match ibsi::settings::dialect(&root, by_ibsi) {
            Ok(dialects) => dialects,
            Err(error) => return Err(ParameterErrors(vec![error])),
        };
        let mut reader = Reader { settings: Self::unspecified(), errors: Vec::new(), both: initiative };
        if pyradiomics {
            reader.file(&root);
        }
        if initiative {
            let (settings, errors) = ibsi::settings::read(&root, pyradiomics, &mut reader.settings);
            reader.errors.extend(errors);
            if pyradiomics {
                reader.settings.dialect = Dialect::Both(Box::new(settings));
            } else {
                reader.settings.take_ibsi(settings);
            }
        }
        if reader.errors.is_empty() {
            Ok(reader.settings)
        } else {
            reader.errors.sort_by_key(|error| (error.line, error.column));
            Err(ParameterErrors(reader.errors))
        }
    }

    /// What an empty parameter file means: every class.
    fn unspecified() -> Self {
        let feature_classes = FeatureClass::ALL.iter().copied().map(EnabledClass::all).collect();
        Self { feature_classes, ..Self::default() }
    }
}

/// An error at the beginning of a second document: only the first would be read.
fn second_document(text: &str) -> Option<ParameterError> {
    let marks = |line: &str, mark: &str| {
        line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    };
    let mut begun = false;
    let mut ended = false;
    for (i, line) in text.lines().enumerate() {
        let line_break = marks(line, "---");
        if begun && line_break || ended && !is_blank(line) && !marks(line, "...") {
            let message = "a second YAML document begins here, which would not be read: keep one document in the file";
            return Some(ParameterError { line: i + 1, column: 1, message: message.to_owned() });
        }
        ended |= marks(line, "...");
        // What stands before the first mark are directives and comments.
        begun |= line_break || !is_blank(line) && !line.starts_with('%');
    }
    None
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

/// The error of a text that is no YAML mapping.
fn unreadable(error: &LoadError) -> ParameterError {
    let (marker, message) = match error {
        LoadError::TopLevelMustBeMapping(m) | LoadError::TopLevelMustBeSequence(m) => {
            (Some(*m), "the file must be a mapping with setting, imageType and featureClass".to_owned())
        }
        LoadError::UnexpectedAnchor(m) => (Some(*m), "anchors (&name) are not supported: write the value out".into()),
        LoadError::UnexpectedTag(m) => (Some(*m), "tags (!name) are not supported".to_owned()),
        LoadError::MappingKeyMustBeScalar(m) => (Some(*m), "a key must be a plain name".to_owned()),
        LoadError::ScanError(m, error) => (Some(*m), format!("this is not YAML: {}", error.info())),
        LoadError::DuplicateKey(pair) => {
            (pair.key.span().start().copied(), format!("{} is given twice", pair.key.as_str()))
        }
    };
    at(marker.as_ref(), message)
}

/// The mistake `message` in what stands at `span`.
pub(crate) fn parameter_error(span: &Span, message: String) -> ParameterError {
    at(span.start(), message)
}

fn at(marker: Option<&Marker>, message: String) -> ParameterError {
    ParameterError { line: marker.map_or(1, Marker::line), column: marker.map_or(1, Marker::column), message }
}

struct Reader {
    settings: Settings,
    errors: Vec<ParameterError>,
    /// The other dialect is read from the same file: what is its own is passed over.
    both: bool,
}

impl Reader {
    fn error(&mut self, span: &Span, message: String) {
        self.errors.push(parameter_error(span, message));
    }

    /// An error about the unknown name `key`, with the known name most like it.
    fn unknown(&mut self, key: &MarkedScalarNode, what: &str, known: &[&str]) {
        let hint = match nearest(key.as_str(), known.iter().copied()) {
            Some(name) => format!("; did you mean {name}?"),
            None if known.len() > 12 => String::new(),
            None => format!("; there is {}", known.join(", ")),
        };
        self.error(key.span(), format!("unknown {what} {}{hint}", key.as_str()));
    }

    /// The entries of a mapping; `null` has none.
    fn entries<'a>(&mut self, node: &'a Node, what: &str) -> Vec<(&'a MarkedScalarNode, &'a Node)> {
        match node {
            Node::Mapping(map) => map.iter().collect(),
            Node::Scalar(scalar) if plain(scalar) == Value::Null => Vec::new(),
            _ => {
                self.error(node.span(), format!("{what} must be a mapping (name: value)"));
                Vec::new()
            }
        }
    }

    fn file(&mut self, root: &Node) {
        for (key, node) in self.entries(root, "the file") {
            match key.as_str() {
                "setting" => self.section(node, Section::Setting),
                "voxelSetting" => self.section(node, Section::VoxelSetting),
                "imageType" => self.image_types(node),
                "featureClass" => self.feature_classes(node),
                _ => self.unknown(key, "section", &["setting", "voxelSetting", "imageType", "featureClass"]),
            }
        }
    }

    /// The setting `name`, if it belongs to `section`.
    fn key(&mut self, name: &MarkedScalarNode, section: Section) -> Option<&'static Key> {
        let found = Key::find(name.as_str());
        match found {
            Some(key) if key.section == section => found,
            Some(_) if section == Section::Setting => {
                self.error(name.span(), format!("{} belongs under voxelSetting", name.as_str()));
                None
            }
            Some(_) => {
                self.error(name.span(), format!("{} belongs under setting", name.as_str()));
                None
            }
            None => {
                let known: Vec<&str> =
                    Key::ALL.iter().filter(|key| key.section == section).map(|key| key.name).collect();
                self.unknown(name, "setting", &known);
                None
            }
        }
    }

    fn section(&mut self, node: &Node, section: Section) {
        for (name, node) in self.entries(node, "a section") {
            let other = name.as_str() == "dialect" || self.both && ibsi::settings::has_key(name.as_str());
            if other && Key::find(name.as_str()).is_none() {
                continue;
            }
            let Some(key) = self.key(name, section) else { continue };
            if let Err(unfit) = key.assign(&mut self.settings, &yaml_value(node)) {
                self.error(node.span(), format!("{} {unfit}{}", key.name, quoted(node)));
            }
        }
    }

    fn image_types(&mut self, node: &Node) {
        let names: Vec<&str> = ImageType::ALL.iter().map(|image| image.name()).collect();
        let mut images = Vec::new();
        for (name, node) in self.entries(node, "imageType") {
            if self.both && (matches!(node, Node::Sequence(_)) || ibsi::settings::has_filter(name.as_str())) {
                // A list of filters is the other dialect's, a mapping is PyRadiomics' where it has such an image.
                if matches!(node, Node::Sequence(_)) || ImageType::from_name(name.as_str()).is_none() {
                    continue;
                }
            }
            let Some(image_type) = ImageType::from_name(name.as_str()) else {
                self.unknown(name, "image type", &names);
                continue;
            };
            let mut image = EnabledImage::plain(image_type);
            for (name, node) in self.entries(node, "an image type") {
                let Some(key) = self.key(name, Section::Setting) else { continue };
                if let Err(unfit) = image.set(key.name, yaml_value(node)) {
                    self.error(node.span(), format!("{} {unfit}{}", key.name, quoted(node)));
                }
            }
            images.push(image);
        }
        if !images.is_empty() {
            self.settings.image_types = images;
        }
    }

    fn feature_classes(&mut self, node: &Node) {
        let names: Vec<&str> = FeatureClass::ALL.iter().map(|class| class.name()).collect();
        let mut classes = Vec::new();
        for (name, node) in self.entries(node, "featureClass") {
            match FeatureClass::from_name(name.as_str()) {
                Some(class) => {
                    let features = self.features(class, node);
                    // Named in the other dialect's words alone: nothing of this one is wanted of it.
                    let others = self.both && matches!(node, Node::Sequence(items) if items.iter().next().is_some());
                    if !(features.is_empty() && others) {
                        classes.push(EnabledClass { class, features });
                    }
                }
                None if self.both && ibsi::Family::from_name(name.as_str()).is_some() => {}
                None => self.unknown(name, "feature class", &names),
            }
        }
        if !classes.is_empty() {
            self.settings.feature_classes = classes;
        }
    }

    /// The features named for `class`.
    fn features(&mut self, class: FeatureClass, node: &Node) -> Vec<&'static str> {
        let known: Vec<&'static str> = catalogue::features(class).iter().map(|feature| feature.name).collect();
        let mut features = Vec::new();
        match node {
            Node::Sequence(items) => {
                for item in items.iter() {
                    let Node::Scalar(name) = item else {
                        self.error(item.span(), "a feature must be a plain name".to_owned());
                        continue;
                    };
                    match known.iter().find(|known| **known == name.as_str()) {
                        Some(feature) if features.contains(feature) => {}
                        Some(feature) => features.push(feature),
                        None if self.both && ibsi::settings::has_feature(class.name(), name.as_str()) => {}
                        None => self.unknown(name, &format!("{} feature", class.name()), &known),
                    }
                }
            }
            Node::Scalar(scalar) if plain(scalar) == Value::Null => {}
            _ => self.error(node.span(), format!("{} wants a list of features, or [] for all", class.name())),
        }
        features
    }
}

/// The value of a scalar: quoted ones are text.
fn plain(scalar: &MarkedScalarNode) -> Value {
    if scalar.may_coerce() { Value::from_plain(scalar.as_str()) } else { Value::Text(scalar.as_str().to_owned()) }
}

/// A hint that a value, or one in a list, is text only because it stands in quotes.
fn quoted(node: &Node) -> &'static str {
    let in_quotes = |scalar: &MarkedScalarNode| {
        !scalar.may_coerce() && !matches!(Value::from_plain(scalar.as_str().trim()), Value::Text(_))
    };
    let is = match node {
        Node::Scalar(scalar) => in_quotes(scalar),
        Node::Sequence(items) => items.iter().any(|item| matches!(item, Node::Scalar(scalar) if in_quotes(scalar))),
        Node::Mapping(_) => false,
    };
    if is { ": in quotes it is text; write it without" } else { "" }
}

pub(crate) fn yaml_value(node: &Node) -> Value {
    match node {
        Node::Scalar(scalar) => plain(scalar),
        Node::Sequence(items) => Value::List(items.iter().map(yaml_value).collect()),
        Node::Mapping(_) => Value::Text("a mapping".to_owned()),
    }
}

#[cfg(test)]
mod tests;
