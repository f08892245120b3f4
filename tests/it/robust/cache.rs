//! The cache: never another image's features, and no harm where it cannot be written.

use std::fs;
use std::path::{Path, PathBuf};

use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use imaging::{write_image, write_mask};
use radiomics::{Geometry, Labels, Mask, Settings, Volume};
use riskset::jobs::cache::{Cache, EXTRACTOR};
use riskset::jobs::extraction::{Case, CaseId, Plan};
use riskset::study::{CaseRegions, Picked};
use watch::Unwatched;

use super::{riskset, said};
use crate::imaging::files::Attributes;

const SIZE: [usize; 3] = [12, 11, 10];

fn geometry() -> Geometry {
    Geometry { spacing: [0.8, 0.9, 2.0], ..Geometry::unit(SIZE) }
}

fn volume(seed: usize) -> Volume {
    let values: Vec<i16> = (0..geometry().len()).map(|i| ((i * i * 31 + i * seed) % 613) as i16 - 100).collect();
    Volume { geometry: geometry(), voxels: values.into() }
}

fn mask() -> Mask {
    let [x, y, z] = SIZE;
    let inside = (0..x * y * z).filter(|i| {
        let at = [i % x, i / x % y, i / (x * y)].map(|k| k as f64);
        (at[0] - 5.0).powi(2) + (at[1] - 5.0).powi(2) + (at[2] - 4.5).powi(2) < 14.0
    });
    Mask { geometry: geometry(), labels: Labels::of_voxels(geometry().len(), inside.map(|voxel| (voxel, 1))) }
}

/// Two images, a mask and a table of cases that name them.
fn cases(folder: &Path) {
    write_image(&folder.join("i.nii"), &volume(3)).expect("room");
    write_image(&folder.join("j.nii"), &volume(7)).expect("room");
    write_mask(&folder.join("m.nii"), &mask()).expect("room");
    fs::write(folder.join("cases.csv"), "Image,Mask\ni.nii,m.nii\nj.nii,m.nii\n").expect("room");
}

fn extract(folder: &Path, cache: &str) -> Vec<u8> {
    riskset(folder, &["extract", "--batch", "cases.csv", "-o", "f.csv", "--force", "--cache-dir", cache]).success();
    fs::read(folder.join("f.csv")).expect("a table")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(entries(&path)),
            path => found.push(path),
        }
    }
    found.sort();
    found
}

/// Sets the time of modification to the same day for all files of a folder.
fn as_of_one_day(folder: &Path) {
    let day = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    for path in entries(folder) {
        fs::File::options().write(true).open(path).and_then(|file| file.set_modified(day)).expect("ours");
    }
}

#[test]
fn another_image_of_the_same_name_size_and_time_is_another_image() {
    let scratch = tempfile::tempdir().expect("a folder");
    let images = scratch.path().join("images");
    fs::create_dir(&images).expect("room");
    cases(&images);
    as_of_one_day(&images);
    let first = extract(&images, "../one");
    fs::copy(images.join("j.nii"), images.join("i.nii")).expect("room");
    as_of_one_day(&images);
    let second = extract(&images, "../one");
    assert!(first != second && second == extract(&images, "../two"));
}

#[test]
fn every_part_of_an_image_counts() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path().join("images");
    fs::create_dir(&folder).expect("room");
    let voxels = |seed: usize| -> Vec<u8> {
        (0..geometry().len()).flat_map(|i| (((i * i * 31 + i * seed) % 613) as i16).to_le_bytes()).collect()
    };
    let head = "NRRD0004\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: 12 11 10\nspace directions: \
                (0.8,0,0) (0,0.9,0) (0,0,2)\nspace origin: (0,0,0)\nencoding: raw\nendian: little\ndata file: i.raw\n";
    fs::write(folder.join("i.nhdr"), head).expect("room");
    fs::write(folder.join("i.raw"), voxels(3)).expect("room");
    write_mask(&folder.join("m.nii"), &mask()).expect("room");
    fs::write(folder.join("cases.csv"), "Image,Mask\ni.nhdr,m.nii\n").expect("room");
    as_of_one_day(&folder);
    let first = extract(&folder, "../one");
    fs::write(folder.join("i.raw"), voxels(7)).expect("room");
    as_of_one_day(&folder);
    let second = extract(&folder, "../one");
    assert!(first != second && second == extract(&folder, "../two"));
}

