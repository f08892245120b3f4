//! The lines around every pane: breadcrumb, tabs, status and hints.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use tables::problem::{self, Severity};

use super::paragraph;
use crate::app::State;
use crate::app::command::{self, Act, Command, Enabled, Move, Scope};
use crate::app::extraction::Phase;
use crate::app::keymap::Keymap;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::theme::{Role, Theme};
use figures::format::{self, Glyphs};

/// What stands for the cohorts where none is chosen.
const ALL: &str = "all cohorts";
/// Cells that are left to the study's name.
const LEAST_NAME: usize = 8;

/// What the hint line depends on besides the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Focus {
    /// Whether a table has the focus.
    pub in_table: bool,
    /// Whether Enter leads anywhere from where its cursor is.
    pub leads_on: bool,
}

/// `study > Cox > RFS > training > n = 81, 31 events > filter: age > 60`.
pub fn breadcrumb(s: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let arrow = if theme.glyphs() == Glyphs::Utf8 { " ▸ " } else { " > " };
    let title = s.study.as_ref().map_or_else(|| s.path.display().to_string(), |study| study.title.clone());
    let mut parts = vec![title, s.pane().title().to_owned()];
    parts.extend(s.endpoint().map(|e| e.name.clone()));
    if s.cohorts().len() > 1 {
        parts.push(s.choices.cohort.clone().unwrap_or_else(|| ALL.to_owned()));
    }
    if let Some((n, events)) = s.counts() {
        // Rows of one patient count as patients: that has to be seen wherever there are numbers.
        let rows = s.distinct.map(|patients| format!(" rows of {} patients", format::count(patients)));
        parts.push(format!("n = {}{}, {} events", format::count(n), rows.unwrap_or_default(), format::count(events)));
    }
    parts.extend(s.choices.filter.iter().map(|f| format!("filter: {f}")));
    // The study's name gives way first, then that all cohorts are looked at: the rest says what is being looked at.
    let rest = |parts: &[String]| -> usize { parts[1..].iter().map(|p| format::width(p) + 3).sum() };
    let room = |parts: &[String]| usize::from(area.width).saturating_sub(rest(parts));
    if room(&parts) < LEAST_NAME && s.choices.cohort.is_none() {
        parts.retain(|part| part != ALL);
    }
    let room = room(&parts).max(LEAST_NAME);
    parts[0] = format::shorten(&theme.glyphs().text(&parts[0]), room, theme.glyphs());
    let end = paragraph::line(&parts[0], Role::Title, theme, area, buf);
    let rest = Rect { x: end, width: area.width.saturating_sub(end - area.x), ..area };
    let tail: String = parts[1..].iter().map(|p| format!("{arrow}{p}")).collect();
    paragraph::line(&tail, Role::Text, theme, rest, buf);
}

