//! Reading a TOML file so that every mistake in it is found at once, each with its line and column.
//!
//! A [`Section`] is asked for its keys one by one. What is of the wrong type is listed and taken for absent; what was
//! never asked for is listed as unknown, with the nearest of the keys that were.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::path::Path;

use tables::problem::{Place, Problem};
use tables::{date, nearest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::spec::Places;

/// A TOML file being read.
pub(super) struct Document<'t> {
    text: &'t str,
    file: &'t Path,
    line_starts: Vec<usize>,
    problems: RefCell<Vec<Problem>>,
    places: RefCell<Places>,
}

/// A table of the file.
pub(super) struct Section<'d, 't> {
    document: &'d Document<'t>,
    path: String,
    table: &'d DeTable<'t>,
    asked: RefCell<Vec<String>>,
    takes_any: Cell<bool>,
}

/// A value of the file with the path of its key.
pub(super) struct Item<'d, 't> {
    document: &'d Document<'t>,
    pub path: String,
    value: &'d Spanned<DeValue<'t>>,
}

impl<'t> Document<'t> {
    pub fn new(text: &'t str, file: &'t Path) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(breaks).collect();
        Self { text, file, line_starts, problems: RefCell::default(), places: RefCell::default() }
    }

    /// Parses the file; what is not TOML is listed, and the rest is returned.
    pub fn parse(&self) -> Spanned<DeTable<'t>> {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let place = error.span().map_or_else(|| Place::file(self.file), |span| self.place(&span));
            let message = error.message().lines().next().unwrap_or("not TOML").to_owned();
            let hint = (message.contains("string") || message.contains("quote"))
                .then(|| "texts stand in quotes: id = \"patient\"".to_owned());
            self.push(Problem { remedy: hint, ..Problem::error(place, message) });
        }
        root
    }

    pub fn root<'d>(&'d self, root: &'d Spanned<DeTable<'t>>) -> Section<'d, 't> {
        Section::of(self, String::new(), root.get_ref())
    }

    pub fn push(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// The problems found and the places of everything asked for.
    pub fn into_findings(self) -> (Vec<Problem>, Places) {
        (self.problems.into_inner(), self.places.into_inner())
    }

    /// Line and column, from 1 and in characters, of a byte.
    fn spot(&self, at: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|&start| start <= at);
        let start = self.line_starts[line - 1];
        (line, self.text.get(start..at).map_or(0, |before| before.chars().count()) + 1)
    }

    fn place(&self, span: &Range<usize>) -> Place {
        let (line, column) = self.spot(span.start);
        Place::file(self.file).at(line, column)
    }
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

impl<'d, 't> Section<'d, 't> {
    fn of(document: &'d Document<'t>, path: String, table: &'d DeTable<'t>) -> Self {
        Self { document, path, table, asked: RefCell::default(), takes_any: Cell::new(false) }
    }

    /// The value of `key`, if it is there.
    pub fn get(&self, key: &str) -> Option<Item<'d, 't>> {
        self.asked.borrow_mut().push(key.to_owned());
        let (_, value) = self.table.iter().find(|(k, _)| k.get_ref() == key)?;
        Some(Item::of(self.document, joined(&self.path, key), value))
    }

    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.text()
    }

    pub fn texts(&self, key: &str) -> Option<Vec<String>> {
        self.get(key)?.texts()
    }

    pub fn whole(&self, key: &str) -> Option<u64> {
        self.get(key)?.whole()
    }

    pub fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)?.flag()
    }

    pub fn choice<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        self.get(key)?.choice(words)
    }

    pub fn section(&self, key: &str) -> Option<Section<'d, 't>> {
        self.get(key)?.section()
    }

    /// Every entry that was not asked for yet, in the file's order: the section has free names for keys.
    pub fn others(&self) -> Vec<(String, Item<'d, 't>)> {
        self.takes_any.set(true);
        let asked = self.asked.borrow();
        let others = self.table.iter().filter(|(key, _)| !asked.iter().any(|a| a == key.get_ref()));
        others
            .map(|(key, value)| {
                let key = key.get_ref().to_string();
                let item = Item::of(self.document, joined(&self.path, &key), value);
                (key, item)
            })
            .collect()
    }

    /// A mistake of the section as a whole.
    pub fn error(&self, message: impl Into<String>, remedy: &str) {
        let spot = self.document.places.borrow().find(&self.path);
        let file = Place::file(self.document.file);
        let place = spot.map_or(file.clone(), |(line, column)| file.at(line, column));
        let problem = Problem::error(place, message);
        self.document.push(if remedy.is_empty() { problem } else { problem.remedy(remedy) });
    }

    /// Lists the keys that were never asked for.
    pub fn finish(self) {
        if self.takes_any.get() {
            return;
        }
        let asked = self.asked.borrow();
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if asked.iter().any(|a| a == name) {
                continue;
            }
            let within = if self.path.is_empty() { String::new() } else { format!(" in [{}]", self.path) };
            let problem = Problem::error(self.document.place(&key.span()), format!("unknown key {name}{within}"));
            let known = asked.iter().map(String::as_str);
            let remedy = match nearest(name, known) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("known keys are {}", asked.join(", ")),
            };
            self.document.push(problem.remedy(remedy));
        }
    }
}

