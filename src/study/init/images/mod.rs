//! Images and masks of a folder: which part of their paths is the patient, which the sequence, which the reader.

mod listing;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use crate::study::spec::{ImageSpec, Picked, RegionSpec, SequenceSpec};
use crate::study::template;
use listing::{Entry, is_uid, stem};

const MASK_WORDS: [&str; 17] = [
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
    "rtstruct",
    "rtss",
    "rs",
    "structures",
    "derivatives",
];
const PLAIN_WORDS: [&str; 17] = [
    "image", "images", "img", "imgs", "data", "nifti", "nii", "scan", "scans", "dicom", "dicoms", "dcm", "bids", "sub",
    "ses", "anat", "series",
];
const REPEAT_WORDS: [&str; 6] = ["repeat", "repeats", "repeated", "icc", "reader", "readers"];

/// A path in which the patient's id is replaced by `{id}`, and how many patients have such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Template {
    text: String,
    n: usize,
    /// The words of the path besides id and ending, in lower case.
    words: Vec<String>,
    /// The same words as they are written.
    written: Vec<String>,
    /// What DICOM headers say that it is, where they say it.
    dicom: Option<Kind>,
    /// The description of the series, where the path alone does not tell it.
    series: Option<String>,
}

/// What a template of DICOM folders stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Kind {
    /// What its images are called.
    image: Option<String>,
    /// The names of regions that every patient has, if there are regions.
    regions: Option<BTreeSet<String>>,
}

/// What was found of images, or what can be said if nothing was.
pub(super) enum Found {
    /// The sequences, and why.
    Sequences(ImageSpec, String),
    /// Why the images that are there could not be made out.
    Unclear(String),
    /// There are no images.
    Nothing,
}

/// The sequences found below `folder` for the patients `ids`.
pub(super) fn guess(folder: &Path, ids: &[String]) -> Found {
    let entries = listing::below(folder);
    let Some(first) = entries.first() else { return Found::Nothing };
    let n_files = entries.len();
    let templates = templates(&entries, ids);
    let common = |t: &&Template| 5 * t.n >= ids.len().min(n_files);
    let images: Vec<&Template> = templates.iter().filter(|t| t.is_image()).filter(common).collect();
    let masks: Vec<&Template> = templates.iter().filter(|t| t.is_mask() || is_repeat(t)).collect();
    let sequences: Vec<SequenceSpec> = images.iter().filter_map(|image| sequence(image, &images, &masks)).collect();
    if !sequences.is_empty() {
        let what = if entries.iter().all(|e| e.dicom.is_some()) { "DICOM folders" } else { "image files" };
        return Found::Sequences(
            ImageSpec { sequences, regions: Vec::new() },
            format!("{n_files} {what} whose paths hold the patients' ids"),
        );
    }
    let seen = format!("{n_files} image files or DICOM folders are there (for example {})", first.path);
    let ids = ids.iter().take(2).cloned().collect::<Vec<_>>().join(", ");
    Found::Unclear(match (images.first(), masks.first()) {
        (None, _) => format!("{seen}, but their paths do not hold the patients' ids ({ids}, ..)"),
        (Some(image), None) => {
            let words = "mask, seg, roi, label or RTSTRUCT";
            format!("{seen}, as {}, but none of them is a mask ({words} in its path)", image.text)
        }
        (Some(image), Some(mask)) => {
            format!("{seen}: images as {} and masks as {}, which could not be matched", image.text, mask.text)
        }
    })
}

/// A file, and what stands in its path for the patient.
type Named<'a> = (&'a Entry, String);