/// How the tabs are written: the name of the open pane, those of the others, and that of the problems, which have a number
/// behind theirs.
type Naming = [fn(PaneId) -> &'static str; 3];

/// From all titles to digits and the open pane's title alone.
const NAMINGS: [Naming; 7] = [
    [PaneId::title, PaneId::title, PaneId::title],
    [PaneId::title, PaneId::short, PaneId::short],
    [PaneId::short, PaneId::short, PaneId::short],
    [PaneId::brief, PaneId::brief, PaneId::brief],
    [PaneId::brief, PaneId::brief, |_| ""],
    [PaneId::brief, PaneId::briefest, |_| ""],
    [PaneId::title, |_| "", |_| ""],
];

/// The tabs and the columns that they take: titles, or short names, or brief ones; where none fit, only digits and the name
/// of the open pane.
fn tab_spans(s: &State, area: Rect) -> Vec<(Range<u16>, PaneId, String)> {
    let worst = worst(s);
    let label = |pane: PaneId, name: &str| match pane {
        PaneId::Problems if worst > 0 && name.is_empty() => format!("{}{worst}", pane.key()),
        PaneId::Problems if worst > 0 => format!("{}{name} {worst}", pane.key()),
        _ => format!("{}{name}", pane.key()),
    };
    let named = |[open, others, problems]: Naming, pane: PaneId| match pane {
        _ if pane == s.pane() => label(pane, open(pane)),
        PaneId::Problems => label(pane, problems(pane)),
        _ => label(pane, others(pane)),
    };
    let width = |names| -> usize { PaneId::ALL.iter().map(|p| format::width(&named(names, *p)) + 1).sum() };
    let fits = NAMINGS.into_iter().find(|names| width(*names) <= usize::from(area.width) + 1);
    let names = fits.unwrap_or(NAMINGS[NAMINGS.len() - 1]);
    let mut x = area.x;
    let span = |pane: PaneId| {
        let text = named(names, pane);
        let taken = x..x + format::width(&text) as u16;
        x = taken.end + 1;
        (taken, pane, text)
    };
    PaneId::ALL.into_iter().map(span).filter(|(taken, ..)| taken.start < area.right()).collect()
}

/// Problems that matter.
fn worst(s: &State) -> usize {
    s.problems.iter().filter(|p| p.severity <= Severity::Warning).count()
}

/// The tab under a column of their line.
pub fn tab_at(s: &State, area: Rect, x: u16) -> Option<PaneId> {
    tab_spans(s, area).into_iter().find(|(taken, ..)| taken.contains(&x)).map(|(_, pane, _)| pane)
}

/// The tabs.
pub fn tabs(s: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    for (taken, pane, text) in tab_spans(s, area) {
        let style = match (pane == s.pane(), pane) {
            (true, _) => theme.style(Role::Accent).add_modifier(Modifier::BOLD | Modifier::REVERSED),
            (false, PaneId::Problems) if problem::any_error(&s.problems) => theme.style(Role::Error),
            (false, PaneId::Problems) if worst(s) > 0 => theme.style(Role::Warn),
            _ => theme.style(Role::Dim),
        };
        buf.set_stringn(taken.start, area.y, text, usize::from(area.right() - taken.start), style);
    }
}

/// Left: the message of the moment, or what is going on. Right: the pane's views, the one on screen in brackets, and
/// where the cursor is. Where both do not fit, the view on screen is named with its number; what was just said goes
/// before even that, since the views are there all the time.
pub fn status(
    s: &State,
    position: Option<(usize, usize)>,
    (views, at): (&[&str], usize),
    theme: &Theme,
    area: Rect,
    buf: &mut Buffer,
) {
    let (role, text) = said(s, position, theme.glyphs(), area);
    let right = at_right(s, position, (views, at), theme.glyphs(), area, true).0;
    let right = theme.glyphs().text(&right).into_owned();
    let room = usize::from(area.width).saturating_sub(format::width(&right) + 1);
    paragraph::line(&text, role, theme, Rect { width: room as u16, ..area }, buf);
    let x = area.right().saturating_sub(format::width(&right) as u16);
    buf.set_stringn(x, area.y, &right, usize::from(area.width), theme.style(Role::Dim));
}

/// The message of the moment, in words for which there is room beside the cursor's place, or what is going on.
fn said(s: &State, position: Option<(usize, usize)>, glyphs: Glyphs, area: Rect) -> (Role, String) {
    match s.log.toast() {
        Some(message) => {
            let room = usize::from(area.width).saturating_sub(format::width(&place(position)) + 1);
            (role_of(message.level), cut(&message.fitting(room, glyphs), room, glyphs))
        }
        None => (Role::Dim, activity(s)),
    }
}

/// A message that is longer than its room ends with where it stands whole.
fn cut(text: &str, room: usize, glyphs: Glyphs) -> String {
    const WHOLE: &str = " (see Jobs)";
    match format::width(&glyphs.text(text)) > room && room > 3 * WHOLE.len() {
        true => format!("{}{WHOLE}", format::shorten(&glyphs.text(text), room - WHOLE.len(), glyphs)),
        false => text.to_owned(),
    }
}

/// `row 5 of 120`: as wide for every row, so that the views before it stay where they are.
fn place(position: Option<(usize, usize)>) -> String {
    let Some((at, of)) = position.filter(|(_, of)| *of > 0) else { return String::new() };
    let (row, rows) = (format!("row {}", format::count(at)), format::count(of));
    format!("  {row:>width$} of {rows}", width = "row ".len() + rows.len())
}

/// What stands at the right of the status line, beside the message of the moment or without one, and whether it names all
/// views.
fn at_right(
    s: &State,
    position: Option<(usize, usize)>,
    (views, at): (&[&str], usize),
    glyphs: Glyphs,
    area: Rect,
    with_message: bool,
) -> (String, bool) {
    let row = place(position);
    let text = if with_message { said(s, position, glyphs, area).1 } else { activity(s) };
    let [all, one] = view_names(views, at).map(|names| names + &row);
    let text = format::width(&glyphs.text(&text));
    let fits = |right: &String| text + format::width(right) < usize::from(area.width);
    match (fits(&all), fits(&one), with_message && s.log.toast().is_some()) {
        (true, ..) => (all, true),
        (_, true, _) | (_, _, false) => (one, false),
        (_, _, true) => (row, false),
    }
}

/// The view whose name stands under a column of the status line, by its place among `views`; where only the one on screen is
/// named, its name leads to the next.
pub fn view_at(
    s: &State,
    position: Option<(usize, usize)>,
    (views, at): (&[&str], usize),
    (glyphs, area): (Glyphs, Rect),
    x: u16,
) -> Option<usize> {
    let (mut right, mut all) = at_right(s, position, (views, at), glyphs, area, true);
    let covered = s.log.toast().is_some() && !all && x < area.right().saturating_sub(format::width(&right) as u16);
    if covered {
        // Below a message the names are where they were before it and will be again.
        (right, all) = at_right(s, position, (views, at), glyphs, area, false);
    }
    let mut from = area.right().saturating_sub(format::width(&right) as u16);
    if views.len() < 2 || x < from {
        return None;
    }
    if !all {
        let named = format::width(&view_names(views, at)[1]) as u16;
        return (x < from + named).then_some((at + 1) % views.len());
    }
    views.iter().enumerate().position(|(i, name)| {
        let width = format::width(name) as u16 + if i == at { 2 } else { 0 };
        let here = (from..from + width).contains(&x);
        from += width + 1;
        here
    })
}

/// `plot [groups] nomogram`, and in short `[groups] 2/3`; nothing where there is one view.
fn view_names(views: &[&str], at: usize) -> [String; 2] {
    let Some(name) = views.get(at).filter(|_| views.len() > 1) else { return [String::new(), String::new()] };
    let marked = |(i, name): (usize, &&str)| if i == at { format!("[{name}]") } else { (*name).to_owned() };
    let all: Vec<String> = views.iter().enumerate().map(marked).collect();
    [all.join(" "), format!("[{name}] {}/{}", at + 1, views.len())]
}

/// The role in which a message of this level is written.
pub fn role_of(level: Level) -> Role {
    match level {
        Level::Done => Role::Ok,
        Level::Note => Role::Text,
        Level::Warning => Role::Warn,
        Level::Error => Role::Error,
    }
}

/// What is going on, in a few words.
fn activity(s: &State) -> String {
    let e = &s.extraction;
    let mut parts = Vec::new();
    if e.is_running() {
        let percent = 100 * e.settled() / e.total().max(1);
        let mut text = format!("extracting {}/{} ({percent} %)", e.settled(), e.total());
        if e.phase == Phase::Paused {
            text.push_str(", paused");
        } else if let Some(left) = e.remaining(s.now) {
            text.push_str(&format!(", {} left", duration(left.as_secs())));
        }
        if e.failed() > 0 {
            text.push_str(&format!(", {} failed", e.failed()));
        }
        parts.push(text);
    }
    for (name, stage) in s.answers.running().take(2) {
        parts.push(match stage.percent() {
            Some(percent) => format!("{name} {percent} %"),
            None => name.to_owned(),
        });
    }
    let is_opening = s.study.is_none() && s.problems.is_empty();
    if s.reading.percent.is_some() || parts.is_empty() && is_opening {
        parts.push(s.reading.words());
    }
    parts.join(" · ")
}

/// `75` as `1 min 15 s`.
pub fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

/// The best keys for the moment, as many as fit, and the columns that they take.
fn hint_spans(s: &State, keymap: &Keymap, focus: Focus, area: Rect) -> Vec<(Range<u16>, &'static Command, String)> {
    let (mut x, mut spans) = (area.x, Vec::new());
    for command in hinted(s, focus) {
        let Some(key) = keymap.keys(command).next() else { continue };
        let key = key.to_string();
        let width = (format::width(&key) + format::width(command.title) + 1) as u16;
        if width > area.right().saturating_sub(x) {
            break;
        }
        spans.push((x..x + width, command, key));
        x += width + 2;
    }
    spans
}

/// The command under a column of the hint line.
pub fn hint_at(s: &State, keymap: &Keymap, focus: Focus, area: Rect, x: u16) -> Option<&'static Command> {
    let spans = hint_spans(s, keymap, focus, area);
    spans.into_iter().find(|(taken, ..)| taken.contains(&x)).map(|(_, command, _)| command)
}

/// The hint line.
pub fn hints(s: &State, keymap: &Keymap, focus: Focus, theme: &Theme, area: Rect, buf: &mut Buffer) {
    for (taken, command, key) in hint_spans(s, keymap, focus, area) {
        let x = buf.set_stringn(taken.start, area.y, key, usize::from(area.width), theme.style(Role::Accent)).0 + 1;
        let room = usize::from(area.right().saturating_sub(x));
        buf.set_stringn(x, area.y, command.title, room, theme.style(Role::Dim));
    }
}

/// Commands worth a hint, best first: the pane's own, those that lead on, and always help and leaving.
fn hinted(s: &State, focus: Focus) -> Vec<&'static Command> {
    let here = |spec: &&Command| match spec.scope {
        Scope::Global => true,
        Scope::Table if matches!(spec.act, Act::Table(Move::Enter)) => focus.leads_on,
        Scope::Table => focus.in_table,
        Scope::Pane(pane) => pane == s.pane(),
    };
    let mut specs: Vec<&Command> =
        command::all().filter(|c| c.hint > 0).filter(here).filter(|c| (c.enabled)(s) == Enabled::Yes).collect();
    specs.sort_by_key(|c| if c.hint >= 90 { 0 } else { c.hint });
    specs
}
