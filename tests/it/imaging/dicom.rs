//! DICOM series, segmentation objects and structure sets against the same volume and regions in memory.

use std::fs;
use std::path::Path;

use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use imaging::{MaskChoice, ReadError, RegionChoice, content_hash, read_image, read_mask, read_segmentation};
use radiomics::{Geometry, Mask, PixelType, Volume, Voxels};
use tempfile::tempdir;
use volume::grid::{TOLERANCE, compare};

use super::files::{
    Attributes, Region, outlines, slice, slice_values, write_rtstruct, write_seg, write_series, write_slicer,
};

/// An oblique grid whose third axis points down and to the left.
fn grid() -> Geometry {
    let (s, c) = 0.4_f64.sin_cos();
    let direction = [[c, 0.0, s], [0.0, -1.0, 0.0], [s, 0.0, -c]];
    Geometry { size: [17, 13, 9], spacing: [0.75, 0.5, 2.5], origin: [-31.5, 12.25, 102.0], direction }
}

fn volume() -> Volume {
    let geometry = grid();
    let values: Vec<i16> = (0..geometry.len()).map(|i| (i * 7919 % 4001) as i16 - 2000).collect();
    Volume { geometry, voxels: values.into() }
}

/// A ball with a cavity, and a box that overlaps it.
fn regions() -> Vec<Region> {
    let g = grid();
    let all = |inside: &dyn Fn(f64, f64, f64) -> bool| {
        (0..g.len()).filter(|i| inside((i % 17) as f64, (i / 17 % 13) as f64, (i / 17 / 13) as f64)).collect::<Vec<_>>()
    };
    let distance = |x: f64, y: f64, z: f64| ((x - 8.0).powi(2) + (y - 6.0).powi(2) + 4.0 * (z - 4.0).powi(2)).sqrt();
    vec![
        Region { name: "Tumour", voxels: all(&|x, y, z| (2.0..5.3).contains(&distance(x, y, z))) },
        Region {
            name: "oedema",
            voxels: all(&|x, y, z| (2.0..=7.0).contains(&x) && y > 5.0 && (3.0..=6.0).contains(&z)),
        },
    ]
}

fn mask_of(region: &Region, label: u32) -> Mask {
    let mut labels = vec![0; grid().len()];
    region.voxels.iter().for_each(|&i| labels[i] = label);
    Mask { geometry: grid(), labels: labels.into() }
}

fn named(name: &str) -> RegionChoice {
    RegionChoice::Named(vec![name.to_owned()])
}

fn assert_same_grid(a: &Geometry, b: &Geometry) {
    assert_eq!(compare(a, b, 1e-9), Ok(()));
}

#[test]
fn a_series_is_its_volume_in_every_transfer_syntax() {
    for syntax in [
        uids::EXPLICIT_VR_LITTLE_ENDIAN,
        uids::IMPLICIT_VR_LITTLE_ENDIAN,
        "1.2.840.10008.1.2.2", // explicit big-endian, retired
        uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    ] {
        let folder = tempdir().expect("folder");
        write_series(&folder.path().join("deep/below"), &volume(), "T2", syntax);
        fs::write(folder.path().join("notes.txt"), "not DICOM").expect("write");
        let read = read_image(folder.path()).expect(syntax);
        assert_eq!(read.voxels, volume().voxels, "{syntax}");
        assert_same_grid(&volume().geometry, &read.geometry);
    }
}

#[test]
fn rescaling_takes_the_type_that_holds_the_result() {
    // Slope, intercept, bits stored (with sign) and the type that GDCM gives.
    for (slope, intercept, stored, pixel) in [
        (1.0, 0.0, 16, PixelType::I16),
        (1.0, -1024.0, 12, PixelType::I16),
        (1.0, -1024.0, 16, PixelType::I32),
        (2.0, 8192.0, 13, PixelType::U16),
        (0.25, 1.0, 12, PixelType::F64),
    ] {
        let folder = tempdir().expect("folder");
        for z in 0..9 {
            slice(&volume(), z, "CT")
                .us(tags::BITS_STORED, stored)
                .ds(tags::RESCALE_SLOPE, &[slope])
                .ds(tags::RESCALE_INTERCEPT, &[intercept])
                .words(tags::PIXEL_DATA, slice_values(&volume(), z))
                .save(&folder.path().join(format!("{z}.dcm")), uids::EXPLICIT_VR_LITTLE_ENDIAN);
        }
        let read = read_image(folder.path()).expect("series");
        assert_eq!(read.voxels.pixel_type(), pixel, "{slope} {intercept} {stored}");
        let expected = volume().voxels.to_f64().into_iter().map(|v| slope * v + intercept);
        assert_eq!(read.voxels.to_f64(), expected.collect::<Vec<_>>());
    }
}

