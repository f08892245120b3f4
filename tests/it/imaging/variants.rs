//! Forms that the formats allow: NIfTI-2, pairs of files, series and channels, lists of data files.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use imaging::{MaskChoice, ReadError, content_hash, read_image, read_mask, read_segmentation, write_image};
use radiomics::{Geometry, Volume, Voxels};
use tempfile::tempdir;

fn volume() -> Volume {
    let geometry = Geometry { spacing: [0.5, 0.75, 3.0], origin: [-10.0, 20.5, 7.25], ..Geometry::unit([4, 3, 2]) };
    Volume { geometry, voxels: (0..24_i16).map(|i| i * 13 - 100).collect::<Vec<_>>().into() }
}

/// The same volume as NIfTI-2, with sform.
fn nifti_2(big_endian: bool) -> Vec<u8> {
    let mut file = vec![0; 544];
    let mut put = |at: usize, mut bytes: Vec<u8>| {
        if big_endian {
            bytes.reverse();
        }
        file[at..at + bytes.len()].copy_from_slice(&bytes);
    };
    put(0, 540_i32.to_le_bytes().into());
    put(12, 4_i16.to_le_bytes().into());
    put(14, 16_i16.to_le_bytes().into());
    for (i, n) in [3_i64, 4, 3, 2, 1, 1, 1, 1].into_iter().enumerate() {
        put(16 + 8 * i, n.to_le_bytes().into());
    }
    for (i, step) in [1.0_f64, 0.5, 0.75, 3.0].into_iter().enumerate() {
        put(104 + 8 * i, step.to_le_bytes().into());
    }
    put(168, 544_i64.to_le_bytes().into());
    put(348, 1_i32.to_le_bytes().into());
    let rows = [[-0.5_f64, 0.0, 0.0, 10.0], [0.0, -0.75, 0.0, -20.5], [0.0, 0.0, 3.0, 7.25]];
    for (i, x) in rows.as_flattened().iter().enumerate() {
        put(400 + 8 * i, x.to_le_bytes().into());
    }
    put(500, 2_i32.to_le_bytes().into());
    file[4..12].copy_from_slice(b"n+2\0\r\n\x1a\n");
    let Voxels::I16(values) = volume().voxels else { panic!("type") };
    file.extend(values.iter().flat_map(|v| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() }));
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("compress");
    encoder.finish().expect("compress")
}

#[test]
fn nifti_2_is_read_in_both_byte_orders() {
    let folder = tempdir().expect("folder");
    for (name, bytes) in
        [("little.nii", nifti_2(false)), ("big.nii", nifti_2(true)), ("packed.nii.gz", gzip(&nifti_2(true)))]
    {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("write");
        assert_eq!(read_image(&path).expect(name), volume(), "{name}");
    }
    let path = folder.path().join("cut.nii");
    fs::write(&path, &nifti_2(false)[..500]).expect("write");
    assert!(read_image(&path).expect_err("cut").to_string().contains("inside its header"));
}

/// Splits a NIfTI-1 file of ours into header and data.
fn pair(folder: &Path) -> (Vec<u8>, Vec<u8>) {
    let path = folder.join("whole.nii");
    write_image(&path, &volume()).expect("write");
    let mut bytes = fs::read(path).expect("read");
    let data = bytes.split_off(352);
    bytes[344..348].copy_from_slice(b"ni1\0");
    bytes[108..112].copy_from_slice(&0_f32.to_le_bytes());
    (bytes, data)
}

#[test]
fn header_and_data_may_be_two_files() {
    let folder = tempdir().expect("folder");
    let (header, data) = pair(folder.path());
    fs::write(folder.path().join("a.hdr"), &header).expect("write");
    fs::write(folder.path().join("a.img"), &data).expect("write");
    fs::write(folder.path().join("b.hdr"), &header).expect("write");
    fs::write(folder.path().join("b.img.gz"), gzip(&data)).expect("write");
    for name in ["a.hdr", "a.img", "b.hdr", "b.img.gz"] {
        assert_eq!(read_image(&folder.path().join(name)).expect(name), volume(), "{name}");
    }
    let hash = |name: &str| content_hash(&folder.path().join(name)).expect(name);
    assert_eq!(hash("a.hdr"), hash("a.img"));
    let before = hash("a.hdr");
    fs::write(folder.path().join("a.img"), [&data[..47], &[9]].concat()).expect("write");
    assert_ne!(before, hash("a.hdr"), "the data count");
    fs::remove_file(folder.path().join("a.img")).expect("remove");
    let message = read_image(&folder.path().join("a.hdr")).expect_err("half").to_string();
    assert!(message.contains("a.img is not beside it"), "{message}");
    fs::write(folder.path().join("c.nii"), &header).expect("write");
    assert!(read_image(&folder.path().join("c.nii")).is_err());
}

/// Our NIfTI-1 file with other sizes, followed by `copies` of its data.
fn with_sizes(folder: &Path, name: &str, dim: [i16; 6], copies: usize) -> std::path::PathBuf {
    let (mut bytes, data) = pair(folder);
    bytes[344..348].copy_from_slice(b"n+1\0");
    bytes[108..112].copy_from_slice(&352_f32.to_le_bytes());
    for (i, n) in dim.into_iter().enumerate() {
        bytes[40 + 2 * i..][..2].copy_from_slice(&n.to_le_bytes());
    }
    for copy in 0..copies as u8 {
        bytes.extend(data.iter().enumerate().map(|(i, b)| if i == 0 { copy } else { *b }));
    }
    let path = folder.join(name);
    fs::write(&path, bytes).expect("write");
    path
}

