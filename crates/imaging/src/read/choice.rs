//! What is wanted of files that hold several volumes or regions.

use super::ReadError;
use super::masks::Segment;
use std::path::Path;

/// Which of several volumes: of a DICOM folder or multi-frame file, of a series in one NIfTI file, of a vector image.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VolumeChoice {
    /// The description of its DICOM series: a name, or a pattern with `*` and `?`. Case does not count.
    pub series: Option<String>,
    /// Its number in the list that the error of an open choice gives, from 1.
    pub number: Option<usize>,
    /// Its diffusion weighting in s/mm².
    pub b_value: Option<f64>,
}

/// A volume as it is chosen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Described {
    pub b_value: Option<f64>,
    /// The description of its series.
    pub series: String,
    /// What its user sees of it.
    pub words: String,
}

/// Two b-values are the same up to this much (they are stored in single precision, too).
const SAME_B: f64 = 0.5;

impl VolumeChoice {
    fn allows(&self, volume: &Described) -> bool {
        let b = self.b_value.is_none_or(|wanted| volume.b_value.is_some_and(|b| (b - wanted).abs() <= SAME_B));
        let fits = |series: &String| {
            let (pattern, text) = (folded(series), folded(&volume.series));
            pattern == text || matches(&pattern, &text)
        };
        b && self.series.as_ref().is_none_or(fits)
    }

    /// The one of `volumes` that is meant; the only one if nothing is said.
    ///
    /// A number counts among those that are left by the b-value and the series.
    pub(super) fn of(&self, path: &Path, volumes: &[Described], other_way: Option<&str>) -> Result<usize, ReadError> {
        let allowed: Vec<usize> = (0..volumes.len()).filter(|&i| self.allows(&volumes[i])).collect();
        let number = self.number.map(|n| format!("volume {n}"));
        let (of_b, of_series) = (self.b_value.map(|b| format!("b-value {b}")), self.series.as_ref());
        let of = of_b.into_iter().chain(of_series.map(|series| format!("series \"{series}\""))).collect::<Vec<_>>();
        let wanted = match (number, of.is_empty()) {
            (None, true) => None,
            (number, _) => {
                let of = if of.is_empty() { String::new() } else { format!(" of {}", of.join(" and ")) };
                Some(number.unwrap_or_else(|| "volume".to_owned()) + &of)
            }
        };
        match (self.number, allowed.as_slice()) {
            (None, &[only]) => return Ok(only),
            (Some(n), some) if (1..=some.len()).contains(&n) => return Ok(some[n - 1]),
            _ => {}
        }
        let (shown, wanted) = match allowed.is_empty() || self.number.is_some() {
            true => ((0..volumes.len()).collect(), wanted),
            false => (allowed, None),
        };
        let differ = |of: &dyn Fn(&Described) -> bool| shown.iter().any(|&i| of(&volumes[i]));
        let several_b = self.b_value.is_none() && differ(&|v| v.b_value != volumes[shown[0]].b_value);
        let several_series = self.series.is_none() && differ(&|v| v.series != volumes[shown[0]].series);
        let numbers = match self.b_value.filter(|_| wanted.is_none()) {
            Some(b) => format!("--b-value {b} --volume N (in a study: b_value = {b}, volume = N)"),
            None => "--volume N (in a study: volume = N)".to_owned(),
        };
        let by_b = if several_b { ", --b-value B (b_value = B)" } else { "" };
        let by_series = if several_series { ", --series NAME (series = \"NAME\")" } else { "" };
        let other_way = other_way.map(|way| format!(", {way}")).unwrap_or_default();
        Err(ReadError::SeveralVolumes {
            path: path.to_owned(),
            wanted,
            volumes: shown.into_iter().map(|i| volumes[i].words.clone()).collect(),
            remedy: format!("{numbers}{by_series}{by_b}{other_way}"),
        })
    }
}

/// The channel of a file of `channels` volumes or channels that is meant; `b_values` are theirs, if they are known.
pub(super) fn of_channels(
    path: &Path,
    channels: usize,
    choice: &VolumeChoice,
    b_values: &[Option<f64>],
) -> Result<usize, ReadError> {
    let volume = |i: usize| {
        let b_value = b_values.get(i).copied().flatten();
        let words = b_value.map_or_else(|| "channel or time".to_owned(), |b| format!("b-value {b}"));
        Described { b_value, series: String::new(), words }
    };
    choice.of(path, &(0..channels).map(volume).collect::<Vec<_>>(), None)
}

