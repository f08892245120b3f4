//! Everything that the screen shows, as plain data.

mod change;

pub use change::Change;

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tables::problem::Problem;
use tables::{Expr, Kind};

use super::answers::{Answers, Slot, Status, Wish};
use super::extraction::{Extraction, Phase};
use super::history::History;
use super::log::Log;
use super::pane_id::PaneId;
use super::reading::Reading;
use super::visits::Visits;
use crate::ask::{Dataset, FeatureTable, ScoreOf, Selection};
use crate::jobs::extraction::Case;
use crate::jobs::open::Opened;
use crate::methods::patients;
use crate::methods::validate::Fits;
use crate::plan::{Choices, Plan};
use crate::study::{Cohort, Edit, Endpoint, ModelSpec, Study};

/// How many patients are in use, and who, where a worker looks for them.
const COUNTS: Slot<patients::Count> = Slot::new("counts");
const IN_USE: Slot<patients::InUse> = Slot::new("in use");

/// The state of the program.
#[derive(Debug)]
pub struct State {
    /// What was opened: a study's folder or file, or a table.
    pub path: PathBuf,
    /// What is known of the table that is being read.
    pub reading: Reading,
    /// The study with what was changed of it, once it is read.
    pub study: Option<Arc<Study>>,
    /// The study as its file says.
    pub written: Option<Arc<Study>>,
    /// The study as its file says by now, with what was kept there.
    pub in_file: Option<Arc<Study>>,
    /// Cohort and features, once the study is read and has a cohort.
    pub data: Option<Arc<Dataset>>,
    /// How many patients there are, where some have several rows; not counted among very many rows.
    pub distinct: Option<usize>,
    /// What is wrong or doubtful.
    pub problems: Vec<Problem>,
    /// The user's choices.
    pub choices: Choices,
    /// Choices before and after.
    pub history: History<Choices>,
    /// The last choice that changed patients or model.
    pub change: Option<Change>,
    /// Questions and answers.
    pub answers: Answers,
    /// Fits of the pipeline under validation that are known already.
    pub fits: Fits,
    /// What features are extracted from, and of which patients.
    pub cases: Option<(Arc<Cohort>, Vec<Case>)>,
    /// The extraction.
    pub extraction: Extraction,
    /// Features that have arrived; those that questions are asked of lag a little behind.
    pub arriving: Arc<FeatureTable>,
    /// Panes visited; the current one is on screen.
    pub visits: Visits,
    /// What was told.
    pub log: Log,
    /// Time since the start of the program.
    pub now: Duration,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// The pane beside the one with the focus.
    pub beside: Option<PaneId>,
    /// Every pane's views that can be gone to by name.
    pub views: Vec<(PaneId, &'static str)>,
    /// Names of the themes.
    pub themes: Vec<&'static str>,
    /// Whether figures are shown as pictures; nothing where the terminal cannot.
    pub pictures: Option<bool>,
    /// Whether the program has the mouse.
    pub mouse: bool,
}

impl State {
    /// The state before anything is read.
    pub fn new(path: PathBuf, size: (u16, u16)) -> Self {
        Self {
            path,
            reading: Reading::default(),
            study: None,
            written: None,
            in_file: None,
            data: None,
            distinct: None,
            problems: Vec::new(),
            choices: Choices::default(),
            history: History::default(),
            change: None,
            answers: Answers::default(),
            fits: Fits::default(),
            cases: None,
            extraction: Extraction::default(),
            arriving: Arc::default(),
            visits: Visits::new(PaneId::Cohort),
            log: Log::default(),
            now: Duration::ZERO,
            size,
            beside: None,
            views: Vec::new(),
            themes: Vec::new(),
            pictures: None,
            mouse: false,
        }
    }

    /// The pane on screen.
    pub fn pane(&self) -> PaneId {
        self.visits.current()
    }

    /// Columns and rows that a pane has: half of the screen where another is beside it.
    pub fn room(&self) -> (u16, u16) {
        let (width, height) = self.size;
        if self.beside.is_some() { (width / 2, height) } else { (width, height) }
    }

