//! What each command does to the program.

use std::path::PathBuf;

use super::Program;
use crate::app::action::{Action, Effect};
use crate::app::command::{CommandId, CommandSpec, Enabled};
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::app::update::update;
use crate::document::delimited::{self, Separator};
use crate::document::text::TextStyle;
use crate::document::{self, ExportFormat, Precision};
use crate::panes::Outcome;
use crate::plan::choices::Choices;
use crate::ui::overlay::Overlay;
use crate::ui::prompt::Prompt;
use figures::format;

impl Program {
    /// Runs a command; `argument` is what a prompt or the palette gave with it.
    pub fn run(&mut self, command: CommandId, argument: Option<&str>) -> Vec<Effect> {
        let spec = CommandSpec::of(command);
        if let Enabled::No(why) = (spec.enabled)(&self.state) {
            return self.apply(Action::Say(Level::Note, format!("{}: {why}", spec.title)));
        }
        match self.run_in_pane(command, argument) {
            Outcome::Ignored => {}
            Outcome::Done => return Vec::new(),
            Outcome::View(view) => {
                self.views.insert(self.state.pane(), view);
                return Vec::new();
            }
            Outcome::Actions(actions) => return actions.into_iter().flat_map(|a| self.apply(a)).collect(),
            Outcome::Prompt { title, initial } => {
                self.overlays.push(Overlay::Prompt(Prompt::new(command, title, initial)));
                return Vec::new();
            }
        }
        let (page, view) = (self.page(), self.view_index());
        if self.in_grid(view, |grid| grid.act(command, page)) {
            return Vec::new();
        }
        self.run_global(command, argument)
    }

    fn run_in_pane(&mut self, command: CommandId, argument: Option<&str>) -> Outcome {
        let (id, view) = (self.state.pane(), self.view_index());
        let pane = self.panes.iter_mut().find(|p| p.id() == id);
        pane.map_or(Outcome::Ignored, |p| p.act(command, argument, &self.state, view))
    }

    pub(super) fn in_grid(&mut self, view: usize, act: impl FnOnce(&mut crate::ui::grid::Grid) -> bool) -> bool {
        let id = self.state.pane();
        let pane = self.panes.iter_mut().find(|p| p.id() == id);
        pane.and_then(|p| p.grid_mut(view)).is_some_and(act)
    }

    pub(super) fn apply(&mut self, action: Action) -> Vec<Effect> {
        let effect = update(&mut self.state, action);
        self.refresh();
        effect.into_iter().collect()
    }

    fn choose(&mut self, what: String, change: impl FnOnce(&mut Choices)) -> Vec<Effect> {
        let mut choices = self.state.choices.clone();
        change(&mut choices);
        self.apply(Action::Choose(what, Box::new(choices)))
    }

    fn run_global(&mut self, command: CommandId, argument: Option<&str>) -> Vec<Effect> {
        match command {
            CommandId::Open(pane) => {
                let effects = self.apply(Action::Open(pane));
                // `:km stage` opens the pane and chooses in it.
                match (pane, argument) {
                    (PaneId::Km, Some(_)) => self.run(CommandId::KmBy, argument),
                    _ => effects,
                }
            }
            CommandId::NextPane => self.apply(Action::Open(self.neighbour(1))),
            CommandId::PreviousPane => self.apply(Action::Open(self.neighbour(PaneId::ALL.len() - 1))),
            CommandId::NextView => self.turn_view(1),
            CommandId::PreviousView => self.turn_view(self.pane().views().len().saturating_sub(1)),
            CommandId::Back => self.apply(Action::Back),
            CommandId::Forward => self.apply(Action::Forward),
            CommandId::Undo => self.apply(Action::Undo),
            CommandId::Redo => self.apply(Action::Redo),
            CommandId::NextEndpoint => self.next_endpoint(argument),
            CommandId::NextCohort => self.next_cohort(argument),
            CommandId::FilterCohort => self.filter(argument),
            CommandId::ClearFilter => self.choose("no filter".to_owned(), |c| c.filter = None),
            CommandId::CopyCell | CommandId::CopyRow | CommandId::CopyPane => self.copy(command),
            CommandId::Export => self.export(argument),
            CommandId::Methods => self.methods(),
            CommandId::Extract => self.apply(Action::Do(Effect::Extract)),
            CommandId::PauseExtraction => {
                let pause = self.state.extraction.phase == crate::app::extraction::Phase::Running;
                self.apply(Action::Do(Effect::PauseExtraction(pause)))
            }
            CommandId::CancelExtraction => self.apply(Action::Do(Effect::CancelExtraction)),
            CommandId::Mouse => {
                self.state.mouse = !self.state.mouse;
                self.apply(Action::Do(Effect::Mouse(self.state.mouse)))
            }
            CommandId::Redraw => self.apply(Action::Do(Effect::Redraw)),
            CommandId::Suspend => self.apply(Action::Do(Effect::Suspend)),
            CommandId::Close => self.close(),
            CommandId::Quit => self.leave(),
            CommandId::Roles => {
                self.ask_roles();
                Vec::new()
            }
            CommandId::SaveStudy => self.save_study(),
            CommandId::Theme => self.next_theme(argument),
            CommandId::Help | CommandId::Palette | CommandId::Search => self.open_overlay(command, argument),
            _ => Vec::new(),
        }
    }

