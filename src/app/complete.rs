//! What could stand where something is being typed: columns, their values, functions and signs of a condition, or what a
//! command can be given.

use regex::Regex;
use std::sync::LazyLock;

use tables::expr::functions;
use tables::{Column, Expr};

use super::answers::{Slot, Wish};
use super::state::State;
use crate::methods::patients;
use crate::methods::values::{self, Held};
use crate::study::COHORT;
use figures::format;

/// One thing that could stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What would be written.
    pub text: String,
    /// What it is: a kind of column, how many patients have the value.
    pub note: String,
}

/// What could replace the text from `from` on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completion {
    /// The byte at which the word that is being typed begins.
    pub from: usize,
    /// What it could be, in an order that means something.
    pub choices: Vec<Choice>,
    /// Whether nothing else can be given.
    pub closed: bool,
}

impl Choice {
    /// A choice and what it is.
    pub fn new(text: impl Into<String>, note: impl Into<String>) -> Self {
        Self { text: text.into(), note: note.into() }
    }
}

impl Completion {
    /// One of these and nothing else.
    pub fn one_of(choices: impl IntoIterator<Item = Choice>) -> Self {
        Self { from: 0, choices: choices.into_iter().collect(), closed: true }
    }

    /// Names without a note.
    pub fn names<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self::one_of(names.into_iter().map(|name| Choice::new(name, "")))
    }
}

/// The values of a column of many patients.
const VALUES: Slot<values::Spec> = Slot::new("values");

/// A column's name, in backticks or bare.
const NAME: &str = r"(?:`(?P<quoted>(?:[^`]|``)+)`|(?P<bare>[\p{Alphabetic}_][\p{Alphabetic}\p{Nd}_.]*))";
const SIGN: &str = r"(?:==|=|!=|<>|<=|>=|<|>|≠|≤|≥)";

static COMPARED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"{NAME}\s*{SIGN}\s*$")).ok());
static LISTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"{NAME}\s+(?:not\s+)?in\s*[\(\[]?\s*(?:[^()\[\]`]*,\s*)?$")).ok());
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"(?:^|[\s(&|!]){NAME}\s+$")).ok());
static ENDED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let value = r#"(?:'[^']*'|"[^"]*"|`[^`]*`|[\p{Alphabetic}\p{Nd}_.]+|[)\]])"#;
    Regex::new(&format!(r"(?:{SIGN}\s*{value}|\sin\s*[^()\[\]]*[^\s,()\[\]]|[)\]])\s+$")).ok()
});

/// What could go on a condition in the expression language.
pub fn condition(state: &State, typed: &str) -> Completion {
    let from = word_start(typed);
    let before = &typed[..from];
    let found = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref()?.captures(before).and_then(name_in);
    let frame = state.cohort().map(|cohort| cohort.frame());
    let column = |name: &str| frame.and_then(|frame| frame.get(name));
    let choices = match compared(state, typed) {
        Some(Some(column)) => values(state, column),
        Some(None) => Vec::new(),
        None if is_match(&ENDED, before) => ["and", "or"].map(|word| Choice::new(word, "")).into(),
        None => match found(&NAMED).filter(|name| !is_joint(name) && column(name).is_some()) {
            Some(name) => signs(column(&name)),
            None => columns(state, &typed[from..]).into_iter().chain(calls()).collect(),
        },
    };
    Completion { from, choices, closed: false }
}

/// The column that the word being typed is compared with; where there is none of that name, nothing.
fn compared<'s>(state: &'s State, typed: &str) -> Option<Option<&'s Column>> {
    let before = &typed[..word_start(typed)];
    let found = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref()?.captures(before).and_then(name_in);
    let name = found(&COMPARED).or_else(|| found(&LISTED))?;
    Some(state.cohort().and_then(|cohort| cohort.frame().get(&name)))
}

