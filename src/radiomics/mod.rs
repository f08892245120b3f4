//! Radiomic features of an image inside a mask, value for value those of PyRadiomics 3.0.1.
//!
//! Order of work: mask checks; normalization; resampling or cropping, which gives the working grid; resegmentation; shape;
//! then, for each image type, the filter and the intensity classes. A filter sees the whole working image but hands out
//! its images on the box of the region of interest alone, one at a time:
//! `filters::derive(image, mask, region, settings, image_type, each)`, where `settings` are those that hold for the
//! image type ([`Settings::for_image`]) and `each` takes the image's name and its values on `region`.

pub mod catalogue;
pub mod filters;
mod lines;
pub mod region;
pub mod resample;
pub mod settings;
mod simd;
pub mod volume;

pub use region::Region;
pub use settings::Settings;
pub use volume::{Geometry, Mask, PixelType, Volume, Voxels};

pub enum ExtractError {
    Cancelled(crate::watch::Cancelled),
}
pub struct Features {
    pub values: Vec<(String, f64)>,
}
impl std::fmt::Display for ExtractError {
    fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
impl std::fmt::Debug for ExtractError {
    fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
impl std::error::Error for ExtractError {}
pub fn extract(_i: &Volume, _m: &Mask, _s: &Settings, _w: &dyn crate::watch::Watch) -> Result<Features, ExtractError> {
    Err(ExtractError::Cancelled(crate::watch::Cancelled))
}
