//! How features are extracted, in the words of a methods section.

use figures::format;
use radiomics::{Settings, catalogue};

/// What the extraction of each sequence does, for a paper: once where it is the same of all.
pub fn methods_by_sequence(sequences: &[&str], settings: &[Settings]) -> String {
    let said: Vec<String> = settings.iter().map(methods).collect();
    if said.windows(2).all(|pair| pair[0] == pair[1]) {
        return said.into_iter().next().unwrap_or_default();
    }
    let of_each = sequences.iter().zip(said).map(|(sequence, said)| format!("{sequence}: {said}"));
    of_each.collect::<Vec<_>>().join(" ")
}

/// What an extraction under `settings` does, for a paper.
pub fn methods(settings: &Settings) -> String {
    let resampled = settings.resampled_pixel_spacing.map(|spacing| {
        let mm: Vec<String> = spacing.iter().map(f64::to_string).collect();
        let by = settings.interpolator.map_or(String::new(), |i| format!(" by {}", i.name()));
        format!("images were resampled to {} mm{by}", mm.join(" × "))
    });
    let normalized =
        settings.normalize.then(|| format!("grey values were normalized (z-score × {})", settings.normalize_scale));
    let binned = match settings.bin_count {
        Some(count) => format!("grey values were discretised into {count} bins"),
        None => format!("grey values were discretised at a fixed bin width of {}", settings.bin_width),
    };
    let images: Vec<&str> = settings.image_types.iter().map(|image| image.image_type.name()).collect();
    let classes: Vec<&str> = settings.feature_classes.iter().map(|class| class.class.name()).collect();
    let steps: Vec<String> = normalized.into_iter().chain(resampled).chain([binned]).collect();
    format!(
        "{} features per image and mask were computed with riskset {} as PyRadiomics 3.0.1 defines them (image types {}; \
         classes {}); {}.",
        format::count(catalogue::columns(settings).len()),
        env!("CARGO_PKG_VERSION"),
        images.join(", "),
        classes.join(", "),
        steps.join("; ")
    )
}
