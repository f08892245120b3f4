//! How many colours the terminal has, and the nearest ones that it can show.

use ratatui::style::{Color, Style};

/// Colours that a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// None: bold, reverse and underline remain.
    None,
    /// The user's own 16.
    Ansi16,
    /// The 256 of xterm.
    Indexed256,
    /// 24 bits.
    True,
}

/// Levels of the 6 x 6 x 6 cube of the 256 colours.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The 16 colours as xterm draws them, for the nearest match.
const ANSI: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

impl Depth {
    /// What the environment says: `NO_COLOR`, `COLORTERM` and `TERM`, given as a look-up.
    ///
    /// True colour is never assumed: SSH and tmux often drop `COLORTERM`, and 256 colours are safe.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let term = variable("TERM").unwrap_or_default();
        if variable("NO_COLOR").is_some_and(|v| !v.is_empty()) || term == "dumb" {
            return Self::None;
        }
        let colours = variable("COLORTERM").unwrap_or_default();
        if colours == "truecolor" || colours == "24bit" {
            Self::True
        } else if term.contains("256color") {
            Self::Indexed256
        } else {
            Self::Ansi16
        }
    }

    /// The depth called `auto`, `never`, `16`, `256` or `true` on a command line; `None` for `auto`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "never" => Some(Self::None),
            "16" => Some(Self::Ansi16),
            "256" => Some(Self::Indexed256),
            "true" => Some(Self::True),
            _ => None,
        }
    }

    /// `style` with the nearest colours of this depth.
    pub fn reduce(self, mut style: Style) -> Style {
        style.fg = style.fg.and_then(|c| self.nearest(c));
        style.bg = style.bg.and_then(|c| self.nearest(c));
        style
    }

    fn nearest(self, color: Color) -> Option<Color> {
        match (self, color) {
            (Self::None, _) => None,
            (Self::Indexed256, Color::Rgb(r, g, b)) => Some(Color::Indexed(index256([r, g, b]))),
            (Self::Ansi16, Color::Rgb(r, g, b)) => Some(index16([r, g, b])),
            (Self::Ansi16, Color::Indexed(i)) => Some(index16(rgb256(i))),
            _ => Some(color),
        }
    }
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    (0..3).map(|i| u32::from(a[i].abs_diff(b[i])).pow(2)).sum()
}

fn index16(rgb: [u8; 3]) -> Color {
    ANSI.iter().min_by_key(|(_, c)| distance(rgb, *c)).map_or(Color::Reset, |(color, _)| *color)
}

/// The nearest of the cube, level by level, or of the 24 grays: a slice asks for every picture element that is drawn.
fn index256(rgb: [u8; 3]) -> u8 {
    let [r, g, b] = rgb.map(|c| (0..6).min_by_key(|level| c.abs_diff(CUBE[usize::from(*level)])).unwrap_or(0));
    let cube = 16 + 36 * r + 6 * g + b;
    // The gray at the least distance is the one that is nearest to the mean of the three.
    let sum: i32 = rgb.map(i32::from).iter().sum();
    let gray = 232 + ((sum - 24 + 14) / 30).clamp(0, 23) as u8;
    if distance(rgb, rgb256(gray)) < distance(rgb, rgb256(cube)) { gray } else { cube }
}

pub(super) fn rgb256(index: u8) -> [u8; 3] {
    match index {
        0..=15 => ANSI[usize::from(index)].1,
        16..=231 => {
            let i = usize::from(index - 16);
            [CUBE[i / 36], CUBE[i / 6 % 6], CUBE[i % 6]]
        }
        232..=255 => [8 + 10 * (index - 232); 3],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(pairs: &[(&str, &str)]) -> Depth {
        Depth::detect(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn depth_follows_the_environment() {
        assert_eq!(detect(&[("TERM", "xterm-256color")]), Depth::Indexed256);
        assert_eq!(detect(&[("TERM", "xterm"), ("COLORTERM", "truecolor")]), Depth::True);
        assert_eq!(detect(&[("TERM", "linux")]), Depth::Ansi16);
        assert_eq!(detect(&[("TERM", "dumb")]), Depth::None);
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]), Depth::None);
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("NO_COLOR", "")]), Depth::Indexed256);
    }

    #[test]
    fn the_nearest_of_256_is_the_nearest_of_all() {
        let steps = || (0..=255u8).step_by(15);
        for rgb in steps().flat_map(|r| steps().flat_map(move |g| steps().map(move |b| [r, g, b]))) {
            let nearest = (16..=255).map(|i| distance(rgb, rgb256(i))).min();
            assert_eq!(Some(distance(rgb, rgb256(index256(rgb)))), nearest, "{rgb:?}");
        }
    }

    #[test]
    fn colours_become_the_nearest_that_there_are() {
        let red = Style::new().fg(Color::Rgb(250, 4, 4));
        assert_eq!(Depth::Ansi16.reduce(red).fg, Some(Color::LightRed));
        assert_eq!(Depth::Indexed256.reduce(red).fg, Some(Color::Indexed(196)));
        assert_eq!(Depth::True.reduce(red), red);
        assert_eq!(Depth::None.reduce(red).fg, None);
    }
}
