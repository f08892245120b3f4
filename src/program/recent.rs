//! The studies that were open before, to choose one from at the start.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::key::{Code, Key};
use crate::theme::{Role, Theme};
use crate::ui::{layout, paragraph};
use figures::format::{self, Glyphs};

/// The list and its cursor.
pub struct Recent {
    studies: Vec<PathBuf>,
    cursor: usize,
}

/// What a key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Nothing is chosen yet.
    Open,
    /// This study is.
    Study(PathBuf),
    /// None is wanted.
    Leave,
}

impl Recent {
    /// A list with the cursor on the first.
    pub fn new(studies: Vec<PathBuf>) -> Self {
        Self { studies, cursor: 0 }
    }

    /// Moves, chooses (Enter, or the digit before the study) or leaves.
    pub fn key(&mut self, key: Key) -> Reply {
        let last = self.studies.len().saturating_sub(1);
        let chosen = match key.code {
            Code::Up | Code::Char('k') => {
                self.cursor = self.cursor.saturating_sub(1);
                return Reply::Open;
            }
            Code::Down | Code::Char('j') => {
                self.cursor = (self.cursor + 1).min(last);
                return Reply::Open;
            }
            Code::Char('q' | 'Q') => return Reply::Leave,
            Code::Enter => self.cursor,
            Code::Char(digit @ '1'..='9') => digit as usize - '1' as usize,
            _ => return Reply::Open,
        };
        self.studies.get(chosen).cloned().map_or(Reply::Open, Reply::Study)
    }

    /// The picture.
    pub fn draw(&self, theme: &Theme, area: Rect) -> Buffer {
        let mut buf = Buffer::empty(area);
        buf.set_style(area, theme.style(Role::Text));
        let (title, rest) = layout::top(area, 1);
        let (list, hints) = layout::bottom(rest, 1);
        paragraph::line("Recent studies", Role::Title, theme, title, &mut buf);
        let first = (self.cursor + 1).saturating_sub(usize::from(list.height));
        for (i, y) in (first..self.studies.len()).zip(list.y..list.bottom()) {
            let digit = if i < 9 { format!("{} ", i + 1) } else { "  ".to_owned() };
            let path = self.studies[i].display().to_string();
            let line = format!(
                "{digit}{}",
                end_of(&theme.glyphs().text(&path), usize::from(list.width).saturating_sub(2), theme.glyphs())
            );
            let role = if i == self.cursor { Role::Selection } else { Role::Text };
            paragraph::line(&line, role, theme, Rect { y, height: 1, ..list }, &mut buf);
        }
        paragraph::line("enter open  j k move  q leave  riskset PATH opens another", Role::Dim, theme, hints, &mut buf);
        buf
    }
}

/// The last part of a path that is wider than `width`: what tells it from others is at its end.
fn end_of(path: &str, width: usize, glyphs: Glyphs) -> String {
    let (mark, mut rest) = (if glyphs == Glyphs::Utf8 { "…" } else { "~" }, path);
    if format::width(path) <= width {
        return path.to_owned();
    }
    while format::width(rest) + 1 > width {
        let Some(first) = rest.chars().next() else { break };
        rest = &rest[first.len_utf8()..];
    }
    format!("{mark}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Depth;

    #[test]
    fn a_study_is_chosen_by_cursor_or_digit() {
        let paths: Vec<PathBuf> = ["a/one", "b/two", "c/three"].map(PathBuf::from).to_vec();
        let mut recent = Recent::new(paths.clone());
        assert_eq!(recent.key(Key::char('3')), Reply::Study(paths[2].clone()));
        assert_eq!(recent.key(Key::char('7')), Reply::Open);
        for key in [Key::char('j'), Key::char('j'), Key::char('j'), Key::plain(Code::Up), Key::plain(Code::Esc)] {
            assert_eq!(recent.key(key), Reply::Open);
        }
        assert_eq!(recent.key(Key::plain(Code::Enter)), Reply::Study(paths[1].clone()));
        assert_eq!(recent.key(Key::char('q')), Reply::Leave);
    }

    #[test]
    fn every_size_shows_the_cursor_and_the_ends_of_paths() {
        let theme = Theme::named("mono", Depth::None, Glyphs::Utf8).expect("a shipped theme");
        let studies: Vec<PathBuf> = (0..30).map(|i| PathBuf::from(format!("/data/a/long/way/study_{i}"))).collect();
        let mut recent = Recent::new(studies);
        (0..29).for_each(|_| drop(recent.key(Key::char('j'))));
        for (width, height) in [(80, 24), (16, 5), (1, 1)] {
            let buf = recent.draw(&theme, Rect::new(0, 0, width, height));
            let text: String = buf.content.iter().map(|cell| cell.symbol()).collect();
            assert!(height < 5 || text.contains("study_29"), "{text}");
        }
    }
}
