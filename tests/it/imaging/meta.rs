//! MetaImage in the forms in which ITK and others write it.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use imaging::{CaseChoice, ReadError, VolumeChoice, read, read_image, read_pair};
use radiomics::{Geometry, Volume};
use tempfile::tempdir;

fn volume() -> Volume {
    let direction = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0]];
    let geometry = Geometry { size: [5, 4, 3], spacing: [0.5, 0.75, 2.0], origin: [-3.5, 7.25, 10.0], direction };
    Volume { geometry, voxels: (0..60).map(|i| (i * 997 % 601) as i16 - 300).collect::<Vec<_>>().into() }
}

fn values() -> Vec<i16> {
    volume().voxels.to_f64().into_iter().map(|v| v as i16).collect()
}

/// The header, with `more` before the line that ends it.
fn header(more: &str, data: &str) -> String {
    format!(
        "ObjectType = Image\nNDims = 3\nDimSize = 5 4 3\nTransformMatrix = 0 1 0 0 0 -1 1 0 0\nOffset = -3.5 7.25 10\n\
         ElementSpacing = 0.5 0.75 2\n{more}ElementDataFile = {data}\n"
    )
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).expect("compress");
    packed.finish().expect("compress")
}

#[test]
fn every_form_gives_the_same_volume() {
    let folder = tempdir().expect("a folder");
    let little: Vec<u8> = values().iter().flat_map(|v| v.to_le_bytes()).collect();
    let big: Vec<u8> = values().iter().flat_map(|v| v.to_be_bytes()).collect();
    let text = values().iter().map(i16::to_string).collect::<Vec<_>>().join(" ");
    let short = "ElementType = MET_SHORT\n";
    let save = |name: &str, parts: &[&[u8]]| fs::write(folder.path().join(name), parts.concat()).expect("a file");
    let local = |name: &str, more: &str, data: &[u8]| {
        save(name, &[header(&format!("{more}{short}"), "LOCAL").as_bytes(), data]);
    };
    local("plain.mha", "BinaryData = True\n", &little);
    local("big.mha", "BinaryDataByteOrderMSB = True\n", &big);
    local("older.mha", "ElementByteOrderMSB = True\n", &big);
    local("packed.mha", "CompressedData = True\nCompressedDataSize = 99\n", &zlib(&little));
    local("text.mha", "BinaryData = False\n", text.as_bytes());
    let beside = |name: &str, more: &str, data: &str| save(name, &[header(&format!("{more}{short}"), data).as_bytes()]);
    save("v.raw", &[&little]);
    save("v.zraw", &[&zlib(&little)]);
    save("head.raw", &[&[9; 100], &little]);
    for (z, slice) in little.chunks(40).enumerate() {
        save(&format!("s{:02}.raw", z + 1), &[slice]);
    }
    beside("raw.mhd", "", "v.raw");
    beside("zraw.mhd", "CompressedData = True\n", "v.zraw");
    beside("skipped.mhd", "HeaderSize = 100\n", "head.raw");
    beside("at_the_end.mhd", "HeaderSize = -1\n", "head.raw");
    beside("listed.mhd", "", "LIST\ns01.raw\ns02.raw\ns03.raw");
    beside("pattern.mhd", "", "s%02d.raw 1 3 1");
    for entry in fs::read_dir(folder.path()).expect("a folder").flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "mha" || e == "mhd") {
            assert_eq!(read_image(&path).unwrap_or_else(|e| panic!("{e}")), volume(), "{}", path.display());
        }
    }
    local("cut.mha", "", &little[..100]);
    let cut = read_image(&folder.path().join("cut.mha"));
    assert!(matches!(cut, Err(ReadError::Truncated { expected: 120, found: 100, .. })), "{cut:?}");
    beside("absent.mhd", "", "nowhere.raw");
    let message = read_image(&folder.path().join("absent.mhd")).expect_err("absent").to_string();
    assert!(message.contains("nowhere.raw"), "{message}");
}

#[test]
fn channels_are_chosen_and_masks_found_in_them() {
    let folder = tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let interleaved: Vec<u8> =
        values().iter().flat_map(|v| [v.to_le_bytes(), (v + 1).to_le_bytes()]).flatten().collect();
    let more = "ElementNumberOfChannels = 2\nElementType = MET_SHORT_ARRAY\n";
    fs::write(at("two.mha"), [header(more, "LOCAL").as_bytes(), &interleaved].concat()).expect("a file");
    let message = read_image(&at("two.mha")).expect_err("two").to_string();
    assert!(message.contains("2 volumes") && message.contains("--volume N"), "{message}");
    let second =
        read(&at("two.mha"), &VolumeChoice { number: Some(2), ..VolumeChoice::default() }).expect("the second");
    let expected: Vec<f64> = values().iter().map(|v| f64::from(v + 1)).collect();
    assert_eq!(second.volume.voxels.to_f64(), expected);
    // A mask whose region stands in its second channel.
    let labels: Vec<u8> = (0..60).flat_map(|i| [0, u8::from(i > 30)]).collect();
    let more = "ElementNumberOfChannels = 2\nElementType = MET_UCHAR\n";
    fs::write(at("mask.mha"), [header(more, "LOCAL").as_bytes(), &labels].concat()).expect("a file");
    let choice =
        CaseChoice { volume: VolumeChoice { number: Some(1), ..VolumeChoice::default() }, ..CaseChoice::default() };
    let pair = read_pair(&at("two.mha"), &at("mask.mha"), &choice).expect("a pair");
    assert_eq!(pair.mask.labels.of(1).flatten().count(), 29);
    assert!(pair.notes.iter().any(|note| note.contains("channel 1 of 2")), "{:?}", pair.notes);
}
