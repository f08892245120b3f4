//! The resampled image and every derived image of one case, voxel for voxel as PyRadiomics hands them to the features.

use std::path::PathBuf;

use imaging::{MaskChoice, read_image, read_mask};
use radiomics::filters::derive;
use radiomics::resample::{ResampleSpec, resample};
use radiomics::settings::{ImageType, Interpolator, Sigma};
use radiomics::{Mask, Region, Settings, Volume};

use crate::reference::Tally;

fn stored(name: &str) -> Option<PathBuf> {
    crate::oracle::path(&format!("radiomics/golden/stages/breast1_1mm_{name}.nrrd"))
}

fn read(path: PathBuf) -> Volume {
    read_image(&path).expect("a readable image")
}

fn read_labels(path: PathBuf) -> Mask {
    read_mask(&path, &MaskChoice::default()).expect("a readable mask")
}

/// The case at 1 mm, by our own resampling.
fn resampled() -> Option<(Volume, Mask)> {
    let image = read(crate::oracle::path("radiomics/images/breast1_image.nrrd")?);
    let mask = read_labels(crate::oracle::path("radiomics/images/breast1_label.nrrd")?);
    let spec = ResampleSpec { spacing: [1.0; 3], interpolator: Interpolator::BSpline, pad: 5, normalization: None };
    Some(resample(&image, &mask, 1, &spec).expect("the region lies within the image"))
}

fn voxels(image: &Volume) -> Vec<f64> {
    image.voxels.to_f64()
}

#[test]
fn resampled_image_and_mask() {
    let (Some((image, mask)), Some(image_path), Some(mask_path)) = (resampled(), stored("image"), stored("mask"))
    else {
        return;
    };
    let (stored_image, stored_mask) = (read(image_path), read_labels(mask_path));
    let mut tally = Tally::new("stages/resampling", 0.0, 1e-9);
    tally.same("pixel type", image.voxels.pixel_type(), stored_image.voxels.pixel_type());
    tally.same("geometry", &image.geometry, &stored_image.geometry);
    tally.numbers("image", &voxels(&image), &voxels(&stored_image));
    tally.same("mask geometry", &mask.geometry, &stored_mask.geometry);
    let labels = |mask: &Mask| mask.labels.iter().map(f64::from).collect::<Vec<_>>();
    tally.numbers("mask", &labels(&mask), &labels(&stored_mask));
    tally.finish();
}

/// Compares every image of `image_type` with the stored one, and what is derived for the region alone with that.
fn compare(image_type: ImageType, tolerance: f64) {
    let Some((image, mask)) = resampled() else { return };
    let settings = Settings { sigma: [1.0, 2.0, 3.0, 4.0, 5.0].map(Sigma::new).to_vec(), ..Settings::default() };
    let whole = Region::whole(&image.geometry);
    let roi = Region::of_label(&mask, 1).expect("the case has a region");
    let mut tally = Tally::new(format!("stages/{}", image_type.name()), tolerance, 1e-9);
    let mut on_region = Vec::new();
    let mut keep = |name: &str, image: Volume| {
        on_region.push((name.to_owned(), image));
        Ok::<(), ()>(())
    };
    derive(&image, &mask, &roi, &settings, image_type, &mut keep).expect("keeping cannot fail");
    let mut on_region = on_region.into_iter();
    let mut check = |name: &str, found: Volume| {
        let expected = read(stored(name).ok_or(())?);
        tally.same("pixel type", found.voxels.pixel_type(), expected.voxels.pixel_type());
        tally.same("geometry", &found.geometry, &expected.geometry);
        tally.numbers(name, &voxels(&found), &voxels(&expected));
        let (region_name, part) = on_region.next().ok_or(())?;
        tally.same("name on the region", region_name.as_str(), name);
        tally.same("geometry on the region", &part.geometry, &found.geometry.cropped(&roi));
        let bits = |image: &Volume| voxels(image).into_iter().map(f64::to_bits).collect::<Vec<_>>();
        tally.same("values on the region", bits(&part), bits(&found.cropped(&roi)));
        Ok::<(), ()>(())
    };
    derive(&image, &mask, &whole, &settings, image_type, &mut check).expect("every image is stored");
    tally.finish();
}

#[test]
fn wavelet() {
    compare(ImageType::Wavelet, 0.0);
}

#[test]
fn laplacian_of_gaussian() {
    compare(ImageType::LoG, 0.0);
}

#[test]
fn square() {
    compare(ImageType::Square, 0.0);
}

#[test]
fn square_root() {
    compare(ImageType::SquareRoot, 0.0);
}

/// NumPy's logarithm is good to an ulp, and which one depends on the processor.
#[test]
fn logarithm() {
    compare(ImageType::Logarithm, 1e-15);
}

/// As the logarithm; the scale ln(m)/m in the exponent magnifies it.
#[test]
fn exponential() {
    compare(ImageType::Exponential, 5e-15);
}

#[test]
fn gradient() {
    compare(ImageType::Gradient, 0.0);
}

#[test]
fn local_binary_pattern_2d() {
    compare(ImageType::Lbp2D, 0.0);
}

/// The powers differ in the last bit between processors: NumPy's arc functions and complex products do.
#[test]
fn local_binary_patterns_3d() {
    compare(ImageType::Lbp3D, 1e-14);
}
