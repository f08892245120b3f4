//! `riskset extract --batch` over one case in every format, and over cases that cannot be used.

use std::fs;
use std::io::Write;
use std::path::Path;

use assert_cmd::Command;
use dicom_dictionary_std::{tags, uids};
use flate2::{Compression, write::GzEncoder};

use crate::imaging::files::{Region, outlines, slice, slice_values, write_rtstruct, write_seg, write_slicer};
use imaging::{read_image, read_mask, write_image, write_mask};
use radiomics::{Geometry, Labels, Mask, Volume, Voxels};

/// Images of several kinds, resampled and not, and a few classes; quick.
const PARAMETERS: &str = "
imageType: {Original: {}, Wavelet: {}, LoG: {sigma: [2.0]}, Gradient: {}, LBP3D: {}}
setting: {resampledPixelSpacing: [1, 1, 1], binWidth: 20}
";

/// What a scanner adds to the values that it stores.
const INTERCEPT: i16 = -1024;

/// A lesion of the sample on a grid whose spacings and origin every format can hold exactly.
fn case() -> (Volume, Mask) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace");
    let image = read_image(&sample.join("images/HCC-003_AP.nii.gz")).expect("an image of the sample");
    let mask = read_mask(&sample.join("masks/HCC-003_AP.nii.gz"), &Default::default()).expect("its mask");
    let size = image.geometry.size;
    let geometry = Geometry { spacing: [1.75, 1.5, 2.5], origin: [-31.5, 12.25, 102.0], ..Geometry::unit(size) };
    let values: Vec<i16> = image.voxels.to_f64().iter().map(|v| *v as i16).collect();
    (Volume { geometry: geometry.clone(), voxels: values.into() }, Mask { geometry, ..mask })
}

/// The lesion, and a box that overlaps it.
fn regions(mask: &Mask) -> Vec<Region> {
    let of = |inside: &dyn Fn(usize) -> bool| (0..mask.labels.len()).filter(|&i| inside(i)).collect::<Vec<_>>();
    let [nx, ny, _] = mask.geometry.size;
    let boxed = |i: usize| i % nx > nx / 2 && i / nx % ny > 3;
    vec![Region { name: "Tumour", voxels: of(&|i| mask.labels[i] == 1) }, Region { name: "oedema", voxels: of(&boxed) }]
}

/// A CT series: twelve bits without sign are stored, the intercept is taken off again.
fn write_ct(folder: &Path, volume: &Volume) {
    fs::create_dir_all(folder).expect("a folder");
    let Voxels::I16(values) = &volume.voxels else { panic!("16-bit values") };
    let stored: Vec<u16> = values.iter().map(|v| (v - INTERCEPT) as u16).collect();
    let stored = Volume { geometry: volume.geometry.clone(), voxels: stored.into() };
    for z in 0..volume.geometry.size[2] {
        slice(&stored, z, "AP")
            .us(tags::BITS_STORED, 12)
            .ds(tags::RESCALE_SLOPE, &[1.0])
            .ds(tags::RESCALE_INTERCEPT, &[INTERCEPT.into()])
            .words(tags::PIXEL_DATA, slice_values(&stored, z))
            .save(&folder.join(format!("{z:03}.dcm")), uids::EXPLICIT_VR_LITTLE_ENDIAN);
    }
}

/// The case in every format under `folder`: image and mask of each.
fn write_formats(folder: &Path) -> Vec<(&'static str, &'static str)> {
    let (volume, mask) = case();
    let regions = regions(&mask);
    let at = |name: &str| folder.join(name);
    for ending in ["nii.gz", "nrrd"] {
        write_image(&at(&format!("image.{ending}")), &volume).expect("an image");
        write_mask(&at(&format!("mask.{ending}")), &mask).expect("a mask");
    }
    let layer = |region: &Region, label: u8| {
        let mut layer = vec![0; mask.labels.len()];
        region.voxels.iter().for_each(|&i| layer[i] = label);
        layer
    };
    let layers = [layer(&regions[1], 2), layer(&regions[0], 1)];
    write_slicer(&at("two.seg.nrrd"), &volume.geometry, &layers, &[("oedema", 2, 0), ("Tumour", 1, 1)]);
    write_ct(&at("series"), &volume);
    write_seg(&at("seg.dcm"), &volume.geometry, &regions, false);
    let contours: Vec<_> = regions.iter().map(|r| (r.name, outlines(&volume.geometry, r))).collect();
    write_rtstruct(&at("rs.dcm"), &volume.geometry, &contours);
    vec![
        ("image.nii.gz", "mask.nii.gz"),
        ("image.nrrd", "mask.nrrd"),
        ("image.nrrd", "two.seg.nrrd"),
        ("series", "seg.dcm"),
        ("series", "rs.dcm"),
    ]
}