fn is_match(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

fn name_in(found: regex::Captures<'_>) -> Option<String> {
    let quoted = found.name("quoted").map(|name| name.as_str().replace("``", "`"));
    let name = quoted.or_else(|| found.name("bare").map(|name| name.as_str().to_owned()))?;
    (!is_joint(&name)).then_some(name)
}

/// A word that joins conditions is no column.
fn is_joint(word: &str) -> bool {
    ["and", "or", "not", "in"].iter().any(|joint| word.eq_ignore_ascii_case(joint))
}

/// The byte at which the word at the end of `typed` begins: at its quote or backtick, if that is open.
fn word_start(typed: &str) -> usize {
    let mut open = None;
    for (at, c) in typed.char_indices() {
        match open {
            Some((_, quote)) if quote == c => open = None,
            Some(_) => {}
            None if matches!(c, '`' | '\'' | '"') => open = Some((at, c)),
            None => {}
        }
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    open.map_or_else(|| typed.trim_end_matches(is_word).len(), |(at, _)| at)
}

/// Of more columns than these, only those are offered whose name or label has what is typed in it.
const MANY_COLUMNS: usize = 1000;
/// And no more than these.
const MOST_COLUMNS: usize = 500;

/// Columns of a table that has many: first those that begin with `word`, then those with it in them, then those with its
/// letters in order.
fn alike<'c>(columns: impl Iterator<Item = &'c Column>, word: &str) -> Vec<&'c Column> {
    let word = word.trim_start_matches(['`', '\'', '"']).to_lowercase();
    let mut by_likeness: [Vec<&Column>; 3] = Default::default();
    for column in columns {
        let likeness =
            [column.name.as_str(), column.label()].into_iter().filter_map(|name| likeness(name, &word)).min();
        if let Some(likeness) = likeness {
            by_likeness[likeness].push(column);
        }
    }
    by_likeness.into_iter().flatten().take(MOST_COLUMNS).collect()
}

/// 0 where `name` begins with `word`, 1 where it has it in it, 2 where it has its letters.
fn likeness(name: &str, word: &str) -> Option<usize> {
    let name = name.to_lowercase();
    if name.starts_with(word) {
        return Some(0);
    }
    if name.contains(word) {
        return Some(1);
    }
    let mut letters = name.chars();
    word.chars().all(|wanted| letters.any(|letter| letter == wanted)).then_some(2)
}

/// The columns that a condition may name where `word` is being typed.
fn columns(state: &State, word: &str) -> Vec<Choice> {
    let Some(cohort) = state.cohort() else { return Vec::new() };
    let note = |column: &Column| {
        let label = (column.label() != column.name).then(|| format!("{}, ", column.label()));
        let unit = column.unit.as_ref().map(|unit| format!(", {unit}"));
        format!("{}{}{}", label.unwrap_or_default(), column.kind().word(), unit.unwrap_or_default())
    };
    let all = cohort.frame().columns();
    let offered = if all.len() > MANY_COLUMNS { alike(all, word) } else { all.collect() };
    let of_table = offered.into_iter().map(|column| Choice::new(Expr::of_name(&column.name), note(column)));
    let cohorts = (state.cohorts().len() > 1 && cohort.frame().get(COHORT).is_none())
        .then(|| Choice::new(COHORT, "which cohort"));
    let scores = state.plan().map(|plan| plan.score_names()).unwrap_or_default();
    of_table.chain(cohorts).chain(scores.into_iter().map(|name| Choice::new(Expr::of_name(&name), "score"))).collect()
}

fn calls() -> impl Iterator<Item = Choice> {
    functions().map(|function| {
        let name = function.usage.split('(').next().unwrap_or(function.usage);
        Choice::new(format!("{name}("), format!("{}: {}", function.usage, function.gives))
    })
}

fn signs(column: Option<&Column>) -> Vec<Choice> {
    let is_number = column.is_some_and(|column| column.numbers().is_some());
    let all: &[(&str, &str)] = match is_number {
        true => &[
            (">", "above"),
            (">=", "at least"),
            ("<", "below"),
            ("<=", "at most"),
            ("==", "equal"),
            ("in (", "one of"),
        ],
        false => &[("==", "equal"), ("!=", "other than"), ("in (", "one of"), ("not in (", "none of")],
    };
    all.iter().map(|(sign, note)| Choice::new(*sign, *note)).collect()
}

