//! The lines around every pane: breadcrumb, tabs, status and hints.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use tables::problem::{self, Severity};

use super::paragraph;
use crate::app::State;
use crate::app::command::{self, Command, Enabled, Scope};
use crate::app::extraction::Phase;
use crate::app::keymap::Keymap;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::theme::{Role, Theme};
use figures::format::{self, Glyphs};

/// `study > Cox > RFS > training > n = 81, 31 events > filter: age > 60`.
pub fn breadcrumb(s: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let arrow = if theme.glyphs() == Glyphs::Utf8 { " ▸ " } else { " > " };
    let title = s.study.as_ref().map_or_else(|| s.path.display().to_string(), |study| study.title.clone());
    let mut parts = vec![title, s.pane().title().to_owned()];
    parts.extend(s.endpoint().map(|e| e.name.clone()));
    if s.cohorts().len() > 1 {
        parts.push(s.choices.cohort.clone().unwrap_or_else(|| "all cohorts".to_owned()));
    }
    if let Some((n, events)) = s.counts() {
        parts.push(format!("n = {}, {} events", format::count(n), format::count(events)));
    }
    parts.extend(s.choices.filter.iter().map(|f| format!("filter: {f}")));
    // The study's name gives way first: the rest says what is being looked at.
    let rest: usize = parts[1..].iter().map(|p| format::width(p) + 3).sum();
    let room = usize::from(area.width).saturating_sub(rest).max(8);
    parts[0] = format::shorten(&theme.glyphs().text(&parts[0]), room, theme.glyphs());
    let end = paragraph::line(&parts[0], Role::Title, theme, area, buf);
    let rest = Rect { x: end, width: area.width.saturating_sub(end - area.x), ..area };
    let tail: String = parts[1..].iter().map(|p| format!("{arrow}{p}")).collect();
    paragraph::line(&tail, Role::Text, theme, rest, buf);
}

/// The tabs: titles, or short names, or brief ones; where none fit, only digits and the name of the open pane.
pub fn tabs(s: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let worst = s.problems.iter().filter(|p| p.severity <= Severity::Warning).count();
    let label = |pane: PaneId, name: &str| match pane {
        PaneId::Problems if worst > 0 => format!("{}{name} {worst}", pane.key()),
        _ => format!("{}{name}", pane.key()),
    };
    type Names = fn(PaneId) -> &'static str;
    // The name of the open pane, and those of the others.
    let namings: [(Names, Names); 5] = [
        (PaneId::title, PaneId::title),
        (PaneId::title, PaneId::short),
        (PaneId::short, PaneId::short),
        (PaneId::brief, PaneId::brief),
        (PaneId::title, |_| ""),
    ];
    let named = |(open, others): (Names, Names), p: PaneId| label(p, if p == s.pane() { open(p) } else { others(p) });
    let width = |names| -> usize { PaneId::ALL.iter().map(|p| format::width(&named(names, *p)) + 1).sum() };
    let fits = namings.into_iter().find(|names| width(*names) <= usize::from(area.width) + 1);
    let names = fits.unwrap_or(namings[4]);
    let mut x = area.x;
    for pane in PaneId::ALL {
        let open = pane == s.pane();
        let text = named(names, pane);
        let room = usize::from(area.right().saturating_sub(x));
        let style = match (open, pane) {
            (true, _) => theme.style(Role::Accent).add_modifier(Modifier::BOLD | Modifier::REVERSED),
            (false, PaneId::Problems) if problem::any_error(&s.problems) => theme.style(Role::Error),
            (false, PaneId::Problems) if worst > 0 => theme.style(Role::Warn),
            _ => theme.style(Role::Dim),
        };
        x = buf.set_stringn(x, area.y, text, room, style).0 + 1;
        if x >= area.right() {
            break;
        }
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
    let row = match position {
        Some((at, of)) if of > 0 => {
            // As wide for every row, so that the views before it stay where they are.
            let (row, rows) = (format!("row {}", format::count(at)), format::count(of));
            format!("  {row:>width$} of {rows}", width = "row ".len() + rows.len())
        }
        _ => String::new(),
    };
    let toast = s.log.toast();
    let (role, text) = match toast {
        Some(message) => (role_of(message.level), message.text.clone()),
        None => (Role::Dim, activity(s)),
    };
    let [all, one] = view_names(views, at).map(|names| names + &row);
    let fits = |right: &String| format::width(&text) + format::width(right) < usize::from(area.width);
    let last = if toast.is_some() { row } else { one.clone() };
    let right = [all, one].into_iter().find(fits).unwrap_or(last);
    let right = theme.glyphs().text(&right).into_owned();
    let room = usize::from(area.width).saturating_sub(format::width(&right) + 1);
    paragraph::line(&text, role, theme, Rect { width: room as u16, ..area }, buf);
    let x = area.right().saturating_sub(format::width(&right) as u16);
    buf.set_stringn(x, area.y, &right, usize::from(area.width), theme.style(Role::Dim));
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
    if parts.is_empty() && s.study.is_none() && s.problems.is_empty() {
        return "reading".to_owned();
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

/// The best keys for the moment, as many as fit.
pub fn hints(s: &State, keymap: &Keymap, in_table: bool, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut x = area.x;
    for spec in hinted(s, in_table) {
        let Some(key) = keymap.keys(spec).next() else { continue };
        let key = key.to_string();
        let room = usize::from(area.right().saturating_sub(x));
        if format::width(&key) + format::width(spec.title) + 1 > room {
            break;
        }
        x = buf.set_stringn(x, area.y, &key, room, theme.style(Role::Accent)).0 + 1;
        let room = usize::from(area.right().saturating_sub(x));
        x = buf.set_stringn(x, area.y, spec.title, room, theme.style(Role::Dim)).0 + 2;
    }
}

/// Commands worth a hint, best first: the pane's own, those that lead on, and always help and leaving.
fn hinted(s: &State, in_table: bool) -> Vec<&'static Command> {
    let here = |spec: &&Command| match spec.scope {
        Scope::Global => true,
        Scope::Table => in_table,
        Scope::Pane(pane) => pane == s.pane(),
    };
    let mut specs: Vec<&Command> =
        command::all().filter(|c| c.hint > 0).filter(here).filter(|c| (c.enabled)(s) == Enabled::Yes).collect();
    specs.sort_by_key(|c| if c.hint >= 90 { 0 } else { c.hint });
    specs
}
