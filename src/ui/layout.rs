//! How the screen is shared out.

use ratatui::layout::Rect;

/// The least that the program can be used in.
pub const LEAST: (u16, u16) = (60, 16);

/// From this width on, panes put figure and table side by side.
pub const WIDE: u16 = 110;

/// From this width on two panes stand beside each other.
pub const TWO: u16 = 160;

/// The lines around a pane and the pane itself.
///
/// ```text
/// breadcrumb
/// tabs
/// pane …
/// status
/// hints
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Parts {
    pub breadcrumb: Rect,
    pub tabs: Rect,
    pub pane: Rect,
    pub status: Rect,
    pub hints: Rect,
}

/// Shares out `area`; meaningful from [`LEAST`] on.
pub fn parts(area: Rect) -> Parts {
    let line = |y: u16| Rect::new(area.x, area.y + y.min(area.height), area.width, 1).intersection(area);
    let pane =
        Rect::new(area.x, area.y + 2.min(area.height), area.width, area.height.saturating_sub(4)).intersection(area);
    Parts {
        breadcrumb: line(0),
        tabs: line(1),
        pane,
        status: line(area.height.saturating_sub(2)),
        hints: line(area.height.saturating_sub(1)),
    }
}

/// Splits off the top `lines` lines.
pub fn top(area: Rect, lines: u16) -> (Rect, Rect) {
    let lines = lines.min(area.height);
    (Rect { height: lines, ..area }, Rect { y: area.y + lines, height: area.height - lines, ..area })
}

/// Splits off the bottom `lines` lines: (rest, bottom).
pub fn bottom(area: Rect, lines: u16) -> (Rect, Rect) {
    let (rest, bottom) = top(area, area.height.saturating_sub(lines));
    (rest, bottom)
}

/// Splits off the left `columns` columns, with a blank column between.
pub fn left(area: Rect, columns: u16) -> (Rect, Rect) {
    let columns = columns.min(area.width);
    let rest = (columns + 1).min(area.width);
    (Rect { width: columns, ..area }, Rect { x: area.x + rest, width: area.width - rest, ..area })
}

/// A box of at most `width` x `height` in the middle of `area`.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect::new(area.x + (area.width - width) / 2, area.y + (area.height - height) / 2, width, height)
}
