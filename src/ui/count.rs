//! A number that is being typed before a move, and the moves that can follow.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::input::clear;
use super::{layout, paragraph};
use crate::app::command::{self, Act, Command, Move};
use crate::app::keymap::Keymap;
use crate::theme::{Role, Theme};

/// What a number before a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// The move, so many times.
    Times(Move),
    /// To the row of that number.
    Row,
}

/// What a number before this command does; nothing before commands that are no moves.
pub fn counted(command: &Command) -> Option<Counted> {
    match command.act {
        Act::Table(Move::Enter | Move::Top | Move::Bottom) => Some(Counted::Row),
        Act::Table(
            to @ (Move::Up
            | Move::Down
            | Move::Left
            | Move::Right
            | Move::PageUp
            | Move::PageDown
            | Move::HalfPageUp
            | Move::HalfPageDown
            | Move::ColumnLeft
            | Move::ColumnRight),
        ) => Some(Counted::Times(to)),
        _ => None,
    }
}

/// Lists the moves at the foot of `area`.
pub fn view(number: &str, keymap: &Keymap, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let word = |command: &'static Command| {
        let key = keymap.keys(command).next()?;
        match counted(command)? {
            Counted::Times(_) => Some(format!("{key} {}", command.title)),
            // One of the keys that lead to a row is enough.
            Counted::Row if matches!(command.act, Act::Table(Move::Enter)) => {
                Some(format!("{key} row {}", if number.is_empty() { "of the number" } else { number }))
            }
            Counted::Row => None,
        }
    };
    let words: Vec<String> = command::all().filter_map(word).collect();
    let text = words.join(", ");
    let lines = paragraph::height(&text, theme, area.width);
    let (_, foot) = layout::bottom(area, lines + 1);
    clear(foot, theme, buf);
    let (head, list) = layout::top(foot, 1);
    let said = if number.is_empty() { "how often? digits, then" } else { "then" };
    let x = paragraph::line(&format!("{number} "), Role::Title, theme, head, buf);
    paragraph::line(said, Role::Dim, theme, Rect { x, width: head.right().saturating_sub(x), ..head }, buf);
    paragraph::text(&text, Role::Accent, theme, list, buf);
}
