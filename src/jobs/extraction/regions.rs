//! The features of a case's other regions, beside those of the lesion.

use std::collections::HashMap;
use std::sync::Arc;

use crate::jobs::cache::{Cache, CaseFeatures, CaseKey, Content, Stamp};
use crate::study::{AT_REGION, CaseRegions, DerivedRegion, LESION, MadeRegion, RegionShape, matches, regions_for};
use radiomics::{ExtractError, Settings, Volume, catalogue};
use watch::Watch;

/// A region whose features are extracted, for columns of its own or for ratios.
pub(super) struct Wanted {
    /// Its name.
    pub name: String,
    /// The settings of the extraction, without the images and classes that nobody asks for.
    pub settings: Settings,
    /// The features that are kept, in order.
    columns: Vec<String>,
}

/// The regions of `specs` whose features are asked for.
pub(super) fn wanted(specs: &[DerivedRegion], settings: &Settings) -> Vec<Wanted> {
    let of = |region: &DerivedRegion| {
        if !region.is_place() {
            return None;
        }
        let mut patterns = region.patterns();
        // What is divided, or divides, has to be known.
        patterns.extend(specs.iter().filter(|ratio| divides(ratio, &region.name)).flat_map(DerivedRegion::patterns));
        let columns = columns_of(&patterns, settings);
        let settings = narrowed(settings, &columns);
        (!columns.is_empty()).then(|| Wanted { name: region.name.clone(), settings, columns })
    };
    specs.iter().filter_map(of).collect()
}

fn divides(region: &DerivedRegion, name: &str) -> bool {
    matches!(&region.shape, RegionShape::Ratio(one, other) if one == name || other == name)
}

/// The columns that features of `specs` have within a sequence, in order: `@ring5_original_firstorder_Mean`.
pub fn region_columns(specs: &[DerivedRegion], settings: &Settings) -> Vec<String> {
    let of = |region: &DerivedRegion| {
        let named = columns_of(&region.patterns(), settings).into_iter();
        named.map(|feature| called(&region.name, &feature)).collect::<Vec<_>>()
    };
    specs.iter().flat_map(of).collect()
}

fn called(region: &str, feature: &str) -> String {
    format!("{AT_REGION}{region}_{feature}")
}

fn columns_of(patterns: &[String], settings: &Settings) -> Vec<String> {
    let mut columns = catalogue::columns(settings);
    columns.retain(|name| patterns.iter().any(|pattern| matches(pattern, name)));
    columns
}

/// `settings` without the image types and classes of PyRadiomics that none of `columns` comes from.
fn narrowed(settings: &Settings, columns: &[String]) -> Settings {
    if settings.dialect.ibsi().is_some() {
        return settings.clone();
    }
    let gives = |less: Settings| catalogue::columns(&less).iter().any(|name| columns.contains(name));
    let mut own = settings.clone();
    own.image_types.retain(|image| {
        let classes = settings.feature_classes.iter().filter(|class| !class.class.is_shape()).cloned().collect();
        gives(Settings { image_types: vec![image.clone()], feature_classes: classes, ..settings.clone() })
    });
    own.feature_classes.retain(|class| gives(Settings { feature_classes: vec![class.clone()], ..settings.clone() }));
    if own.image_types.is_empty() {
        // Shape needs an image to be measured on.
        own.image_types = settings.image_types.iter().take(1).cloned().collect();
    }
    own
}

/// What the features of a region are kept under, with what was read to know it; or why there are none.
pub(super) enum RegionKey {
    Known(CaseKey, Vec<Content>),
    Absent(String),
}

impl RegionKey {
    pub fn known(&self) -> Option<CaseKey> {
        match self {
            Self::Known(key, _) => Some(*key),
            Self::Absent(_) => None,
        }
    }

    /// Contents of masks that were not remembered.
    pub fn read(&self) -> &[Content] {
        match self {
            Self::Known(_, read) => read,
            Self::Absent(_) => &[],
        }
    }

    pub fn is_remembered(&self) -> bool {
        self.read().is_empty()
    }
}

/// The key of the features of a region; `lesion` is that of the lesion's, `stamps` are those of the drawn masks.
pub(super) fn key(
    cache: &Cache,
    lesion: CaseKey,
    regions: &CaseRegions,
    wanted: &Wanted,
    stamps: &[Option<Stamp>],
) -> RegionKey {
    let parts = regions_for(&regions.specs, &[&wanted.name]);
    let mut said = vec![wanted.settings.canonical()];
    let mut masks = Vec::new();
    for DerivedRegion { shape, of, inside, name, .. } in &parts {
        said.push(format!("{name} {shape:?} {of:?} {inside:?}"));
        for (drawn, stamp) in regions.drawn.iter().zip(stamps).filter(|(drawn, _)| drawn.region == *name) {
            let Some(stamp) = stamp else {
                let path = drawn.path.display();
                return RegionKey::Absent(format!("region {}: there is no mask of {name} at {path}", wanted.name));
            };
            said.push(format!("{:?}", drawn.picked));
            masks.push((drawn.path.as_path(), stamp));
        }
    }
    match cache.key_beside(lesion, &said.join("\n"), &masks) {
        Ok((key, read)) => RegionKey::Known(key, read),
        Err(error) => RegionKey::Absent(format!("region {}: {error}", wanted.name)),
    }
}

/// The key of the features of the lesion and all regions together.
pub(super) fn whole(lesion: CaseKey, specs: &[DerivedRegion], keys: &[RegionKey]) -> CaseKey {
    let said: Vec<String> = keys
        .iter()
        .map(|key| match key {
            RegionKey::Known(key, _) => key.to_string(),
            RegionKey::Absent(why) => why.clone(),
        })
        .collect();
    lesion.with(&format!("{specs:?}\n{}", said.join("\n")))
}