    /// The pane so many tabs to the right.
    fn neighbour(&self, steps: usize) -> PaneId {
        let at = PaneId::ALL.iter().position(|p| *p == self.state.pane()).unwrap_or(0);
        PaneId::ALL[(at + steps) % PaneId::ALL.len()]
    }

    fn turn_view(&mut self, steps: usize) -> Vec<Effect> {
        let count = self.pane().views().len();
        if count > 1 {
            let next = (self.view_index() + steps) % count;
            self.views.insert(self.state.pane(), next);
            self.refresh();
        }
        Vec::new()
    }

    fn next_endpoint(&mut self, name: Option<&str>) -> Vec<Effect> {
        let names: Vec<String> = self.state.endpoints().iter().map(|e| e.name.clone()).collect();
        let now = self.state.endpoint().map(|e| e.name.clone());
        match pick(&names, name, now.as_deref(), false) {
            Ok(Some(next)) => self.choose(format!("endpoint {next}"), |c| c.endpoint = Some(next)),
            Ok(None) => Vec::new(),
            Err(why) => self.apply(Action::Say(Level::Error, why)),
        }
    }

    fn next_cohort(&mut self, name: Option<&str>) -> Vec<Effect> {
        let name = name.filter(|n| *n != "all");
        let names = self.state.cohorts().to_vec();
        let now = self.state.choices.cohort.clone();
        match pick(&names, name, now.as_deref(), true) {
            Ok(next) => {
                let what = next.as_ref().map_or("all cohorts".to_owned(), |n| format!("cohort {n}"));
                self.choose(what, |c| c.cohort = next)
            }
            Err(why) => self.apply(Action::Say(Level::Error, why)),
        }
    }

    fn filter(&mut self, condition: Option<&str>) -> Vec<Effect> {
        let Some(text) = condition else {
            let before = self.state.choices.filter.clone().unwrap_or_default();
            let prompt = Prompt::new(CommandId::FilterCohort, "keep patients with", before);
            self.overlays.push(Overlay::Prompt(prompt));
            return Vec::new();
        };
        if text.is_empty() {
            return self.choose("no filter".to_owned(), |c| c.filter = None);
        }
        match self.state.check_filter(text) {
            Ok(()) => {
                let text = text.to_owned();
                self.choose(format!("filter {text}"), |c| c.filter = Some(text))
            }
            Err(why) => {
                let mut prompt = Prompt::new(CommandId::FilterCohort, "keep patients with", text);
                prompt.problem = Some(why);
                self.overlays.push(Overlay::Prompt(prompt));
                Vec::new()
            }
        }
    }

    fn copy(&mut self, command: CommandId) -> Vec<Effect> {
        let view = self.view_index();
        let grid = self.pane().grid(view);
        let text = match command {
            CommandId::CopyCell => grid.and_then(|g| g.cell()).map(|c| (c.shown.clone(), "cell".to_owned())),
            CommandId::CopyRow => grid.and_then(|g| g.current()).map(|row| {
                let cells: Vec<&str> = row.cells.iter().map(|c| c.shown.as_str()).collect();
                (cells.join("\t"), "row".to_owned())
            }),
            _ => self
                .pane()
                .document(&self.state, view)
                .map(|d| (delimited::render(&d, Separator::Tab, Precision::Full), d.title)),
        };
        match text {
            Some((text, what)) => self.apply(Action::Do(Effect::Copy(text, what))),
            None => self.apply(Action::Say(Level::Note, "there is nothing to copy here".to_owned())),
        }
    }

