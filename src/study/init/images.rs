//! Images and masks of a folder: which part of their paths is the patient, which the sequence, which the reader.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use crate::study::spec::{ImageSpec, SequenceSpec};

const IMAGE_ENDINGS: [&str; 4] = [".nii.gz", ".nii", ".nrrd", ".nhdr"];
const MASK_WORDS: [&str; 12] = [
    "mask",
    "masks",
    "seg",
    "segs",
    "segmentation",
    "segmentations",
    "roi",
    "rois",
    "label",
    "labels",
    "contour",
    "contours",
];
const PLAIN_WORDS: [&str; 8] = ["image", "images", "img", "imgs", "data", "nifti", "scan", "scans"];
const REPEAT_WORDS: [&str; 6] = ["repeat", "repeats", "repeated", "icc", "reader", "readers"];
const DEEPEST: usize = 4;
const MOST_FILES: usize = 50_000;

/// A path in which the patient's id is replaced by `{id}`, and how many patients have such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Template {
    text: String,
    n: usize,
    /// The words of the path besides id and ending, in lower case.
    words: Vec<String>,
    /// The same words as they are written.
    written: Vec<String>,
}

/// The sequences found below `folder` for the patients `ids`, and why.
pub(super) fn guess(folder: &Path, ids: &[String]) -> Option<(ImageSpec, String)> {
    let mut files = Vec::new();
    list(folder, "", 0, &mut files);
    let n_files = files.len();
    let templates = templates(&files, ids);
    let is_mask = |t: &&Template| t.words.iter().any(|w| MASK_WORDS.contains(&w.as_str()));
    let common = |t: &&Template| 5 * t.n >= ids.len().min(n_files);
    let images: Vec<&Template> = templates.iter().filter(|t| !is_mask(t) && !is_repeat(t)).filter(common).collect();
    let masks: Vec<&Template> = templates.iter().filter(|t| is_mask(t) || is_repeat(t)).collect();
    let sequences: Vec<SequenceSpec> = images.iter().filter_map(|image| sequence(image, &images, &masks)).collect();
    if sequences.is_empty() {
        return None;
    }
    let reason = format!("{n_files} image files whose paths hold the patients' ids");
    Some((ImageSpec { sequences }, reason))
}

/// The image files below a folder, by their paths from it.
fn list(folder: &Path, below: &str, depth: usize, files: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if files.len() >= MOST_FILES || name.starts_with('.') {
            continue;
        }
        let is_folder = entry.file_type().is_ok_and(|t| t.is_dir());
        if is_folder && depth < DEEPEST {
            list(&entry.path(), &path, depth + 1, files);
        } else if IMAGE_ENDINGS.iter().any(|e| name.to_lowercase().ends_with(e)) {
            files.push(path);
        }
    }
}

fn templates(files: &[String], ids: &[String]) -> Vec<Template> {
    let known: HashSet<&str> = ids.iter().map(String::as_str).filter(|id| !id.is_empty()).collect();
    let longest = known.iter().map(|id| id.len()).max().unwrap_or(0);
    let mut counts: BTreeMap<String, HashSet<&str>> = BTreeMap::new();
    for file in files {
        if let Some(id) = id_in(file, &known, longest) {
            counts.entry(replaced(file, id)).or_default().insert(id);
        }
    }
    counts.into_iter().map(|(text, ids)| Template::new(text, ids.len())).collect()
}

/// The longest id that stands in the path between characters that are no letters or digits.
fn id_in<'i>(file: &str, known: &HashSet<&'i str>, longest: usize) -> Option<&'i str> {
    let bounds: Vec<usize> = file
        .char_indices()
        .map(|(at, _)| at)
        .chain([file.len()])
        .filter(|&at| {
            let before = file[..at].chars().next_back().is_some_and(char::is_alphanumeric);
            let after = file[at..].chars().next().is_some_and(char::is_alphanumeric);
            !(before && after)
        })
        .collect();
    let spans = bounds.iter().flat_map(|&a| bounds.iter().map(move |&b| (a, b)));
    let found = spans.filter(|&(a, b)| a < b && b - a <= longest).filter_map(|(a, b)| known.get(&file[a..b]));
    found.max_by_key(|id| id.len()).copied()
}

