//! The file as R reads it: text, field by field. A column is taken from there only where that gives the values that the
//! analysis used, row by row.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tables::{Column, MISSING, Values};

use super::values::{releveled, text, texts};
use crate::ask::Dataset;
use crate::study::{EndpointSource, EndpointSpec, TableSpec};

/// The fields of a text table.
pub struct Raw {
    separator: char,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    missing: Vec<String>,
}

impl Raw {
    /// The table at `path`; none if it is no plain text in UTF-8.
    pub fn read(path: &Path, spec: &TableSpec) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        if !matches!(ending.as_str(), "csv" | "tsv" | "txt" | "tab") {
            return None;
        }
        let bytes = fs::read(path).ok()?;
        let whole = String::from_utf8(bytes).ok()?;
        let whole = whole.strip_prefix('\u{feff}').unwrap_or(&whole);
        let first = whole.lines().next()?;
        let found = [',', ';', '\t', '|'].into_iter().max_by_key(|c| first.matches(*c).count());
        let separator = spec.delimiter.or(found)?;
        let mut lines = fields(whole, separator).into_iter();
        let header: Vec<String> = lines.next()?.into_iter().map(|field| field.trim().to_owned()).collect();
        let rows: Vec<Vec<String>> =
            lines.filter(|row| row.len() > 1 || row.iter().any(|f| !f.trim().is_empty())).collect();
        if rows.iter().any(|row| row.len() != header.len()) {
            return None;
        }
        let known = MISSING.iter().map(|word| word.to_lowercase());
        let missing = known.chain(spec.missing.iter().map(|word| word.to_lowercase())).collect();
        Some(Self { separator, header, rows, missing })
    }

    /// The lines that read it in R.
    pub fn reading(&self, path: &Path) -> String {
        let missing: Vec<&str> = std::iter::once("").chain(self.missing.iter().map(String::as_str)).collect();
        format!(
            "raw <- read.table({}, header = TRUE, sep = {}, quote = \"\\\"\", comment.char = \"\", colClasses = \"character\",\n  \
             na.strings = character(), check.names = FALSE, encoding = \"UTF-8\", fileEncoding = \"UTF-8-BOM\")\n\
             names(raw) <- trimws(names(raw))\n\
             raw[] <- lapply(raw, function(x) {{ x <- trimws(x); x[tolower(x) %in% {}] <- NA; x }})",
            text(&path.display().to_string()),
            if self.separator == '\t' { "\"\\t\"".to_owned() } else { text(&self.separator.to_string()) },
            texts(&missing),
        )
    }

    /// What stands in a column, in the cohort's `rows`.
    fn fields(&self, column: &str, rows: &[usize], data: &Dataset) -> Option<Vec<Option<&str>>> {
        // R would not know which of two columns is meant.
        let at = self.header.iter().position(|name| name == column)?;
        if self.header.iter().filter(|name| *name == column).count() > 1 {
            return None;
        }
        let frame = data.cohort.frame();
        let field = |row: &usize| {
            let field = self.rows.get(frame.row_id(*row).row.checked_sub(1)? as usize)?.get(at)?.trim();
            Some(Some(field).filter(|f| !f.is_empty() && !self.missing.contains(&f.to_lowercase())))
        };
        rows.iter().map(field).collect()
    }

    /// The numbers of a column.
    fn numbers(&self, column: &str, rows: &[usize], data: &Dataset) -> Option<Vec<f64>> {
        let plain = |field: &str| field.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
        let value = |field: Option<&str>| match field {
            None => Some(f64::NAN),
            Some(field) if plain(field) => field.parse().ok(),
            Some(_) => None,
        };
        self.fields(column, rows, data)?.into_iter().map(value).collect()
    }

    /// How R makes `column` from the file; none where that would give other values.
    pub fn column(&self, column: &Column, rows: &[usize], data: &Dataset) -> Option<String> {
        let source = format!("raw[[{}]]", text(&column.name));
        match &column.values {
            Values::Number(values) => {
                let read = self.numbers(&column.name, rows, data)?;
                let equal = |(row, x): (&usize, &f64)| values[*row] == *x || values[*row].is_nan() && x.is_nan();
                rows.iter().zip(&read).all(equal).then(|| format!("as.numeric({source})"))
            }
            Values::Category(category) => {
                let fields = self.fields(&column.name, rows, data)?;
                let mut codes: BTreeMap<&str, u32> = BTreeMap::new();
                for (row, field) in rows.iter().zip(&fields) {
                    match (category.codes[*row], field) {
                        (None, None) => {}
                        (Some(code), Some(field)) if *codes.entry(*field).or_insert(code) == code => {}
                        _ => return None,
                    }
                }
                let mut pairs: Vec<(u32, &str)> = codes.into_iter().map(|(field, code)| (code, field)).collect();
                pairs.sort();
                let (levels, labels): (Vec<&str>, Vec<&str>) =
                    pairs.iter().map(|(code, field)| (*field, category.levels[*code as usize].as_str())).unzip();
                let labels = if levels == labels { String::new() } else { format!(", labels = {}", texts(&labels)) };
                let factor = format!("factor({source}, levels = {}{labels})", texts(&levels));
                let occurs = pairs.iter().any(|(code, _)| *code == category.reference);
                Some(if occurs { releveled(&factor, category) } else { factor })
            }
            Values::Date(_) | Values::Text(_) => None,
        }
    }

    /// How R makes the endpoint's times, in the unit that they are shown in.
    pub fn time(&self, spec: &EndpointSpec, times: &[f64], rows: &[usize], data: &Dataset) -> Option<String> {
        let EndpointSource::Times { time, unit, .. } = &spec.source else { return None };
        let read = self.numbers(time, rows, data)?;
        if !read.iter().zip(times).all(|(x, time)| unit.convert(*x, spec.show) == *time) {
            return None;
        }
        let source = format!("as.numeric(raw[[{}]])", text(time));
        Some(match *unit == spec.show {
            true => source,
            false => format!("{source} * {:?} / {:?}", unit.days(), spec.show.days()),
        })
    }

    /// How R makes the endpoint's events.
    pub fn event(&self, spec: &EndpointSpec, events: &[bool], rows: &[usize], data: &Dataset) -> Option<String> {
        let (EndpointSource::Times { event, .. } | EndpointSource::Interval { event, .. }) = &spec.source else {
            return None;
        };
        let fields = self.fields(&event.column, rows, data)?;
        let mut meaning: BTreeMap<&str, bool> = BTreeMap::new();
        for (field, happened) in fields.iter().zip(events) {
            if *meaning.entry((*field)?).or_insert(*happened) != *happened {
                return None;
            }
        }
        let is: Vec<&str> = meaning.into_iter().filter(|(_, happened)| *happened).map(|(field, _)| field).collect();
        Some(format!("as.integer(raw[[{}]] %in% {})", text(&event.column), texts(&is)))
    }
}

/// The fields of every line; quoted ones may hold separators, quotes and line breaks.
fn fields(whole: &str, separator: char) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = whole.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            c if c == separator && !quoted => line.push(std::mem::take(&mut field)),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                line.push(std::mem::take(&mut field));
                lines.push(std::mem::take(&mut line));
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() || !line.is_empty() {
        line.push(field);
        lines.push(line);
    }
    lines
}