impl<'d, 't> Item<'d, 't> {
    fn of(document: &'d Document<'t>, path: String, value: &'d Spanned<DeValue<'t>>) -> Self {
        // The place of a text is that of its first character, so that places inside an expression can be counted on.
        let start = value.span().start;
        let quoted = matches!(value.get_ref(), DeValue::String(_));
        let quotes = document.text.get(start..).map_or(0, |rest| match rest {
            _ if !quoted => 0,
            _ if rest.starts_with("\"\"\"") || rest.starts_with("'''") => 3,
            _ => 1,
        });
        let (line, column) = document.spot(start + quotes);
        document.places.borrow_mut().note(path.clone(), line, column);
        Self { document, path, value }
    }

    fn kind(&self) -> &'static str {
        match self.value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a section",
        }
    }

    /// The last part of the key's path.
    fn key(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// A mistake in this value.
    pub fn error(&self, message: impl Into<String>, remedy: impl Into<Option<String>>) {
        let place = self.document.place(&self.value.span());
        self.document.push(Problem { remedy: remedy.into(), ..Problem::error(place, message) });
    }

    /// The place of the text inside its quotes.
    pub fn place(&self) -> Place {
        let file = Place::file(self.document.file);
        match self.document.places.borrow().find(&self.path) {
            Some((line, column)) => file.at(line, column),
            None => file,
        }
    }

    pub fn push(&self, problem: Problem) {
        self.document.push(problem);
    }

    fn wrong<T>(&self, wanted: &str) -> Option<T> {
        self.error(format!("{} should be {wanted}, and is {}", self.key(), self.kind()), None);
        None
    }

    pub fn is_section(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::Table(_))
    }

    pub fn is_list(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::Array(_))
    }

    pub fn is_text(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::String(_))
    }

    /// A text. It may not be empty.
    pub fn text(&self) -> Option<String> {
        match self.value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                self.error(format!("{} is empty", self.key()), None);
                None
            }
            DeValue::String(text) => Some(text.to_string()),
            _ => self.wrong("text in quotes"),
        }
    }

    /// A value of the table: text, or a number or truth value as it would be typed.
    pub fn value_text(&self) -> Option<String> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(_) | DeValue::Float(_) => self.number().map(|x| x.to_string()),
            DeValue::Boolean(value) => Some(value.to_string()),
            _ => self.wrong("a value of the table, as text or a number"),
        }
    }

    /// One value of the table, or a list of them.
    pub fn texts(&self) -> Option<Vec<String>> {
        match self.items() {
            Some(items) => Some(items.iter().filter_map(Item::value_text).collect()),
            None => self.value_text().map(|text| vec![text]),
        }
    }

    /// The members of a list.
    pub fn items(&self) -> Option<Vec<Item<'d, 't>>> {
        let DeValue::Array(list) = self.value.get_ref() else { return None };
        let item = |(k, value)| Item::of(self.document, format!("{}.{k}", self.path), value);
        Some(list.iter().enumerate().map(item).collect())
    }

    pub fn number(&self) -> Option<f64> {
        let parsed = match self.value.get_ref() {
            DeValue::Integer(value) => i64::from_str_radix(value.as_str(), value.radix()).ok().map(|x| x as f64),
            DeValue::Float(value) => value.as_str().parse().ok(),
            _ => return self.wrong("a number"),
        };
        match parsed.filter(|x| x.is_finite()) {
            Some(number) => Some(number),
            None => self.wrong("a finite number"),
        }
    }

    /// A whole number that is not negative.
    pub fn whole(&self) -> Option<u64> {
        match self.value.get_ref() {
            DeValue::Integer(value) => {
                u64::from_str_radix(value.as_str(), value.radix()).ok().or_else(|| self.wrong("a whole number from 0"))
            }
            _ => self.wrong("a whole number from 0"),
        }
    }

    pub fn flag(&self) -> Option<bool> {
        match self.value.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong("true or false"),
        }
    }

    /// A day, as `2023-12-31` with or without quotes.
    pub fn date(&self) -> Option<i32> {
        match self.value.get_ref() {
            DeValue::Datetime(moment) => {
                let day = moment.date.and_then(|d| date::days(i32::from(d.year), u32::from(d.month), u32::from(d.day)));
                day.or_else(|| self.wrong("a date such as 2023-12-31"))
            }
            DeValue::String(text) => date::parse_iso(text).or_else(|| self.wrong("a date such as 2023-12-31")),
            _ => self.wrong("a date such as 2023-12-31"),
        }
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*meaning);
        }
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let remedy = match nearest(&text, all.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("it can be {}", all.join(", ")),
        };
        self.error(format!("{} cannot be {text}", self.key()), remedy);
        None
    }

    pub fn section(&self) -> Option<Section<'d, 't>> {
        match self.value.get_ref() {
            DeValue::Table(table) => Some(Section::of(self.document, self.path.clone(), table)),
            _ => self.wrong("a section"),
        }
    }
}