fn replaced(file: &str, id: &str) -> String {
    let whole = |at: usize| {
        let before = file[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let after = file[at + id.len()..].chars().next().is_some_and(char::is_alphanumeric);
        !before && !after
    };
    let mut text = String::new();
    let mut from = 0;
    for (at, _) in file.match_indices(id).filter(|&(at, _)| whole(at)) {
        text.push_str(&file[from..at]);
        text.push_str("{id}");
        from = at + id.len();
    }
    text + &file[from..]
}

impl Template {
    fn new(text: String, n: usize) -> Self {
        let ending = IMAGE_ENDINGS.iter().find(|e| text.to_lowercase().ends_with(*e)).map_or(0, |e| e.len());
        let bare = text[..text.len() - ending].replace("{id}", "/");
        let parts = bare.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let written: Vec<String> = parts.map(str::to_owned).collect();
        Self { words: written.iter().map(|w| w.to_lowercase()).collect(), written, n, text }
    }
}

fn is_repeat(template: &Template) -> bool {
    template.words.iter().any(|w| REPEAT_WORDS.contains(&w.as_str()))
}

/// The sequence of one template of images, with the masks whose words agree.
fn sequence(image: &Template, images: &[&Template], masks: &[&Template]) -> Option<SequenceSpec> {
    let distinctive = |word: &String| {
        !PLAIN_WORDS.contains(&word.as_str()) && (images.len() == 1 || images.iter().any(|t| !t.words.contains(word)))
    };
    let kept: Vec<usize> = (0..image.words.len()).filter(|&k| distinctive(&image.words[k])).collect();
    let words: Vec<&String> = kept.iter().map(|&k| &image.words[k]).collect();
    let name = match kept.is_empty() {
        true => "image".to_owned(),
        false => kept.iter().map(|&k| image.written[k].as_str()).collect::<Vec<_>>().join("_"),
    };
    // Words of a mask's path that are neither the sequence's nor those of masks and images.
    let extra = |mask: &Template| -> Vec<String> {
        let plain = |w: &String| {
            words.contains(&w)
                || image.words.contains(w)
                || MASK_WORDS.contains(&w.as_str())
                || PLAIN_WORDS.contains(&w.as_str())
        };
        mask.words.iter().zip(&mask.written).filter(|(w, _)| !plain(w)).map(|(_, written)| written.clone()).collect()
    };
    let own = |mask: &&&Template| words.iter().all(|w| mask.words.contains(w));
    let of_others = |mask: &&&Template| {
        let others = images.iter().filter(|t| t.text != image.text);
        others.flat_map(|t| &t.words).any(|w| !image.words.contains(w) && mask.words.contains(w))
    };
    let mine: Vec<&Template> = masks.iter().filter(own).copied().collect();
    let shared: Vec<&Template> = masks.iter().filter(|m| !of_others(m)).copied().collect();
    let primary = |masks: &[&Template]| {
        let plain = masks.iter().filter(|m| !is_repeat(m) && extra(m).is_empty()).max_by_key(|m| m.n).copied();
        plain.or_else(|| masks.iter().filter(|m| !is_repeat(m)).max_by_key(|m| m.n).copied()).cloned()
    };
    let mask = primary(&mine).or_else(|| primary(&shared))?;
    let repeats = mine.iter().filter(|m| m.text != mask.text).filter_map(|m| repeat_template(m, &extra(m)));
    let repeats = most_frequent(repeats.collect());
    let in_general = |text: &str| if kept.len() == 1 { generalized(text, &name) } else { text.to_owned() };
    Some(SequenceSpec {
        image: in_general(&image.text),
        mask: in_general(&mask.text),
        label: 1,
        repeats: repeats.map(|text| in_general(&text)),
        name,
    })
}

/// The sequence's name in a template becomes `{sequence}`, where it is written alike.
fn generalized(text: &str, name: &str) -> String {
    let parts: Vec<&str> = text.split_inclusive(|c: char| !c.is_alphanumeric()).collect();
    let swap = |part: &str| match part.strip_prefix(name) {
        Some(rest) if rest.chars().all(|c| !c.is_alphanumeric()) => format!("{{sequence}}{rest}"),
        _ => part.to_owned(),
    };
    parts.into_iter().map(swap).collect()
}

/// The template of a repeat with its reader and reading replaced: `A1`, `A_1`, `reader2`, `r2`, `2`, `B`.
fn repeat_template(mask: &Template, extra: &[String]) -> Option<String> {
    let mut text = mask.text.clone();
    for word in extra.iter().rev().take(2) {
        let Some(placeholder) = placeholder(word) else { continue };
        let taken = ["{reader}", "{reading}"].iter().any(|p| placeholder.contains(p) && text.contains(p));
        if let Some(at) = text.rfind(word.as_str()).filter(|_| !taken) {
            text.replace_range(at..at + word.len(), &placeholder);
        }
    }
    (text != mask.text).then_some(text)
}

/// What a word that tells repeats apart stands for.
fn placeholder(word: &str) -> Option<String> {
    let (letters, digits) = word.split_at(word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len()));
    let in_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    Some(match (letters.to_lowercase().as_str(), in_digits) {
        ("", true) => "{reading}".to_owned(),
        ("reader" | "rater" | "observer", true) => format!("{letters}{{reader}}"),
        ("r" | "reading" | "rep" | "repeat", true) => format!("{letters}{{reading}}"),
        (_, true) if letters.len() == 1 => "{reader}{reading}".to_owned(),
        (_, false) if word.len() <= 3 && !word.is_empty() => "{reader}".to_owned(),
        _ => return None,
    })
}

fn most_frequent(texts: Vec<String>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    texts.into_iter().for_each(|text| *counts.entry(text).or_default() += 1);
    counts.into_iter().max_by_key(|(_, n)| *n).map(|(text, _)| text)
}
