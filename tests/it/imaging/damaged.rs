//! Files that are cut off, swollen, empty or contradict themselves.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use dicom_dictionary_std::uids;
use flate2::{Compression, write::GzEncoder};
use imaging::{CaseChoice, MaskChoice, ReadError, VolumeChoice, read, read_image, read_mask, read_pair, write_image};
use radiomics::{Geometry, Volume};
use tempfile::TempDir;

use super::files::{Region, outlines, write_rtstruct, write_seg, write_series, write_slicer};

/// A folder with one file of these bytes.
fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("write");
    (folder, path)
}

/// A NIfTI-1 file of 16-bit zeros with these sizes, followed by `bytes` bytes of data.
fn nifti(size: [i16; 3], bytes: usize) -> Vec<u8> {
    let mut file = vec![0; 352 + bytes];
    file[..4].copy_from_slice(&348_i32.to_le_bytes());
    for (i, n) in [3, size[0], size[1], size[2]].into_iter().enumerate() {
        file[40 + 2 * i..][..2].copy_from_slice(&n.to_le_bytes());
    }
    file[70..72].copy_from_slice(&4_i16.to_le_bytes());
    file[72..74].copy_from_slice(&16_i16.to_le_bytes());
    (1..4).for_each(|i| file[76 + 4 * i..][..4].copy_from_slice(&1_f32.to_le_bytes()));
    file[108..112].copy_from_slice(&352_f32.to_le_bytes());
    file[344..348].copy_from_slice(b"n+1\0");
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("compress");
    encoder.finish().expect("compress")
}

#[test]
fn whole_files_are_read() {
    let whole = nifti([4, 3, 2], 48);
    for (name, bytes) in [("a.nii", whole.clone()), ("a.nii.gz", gzip(&whole)), ("no_extension", whole)] {
        let (_folder, path) = file(name, &bytes);
        assert_eq!(read_image(&path).expect(name).geometry.size, [4, 3, 2]);
    }
}

#[test]
fn truncated_data_say_how_much_is_there() {
    let cut = nifti([4, 3, 2], 40);
    let (_folder, path) = file("cut.nii", &cut);
    assert!(matches!(read_image(&path), Err(ReadError::Truncated { expected: 48, found: 40, .. })));
    let (_folder, path) = file("cut.nii.gz", &gzip(&cut));
    assert!(matches!(read_image(&path), Err(ReadError::Truncated { expected: 48, found: 40, .. })));
    let compressed = gzip(&nifti([64, 64, 8], 65536));
    let (_folder, path) = file("cut_stream.nii.gz", &compressed[..compressed.len() - 20]);
    let message = read_image(&path).expect_err("cut").to_string();
    assert!(message.contains("cut_stream.nii.gz") && message.contains("again"), "{message}");
}

#[test]
fn a_header_cut_short_is_told() {
    let (_folder, path) = file("header.nii", &nifti([4, 3, 2], 48)[..200]);
    let message = read_image(&path).expect_err("cut").to_string();
    assert!(message.contains("inside its header"), "{message}");
    let (_folder, path) = file("empty.nii", &[]);
    let message = read_image(&path).expect_err("empty").to_string();
    assert!(message.contains("empty"), "{message}");
}

#[test]
fn a_swollen_stream_is_not_unpacked() {
    // 64 MiB of zeros behind a header that declares 48 bytes.
    let (_folder, path) = file("bomb.nii.gz", &gzip(&nifti([4, 3, 2], 1 << 26)));
    assert!(matches!(read_image(&path), Err(ReadError::Excess { expected: 48, .. })));
    // Padding is passed over, and said.
    for name in ["padded.nii", "padded.nii.gz"] {
        let bytes = nifti([4, 3, 2], 48 + 512);
        let (_folder, path) = file(name, &if name.ends_with("gz") { gzip(&bytes) } else { bytes });
        let image = read(&path, &VolumeChoice::default()).expect("what the header declares");
        assert!(image.volume.geometry.len() == 24 && image.notes[0].contains("512 bytes follow"), "{:?}", image.notes);
    }
}

#[test]
fn absurd_sizes_take_no_memory() {
    let (_folder, path) = file("absurd.nii", &nifti([32767, 32767, 32767], 48));
    assert!(matches!(read_image(&path), Err(ReadError::TooLarge { .. })));
    // Within the bound, yet more than the compressed file can hold.
    let (_folder, path) = file("hollow.nii.gz", &gzip(&nifti([1024, 1024, 1024], 48)));
    assert!(matches!(read_image(&path), Err(ReadError::Truncated { .. })));
    let (_folder, path) = file(
        "absurd.nrrd",
        b"NRRD0004\ntype: double\ndimension: 3\nsizes: 99999999999 99999999999 9\nencoding: raw\nendian: little\n\n",
    );
    assert!(matches!(read_image(&path), Err(ReadError::TooLarge { .. })));
}

