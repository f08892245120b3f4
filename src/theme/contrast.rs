//! Whether every theme can be read in the palettes that terminals come with: on the ground that it paints itself, or else on
//! dark and on light backgrounds.

use ratatui::style::Color;

use super::depth::rgb256;
use super::{Depth, Role, Theme};
use figures::format::Glyphs;

/// The least contrast of a word or line against its background: that of the Web Content Accessibility Guidelines 2 for
/// large text and graphics is 3; the schemes' own colours leave a few hundredths less at best.
const LEAST: f64 = 2.9;

/// A terminal's own colours, and its dark and light background.
struct Palette {
    name: &'static str,
    colours: [u32; 16],
    backgrounds: [u32; 2],
}

/// XTerm-col.ad of xterm; Campbell of Windows Terminal; Solarized of Ethan Schoonover; GNOME of VTE's terminals.
const PALETTES: [Palette; 4] = [
    Palette {
        name: "xterm",
        colours: [
            0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000,
            0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
        ],
        backgrounds: [0x000000, 0xffffff],
    },
    Palette {
        name: "Campbell",
        colours: [
            0x0c0c0c, 0xc50f1f, 0x13a10e, 0xc19c00, 0x0037da, 0x881798, 0x3a96dd, 0xcccccc, 0x767676, 0xe74856,
            0x16c60c, 0xf9f1a5, 0x3b78ff, 0xb4009e, 0x61d6d6, 0xf2f2f2,
        ],
        backgrounds: [0x0c0c0c, 0xffffff],
    },
    Palette {
        name: "Solarized",
        colours: [
            0x073642, 0xdc322f, 0x859900, 0xb58900, 0x268bd2, 0xd33682, 0x2aa198, 0xeee8d5, 0x002b36, 0xcb4b16,
            0x586e75, 0x657b83, 0x839496, 0x6c71c4, 0x93a1a1, 0xfdf6e3,
        ],
        backgrounds: [0x002b36, 0xfdf6e3],
    },
    Palette {
        name: "GNOME",
        colours: [
            0x171421, 0xc01c28, 0x26a269, 0xa2734c, 0x12488b, 0xa347ba, 0x2aa1b3, 0xd0cfcc, 0x5e5c64, 0xf66151,
            0x33d17a, 0xe9ad0c, 0x2a7bde, 0xc061cb, 0x33c7de, 0xffffff,
        ],
        backgrounds: [0x171421, 0xffffff],
    },
];

/// Relative luminance as the guidelines define it.
fn luminance(rgb: [u8; 3]) -> f64 {
    let linear = |value: u8| {
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2])
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn parts(rgb: u32) -> [u8; 3] {
    let [_, red, green, blue] = rgb.to_be_bytes();
    [red, green, blue]
}

/// Depths with colours.
const DEPTHS: [Depth; 3] = [Depth::Ansi16, Depth::Indexed256, Depth::True];

/// What a colour looks like; `None`: the terminal's own, which its user can read.
fn seen(colour: Color, palette: &Palette) -> Option<[u8; 3]> {
    let nth = |index: usize| Some(parts(palette.colours[index]));
    match colour {
        Color::Reset => None,
        Color::Rgb(red, green, blue) => Some([red, green, blue]),
        Color::Indexed(index) if index >= 16 => Some(rgb256(index)),
        Color::Indexed(index) => nth(usize::from(index)),
        Color::Black => nth(0),
        Color::Red => nth(1),
        Color::Green => nth(2),
        Color::Yellow => nth(3),
        Color::Blue => nth(4),
        Color::Magenta => nth(5),
        Color::Cyan => nth(6),
        Color::Gray => nth(7),
        Color::DarkGray => nth(8),
        Color::LightRed => nth(9),
        Color::LightGreen => nth(10),
        Color::LightYellow => nth(11),
        Color::LightBlue => nth(12),
        Color::LightMagenta => nth(13),
        Color::LightCyan => nth(14),
        Color::White => nth(15),
    }
}

fn default_theme(depth: Depth) -> Theme {
    let name = Theme::names().next().expect("a default theme");
    Theme::named(name, depth, Glyphs::Utf8).expect("a shipped theme")
}

/// What stands behind a role: its own background, else the theme's ground, else whatever the terminal has.
fn grounds(theme: &Theme, role: Role, palette: &Palette) -> Vec<[u8; 3]> {
    let behind = theme.style(role).bg.or(theme.style(Role::Text).bg);
    match behind.and_then(|colour| seen(colour, palette)) {
        Some(ground) => vec![ground],
        None => palette.backgrounds.map(parts).to_vec(),
    }
}

#[test]
fn every_role_of_every_theme_is_readable_on_its_ground() {
    for (name, depth) in Theme::names().flat_map(|name| DEPTHS.map(|depth| (name, depth))) {
        let theme = Theme::named(name, depth, Glyphs::Utf8).expect(name);
        for palette in &PALETTES {
            for role in Role::ALL {
                let Some(colour) = theme.style(role).fg.and_then(|colour| seen(colour, palette)) else { continue };
                for ground in grounds(&theme, role, palette) {
                    let found = contrast(colour, ground);
                    let place = format!("{} of {name} in {} on {ground:02x?} at {depth:?}", role.name(), palette.name);
                    assert!(found >= LEAST, "{place}: {found:.2}");
                }
            }
        }
    }
}

#[test]
fn a_theme_with_colours_of_one_ground_paints_that_ground() {
    for name in ["dark", "light", "high-contrast", "colour-blind"] {
        for depth in DEPTHS {
            let theme = Theme::named(name, depth, Glyphs::Utf8).expect(name);
            assert!(theme.style(Role::Text).bg.is_some(), "{name} at {depth:?}");
        }
    }
}

#[test]
fn the_default_theme_leaves_the_ground_to_the_terminal() {
    for depth in DEPTHS {
        let theme = default_theme(depth);
        assert_eq!(theme.style(Role::Text).bg, None);
        for role in Role::ALL {
            assert!(theme.style(role).fg != Some(Color::Blue), "{}: plain blue cannot be read on black", role.name());
        }
    }
}

#[test]
fn neighbours_differ_in_the_default_theme() {
    for depth in DEPTHS {
        let theme = default_theme(depth);
        assert_ne!(theme.style(Role::Series1), theme.style(Role::Series2));
        assert_ne!(theme.style(Role::Series2), theme.style(Role::Series3));
        assert_ne!(theme.style(Role::RiskLow), theme.style(Role::RiskHigh));
        assert_ne!(theme.style(Role::Heat0), theme.style(Role::Heat8));
        assert_ne!(theme.style(Role::Text), theme.style(Role::Dim));
    }
}

#[test]
fn without_colours_selection_and_marks_remain() {
    use ratatui::style::Modifier;
    for name in Theme::names() {
        let theme = Theme::named(name, Depth::None, Glyphs::Utf8).expect(name);
        assert!(theme.style(Role::Selection).add_modifier.contains(Modifier::REVERSED), "{name}");
        assert!(Role::ALL.iter().all(|role| theme.style(*role).fg.is_none()), "{name}");
        assert!(!theme.coloured(), "{name}");
    }
    let mono = Theme::named("mono", Depth::True, Glyphs::Utf8).expect("a shipped theme");
    assert!(!mono.coloured());
}