/// Cases that cannot be used, made from the sound one in `folder`: image, mask, and what is said of it.
fn write_damaged(folder: &Path) -> Vec<(&'static str, &'static str, &'static str)> {
    let (volume, mask) = case();
    let at = |name: &str| folder.join(name);
    let whole = fs::read(at("image.nii.gz")).expect("the image");
    fs::write(at("cut.nii.gz"), &whole[..whole.len() / 2]).expect("a file");

    // 64 MiB of zeros behind a sound header.
    write_image(&at("plain.nii"), &volume).expect("an image");
    let mut swollen = fs::read(at("plain.nii")).expect("the image");
    swollen.resize(1 << 26, 0);
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    bomb.write_all(&swollen).expect("compress");
    fs::write(at("bomb.nii.gz"), bomb.finish().expect("compress")).expect("a file");

    let with = |voxels: &[usize]| {
        let labels = Labels::of_voxels(mask.labels.len(), voxels.iter().map(|&i| (i, 1)));
        Mask { geometry: mask.geometry.clone(), labels }
    };
    write_mask(&at("empty.nii.gz"), &with(&[])).expect("a mask");
    write_mask(&at("single.nii.gz"), &with(&[1000])).expect("a mask");

    let mut values: Vec<f32> = volume.voxels.to_f64().iter().map(|&v| v as f32).collect();
    // One of the region, as voxels elsewhere do no harm.
    values[regions(&mask)[0].voxels[0]] = f32::NAN;
    write_image(&at("nan.nrrd"), &Volume { geometry: volume.geometry.clone(), voxels: values.into() })
        .expect("an image");

    let mut moved = mask.clone();
    moved.geometry.origin[1] += 0.5;
    write_mask(&at("moved.nrrd"), &moved).expect("a mask");
    let [nx, ny, nz] = mask.geometry.size;
    let shorter = Geometry { size: [nx, ny, nz - 1], ..mask.geometry.clone() };
    write_mask(&at("short.nrrd"), &Mask { labels: mask.labels.part(0..shorter.len()).collect(), geometry: shorter })
        .expect("a mask");
    vec![
        ("cut.nii.gz", "mask.nii.gz", "cut.nii.gz"),
        ("bomb.nii.gz", "mask.nii.gz", "bomb.nii.gz"),
        ("image.nii.gz", "empty.nii.gz", "label 1 is not in it; it holds background alone"),
        ("image.nii.gz", "single.nii.gz", "the region of interest is a single voxel"),
        ("nan.nrrd", "mask.nrrd", "NaN or infinite"),
        ("image.nrrd", "moved.nrrd", "origin shifted by (0, 0.500, 0) mm"),
        ("image.nrrd", "short.nrrd", "in the mask,"),
    ]
}

/// `extract --batch` in `folder` over `rows`; the exit status and what was written beside `name`.
fn run(folder: &Path, name: &str, parameters: &str, rows: &[(&str, &str)]) -> (Option<i32>, Vec<String>, Vec<String>) {
    let mut table = "Case,Image,Mask,Label\n".to_owned();
    for (i, (image, mask)) in rows.iter().enumerate() {
        table += &format!("case {i},{image},{mask},1\n");
    }
    fs::write(folder.join("cases.csv"), table).expect("a table");
    fs::write(folder.join("params.yaml"), parameters).expect("a parameter file");
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.env("RISKSET_STATE_DIR", folder.join("state")).env("RISKSET_CACHE_DIR", folder.join("cache"));
    command.current_dir(folder).args(["extract", "--batch", "cases.csv", "--params", "params.yaml", "-o"]);
    let output = command.arg(format!("{name}.csv")).output().expect("it runs");
    let lines = |file: String| -> Vec<String> {
        fs::read_to_string(folder.join(file)).unwrap_or_default().lines().map(str::to_owned).collect()
    };
    (output.status.code(), lines(format!("{name}.csv")), lines(format!("{name}.errors.csv")))
}

/// A row without its first four fields, which say what it is made of.
fn values(row: &str) -> &str {
    row.splitn(5, ',').last().unwrap_or_default()
}

