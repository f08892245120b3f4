//! Which gray values are drawn black and white.

use serde::{Deserialize, Serialize};

/// A choice of gray values.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// From the 1st to the 99th percentile of what is drawn.
    #[default]
    Auto,
    /// All gray values of the region.
    Region,
    /// All gray values of the image.
    Whole,
    /// One of the customary windows of computed tomography, by its place in [`PRESETS`].
    Preset(usize),
    /// From one gray value to another.
    Given([f64; 2]),
}

/// Customary windows of computed tomography: name, level and width in Hounsfield units.
pub const PRESETS: [(&str, f64, f64); 5] = [
    ("soft tissue", 40.0, 400.0),
    ("liver", 60.0, 160.0),
    ("lung", -600.0, 1500.0),
    ("bone", 400.0, 1800.0),
    ("brain", 40.0, 80.0),
];

/// The gray values that windows are made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranges {
    /// Percentiles of what is drawn.
    pub auto: [f64; 2],
    /// Of the region, if there is one.
    pub region: Option<[f64; 2]>,
    /// Of the image.
    pub whole: [f64; 2],
}

impl Window {
    /// Every window that has a name, in the order in which a key goes through them.
    pub fn named() -> impl Iterator<Item = Self> {
        [Self::Auto, Self::Region, Self::Whole].into_iter().chain((0..PRESETS.len()).map(Self::Preset))
    }

    /// The next one; after one of the user's own the first.
    #[must_use]
    pub fn next(self) -> Self {
        let mut named = Self::named().skip_while(|window| *window != self);
        named.nth(1).unwrap_or_default()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Region => "region",
            Self::Whole => "whole range",
            Self::Preset(at) => PRESETS.get(at).map_or("auto", |preset| preset.0),
            Self::Given(_) => "own",
        }
    }

    /// The gray values that become black and white.
    pub fn limits(self, ranges: &Ranges) -> [f64; 2] {
        let [low, high] = match self {
            Self::Auto => ranges.auto,
            Self::Region => ranges.region.unwrap_or(ranges.auto),
            Self::Whole => ranges.whole,
            Self::Preset(at) => {
                PRESETS.get(at).map_or(ranges.auto, |(_, level, width)| [level - width / 2.0, level + width / 2.0])
            }
            Self::Given(limits) => limits,
        };
        if high > low { [low, high] } else { [low - 0.5, low + 0.5] }
    }

    /// Moved by `shift` widths and made `wider` times as wide, around its middle.
    #[must_use]
    pub fn moved(self, ranges: &Ranges, shift: f64, wider: f64) -> Self {
        let [low, high] = self.limits(ranges);
        let (level, width) = ((low + high) / 2.0 + shift * (high - low), (high - low) * wider);
        Self::Given([level - width / 2.0, level + width / 2.0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGES: Ranges = Ranges { auto: [10.0, 90.0], region: Some([20.0, 60.0]), whole: [-1000.0, 3000.0] };

    #[test]
    fn a_key_goes_through_all_windows_and_back() {
        let mut window = Window::default();
        for _ in 0..Window::named().count() {
            window = window.next();
        }
        assert_eq!(window, Window::Auto);
        assert_eq!(Window::Given([0.0, 1.0]).next(), Window::Auto);
        assert_eq!(Window::Preset(0).limits(&RANGES), [-160.0, 240.0]);
        assert_eq!(Window::Region.limits(&RANGES), [20.0, 60.0]);
    }

    #[test]
    fn level_and_width_move_by_shares_of_the_width() {
        assert_eq!(Window::Auto.moved(&RANGES, 0.1, 1.0), Window::Given([18.0, 98.0]));
        assert_eq!(Window::Auto.moved(&RANGES, 0.0, 0.5), Window::Given([30.0, 70.0]));
        assert_eq!(Window::Given([5.0, 5.0]).limits(&RANGES), [4.5, 5.5]);
    }
}
