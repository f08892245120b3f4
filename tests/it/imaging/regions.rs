//! Which voxels are the region: contours by DICOM's rules, names, fractions.

use std::path::Path;

use imaging::{CaseChoice, Pair, ReadError, RegionChoice, read_pair, read_regions, write_image};
use radiomics::{Geometry, Volume};
use tempfile::{TempDir, tempdir};

use super::files::{Contour, slice, slice_values, write_rtstruct, write_rtstruct_in, write_series};
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};

fn volume() -> Volume {
    let geometry = Geometry {
        size: [20, 18, 12],
        spacing: [0.8, 0.8, 2.0],
        origin: [-10.5, 20.25, -33.0],
        ..Geometry::unit([1; 3])
    };
    let values: Vec<i16> = (0..geometry.len()).map(|i| (i * 31 % 503) as i16).collect();
    Volume { geometry, voxels: values.into() }
}

/// A square from one corner to the other, in voxels, at height z.
fn square(from: f64, to: f64, z: f64) -> Contour {
    vec![[from, from, z], [to, from, z], [to, to, z], [from, to, z]]
}

/// A series and a structure set of these regions.
fn study(regions: &[(&str, Vec<Contour>)]) -> TempDir {
    let folder = tempdir().expect("a folder");
    write_series(&folder.path().join("series"), &volume(), "T2", uids::EXPLICIT_VR_LITTLE_ENDIAN);
    write_rtstruct(&folder.path().join("rs.dcm"), &volume().geometry, regions);
    folder
}

fn pair(folder: &Path, choice: &CaseChoice) -> Result<Pair, ReadError> {
    read_pair(&folder.join("series"), &folder.join("rs.dcm"), choice)
}

/// Voxels of the only region, and what is said.
fn drawn(contours: Vec<Contour>) -> (usize, Vec<String>) {
    let folder = study(&[("GTV", contours)]);
    let pair = pair(folder.path(), &CaseChoice::default()).expect("a pair");
    (pair.mask.labels.of(pair.label).flatten().count(), pair.notes)
}

#[test]
fn planes_finer_than_slices_are_not_combined() {
    for step in [0.5, 0.75, 1.0] {
        let planes = (0..).map(|k| 3.0 + step * f64::from(k)).take_while(|z| *z < 8.1);
        let (voxels, notes) = drawn(planes.map(|z| square(4.5, 13.5, z)).collect());
        assert_eq!((voxels, notes.len()), (81 * 6, 0), "{step}: {notes:?}");
    }
}

#[test]
fn slices_left_out_are_named() {
    let (voxels, notes) = drawn([3.0, 5.0, 7.0].map(|z| square(4.5, 13.5, z)).into());
    assert_eq!(voxels, 81 * 3);
    assert!(notes[0].contains("no contour on slices 5, 7 of 12"), "{notes:?}");
}

#[test]
fn centres_on_a_contour_are_inside_and_doubled_contours_count_once() {
    assert_eq!(drawn((3..9).map(|z| square(4.0, 14.0, f64::from(z))).collect()).0, 121 * 6);
    let mut twice: Vec<Contour> = (3..8).map(|z| square(4.5, 13.5, f64::from(z))).collect();
    twice.push(square(4.5, 13.5, 5.0));
    twice.push(square(9.5, 16.5, 6.0));
    assert_eq!(drawn(twice).0, 81 * 5 + 49 - 16);
    let hole = vec![square(4.5, 13.5, 5.0), square(6.5, 9.5, 5.0)];
    assert_eq!(drawn(hole).0, 81 - 9);
}