#[test]
fn one_case_in_every_format_gives_one_row() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path();
    let formats = write_formats(folder);
    let native = PARAMETERS.replace("setting: {resampledPixelSpacing: [1, 1, 1], ", "setting: {");
    for (name, parameters) in [("resampled", PARAMETERS), ("native", &native)] {
        let (code, rows, errors) = run(folder, name, parameters, &formats);
        assert_eq!((code, rows.len(), errors.len()), (Some(0), 1 + formats.len(), 0), "{errors:?}");
        assert!(rows[0].split(',').count() > 1200, "{}", rows[0]);
        assert!(values(&rows[1]).split(',').all(|field| field.parse::<f64>().is_ok_and(f64::is_finite)));
        for (row, (image, mask)) in rows[1..].iter().zip(&formats) {
            assert_eq!(values(row), values(&rows[1]), "{name}: {image} with {mask}");
        }
    }
}

#[test]
fn cases_that_cannot_be_used_are_named_and_the_others_done() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path();
    let mut rows = write_formats(folder);
    let sound = rows.len();
    let damaged = write_damaged(folder);
    // Among the sound ones, not after them.
    for (i, (image, mask, _)) in damaged.iter().enumerate() {
        rows.insert(2 * i % rows.len(), (image, mask));
    }
    let (code, features, errors) = run(folder, "features", "setting: {binWidth: 20}", &rows);
    assert_eq!((code, features.len(), errors.len()), (Some(1), 1 + sound, 1 + damaged.len()), "{errors:#?}");
    assert_eq!(errors[0], "Case,Image,Mask,Label,Error");
    for (image, mask, said) in damaged {
        let of_it = errors.iter().find(|line| line.contains(&format!(",{image},{mask},1,")));
        assert!(of_it.is_some_and(|line| values(line).contains(said)), "{image} {mask}: {of_it:?}");
    }
    println!("{}", errors.join("\n"));
}

/// Segments of 3D Slicer that overlap lie in layers, which number their labels each from 1.
#[test]
fn layers_are_told_apart() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path();
    let (volume, mask) = case();
    let regions = regions(&mask);
    write_image(&folder.join("image.nrrd"), &volume).expect("an image");
    let layers = [&regions[0], &regions[1]].map(|region| {
        let mut layer = vec![0; mask.labels.len()];
        region.voxels.iter().for_each(|&i| layer[i] = 1);
        layer
    });
    write_slicer(&folder.join("two.seg.nrrd"), &volume.geometry, &layers, &[("oedema", 1, 1), ("Tumour", 1, 0)]);
    fs::write(folder.join("p.yaml"), "featureClass: {shape: [VoxelVolume]}\n").expect("parameters");
    let extract = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("riskset").expect("the binary is built");
        command.env("RISKSET_STATE_DIR", folder.join("state")).env("RISKSET_CACHE_DIR", folder.join("cache"));
        let output = command.current_dir(folder).arg("extract").args(arguments).args(["--params", "p.yaml"]).assert();
        String::from_utf8(output.success().get_output().stdout.clone()).expect("UTF-8")
    };
    let volume_of = |region: &Region| region.voxels.len() as f64 * volume.geometry.voxel_volume();
    let (tumour, oedema) = (volume_of(&regions[0]), volume_of(&regions[1]));
    let json = |arguments: &[&str]| -> serde_json::Value {
        let files = ["image.nrrd", "two.seg.nrrd", "--format", "json"];
        serde_json::from_str(&extract(&[&files, arguments].concat())).expect("JSON")
    };
    // The first layer that holds the label, whatever the order of the names.
    assert_eq!(json(&[])["original_shape_VoxelVolume"], tumour);
    let all = json(&["--label", "all"]);
    assert_eq!(all["1 in layer 0"]["original_shape_VoxelVolume"], tumour);
    assert_eq!(all["1 in layer 1"]["original_shape_VoxelVolume"], oedema);

    let rows = "image.nrrd,two.seg.nrrd,1,0\nimage.nrrd,two.seg.nrrd,1,1\nimage.nrrd,two.seg.nrrd,,\n";
    fs::write(folder.join("cases.csv"), format!("Image,Mask,Label,Label_channel\n{rows}")).expect("a table");
    let table = extract(&["--batch", "cases.csv", "--format", "csv"]);
    let volumes: Vec<f64> = table
        .lines()
        .skip(1)
        .map(|row| row.split(',').next_back().expect("a cell").parse().expect("a number"))
        .collect();
    assert_eq!(volumes, [tumour, oedema, tumour]);
}