/// Which region of a mask.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum RegionChoice {
    /// All that there are.
    #[default]
    All,
    /// Nothing was said: the label that is usual in label images, or the only region of a file that names its regions.
    Assumed(u32),
    /// The label of a label image, the number of a region that is named.
    Number(i64),
    /// The first of these names that the file has: a name, or a pattern with `*` and `?`. Case counts only where two
    /// regions differ by nothing else.
    Named(Vec<String>),
}

impl RegionChoice {
    /// What was asked for, in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::All => "region".to_owned(),
            Self::Assumed(label) => format!("label {label}"),
            Self::Number(number) => format!("label {number}"),
            Self::Named(names) => {
                let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
                format!("region {}", quoted.join(" or "))
            }
        }
    }

    /// The places of the named regions that `names` mean: those of the first name that is there.
    pub(super) fn matching(names: &[String], segments: &[Segment]) -> Vec<usize> {
        let all = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
            (0..segments.len()).filter(|&i| fits(&segments[i].name)).collect()
        };
        for name in names {
            let low = folded(name);
            let ways: [&dyn Fn(&str) -> bool; 3] =
                [&|n| n == name, &|n| folded(n) == low, &|n| matches(&low, &folded(n))];
            if let Some(found) = ways.iter().map(|way| all(way)).find(|found| !found.is_empty()) {
                return found;
            }
        }
        Vec::new()
    }
}

/// A name without what programs change in it: case, blanks at the ends.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Whether `text` fits a pattern in which `*` stands for anything and `?` for one character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // ends[j]: the part of the pattern so far fits the first j characters.
    let mut ends = vec![false; text.len() + 1];
    ends[0] = true;
    for p in pattern {
        let mut next = vec![false; text.len() + 1];
        match p {
            '*' => {
                let mut reached = false;
                for j in 0..=text.len() {
                    reached |= ends[j];
                    next[j] = reached;
                }
            }
            _ => (0..text.len()).for_each(|j| next[j + 1] = ends[j] && (p == '?' || p == text[j])),
        }
        ends = next;
    }
    ends[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str], held: &[&str]) -> Vec<usize> {
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        let segment = |(i, name): (usize, &&str)| Segment {
            name: (*name).to_owned(),
            number: i as i64,
            label: i as u32 + 1,
            layer: 0,
        };
        RegionChoice::matching(&names, &held.iter().enumerate().map(segment).collect::<Vec<_>>())
    }

    #[test]
    fn names_are_exact_before_case_and_case_before_patterns() {
        let held = ["gtv", "GTV", "GTV-N 1", "Liver"];
        assert_eq!(found(&["GTV"], &held), [1]);
        assert_eq!(found(&["Gtv"], &held), [0, 1]);
        assert_eq!(found(&["gtv-n*"], &held), [2]);
        assert_eq!(found(&["CTV", "l?ver"], &held), [3]);
        assert!(found(&["liv"], &held).is_empty());
        assert!(matches("*a*b", "xxaybb") && !matches("a?", "a"));
    }

    #[test]
    fn a_volume_is_the_only_one_or_chosen() {
        let volume = |b| Described { b_value: Some(b), series: format!("DWI {b}"), words: format!("b {b}") };
        let volumes = [0.0, 800.0, 800.0].map(volume);
        let choose = |choice: VolumeChoice| choice.of(Path::new("x"), &volumes, None);
        let of = |number, b_value| choose(VolumeChoice { number, b_value, series: None });
        let of_series = |series: &str| choose(VolumeChoice { series: Some(series.to_owned()), ..Default::default() });
        assert_eq!(of_series("dwi 0").expect("by series"), 0);
        assert!(of_series("T2*").expect_err("none").to_string().contains("no volume of series \"T2*\""));
        assert_eq!(of(Some(2), None).expect("by number"), 1);
        assert_eq!(of(None, Some(0.0)).expect("by b-value"), 0);
        assert_eq!(of(Some(2), Some(800.0)).expect("by both"), 2);
        assert!(of(None, None).expect_err("open").to_string().contains("--b-value"));
        let two = of(None, Some(800.0)).expect_err("two are left").to_string();
        assert!(two.contains("--b-value 800 --volume N") && !two.contains("b 0"), "{two}");
        assert!(of(Some(4), None).expect_err("only three").to_string().contains("no volume 4"));
    }
}
