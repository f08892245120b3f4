//! Which files belong to which patient and sequence, and which of them are there.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde::{Deserialize, Serialize};
use tables::Frame;
use tables::problem::{Place, Problem};

use super::cohort::Cohort;
use super::spec::{Picked, SequenceSpec, Study};
use super::template::{self, Piece};

/// The files of one patient and sequence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseFiles {
    /// The patient's row in the cohort.
    pub row: usize,
    /// The patient's id.
    pub patient: String,
    /// The sequence's name.
    pub sequence: String,
    /// The image.
    pub image: FoundFile,
    /// The mask.
    pub mask: FoundFile,
    /// Which volume of the image and which region of the mask are meant.
    pub picked: Picked,
    /// Repeated segmentations that are there, by reader and reading.
    pub repeats: Vec<RepeatFile>,
}

/// A file, or a folder of a DICOM series, that a template names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundFile {
    /// Its path, from the study's folder.
    pub path: PathBuf,
    /// Whether it is there, and the only one that the template may mean.
    pub exists: bool,
    /// What is there instead of it: the paths that a template with `*` may mean, or that of a number with zeros in front.
    pub instead: Vec<PathBuf>,
    /// Digits of the number with zeros in front; 0 if it is not that.
    pub digits: usize,
}

/// A repeated segmentation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RepeatFile {
    /// Who drew it, if the template says.
    pub reader: Option<String>,
    /// Which time it was drawn, if the template says.
    pub reading: Option<String>,
    /// Its path, from the study's folder.
    pub path: PathBuf,
}

impl CaseFiles {
    /// Whether both image and mask are there.
    pub fn is_complete(&self) -> bool {
        self.image.exists && self.mask.exists
    }
}

impl Study {
    /// The files of every patient of `cohort` and every sequence, patients in row order, sequences in the study's.
    pub fn files(&self, cohort: &Cohort) -> Vec<CaseFiles> {
        let Some(images) = &self.images else { return Vec::new() };
        let mut folders = Folders::default();
        let mut files = Vec::with_capacity(cohort.len() * images.sequences.len());
        for (row, patient) in cohort.ids().iter().enumerate() {
            for sequence in &images.sequences {
                files.push(self.case(cohort.frame(), row, patient, sequence, &mut folders));
            }
        }
        files
    }

    /// The files of one patient (a row of `cohort`) and one sequence; `None` if there is no such.
    pub fn files_of(&self, cohort: &Cohort, row: usize, sequence: usize) -> Option<CaseFiles> {
        let sequence = self.images.as_ref()?.sequences.get(sequence)?;
        let patient = cohort.ids().get(row)?;
        Some(self.case(cohort.frame(), row, patient, sequence, &mut Folders::default()))
    }

    fn case(
        &self,
        frame: &Frame,
        row: usize,
        patient: &str,
        sequence: &SequenceSpec,
        folders: &mut Folders,
    ) -> CaseFiles {
        let value = |name: &str| match name {
            "id" => Some(patient.to_owned()),
            "sequence" => Some(sequence.name.clone()),
            "reader" | "reading" => None,
            column => frame.get(column)?.values.text(row),
        };
        let strays = leaves_folder(patient);
        let mut found = |template: &str| {
            let path = PathBuf::from(template::fill(template, value));
            if strays {
                return FoundFile { path, exists: false, instead: Vec::new(), digits: 0 };
            }
            if template.contains('*') {
                return folders.find(&self.folder, path);
            }
            let exists = self.resolve(&path).exists();
            let (mut instead, mut digits) = (Vec::new(), 0);
            if !exists {
                // Spreadsheets drop the zeros of 001.
                let with_zeros = (patient.len() + 1..=template::MOST_DIGITS).map(|digits| {
                    let id = template::padded(patient.to_owned(), digits);
                    let id = |name: &str| if name == "id" { Some(id.clone()) } else { value(name) };
                    (digits, PathBuf::from(template::fill(template, id)))
                });
                let there = |(_, other): &(usize, PathBuf)| *other != path && self.resolve(other).exists();
                if let Some((found, other)) = with_zeros.into_iter().find(there) {
                    instead.push(other);
                    digits = found;
                }
            }
            FoundFile { path, exists, instead, digits }
        };
        let (image, mask) = (found(&sequence.image), found(&sequence.mask));
        let repeats = sequence.repeats.as_ref().map(|template| template::fill(template, value));
        CaseFiles {
            row,
            patient: patient.to_owned(),
            sequence: sequence.name.clone(),
            image,
            mask,
            picked: sequence.picked.clone(),
            repeats: repeats
                .filter(|_| !strays)
                .map(|template| folders.matches(&self.folder, &template))
                .unwrap_or_default(),
        }
    }

    /// Problems of `files`: sequences of which nothing is there, patients without an image or mask.
    pub fn check_files(&self, files: &[CaseFiles]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let Some(images) = &self.images else { return problems };
        let mut stray: Vec<&str> =
            files.iter().map(|case| case.patient.as_str()).filter(|id| leaves_folder(id)).collect();
        stray.dedup();
        if !stray.is_empty() {
            let message =
                format!("{} would lead out of the folder of the images: {}", ids_are(stray.len()), first_three(&stray));
            let remedy = "ids are no paths: write them without .. and without a / in front; no file is looked for";
            problems.push(Problem::error(self.place("id"), message).remedy(remedy));
        }
        for sequence in &images.sequences {
            let setting = self.place(&format!("images.{}", sequence.name));
            let cases: Vec<&CaseFiles> = files.iter().filter(|f| f.sequence == sequence.name).collect();
            problems.extend(unknown_placeholder(sequence, &cases, &setting));
            problems.extend(absent(&cases, "image", &sequence.image, &setting, |case| &case.image));
            problems.extend(absent(&cases, "mask", &sequence.mask, &setting, |case| &case.mask));
            if let Some(template) = &sequence.repeats
                && !cases.is_empty()
                && cases.iter().all(|case| case.repeats.is_empty())
            {
                let message = format!("{}: no repeated segmentation at {template}", sequence.name);
                problems
                    .push(Problem::warning(setting.clone(), message).remedy("correct the template, or leave it out"));
            }
        }
        problems
    }
}

