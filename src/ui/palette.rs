//! The command palette: find a command by a few letters of its name, with its argument behind it.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};

use super::choices;
use crate::app::State;
use crate::app::command::{self, Command};
use crate::app::complete::{Choice, Completion};

/// Commands that match `typed`, best first; all in their own order when nothing is typed.
///
/// The first word is matched against names and titles, unless the whole text is a better match for a title.
pub fn matches(typed: &str) -> Vec<&'static Command> {
    let (word, _) = split(typed);
    if word.is_empty() {
        return command::all().collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut scored: Vec<(u32, &Command)> = Vec::new();
    for command in command::all() {
        let mut score = |text: &str, words: &str| {
            let pattern = Pattern::parse(words, CaseMatching::Ignore, Normalization::Smart);
            pattern.match_list([text], &mut matcher).first().map(|(_, score)| *score)
        };
        let exact = if command.name == word { 1_000_000 } else { 0 };
        let best = score(command.name, word).max(score(command.title, typed));
        if let Some(best) = best {
            scored.push((best + exact, command));
        }
    }
    // The sort is stable: equals stay in the order of the list.
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, command)| command).collect()
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
