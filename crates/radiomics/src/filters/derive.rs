//! The images that one image type of a parameter file gives.

use super::super::settings::{ImageType, Settings};
use super::{
    Lbp2dSpec, Lbp3dSpec, WaveletFilters, WaveletSpec, exponential, gradient_magnitude, laplacian_of_gaussian,
    local_binary_pattern_2d, local_binary_patterns_3d, logarithm, square, square_root, wavelet_bands,
};
use volume::Region;
use volume::{Mask, Volume};

/// Hands the images of `image_type` to `each`, one at a time, with PyRadiomics' names and in its order.
///
/// `image` and `mask` lie on the working grid, `settings` are those that hold for the image type. Filters see the whole
/// image, but every image handed out **is already cropped to `region`**, its geometry included. Images that PyRadiomics
/// leaves out (a Laplacian of Gaussian too wide for the image) are left out. An error of `each` ends the work at once.
///
/// # Errors
/// Those of `each`.
pub fn derive<E>(
    image: &Volume,
    mask: &Mask,
    region: &Region,
    settings: &Settings,
    image_type: ImageType,
    each: &mut dyn FnMut(&str, Volume) -> Result<(), E>,
) -> Result<(), E> {
    // Settings count axes from the slowest: 0 is z.
    let across = 2_usize.saturating_sub(settings.force_2d_dimension);
    match image_type {
        ImageType::Original => each("original", image.cropped(region)),
        ImageType::Wavelet => {
            let Some(filters) = WaveletFilters::named(&settings.wavelet) else { return Ok(()) };
            let (start_level, levels) = (settings.start_level, settings.level);
            let skip = settings.force_2d.then_some(across);
            wavelet_bands(image, region, &WaveletSpec { filters, start_level, levels, skip }, each)
        }
        ImageType::LoG => settings.sigma.iter().try_for_each(|sigma| {
            laplacian_of_gaussian(image, sigma.mm, region).map_or(Ok(()), |log| each(&sigma.image_name(), log))
        }),
        ImageType::Square => each("square", square(image, region)),
        ImageType::SquareRoot => each("squareroot", square_root(image, region)),
        ImageType::Logarithm => each("logarithm", logarithm(image, region)),
        ImageType::Exponential => each("exponential", exponential(image, region)),
        ImageType::Gradient => each("gradient", gradient_magnitude(image, settings.gradient_use_spacing, region)),
        ImageType::Lbp2D => {
            let (radius, samples, method) = (settings.lbp_2d_radius, settings.lbp_2d_samples, settings.lbp_2d_method);
            each("lbp-2D", local_binary_pattern_2d(image, &Lbp2dSpec { radius, samples, method, across }, region))
        }
        ImageType::Lbp3D => {
            let spec = Lbp3dSpec {
                levels: settings.lbp_3d_levels,
                radius: settings.lbp_3d_icosphere_radius,
                subdivisions: settings.lbp_3d_icosphere_subdivision,
            };
            let patterns = local_binary_patterns_3d(image, mask, settings.label, &spec, region);
            for (number, level) in patterns.levels.into_iter().enumerate() {
                each(&format!("lbp-3D-m{}", number + 1), level)?;
            }
            each("lbp-3D-k", patterns.kurtosis)
        }
    }
}
