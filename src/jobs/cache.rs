//! Features that were computed before, one small file per case, found by the content of what they were computed from.
//!
//! A file is written under a temporary name and renamed, so any number of processes may fill one cache at once, and a
//! process that is killed leaves no half-written entry; its temporary file is cleared by the next extraction. A file says
//! itself what it belongs to, with a checksum: one that was swapped, renamed or damaged counts as absent. The cache is an
//! aid: what cannot be kept is said once ([`Cache::trouble`]) and nothing else depends on it.

mod stamp;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

pub use stamp::Stamp;

use crate::writing;
use imaging::{CaseChoice, ReadError};
use radiomics::Settings;

/// Changes whenever the extractor may give other values for the same input; a test holds it against a small case.
pub const EXTRACTOR: &str = "riskset-extractor-3";

/// The features of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFeatures {
    /// Names, in PyRadiomics' order.
    pub names: Arc<[String]>,
    /// Values, in the same order; NaN where a feature is not defined.
    pub values: Arc<[f64]>,
    /// What was found on the way that users of the values should know.
    pub notes: Arc<[String]>,
}

/// A folder of computed features.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
    /// Why the first entry that could not be kept was not.
    trouble: Arc<OnceLock<String>>,
}

/// The content that a case's features follow from, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CaseKey(blake3::Hash);

impl CaseKey {
    /// The key of something else that follows from what this is the key of, and from `what`.
    pub fn with(self, what: &str) -> Self {
        let mut hash = blake3::Hasher::new();
        hash.update(self.0.as_bytes()).update(what.as_bytes());
        Self(hash.finalize())
    }
}

impl std::fmt::Display for CaseKey {
    /// In hexadecimal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_hex())
    }
}

impl Serialize for CaseKey {
    /// In hexadecimal.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_hex())
    }
}

