//! The one list of commands: what each is called, its keys, its words, when it can be used and what it does stand
//! together, in a file for each part of the program. Keys, help, palette, hint line, docs/keys.md and `riskset keys` all come
//! from it.

mod baseline;
pub mod calibration;
pub mod cohort;
pub mod cox;
mod enabled;
mod features;
pub mod global;
mod images;
pub mod km;
mod lasso;
mod performance;
mod table;

use super::complete::Completion;
use super::outcome::Outcome;
use super::pane_id::PaneId;
use super::state::State;

/// Where a command's keys work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere.
    Global,
    /// Wherever a table has the focus.
    Table,
    /// In one pane, before the other scopes.
    Pane(PaneId),
}

impl Scope {
    /// The heading of this scope in help and documents.
    pub fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Table => "In tables",
            Self::Pane(pane) => pane.title(),
        }
    }
}

/// Whether a command can be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enabled {
    /// It can.
    Yes,
    /// It cannot, and this is why.
    No(&'static str),
}

/// One command.
pub struct Command {
    /// What it is called in keymaps and the palette: `km.by`.
    pub name: &'static str,
    /// A few words for hint line and palette.
    pub title: &'static str,
    /// One sentence for the help.
    pub help: &'static str,
    /// Default keys.
    pub keys: &'static [&'static str],
    /// Where they work.
    pub scope: Scope,
    /// Place in the hint line: lower is further left, 0 is never shown.
    pub hint: u8,
    /// What the palette lets follow the name.
    pub argument: Option<&'static str>,
    /// What could be given to it, after what was typed so far.
    pub complete: fn(&State, &str) -> Completion,
    /// Whether it can be used now.
    pub enabled: fn(&State) -> Enabled,
    /// What it does.
    pub act: Act,
}

/// What a command does.
#[derive(Clone, Copy)]
pub enum Act {
    /// Changes the state, or asks for what it needs to.
    State(fn(&Here<'_>) -> Outcome),
    /// Moves in the table that has the focus, unless the view on screen has a meaning of its own for it.
    Table(Move),
    /// What one view of the command's pane does; that view is brought on screen for it.
    View(&'static str),
    /// What concerns panes, overlays and the program as a whole.
    Program(Order),
}

/// Where a command was given, and what with it.
pub struct Here<'a> {
    /// The state.
    pub state: &'a State,
    /// The view on screen.
    pub view: &'a str,
    /// What a prompt or the palette gave: none at first, nothing if the prompt was left empty.
    pub argument: Option<&'a str>,
}

impl<'a> Here<'a> {
    /// What was given, if it is something.
    pub fn given(&self) -> Option<&'a str> {
        self.answered().filter(|text| !text.is_empty())
    }

    /// What was given without blanks around it, be it nothing.
    pub fn answered(&self) -> Option<&'a str> {
        self.argument.map(str::trim)
    }
}

/// A move in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Move {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    HalfPageUp,
    HalfPageDown,
    Top,
    Bottom,
    FirstColumn,
    LastColumn,
    NextMatch,
    PreviousMatch,
    Enter,
    Mark,
    MarkRange,
    MarkAll,
    Sort,
    HideColumn,
    ResetColumns,
    ColumnLeft,
    ColumnRight,
}

/// What the program does as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Order {
    Open(PaneId),
    /// Opens a pane; an argument goes to the command of that name.
    OpenFor(PaneId, &'static str),
    NextView,
    PreviousView,
    Help,
    Palette,
    Search,
    CopyCell,
    CopyRow,
    CopyPane,
    Export,
    Methods,
    /// Write the script for R of the view on screen.
    Script,
    Count,
    Exclude,
    Only,
    Compare,
    Roles,
    SaveStudy,
    SaveHistory,
    Columns,
    Pictures,
    Beside,
    Other,
    Theme,
    Mouse,
    Close,
    Quit,
}

/// All commands, in the order in which help lists them.
pub fn all() -> impl Iterator<Item = &'static Command> + Clone {
    const LISTS: [&[Command]; 11] = [
        global::COMMANDS,
        table::COMMANDS,
        cohort::COMMANDS,
        images::COMMANDS,
        features::COMMANDS,
        baseline::COMMANDS,
        lasso::COMMANDS,
        cox::COMMANDS,
        km::COMMANDS,
        performance::COMMANDS,
        calibration::COMMANDS,
    ];
    LISTS.into_iter().flatten()
}

/// The command with this name.
pub fn named(name: &str) -> Option<&'static Command> {
    all().find(|c| c.name == name)
}

impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Command {
    const fn new(
        scope: Scope,
        name: &'static str,
        keys: &'static [&'static str],
        (title, help): (&'static str, &'static str),
        act: Act,
    ) -> Self {
        let complete = |_: &State, _: &str| Completion::default();
        Self { name, title, help, keys, scope, hint: 0, argument: None, complete, enabled: enabled::always, act }
    }

    const fn hint(mut self, place: u8) -> Self {
        self.hint = place;
        self
    }

    const fn takes(mut self, argument: &'static str) -> Self {
        self.argument = Some(argument);
        self
    }

    const fn completes(mut self, complete: fn(&State, &str) -> Completion) -> Self {
        self.complete = complete;
        self
    }

    const fn when(mut self, enabled: fn(&State) -> Enabled) -> Self {
        self.enabled = enabled;
        self
    }
}
