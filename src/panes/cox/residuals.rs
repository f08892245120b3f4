//! Whom the model does not fit, and on whom its coefficients hang.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::document::Document;
use crate::methods::cox::cases::Cases;
use crate::methods::cox::document::cases::{self as report, Kind};
use crate::theme::Theme;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout};
use figures::Figure;

/// The view.
#[derive(Default)]
pub(super) struct Residuals {
    cases: Option<Cases>,
    kind: Kind,
    grid: Grid,
    figure: Option<Figure>,
}

impl Residuals {
    pub(super) fn set(&mut self, cases: Option<Cases>) {
        self.cases = cases;
        self.prepare();
    }

    /// Goes to the next kind of residual.
    pub(super) fn next(&mut self) {
        if let Some(cases) = &self.cases {
            self.kind = self.kind.next(cases);
        }
        self.prepare();
    }

    fn prepare(&mut self) {
        // Another model may have fewer terms.
        if let (Some(cases), Kind::Influence(j)) = (&self.cases, self.kind)
            && j >= cases.dfbetas.len()
        {
            self.kind = Kind::Deviance;
        }
        let kind = self.kind;
        self.figure = self.cases.as_ref().map(|cases| report::figure(cases, kind));
        self.grid.set(self.cases.as_ref().map(|cases| report::table(cases, kind)).unwrap_or_default());
    }

    pub(super) fn grid(&self) -> &Grid {
        &self.grid
    }

    pub(super) fn grid_mut(&mut self) -> &mut Grid {
        &mut self.grid
    }

    pub(super) fn summary(&self) -> String {
        self.cases.as_ref().map(|cases| report::summary(cases, self.kind)).unwrap_or_default()
    }

    pub(super) fn document(&self) -> Option<Document> {
        self.cases.as_ref().map(|cases| report::document(cases, self.kind))
    }

    /// The figure with the first patients below it, or beside it where there is room.
    pub(super) fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let (figure, table) =
            if area.width >= layout::WIDE { layout::left(area, area.width / 2) } else { layout::bottom(area, TABLE) };
        if let Some(cloud) = &self.figure {
            chart::view(cloud, theme, figure, buf);
        }
        self.grid.view(theme, true, table, buf);
    }
}

/// Lines of the table below the figure.
const TABLE: u16 = 5;
