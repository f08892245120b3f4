//! What each command does to the program.

use std::path::PathBuf;

use ratatui::layout::Rect;

use super::{Program, Step, exclusion};
use crate::app::action::{Action, Effect};
use crate::app::command::global::pick;
use crate::app::command::{self, Act, Command, Enabled, Here, Move, Order, Scope};
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::app::update::update;
use crate::app::{Outcome, Place, Subject};
use crate::document::delimited::{self, Separator};
use crate::document::text::TextStyle;
use crate::document::{self, ExportFormat, Precision, Row};
use crate::panes::view::Gesture;
use crate::ui::overlay::Overlay;
use crate::ui::prompt::Prompt;
use figures::format;

impl Program {
    /// Runs a command; `argument` is what a prompt or the palette gave with it.
    pub fn run(&mut self, command: &'static Command, argument: Option<&str>) -> Vec<Effect> {
        if let Enabled::No(why) = (command.enabled)(&self.state) {
            return self.apply(Action::Say(Level::Note, format!("{}: {why}", command.title)));
        }
        // What only one view can do is done where that is, wherever the command was found.
        let mut effects = match (command.act, command.scope) {
            (Act::View(_), Scope::Pane(pane)) if pane != self.state.pane() => self.open(pane),
            _ => Vec::new(),
        };
        let at = self.pane_index();
        let outcome = match command.act {
            Act::State(act) => act(&Here { state: &self.state, view: self.pane().on_screen(), argument }),
            Act::View(view) => self.panes[at].act_as(view, command.name, argument, &self.state),
            Act::Table(to) => self.panes[at].act(Gesture::Move(to), argument, &self.state),
            Act::Program(order) => return self.obey(order, command, argument),
        };
        match (outcome, command.act) {
            (Outcome::Ignored, Act::Table(Move::Enter)) => {
                self.apply(Action::Say(Level::Note, "enter leads nowhere from here".to_owned()))
            }
            (Outcome::Ignored, Act::Table(to)) => self.move_in_table(to),
            (Outcome::Ignored, _) | (Outcome::Done, _) => effects,
            (outcome, _) => {
                effects.extend(self.follow(outcome, command));
                effects
            }
        }
    }

    /// Moves in the table on screen, as the keys do.
    pub(super) fn make(&mut self, to: Move) -> Vec<Effect> {
        let found = command::all().find(|command| matches!(command.act, Act::Table(other) if other == to));
        found.map_or_else(Vec::new, |command| self.run(command, None))
    }

    fn move_in_table(&mut self, to: Move) -> Vec<Effect> {
        let page = self.page();
        if let Some(grid) = self.pane_mut().grid_mut() {
            grid.act(to, page);
        }
        match to {
            Move::Mark | Move::MarkRange | Move::MarkAll => self.say_marks(to),
            _ => Vec::new(),
        }
    }

    /// Says what is marked where the table is not on screen: nobody would see it.
    fn say_marks(&mut self, to: Move) -> Vec<Effect> {
        let (width, height) = self.state.size;
        if let Some(grid) = self.pane().grid() {
            grid.unsee();
        }
        self.draw(Rect::new(0, 0, width, height));
        let Some(grid) = self.pane().grid().filter(|grid| !grid.is_seen()) else { return Vec::new() };
        let (marks, rows) = (grid.marks().len(), grid.position().1);
        let marked = self.pane().patients(&self.state);
        let brief = format!("{} of {} rows of the list are marked", format::count(marks), format::count(rows));
        let said = match (to, marks) {
            (Move::MarkRange, _) if grid.is_ranging() => "a range begins here: v again marks to the cursor".to_owned(),
            (_, 0) => "no row of the list is marked any more".to_owned(),
            _ if marked.is_empty() => brief.clone(),
            _ => format!("{brief}: {}", exclusion::named(&marked)),
        };
        self.state.log.say_briefly(Level::Note, said, vec![brief], self.state.now);
        Vec::new()
    }

    /// Does what came of a command.
    fn follow(&mut self, outcome: Outcome, command: &'static Command) -> Vec<Effect> {
        match outcome {
            Outcome::Ignored | Outcome::Done => Vec::new(),
            Outcome::Go(place) => self.go(place),
            Outcome::Actions(actions) => actions.into_iter().flat_map(|action| self.apply(action)).collect(),
            Outcome::Text { title, body } => {
                self.overlays.push(Overlay::Text { title, copied: body.clone(), body, top: 0 });
                Vec::new()
            }
            Outcome::Prompt { title, initial, goes_on, problem } => {
                let new = if goes_on { Prompt::new } else { Prompt::suggesting };
                let mut prompt = new(Some(command), title, initial);
                prompt.problem = problem;
                self.overlays.push(Overlay::Prompt(prompt));
                Vec::new()
            }
        }
    }