#[test]
fn voxels_without_a_number_are_counted_and_placed() {
    let header = "NRRD0004\ntype: float\ndimension: 3\nsizes: 3 2 2\nencoding: ascii\n\n";
    let (_folder, path) = file("nan.nrrd", format!("{header}0 1 2 3 4 5 6 nan 8 9 inf 11").as_bytes());
    // The region is the second slice, then the first alone.
    for (region, first) in [("0 0 0 0 0 0 1 1 1 1 1 1", Some([1, 0, 1])), ("1 1 1 1 1 1 0 0 0 0 0 0", None)] {
        let (_folder, mask) = file("mask.nrrd", format!("{}{region}", header.replace("float", "uchar")).as_bytes());
        match (read_pair(&path, &mask, &CaseChoice::default()), first) {
            (Err(ReadError::NotFinite { count: 2, first, .. }), Some(wanted)) => assert_eq!(first, wanted),
            (Ok(pair), None) => assert!(pair.notes[0].contains("2 voxels of the image are NaN"), "{:?}", pair.notes),
            (other, _) => panic!("{other:?}"),
        }
    }
}

#[test]
fn other_files_are_not_images() {
    let (_folder, path) = file("notes.txt", b"not an image");
    assert!(matches!(read_image(&path), Err(ReadError::UnknownFormat { .. })));
    let (_folder, path) = file("damaged.nii.gz", &[0x1f, 0x8b, 8, 0, 1, 2, 3]);
    let message = read_image(&path).expect_err("damaged").to_string();
    assert!(message.contains("damaged.nii.gz"), "{message}");
    let message = read_image(&path.with_file_name("absent.nii")).expect_err("absent").to_string();
    assert!(message.contains("absent.nii"), "{message}");
}

/// A stream of pseudo-random numbers (xorshift).
fn random(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    }
}

#[test]
fn no_damage_is_a_crash() {
    let folder = TempDir::new().expect("temporary folder");
    let grid = Geometry { spacing: [0.5, 0.5, 2.0], ..Geometry::unit([6, 5, 4]) };
    let volume = Volume { geometry: grid.clone(), voxels: vec![7_i16; grid.len()].into() };
    let regions = [Region { name: "a", voxels: (20..70).collect() }, Region { name: "b", voxels: (50..90).collect() }];
    let path = |name: &str| folder.path().join(name);
    for name in ["v.nii", "v.nii.gz", "v.nrrd"] {
        write_image(&path(name), &volume).expect(name);
    }
    write_series(folder.path(), &volume, "slice", uids::EXPLICIT_VR_LITTLE_ENDIAN);
    write_seg(&path("seg.dcm"), &grid, &regions, false);
    write_rtstruct(&path("rs.dcm"), &grid, &[("a", outlines(&grid, &regions[0]))]);
    write_slicer(&path("two.seg.nrrd"), &grid, &[vec![1; 120], vec![2; 120]], &[("a", 1, 0), ("b", 2, 1)]);
    let mut below = random(7);
    for name in ["v.nii", "v.nii.gz", "v.nrrd", "slice_001.dcm", "seg.dcm", "rs.dcm", "two.seg.nrrd"] {
        let whole = fs::read(path(name)).expect(name);
        let alone = TempDir::new().expect("temporary folder");
        let damaged = alone.path().join(name);
        let mut refused = 0;
        for _ in 0..250 {
            let mut bytes = whole.clone();
            for _ in 0..=below(3) {
                let at = below(bytes.len().min(2000));
                bytes[at] = [0, 0xff, bytes[at] ^ 1 << below(8), below(256) as u8][below(4)];
            }
            if below(5) == 0 {
                bytes.truncate(below(bytes.len()));
            }
            // A new file each time: some file systems flush one that is written over.
            let _ = fs::remove_file(&damaged);
            fs::write(&damaged, bytes).expect("write");
            let choice = MaskChoice { grid: Some(&grid), ..MaskChoice::default() };
            for error in [read_image(&damaged).err(), read_mask(&damaged, &choice).err()].into_iter().flatten() {
                assert!(error.to_string().contains(name), "{error}");
                refused += 1;
            }
        }
        assert!(refused > 20, "{name}: {refused} refused");
    }
}

#[test]
fn lengths_beyond_the_file_take_no_memory() {
    let folder = TempDir::new().expect("temporary folder");
    let volume = Volume { geometry: Geometry::unit([4, 4, 2]), voxels: vec![7_i16; 32].into() };
    write_series(folder.path(), &volume, "s", uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let path = folder.path().join("s_001.dcm");
    let mut bytes = fs::read(&path).expect("read");
    // Pixels are the last element: tag, OW, two bytes of nothing, and a length of 32 bits.
    let length_at = bytes.len() - 32 - 4;
    bytes[length_at..length_at + 4].copy_from_slice(&0xf000_0000_u32.to_le_bytes());
    fs::write(&path, bytes).expect("write");
    let message = read_image(folder.path()).expect_err("absurd").to_string();
    assert!(message.contains("(7FE0,0010) declares 4026531840 bytes where 32 are left"), "{message}");
    // The meta group comes first: behind its length, a class of as many bytes as 32 bits can say.
    let group: [&[u8]; 2] = [b"\x02\0\0\0UL\x04\0\x20\0\0\0", b"\x02\0\x02\0UT\0\0\xfe\xff\xff\xff"];
    fs::write(&path, [&[0; 128], b"DICM".as_slice(), group[0], group[1]].concat()).expect("write");
    let message = read_image(&path).expect_err("absurd").to_string();
    assert!(message.contains("(0002,0002) declares 4294967294 bytes where 0 are left"), "{message}");
}
