//! How features are extracted, in the words of a methods section.

use crate::study::{DerivedRegion, Study};
use figures::format;
use radiomics::{Dialect, Settings, catalogue, ibsi};

/// What the extraction of each sequence does, for a paper: once where it is the same of all.
fn methods_by_sequence(sequences: &[&str], settings: &[Settings]) -> String {
    let said: Vec<String> = settings.iter().map(methods).collect();
    if said.windows(2).all(|pair| pair[0] == pair[1]) {
        return said.into_iter().next().unwrap_or_default();
    }
    let of_each = sequences.iter().zip(said).map(|(sequence, said)| format!("{sequence}: {said}"));
    of_each.collect::<Vec<_>>().join(" ")
}

/// The same, and what the other regions are whose features were extracted.
pub fn methods_of_study(study: &Study) -> Option<String> {
    let settings = study.settings_by_sequence().ok()?;
    let sequences: Vec<&str> = study.sequence_names().collect();
    let extracted = methods_by_sequence(&sequences, &settings);
    let regions = study.images.as_ref().map(|images| regions(&images.regions)).unwrap_or_default();
    Some(format!("{extracted}{regions}"))
}

/// ` Features were also extracted of ..`; nothing without other regions.
fn regions(all: &[DerivedRegion]) -> String {
    let listed = |keep: &dyn Fn(&DerivedRegion) -> bool| {
        all.iter().filter(|region| keep(region)).map(DerivedRegion::words).collect::<Vec<_>>().join("; ")
    };
    let is_ratio = |region: &DerivedRegion| !region.is_place();
    let (with, ratios) = (listed(&|r| !is_ratio(r) && !r.patterns().is_empty()), listed(&|r| is_ratio(r)));
    let mut said = String::new();
    if !with.is_empty() {
        said += &format!(
            " Features were extracted in the same way of further regions: {with}. Regions were made on the grid of each image \
             by exact Euclidean distances between centres of voxels in mm (Felzenszwalb and Huttenlocher 2012, Theory of \
             Computing 8:415-428)."
        );
    }
    if !ratios.is_empty() {
        said += &format!(" Ratios of features were taken: {ratios}.");
    }
    said
}

/// What an extraction under `settings` does, for a paper.
pub fn methods(settings: &Settings) -> String {
    let own = settings.dialect.has_pyradiomics().then(|| by_pyradiomics(settings));
    let ibsi = settings.dialect.ibsi().map(by_ibsi);
    own.into_iter().chain(ibsi).collect::<Vec<_>>().join(" ")
}

/// What an extraction does, point by point, as checklists ask for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Points {
    /// What is done to images and regions before features, one step after the other.
    pub steps: Vec<String>,
    /// How grey values are made levels.
    pub discretised: String,
    /// The images that features are computed on.
    pub images: String,
    /// Classes or families of features.
    pub classes: String,
}

/// The points of an extraction under `settings`; of both dialects, where both are asked for.
pub fn points(settings: &Settings) -> Vec<Points> {
    let own = settings.dialect.has_pyradiomics().then(|| points_of_pyradiomics(settings));
    own.into_iter().chain(settings.dialect.ibsi().map(points_of_ibsi)).collect()
}