    /// Goes to a place, and remembers from where: going to where one came from is going back.
    fn go(&mut self, place: Place) -> Vec<Effect> {
        let from = (self.state.pane(), self.pane().on_screen());
        let before = self.panes.iter().find(|pane| pane.id() == place.pane).map(|pane| (pane.id(), pane.on_screen()));
        let mut trail = std::mem::take(&mut self.trail);
        match trail.last() {
            Some(step) if Some(step.from.1) == place.view && step.from.0 == place.pane => drop(trail.pop()),
            _ => trail.extend(before.map(|there| Step { from, there })),
        }
        let effects = self.open(place.pane);
        self.trail = trail;
        let pane = self.pane_mut();
        if let Some(view) = place.view {
            pane.show(view);
        }
        if let Some(subject) = place.on {
            pane.seek(subject);
        }
        self.refresh();
        effects
    }

    /// Goes to a pane.
    pub fn open(&mut self, pane: PaneId) -> Vec<Effect> {
        self.apply(Action::Open(pane))
    }

    /// Brings a view of the pane on screen; false if the pane has none of this name.
    pub fn look(&mut self, view: &str) -> bool {
        let found = self.pane_mut().show(view);
        self.refresh();
        found
    }

    pub(super) fn apply(&mut self, action: Action) -> Vec<Effect> {
        if matches!(action, Action::Open(_) | Action::Back | Action::Forward) {
            self.trail.clear();
        }
        match &action {
            Action::Choose(what, _) => self.doing = Some(what.clone()),
            Action::Undo => self.doing = self.state.history.steps().last().map(|what| format!("undo: {what}")),
            Action::Redo => self.doing = self.state.history.undone().next().map(|what| format!("redo: {what}")),
            _ => {}
        }
        let edits = self.state.choices.edits.clone();
        let is_new = matches!(&action, Action::Choose(..));
        let effect = update(&mut self.state, action);
        if edits != self.state.choices.edits {
            let is_guessed = self.state.study.as_ref().is_some_and(|study| study.is_guessed());
            self.answering = is_guessed && is_new;
            self.offer_to_keep();
        }
        self.refresh();
        effect.into_iter().collect()
    }

    fn obey(&mut self, order: Order, command: &'static Command, argument: Option<&str>) -> Vec<Effect> {
        match order {
            Order::Open(pane) => self.open(pane),
            Order::OpenFor(pane, then) => {
                let effects = self.open(pane);
                match (argument, command::named(then)) {
                    (Some(_), Some(then)) => self.run(then, argument),
                    _ => effects,
                }
            }
            Order::NextView => self.turn_view(1),
            Order::PreviousView => self.turn_view(-1),
            Order::CopyCell | Order::CopyRow | Order::CopyPane => self.copy(order),
            Order::Export => self.export(command, argument),
            Order::Methods => self.methods(argument),
            Order::Script => self.script(command, argument),
            Order::Mouse => {
                self.state.mouse = !self.state.mouse;
                let said = if self.state.mouse { "the program has the mouse" } else { "the terminal has the mouse" };
                self.apply(Action::Say(Level::Note, said.to_owned()));
                self.apply(Action::Do(Effect::Mouse(self.state.mouse)))
            }
            Order::Count => self.begin_count(),
            Order::Close => self.close(),
            Order::Quit => self.leave(),
            Order::Exclude => self.exclude(command, argument),
            Order::Only => self.only(),
            Order::Compare => self.compare(),
            Order::Roles => {
                self.ask_roles();
                Vec::new()
            }
            Order::Columns => self.choose_columns(),
            Order::Pictures => {
                let on = self.state.pictures.is_some_and(|on| !on);
                self.state.pictures = Some(on);
                let said = if on { "figures are pictures" } else { "figures are characters" };
                self.apply(Action::Say(Level::Note, said.to_owned()))
            }
            Order::Beside => self.beside(),
            Order::Other => self.other(),
            Order::SaveStudy => self.save_study(),
            Order::SaveHistory => self.save_history(command, argument),
            Order::Theme => self.next_theme(argument),
            Order::Help => self.open_help(argument),
            Order::Palette => self.open_palette(argument),
            Order::Search => self.open_search(command, argument),
        }
    }

    fn turn_view(&mut self, steps: isize) -> Vec<Effect> {
        self.trail.clear();
        self.pane_mut().turn(steps);
        self.refresh();
        Vec::new()
    }

    fn copy(&mut self, what: Order) -> Vec<Effect> {
        let grid = self.pane().grid();
        let text = match what {
            Order::CopyCell => grid.and_then(|g| g.cell()).map(|c| (c.shown.clone(), "cell".to_owned())),
            Order::CopyRow => {
                let rows = self.pane().marked().map(|table| table.rows);
                let rows = rows.or_else(|| Some(vec![grid?.current()?.into_owned()])).filter(|rows| !rows.is_empty());
                rows.map(|rows| {
                    let line = |row: &Row| row.cells.iter().map(|c| c.shown.as_str()).collect::<Vec<_>>().join("\t");
                    let lines: Vec<String> = rows.iter().map(line).collect();
                    let what = if rows.len() == 1 { "row".to_owned() } else { format!("{} rows", rows.len()) };
                    (lines.join("\n"), what)
                })
            }
            _ => self
                .pane()
                .document(&self.state)
                .map(|d| (delimited::render(&d, Separator::Tab, Precision::Full), d.title)),
        };
        match text {
            Some((text, what)) => self.apply(Action::Do(Effect::Copy(text, what))),
            None => self.apply(Action::Say(Level::Note, "there is nothing to copy here".to_owned())),
        }
    }

