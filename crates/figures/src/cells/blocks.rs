//! Bars, heat maps and categories: which character fills a cell how far.

use crate::format::Glyphs;
use crate::role::Role;
use crate::surface::Marker;

const RISING: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const GROWING: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// Levels of a heat map, to be told apart without colour: lines below zero, the more of them the further, shades above.
const SHADES: [char; Role::HEAT] = ['≡', '=', '-', '·', ' ', '░', '▒', '▓', '█'];
const ASCII_SHADES: [char; Role::HEAT] = ['E', '=', '-', '.', ' ', ':', '+', '*', '#'];
const CATEGORIES: [char; Role::SERIES] = ['░', '█', '▒', '▓', '▚', '·'];
const ASCII_CATEGORIES: [char; Role::SERIES] = ['.', '#', '+', '=', 'x', ':'];

/// The character for a cell of which `across` of the width and `up` of the height are covered, from the left or, if
/// `from_right`, from the right. `None`: too little to show.
pub fn covered(across: f64, up: f64, from_right: bool, glyphs: Glyphs) -> Option<char> {
    if across.min(up) < 1.0 / 16.0 {
        return None;
    }
    if glyphs == Glyphs::Ascii {
        return if across * up >= 0.5 {
            Some('#')
        } else if across >= 0.5 {
            Some('_')
        } else {
            None
        };
    }
    let eighths = |share: f64| ((share * 8.0).round() as usize).clamp(1, 8);
    if across > 0.9 {
        return Some(RISING[eighths(up)]);
    }
    if from_right {
        return (across >= 0.25).then_some(if across > 0.75 { '█' } else { '▐' });
    }
    Some(GROWING[eighths(across)])
}

/// The character of a level of a heat map.
pub fn shade(level: u8, glyphs: Glyphs) -> char {
    let level = usize::from(level).min(Role::HEAT - 1);
    glyphs.pick(SHADES[level], ASCII_SHADES[level])
}

/// Characters from black to white, as dense as what they stand for is light.
const WEIGHTS: [char; 10] = [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];

/// The character of a gray level.
pub fn weight(level: u8) -> char {
    WEIGHTS[usize::from(level) * (WEIGHTS.len() - 1) / 255]
}

/// The character of a category.
pub fn category(index: usize, glyphs: Glyphs, colour: bool) -> char {
    match glyphs {
        Glyphs::Ascii => ASCII_CATEGORIES[index % Role::SERIES],
        Glyphs::Utf8 if colour => '█',
        Glyphs::Utf8 => CATEGORIES[index % Role::SERIES],
    }
}

/// The character of a point: in ASCII none that is part of a number.
pub fn marker(marker: Marker, glyphs: Glyphs) -> char {
    let (utf8, ascii) = match marker {
        Marker::Dot => ('·', '.'),
        Marker::Disc => ('●', '*'),
        Marker::Circle => ('○', 'o'),
        Marker::Square => ('■', '#'),
        Marker::Triangle => ('▲', '^'),
        Marker::Diamond => ('◆', '@'),
        Marker::Cross => ('×', 'x'),
    };
    glyphs.pick(utf8, ascii)
}
