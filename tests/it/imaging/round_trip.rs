//! What is written is read again, and is the same file every time.

use std::fs;

use imaging::{MaskChoice, WriteError, content_hash, read_image, read_mask, write_image, write_mask};
use proptest::prelude::*;
use radiomics::{Geometry, Mask, PixelType, Volume, Voxels};
use tempfile::tempdir;

const TYPES: [PixelType; 10] = [
    PixelType::U8,
    PixelType::I8,
    PixelType::U16,
    PixelType::I16,
    PixelType::U32,
    PixelType::I32,
    PixelType::U64,
    PixelType::I64,
    PixelType::F32,
    PixelType::F64,
];

/// The rotation by `angles` about x, then y, then z, its third axis mirrored if `left_handed`.
fn turned(angles: [f64; 3], left_handed: bool) -> [[f64; 3]; 3] {
    let [(sx, cx), (sy, cy), (sz, cz)] = angles.map(f64::sin_cos);
    let mut m = [
        [cy * cz, sx * sy * cz - cx * sz, cx * sy * cz + sx * sz],
        [cy * sz, sx * sy * sz + cx * cz, cx * sy * sz - sx * cz],
        [-sy, sx * cy, cx * cy],
    ];
    if left_handed {
        m.iter_mut().for_each(|row| row[2] = -row[2]);
    }
    m
}

fn volumes() -> impl Strategy<Value = Volume> {
    let grid = (prop::array::uniform3(1_usize..7), prop::array::uniform3(0.3_f64..6.0));
    let place = (prop::array::uniform3(-200.0_f64..200.0), prop::array::uniform3(-3.1_f64..3.1), any::<bool>());
    (grid, place, 0..TYPES.len(), any::<u32>()).prop_map(|((size, spacing), (origin, angles, left), pixel, seed)| {
        let geometry = Geometry { size, spacing, origin, direction: turned(angles, left) };
        let values = (0..geometry.len()).map(|i| f64::from(seed.wrapping_mul(i as u32 + 1) % 120));
        let voxels = Voxels::from_f64(values.collect(), TYPES[pixel]);
        Volume { geometry, voxels }
    })
}

fn assert_close(a: &Geometry, b: &Geometry, tolerance: f64) {
    assert_eq!(a.size, b.size);
    let pairs = a.spacing.iter().zip(&b.spacing).chain(a.origin.iter().zip(&b.origin));
    for (x, y) in pairs.chain(a.direction.as_flattened().iter().zip(b.direction.as_flattened())) {
        assert!((x - y).abs() <= tolerance * (1.0 + x.abs()), "{x} {y}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn images_come_back(volume in volumes()) {
        let folder = tempdir().expect("temporary folder");
        // NIfTI keeps positions as f32, NRRD the digits of a double (a product and a quotient apart).
        for (name, tolerance) in [("v.1.nii", 2e-6), ("v.nii.gz", 2e-6), ("v.nrrd", 1e-14)] {
            let path = folder.path().join(name);
            write_image(&path, &volume).expect(name);
            let back = read_image(&path).expect(name);
            prop_assert_eq!(&back.voxels, &volume.voxels);
            assert_close(&volume.geometry, &back.geometry, tolerance);
        }
    }
}

#[test]
fn the_same_volume_gives_the_same_bytes() {
    let folder = tempdir().expect("temporary folder");
    let values: Vec<i16> = (0..60_i16).map(|i| i * i % 37).collect();
    let volume = Volume { geometry: Geometry::unit([5, 4, 3]), voxels: values.into() };
    for name in ["v.nii", "v.nii.gz", "v.nrrd"] {
        let (a, b) = (folder.path().join(name), folder.path().join(format!("again_{name}")));
        write_image(&a, &volume).expect(name);
        write_image(&b, &volume).expect(name);
        assert_eq!(fs::read(&a).expect(name), fs::read(&b).expect(name), "{name}");
        // Bytes 4 to 7 of a gzip stream are the time of writing.
        let bytes = fs::read(&a).expect(name);
        let gzip = bytes.windows(2).position(|w| w == [0x1f, 0x8b]);
        assert!(gzip.is_none_or(|at| bytes[at + 4..at + 8] == [0; 4]), "{name}");
        assert_eq!(content_hash(&a).expect(name), content_hash(&b).expect(name), "{name}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("list").count(), 6, "no temporary files are left");
}

#[test]
fn masks_take_the_smallest_type() {
    let folder = tempdir().expect("temporary folder");
    for (largest, bytes) in [(1, 1), (255, 1), (256, 2), (70_000, 4)] {
        let mask =
            Mask { geometry: Geometry::unit([2, 2, 2]), labels: vec![0, 0, 1, largest, 0, 1, 0, largest].into() };
        let path = folder.path().join(format!("{largest}.nii"));
        write_mask(&path, &mask).expect("write");
        assert_eq!(fs::metadata(&path).expect("size").len(), 352 + 8 * bytes);
        assert_eq!(read_mask(&path, &MaskChoice::default()).expect("read"), mask);
    }
}

#[test]
fn what_cannot_be_written_is_told() {
    let folder = tempdir().expect("temporary folder");
    let volume = Volume { geometry: Geometry::unit([40_000, 1, 1]), voxels: vec![0_u8; 40_000].into() };
    let path = folder.path().join("long.nii");
    assert!(matches!(write_image(&path, &volume), Err(WriteError::Unsupported { .. })));
    assert!(!path.exists());
    assert!(matches!(write_image(&folder.path().join("a.png"), &volume), Err(WriteError::UnknownFormat { .. })));
    assert!(matches!(write_image(&folder.path().join("no/such/a.nii"), &volume), Err(WriteError::Io { .. })));
}
