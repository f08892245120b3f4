//! The command palette: find a command by a few letters of its name, with its argument behind it.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};

use super::choices;
use crate::app::State;
use crate::app::command::{self, Command};
use crate::app::complete::{Choice, Completion};
use crate::app::pane_id::PaneId;

/// What the palette found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Found {
    /// A command.
    Command(&'static Command),
    /// A view of a pane.
    View(PaneId, &'static str),
}

/// A name that is written out, and one whose words only stand in what a command says of itself.
const WRITTEN_OUT: u32 = 1_000_000;
const BY_HELP: u32 = 1;

/// How well words match a text.
fn score(matcher: &mut Matcher, text: &str, words: &str) -> Option<u32> {
    let pattern = Pattern::parse(words, CaseMatching::Ignore, Normalization::Smart);
    pattern.match_list([text], matcher).first().map(|(_, score)| *score)
}

/// Commands that match `typed`, each with how well; all when nothing is typed.
///
/// The first word is matched against names and titles, unless the whole text is a better match for a title.
fn scored(typed: &str, matcher: &mut Matcher) -> Vec<(u32, Found)> {
    let (word, _) = split(typed);
    let of = |command: &'static Command| {
        if word.is_empty() {
            return Some((0, Found::Command(command)));
        }
        let exact = if command.name == word { WRITTEN_OUT } else { 0 };
        let best = score(matcher, command.name, word).max(score(matcher, command.title, typed));
        let by_help =
            || (word.len() > 3 && command.help.to_lowercase().contains(&word.to_lowercase())).then_some(BY_HELP);
        Some((best.or_else(by_help)? + exact, Found::Command(command)))
    };
    command::all().filter_map(of).collect()
}

/// The best first. The sort is stable: equals stay in the order of the list.
fn ranked(mut scored: Vec<(u32, Found)>) -> Vec<Found> {
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, found)| found).collect()
}

/// Commands and views that match `typed`, best first; all commands in their own order when nothing is typed.
pub fn found(s: &State, typed: &str) -> Vec<Found> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut all = scored(typed, &mut matcher);
    let typed = typed.trim();
    if !typed.is_empty() {
        for (pane, view) in &s.views {
            let exact = if view.eq_ignore_ascii_case(typed) { WRITTEN_OUT - 1 } else { 0 };
            let best =
                score(&mut matcher, view, typed).max(score(&mut matcher, &format!("{} {view}", pane.title()), typed));
            all.extend(best.map(|best| (best + exact, Found::View(*pane, view))));
        }
    }
    ranked(all)
}

/// Commands that match `typed`, best first.
pub fn matches(typed: &str) -> Vec<&'static Command> {
    let all = ranked(scored(typed, &mut Matcher::new(Config::DEFAULT))).into_iter();
    all.filter_map(|found| if let Found::Command(command) = found { Some(command) } else { None }).collect()
}

/// The command whose argument is being typed, and where that begins.
pub fn argument(typed: &str) -> Option<(&'static Command, usize)> {
    let lead = typed.len() - typed.trim_start().len();
    let word = lead + typed[lead..].find(char::is_whitespace)?;
    let command = matches(&typed[..word]).into_iter().next()?;
    Some((command, typed.len() - typed[word..].trim_start().len()))
}

/// What could be given to the command that is typed, best first; nothing while none is, or it takes nothing.
pub fn given(s: &State, typed: &str) -> Option<(Completion, Vec<Choice>)> {
    let (command, from) = argument(typed)?;
    let mut completion = (command.complete)(s, &typed[from..]);
    let ranked = choices::ranked(&completion, &typed[from..]);
    completion.from += from;
    (!completion.choices.is_empty()).then_some((completion, ranked))
}

/// The command's word and the argument behind it.
pub fn split(typed: &str) -> (&str, Option<&str>) {
    match typed.trim_start().split_once(char::is_whitespace) {
        Some((word, rest)) => (word, Some(rest.trim()).filter(|r| !r.is_empty())),
        None => (typed.trim(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_wins_and_letters_find() {
        assert_eq!(matches("km stage")[0].name, "km");
        assert_eq!(matches("expo")[0].name, "export");
        assert_eq!(matches("stratify by")[0].name, "km.by");
        assert_eq!(matches("").len(), command::all().count());
        assert!(matches("zzzz").is_empty());
        assert_eq!(split(":filter".trim_start_matches(':')), ("filter", None));
        assert_eq!(split("filter age > 60"), ("filter", Some("age > 60")));
    }
}
