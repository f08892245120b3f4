//! Small whole files of every kind that is read.

use std::fs;
use std::io::Write;
use std::path::Path;

use dicom_dictionary_std::uids;
use flate2::Compression;
use flate2::write::GzEncoder;
use imaging::write_image;
use polars::prelude::{Column, DataFrame, NamedFrom, ParquetCompression, ParquetWriter, Series};
use radiomics::{Geometry, Volume};
use rust_xlsxwriter::{Format, Workbook};

use crate::imaging::files::{Region, outlines, write_rtstruct, write_seg, write_series, write_slicer};

const TABLE: &str = "id,age,\"sex, at birth\",seen,time,event\nP1,61,m,2019-03-04,12.5,1\nP2,\"7,5\",f,04/03/2019,\"3\",0\n\
                     P3,NA,m,,>5,1\nP4,1e3,\"a \"\"b\"\"\nc\",2019-13-01,-1,2\n";

const STUDY: &str = r#"version = 1
title = "T"
table = { path = "t.csv", missing = ["9"] }
id = "id"
[endpoints.OS]
label = "Overall"
time = "time"
event = { column = "event", is = ["1"] }
unit = "months"
[cohorts]
split = "7:3"
stratify = ["OS"]
seed = 1
[[enrolment]]
name = "old"
exclude = "age > 84 or (sex == 'm' and not seen >= 2019-01-01)"
[derived]
x = "ifelse(age > 60, marker * 2, log(age))"
[columns]
age = { label = "Age", unit = "years" }
[images]
image = "images/{id}_{sequence}.nii.gz"
mask = "masks/{id}_{sequence}.nii.gz"
sequences = ["CT", "PET"]
[extraction]
preset = "default"
[analysis]
times = [12, 36]
[models]
all = ["age", "rcs(x,4)"]
"#;

const PARAMETERS: &str = "imageType:\n  Original: {}\n  LoG: {sigma: [1, 2.5], binWidth: 5}\n  Wavelet: {level: 1}\n\
                          featureClass:\n  firstorder: [Mean]\n  glcm:\nsetting:\n  resampledPixelSpacing: [1, 1, 0]\n  \
                          interpolator: sitkBSpline\n  distances: [1, 2]\n  resegmentRange: [-3, 3]\n";

const EXPRESSION: &str =
    "not (age >= 60 and sex in ('m', \"f\")) or log(crp + 1) * -2.5e-3 < days(seen, born) / 365.25";

const SESSION: &str = r#"{"path": "/s", "pane": "km", "views": {"km": 1}, "cursors": {"km": {"1": 3}}, "choices": {}}"#;

