//! Every reader of the program as a function of bytes: what the fuzz targets and the mutation test of the suite call.
//!
//! A reader may refuse what it is given; it may not panic, run for ever, or take memory without bound.

use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Once;

use figures::format::Glyphs;
use imaging::{MaskChoice, read_image, read_segmentation};
use radiomics::Settings;
use riskset::app::keymap::Keymap;
use riskset::config;
use riskset::session::Session;
use riskset::study::Study;
use riskset::theme::{Depth, Theme};
use tables::{Expr, ReadOptions, read_plain, read_table};

/// Reads bytes, in a folder of its own.
pub type Reader = fn(&Path, &[u8]);

/// The readers by the names of their targets.
pub const READERS: [(&str, Reader); 24] = [
    ("csv", |at, bytes| table(at, "t.csv", bytes)),
    ("tsv", |at, bytes| table(at, "t.tsv", bytes)),
    ("xlsx", |at, bytes| table(at, "t.xlsx", bytes)),
    ("ods", |at, bytes| table(at, "t.ods", bytes)),
    ("parquet", |at, bytes| table(at, "t.parquet", bytes)),
    ("sav", |at, bytes| table(at, "t.sav", bytes)),
    ("dta", |at, bytes| table(at, "t.dta", bytes)),
    ("sas7bdat", |at, bytes| table(at, "t.sas7bdat", bytes)),
    ("xpt", |at, bytes| table(at, "t.xpt", bytes)),
    ("csv_gz", |at, bytes| table(at, "t.csv.gz", bytes)),
    ("csv_zst", |at, bytes| table(at, "t.csv.zst", bytes)),
    ("batch", |at, bytes| drop(read_plain(&file(at, "cases.csv", bytes)))),
    ("study", |at, bytes| drop(Study::parse(&text(bytes), at, Path::new("study.toml")))),
    ("expression", |_, bytes| drop(Expr::parse(&text(bytes)))),
    ("parameters", |_, bytes| drop(Settings::from_parameters(&text(bytes)))),
    ("nifti", |at, bytes| image(&file(at, "i.nii", bytes))),
    ("nifti_gz", |at, bytes| image(&file(at, "i.nii.gz", bytes))),
    ("nrrd", |at, bytes| image(&file(at, "i.nrrd", bytes))),
    ("metaimage", |at, bytes| image(&file(at, "i.mha", bytes))),
    ("dicom_series", |at, bytes| image(&series(at, bytes))),
    ("dicom_object", |at, bytes| image(&file(at, "o.dcm", bytes))),
    ("session", |_, bytes| drop(serde_json::from_slice::<Session>(bytes))),
    ("theme", |_, bytes| drop(Theme::from_toml("fuzz", &text(bytes), Depth::True, Glyphs::Utf8))),
    ("config", |at, bytes| {
        let loaded = config::load(&file(at, "config.toml", bytes));
        drop(Keymap::with_overrides(&loaded.config.keys));
    }),
];

/// The reader called `name`, in a scratch folder of this thread: for a fuzz target.
///
/// libFuzzer's own hook ends the process at any panic, also at one of a foreign library that a reader catches and
/// refuses the file for; only a panic that leaves the reader is a fault.
#[allow(dead_code, reason = "the suite calls the readers themselves")]
pub fn run(name: &str, bytes: &[u8]) {
    static HOOK: Once = Once::new();
    thread_local! {
        static SCRATCH: tempfile::TempDir = tempfile::tempdir().expect("a temporary folder");
    }
    let (_, reader) = READERS.iter().find(|(known, _)| *known == name).expect("a reader of this name");
    HOOK.call_once(|| panic::set_hook(Box::new(|_| ())));
    SCRATCH.with(|scratch| reader(scratch.path(), bytes));
}

fn file(at: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = at.join(name);
    fs::write(&path, bytes).expect("room for a small file");
    path
}

fn series(at: &Path, bytes: &[u8]) -> PathBuf {
    let folder = at.join("series");
    fs::create_dir_all(&folder).expect("room for a folder");
    file(&folder, "1.dcm", bytes);
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn table(at: &Path, name: &str, bytes: &[u8]) {
    drop(read_table(&file(at, name, bytes), Path::new(name), &ReadOptions::default()));
}

/// As an image, and as a mask on whatever grid it may have.
fn image(path: &Path) {
    drop(imaging::sources(path));
    let image = read_image(path);
    let grid = image.as_ref().ok().map(|image| &image.geometry);
    drop(read_segmentation(path, &MaskChoice { grid, ..MaskChoice::default() }));
}
