//! DICOM volumes beside plain series: b-values in private attributes, several volumes in one file, doses, parametric maps,
//! nuclear medicine, rounded positions.

use std::path::Path;

use dicom_core::{Tag, VR};
use dicom_dictionary_std::{tags, uids};
use imaging::read::dicom::acquisition::{Value, acquisition};
use imaging::{VolumeChoice, read, read_image};
use radiomics::{Geometry, PixelType, Volume};
use tempfile::tempdir;
use volume::grid::compare;

use super::files::{Attributes, slice, slice_values};

fn volume() -> Volume {
    let geometry = Geometry {
        size: [9, 7, 6],
        spacing: [0.75, 0.5, 1.25],
        origin: [-31.5, 12.25, 102.0],
        ..Geometry::unit([1; 3])
    };
    Volume { voxels: (0..geometry.len()).map(|i| (i * 79 % 401) as i16).collect::<Vec<_>>().into(), geometry }
}

fn plus(add: i16) -> Vec<f64> {
    volume().voxels.to_f64().iter().map(|v| v + f64::from(add)).collect()
}

/// A diffusion series of two weightings; `marked` says how each slice tells its own.
fn diffusion(folder: &Path, marked: &dyn Fn(Attributes, i16) -> Attributes) {
    for (k, b) in [0_i16, 800].into_iter().enumerate() {
        for z in 0..6 {
            let of_slice = slice(&volume(), z, "DWI")
                .text(tags::SOP_INSTANCE_UID, VR::UI, format!("1.2.{}", 6 * k + z))
                .words(tags::PIXEL_DATA, slice_values(&volume(), z).iter().map(|v| v + b as u16).collect());
            marked(of_slice, b).save(&folder.join(format!("{:03}.dcm", 6 * k + z)), uids::EXPLICIT_VR_LITTLE_ENDIAN);
        }
    }
}

#[test]
fn volumes_of_private_b_values_are_told_apart_and_chosen() {
    let creator = |a: Attributes, group: u16, name: &str| a.text(Tag(group, 0x10), VR::LO, name);
    type Maker<'a> = (&'a str, &'a dyn Fn(Attributes, i16) -> Attributes);
    let makers: [Maker<'_>; 5] = [
        ("Siemens", &|a, b| creator(a, 0x19, "SIEMENS MR HEADER").text(Tag(0x19, 0x100c), VR::IS, b.to_string())),
        ("Siemens by name", &|a, b| a.text(tags::SEQUENCE_NAME, VR::SH, format!("*ep_b{b}t"))),
        ("GE", &|a, b| {
            creator(a, 0x43, "GEMS_PARM_01").text(
                Tag(0x43, 0x1039),
                VR::IS,
                format!("{}\\8\\0\\0", 1_000_000_000 + i64::from(b)),
            )
        }),
        ("Philips", &|a, b| creator(a, 0x2001, "Philips Imaging DD 001").floats(Tag(0x2001, 0x1003), &[f32::from(b)])),
        ("the standard", &|a, b| a.text(tags::DIFFUSION_B_VALUE, VR::DS, b.to_string())),
    ];
    for (maker, marked) in makers {
        let folder = tempdir().expect("a folder");
        diffusion(folder.path(), marked);
        let said = read_image(folder.path()).expect_err(maker).to_string();
        assert!(
            said.contains("(2) MR \"DWI\", b-value 800, 6 slices") && said.contains("--b-value B"),
            "{maker}: {said}"
        );
        assert_eq!(read_image(&folder.path().join("009.dcm")).expect(maker).voxels.to_f64(), plus(800), "{maker}");
        for (number, b_value, add) in [(Some(1), None, 0), (None, Some(800.0), 800), (Some(2), None, 800)] {
            let image = read(folder.path(), &VolumeChoice { number, b_value, series: None }).expect(maker);
            assert_eq!(image.volume.voxels.to_f64(), plus(add), "{maker}");
        }
        let said = read(folder.path(), &VolumeChoice { b_value: Some(500.0), ..VolumeChoice::default() })
            .expect_err(maker)
            .to_string();
        assert!(said.contains("no volume of b-value 500; it holds 2 volumes"), "{said}");
        let b_of = acquisition(folder.path(), &VolumeChoice { number: Some(2), ..VolumeChoice::default() })
            .expect(maker)
            .expect("DICOM");
        assert!(b_of.iter().any(|(p, v)| p.name == "b-value" && *v == Value::Number(800.0)), "{maker}: {b_of:?}");
    }
}