#[test]
fn several_series_are_listed_and_chosen_by_a_file() {
    let folder = tempdir().expect("folder");
    let other = Volume { voxels: vec![5_i16; volume().voxels.len()].into(), ..volume() };
    write_series(folder.path(), &volume(), "T2", uids::EXPLICIT_VR_LITTLE_ENDIAN);
    write_series(folder.path(), &other, "DWI", uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let Err(ReadError::SeveralVolumes { volumes, .. }) = read_image(folder.path()) else { panic!("one series") };
    assert_eq!(volumes.len(), 2);
    assert!(volumes.iter().any(|v| v.contains("MR \"DWI\", 9 slices of 17 x 13 (for example DWI_")), "{volumes:?}");
    let of_file = |name: &str| read_image(&folder.path().join(name)).expect(name);
    assert_eq!(of_file("T2_003.dcm").voxels, volume().voxels);
    assert_eq!(of_file("DWI_001.dcm").voxels, other.voxels);
    assert_ne!(
        content_hash(&folder.path().join("T2_003.dcm")).expect("hash"),
        content_hash(&folder.path().join("DWI_003.dcm")).expect("hash")
    );
}

#[test]
fn echoes_in_one_series_are_told_apart() {
    let folder = tempdir().expect("folder");
    for (echo, add) in [("4.6", 0), ("9.2", 1000)] {
        for z in 0..9 {
            slice(&volume(), z, "T2*")
                .text(tags::SOP_INSTANCE_UID, VR::UI, format!("1.2.{add}.{z}"))
                .text(tags::ECHO_TIME, VR::DS, echo)
                .words(tags::PIXEL_DATA, slice_values(&volume(), z).into_iter().map(|v| v.wrapping_add(add)).collect())
                .save(&folder.path().join(format!("{echo}_{z}.dcm")), uids::EXPLICIT_VR_LITTLE_ENDIAN);
        }
    }
    let message = read_image(folder.path()).expect_err("two echoes").to_string();
    assert!(message.contains("echo time 4.6") && message.contains("echo time 9.2"), "{message}");
    let second = read_image(&folder.path().join("9.2_4.dcm")).expect("second echo");
    let expected: Vec<f64> = volume().voxels.to_f64().iter().map(|v| v + 1000.0).collect();
    assert_eq!(second.voxels.to_f64(), expected);
}

#[test]
fn gaps_duplicates_and_tilt_are_noticed() {
    let whole = tempdir().expect("folder");
    write_series(whole.path(), &volume(), "T2", uids::EXPLICIT_VR_LITTLE_ENDIAN);
    // The same file twice is harmless.
    fs::copy(whole.path().join("T2_003.dcm"), whole.path().join("copy.dcm")).expect("copy");
    assert_eq!(read_image(whole.path()).expect("copy").voxels, volume().voxels);
    // Another image at the same place is not.
    let twin = slice(&volume(), 4, "T2").text(tags::SOP_INSTANCE_UID, VR::UI, "1.2.3");
    let twin = twin.words(tags::PIXEL_DATA, slice_values(&volume(), 4));
    twin.save(&whole.path().join("twin.dcm"), uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let message = read_image(whole.path()).expect_err("duplicate").to_string();
    assert!(message.contains("1 slices at the place of another") && message.contains("twin.dcm"), "{message}");
    fs::remove_file(whole.path().join("twin.dcm")).expect("remove");
    fs::remove_file(whole.path().join("copy.dcm")).expect("remove");
    fs::remove_file(whole.path().join("T2_004.dcm")).expect("remove");
    let message = read_image(whole.path()).expect_err("gap").to_string();
    assert!(message.contains("5.000 mm from") && message.contains("2.500 mm is usual"), "{message}");
    let tilted = tempdir().expect("folder");
    for z in 0..9 {
        let mut shifted = volume();
        shifted.geometry.origin[1] += 0.3 * z as f64;
        let file = slice(&shifted, z, "CT").words(tags::PIXEL_DATA, slice_values(&shifted, z));
        file.save(&tilted.path().join(format!("{z}.dcm")), uids::EXPLICIT_VR_LITTLE_ENDIAN);
    }
    let message = read_image(tilted.path()).expect_err("tilt").to_string();
    assert!(message.contains("tilted gantry") && message.contains("2.40 mm"), "{message}");
}

#[test]
fn compressed_pixels_are_unpacked_or_named() {
    let folder = tempdir().expect("folder");
    let rle = |z: usize| {
        let words = slice_values(&volume(), z);
        let mut frame = vec![0; 64];
        frame[0] = 2;
        for (segment, shift) in [(0, 8), (1, 0)] {
            let at = frame.len() as u32;
            frame[4 + 4 * segment..][..4].copy_from_slice(&at.to_le_bytes());
            // Literal runs of up to 128 bytes.
            for bytes in words.chunks(100) {
                frame.push(bytes.len() as u8 - 1);
                frame.extend(bytes.iter().map(|w| (w >> shift) as u8));
            }
            frame.resize(frame.len().next_multiple_of(2), 0);
        }
        frame
    };
    for z in 0..9 {
        let file = slice(&volume(), z, "T2").fragments(vec![rle(z)]);
        file.save(&folder.path().join(format!("{z}.dcm")), uids::RLE_LOSSLESS);
    }
    assert_eq!(read_image(folder.path()).expect("RLE").voxels, volume().voxels);
    let other = tempdir().expect("folder");
    let file = slice(&volume(), 0, "T2").fragments(vec![vec![0; 64]]);
    file.clone().save(&other.path().join("0.dcm"), uids::JPEGLS_LOSSLESS);
    let message = read_image(other.path()).expect_err("no JPEG-LS").to_string();
    assert!(message.contains("does not begin as JPEG-LS does"), "{message}");
    file.save(&other.path().join("0.dcm"), uids::JPEGXL);
    let message = read_image(other.path()).expect_err("JPEG XL").to_string();
    assert!(message.contains("JPEG XL") && message.contains("decompress"), "{message}");
}

#[test]
fn segmentation_objects_give_their_segments() {
    let regions = regions();
    for fractional in [false, true] {
        let folder = tempdir().expect("folder");
        let path = folder.path().join("seg.dcm");
        write_seg(&path, &grid(), &regions, fractional);
        let on_image = MaskChoice { grid: Some(&grid()), ..MaskChoice::default() };
        let all = read_segmentation(folder.path(), &on_image).expect("segmentation");
        let found: Vec<_> = all.segments.iter().map(|s| (s.name.as_str(), s.label, s.layer)).collect();
        assert_eq!(found, [("Tumour", 1, 0), ("oedema", 2, 1)], "they overlap");
        assert_eq!(all.layer(0).expect("layer").labels, mask_of(&regions[0], 1).labels);
        assert_eq!(all.layer(1).expect("layer").labels, mask_of(&regions[1], 2).labels);
        // By name and by label.
        let by_name = MaskChoice { region: named("OEDEMA"), ..on_image.clone() };
        assert_eq!(read_mask(&path, &by_name).expect("name"), mask_of(&regions[1], 2));
        let labelled = MaskChoice { region: RegionChoice::Number(2), ..on_image.clone() };
        assert_eq!(read_mask(&path, &labelled).expect("label"), mask_of(&regions[1], 2));
        let absent = MaskChoice { region: named("liver"), ..on_image.clone() };
        let message = read_mask(&path, &absent).expect_err("absent").to_string();
        assert!(message.contains("\"liver\"") && message.contains("1 \"Tumour\""), "{message}");
    }
}

#[test]
fn a_segmentation_object_without_image_has_a_grid_of_its_own() {
    let folder = tempdir().expect("folder");
    let path = folder.path().join("seg.dcm");
    write_seg(&path, &grid(), &regions()[..1], false);
    let own = read_mask(&path, &MaskChoice::default()).expect("own grid");
    // The ball takes slices 2 to 6.
    assert_eq!(own.geometry.size, [17, 13, 5]);
    let moved = Geometry { origin: own.geometry.origin, size: own.geometry.size, ..grid() };
    assert_same_grid(&moved, &own.geometry);
    assert_eq!(own.labels, mask_of(&regions()[0], 1).labels.part(2 * 17 * 13..7 * 17 * 13).collect());
    // On a grid that does not fit it keeps its own, and the comparison says so.
    let other = Geometry { spacing: [0.75, 0.5, 2.0], ..grid() };
    let choice = MaskChoice { grid: Some(&other), ..MaskChoice::default() };
    let kept = read_mask(&path, &choice).expect("own grid");
    assert!(compare(&other, &kept.geometry, TOLERANCE).is_err());
}

#[test]
fn structure_sets_are_drawn_onto_the_image() {
    let regions = regions();
    let folder = tempdir().expect("folder");
    let path = folder.path().join("rs.dcm");
    let contours: Vec<_> = regions.iter().map(|r| (r.name, outlines(&grid(), r))).collect();
    write_rtstruct(&path, &grid(), &contours);
    let grid = grid();
    let on_image = MaskChoice { grid: Some(&grid), ..MaskChoice::default() };
    let all = read_segmentation(&path, &on_image).expect("structure set");
    assert_eq!(all.layer(0).expect("layer").labels, mask_of(&regions[0], 1).labels);
    assert_eq!(all.layer(1).expect("layer").labels, mask_of(&regions[1], 2).labels);
    let by_name = MaskChoice { region: named("oedema"), ..on_image.clone() };
    assert_eq!(read_mask(&path, &by_name).expect("name"), mask_of(&regions[1], 2));
    let message = read_mask(&path, &MaskChoice::default()).expect_err("no grid").to_string();
    assert!(message.contains("together with its image"), "{message}");
}

#[test]
fn rings_have_holes_and_strange_contours_are_told() {
    let grid = grid();
    let ring = |radius: f64, z: f64| -> Vec<[f64; 3]> {
        let turn = |k: usize| std::f64::consts::TAU * k as f64 / 90.0;
        (0..90).map(|k| [8.0 + radius * turn(k).cos(), 6.0 + radius * turn(k).sin(), z]).collect()
    };
    let folder = tempdir().expect("folder");
    let path = folder.path().join("rs.dcm");
    let on_image = MaskChoice { grid: Some(&grid), ..MaskChoice::default() };
    write_rtstruct(&path, &grid, &[("ring", vec![ring(5.2, 3.0), ring(2.2, 3.0)])]);
    let mask = read_mask(&path, &on_image).expect("ring");
    for (i, label) in mask.labels.iter().enumerate() {
        let (x, y, z) = ((i % 17) as f64, (i / 17 % 13) as f64, i / 17 / 13);
        let distance = ((x - 8.0).powi(2) + (y - 6.0).powi(2)).sqrt();
        assert_eq!(label == 1, z == 3 && (2.2..5.2).contains(&distance), "{x} {y} {z}");
    }
    write_rtstruct(&path, &grid, &[("far", vec![ring(2.0, 20.0)])]);
    let message = read_mask(&path, &on_image).expect_err("outside").to_string();
    assert!(message.contains("\"far\"") && message.contains("slice 21.0 of an image of 9"), "{message}");
    let upright = ring(3.0, 4.0).into_iter().map(|[x, y, _]| [x, 6.0, y - 2.0]).collect();
    write_rtstruct(&path, &grid, &[("upright", vec![upright])]);
    let message = read_mask(&path, &on_image).expect_err("upright").to_string();
    assert!(message.contains("do not run within slices"), "{message}");
}

#[test]
fn damaged_dicom_is_told() {
    let folder = tempdir().expect("folder");
    write_series(folder.path(), &volume(), "T2", uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let path = folder.path().join("T2_003.dcm");
    let bytes = fs::read(&path).expect("read");
    for length in [bytes.len() - 100, 600, 140] {
        fs::write(&path, &bytes[..length]).expect("write");
        let message = read_image(folder.path()).expect_err("cut").to_string();
        assert!(message.contains("T2_003.dcm") && message.contains("cut off or damaged"), "{message}");
    }
    let few = slice(&volume(), 0, "few").words(tags::PIXEL_DATA, vec![0; 10]);
    few.save(&path, uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let message = read_image(&path).expect_err("few").to_string();
    assert!(message.contains("20 of the 442 bytes"), "{message}");
    let empty = tempdir().expect("folder");
    let message = read_image(empty.path()).expect_err("empty").to_string();
    assert!(message.contains("no DICOM image"), "{message}");
}

#[test]
fn slicer_segmentations_name_their_segments() {
    let regions = regions();
    let folder = tempdir().expect("folder");
    let layer = |region: &Region, label: u8| -> Vec<u8> {
        mask_of(region, u32::from(label)).labels.iter().map(|l| l as u8).collect()
    };
    let path = folder.path().join("two.seg.nrrd");
    let layers = [layer(&regions[0], 3), layer(&regions[1], 1)];
    write_slicer(&path, &grid(), &layers, &[("Tumour", 3, 0), ("oedema", 1, 1)]);
    let all = read_segmentation(&path, &MaskChoice::default()).expect("two layers");
    assert_eq!(all.layers(), 2);
    assert_same_grid(&grid(), &all.geometry);
    let mask = |choice: MaskChoice| read_mask(&path, &choice).expect("mask").labels;
    assert_eq!(mask(MaskChoice::default()), mask_of(&regions[0], 3).labels);
    assert_eq!(mask(MaskChoice { channel: Some(1), ..MaskChoice::default() }), mask_of(&regions[1], 1).labels);
    assert_eq!(
        mask(MaskChoice { region: RegionChoice::Number(1), ..MaskChoice::default() }),
        mask_of(&regions[1], 1).labels
    );
    assert_eq!(mask(MaskChoice { region: named("Tumour"), ..MaskChoice::default() }), mask_of(&regions[0], 3).labels);
    let third = MaskChoice { channel: Some(2), ..MaskChoice::default() };
    assert!(matches!(read_mask(&path, &third), Err(ReadError::Region { .. })));
    // One layer, two labels.
    let path = folder.path().join("one.seg.nrrd");
    let mut both = layer(&regions[0], 1);
    regions[1].voxels.iter().for_each(|&i| both[i] = 2);
    write_slicer(&path, &grid(), &[both.clone()], &[("Tumour", 1, 0), ("oedema", 2, 0)]);
    let by_name = MaskChoice { region: named("oedema"), ..MaskChoice::default() };
    assert_eq!(read_mask(&path, &by_name).expect("oedema").labels, mask_of(&regions[1], 2).labels);
    let whole = read_mask(&path, &MaskChoice::default()).expect("all");
    assert_eq!(whole.labels, both.iter().map(|&l| u32::from(l)).collect());
}

#[test]
fn jpeg_lossless_jpeg_ls_and_jpeg_2000_give_the_values_that_were_written() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/imaging");
    let expected: Vec<i16> = (0..20).flat_map(|y| (0..23).map(move |x| (x * 37 + y * y * 5) % 1001 - 400)).collect();
    for name in ["jpeg_lossless", "jpeg_2000", "jpeg_ls"] {
        let folder = tempdir().expect("folder");
        let path = folder.path().join("slice.dcm");
        fs::copy(fixtures.join(format!("{name}.dcm")), &path).expect("fixture");
        let read = read_image(&path).expect(name);
        assert_eq!(read.geometry.size, [23, 20, 1]);
        assert_eq!(read.voxels, Voxels::I16(expected.clone()), "{name}");
    }
}

/// An enhanced multi-frame object: positions and rescaling stand in groups for each frame or for all.
#[test]
fn frames_of_one_file_are_ordered_and_rescaled() {
    let folder = tempdir().expect("folder");
    let path = folder.path().join("enhanced.dcm");
    let of = volume();
    let order = [4, 0, 8, 1, 7, 2, 6, 3, 5];
    let frame = |&z: &usize| {
        let position = Attributes::new().ds(tags::IMAGE_POSITION_PATIENT, &of.geometry.position([0.0, 0.0, z as f64]));
        let rescale = Attributes::new().ds(tags::RESCALE_SLOPE, &[1.0]).ds(tags::RESCALE_INTERCEPT, &[z as f64]);
        Attributes::new()
            .sequence(tags::PLANE_POSITION_SEQUENCE, vec![position])
            .sequence(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, vec![rescale])
    };
    let shared = slice(&of, 0, "enhanced");
    let measures = Attributes::new().ds(tags::PIXEL_SPACING, &[of.geometry.spacing[1], of.geometry.spacing[0]]);
    shared
        .clone()
        .text(tags::NUMBER_OF_FRAMES, VR::IS, "9")
        .sequence(
            tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
            vec![
                Attributes::new()
                    .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures])
                    .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![shared]),
            ],
        )
        .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, order.iter().map(frame).collect())
        .words(tags::PIXEL_DATA, order.iter().flat_map(|&z| slice_values(&of, z)).collect())
        .save(&path, uids::EXPLICIT_VR_LITTLE_ENDIAN);
    for path in [path.as_path(), folder.path()] {
        let read = read_image(path).expect("frames");
        assert_same_grid(&of.geometry, &read.geometry);
        let expected = of.voxels.to_f64().into_iter().enumerate().map(|(i, v)| v + (i / (17 * 13)) as f64);
        assert_eq!(read.voxels.to_f64(), expected.collect::<Vec<_>>());
    }
}
