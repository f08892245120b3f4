//! The one list of commands: keys, help, palette, hint line, docs/keys.md and `riskset keys` all come from it.

mod enabled;
mod list;

use super::pane_id::PaneId;
use super::state::State;

pub use list::COMMANDS;

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
pub struct CommandSpec {
    /// What it is called in code.
    pub id: CommandId,
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
    /// Whether it can be used now.
    pub enabled: fn(&State) -> Enabled,
}

impl CommandSpec {
    /// The spec of a command.
    ///
    /// # Panics
    /// Never for a listed command; a test asks for every one.
    pub fn of(id: CommandId) -> &'static Self {
        COMMANDS.iter().find(|c| c.id == id).expect("every command is listed")
    }

    /// The command with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        COMMANDS.iter().find(|c| c.name == name)
    }
}

/// The commands, in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum CommandId {
    Open(PaneId),
    NextPane,
    PreviousPane,
    NextView,
    PreviousView,
    Back,
    Forward,
    Help,
    Palette,
    NextEndpoint,
    NextCohort,
    FilterCohort,
    ClearFilter,
    Undo,
    Redo,
    CopyCell,
    CopyRow,
    CopyPane,
    Export,
    Methods,
    Extract,
    PauseExtraction,
    CancelExtraction,
    Theme,
    Roles,
    SaveStudy,
    Mouse,
    Redraw,
    Suspend,
    Close,
    Quit,
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
    Enter,
    Mark,
    MarkRange,
    MarkAll,
    Sort,
    HideColumn,
    ResetColumns,
    MoveColumnLeft,
    MoveColumnRight,
    Search,
    NextMatch,
    PreviousMatch,
    ImagesWhole,
    FeaturesIcc,
    FeaturesNear,
    BaselineBy,
    BaselineTest,
    BaselineSmd,
    LassoRule,
    LassoAlpha,
    LassoMeasure,
    LassoSeed,
    LassoDeals,
    LassoAdaptive,
    CoxTies,
    CoxEntry,
    CoxModel,
    CoxSelect,
    CoxFirth,
    CoxResidual,
    CoxKnots,
    CoxTypical,
    KmBy,
    KmInterval,
    KmBand,
    KmLandmark,
    PerformanceMethod,
    CalibrationTime,
    CalibrationGroups,
    CalibrationModel,
}