#[test]
fn regions_are_found_by_name_and_never_guessed() {
    let folder = study(&[
        ("Liver", vec![square(2.5, 15.5, 5.0)]),
        ("GTV-1", vec![square(6.5, 9.5, 5.0)]),
        ("Iso", vec![vec![[5.0, 5.0, 5.0]]]),
    ]);
    let named = |names: &[&str]| CaseChoice {
        region: RegionChoice::Named(names.iter().map(|n| (*n).to_owned()).collect()),
        ..CaseChoice::default()
    };
    let of = |choice: &CaseChoice| pair(folder.path(), choice).map(|p| p.mask.labels.of(p.label).flatten().count());
    for names in [&["GTV-1"][..], &["gtv-1"], &["GTV", "GTV*"], &["ctv", "gtv?1"]] {
        assert_eq!(of(&named(names)).expect("the tumour"), 9, "{names:?}");
    }
    assert_eq!(of(&CaseChoice::label(1)).expect("the liver"), 169);
    for choice in [CaseChoice::default(), named(&["Tumour"]), named(&["*"]), CaseChoice::label(7)] {
        let said = of(&choice).expect_err("a question").to_string();
        assert!(said.contains("1 \"Liver\"") && said.contains("2 \"GTV-1\"") && said.contains("--region"), "{said}");
    }
    // Every region at once, overlapping ones in layers of their own.
    let all = read_regions(
        &folder.path().join("series"),
        &folder.path().join("rs.dcm"),
        &CaseChoice { region: RegionChoice::All, ..CaseChoice::default() },
    )
    .expect("all");
    let found: Vec<_> = all.masks.regions().into_iter().map(|r| (r.number, r.name, r.layer)).collect();
    assert_eq!(found, [(1, Some("Liver".to_owned()), 0), (2, Some("GTV-1".to_owned()), 1)]);
}

#[test]
fn other_frames_of_reference_are_noted() {
    let folder = study(&[("GTV", vec![square(4.5, 13.5, 5.0)])]);
    for z in 0..12 {
        let file = slice(&volume(), z, "T2")
            .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, "1.2.3")
            .words(tags::PIXEL_DATA, slice_values(&volume(), z));
        file.save(&folder.path().join(format!("series/T2_{:03}.dcm", 12 - z)), uids::EXPLICIT_VR_LITTLE_ENDIAN);
    }
    // One of the two does not say.
    let silent = pair(folder.path(), &CaseChoice::default()).expect("a pair");
    assert!(silent.notes.is_empty(), "{:?}", silent.notes);
    for (frame, notes) in [("1.2.3", 0), ("1.2.4", 1)] {
        write_rtstruct_in(
            &folder.path().join("rs.dcm"),
            &volume().geometry,
            &[("GTV", vec![square(4.5, 13.5, 5.0)])],
            Some(frame),
        );
        let pair = pair(folder.path(), &CaseChoice::default()).expect("a pair");
        assert_eq!(pair.notes.len(), notes, "{:?}", pair.notes);
        assert!(pair.notes.iter().all(|note| note.contains("frame of reference")), "{:?}", pair.notes);
    }
}

#[test]
fn masks_of_fractions_ask_for_a_threshold() {
    let folder = tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    write_image(&at("image.nrrd"), &volume()).expect("an image");
    let mask = |name: &str, value: &dyn Fn(usize) -> f32| {
        let values: Vec<f32> = (0..volume().geometry.len()).map(value).collect();
        let of = Volume { geometry: volume().geometry, voxels: values.into() };
        write_image(&at(name), &of).expect("a mask");
    };
    let read = |name: &str, choice: &CaseChoice| {
        read_pair(&at("image.nrrd"), &at(name), choice).map(|p| (p.mask.labels.of(p.label).flatten().count(), p.notes))
    };
    mask("fractions.nrrd", &|i| if i < 100 { 1.0 / 255.0 } else { 0.0 });
    let said = read("fractions.nrrd", &CaseChoice::default()).expect_err("no label").to_string();
    assert!(said.contains("0.0039") && said.contains("--mask-threshold 0.00196"), "{said}");
    let with = CaseChoice { threshold: Some(0.002), ..CaseChoice::default() };
    assert_eq!(read("fractions.nrrd", &with).expect("a region").0, 100);
    mask("partly.nrrd", &|i| [0.6, 1.0, 0.0][(i / 50).min(2)]);
    let (voxels, notes) = read("partly.nrrd", &CaseChoice::default()).expect("a region");
    assert!(voxels == 50 && notes[0].contains("50 voxels of the mask are not whole numbers"), "{notes:?}");
    mask("rounded.nrrd", &|i| if i < 80 { 5.999_999 } else { 0.0 });
    let (voxels, notes) = read("rounded.nrrd", &CaseChoice::label(6)).expect("a region");
    assert!(voxels == 80 && notes[0].contains("close to one"), "{notes:?}");
    let said = read("rounded.nrrd", &CaseChoice::default()).expect_err("another label").to_string();
    assert!(said.contains("6 (80 voxels)") && said.contains("--label 6"), "{said}");
}