impl<'de> Deserialize<'de> for CaseKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        blake3::Hash::from_hex(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// What an image or mask is made of, as it was read while it had a stamp.
#[derive(Debug, Clone)]
pub struct Content {
    stamp: Stamp,
    hash: blake3::Hash,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    extractor: String,
    /// The key that it is kept under, in hexadecimal.
    key: String,
    names: Vec<String>,
    /// Bit patterns, so that every value, NaN too, comes back as it was.
    bits: Vec<u64>,
    notes: Vec<String>,
    /// Hash of all of the above.
    check: String,
}

impl Stored {
    fn new(key: CaseKey, features: &CaseFeatures) -> Self {
        let mut stored = Self {
            extractor: EXTRACTOR.to_owned(),
            key: key.0.to_hex().to_string(),
            names: features.names.to_vec(),
            bits: features.values.iter().map(|v| v.to_bits()).collect(),
            notes: features.notes.to_vec(),
            check: String::new(),
        };
        stored.check = stored.checksum();
        stored
    }

    fn checksum(&self) -> String {
        let mut hash = blake3::Hasher::new();
        for text in [&self.extractor, &self.key].into_iter().chain(&self.names).chain(&self.notes) {
            hash.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        }
        for bits in &self.bits {
            hash.update(&bits.to_le_bytes());
        }
        hash.finalize().to_hex().to_string()
    }

    fn belongs_to(&self, key: CaseKey) -> bool {
        self.extractor == EXTRACTOR
            && self.key == key.0.to_hex().as_str()
            && self.names.len() == self.bits.len()
            && self.check == self.checksum()
    }
}

impl Cache {
    /// The cache in `folder`, which is made when the first case is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), trouble: Arc::default() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Clears away what processes that were killed have left half-written.
    pub fn clear_remains(&self) {
        writing::clear(&self.folder);
    }

    /// The key of a case: image bytes, mask bytes, what is read of them, settings and version of the extractor. Contents
    /// that were not remembered are read; they can be remembered if the stamps are still the same afterwards.
    pub fn key(
        &self,
        image: (&Path, &Stamp),
        mask: (&Path, &Stamp),
        choice: &CaseChoice,
        settings: &Settings,
    ) -> Result<(CaseKey, Vec<Content>), ReadError> {
        let mut read = Vec::new();
        let (image, mask) = (self.content(image, &mut read)?, self.content(mask, &mut read)?);
        Ok((key_of(image, mask, choice, settings), read))
    }

    /// Remembers what was read, so that a warm start does not read every image again.
    pub fn remember(&self, contents: &[Content]) {
        for Content { stamp, hash } in contents.iter().filter(|content| content.stamp.is_settled()) {
            self.note(writing::keep(&self.folder, &self.memo(stamp), memo_line(stamp, *hash).as_bytes()));
        }
    }

    /// The same without reading image and mask: none unless their content is remembered.
    pub fn remembered_key(
        &self,
        image: &Path,
        mask: &Path,
        choice: &CaseChoice,
        settings: &Settings,
    ) -> Option<CaseKey> {
        let content = |path: &Path| self.remembered(&Stamp::of(path).ok()?);
        Some(key_of(content(image)?, content(mask)?, choice, settings))
    }

    /// The key of what is computed of a case beside its own features, which are kept under `base`: `what` says it, and
    /// `masks` are further files that it follows from. Contents that were not remembered are read, as for the case's own.
    pub fn key_beside(
        &self,
        base: CaseKey,
        what: &str,
        masks: &[(&Path, &Stamp)],
    ) -> Result<(CaseKey, Vec<Content>), ReadError> {
        let mut read = Vec::new();
        let mut said = what.to_owned();
        for mask in masks {
            said += &format!("\n{}", self.content(*mask, &mut read)?.to_hex());
        }
        Ok((base.with(&said), read))
    }

    /// The hash of what a file is made of; what was not remembered goes to `read`.
    fn content(&self, (path, stamp): (&Path, &Stamp), read: &mut Vec<Content>) -> Result<blake3::Hash, ReadError> {
        if let Some(known) = self.remembered(stamp) {
            return Ok(known);
        }
        let hash = blake3::Hash::from_bytes(imaging::content_hash(path)?);
        read.push(Content { stamp: stamp.clone(), hash });
        Ok(hash)
    }

    /// The features kept under `key`; damaged files, and those that belong elsewhere, count as absent.
    pub fn get(&self, key: CaseKey) -> Option<CaseFeatures> {
        let stored: Stored = serde_json::from_slice(&fs::read(self.path(key)).ok()?).ok()?;
        stored.belongs_to(key).then(|| CaseFeatures {
            names: stored.names.into(),
            values: stored.bits.into_iter().map(f64::from_bits).collect(),
            notes: stored.notes.into(),
        })
    }

    /// Keeps the features of a case, as far as that can be done.
    pub fn put(&self, key: CaseKey, features: &CaseFeatures) {
        let kept = serde_json::to_vec(&Stored::new(key, features)).map_err(io::Error::other);
        self.note(kept.and_then(|bytes| writing::keep(&self.folder, &self.path(key), &bytes)));
    }

    /// Why something could not be kept, if anything could not.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.get().map(|why| {
            format!(
                "the cache {} cannot be written ({why}): what could not be kept there is computed again the next time; \
                 --cache-dir names another folder",
                self.folder.display()
            )
        })
    }

    fn note(&self, written: io::Result<()>) {
        if let Err(error) = written {
            tracing::warn!(%error, "the cache cannot be written");
            // The first reason is as good as any.
            let _ = self.trouble.set(error.to_string());
        }
    }

    fn path(&self, key: CaseKey) -> PathBuf {
        let hex = key.0.to_hex();
        self.folder.join("cases").join(&hex[..2]).join(format!("{}.json", &hex[2..]))
    }

    fn remembered(&self, stamp: &Stamp) -> Option<blake3::Hash> {
        let text = fs::read_to_string(self.memo(stamp)).ok()?;
        let hash = blake3::Hash::from_hex(text.split(' ').next()?).ok()?;
        (stamp.is_settled() && text == memo_line(stamp, hash)).then_some(hash)
    }

    fn memo(&self, stamp: &Stamp) -> PathBuf {
        self.folder.join("contents").join(stamp.digest().to_hex().as_str())
    }
}

/// What is kept of a content: its hash, and a checksum of hash and stamp together.
fn memo_line(stamp: &Stamp, content: blake3::Hash) -> String {
    let mut check = blake3::Hasher::new();
    check.update(stamp.digest().as_bytes()).update(content.as_bytes());
    format!("{} {}\n", content.to_hex(), check.finalize().to_hex())
}

fn key_of(image: blake3::Hash, mask: blake3::Hash, choice: &CaseChoice, settings: &Settings) -> CaseKey {
    let mut hash = blake3::Hasher::new();
    hash.update(EXTRACTOR.as_bytes());
    hash.update(image.as_bytes());
    hash.update(mask.as_bytes());
    hash.update(format!("{choice:?}").as_bytes());
    hash.update(settings.canonical().as_bytes());
    CaseKey(hash.finalize())
}
