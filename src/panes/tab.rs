//! What all panes have in common: views by name, the table of each with its cursor, and which of them is on screen.

use std::collections::{BTreeMap, HashSet};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::view::{Gesture, Scene, View};
use crate::app::answers::Wish;
use crate::app::command::Move;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, State, Subject};
use crate::document::{Block, Document, Table};
use crate::session::{Look, Settings, set_only};
use crate::theme::Theme;
use crate::ui::grid::Grid;

/// A pane.
pub struct Tab {
    id: PaneId,
    views: Vec<Box<dyn View>>,
    /// The table of each view, by the view's name; views that share one use that of its owner.
    grids: BTreeMap<&'static str, Grid>,
    /// The view on screen.
    at: usize,
    /// What the view on screen is to look at as soon as it can.
    sought: Option<Subject>,
    /// How tables were looked at in the last session, until there are as many rows again.
    looks: BTreeMap<String, Look>,
}

impl Tab {
    /// A pane with these views, the first on screen.
    ///
    /// # Panics
    /// Where there is no view.
    pub fn new(id: PaneId, views: Vec<Box<dyn View>>) -> Self {
        assert!(!views.is_empty(), "a pane has a view");
        let grids = views.iter().map(|view| (view.name(), Grid::default())).collect();
        Self { id, views, grids, at: 0, sought: None, looks: BTreeMap::new() }
    }

    /// Which pane it is.
    pub fn id(&self) -> PaneId {
        self.id
    }

