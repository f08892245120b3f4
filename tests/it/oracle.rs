//! Where the reference values are, if they are here at all.

use std::path::{Path, PathBuf};

/// The reference file or folder `relative`, or `None` (and a line that says so) where the references are absent.
///
/// They are looked for in `$RISKSET_ORACLE`, then in `../shared/oracle` beside the repository.
pub fn path(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("RISKSET_ORACLE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle"), PathBuf::from);
    let path = root.join(relative);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: no reference values at {}", path.display());
    None
}