    fn export(&mut self, command: &'static Command, file: Option<&str>) -> Vec<Effect> {
        let Some(document) = self.pane().document(&self.state) else {
            return self.apply(Action::Say(Level::Note, "there is nothing to export yet".to_owned()));
        };
        let Some(file) = file.filter(|f| !f.is_empty()) else {
            let initial = format!("{}.csv", self.state.pane().name());
            let title = "export to (csv, tsv, md, xlsx, docx, tex, svg, pdf, png, tiff, html or txt by its ending; bib: its \
                         sources)";
            self.overlays.push(Overlay::Prompt(Prompt::suggesting(Some(command), title, initial)));
            return Vec::new();
        };
        let path = PathBuf::from(file);
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("bib")) {
            return self.export_sources(path);
        }
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

    fn go_back(&mut self, pane: PaneId, view: &str) {
        let trail = std::mem::take(&mut self.trail);
        self.open(pane);
        self.trail = trail;
        self.look(view);
    }

    /// Excludes patients with a reason: the study's enrolment gets one more step.
    fn exclude(&mut self, command: &'static Command, reason: Option<&str>) -> Vec<Effect> {
        let ids = self.pane().patients(&self.state);
        let reason = reason.map(str::trim);
        match exclusion::excluded(&self.state, &ids, reason.unwrap_or("?")) {
            Err(why) => self.apply(Action::Say(Level::Note, why)),
            Ok(_) if reason.is_none_or(str::is_empty) => {
                let title = format!("exclude {}: reason", exclusion::named(&ids));
                self.overlays.push(Overlay::Prompt(Prompt::new(Some(command), title, "")));
                Vec::new()
            }
            Ok(edit) => {
                let said = format!("excluded {}: {}", exclusion::named(&ids), reason.unwrap_or_default());
                let mut choices = self.state.choices.clone();
                choices.edits.push(edit);
                self.apply(Action::Choose(said, Box::new(choices)))
            }
        }
    }

    /// Keeps only these patients, by a filter.
    fn only(&mut self) -> Vec<Effect> {
        let ids = self.pane().patients(&self.state);
        match exclusion::condition(&self.state, &ids) {
            Err(why) => self.apply(Action::Say(Level::Note, why)),
            Ok(text) => match command::named("filter") {
                Some(filter) => self.run(filter, Some(&text)),
                None => Vec::new(),
            },
        }
    }

    /// Holds the marked patients against the others.
    fn compare(&mut self) -> Vec<Effect> {
        let ids = self.pane().patients(&self.state);
        if ids.len() < 2 {
            let said = "mark two patients or more first: space, v or a";
            return self.apply(Action::Say(Level::Note, said.to_owned()));
        }
        self.go(Place::of(PaneId::Cohort, "compared").on(Subject::Patients(ids)))
    }

    /// Closes one level: what is open in the pane, the search, then the program.
    fn close(&mut self) -> Vec<Effect> {
        if self.closed_inside() { Vec::new() } else { self.leave() }
    }

    /// Closes what is open in the pane but never leaves: on a slow line a lone Esc may be the first half of an arrow key.
    pub(super) fn close_inside(&mut self) -> Vec<Effect> {
        self.closed_inside();
        Vec::new()
    }

    /// Closes what is open in the view, or else ends its search; true if there was something.
    fn closed_inside(&mut self) -> bool {
        if let Some(Step { from: (pane, view), there: (left, showed) }) = self.trail.pop() {
            if let Some(left) = self.panes.iter_mut().find(|pane| pane.id() == left) {
                left.show(showed);
            }
            self.go_back(pane, view);
            return true;
        }
        let at = self.pane_index();
        match self.panes[at].act(Gesture::Close, None, &self.state) {
            Outcome::Go(Place { pane, view: Some(view), .. }) => {
                self.go_back(pane, view);
                true
            }
            _ => self.pane_mut().grid_mut().is_some_and(|grid| {
                let searched = !grid.search().is_empty();
                grid.set_search("");
                searched
            }),
        }
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
            Ok(Some(next)) => {
                self.apply(Action::Say(Level::Done, format!("theme {next}, of {}", names.join(", "))));
                self.apply(Action::Do(Effect::Theme(next)))
            }
            Ok(None) => Vec::new(),
            Err(why) => self.apply(Action::Say(Level::Error, why)),
        }
    }
}