/// The features of one region of `image` under `settings`, or why they are missing.
pub(super) fn extract(
    image: &Volume,
    made: &Result<MadeRegion, String>,
    wanted: &Wanted,
    settings: &Settings,
    watch: &dyn Watch,
) -> Result<CaseFeatures, ExtractError> {
    let made = match made {
        Ok(made) => made,
        Err(why) => return Ok(wanted.missing(why)),
    };
    let settings = Settings { label: 1, additional_info: false, ..settings.clone() };
    match radiomics::extract(image, &made.mask, &settings, watch) {
        Err(cancelled @ ExtractError::Cancelled(_)) => Err(cancelled),
        Err(error) => Ok(wanted.missing(&format!("region {}: {error}", wanted.name))),
        Ok(found) => {
            let said = found.notes.iter().map(|note| format!("region {}: {note}", wanted.name));
            let notes: Vec<String> = made.notes.iter().cloned().chain(said).collect();
            let by_name: HashMap<&str, f64> =
                found.values.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            let value = |name: &String| by_name.get(name.as_str()).copied().unwrap_or(f64::NAN);
            let values = wanted.columns.iter().map(value).collect();
            Ok(CaseFeatures { names: wanted.columns.clone().into(), values, notes: notes.into() })
        }
    }
}

impl Wanted {
    /// Features that are missing in a case, and why.
    pub fn missing(&self, why: &str) -> CaseFeatures {
        CaseFeatures {
            names: self.columns.clone().into(),
            values: vec![f64::NAN; self.columns.len()].into(),
            notes: [why.to_owned()].into(),
        }
    }
}

/// The features of the lesion, and behind them those of all regions, `others` in the order of `wanted`.
pub(super) fn together(
    specs: &[DerivedRegion],
    settings: &Settings,
    wanted: &[Wanted],
    lesion: CaseFeatures,
    others: &[CaseFeatures],
) -> CaseFeatures {
    let mut features: HashMap<&str, &CaseFeatures> = HashMap::from([(LESION, &lesion)]);
    features.extend(wanted.iter().map(|of| of.name.as_str()).zip(others));
    let by_name: HashMap<&str, HashMap<&str, f64>> = features
        .iter()
        .map(|(region, of)| (*region, of.names.iter().map(String::as_str).zip(of.values.iter().copied()).collect()))
        .collect();
    let value =
        |region: &str, feature: &str| by_name.get(region).and_then(|of| of.get(feature)).copied().unwrap_or(f64::NAN);
    let (mut names, mut values) = (lesion.names.to_vec(), lesion.values.to_vec());
    for region in specs {
        for feature in columns_of(&region.patterns(), settings) {
            values.push(match &region.shape {
                RegionShape::Ratio(one, other) => quotient(value(one, &feature), value(other, &feature)),
                _ => value(&region.name, &feature),
            });
            names.push(called(&region.name, &feature));
        }
    }
    let notes: Vec<String> = lesion.notes.iter().chain(others.iter().flat_map(|of| of.notes.iter())).cloned().collect();
    CaseFeatures { names: names.into(), values: values.into(), notes: Arc::from(notes) }
}

/// One feature divided by another; missing where that is 0.
fn quotient(one: f64, other: f64) -> f64 {
    if other == 0.0 { f64::NAN } else { one / other }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(name: &str, shape: RegionShape, features: Option<&[&str]>) -> DerivedRegion {
        let features = features.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        DerivedRegion { name: name.to_owned(), shape, of: None, inside: None, features }
    }

    #[test]
    fn only_what_is_asked_for_is_extracted() {
        let specs = [
            region("liver", RegionShape::Drawn(None, crate::study::Picked::default()), None),
            region("ring5", RegionShape::Ring(0.0, 5.0), Some(&["wavelet-LLL_glcm_*"])),
            region("contrast", RegionShape::Ratio(LESION.to_owned(), "liver".to_owned()), None),
        ];
        let settings = Settings::paper();
        let wanted = wanted(&specs, &settings);
        let of: Vec<(&str, usize)> = wanted.iter().map(|of| (of.name.as_str(), of.columns.len())).collect();
        // The ratio needs the liver, which has no columns of its own.
        assert_eq!(of, [("liver", 18), ("ring5", 24)]);
        let less = &wanted[0].settings;
        assert_eq!((less.image_types.len(), less.feature_classes.len()), (1, 1));
        let columns = region_columns(&specs, &settings);
        assert_eq!(columns.len(), 24 + 18);
        assert!(columns.contains(&"@contrast_original_firstorder_Mean".to_owned()));
    }

    #[test]
    fn a_ratio_divides_feature_by_feature() {
        let ratio = RegionShape::Ratio(LESION.to_owned(), "liver".to_owned());
        let specs = [
            region("liver", RegionShape::Drawn(None, crate::study::Picked::default()), None),
            region("contrast", ratio, Some(&["original_firstorder_Mean", "original_firstorder_Skewness"])),
        ];
        let settings = Settings::default();
        let wanted = wanted(&specs, &settings);
        let features = |mean: f64, skewness: f64| CaseFeatures {
            names: ["original_firstorder_Mean".to_owned(), "original_firstorder_Skewness".to_owned()].into(),
            values: [mean, skewness].into(),
            notes: [].into(),
        };
        let all = together(&specs, &settings, &wanted, features(30.0, 1.0), &[features(40.0, 0.0)]);
        assert_eq!(all.names[2..], ["@contrast_original_firstorder_Mean", "@contrast_original_firstorder_Skewness"]);
        assert_eq!(all.values[2], 0.75);
        assert!(all.values[3].is_nan());
    }
}