/// The templates of the entries, with as many digits of the ids as most of the paths have.
fn templates(entries: &[Entry], ids: &[String]) -> Vec<Template> {
    let numbers = ids.iter().all(|id| id.bytes().all(|b| b.is_ascii_digit()));
    let longest = ids.iter().map(String::len).max().unwrap_or(0);
    let padded = (longest.max(2)..=template::MOST_DIGITS).filter(|_| numbers);
    let placed = |digits: usize| -> Vec<(&Entry, String, String)> {
        let known: Vec<String> = ids.iter().map(|id| template::padded(id.clone(), digits)).collect();
        let known: HashSet<&str> = known.iter().map(String::as_str).filter(|id| !id.is_empty()).collect();
        let placeholder = if digits > 0 { format!("{{id:0{digits}}}") } else { "{id}".to_owned() };
        let longest = known.iter().map(|id| id.len()).max().unwrap_or(0);
        let place = |entry: &'_ Entry| {
            let id = id_in(&entry.path, &known, longest)?;
            Some((id.to_owned(), replaced(&entry.path, id, &placeholder)))
        };
        entries.iter().filter_map(|entry| place(entry).map(|(id, text)| (entry, id, text))).collect()
    };
    let all = std::iter::once(0).chain(padded).map(placed);
    // The first of those that find equally many.
    let best = all.reduce(|best, other| if other.len() > best.len() { other } else { best }).unwrap_or_default();
    let mut by_text: BTreeMap<(String, Option<String>), Vec<Named<'_>>> = BTreeMap::new();
    for (entry, id, text, series) in generalized_folders(best) {
        by_text.entry((text, series)).or_default().push((entry, id));
    }
    by_text.into_iter().map(|((text, series), of_it)| Template { series, ..Template::new(text, &of_it) }).collect()
}

/// DICOM folders that differ from patient to patient by dates, numbers and UIDs: these parts become `*`, if one folder of
/// each patient is left by that. Else it is the folder about them, with the description of the series.
fn generalized_folders(placed: Vec<(&Entry, String, String)>) -> Vec<(&Entry, String, String, Option<String>)> {
    // Folders of the same depth and the same description belong together.
    let mut groups: BTreeMap<(usize, String), Vec<usize>> = BTreeMap::new();
    for (i, (entry, _, text)) in placed.iter().enumerate() {
        if let Some(dicom) = &entry.dicom {
            let series = dicom.image.clone().unwrap_or_default().to_lowercase();
            let kind = format!("{series} {}", dicom.regions.is_some());
            groups.entry((text.split('/').count(), kind)).or_default().push(i);
        }
    }
    let mut new: HashMap<usize, (String, Option<String>)> = HashMap::new();
    for members in groups.into_values() {
        let texts: BTreeSet<&str> = members.iter().map(|&i| placed[i].2.as_str()).collect();
        let patients: BTreeSet<&str> = members.iter().map(|&i| placed[i].1.as_str()).collect();
        if patients.len() < 2 || texts.len() < patients.len() && !texts.iter().any(|t| t.split('/').any(is_uid)) {
            continue;
        }
        let parts: Vec<Vec<&str>> = texts.iter().map(|text| text.split('/').collect()).collect();
        let merged = (0..parts[0].len()).map(|k| merged(&parts.iter().map(|p| p[k]).collect::<Vec<_>>()));
        let merged = merged.collect::<Vec<_>>().join("/");
        let fits = |text: &str| {
            let (pattern, text) = (merged.split('/'), text.split('/'));
            pattern.clone().count() == text.clone().count()
                && pattern.zip(text).all(|(p, t)| crate::study::build::matches(p, t))
        };
        let folders = |id: &str| placed.iter().filter(|(e, i, t)| e.dicom.is_some() && i == id && fits(t)).count();
        let about: Vec<&str> = merged.split('/').take_while(|part| !part.contains('*')).collect();
        let series = placed[members[0]].0.dicom.as_ref().and_then(|dicom| dicom.image.clone());
        let is_one_each = members.len() == patients.len();
        let instead = match patients.iter().all(|id| folders(id) == 1) {
            true => Some((merged, None)),
            false => (is_one_each && !about.is_empty()).then(|| (about.join("/"), series)),
        };
        if let Some(instead) = instead {
            members.into_iter().for_each(|i| drop(new.insert(i, instead.clone())));
        }
    }
    let renamed = |(i, (entry, id, text)): (usize, (_, _, String))| {
        let (text, series) = new.get(&i).cloned().unwrap_or((text, None));
        (entry, id, text, series)
    };
    placed.into_iter().enumerate().map(renamed).collect()
}

