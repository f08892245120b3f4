//! The features of a model as bars: how often each was chosen.

use super::Model;
use crate::methods::distribution::bars;
use crate::methods::features::Column;
use figures::{Figure, format};

/// Bars in the figure.
const SHOWN: usize = 15;

/// The share of the fits that chose each of the most frequent features; none of a model without features.
pub fn features(model: &Model) -> Option<Figure> {
    let bar = |f: &super::Feature| (Column::called(&f.feature).label(), f.share, format::percent(f.share, 0));
    let shown: Vec<_> = model.features.iter().take(SHOWN).map(bar).collect();
    (!shown.is_empty()).then(|| bars("Share of the fits", &shown))
}