    /// Names of its views, in the order in which Tab shows them.
    pub fn names(&self) -> Vec<&'static str> {
        self.views.iter().map(|view| view.name()).collect()
    }

    /// Names of the views that are no details of rows.
    pub fn entries(&self) -> impl Iterator<Item = &'static str> {
        self.views.iter().filter(|view| !view.is_detail()).map(|view| view.name())
    }

    /// The names that the status line shows, and the place of the view on screen among them: details of rows are named
    /// only while they are on screen.
    pub fn shown_names(&self) -> (Vec<&'static str>, usize) {
        let shown = |at: &usize| *at == self.at || !self.views[*at].is_detail();
        let places: Vec<usize> = (0..self.views.len()).filter(shown).collect();
        let at = places.iter().position(|place| *place == self.at).unwrap_or(0);
        (places.into_iter().map(|place| self.views[place].name()).collect(), at)
    }

    /// The place of the view on screen among all.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The name of the view on screen.
    pub fn on_screen(&self) -> &'static str {
        self.view().name()
    }

    /// Brings the view of this name on screen; false if there is none.
    pub fn show(&mut self, name: &str) -> bool {
        let found = self.place(name);
        self.at = found.unwrap_or(self.at);
        found.is_some()
    }

    /// Brings the next view on screen, or the one before, round and round; details of rows are passed by.
    pub fn turn(&mut self, step: isize) {
        let count = self.views.len() as isize;
        let places = (1..=count).map(|n| (self.at as isize + n * step).rem_euclid(count) as usize);
        self.at = places.into_iter().find(|at| !self.views[*at].is_detail()).unwrap_or(self.at);
    }

    /// Looks at something as soon as the view on screen can.
    pub fn seek(&mut self, subject: Subject) {
        self.sought = Some(subject);
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.views.iter().position(|view| view.name() == name)
    }

    fn view(&self) -> &dyn View {
        &*self.views[self.at]
    }

    /// The name under which the table of a view is kept.
    fn owner(&self, at: usize) -> &'static str {
        self.views[at].table().unwrap_or(self.views[at].name())
    }

    /// The table with the focus, if there is one.
    pub fn grid(&self) -> Option<&Grid> {
        self.view().table().and_then(|name| self.grids.get(name))
    }

    /// The same, for cursor and marks.
    pub fn grid_mut(&mut self) -> Option<&mut Grid> {
        let name = self.view().table()?;
        self.grids.get_mut(name)
    }

    /// What the view on screen needs to know.
    pub fn asks(&self, state: &State) -> Vec<Wish> {
        self.lent(|grid| self.view().asks(state, grid))
    }

    /// Lends the table of the view on screen, empty or not.
    fn lent<T>(&self, to: impl FnOnce(&Grid) -> T) -> T {
        match self.grids.get(self.owner(self.at)) {
            Some(grid) => to(grid),
            None => to(&Grid::default()),
        }
    }

    /// Lets the view on screen prepare what it shows.
    pub fn refresh(&mut self, state: &State) {
        self.refresh_view(self.at, state);
        let owner = self.owner(self.at);
        // Marks that mean something else than a choice of rows are the view's own.
        let chooses = self.place(owner).is_some_and(|at| self.views[at].marks_choose());
        let Some(grid) = self.grids.get_mut(owner) else { return };
        if self.looks.get(owner).is_some_and(|look| grid.look_so(look, chooses)) {
            self.looks.remove(owner);
            self.refresh_view(self.at, state);
        }
        let Some(grid) = self.grids.get_mut(owner) else { return };
        let found = self.sought.take_if(|subject| self.views[self.at].find(subject, state, grid));
        if found.is_some() {
            self.refresh_view(self.at, state);
        }
    }

    fn refresh_view(&mut self, at: usize, state: &State) {
        let owner = self.owner(at);
        let fills = self.place(owner).filter(|fills| *fills != at);
        let Some(grid) = self.grids.get_mut(owner) else { return };
        for at in fills.into_iter().chain([at]) {
            self.views[at].refresh(state, grid);
        }
    }

    /// Where Enter leads from the view on screen.
    fn enter(&self, state: &State) -> Outcome {
        self.lent(|grid| self.view().enter(state, grid))
    }

    /// Whether Enter leads anywhere.
    pub fn leads_on(&self, state: &State) -> bool {
        self.enter(state) != Outcome::Ignored
    }

    /// Does what the user asks of the view on screen.
    pub fn act(&mut self, gesture: Gesture, argument: Option<&str>, state: &State) -> Outcome {
        // What was asked for at Enter comes with what was typed.
        if gesture == Gesture::Move(Move::Enter) && argument.is_none() {
            self.looks.remove(self.owner(self.at));
            return self.enter(state);
        }
        self.act_in(self.at, gesture, argument, state)
    }

    /// Does what a command asks that is the view's of this name, and brings that view on screen if it did.
    pub fn act_as(&mut self, view: &str, command: &'static str, argument: Option<&str>, state: &State) -> Outcome {
        let Some(at) = self.place(view) else { return Outcome::Ignored };
        if at != self.at {
            self.refresh_view(at, state);
        }
        // A cursor that is not seen means nothing: the view comes on screen first.
        let arrives = self.owner(at) != self.owner(self.at);
        let outcome = self.act_in(at, Gesture::Own(command, arrives), argument, state);
        if outcome == Outcome::Done {
            self.at = at;
        }
        outcome
    }

    fn act_in(&mut self, at: usize, gesture: Gesture, argument: Option<&str>, state: &State) -> Outcome {
        let owner = self.owner(at);
        let Some(grid) = self.grids.get_mut(owner) else { return Outcome::Ignored };
        // What the user does now counts more than how it was looked at before.
        self.looks.remove(owner);
        self.views[at].act(gesture, argument, state, grid)
    }

    /// Paints the view on screen.
    pub fn paint(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        self.lent(|grid| self.view().paint(&Scene { state, grid, theme }, area, buf));
    }

    /// What is on screen, with full precision; where rows of its table are marked, the table with these only.
    pub fn document(&self, state: &State) -> Option<Document> {
        let document = self.lent(|grid| self.view().document(state, grid))?;
        Some(match self.marked() {
            Some(marked) => Document { blocks: vec![Block::Table(marked)], ..document },
            None => document,
        })
    }

    /// The table with its marked rows only; none where none is marked, or marks mean something else.
    pub fn marked(&self) -> Option<Table> {
        let grid = self.grid().filter(|grid| self.view().marks_choose() && !grid.marks().is_empty());
        grid.map(Grid::marked)
    }

    /// The patients that are marked, or else the one under the cursor.
    pub fn patients(&self, state: &State) -> Vec<String> {
        let Some(grid) = self.grid() else { return Vec::new() };
        let marked: Vec<usize> = grid.marks().iter().copied().collect();
        let rows = if marked.is_empty() { grid.row().into_iter().collect() } else { marked };
        // Of a table that several views share, the one that fills it knows too whose the rows are.
        let owner = self.place(self.owner(self.at)).unwrap_or(self.at);
        let patient = |row: usize| self.view().patient(row, state).or_else(|| self.views[owner].patient(row, state));
        // A patient may have several rows: cases, events.
        let mut seen = HashSet::new();
        rows.into_iter().filter_map(patient).filter(|id| seen.insert(id.clone())).collect()
    }

    /// The sentences for the methods section of a paper.
    pub fn methods(&self, state: &State) -> Option<String> {
        self.view().methods(state)
    }

    /// Those of all its views that show something, as far as they are of the choices as they are now; and whether that is
    /// all.
    pub fn all_methods(&self, state: &State) -> (Vec<String>, bool) {
        let (mut texts, mut is_whole) = (Vec::new(), true);
        for (view, grid) in self.looked_at(state) {
            let known = |wish: &Wish| state.data.as_ref().is_some_and(|data| state.answers.is_answered(wish, data));
            match view.asks(state, grid).iter().all(known) {
                true => texts.extend(view.methods(state)),
                // A view without sentences keeps nobody waiting.
                false => is_whole &= view.methods(state).is_none(),
            }
        }
        (texts, is_whole)
    }

    /// What has to be known for them.
    pub fn all_asks(&self, state: &State) -> Vec<Wish> {
        let telling = self.looked_at(state).filter(|(view, _)| view.methods(state).is_some());
        telling.flat_map(|(view, grid)| view.asks(state, grid)).collect()
    }

    /// The views that show something, with their tables.
    fn looked_at<'a>(&'a self, state: &'a State) -> impl Iterator<Item = (&'a dyn View, &'a Grid)> {
        let all =
            self.views.iter().enumerate().filter_map(|(at, view)| Some((&**view, self.grids.get(self.owner(at))?)));
        all.filter(|(view, grid)| view.document(state, grid).is_some())
    }

    /// How its tables are looked at, those that are there, by the name of the view.
    pub fn looks(&self) -> BTreeMap<String, Look> {
        let mut looks = self.looks.clone();
        // A table that is there has its cursor somewhere, be it on the first line.
        let seen =
            self.grids.iter().filter(|(name, grid)| !grid.table().columns.is_empty() && !looks.contains_key(**name));
        let seen: Vec<(String, Look)> = seen.map(|(name, grid)| ((*name).to_owned(), grid.look())).collect();
        looks.extend(seen);
        looks
    }

    /// What is set in its views beside their tables, by the name of the view.
    pub fn settings(&self) -> BTreeMap<String, Settings> {
        let set = self.views.iter().filter_map(|view| Some((view.name().to_owned(), set_only(view.settings()?))));
        set.collect()
    }

    /// Looks at its tables in this way as soon as they are there, and at its views as they were set.
    pub fn restore(&mut self, looks: BTreeMap<String, Look>, settings: &BTreeMap<String, Settings>) {
        self.looks = looks;
        self.sought = None;
        for view in &mut self.views {
            view.set(settings.get(view.name()));
        }
    }
}