#[test]
fn directions_repeat_a_b_value() {
    let folder = tempdir().expect("a folder");
    let weightings = [(0, "0\\0\\0"), (800, "1\\0\\0"), (800, "0\\1\\0")];
    for (k, (b, direction)) in weightings.into_iter().enumerate() {
        for z in 0..6 {
            slice(&volume(), z, "DTI")
                .text(tags::SOP_INSTANCE_UID, VR::UI, format!("1.2.{}", 6 * k + z))
                .text(tags::DIFFUSION_B_VALUE, VR::DS, b.to_string())
                .text(Tag(0x19, 0x10), VR::LO, "SIEMENS MR HEADER")
                .text(Tag(0x19, 0x100e), VR::DS, direction)
                .text(tags::CONTENT_TIME, VR::TM, format!("10{:02}00", 6 * k + z))
                .words(tags::PIXEL_DATA, slice_values(&volume(), z))
                .save(&folder.path().join(format!("{:03}.dcm", 6 * k + z)), uids::EXPLICIT_VR_LITTLE_ENDIAN);
        }
    }
    let said = read_image(folder.path()).expect_err("three").to_string();
    assert!(said.contains("it holds 3 volumes"), "{said}");
    let of_800 = VolumeChoice { b_value: Some(800.0), ..VolumeChoice::default() };
    let said = read(folder.path(), &of_800).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(said.contains("2 volumes") && said.contains("--b-value 800 --volume N"), "{said}");
}

/// A multi-frame file whose frames are `frames`, each with the slice that its pixels are of.
fn frames(class: &str, frames: Vec<(Attributes, usize)>) -> Attributes {
    let of = volume();
    let plane = slice(&of, 0, "many");
    let measures = Attributes::new().ds(tags::PIXEL_SPACING, &[of.geometry.spacing[1], of.geometry.spacing[0]]);
    let shared = Attributes::new()
        .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures])
        .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![plane.clone()]);
    let place = |(attributes, z): &(Attributes, usize)| {
        let at = of.geometry.position([0.0, 0.0, *z as f64]);
        let position = Attributes::new().ds(tags::IMAGE_POSITION_PATIENT, &at);
        attributes.clone().sequence(tags::PLANE_POSITION_SEQUENCE, vec![position])
    };
    plane
        .text(tags::SOP_CLASS_UID, VR::UI, class)
        .text(tags::NUMBER_OF_FRAMES, VR::IS, frames.len().to_string())
        .sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared])
        .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames.iter().map(place).collect())
}

#[test]
fn volumes_of_one_enhanced_file_are_listed_and_chosen() {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("enhanced.dcm");
    let echo = |ms: f64| {
        let echo = Attributes::new().doubles(tags::EFFECTIVE_ECHO_TIME, &[ms]);
        Attributes::new().sequence(tags::MR_ECHO_SEQUENCE, vec![echo])
    };
    // Frames of the two echoes take turns.
    let all: Vec<_> = (0..6).flat_map(|z| [(echo(4.6), z), (echo(9.2), z)]).collect();
    let pixels = (0..6).flat_map(|z| {
        let first = slice_values(&volume(), z);
        let second: Vec<u16> = first.iter().map(|v| v + 100).collect();
        [first, second].concat()
    });
    let pixels = pixels.collect();
    frames(uids::ENHANCED_MR_IMAGE_STORAGE, all)
        .words(tags::PIXEL_DATA, pixels)
        .save(&path, uids::EXPLICIT_VR_LITTLE_ENDIAN);
    for path in [path.as_path(), folder.path()] {
        let said = read_image(path).expect_err("two echoes").to_string();
        assert!(
            said.contains("(1) MR \"many\", echo time 4.6") && said.contains("(2) MR \"many\", echo time 9.2"),
            "{said}"
        );
        assert!(said.contains("--volume N") && !said.contains("path of one of its files"), "{said}");
        let second = read(path, &VolumeChoice { number: Some(2), ..VolumeChoice::default() }).expect("the second");
        assert_eq!(second.volume.voxels.to_f64(), plus(100));
    }
}