#[test]
fn entries_that_were_swapped_or_damaged_count_as_absent() {
    let scratch = tempfile::tempdir().expect("a folder");
    cases(scratch.path());
    let whole = extract(scratch.path(), "one");
    let kept = || entries(&scratch.path().join("one/cases"));
    let [a, b] = [0, 1].map(|i| fs::read(&kept()[i]).expect("an entry"));
    let put = |i: usize, bytes: &[u8]| fs::write(&kept()[i], bytes).expect("room");
    let text = String::from_utf8(a.clone()).expect("text");
    let one_less = text.replacen("\"original_shape_Elongation\",", "", 1);
    let bits = text.find("\"bits\":[").expect("values") + 8;
    let mut turned = a.clone();
    turned[bits] = if turned[bits] == b'4' { b'3' } else { b'4' };
    for damaged in [&b[..], one_less.as_bytes(), &turned, b"", b"{}"] {
        put(0, damaged);
        assert!(extract(scratch.path(), "one") == whole);
        assert!(fs::read(&kept()[0]).expect("an entry") == a, "it is made anew");
    }
    put(0, &b);
    put(1, &a);
    assert!(extract(scratch.path(), "one") == whole);
    // What an image holds is remembered in the same way.
    let contents = entries(&scratch.path().join("one"))
        .into_iter()
        .filter(|path| path.parent().is_some_and(|p| p.ends_with("contents")));
    let contents: Vec<PathBuf> = contents.collect();
    for path in &contents {
        fs::copy(&contents[0], path).ok();
    }
    assert!(extract(scratch.path(), "one") == whole);
}

#[test]
fn a_cache_that_cannot_be_written_costs_time_only() {
    let scratch = tempfile::tempdir().expect("a folder");
    cases(scratch.path());
    let whole = extract(scratch.path(), "one");
    fs::write(scratch.path().join("file"), "").expect("room");
    let args = ["extract", "--batch", "cases.csv", "-o", "f.csv", "--force", "--cache-dir", "file/cache"];
    let outcome = riskset(scratch.path(), &args).success();
    assert!(fs::read(scratch.path().join("f.csv")).expect("a table") == whole);
    assert_eq!(said(&outcome).matches("--cache-dir").count(), 1, "{}", said(&outcome));
}

#[test]
fn a_case_that_is_nested_too_deep_fails_alone() {
    for (class, length, implicit) in [
        (uids::CT_IMAGE_STORAGE, Length::Open, false),
        (uids::RT_STRUCTURE_SET_STORAGE, Length::Told, false),
        (uids::SEGMENTATION_STORAGE, Length::Open, true),
        (uids::CT_IMAGE_STORAGE, Length::Told, true),
    ] {
        let scratch = tempfile::tempdir().expect("a folder");
        cases(scratch.path());
        fs::create_dir(scratch.path().join("deep")).expect("room");
        fs::write(scratch.path().join("deep/0.dcm"), nested(class, length, implicit, 1500)).expect("room");
        let mask = class != uids::CT_IMAGE_STORAGE;
        let (image, mask) = if mask { ("i.nii", "deep/0.dcm") } else { ("deep", "m.nii") };
        let table = format!("Image,Mask\ni.nii,m.nii\n{image},{mask}\n");
        fs::write(scratch.path().join("cases.csv"), table).expect("room");
        let outcome = riskset(scratch.path(), &["extract", "--batch", "cases.csv", "-o", "f.csv"]).code(1);
        assert!(said(&outcome).contains("nested"), "{class} {}", said(&outcome));
        let rows = fs::read_to_string(scratch.path().join("f.csv")).expect("a table");
        assert_eq!(rows.lines().count(), 2, "the other case is there");
        assert!(fs::read_to_string(scratch.path().join("f.errors.csv")).expect("failures").contains("deep"));
    }
}

