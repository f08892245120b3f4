//! Structure sets of a real study against the masks that were published of them, voxel by voxel.

use std::fs;
use std::path::{Path, PathBuf};

use imaging::{CaseChoice, read_pair};

/// The real study beside the repository, or why it is not compared.
fn real_study() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real/sts");
    let there = folder.join("dicom").is_dir();
    if !there {
        println!("skipped: the sarcoma study is not beside the repository");
    }
    there.then_some(folder)
}

#[test]
fn every_voxel_of_a_structure_set_is_that_of_the_published_mask() {
    let Some(real) = real_study() else { return };
    let mut cases = 0;
    let mut patients: Vec<PathBuf> =
        fs::read_dir(real.join("dicom")).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    patients.sort();
    for patient in patients {
        let id = patient.file_name().expect("a name").to_string_lossy().into_owned();
        for (folder, sequence) in [("MR_T1", "T1"), ("PET", "PET")] {
            let series = patient.join(folder);
            let choice = CaseChoice::default();
            let drawn = read_pair(&series.join("image"), &series.join("mask/RS.dcm"), &choice).expect(&id);
            let nifti = |what: &str| real.join(what).join(format!("{id}_{sequence}.nii.gz"));
            let published = read_pair(&nifti("images"), &nifti("masks"), &choice).expect(&id);
            let (grid, crop) = (&drawn.mask.geometry, &published.mask.geometry);
            let mut inside: Vec<bool> = drawn.mask.labels.iter().map(|label| label == drawn.label).collect();
            let (of_set, mut of_mask, mut differ, mut farthest) =
                (inside.iter().filter(|x| **x).count(), 0, 0, 0.0_f64);
            for (voxel, label) in published.mask.labels.iter().enumerate() {
                let [nx, ny, _] = crop.size;
                let at = [voxel % nx, voxel / nx % ny, voxel / (nx * ny)].map(|k| k as f64);
                let there = grid.index(crop.position(at));
                farthest = there.iter().map(|x| (x - x.round()).abs()).fold(farthest, f64::max);
                let [x, y, z] = there.map(|x| x.round() as usize);
                let found = std::mem::take(&mut inside[grid.at(x, y, z)]);
                of_mask += usize::from(label == published.label);
                differ += usize::from(found != (label == published.label));
            }
            // What the set draws beyond the crop is in no voxel of the mask.
            differ += inside.iter().filter(|x| **x).count();
            println!("{id} {sequence}: {of_set} voxels drawn, {of_mask} published, {differ} differ");
            assert!(farthest < 0.02, "{id} {sequence}: the grids are {farthest} of a voxel apart");
            assert_eq!((of_set, differ), (of_mask, 0), "{id} {sequence}");
            cases += 1;
        }
    }
    assert_eq!(cases, 12, "six patients, two sequences");
}
