//! Hazard ratios as bars beside the table that names them, each in the line of its row.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::panes::view::Scene;
use crate::ui::{chart, layout};
use figures::{Figure, Forest, ForestRow};

/// Lines below the rows: the axis, its numbers and its name.
const AXIS: u16 = 3;
/// Columns of the bars, and the most that the table takes.
const BARS: u16 = 44;
const WIDEST_TABLE: u16 = 96;
/// Limits further out than so many times the estimate do not stretch the axis.
const REACH: f64 = 8.0;
/// What the axis is longer than the bars on either side, as a factor.
const MARGIN: f64 = 1.05;

/// Paints the table of the scene and, beside it, the bars of `forest`, which has a row for each of the table's.
pub(super) fn beside_table(forest: &Forest, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
    let (table, bars) = layout::left(area, area.width.saturating_sub(BARS).min(WIDEST_TABLE));
    let (table, _) = layout::bottom(table, AXIS);
    scene.grid.view(scene.theme, true, table, buf);
    let (headings, rows) = scene.grid.in_sight(table);
    let (_, bars) = layout::top(bars, headings.saturating_sub(1));
    // A picture has lines of another height.
    chart::in_characters(&Figure::new("", in_lines(forest, &rows)), scene.theme, bars, buf);
}

/// The bars of these rows without a word, on the axis of all rows: they do not move while the table scrolls.
fn in_lines(forest: &Forest, rows: &[usize]) -> Forest {
    let bare = |row: &ForestRow| ForestRow {
        indent: row.indent,
        kind: row.kind,
        estimate: row.estimate,
        ..ForestRow::default()
    };
    let (mut low, mut high) = (forest.neutral, forest.neutral);
    for [estimate, lower, upper] in forest.rows.iter().map(|row| row.estimate) {
        if [estimate, lower, upper].iter().all(|x| x.is_finite() && *x > 0.0) {
            low = low.min(lower.max(estimate / REACH));
            high = high.max(upper.min(estimate * REACH));
        }
    }
    Forest {
        axis: forest.axis.clone().between(low / MARGIN, high * MARGIN),
        headings: Default::default(),
        rows: rows.iter().filter_map(|row| forest.rows.get(*row)).map(bare).collect(),
        selected: None,
        ..forest.clone()
    }
}