/// What several names of folders have in common: words at the same place, `*` for others.
fn merged(names: &[&str]) -> String {
    if names.iter().all(|name| name == &names[0]) && !is_uid(names[0]) {
        return names[0].to_owned();
    }
    let words = |name: &str| -> Vec<String> {
        name.split_inclusive(|c: char| !c.is_alphanumeric() && !"{}:".contains(c)).map(str::to_owned).collect()
    };
    let all: Vec<Vec<String>> = names.iter().map(|name| words(name)).collect();
    if all.iter().any(|w| w.len() != all[0].len()) || is_uid(names[0]) {
        return "*".to_owned();
    }
    let mut text = String::new();
    for (k, word) in all[0].iter().enumerate() {
        if all.iter().all(|words| words[k] == *word) {
            text += word;
        } else if !text.ends_with('*') {
            text += "*";
        }
    }
    text
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

fn replaced(file: &str, id: &str, placeholder: &str) -> String {
    let whole = |at: usize| {
        let before = file[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let after = file[at + id.len()..].chars().next().is_some_and(char::is_alphanumeric);
        !before && !after
    };
    let mut text = String::new();
    let mut from = 0;
    for (at, _) in file.match_indices(id).filter(|&(at, _)| whole(at)) {
        text.push_str(&file[from..at]);
        text.push_str(placeholder);
        from = at + id.len();
    }
    text + &file[from..]
}

impl Template {
    fn new(text: String, of_it: &[(&Entry, String)]) -> Self {
        let bare: String = split_placeholders(stem(&text));
        let parts = bare.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let written: Vec<String> = parts.map(str::to_owned).collect();
        let patients: HashSet<&str> = of_it.iter().map(|(_, id)| id.as_str()).collect();
        let dicom =
            of_it.iter().filter_map(|(entry, _)| entry.dicom.as_ref()).fold(None, |kind: Option<Kind>, dicom| {
                let kind = kind.unwrap_or_default();
                let names = dicom.regions.as_ref().map(|names| names.iter().cloned().collect::<BTreeSet<_>>());
                let regions = match (kind.regions, names) {
                    (Some(a), Some(b)) => Some(a.intersection(&b).cloned().collect()),
                    (a, b) => a.or(b),
                };
                Some(Kind { image: kind.image.or_else(|| dicom.image.clone()), regions })
            });
        let words = written.iter().map(|w| w.to_lowercase()).collect();
        Self { words, written, n: patients.len(), text, dicom, series: None }
    }

    fn is_mask(&self) -> bool {
        match &self.dicom {
            Some(kind) => kind.regions.is_some(),
            None => self.words.iter().any(|w| MASK_WORDS.contains(&w.as_str())),
        }
    }

    fn is_image(&self) -> bool {
        match &self.dicom {
            Some(kind) => kind.image.is_some(),
            None => !self.is_mask() && !is_repeat(self),
        }
    }

    /// The region, where every patient's file has one of the same name and no other in common.
    fn picked(&self) -> Picked {
        let names = self.dicom.as_ref().and_then(|kind| kind.regions.clone()).unwrap_or_default();
        let mut names = names.into_iter();
        let region = match (names.next(), names.next()) {
            (Some(only), None) => RegionSpec::Named(vec![only]),
            _ => RegionSpec::Assumed,
        };
        Picked { region, ..Picked::default() }
    }
}

/// A template with a slash in place of each placeholder and star.
fn split_placeholders(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        bare += &rest[..open];
        bare.push('/');
        rest = rest[open..].split_once('}').map_or("", |(_, after)| after);
    }
    (bare + rest).replace('*', "/")
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
    let described = image.dicom.as_ref().and_then(|kind| kind.image.clone());
    let name = match kept.is_empty() || image.series.is_some() {
        true => described.map_or_else(|| "image".to_owned(), |text| plain_name(&text)),
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
    let by_name = kept.len() == 1 && image.series.is_none();
    let in_general = |text: &str| if by_name { generalized(text, &name) } else { text.to_owned() };
    Some(SequenceSpec {
        image: in_general(&image.text),
        mask: in_general(&mask.text),
        picked: Picked { series: image.series.clone(), ..mask.picked() },
        repeats: repeats.map(|text| in_general(&text)),
        name,
    })
}

/// A description as a name: letters and digits, joined by underscores.
fn plain_name(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if words.is_empty() { "image".to_owned() } else { words.join("_") }
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
