//! Boxes on top of a pane, and the line that is typed in them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::prompt::Prompt;
use super::{layout, paragraph};
use crate::theme::{Role, Theme};
use figures::format;

/// Paints a line of input behind its label; returns where the text cursor is.
pub(super) fn view_input(label: &str, prompt: &Prompt, theme: &Theme, area: Rect, buf: &mut Buffer) -> (u16, u16) {
    let x = paragraph::line(label, Role::Accent, theme, area, buf);
    let room = usize::from(area.right().saturating_sub(x)).max(1);
    // Long lines scroll so that the cursor stays in sight.
    let skip = (prompt.cursor() + 1).saturating_sub(room);
    let shown: String = prompt.text().chars().skip(skip).collect();
    buf.set_stringn(x, area.y, shown, room, theme.style(Role::Text));
    (x + (prompt.cursor() - skip) as u16, area.y)
}

/// Blanks `area`.
pub(super) fn clear(area: Rect, theme: &Theme, buf: &mut Buffer) {
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            buf[(x, y)].reset();
            buf[(x, y)].set_style(theme.style(Role::Text));
        }
    }
}

/// A box with a title in the middle of `area`; returns its inside.
pub(super) fn boxed(title: &str, area: Rect, (width, height): (u16, u16), theme: &Theme, buf: &mut Buffer) -> Rect {
    let outer = layout::centred(area, width, height);
    clear(outer, theme, buf);
    if outer.width < 4 || outer.height < 3 {
        return outer;
    }
    let [h, v, tl, tr, bl, br] = match theme.glyphs() {
        format::Glyphs::Utf8 => ["─", "│", "╭", "╮", "╰", "╯"],
        format::Glyphs::Ascii => ["-", "|", "+", "+", "+", "+"],
    };
    let style = theme.style(Role::Border);
    let across = h.repeat(usize::from(outer.width - 2));
    buf.set_string(outer.x, outer.y, format!("{tl}{across}{tr}"), style);
    buf.set_string(outer.x, outer.bottom() - 1, format!("{bl}{across}{br}"), style);
    for y in outer.y + 1..outer.bottom() - 1 {
        buf.set_string(outer.x, y, v, style);
        buf.set_string(outer.right() - 1, y, v, style);
    }
    let heading = theme.style(Role::Title).add_modifier(Modifier::BOLD);
    buf.set_stringn(outer.x + 2, outer.y, format!(" {title} "), usize::from(outer.width) - 4, heading);
    Rect::new(outer.x + 2, outer.y + 1, outer.width - 4, outer.height - 2)
}
