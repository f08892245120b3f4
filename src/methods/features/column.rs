//! Where the values of a feature are, and what its name says.

use serde::Serialize;

use crate::ask::{Dataset, FeatureColumn, region_of};
use crate::study::AT_REGION;
use radiomics::ibsi::Parts;
use radiomics::settings::FeatureClass;

/// A feature: extracted from images, or a column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The name of its column: `<sequence>_<image>_<class>_<feature>`.
    pub name: String,
    /// The sequence; empty if the name tells none.
    pub sequence: String,
    /// The image type: `wavelet-LLH`.
    pub image: String,
    /// The class: `glcm`.
    pub class: String,
    /// The feature alone: `Contrast`.
    pub feature: String,
    /// Its place among the extracted ones; none if it stands in a table.
    #[serde(skip)]
    extracted: Option<usize>,
}

/// Every radiomic feature of `data`, extracted ones first.
pub fn columns(data: &Dataset) -> Vec<Column> {
    let extracted = (0..data.features.n_columns()).map(|j| {
        let at = data.features.column(j);
        let sequence = &data.features.sequences()[at.sequence];
        let (region, feature) = region_of(&data.features.names(at.sequence)[at.feature]);
        // A region of a sequence stands where a sequence does.
        let sequence = region.map_or_else(|| sequence.clone(), |region| format!("{sequence}{AT_REGION}{region}"));
        Column { name: data.features.column_name(j), sequence, extracted: Some(j), ..named(feature) }
    });
    let is_number = |name: &&String| data.cohort.frame().get(name).is_some_and(|c| c.numbers().is_some());
    let of_table = data.cohort.features().iter().filter(is_number).map(|name| Column::called(name));
    extracted.chain(of_table).collect()
}

/// A feature called `name`; the whole name is the feature where it is neither PyRadiomics' nor the IBSI dialect's.
fn named(name: &str) -> Column {
    if let Some(parts) = Parts::of(name) {
        let way = parts.aggregation.map(|way| format!("_{}", way.name())).unwrap_or_default();
        return Column {
            name: name.to_owned(),
            sequence: String::new(),
            image: parts.image.to_owned(),
            class: parts.family.name().to_owned(),
            feature: parts.feature.name.to_owned() + &way,
            extracted: None,
        };
    }
    let mut parts = name.rsplitn(3, '_');
    let (feature, class, image) = (parts.next(), parts.next(), parts.next());
    let (image, class, feature) = match (image, class, feature) {
        (Some(image), Some(class), Some(feature)) if FeatureClass::from_name(class).is_some() => {
            (image, class, feature)
        }
        _ => ("", "", name),
    };
    Column {
        name: name.to_owned(),
        sequence: String::new(),
        image: image.to_owned(),
        class: class.to_owned(),
        feature: feature.to_owned(),
        extracted: None,
    }
}

/// Names of images that leave room for the numbers: `log-sigma-1-0-mm-3D` is `LoG 1.0`, `wavelet-LLH` is `wav LLH`.
pub fn short_image(image: &str) -> String {
    if let Some(sigma) = image.strip_prefix("log-sigma-").and_then(|rest| rest.strip_suffix("-mm-3D")) {
        return format!("LoG {}", sigma.replace('-', "."));
    }
    match (image.strip_prefix("wavelet"), image) {
        (Some(band), _) => format!("wav{}", band.replace('-', " ")),
        (None, "exponential") => "exp".to_owned(),
        (None, "logarithm") => "ln".to_owned(),
        (None, "squareroot") => "sqrt".to_owned(),
        (None, other) => other.to_owned(),
    }
}

impl Column {
    /// `AP wav LLH glcm Contrast`: sequence, image unless it is the original, class and feature.
    pub fn short(&self) -> String {
        let image = if self.image == "original" { String::new() } else { short_image(&self.image) };
        let parts = [&self.sequence, &image, &self.class, &self.feature];
        parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// What the name of a feature's column tells: `AP_original_glcm_Contrast`.
    pub fn called(name: &str) -> Self {
        let own = named(name);
        // What is before the image is the sequence.
        match own.image.split_once('_') {
            Some((sequence, image)) => Self { sequence: sequence.to_owned(), image: image.to_owned(), ..own },
            None => own,
        }
    }

    /// The [`short`](Self::short) name for the label of a line or bar: one word, so that it is cut inside where it has no room.
    pub fn label(&self) -> String {
        self.short().replace(' ', "\u{a0}")
    }

    /// The value of a row of the cohort; NaN is missing.
    pub fn value(&self, data: &Dataset, row: usize) -> f64 {
        match self.extracted {
            Some(column) => data.features.value(row, column),
            None => data.cohort.frame().get(&self.name).and_then(|c| c.numbers()).map_or(f64::NAN, |v| v[row]),
        }
    }

    /// Where it stands among the extracted features; none if it stands in a table.
    pub fn extracted(&self, data: &Dataset) -> Option<FeatureColumn> {
        self.extracted.map(|column| data.features.column(column))
    }

    /// Whether the patient should have a value: the case is extracted, or the table has a row of theirs.
    pub(super) fn is_extracted(&self, data: &Dataset, row: usize) -> bool {
        self.extracted.is_none_or(|column| {
            let sequence = data.features.column(column).sequence;
            data.features.values(row, sequence).is_some()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_image_and_class() {
        let column = named("log-sigma-1-0-mm-3D_glcm_JointEntropy");
        let parts = (column.image.as_str(), column.class.as_str(), column.feature.as_str());
        assert_eq!(parts, ("log-sigma-1-0-mm-3D", "glcm", "JointEntropy"));
        let column = named("original_glcm_JointEntropy_3D_avg");
        let parts = (column.image.as_str(), column.class.as_str(), column.feature.as_str());
        assert_eq!(parts, ("original", "glcm", "JointEntropy_3D_avg"));
        assert_eq!(named("tumour_size_cm").feature, "tumour_size_cm");
        let short = |name| Column::called(name).short();
        assert_eq!(short("T2WI_log-sigma-3-0-mm-3D_glszm_ZoneEntropy"), "T2WI LoG 3.0 glszm ZoneEntropy");
        assert_eq!(short("AP_original_glcm_Contrast"), "AP glcm Contrast");
        assert_eq!(short("tumour_size_cm"), "tumour_size_cm");
    }
}
