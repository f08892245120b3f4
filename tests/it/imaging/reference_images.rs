//! The reference images in their two formats.

use std::path::Path;

use imaging::{MaskChoice, read_image, read_mask};
use radiomics::diagnostics::{mask_hash, pixel_hash};
use radiomics::{Geometry, PixelType};

use crate::oracle;

/// The largest difference of origin, spacing and direction between two grids.
fn difference(a: &Geometry, b: &Geometry) -> f64 {
    let pairs = a.spacing.iter().zip(&b.spacing).chain(a.origin.iter().zip(&b.origin));
    let pairs = pairs.chain(a.direction.iter().flatten().zip(b.direction.iter().flatten()));
    pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

#[test]
fn nrrd_and_nifti_copies_hold_the_same() {
    let Some(images) = oracle::path("radiomics/images") else { return };
    let whole = MaskChoice::default();
    for (case, voxels_in_roi) in [("brain1", 4137), ("breast1", 143), ("lung1", 837)] {
        let nrrd = read_image(&images.join(format!("{case}_image.nrrd"))).expect(case);
        let nifti = read_image(&images.join(format!("nifti/{case}_image.nii.gz"))).expect(case);
        assert_eq!(nrrd.geometry.size, nifti.geometry.size);
        assert_eq!(nrrd.voxels, nifti.voxels, "{case}");
        assert!(difference(&nrrd.geometry, &nifti.geometry) < 2e-5, "{case}: NIfTI stores positions as f32");
        for name in [format!("{case}_label.nrrd"), format!("nifti/{case}_label.nii.gz")] {
            let mask = read_mask(&images.join(&name), &whole).expect(case);
            assert_eq!(mask.labels.of(1).map(|run| run.len()).sum::<usize>(), voxels_in_roi, "{name}");
        }
    }
}

#[test]
fn made_lesions_are_integers_of_sixteen_bits() {
    let Some(images) = oracle::path("radiomics/images") else { return };
    let read = |name: &str| read_image(Path::new(&images.join(name))).expect(name);
    for (name, spacing) in [("synth1", [1.0; 3]), ("synth2", [0.75, 0.75, 2.5]), ("synth4", [1.0, 1.0, 3.0])] {
        let image = read(&format!("{name}_image.nii.gz"));
        assert_eq!(image.voxels.pixel_type(), PixelType::I16);
        assert_eq!(image.geometry.spacing, spacing);
    }
}

#[test]
fn pixel_hashes_are_those_of_simpleitk() {
    let (Some(images), Some(golden)) = (oracle::path("radiomics/images"), oracle::path("radiomics/golden")) else {
        return;
    };
    let mut compared = 0;
    for case in ["brain1", "breast1", "lung1"] {
        let text = std::fs::read_to_string(golden.join(format!("{case}__a_default.json"))).expect(case);
        let stored: serde_json::Value = serde_json::from_str(&text).expect(case);
        let diagnostics = &stored["diagnostics"];
        let image = read_image(&images.join(format!("{case}_image.nrrd"))).expect(case);
        let mask = read_mask(&images.join(format!("{case}_label.nrrd")), &MaskChoice::default()).expect(case);
        for (key, hash) in [("Image-original_Hash", pixel_hash(&image)), ("Mask-original_Hash", mask_hash(&mask))] {
            assert_eq!(diagnostics[format!("diagnostics_{key}")], hash, "{case} {key}");
            compared += 1;
        }
    }
    println!("parity: SHA-1 of pixels values={compared} worst=0 tolerance=0");
}
