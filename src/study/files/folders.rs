//! What templates name in the folders of a study.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::{FoundFile, RepeatFile};
use crate::study::template::{self, Piece};

/// The names in folders, each folder listed once.
#[derive(Default)]
pub(super) struct Folders {
    listed: HashMap<PathBuf, Vec<String>>,
}

impl Folders {
    fn list(&mut self, folder: &Path) -> &[String] {
        self.listed.entry(folder.to_owned()).or_insert_with(|| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let mut names: Vec<String> = entries.filter_map(|e| e.file_name().into_string().ok()).collect();
            names.sort();
            names
        })
    }

    /// The files below `root` that match a template in which only `{reader}` and `{reading}` are left, sorted.
    pub(super) fn matches(&mut self, root: &Path, template: &str) -> Vec<RepeatFile> {
        let start = RepeatFile { reader: None, reading: None, path: PathBuf::new() };
        let mut found = vec![start];
        for part in template.split('/') {
            let mut next = Vec::new();
            for so_far in found {
                next.extend(self.step(root, part, so_far));
            }
            found = next;
        }
        found.retain(|file| root.join(&file.path).exists());
        found.sort();
        found
    }

    /// The one path that a pattern with `*` means. Of DICOM files that all lie in one folder it means the folder.
    pub(super) fn find(&mut self, root: &Path, pattern: PathBuf) -> FoundFile {
        let text = pattern.to_string_lossy().into_owned();
        let mut found = vec![PathBuf::new()];
        for part in text.split('/') {
            let wild = glob(part);
            let step = |so_far: PathBuf| match &wild {
                None => vec![so_far.join(part)],
                Some(wild) => {
                    let names = self.list(&root.join(&so_far)).iter();
                    let fits = |name: &&String| wild.is_match(name) && !name.starts_with('.');
                    names.filter(fits).map(|name| so_far.join(name)).collect()
                }
            };
            found = found.into_iter().flat_map(step).collect();
        }
        found.retain(|path| root.join(path).exists());
        let folder = found.first().and_then(|first| first.parent()).map(Path::to_owned);
        let slices = |path: &PathBuf| path.parent() == folder.as_deref() && imaging::is_dicom(&root.join(path));
        match (found.as_slice(), &folder) {
            ([only], _) => FoundFile { path: only.clone(), exists: true, instead: Vec::new(), digits: 0 },
            (several, Some(folder)) if several.len() > 1 && several.iter().all(slices) => {
                FoundFile { path: folder.clone(), exists: true, instead: Vec::new(), digits: 0 }
            }
            _ => FoundFile { path: pattern, exists: false, instead: found, digits: 0 },
        }
    }

    /// What one part of the path can be, given what the parts before it were.
    fn step(&mut self, root: &Path, part: &str, so_far: RepeatFile) -> Vec<RepeatFile> {
        let part = template::fill(part, |name| match name {
            "reader" => so_far.reader.clone(),
            "reading" => so_far.reading.clone(),
            _ => None,
        });
        let Some((pattern, groups)) = pattern(&part) else {
            return vec![RepeatFile { path: so_far.path.join(part), ..so_far }];
        };
        let mut found = Vec::new();
        for name in self.list(&root.join(&so_far.path)) {
            let Some(captured) = pattern.captures(name) else { continue };
            let mut file = RepeatFile { path: so_far.path.join(name), ..so_far.clone() };
            for (k, group) in groups.iter().enumerate() {
                let value = captured.get(k + 1).map(|m| m.as_str().to_owned());
                match *group {
                    Group::Reader => file.reader = value,
                    Group::Reading => file.reading = value,
                }
            }
            found.push(file);
        }
        found
    }
}

/// A pattern for a part of a path with `*` in it; `None` if it stands for itself.
fn glob(part: &str) -> Option<Regex> {
    let pieces: Vec<String> = part.split('*').map(regex::escape).collect();
    (pieces.len() > 1).then(|| Regex::new(&format!("^{}$", pieces.join(".*"))).ok()).flatten()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Reader,
    Reading,
}

/// A pattern for the placeholders left in a part of a path; `None` if there are none.
fn pattern(part: &str) -> Option<(Regex, Vec<Group>)> {
    let pieces = template::pieces(part).ok()?;
    let mut groups = Vec::new();
    let mut text = String::from("^");
    for (k, piece) in pieces.iter().enumerate() {
        let touches = |other: Option<&Piece<'_>>| matches!(other, Some(Piece::Placeholder(_)));
        let beside = touches(pieces.get(k + 1)) || k > 0 && touches(pieces.get(k - 1));
        match piece {
            Piece::Plain(plain) => text.push_str(&regex::escape(plain)),
            // In A1 the letters are the reader and the digits the reading.
            Piece::Placeholder("reader") => {
                groups.push(Group::Reader);
                text.push_str(if beside { "([^0-9]+)" } else { "([^_]+)" });
            }
            Piece::Placeholder("reading") => {
                groups.push(Group::Reading);
                text.push_str(if beside { "([0-9]+)" } else { "([^_]+)" });
            }
            Piece::Placeholder(other) => text.push_str(&regex::escape(&format!("{{{other}}}"))),
        }
    }
    text.push('$');
    if groups.is_empty() { None } else { Regex::new(&text).ok().map(|pattern| (pattern, groups)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_means_the_one_that_is_there() {
        let root = tempfile::tempdir().expect("a folder");
        let mut slice = vec![0; 128];
        slice.extend(b"DICM");
        for file in ["A/2001-T2-7/1.dcm", "A/2001-T2-7/2.dcm", "A/T1/1.nii", "A/T1/2.nii"] {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, if file.ends_with("dcm") { slice.as_slice() } else { b"" }).expect("a file");
        }
        let find = |pattern: &str| Folders::default().find(root.path(), PathBuf::from(pattern));
        let there = |path: &str| FoundFile { path: path.into(), exists: true, instead: Vec::new(), digits: 0 };
        assert_eq!(find("A/*-T2-*"), there("A/2001-T2-7"));
        assert_eq!(find("A/*T2*/*.dcm"), there("A/2001-T2-7"), "the folder of a series");
        assert_eq!(find("A/T1/1.*"), there("A/T1/1.nii"));
        assert_eq!(find("A/T1/*.nii").instead.len(), 2);
        assert!(find("A/T9/*").instead.is_empty() && !find("A/T9/*").exists);
    }

    #[test]
    fn readers_and_readings_are_found_by_the_template() {
        let root = tempfile::tempdir().expect("a folder");
        for file in ["m/P1_T2_A1.nii", "m/P1_T2_B2.nii", "m/P2_T2_A1.nii", "r/A/P1.nii", "r/B/P1.nii", "r/B/P2.nii"] {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, "").expect("a file");
        }
        let found = |template: &str| -> Vec<(String, String)> {
            let text = |t: &Option<String>| t.clone().unwrap_or_default();
            let files = Folders::default().matches(root.path(), template);
            files.iter().map(|f| (text(&f.reader), text(&f.reading))).collect()
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(found("m/P1_T2_{reader}{reading}.nii"), [pair("A", "1"), pair("B", "2")]);
        assert_eq!(found("r/{reader}/P1.nii"), [pair("A", ""), pair("B", "")]);
        assert_eq!(found("nowhere/{reader}/P1.nii"), []);
    }
}