    /// The cohort, once it is read.
    pub fn cohort(&self) -> Option<&Cohort> {
        self.data.as_ref().map(|d| &*d.cohort)
    }

    /// What is asked of the study, as it says and as it was chosen; nothing before it is read.
    pub fn plan(&self) -> Option<Plan<'_>> {
        Some(Plan { study: self.study.as_deref()?, data: self.data.as_deref()?, choices: &self.choices })
    }

    /// The endpoints; none before the study is read.
    pub fn endpoints(&self) -> &[Endpoint] {
        self.cohort().map_or(&[], Cohort::endpoints)
    }

    /// Names of the cohorts.
    pub fn cohorts(&self) -> &[String] {
        self.plan().map_or(&[], |plan| plan.cohorts())
    }

    /// The endpoint in use.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.plan()?.endpoint()
    }

    /// Whether the study has images.
    pub fn has_images(&self) -> bool {
        self.study.as_ref().is_some_and(|s| s.images.is_some())
    }

    /// Whether some of its images are segmented more than once.
    pub fn has_repeats(&self) -> bool {
        self.plan().is_some_and(|plan| plan.has_repeats())
    }

    /// The patients in use: endpoint, cohort and filter.
    pub fn selection(&self) -> Selection {
        self.plan().map(|plan| plan.selection()).unwrap_or_default()
    }

    /// The cohort in which models are built: the study's first.
    pub fn training(&self) -> Option<&str> {
        self.plan()?.training()
    }

    /// The models to validate.
    pub fn models(&self) -> Vec<ModelSpec> {
        self.plan().map_or_else(Vec::new, |plan| plan.models())
    }

    /// Whether patients have a Rad-score, or may have one as soon as it is worked out.
    pub fn is_scored(&self) -> bool {
        self.plan().is_some_and(|plan| plan.is_scored())
    }

    /// The times at which predictions are judged, as the study says.
    pub fn times(&self) -> Vec<f64> {
        self.plan().map_or_else(Vec::new, |plan| plan.times())
    }

    /// Patients of the filter, cohort and endpoint in use, and events among them; for headings. While a worker counts them
    /// there is nothing to say.
    pub fn counts(&self) -> Option<(usize, usize)> {
        if self.selects_in_a_worker() {
            let counted = matches!(self.answers.status(COUNTS), Status::Ready(_));
            return self.answers.get(COUNTS).copied().filter(|_| counted);
        }
        let plan = self.plan()?;
        patients::count(plan.data, &plan.selection()).ok()
    }

    /// The patients in use as rows of the cohort, those without a known endpoint too; nobody while a worker looks for them.
    pub fn patients_in_use(&self) -> Cow<'_, [usize]> {
        if self.selects_in_a_worker() {
            return self.answers.get(IN_USE).map_or(Cow::Borrowed(&[]), |rows| Cow::Borrowed(rows));
        }
        let selected = self.plan().map(|plan| plan.data.select(&plan.selection_of_patients()).map(|s| s.rows));
        Cow::Owned(selected.and_then(Result::ok).unwrap_or_default())
    }

    /// Whether the patient of a row of the cohort is among those in use; all of very many are.
    pub fn is_in_use(&self, row: usize) -> bool {
        self.cohort().is_some_and(patients::are_many) || self.patients_in_use().contains(&row)
    }

    /// Whether a worker is looking for the patients in use.
    pub fn is_selecting(&self) -> bool {
        let under_way = |status: Status| matches!(status, Status::Running(_) | Status::Stale(..));
        self.selects_in_a_worker() && (under_way(self.answers.status(COUNTS)) || under_way(self.answers.status(IN_USE)))
    }

    /// Questions that every pane has: who is in use, where that is not seen at once.
    pub fn asks(&self) -> Vec<Wish> {
        let Some(plan) = self.plan().filter(|_| self.selects_in_a_worker()) else { return Vec::new() };
        let in_use = patients::InUse { on: plan.selection_of_patients() };
        vec![COUNTS.wants(patients::Count { on: plan.selection() }), IN_USE.wants(in_use)]
    }

    /// Whether there are so many patients that nobody waits until they are looked through, or a score has to be worked out
    /// first.
    fn selects_in_a_worker(&self) -> bool {
        self.plan().is_some_and(|plan| plan.data.cohort.len() > patients::MANY || plan.of_filter().is_some())
    }

    /// Checks a filter before it is chosen: the message of what is wrong with it.
    pub fn check_filter(&self, text: &str) -> Result<(), String> {
        let expr = Expr::parse(text).map_err(|e| e.to_string())?;
        let Some(plan) = self.plan() else { return Ok(()) };
        let data = plan.data;
        let score = plan.made(expr.names()).map(ScoreOf::new);
        let with_score = score.map(|score| score.missing("not looked at here", data)).transpose();
        let scored = with_score.map_err(|e| e.to_string())?;
        let frame = scored.as_ref().map_or(data.cohort.frame(), |d| d.cohort.frame());
        // What is wrong with a condition shows on some of many patients.
        let some: Vec<usize> = (0..frame.len().min(patients::MANY)).collect();
        let frame = &frame.select_rows(&some);
        // Who writes a code that the study gives another name has to see the names.
        let levels = || -> String {
            let named = expr.names().into_iter().filter_map(|name| frame.get(name));
            let categories = named.filter(|column| column.kind() == Kind::Category);
            let said = categories.map(|column| format!("; {} is {}", column.name, column.factor().levels.join(", ")));
            said.collect()
        };
        let kept = expr.keep(frame).map_err(|e| {
            // The levels go with the message, not behind the marks below it.
            let said = e.to_string();
            let (first, rest) = said.split_once('\n').unwrap_or((&said, ""));
            format!("{first}{}\n{rest}", levels()).trim_end().to_owned()
        })?;
        let are_all = frame.len() == data.cohort.len();
        match are_all && !kept.is_empty() && kept.iter().all(|met| *met == Some(false)) {
            true => Err(format!("no patient meets this{}", levels())),
            false => Ok(()),
        }
    }

    /// `choices` without those that this study does not know: names and conditions change between sessions.
    pub fn fitting(&self, mut choices: Choices) -> Choices {
        choices.endpoint.take_if(|name| !self.endpoints().iter().any(|e| e.name == *name));
        choices.cohort.take_if(|name| !self.cohorts().contains(name));
        choices.filter.take_if(|text| self.check_filter(text).is_err());
        choices
    }

    /// The study to be read again, where the changes chosen are others than those of the study on screen.
    pub fn changed_study(&self) -> Option<Study> {
        let changed = self.written.as_ref()?.with(&self.choices.edits);
        (self.study.as_deref() != Some(&changed)).then_some(changed)
    }

    /// The study with what was changed of it, where its file says something else; none of a bare table, which has no file.
    pub fn unkept_study(&self) -> Option<Study> {
        let (written, in_file) = (self.written.as_ref()?, self.in_file.as_deref()?);
        let wanted = written.with(&self.choices.edits);
        (!wanted.is_guessed() && wanted != *in_file).then_some(wanted)
    }

    /// Whether something was changed of the study since this was begun to be read.
    pub fn is_superseded(&self, opened: &Opened) -> bool {
        let wanted = self.written.as_ref().map(|written| written.with(&self.choices.edits));
        wanted.is_some() && opened.study.is_some() && wanted.as_ref() != opened.study.as_deref()
    }

    /// Changes that the study's file has already are the user's to take back.
    pub fn own_edits(&mut self, edits: &[Edit]) {
        if let Some(written) = &mut self.written {
            *written = Arc::new(written.without(edits));
        }
    }

    /// Whether features are still being read from the cache: nobody wants a model of the first of them, and all are there in
    /// a moment.
    pub fn is_reading_features(&self) -> bool {
        let e = &self.extraction;
        e.phase == Phase::Running && e.cached() + e.failed() == e.settled()
    }

    /// When something on screen changes by itself next.
    pub fn deadline(&self) -> Option<Duration> {
        self.log.deadline()
    }
}