#[test]
fn a_series_of_one_is_an_image_and_of_several_a_choice() {
    let folder = tempdir().expect("folder");
    let one = with_sizes(folder.path(), "one.nii", [4, 4, 3, 2, 1, 1], 1);
    assert_eq!(read_image(&one).expect("one").geometry, volume().geometry);
    for dim in [[4, 4, 3, 2, 3, 1], [5, 4, 3, 2, 1, 3]] {
        let three = with_sizes(folder.path(), "three.nii", dim, 3);
        let message = read_image(&three).expect_err("three").to_string();
        assert!(message.contains("it holds 3 volumes"), "{message}");
        assert_eq!(read_segmentation(&three, &MaskChoice::default()).expect("mask").layers(), 3);
        for channel in 0..3 {
            let choice = MaskChoice { channel: Some(channel), ..MaskChoice::default() };
            // The first value's low byte is the number of the copy, its high byte that of -100.
            let first = read_mask(&three, &choice).expect("channel").labels[0];
            assert_eq!(first, (0xff00_u16 as i16 | channel as i16) as u32);
        }
    }
    let flat = with_sizes(folder.path(), "flat.nii", [2, 4, 6, 0, 0, 0], 1);
    assert_eq!(read_image(&flat).expect("flat").geometry.size, [4, 6, 1]);
}

#[test]
fn what_is_not_supported_is_named() {
    let folder = tempdir().expect("folder");
    let (mut bytes, data) = pair(folder.path());
    bytes[344..348].copy_from_slice(b"n+1\0");
    bytes[108..112].copy_from_slice(&352_f32.to_le_bytes());
    bytes.extend(data);
    let path = folder.path().join("a.nii");
    for (datatype, said) in [(128_i16, "colours"), (32, "complex"), (1536, "128 bits"), (7, "unknown data type 7")] {
        bytes[70..72].copy_from_slice(&datatype.to_le_bytes());
        fs::write(&path, &bytes).expect("write");
        let message = read_image(&path).expect_err(said).to_string();
        assert!(message.contains(said), "{message}");
    }
    bytes[344..348].fill(0);
    fs::write(folder.path().join("a.hdr"), &bytes).expect("write");
    let message = read_image(&folder.path().join("a.hdr")).expect_err("Analyze").to_string();
    assert!(message.contains("Analyze 7.5"), "{message}");
    let packed = "NRRD0004\ntype: short\ndimension: 3\nsizes: 4 3 2\nencoding: bzip2\nendian: little\n\nBZh9";
    fs::write(folder.path().join("a.nrrd"), packed).expect("write");
    let message = read_image(&folder.path().join("a.nrrd")).expect_err("bzip2").to_string();
    assert!(message.contains("encoding is bzip2") && message.contains("gzip or raw"), "{message}");
}

#[test]
fn nrrd_data_may_be_in_several_files() {
    let folder = tempdir().expect("folder");
    let Voxels::I16(values) = volume().voxels else { panic!("type") };
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    fs::write(folder.path().join("s07.raw"), &bytes[..24]).expect("write");
    fs::write(folder.path().join("s09.raw"), &bytes[24..]).expect("write");
    let head = "NRRD0004\ntype: int16\ndimension: 3\nsizes: 4 3 2\nencoding: raw\nendian: little\n";
    let space = "space: LPS\nspace directions: (0.5,0,0) (0,0.75,0) (0,0,3)\nspace origin: (-10,20.5,7.25)\n";
    for (name, files) in [("list", "data file: LIST\ns07.raw\ns09.raw\n"), ("pattern", "data file: s%02d.raw 7 9 2\n")]
    {
        let path = folder.path().join(format!("{name}.nhdr"));
        fs::write(&path, format!("{head}{space}{files}")).expect("write");
        assert_eq!(read_image(&path).expect(name), volume(), "{name}");
        let before = content_hash(&path).expect("hash");
        fs::write(folder.path().join("s09.raw"), &bytes[..24]).expect("write");
        assert_ne!(before, content_hash(&path).expect("hash"));
        fs::write(folder.path().join("s09.raw"), &bytes[24..]).expect("write");
    }
    fs::remove_file(folder.path().join("s09.raw")).expect("remove");
    let message = read_image(&folder.path().join("list.nhdr")).expect_err("absent").to_string();
    assert!(message.contains("s09.raw"), "{message}");
}

#[test]
fn channels_of_a_nrrd_mask_may_come_first_or_last() {
    let folder = tempdir().expect("folder");
    let space = "space: LPS\nspace origin: (0,0,0)\nencoding: ascii\ntype: uchar\ndimension: 4\n";
    let first = "sizes: 2 3 1 2\nkinds: vector domain domain domain\nspace directions: none (1,0,0) (0,1,0) (0,0,1)";
    let last = "sizes: 3 1 2 2\nkinds: domain domain domain vector\nspace directions: (1,0,0) (0,1,0) (0,0,1) none";
    for (name, axes, values) in [("first", first, "1 0 2 0 3 7 4 8 5 9 6 0"), ("last", last, "1 2 3 4 5 6 0 0 7 8 9 0")]
    {
        let path = folder.path().join(format!("{name}.nrrd"));
        fs::write(&path, format!("NRRD0004\n{space}{axes}\n\n{values}\n")).expect("write");
        let channel = |channel| MaskChoice { channel: Some(channel), ..MaskChoice::default() };
        let mask = read_mask(&path, &channel(0)).expect(name);
        assert_eq!((mask.geometry.size, mask.labels), ([3, 1, 2], vec![1, 2, 3, 4, 5, 6].into()), "{name}");
        assert_eq!(read_mask(&path, &channel(1)).expect(name).labels, vec![0, 0, 7, 8, 9, 0].into(), "{name}");
        assert!(matches!(read_image(&path), Err(ReadError::SeveralVolumes { .. })));
    }
}
