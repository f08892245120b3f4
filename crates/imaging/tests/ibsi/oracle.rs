//! Where the reference values are, if they are here at all.

use std::path::{Path, PathBuf};

use radiomics::{Features, Mask, Settings, Volume, extract};
use serde_json::Value;
use watch::Unwatched;

/// The reference file or folder `relative`, or `None` (and a line that says so) where the references are absent.
///
/// They are looked for in `$RISKSET_ORACLE`, then in `../shared/oracle` beside the repository.
pub fn path(relative: &str) -> Option<PathBuf> {
    let path = root().join(relative);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: no reference values at {}", path.display());
    None
}

fn root() -> PathBuf {
    std::env::var_os("RISKSET_ORACLE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/oracle"), PathBuf::from)
}

/// A parsed JSON file of the references.
pub fn json(relative: &str) -> Option<Value> {
    let text = std::fs::read_to_string(path(relative)?).expect("a file of references");
    // Python writes what is not a number as no JSON is written.
    Some(serde_json::from_str(&text.replace("NaN", "null")).expect("JSON"))
}

/// Settings from a parameter file of the references.
pub fn params(name: &str) -> Option<Settings> {
    let text = std::fs::read_to_string(path(&format!("ibsi/params/{name}.yaml"))?).expect("a parameter file");
    Some(Settings::from_parameters(&text).unwrap_or_else(|errors| panic!("{name}: {errors}")))
}

/// Image and mask of a case, from the folders of the references.
pub fn case(name: &str) -> Option<(Volume, Mask)> {
    let root = path("")?;
    let folders = ["ibsi/phantoms", "ibsi/images", "radiomics/images"];
    let file = |part: &str| {
        let names = folders.iter().flat_map(|f| [".nii.gz", ".nrrd"].map(|end| format!("{f}/{name}_{part}{end}")));
        names.map(|relative| root.join(relative)).find(|path| path.exists())
    };
    let (image, mask) = (file("image")?, file("label")?);
    let pair = imaging::read_pair(&image, &mask, &imaging::CaseChoice::label(1)).expect("an image and its mask");
    Some((pair.image, pair.mask))
}

/// The features of a case, with the label that its mask has.
pub fn features(image: &Volume, mask: &Mask, settings: &Settings) -> Features {
    extract(image, mask, settings, &Unwatched).expect("features")
}