/// The seeds of a target.
pub fn of(name: &str) -> Vec<Vec<u8>> {
    let texts = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
    match name {
        "csv" => texts(&[TABLE, &TABLE.replace(',', ";"), "a\n1\n"]),
        "tsv" => texts(&[&TABLE.replace(',', "\t")]),
        "batch" => texts(&["Image,Mask,Label,Label_channel,who\ni.nii,m.nii,1,0,A\n\"j,k.nii\",m.nii,2.0,,B\n"]),
        "xlsx" => vec![workbook()],
        "ods" => vec![ods()],
        "parquet" => [ParquetCompression::Uncompressed, ParquetCompression::Snappy].into_iter().map(parquet).collect(),
        "study" => texts(&[STUDY]),
        "expression" => texts(&[EXPRESSION, "`a b` == `c,d` and e != null"]),
        "parameters" => texts(&[PARAMETERS, r#"{"setting": {"binWidth": 10, "force2D": true}}"#]),
        "sav" => vec![fixture("patients.sav"), fixture("patients.zsav"), fixture("patients_plain.sav")],
        "dta" => vec![fixture("patients_8.dta"), fixture("patients_12.dta"), fixture("patients_15.dta")],
        "sas7bdat" => vec![fixture("people_nonascii.sas7bdat")],
        "xpt" => vec![fixture("patients_5.xpt"), fixture("patients_8.xpt")],
        "csv_gz" => vec![gzipped(TABLE.as_bytes())],
        "csv_zst" => vec![zstd::encode_all(TABLE.as_bytes(), 3).expect("memory")],
        "nifti" => vec![image("i.nii")],
        "nifti_gz" => vec![image("i.nii.gz")],
        "nrrd" => vec![image("i.nrrd"), slicer()],
        "metaimage" => vec![metaimage()],
        "dicom_series" => vec![slice()],
        "dicom_object" => vec![slice(), segmentation(false), segmentation(true), structures()],
        "session" => texts(&[SESSION]),
        "theme" => vec![fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/dark.toml")).expect("a theme")],
        "config" => texts(&[
            "theme = \"dark\"\ncolor = \"256\"\nascii = true\nthreads = 2\n[keys]\nexport = [\"e\", \"ctrl-e\"]\n",
        ]),
        _ => Vec::new(),
    }
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tables").join(name)).expect("a stored table")
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// What `write` writes to a file of this name.
fn written(name: &str, write: impl FnOnce(&Path)) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    write(&path);
    fs::read(path).expect("a file")
}

fn volume() -> Volume {
    let geometry = Geometry { spacing: [0.75, 1.0, 2.5], origin: [-3.0, 7.5, 1.0], ..Geometry::unit([6, 5, 4]) };
    let values: Vec<i16> = (0..120).map(|i| (i * i % 613) as i16).collect();
    Volume { geometry, voxels: values.into() }
}

fn regions() -> Vec<Region> {
    vec![
        Region { name: "GTV", voxels: vec![7, 8, 13, 14, 37, 38, 43, 44] },
        Region { name: "node", voxels: vec![70, 71] },
    ]
}

fn image(name: &str) -> Vec<u8> {
    written(name, |path| write_image(path, &volume()).expect("room"))
}

fn metaimage() -> Vec<u8> {
    let head = "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nTransformMatrix = 1 0 0 0 1 0 \
                0 0 1\nOffset = 0 0 0\nElementSpacing = 1 1 2\nDimSize = 6 5 4\nElementType = MET_SHORT\nElementDataFile = LOCAL\n";
    [head.as_bytes(), &[3; 240]].concat()
}

fn slicer() -> Vec<u8> {
    let layers = vec![vec![1; 120], vec![2; 120]];
    written("s.seg.nrrd", |path| write_slicer(path, &volume().geometry, &layers, &[("GTV", 1, 0), ("node", 2, 1)]))
}

/// One slice of a series.
fn slice() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    write_series(folder.path(), &volume(), "1.2.3", uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let first = fs::read_dir(folder.path()).expect("a series").flatten().map(|entry| entry.path()).min();
    fs::read(first.expect("a slice")).expect("a file")
}

fn segmentation(fractional: bool) -> Vec<u8> {
    written("s.dcm", |path| write_seg(path, &volume().geometry, &regions(), fractional))
}

fn structures() -> Vec<u8> {
    let geometry = volume().geometry;
    let regions = regions();
    let drawn: Vec<_> = regions.iter().map(|region| (region.name, outlines(&geometry, region))).collect();
    written("r.dcm", |path| write_rtstruct(path, &geometry, &drawn))
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 1, 0, 2, "blood", &Format::new()).expect("a cell");
    for (row, line) in ["id,crp,age,seen", "P1,1.5,60,2019-03-04", "P2,,61,"].into_iter().enumerate() {
        for (column, text) in line.split(',').enumerate() {
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number(row as u32 + 1, column as u16, number),
                Err(_) => sheet.write_string(row as u32 + 1, column as u16, text),
            }
            .expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// The least that is an OpenDocument sheet, stored without compression.
fn ods() -> Vec<u8> {
    let content = r#"<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="S"><table:table-row><table:table-cell office:value-type="string"><text:p>id</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>age</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string"><text:p>P1</text:p></table:table-cell><table:table-cell table:number-columns-repeated="1" office:value-type="float" office:value="61"><text:p>61</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#;
    let manifest = r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
    let files = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content),
    ];
    zip(&files)
}

/// An archive of stored files.
fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let size = (text.len() as u32).to_le_bytes();
        let lengths = [&(name.len() as u16).to_le_bytes()[..], &[0, 0]].concat();
        let common = [&[0; 8][..], &crc.sum().to_le_bytes(), &size, &size, &lengths].concat();
        let offset = (archive.len() as u32).to_le_bytes();
        archive.extend([b"PK\x03\x04\x14\0", &common[..], name.as_bytes(), text.as_bytes()].concat());
        directory.extend([b"PK\x01\x02\x14\0\x14\0", &common[..], &[0; 10], &offset, name.as_bytes()].concat());
    }
    let (count, start) = ((files.len() as u16).to_le_bytes(), (archive.len() as u32).to_le_bytes());
    let size = (directory.len() as u32).to_le_bytes();
    [&archive[..], &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &size, &start, &[0, 0]].concat()
}

fn parquet(compression: ParquetCompression) -> Vec<u8> {
    let columns = vec![
        Column::from(Series::new("id".into(), (0..60).map(|i| format!("P{i}")).collect::<Vec<_>>())),
        Series::new("age".into(), (0..60).map(|i| (i % 7 > 0).then_some(i * 7 % 50)).collect::<Vec<Option<i64>>>())
            .into(),
        Series::new("crp".into(), (0..60).map(|i| f64::from(i) * 0.25).collect::<Vec<_>>()).into(),
        Series::new("dead".into(), (0..60).map(|i| Some(i % 3 == 0)).collect::<Vec<_>>()).into(),
    ];
    let mut table = DataFrame::new_infer_height(columns).expect("columns of one length");
    written("t.parquet", |path| {
        let file = fs::File::create(path).expect("a file");
        ParquetWriter::new(file).with_compression(compression).finish(&mut table).expect("written");
    })
}
