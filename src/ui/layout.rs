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

/// Lines that a figure needs to keep its axes.
pub const LEAST_FIGURE: u16 = 6;

/// A figure above a table of so many lines: (figure, table). On low screens the table gives up lines, down to its heading
/// and a row, before the figure loses its axes.
pub fn above_table(area: Rect, lines: u16) -> (Rect, Rect) {
    bottom(area, lines.min(area.height.saturating_sub(LEAST_FIGURE)).max(2))
}

/// The same with the table above: (table, figure).
pub fn below_table(area: Rect, lines: u16) -> (Rect, Rect) {
    top(area, lines.min(area.height.saturating_sub(LEAST_FIGURE)).max(2))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_low_screen_a_table_gives_up_lines_before_a_figure_loses_its_axes() {
        let shared = |height: u16| {
            let (figure, table) = above_table(Rect::new(0, 0, 60, height), 6);
            (figure.height, table.height)
        };
        assert_eq!([20, 12, 9, 7, 3].map(shared), [(14, 6), (6, 6), (6, 3), (5, 2), (1, 2)]);
    }
}