/// The reporting items of the initiative: interpolation, region, resegmentation, discretisation, aggregation, filters.
fn points_of_ibsi(settings: &ibsi::Settings) -> Points {
    use ibsi::settings::{Anchor, Binning, Interpolation};
    let number = |x: f64| x.to_string();
    let named = |by: Interpolation| match by {
        Interpolation::Nearest => "the nearest voxel",
        Interpolation::Linear => "linear interpolation",
        Interpolation::Cubic => "cubic spline interpolation",
    };
    let mut steps = Vec::new();
    if let Some(spacing) = settings.spacing {
        let plane = if settings.by_slice { "slice by slice" } else { "in three dimensions" };
        let mm = spacing.map(|s| if s == 0.0 { "unchanged".to_owned() } else { number(s) }).join(" × ");
        steps.push(format!(
            "images were interpolated {plane} to voxels of {mm} mm by {} on a grid with the centre of the original, and \
             masks by {} with an inclusion threshold of {}",
            named(settings.interpolation),
            named(settings.mask_interpolation),
            settings.mask_threshold
        ));
    }
    match settings.round {
        Some(true) => steps.push("intensities were rounded to whole numbers".to_owned()),
        None => steps.push("intensities of CT were rounded to whole numbers".to_owned()),
        Some(false) => {}
    }
    if let Some(range) = settings.range {
        let end = |end: Option<f64>| end.map_or_else(|| "open".to_owned(), number);
        steps.push(format!("the region was resegmented to intensities in [{}, {}]", end(range.low), end(range.high)));
    }
    if let Some(sigma) = settings.sigma {
        steps.push(format!("intensities beyond {sigma} standard deviations from the mean of the region were left out"));
    }
    let discretised = match settings.binning {
        Binning::None => "intensities were taken as grey levels".to_owned(),
        Binning::Count(count) => format!("intensities were discretised into {count} bins (fixed bin number)"),
        Binning::Width { width, anchor } => {
            let from = match anchor {
                Anchor::Range => "the lower end of the range".to_owned(),
                Anchor::Minimum => "the minimum of the region".to_owned(),
                Anchor::At(at) => number(at),
            };
            format!("intensities were discretised into bins of {width} from {from} (fixed bin size)")
        }
    };
    steps.push(discretised.clone());
    let ways: Vec<String> =
        settings.aggregations.iter().map(|way| format!("{} ({})", way.name(), way.code())).collect();
    steps.push(format!("texture matrices were aggregated by {}", ways.join(", ")));
    let filters: Vec<&str> = settings.images.iter().map(|image| image.filter.name()).collect();
    let families: Vec<&str> = settings.families.iter().map(|enabled| enabled.family.name()).collect();
    Points { steps, discretised, images: filters.join(", "), classes: families.join(", ") }
}

fn by_ibsi(settings: &ibsi::Settings) -> String {
    let Points { steps, images, classes, .. } = points_of_ibsi(settings);
    format!(
        "{} features per image and mask were computed with riskset {} as the image biomarker standardisation initiative \
         defines them (Zwanenburg et al. 2020, Radiology 295:328-338; filters: Whybra et al. 2024, Radiology 310:e231319; \
         images {images}; families {classes}); {}.",
        format::count(settings.columns().len()),
        env!("CARGO_PKG_VERSION"),
        steps.join("; ")
    )
}

fn points_of_pyradiomics(settings: &Settings) -> Points {
    let resampled = settings.resampled_pixel_spacing.map(|spacing| {
        let mm: Vec<String> = spacing.iter().map(f64::to_string).collect();
        let by = settings.interpolator.map_or(String::new(), |i| format!(" by {}", i.name()));
        format!("images were resampled to {} mm{by}", mm.join(" × "))
    });
    let normalized =
        settings.normalize.then(|| format!("grey values were normalized (z-score × {})", settings.normalize_scale));
    let discretised = match settings.bin_count {
        Some(count) => format!("grey values were discretised into {count} bins"),
        None => format!("grey values were discretised at a fixed bin width of {}", settings.bin_width),
    };
    let images: Vec<&str> = settings.image_types.iter().map(|image| image.image_type.name()).collect();
    let classes: Vec<&str> = settings.feature_classes.iter().map(|class| class.class.name()).collect();
    let steps = normalized.into_iter().chain(resampled).chain([discretised.clone()]).collect();
    Points { steps, discretised, images: images.join(", "), classes: classes.join(", ") }
}

fn by_pyradiomics(settings: &Settings) -> String {
    let Points { steps, images, classes, .. } = points_of_pyradiomics(settings);
    format!(
        "{} features per image and mask were computed with riskset {} as PyRadiomics 3.0.1 defines them (image types \
         {images}; classes {classes}); {}.",
        format::count(catalogue::columns(&Settings { dialect: Dialect::PyRadiomics, ..settings.clone() }).len()),
        env!("CARGO_PKG_VERSION"),
        steps.join("; ")
    )
}
