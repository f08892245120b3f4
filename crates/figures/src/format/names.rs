//! Names of one list, cut so that none reads as another.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

use super::align::{cut_inside, usual_head};
use super::{Glyphs, shorten, shorten_name, width};

/// The names of a list, each cut to at most `columns` as [`shorten_name`] does; those that would be equal then are cut where
/// they stay different, as far as there is room for what they differ in.
///
/// ```
/// # use figures::format::{Glyphs, shorten_names};
/// let names = ["T2_log-sigma-3-0-mm-3D_Emphasis", "T2_log-sigma-5-0-mm-3D_Emphasis"];
/// let short = shorten_names(&names, 20, Glyphs::Utf8);
/// assert_eq!(short, ["T…3-0-mm-3D_Emphasis", "T…5-0-mm-3D_Emphasis"]);
/// ```
pub fn shorten_names<S: AsRef<str>>(names: &[S], columns: usize, glyphs: Glyphs) -> Vec<String> {
    let mut short: Vec<String> = names.iter().map(|name| shorten_name(name.as_ref(), columns, glyphs)).collect();
    for group in alike(names, &short) {
        let others: Vec<String> =
            (0..names.len()).filter(|at| !group.contains(at)).map(|at| short[at].clone()).collect();
        let members: Vec<&str> = group.iter().map(|at| names[*at].as_ref()).collect();
        if let Some(apart) = apart(&members, &others, columns, glyphs) {
            for (at, text) in group.iter().zip(apart) {
                short[*at] = text;
            }
        }
    }
    short
}

/// The places of names that differ and read the same when they are short.
fn alike<S: AsRef<str>>(names: &[S], short: &[String]) -> Vec<Vec<usize>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, text) in short.iter().enumerate() {
        places.entry(text).or_default().push(at);
    }
    let differ = |group: &Vec<usize>| group.iter().any(|at| names[*at].as_ref() != names[group[0]].as_ref());
    let mut groups: Vec<Vec<usize>> = places.into_values().filter(differ).collect();
    groups.sort();
    groups
}

/// The names, all cut at one place: as near to the usual one as tells them apart; else from where they begin to differ.
fn apart(names: &[&str], others: &[String], columns: usize, glyphs: Glyphs) -> Option<Vec<String>> {
    let usual = names.iter().map(|name| usual_head(name, columns)).max().unwrap_or(0);
    let mut heads: Vec<usize> = (1..=columns).collect();
    heads.sort_by_key(|head| head.abs_diff(usual));
    let at_one_place = heads.into_iter().map(|head| {
        let cut = |name: &&str| match width(name) <= columns {
            true => (*name).to_owned(),
            false => cut_inside(name, head, columns, glyphs),
        };
        names.iter().map(cut).collect::<Vec<_>>()
    });
    let same = |names: &[&str]| {
        let clusters: Vec<Vec<&str>> = names.iter().map(|name| name.graphemes(true).collect()).collect();
        let first = clusters.first().map_or(0, Vec::len);
        (0..first).take_while(|at| clusters.iter().all(|name| name.get(*at) == clusters[0].get(*at))).count()
    };
    let from_difference = || {
        let (head, begin) = (columns / 4, same(names).saturating_sub(1));
        let cut = |name: &&str| {
            let rest: String = name.graphemes(true).skip(begin).collect();
            let head = shorten(name, head, glyphs);
            let room = columns - width(&head);
            head + &shorten(&rest, room, glyphs)
        };
        names.iter().map(cut).collect::<Vec<_>>()
    };
    let differ = |short: &Vec<String>| {
        short.iter().enumerate().all(|(at, text)| {
            let equal = |other: usize| short[other] == *text && names[other] != names[at];
            !others.contains(text) && !(0..at).any(equal)
        })
    };
    at_one_place.chain(std::iter::once_with(from_difference)).find(differ)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_of_one_list_stay_different_at_any_width_that_shows_what_differs() {
        let names = [
            "T2WI_log-sigma-3-0-mm-3D_glszm_SmallAreaLowGrayLevelEmphasis",
            "T2WI_log-sigma-5-0-mm-3D_glszm_SmallAreaLowGrayLevelEmphasis",
            "AP_log-sigma-1-0-mm-3D_gldm_LargeDependenceHighGrayLevelEmphasis",
            "AP_log-sigma-1-0-mm-3D_glszm_SmallAreaHighGrayLevelEmphasis",
            "AP_original_firstorder_Mean",
        ];
        for columns in 14..64 {
            let short = shorten_names(&names, columns, Glyphs::Utf8);
            for (at, text) in short.iter().enumerate() {
                assert!(width(text) <= columns, "{columns}: {text}");
                assert!(!short[..at].contains(text), "{columns}: {short:?}");
                assert!(text == names[at] || text.contains('…'), "{columns}: {text}");
            }
        }
        assert_eq!(shorten_names(&names, 99, Glyphs::Utf8), names);
    }

    #[test]
    fn words_that_are_held_together_are_cut_inside() {
        let names = ["T2WI wav LLH firstorder Skewness", "T2WI wav HHL firstorder Maximum"]
            .map(|name| name.replace(' ', "\u{a0}"));
        let short = shorten_names(&names, 22, Glyphs::Utf8);
        let short: Vec<String> = short.iter().map(|name| name.replace('\u{a0}', " ")).collect();
        assert_eq!(short, ["T2WI wav LLH… Skewness", "T2WI wav HHL…r Maximum"]);
    }

    #[test]
    fn words_that_begin_alike_are_told_apart_and_equal_names_stay_equal() {
        let names = ["AP wav LLL glszm ZoneEntropy", "AP wav LLL glszm ZoneVariance", "AP wav LLL glszm ZoneEntropy"];
        let short = shorten_names(&names, 16, Glyphs::Ascii);
        assert_ne!(short[0], short[1]);
        assert_eq!(short[0], short[2]);
        assert!(short.iter().all(|text| text.is_ascii() && text.contains('~')), "{short:?}");
    }
}
