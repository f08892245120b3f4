//! What could be typed next: ranked by what is typed already, and listed above the line of input.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::input::clear;
use super::paragraph;
use crate::app::complete::{Choice, Completion};
use crate::theme::{Role, Theme};
use figures::format;

/// Lines of the list.
pub const MOST_LINES: u16 = 6;

/// The choices that match what stands from where the completion begins, best first.
pub fn ranked(completion: &Completion, typed: &str) -> Vec<Choice> {
    let word = typed.get(completion.from..).unwrap_or_default().trim_start();
    let word = word.trim_start_matches(['`', '\'', '"']);
    if word.is_empty() {
        return completion.choices.clone();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(word, CaseMatching::Ignore, Normalization::Smart);
    let mut scored: Vec<(u32, &Choice)> = Vec::new();
    for choice in &completion.choices {
        let mut score = |text: &str| pattern.match_list([text], &mut matcher).first().map(|(_, score)| *score);
        // What something is called counts for more than what is said of it.
        let name = score(&choice.text).map(|score| score + 1000);
        scored.extend(name.or_else(|| score(&choice.note)).map(|score| (score, choice)));
    }
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, choice)| choice.clone()).collect()
}

/// Lists choices in `area`, the one under the cursor in sight.
pub fn view(choices: &[Choice], chosen: Option<usize>, theme: &Theme, area: Rect, buf: &mut Buffer) {
    clear(area, theme, buf);
    let height = usize::from(area.height);
    let top = chosen.map_or(0, |at| (at + 1).saturating_sub(height));
    let width = choices.iter().skip(top).take(height).map(|choice| format::width(&choice.text)).max().unwrap_or(0);
    for (i, choice) in choices.iter().enumerate().skip(top).take(height) {
        let at = Rect { y: area.y + (i - top) as u16, height: 1, ..area };
        let (name, note) = if chosen == Some(i) { (Role::Selection, Role::Selection) } else { (Role::Text, Role::Dim) };
        let x = paragraph::line(&format!(" {}", format::pad_right(&choice.text, width)), name, theme, at, buf);
        let rest = Rect { x, width: area.right().saturating_sub(x), ..at };
        paragraph::line(&format!("  {}", choice.note), note, theme, rest, buf);
    }
    if choices.len() > top + height {
        let more = format!(" {} more ", format::count(choices.len() - top - height));
        let at = Rect {
            x: area.right().saturating_sub(more.len() as u16),
            y: area.bottom() - 1,
            height: 1,
            width: more.len() as u16,
        };
        paragraph::line(&more, Role::Dim, theme, at, buf);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_before_what_is_said_of_them() {
        let choices = ["stage", "ki67", "grade"]
            .map(|name| Choice::new(name, if name == "ki67" { "stage of growth" } else { "" }));
        let completion = Completion { from: 6, choices: choices.into(), closed: false };
        let names: Vec<String> = ranked(&completion, "age & stg").into_iter().map(|choice| choice.text).collect();
        assert_eq!(names, ["stage", "ki67"]);
        assert_eq!(ranked(&completion, "age & ").len(), 3);
    }
}