    fn export(&mut self, file: Option<&str>) -> Vec<Effect> {
        let Some(document) = self.pane().document(&self.state, self.view_index()) else {
            return self.apply(Action::Say(Level::Note, "there is nothing to export yet".to_owned()));
        };
        let Some(file) = file.filter(|f| !f.is_empty()) else {
            let initial = format!("{}.csv", self.state.pane().name());
            let title = "export to (csv, tsv, md, xlsx, svg, html or txt by its ending)";
            self.overlays.push(Overlay::Prompt(Prompt::new(CommandId::Export, title, initial)));
            return Vec::new();
        };
        let path = PathBuf::from(file);
        let Some(format) = ExportFormat::of_path(&path) else {
            let endings: Vec<&str> = ExportFormat::ALL.iter().map(|f| f.extension()).collect();
            let why = format!("`{file}` names no format: end the name in {}", endings.join(", "));
            return self.apply(Action::Say(Level::Error, why));
        };
        match document::export(&document, format, Precision::Full, TextStyle::default()) {
            Ok(bytes) => self.apply(Action::Do(Effect::Write { path, bytes, replace: false })),
            Err(why) => self.apply(Action::Say(Level::Error, why.to_string())),
        }
    }

    fn methods(&mut self) -> Vec<Effect> {
        let view = self.view_index();
        let notes = self.pane().document(&self.state, view).map(|d| d.notes).unwrap_or_default();
        let methods = self.pane().methods(&self.state, view);
        let body: Vec<String> = methods.into_iter().chain(notes.into_iter().map(|n| format!("! {n}"))).collect();
        if body.is_empty() {
            return self.apply(Action::Say(Level::Note, "this pane has no methods text".to_owned()));
        }
        let title = "Methods and notes: y copies".to_owned();
        self.overlays.push(Overlay::Text { title, body: body.join("\n"), top: 0 });
        Vec::new()
    }

    /// Closes one level: search, then the program.
    fn close(&mut self) -> Vec<Effect> {
        if self.clear_search() { Vec::new() } else { self.leave() }
    }

    /// Closes what is open in the pane but never leaves: on a slow line a lone Esc may be the first half of an arrow key.
    pub(super) fn close_inside(&mut self) -> Vec<Effect> {
        match self.run_in_pane(CommandId::Close, None) {
            Outcome::View(view) => drop(self.views.insert(self.state.pane(), view)),
            _ => drop(self.clear_search()),
        }
        Vec::new()
    }

    /// Shows all rows again; true if some were hidden by a search.
    fn clear_search(&mut self) -> bool {
        let view = self.view_index();
        self.in_grid(view, |grid| {
            let searched = !grid.search().is_empty();
            grid.set_search("");
            searched
        })
    }

    /// Leaves at once, or asks first if that would stop something.
    fn leave(&mut self) -> Vec<Effect> {
        if !self.state.extraction.is_running() {
            return vec![Effect::Quit];
        }
        let e = &self.state.extraction;
        let question = format!(
            "Extraction is running ({} of {} cases); finished cases are kept. Leave?",
            format::count(e.settled()),
            format::count(e.total())
        );
        self.overlays.push(Overlay::Confirm(question, Box::new(Effect::Quit)));
        Vec::new()
    }

    fn next_theme(&mut self, name: Option<&str>) -> Vec<Effect> {
        let names: Vec<String> = crate::theme::Theme::names().map(str::to_owned).collect();
        match pick(&names, name, Some(self.theme.name()), false) {
            Ok(Some(next)) => self.apply(Action::Do(Effect::Theme(next))),
            Ok(None) => Vec::new(),
            Err(why) => self.apply(Action::Say(Level::Error, why)),
        }
    }
}

/// The choice called `name`, or the one after `now`; with `none` there is also the choice of none, after the last.
fn pick(names: &[String], name: Option<&str>, now: Option<&str>, none: bool) -> Result<Option<String>, String> {
    if let Some(name) = name {
        let found = names.iter().find(|n| n.eq_ignore_ascii_case(name));
        return found.cloned().map(Some).ok_or_else(|| format!("`{name}` is none of {}", names.join(", ")));
    }
    let at = now.and_then(|now| names.iter().position(|n| n == now));
    Ok(match at {
        Some(i) if i + 1 < names.len() => Some(names[i + 1].clone()),
        Some(_) if none => None,
        _ => names.first().cloned(),
    })
}