/// Whether an id, put into a path, would lead to another folder than the path says.
fn leaves_folder(id: &str) -> bool {
    id.starts_with(['/', '\\']) || id.split(['/', '\\']).any(|part| part == "..")
}

/// `1 id`, `3 ids`
fn ids_are(n: usize) -> String {
    if n == 1 { "1 id".to_owned() } else { format!("{n} ids") }
}

/// The first three, and whether there are more.
fn first_three(names: &[&str]) -> String {
    let more = if names.len() > 3 { ", .." } else { "" };
    format!("{}{more}", names[..names.len().min(3)].join(", "))
}

/// A placeholder that is still in a path was no column.
fn unknown_placeholder(sequence: &SequenceSpec, cases: &[&CaseFiles], setting: &Place) -> Option<Problem> {
    let first = cases.first()?;
    let left = [&first.image, &first.mask].into_iter().find_map(|file| {
        let names = template::placeholders(&file.path.to_string_lossy()).ok()?;
        names.into_iter().next()
    })?;
    let message = format!("{}: the template names {{{left}}}, which is not a column", sequence.name);
    Some(Problem::error(setting.clone(), message).remedy("it can name id, sequence, or a column of the table"))
}

/// So many patients without a file are named one by one.
const FEW_ABSENT: usize = 5;

fn absent<'c>(
    cases: &[&'c CaseFiles],
    what: &str,
    template: &str,
    setting: &Place,
    file: impl Fn(&'c CaseFiles) -> &'c FoundFile,
) -> Vec<Problem> {
    let absent: Vec<&&CaseFiles> = cases.iter().filter(|case| !file(case).exists).collect();
    let Some(first) = absent.first() else { return Vec::new() };
    if absent.len() == cases.len() {
        let shown = file(first).path.display();
        if template::placeholders(&shown.to_string()).is_ok_and(|left| !left.is_empty()) {
            // That the template is wrong is said already.
            return Vec::new();
        }
        let message = format!("{}: no {what} of any patient is there; looked for {shown} first", first.sequence);
        let message = match several(file(first)) {
            Some(fitting) => format!("{}: {fitting} fit the template of the {what} {shown}", first.sequence),
            None => message,
        };
        let remedy = match (file(first).instead.as_slice(), template.contains('*')) {
            ([], _) => format!("is the template right? {template}"),
            (_, true) => "write more of the path, so that one is left".to_owned(),
            ([there, ..], false) => {
                format!("{} is there: write {{id:0{}}} instead of {{id}}", there.display(), file(first).digits)
            }
        };
        return vec![Problem::error(setting.clone(), message).remedy(remedy)];
    }
    let problem = |case: &&&'c CaseFiles| {
        let place = Place::default().patient(&case.patient).sequence(&case.sequence);
        let path = file(case).path.display();
        match (several(file(case)), file(case).instead.first()) {
            (Some(fitting), _) => {
                let message = format!("{fitting} fit the template of the {what} {path}");
                Problem::warning(place, message).remedy("write more of the path, so that one is left")
            }
            (None, Some(there)) => {
                let message = format!("no {what} at {path}; {} is there", there.display());
                let digits = file(case).digits;
                Problem::warning(place, message)
                    .remedy(format!("write {{id:0{digits}}} for numbers of {digits} digits"))
            }
            (None, None) => Problem::warning(place, format!("no {what} at {path}")),
        }
    };
    // Files that are simply not there are told one by one while they are few.
    let (plain, odd): (Vec<_>, Vec<_>) = absent.iter().partition(|case| file(case).instead.is_empty());
    let mut problems: Vec<Problem> = odd.into_iter().map(problem).collect();
    match plain.first() {
        Some(example) if plain.len() > FEW_ABSENT => {
            let names: Vec<&str> = plain.iter().map(|case| case.patient.as_str()).collect();
            let (n, all) = (plain.len(), cases.len());
            let message = format!("{n} of {all} patients have no {what}: {}", first_three(&names));
            let place = Place::default().sequence(&example.sequence);
            let remedy = format!("looked for {} first", file(example).path.display());
            problems.push(Problem::warning(place, message).remedy(remedy));
        }
        _ => problems.extend(plain.into_iter().map(problem)),
    }
    problems
}

/// The paths that a template with `*` may mean, if they are several: `3 files (a, b, c)`.
fn several(file: &FoundFile) -> Option<String> {
    const MOST: usize = 4;
    let shown: Vec<String> = file.instead.iter().take(MOST).map(|path| path.display().to_string()).collect();
    let more = if file.instead.len() > MOST { ", .." } else { "" };
    (file.instead.len() > 1).then(|| format!("{} paths ({}{more})", file.instead.len(), shown.join(", ")))
}

/// The names in folders, each folder listed once.
#[derive(Default)]
struct Folders {
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
    fn matches(&mut self, root: &Path, template: &str) -> Vec<RepeatFile> {
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
    fn find(&mut self, root: &Path, pattern: PathBuf) -> FoundFile {
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