/// Whether sequences and items tell their length or end with a delimiter.
#[derive(Clone, Copy, PartialEq)]
enum Length {
    Open,
    Told,
}

/// A DICOM file with so many sequences within one another.
fn nested(class: &str, length: Length, implicit: bool, depth: usize) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.dcm");
    let syntax = if implicit { uids::IMPLICIT_VR_LITTLE_ENDIAN } else { uids::EXPLICIT_VR_LITTLE_ENDIAN };
    Attributes::new().text(tags::SOP_CLASS_UID, VR::UI, class).save(&path, syntax);
    // Referenced Image Sequence.
    let tag: &[u8] = if implicit { b"\x08\x00\x40\x11" } else { b"\x08\x00\x40\x11SQ\0\0" };
    let (item, end_of_item, end) = (b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0");
    let mut inner = Vec::new();
    for _ in 0..depth {
        let told = |length: usize| (length as u32).to_le_bytes();
        inner = match length {
            Length::Told => [tag, &told(inner.len() + 8), item, &told(inner.len()), &inner].concat(),
            Length::Open => [tag, &[0xff; 4], item, &[0xff; 4], &inner, end_of_item, end].concat(),
        };
    }
    [fs::read(path).expect("a file"), inner].concat()
}

#[test]
fn a_spacing_in_the_wrong_unit_is_refused() {
    let scratch = tempfile::tempdir().expect("a folder");
    cases(scratch.path());
    for spacing in ["[1, 0.0000001, 1]", "[0.0001, 0.0001, 0.0001]"] {
        fs::write(scratch.path().join("p.yaml"), format!("setting: {{resampledPixelSpacing: {spacing}}}\n"))
            .expect("room");
        let outcome = riskset(scratch.path(), &["extract", "i.nii", "m.nii", "--params", "p.yaml"]).code(1);
        assert!(said(&outcome).contains("voxels"), "{}", said(&outcome));
    }
}

/// The name of the extractor and what it makes of a small case. If the values have changed, change the name in
/// `src/jobs/cache.rs` as well, or caches give the old ones; then write both here.
const VALUES: (&str, &str) = ("riskset-extractor-3", "a63a9ac5bc621422");

#[test]
fn other_values_have_another_name() {
    let scratch = tempfile::tempdir().expect("a folder");
    cases(scratch.path());
    let parameters = "setting: {normalize: true, resampledPixelSpacing: [1, 1, 1], padDistance: 4, binWidth: 0.3}\n\
                      imageType: {Original: {}, Wavelet: {}, LoG: {sigma: [1.5]}, Square: {}, SquareRoot: {}, \
                      Logarithm: {}, Exponential: {}, Gradient: {}, LBP2D: {}, LBP3D: {}}\n";
    let settings = Settings::from_parameters(parameters).expect("sound parameters");
    let plan = Plan::new(settings, Cache::new(scratch.path().join("cache")));
    let case = Case {
        id: CaseId { patient: 0, sequence: 0, repeat: None },
        name: "a case".to_owned(),
        image: scratch.path().join("i.nii"),
        mask: scratch.path().join("m.nii"),
        picked: Picked::default(),
        channel: None,
        regions: CaseRegions::default(),
    };
    let (features, _, known) = case.features(&plan, &Unwatched).expect("features");
    assert!(!known && features.values.len() > 1000);
    // To eight digits: the last ones are the processor's.
    let mut hash = blake3::Hasher::new();
    for (name, value) in features.names.iter().zip(features.values.iter()) {
        hash.update(format!("{name} {value:.7e}\n").as_bytes());
    }
    let found = hash.finalize().to_hex();
    assert_eq!((EXTRACTOR, &found[..16]), VALUES, "features are not those of this name");
}