#[test]
fn floats_doses_and_reconstructed_scans_are_read() {
    let folder = tempdir().expect("a folder");
    let of = volume();
    let same_grid = |g: &Geometry| assert_eq!(compare(&of.geometry, g, 1e-9), Ok(()));
    let all: Vec<u16> = (0..6).flat_map(|z| slice_values(&of, z)).collect();

    let path = folder.path().join("map.dcm");
    let values: Vec<f32> = of.voxels.to_f64().iter().map(|v| *v as f32 * 1.5).collect();
    let map = frames(uids::PARAMETRIC_MAP_STORAGE, (0..6).map(|z| (Attributes::new(), z)).collect());
    let without = [tags::BITS_STORED, tags::HIGH_BIT, tags::PIXEL_REPRESENTATION];
    let map = without.into_iter().fold(map, Attributes::without).us(tags::BITS_ALLOCATED, 32);
    map.floats(tags::FLOAT_PIXEL_DATA, &values).save(&path, uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let read = read_image(&path).expect("a parametric map");
    assert_eq!(
        (read.voxels.pixel_type(), read.voxels.to_f64()),
        (PixelType::F32, values.iter().map(|v| f64::from(*v)).collect())
    );
    same_grid(&read.geometry);

    let steps: Vec<f64> = (0..6).map(|z| 1.25 * f64::from(z)).collect();
    for absolute in [false, true] {
        let path = folder.path().join("dose.dcm");
        let offsets: Vec<f64> = steps.iter().map(|s| if absolute { s + of.geometry.origin[2] } else { *s }).collect();
        slice(&of, 0, "dose")
            .text(tags::SOP_CLASS_UID, VR::UI, uids::RT_DOSE_STORAGE)
            .text(tags::NUMBER_OF_FRAMES, VR::IS, "6")
            .ds(tags::GRID_FRAME_OFFSET_VECTOR, &offsets)
            .text(tags::DOSE_GRID_SCALING, VR::DS, "0.01")
            .words(tags::PIXEL_DATA, all.clone())
            .save(&path, uids::EXPLICIT_VR_LITTLE_ENDIAN);
        let read = read_image(&path).expect("a dose");
        same_grid(&read.geometry);
        assert_eq!(read.voxels.to_f64(), of.voxels.to_f64().iter().map(|v| 0.01 * v).collect::<Vec<_>>());
    }

    let path = folder.path().join("spect.dcm");
    let spect = |kind: &str| {
        let g = &of.geometry;
        let detector = Attributes::new()
            .ds(tags::IMAGE_POSITION_PATIENT, &g.origin)
            .ds(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        let whole =
            slice(&of, 0, "tomo").without(tags::IMAGE_POSITION_PATIENT).without(tags::IMAGE_ORIENTATION_PATIENT);
        whole
            .text(tags::SOP_CLASS_UID, VR::UI, uids::NUCLEAR_MEDICINE_IMAGE_STORAGE)
            .text(tags::IMAGE_TYPE, VR::CS, format!("ORIGINAL\\PRIMARY\\{kind}\\EMISSION"))
            .text(tags::NUMBER_OF_FRAMES, VR::IS, "6")
            .ds(tags::SPACING_BETWEEN_SLICES, &[1.25])
            .sequence(tags::DETECTOR_INFORMATION_SEQUENCE, vec![detector])
            .words(tags::PIXEL_DATA, all.clone())
            .save(&path, uids::EXPLICIT_VR_LITTLE_ENDIAN);
    };
    spect("RECON TOMO");
    let read = read_image(&path).expect("a reconstruction");
    same_grid(&read.geometry);
    assert_eq!(read.voxels.to_f64(), of.voxels.to_f64());
    spect("WHOLE BODY");
    let said = read_image(&path).expect_err("projections").to_string();
    assert!(said.contains("nuclear medicine image (NM) of type WHOLE BODY"), "{said}");
}

#[test]
fn rounded_positions_are_no_gaps_and_missing_attributes_are_named() {
    let folder = tempdir().expect("a folder");
    let save = |of: &Volume, z: usize, height: f64, without: Option<Tag>| {
        let [x, y, _] = of.geometry.origin;
        let file = slice(of, z, "T2").ds(tags::IMAGE_POSITION_PATIENT, &[x, y, height]);
        let file = without.into_iter().fold(file, Attributes::without);
        let file = file.words(tags::PIXEL_DATA, slice_values(of, z));
        file.save(&folder.path().join(format!("{z}.dcm")), uids::EXPLICIT_VR_LITTLE_ENDIAN);
    };
    let mut coarse = volume();
    coarse.geometry.origin = [-31.5, 12.2, 102.0];
    for z in 0..6 {
        save(&coarse, z, ((102.0 + 1.25 * z as f64) * 10.0).round() / 10.0, None);
    }
    let image = read(folder.path(), &VolumeChoice::default()).expect("rounded");
    assert!(image.notes[0].contains("rounded to 0.1 mm"), "{:?}", image.notes);
    assert!((image.volume.geometry.spacing[2] - 1.26).abs() < 1e-9, "from 102.0 to 108.3");
    // A slice that is missing is more than rounding explains.
    for z in 0..6 {
        save(&coarse, z, 102.0 + if z < 3 { 1.2 } else { 1.5 } * z as f64, None);
    }
    let said = read_image(folder.path()).expect_err("uneven").to_string();
    assert!(said.contains("not evenly spaced"), "{said}");
    for z in 0..6 {
        save(&volume(), z, 102.0 + 1.25 * z as f64, Some(tags::PIXEL_SPACING));
    }
    let said = read_image(folder.path()).expect_err("no spacing").to_string();
    assert!(said.contains("no Pixel Spacing (0028,0030)"), "{said}");
}
