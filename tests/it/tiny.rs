//! A study that is read and extracted in a moment: the first patients of the sample, 107 features.

use std::fs;
use std::path::Path;

/// Rows of the sample's table that are taken; criteria leave eight patients of them.
const ROWS: usize = 24;

/// Writes the study into `folder`.
pub fn write(folder: &Path) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace");
    let table = fs::read_to_string(sample.join("clinical.csv")).expect("the sample's table");
    let lines: Vec<&str> = table.lines().take(ROWS + 1).collect();
    fs::write(folder.join("clinical.csv"), lines.join("\n") + "\n").expect("a file");
    let study = fs::read_to_string(sample.join("study.toml")).expect("the sample's study");
    fs::write(folder.join("study.toml"), study.replace("\"paper\"", "\"default\"")).expect("a file");
    let ids: Vec<&str> = lines.iter().filter_map(|line| line.split(',').next()).collect();
    for files in ["images", "masks", "repeats"] {
        fs::create_dir_all(folder.join(files)).expect("a folder");
        for entry in fs::read_dir(sample.join(files)).expect("a folder of the sample").flatten() {
            let name = entry.file_name().into_string().expect("a plain name");
            if name.split('_').next().is_some_and(|id| ids.contains(&id)) {
                fs::copy(entry.path(), folder.join(files).join(name)).expect("a copy");
            }
        }
    }
}
