//! What a mark means. Themes decide what that looks like on a screen, [`super::svg`] what it looks like on paper.

/// The meaning of a character, line or area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    /// Ordinary text.
    #[default]
    Text,
    /// Text of less weight: units, hints, what was not selected.
    Dim,
    /// The title of a figure.
    Title,
    /// Axes, their ticks and the borders of boxes.
    Axis,
    /// Lines to compare with: no effect, identity, a threshold.
    Reference,
    /// One of six series, counted from 0.
    Series(u8),
    /// Confidence bands.
    Band,
    /// The group of low risk.
    RiskLow,
    /// The group of high risk.
    RiskHigh,
    /// A level of a quantity on a diverging scale, 0 (lowest) to 8 (highest).
    Heat(u8),
    /// What the cursor is on or the user has chosen.
    Selection,
    /// What a reader should look at first.
    Accent,
    /// What a reader should be wary of.
    Warn,
}

impl Role {
    /// How many series have a look of their own.
    pub const SERIES: usize = 6;
    /// How many levels a heat map has.
    pub const HEAT: usize = 9;

    /// The role of series `index`; the seventh looks like the first.
    pub const fn series(index: usize) -> Self {
        Self::Series((index % Self::SERIES) as u8)
    }

    /// The level of `value` on a scale from `-limit` to `limit`; values beyond take the last level.
    pub fn heat(value: f64, limit: f64) -> Self {
        let level = ((value / limit + 1.0) / 2.0 * Self::HEAT as f64).floor();
        Self::Heat(level.clamp(0.0, (Self::HEAT - 1) as f64) as u8)
    }
}
