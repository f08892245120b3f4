//! Features that were computed before, one small file per case, found by the content of what they were computed from.
//!
//! A file is written under a temporary name and renamed, so any number of processes may fill one cache at once, and a
//! process that is killed leaves nothing half-written behind.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use radiomics::Settings;

/// Changes whenever the extractor may give other values for the same input.
const EXTRACTOR: &str = "riskset-extractor-1";

/// The features of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFeatures {
    /// Names, in PyRadiomics' order.
    pub names: Arc<[String]>,
    /// Values, in the same order; NaN where a feature is not defined.
    pub values: Arc<[f64]>,
}

/// A folder of computed features.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

/// The content that a case's features follow from, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CaseKey(blake3::Hash);

#[derive(Serialize, Deserialize)]
struct Stored {
    extractor: String,
    names: Vec<String>,
    /// Bit patterns, so that every value, NaN too, comes back as it was.
    bits: Vec<u64>,
}

impl Cache {
    /// The cache in `folder`, which is made when the first case is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The key of a case: image bytes, mask bytes, label, settings and version of the extractor.
    pub fn key(&self, image: &Path, mask: &Path, label: u32, settings: &Settings) -> io::Result<CaseKey> {
        Ok(key_of(self.content(image)?, self.content(mask)?, label, settings))
    }

    /// The same without reading image and mask: none unless their content is remembered.
    pub fn remembered_key(&self, image: &Path, mask: &Path, label: u32, settings: &Settings) -> Option<CaseKey> {
        let content = |path: &Path| self.remembered(&stamp(path).ok()??);
        Some(key_of(content(image)?, content(mask)?, label, settings))
    }

    /// The features kept under `key`; damaged files count as absent.
    pub fn get(&self, key: CaseKey) -> Option<CaseFeatures> {
        let stored: Stored = serde_json::from_slice(&fs::read(self.path(key)).ok()?).ok()?;
        let fits = stored.extractor == EXTRACTOR && stored.names.len() == stored.bits.len();
        fits.then(|| CaseFeatures {
            names: stored.names.into(),
            values: stored.bits.into_iter().map(f64::from_bits).collect(),
        })
    }

    /// Keeps the features of a case.
    pub fn put(&self, key: CaseKey, features: &CaseFeatures) -> io::Result<()> {
        let stored = Stored {
            extractor: EXTRACTOR.to_owned(),
            names: features.names.to_vec(),
            bits: features.values.iter().map(|v| v.to_bits()).collect(),
        };
        write_atomically(&self.path(key), &serde_json::to_vec(&stored)?)
    }

    fn path(&self, key: CaseKey) -> PathBuf {
        let hex = key.0.to_hex();
        self.folder.join("cases").join(&hex[..2]).join(format!("{}.json", &hex[2..]))
    }

    /// The hash of a file's or folder's content; remembered by path, size and time of change, so that a warm start
    /// does not read every image again.
    fn content(&self, path: &Path) -> io::Result<blake3::Hash> {
        let Some(stamp) = stamp(path)? else { return hashed(path) };
        if let Some(known) = self.remembered(&stamp) {
            return Ok(known);
        }
        let hash = hashed(path)?;
        write_atomically(&self.memo(&stamp), hash.to_hex().as_bytes())?;
        Ok(hash)
    }

    fn remembered(&self, stamp: &str) -> Option<blake3::Hash> {
        blake3::Hash::from_hex(fs::read_to_string(self.memo(stamp)).ok()?.trim()).ok()
    }

    fn memo(&self, stamp: &str) -> PathBuf {
        self.folder.join("contents").join(blake3::hash(stamp.as_bytes()).to_hex().as_str())
    }
}

fn key_of(image: blake3::Hash, mask: blake3::Hash, label: u32, settings: &Settings) -> CaseKey {
    let mut hash = blake3::Hasher::new();
    hash.update(EXTRACTOR.as_bytes());
    hash.update(image.as_bytes());
    hash.update(mask.as_bytes());
    hash.update(&label.to_le_bytes());
    hash.update(settings.canonical().as_bytes());
    CaseKey(hash.finalize())
}

fn hashed(path: &Path) -> io::Result<blake3::Hash> {
    imaging::content_hash(path).map_err(io::Error::other)
}

/// What tells one version of a file from another without reading it; nothing for folders, and nothing for files that
/// changed so recently that a second change might carry the same time.
fn stamp(path: &Path) -> io::Result<Option<String>> {
    let meta = fs::metadata(path)?;
    let changed = meta.modified()?;
    let settled = SystemTime::now().duration_since(changed).is_ok_and(|age| age.as_secs() >= 2);
    if !meta.is_file() || !settled {
        return Ok(None);
    }
    let since = changed.duration_since(SystemTime::UNIX_EPOCH).map(|d| d.as_nanos()).unwrap_or_default();
    Ok(Some(format!("{}\n{}\n{since}", fs::canonicalize(path)?.display(), meta.len())))
}

/// Writes a file as a whole or not at all, with the folders that it needs; who else may read it is up to the umask.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    write_by(&builder, path, bytes)
}

/// The same for this user's eyes only.
pub fn write_privately(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_by(&tempfile::Builder::new(), path, bytes)
}

fn write_by(builder: &tempfile::Builder<'_, '_>, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}
