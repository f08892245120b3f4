//! Which texts mean that a value is missing.

/// The texts that mean a missing value everywhere, in any letter case; so does an empty cell.
pub const MISSING: [&str; 5] = ["NA", "N/A", "NaN", "null", "."];

/// Texts that often mean a missing value, but not beyond doubt: they are suggested, never assumed.
const LIKELY: [&str; 16] = [
    "-",
    "--",
    "?",
    "unknown",
    "unk",
    "missing",
    "none",
    "n.a.",
    "na.",
    "nd",
    "n.d.",
    "not available",
    "not done",
    "#n/a",
    "#value!",
    "#div/0!",
];

/// The texts that mean a missing value in one column.
#[derive(Debug, Clone, Default)]
pub(super) struct MissingTexts<'s> {
    extra: Vec<&'s str>,
}

impl<'s> MissingTexts<'s> {
    /// The usual ones and `extra`.
    pub fn with(extra: impl IntoIterator<Item = &'s str>) -> Self {
        Self { extra: extra.into_iter().map(str::trim).collect() }
    }

    /// Whether a text without blanks around it means a missing value.
    pub fn contains(&self, text: &str) -> bool {
        text.is_empty()
            || text.len() <= 4 && MISSING.iter().any(|m| m.eq_ignore_ascii_case(text))
            || self.extra.contains(&text)
    }
}

/// Whether a text looks as if it meant a missing value.
pub(super) fn is_likely(text: &str) -> bool {
    LIKELY.iter().any(|m| m.eq_ignore_ascii_case(text))
}
