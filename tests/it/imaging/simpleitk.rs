//! Small NIfTI and NRRD files, and what SimpleITK 2.5.7 (ITK 5.4) reads from them.
//!
//! They vary data type, byte order, number of dimensions, rescaling, units, compression, encoding, qform and sform
//! (same, another, sheared, scaled, empty) with their codes, handedness, and space. Values and geometry must be equal.

use base64::{Engine, engine::general_purpose::STANDARD};
use imaging::read_image;
use radiomics::PixelType;
use serde_json::Value;
use tempfile::tempdir;

fn pixel_type(code: &str) -> PixelType {
    match code {
        "u1" => PixelType::U8,
        "i1" => PixelType::I8,
        "u2" => PixelType::U16,
        "i2" => PixelType::I16,
        "u4" => PixelType::U32,
        "i4" => PixelType::I32,
        "u8" => PixelType::U64,
        "i8" => PixelType::I64,
        "f4" => PixelType::F32,
        "f8" => PixelType::F64,
        other => panic!("unknown type {other}"),
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("numbers").iter().map(|v| v.as_f64().expect("number")).collect()
}

#[test]
fn files_read_as_simpleitk_reads_them() {
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../fixtures/imaging/simpleitk.json")).expect("fixture");
    let folder = tempdir().expect("folder");
    let save = |name: &str, text: &Value| {
        let bytes = STANDARD.decode(text.as_str().expect("base64")).expect("base64");
        std::fs::write(folder.path().join(name), bytes).expect("write");
    };
    let (mut compared, mut worst) = (0, 0.0_f64);
    for case in &cases {
        let name = case["name"].as_str().expect("name");
        save(name, &case["file"]);
        if let Some([data, bytes]) = case["data"].as_array().map(Vec::as_slice) {
            save(data.as_str().expect("name"), bytes);
        }
        let read = read_image(&folder.path().join(name));
        if case["refused"] == Value::Bool(true) {
            assert!(read.is_err(), "{name} has no perpendicular axes");
            compared += 1;
            continue;
        }
        let read = read.expect(name);
        assert_eq!(read.voxels.pixel_type(), pixel_type(case["pixel"].as_str().expect("type")), "{name}");
        assert_eq!(read.voxels.to_f64(), numbers(&case["values"]), "{name}");
        let [size, spacing, origin, direction] =
            ["size", "spacing", "origin", "direction"].map(|key| numbers(&case[key]));
        let dimensions = size.len();
        assert_eq!(read.geometry.size.map(|n| n as f64)[..dimensions], size, "{name}");
        let mut check = |ours: f64, theirs: f64, scale: f64| {
            compared += 1;
            worst = worst.max((ours - theirs).abs() / scale);
        };
        for axis in 0..dimensions {
            check(read.geometry.spacing[axis], spacing[axis], spacing[axis]);
            check(read.geometry.origin[axis], origin[axis], 1.0 + origin[axis].abs());
            // ITK cuts the directions of two-dimensional images out of the three-dimensional matrix.
            if dimensions == 3 {
                (0..3).for_each(|row| check(read.geometry.direction[row][axis], direction[3 * row + axis], 1.0));
            }
        }
        compared += read.voxels.len();
    }
    println!("parity: SimpleITK reading {} files values={compared} worst={worst:.1e} tolerance=1e-12", cases.len());
    assert!(worst <= 1e-12, "{worst}");
    assert!(cases.len() >= 70 && compared > 2000, "{compared} values of {} files", cases.len());
}
