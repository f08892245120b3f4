//! Commands that work wherever a table has the focus.

use super::{Act, Command, Move, Order, Scope};

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Table, name, keys, words, act)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("up", &["k", "up"], ("up", "One row up."), Act::Table(Move::Up)),
    command("down", &["j", "down"], ("down", "One row down."), Act::Table(Move::Down)),
    command("left", &["h", "left"], ("left", "One column to the left."), Act::Table(Move::Left)),
    command("right", &["l", "right"], ("right", "One column to the right."), Act::Table(Move::Right)),
    command("page_up", &["pgup"], ("page up", "One page up."), Act::Table(Move::PageUp)),
    command("page_down", &["pgdn", "ctrl-f"], ("page down", "One page down."), Act::Table(Move::PageDown)),
    command("half_page_up", &["ctrl-u"], ("half page up", "Half a page up."), Act::Table(Move::HalfPageUp)),
    command("half_page_down", &["ctrl-d"], ("half page down", "Half a page down."), Act::Table(Move::HalfPageDown)),
    command("top", &["g", "home"], ("top", "To the first row."), Act::Table(Move::Top)),
    command("bottom", &["G", "end"], ("bottom", "To the last row."), Act::Table(Move::Bottom)),
    command("first_column", &["^"], ("first column", "To the first column."), Act::Table(Move::FirstColumn)),
    command("last_column", &["$"], ("last column", "To the last column."), Act::Table(Move::LastColumn)),
    command("count", &["'"], ("number of times", "Repeat a move: ' 5 j goes five rows down, ' 120 enter to row 120; the moves are listed meanwhile."), Act::Program(Order::Count)),
    command("enter", &["enter"], ("open", "Open the row's detail."), Act::Table(Move::Enter)).hint(20),
    command("mark", &["space"], ("mark", "Mark the row, or take the mark away."), Act::Table(Move::Mark)),
    command("mark_range", &["v"], ("mark range", "Mark the rows from here to the cursor."), Act::Table(Move::MarkRange)),
    command("mark_all", &["a"], ("mark all/none", "Mark all rows, or none."), Act::Table(Move::MarkAll)),
    command("sort", &["s"], ("sort", "Sort by the focused column: up, down, as it was."), Act::Table(Move::Sort)).hint(50),
    command("hide_column", &["-"], ("hide column", "Hide the focused column."), Act::Table(Move::HideColumn)),
    command("columns", &["c"], ("columns", "Choose which columns are shown."), Act::Program(Order::Columns)),
    command("reset_columns", &["="], ("all columns", "Show all columns in their first order."), Act::Table(Move::ResetColumns)),
    command("column_left", &["<"], ("column left", "Move the focused column to the left."), Act::Table(Move::ColumnLeft)),
    command("column_right", &[">"], ("column right", "Move the focused column to the right."), Act::Table(Move::ColumnRight)),
    command("search", &["/"], ("search rows", "Show only rows that contain a text, or match /a regular expression/."), Act::Program(Order::Search)).hint(51).takes("text"),
    command("next_match", &["n"], ("next match", "To the next row that matches."), Act::Table(Move::NextMatch)),
    command("previous_match", &["N"], ("previous match", "To the previous row that matches."), Act::Table(Move::PreviousMatch)),
];