/// The values of a column with how many patients have them; of a number with many values what lies where. Of many patients
/// a worker looks them through.
fn values(state: &State, column: &Column) -> Vec<Choice> {
    if column.values.len() <= patients::MANY {
        return choices(state, &Held::of(column));
    }
    let known = state.answers.get(VALUES).filter(|known| known.column == column.name);
    known.map_or_else(Vec::new, |known| choices(state, &known.held))
}

/// The values that have to be looked for before a condition can be gone on with.
pub fn wanted(state: &State, typed: &str) -> Option<Wish> {
    let column = compared(state, typed)?.filter(|column| column.values.len() > patients::MANY)?;
    Some(VALUES.wants(values::Spec { column: column.name.clone() }))
}

fn choices(state: &State, held: &Held) -> Vec<Choice> {
    let n = |n: &usize| format!("n = {}", format::count(*n));
    let is_number = |level: &str| level.parse::<f64>().is_ok();
    match held {
        Held::Nothing => Vec::new(),
        Held::Levels(levels) => {
            let level = |(level, count): &(String, usize)| {
                let text = if is_number(level) { level.clone() } else { written(state, level) };
                Choice::new(text, n(count))
            };
            levels.iter().map(level).collect()
        }
        Held::Numbers(few) => few.iter().map(|(value, count)| Choice::new(value.to_string(), n(count))).collect(),
        Held::Spread(at) => {
            let named = ["smallest", "lower quartile", "median", "upper quartile", "largest"];
            at.iter().zip(named).map(|(value, name)| Choice::new(value.to_string(), name)).collect()
        }
    }
}

/// A level as a condition writes it: bare where that can mean nothing else.
fn written(state: &State, level: &str) -> String {
    let is_column = state.cohort().is_some_and(|cohort| cohort.frame().get(level).is_some());
    let bare = Expr::of_name(level) == level && !is_joint(level) && !is_column;
    match (bare, level.contains('\'')) {
        (true, _) => level.to_owned(),
        (false, false) => format!("'{level}'"),
        (false, true) => format!("\"{level}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_is_typed_begins_after_signs_and_at_open_quotes() {
        for (typed, word) in [("age > 60 & st", "st"), ("`CA-1", "`CA-1"), ("sex == 'fe", "'fe"), ("a in (b, ", "")] {
            assert_eq!(&typed[word_start(typed)..], word, "{typed}");
        }
    }

    #[test]
    fn of_many_columns_those_that_begin_with_the_word_are_offered_first() {
        let names = (0..2000).map(|k| format!("gene_a{k}_g_e")).chain(["age".to_owned(), "Stage".to_owned()]);
        let columns: Vec<Column> = names.map(|name| Column::new(name, tables::Values::Number(vec![1.0]), "")).collect();
        let offered = alike(columns.iter(), "age");
        assert_eq!(offered.len(), MOST_COLUMNS);
        assert_eq!([&offered[0].name, &offered[1].name], ["age", "Stage"]);
        assert!(alike(columns.iter(), "nobody").is_empty());
    }

    #[test]
    fn what_is_compared_is_found_before_the_value() {
        let name =
            |pattern: &LazyLock<Option<Regex>>, text: &str| pattern.as_ref().and_then(|p| name_in(p.captures(text)?));
        assert_eq!(name(&COMPARED, "age > 60 and `tumour size` >= ").as_deref(), Some("tumour size"));
        assert_eq!(name(&COMPARED, "age ").as_deref(), None);
        assert_eq!(name(&LISTED, "stage not in (I, ").as_deref(), Some("stage"));
        assert_eq!(name(&LISTED, "stage in I, ").as_deref(), Some("stage"));
        assert_eq!(name(&LISTED, "stage in (I) and ").as_deref(), None);
        for ended in ["age > 60 ", "stage in I, II ", "is_missing(x) ", "sex == 'a b' "] {
            assert!(is_match(&ENDED, ended), "{ended}");
        }
        for open in ["age ", "age > ", "stage in I, ", "age > 60 and "] {
            assert!(!is_match(&ENDED, open), "{open}");
        }
    }
}
