//! Scripts for R: an analysis again, from the same file, with the same patients, levels and settings, by R's own packages.
//!
//! A script reads the file, keeps the rows that the analysis kept, makes its columns, and compares what R finds with what
//! is written into it, number by number. It ends with the largest difference, and with an error where that is beyond
//! 1e-6. A column that R cannot read from the file as it stands there (a derived column, a score, a date counted from
//! another) is written into the script itself.

mod censoring;
mod columns;
mod raw;
mod samples;
mod sums;
mod values;

use std::fmt::Write as _;
use std::path::Path;

use tables::Values;

use self::raw::Raw;
use super::covariates::Effect;
use crate::ask::grouping::grouped;
use crate::ask::{AskError, Dataset, Grouping, Selection};
use crate::study::{ImputeMethod, ModelSpec, Study};

pub use crate::ask::Source;
pub use censoring::UNCENSORED;
pub use samples::samples;
pub use sums::Sums;
pub use values::{name, number, numbers, one_line, text, texts, wrapped};

/// A script as it grows.
pub struct Script<'a> {
    data: &'a Dataset,
    raw: Option<Raw>,
    /// Rows of the cohort that the script's `data` holds, in its order.
    rows: Vec<usize>,
    packages: Vec<&'static str>,
    written: Vec<String>,
    lines: String,
}

/// Compares numbers of R with those written into the script.
const SAME: &str = r#"worst <- 0
same <- function(what, here, riskset) {
  here <- unname(as.numeric(here))
  if (length(here) != length(riskset)) stop(what, ": ", length(here), " values here, ", length(riskset), " in riskset")
  known <- is.finite(riskset)
  difference <- if (any(known)) max(abs(here[known] - riskset[known]) / pmax(1, abs(riskset[known]))) else 0
  if (is.na(difference)) stop(what, ": no value here")
  worst <<- max(worst, difference)
  if (length(here) == 1) cat(sprintf("%-40s %20.12g %20.12g\n", what, here, riskset))
  else cat(sprintf("%-40s %6d values, largest difference %.1e\n", what, length(here), difference))
}
"#;

/// What every script ends with.
const END: &str =
    "cat(sprintf(\"largest difference %.2e\\n\", worst))\nif (worst > 1e-6) stop(\"R and riskset differ\")";

impl<'a> Script<'a> {
    /// A script on the patients of `on`, with their follow-up as `time` and `status` if it names an endpoint.
    ///
    /// # Errors
    /// When the selection cannot be made.
    pub fn new(source: &Source<'a>, on: &Selection, what: &str) -> Result<Self, AskError> {
        let selected = source.data.select(on)?;
        let path = source.study.resolve(&source.study.table.path);
        let raw = Raw::read(&path, &source.study.table);
        let mut script = Self {
            data: source.data,
            raw,
            rows: selected.rows,
            packages: Vec::new(),
            written: Vec::new(),
            lines: String::new(),
        };
        script.head(source, on, what, &path);
        script.read(&path);
        if let (Some(name), Some(survival)) = (&on.endpoint, &selected.survival) {
            script.follow_up(source.study, name, survival);
        }
        for column in [&on.entry, &on.weights].into_iter().flatten() {
            script.column(column)?;
        }
        Ok(script)
    }

    /// Needs a package of R.
    pub fn package(&mut self, package: &'static str) {
        if !self.packages.contains(&package) {
            self.packages.push(package);
        }
    }

    /// Adds lines as they are.
    pub fn add(&mut self, lines: impl AsRef<str>) {
        self.lines.push_str(lines.as_ref());
        self.lines.push('\n');
    }

    /// Makes a column of the table a column of `data`; its name in a formula.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn column(&mut self, column: &str) -> Result<String, AskError> {
        if !self.written.iter().any(|written| written == column) {
            let found = self.data.cohort.frame().column(column).map_err(AskError::impossible)?;
            let line = columns::assignment(found, &self.rows, self.data, self.raw.as_ref());
            self.add(line);
            self.written.push(column.to_owned());
        }
        Ok(name(column))
    }

    /// The same as a factor, whatever the column holds.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn factor(&mut self, column: &str) -> Result<String, AskError> {
        let name = self.column(column)?;
        let found = self.data.cohort.frame().column(column).map_err(AskError::impossible)?;
        Ok(if matches!(found.values, Values::Number(_)) { format!("factor({name})") } else { name })
    }

    /// Keeps the rows in which every one of `columns` is known.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn complete(&mut self, columns: &[String]) -> Result<(), AskError> {
        for column in columns {
            self.column(column)?;
        }
        if columns.is_empty() {
            return Ok(());
        }
        self.add(format!("data <- data[complete.cases(data[{}]), ]", texts(columns)));
        let frame = self.data.cohort.frame();
        for column in columns {
            let values = &frame.column(column).map_err(AskError::impossible)?.values;
            self.rows.retain(|row| values::is_known(values, *row));
        }
        Ok(())
    }

    /// Makes the groups of `by` the factor `group` of `data`, and keeps the rows whose group is known; the groups' names.
    ///
    /// # Errors
    /// When nobody can be divided so.
    pub fn group(&mut self, by: Option<&Grouping>) -> Result<Vec<String>, AskError> {
        let Some(by) = by else {
            self.add("data$group <- factor(rep(\"all\", nrow(data)))");
            return Ok(vec!["all".to_owned()]);
        };
        let groups = grouped(self.data, by, &self.rows, &mut Vec::new())?;
        match by {
            Grouping::Column(column) => {
                self.column(column)?;
                self.add(format!(
                    "data$group <- factor(as.character(data[[{}]]), levels = {})\ndata <- data[!is.na(data$group), ]",
                    text(column),
                    texts(&groups.levels)
                ));
            }
            _ => {
                let mut codes: Vec<Option<usize>> = vec![None; self.rows.len()];
                groups.known.iter().zip(&groups.codes).for_each(|(i, code)| codes[*i] = Some(code + 1));
                let codes: Vec<String> =
                    codes.iter().map(|code| code.map_or("NA".to_owned(), |code| code.to_string())).collect();
                self.add(format!("# {}", by.words()));
                self.add(format!(
                    "data$group <- factor({}, levels = 1:{}, labels = {})",
                    wrapped(&codes),
                    groups.levels.len(),
                    texts(&groups.levels)
                ));
                self.add("data <- data[!is.na(data$group), ]");
            }
        }
        self.rows = groups.known.iter().map(|i| self.rows[*i]).collect();
        Ok(groups.levels)
    }

    /// Keeps these rows of the cohort, ascending, of those that `data` holds.
    pub fn keep(&mut self, rows: &[usize]) {
        self.add(format!("data <- data[{}, ]", rows_in(&self.rows, rows)));
        self.rows = rows.to_vec();
    }

    /// Makes `features` a matrix of these radiomic features for the patients of `rows`: from the table where they stand there,
    /// else as [`Script::extracted`] has it.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn features(&mut self, study: &Study, columns: &[String], rows: &[usize]) -> Result<(), AskError> {
        let frame = self.data.cohort.frame();
        if columns.iter().any(|name| frame.get(name).is_none()) {
            self.extracted(study, columns, rows);
            return Ok(());
        }
        let of = |name: &String| -> Result<String, AskError> {
            let column = frame.column(name).map_err(AskError::impossible)?;
            let values: Vec<f64> = rows.iter().map(|row| column.numbers().map_or(f64::NAN, |x| x[*row])).collect();
            Ok(format!("{} = {}", text(name), numbers(&values)))
        };
        let columns = columns.iter().map(of).collect::<Result<Vec<_>, _>>()?;
        self.add(format!("features <- cbind({})", columns.join(",\n  ")));
        Ok(())
    }

    /// Reads radiomic features, which stand in no table, from one that `riskset extract` writes: `features` holds those of
    /// `columns` for the patients of `rows`.
    pub fn extracted(&mut self, study: &Study, columns: &[String], rows: &[usize]) {
        let folder = one_line(&study.folder.display().to_string());
        let ids: Vec<&str> = rows.iter().map(|row| self.data.cohort.ids()[*row].as_str()).collect();
        self.add(format!(
            "# Radiomic features: the table that `riskset extract {folder} -o features.csv` writes, or one that is named behind\n\
             # the script's name.\n\
             file <- c(commandArgs(TRUE), \"features.csv\")[1]\n\
             if (!file.exists(file)) stop(\"write the features first: riskset extract {} -o \", file)\n\
             features <- read.csv(file, check.names = FALSE, colClasses = c({} = \"character\"))\n\
             columns <- {}\n\
             ids <- {}\n\
             features <- as.matrix(features[match(ids, features[[1]]), columns])",
            folder.replace('\\', "\\\\").replace('"', "\\\""),
            text(study.id.as_deref().unwrap_or("id")),
            texts(columns),
            texts(&ids),
        ));
    }

    /// Keeps `data` as it is now under the name `all`, for [`Script::back`].
    pub fn mark(&mut self) -> Vec<usize> {
        self.add("all <- data");
        self.rows.clone()
    }

    /// Makes `data` all that it was at the mark that gave `rows`.
    pub fn back(&mut self, rows: &[usize]) {
        self.add("data <- all");
        self.rows = rows.to_vec();
    }

    /// Compares what R finds with a number; not where there is none.
    pub fn same(&mut self, what: &str, found: &str, value: f64) {
        if value.is_finite() {
            self.add(format!("same({}, {found}, {})", text(what), number(value)));
        }
    }

    /// Compares a vector; numbers that are not there are not compared.
    pub fn same_all(&mut self, what: &str, found: &str, values: &[f64]) {
        if !values.is_empty() {
            self.add(format!("same({}, {found}, {})", text(what), numbers(values)));
        }
    }

    /// The script.
    pub fn finish(mut self) -> String {
        self.add(END);
        let packages: String = self
            .packages
            .iter()
            .map(|package| format!("suppressPackageStartupMessages(library({package}))\n"))
            .collect();
        // The packages belong behind the comments at the head.
        let (head, rest) = self.lines.split_once("\n\n").unwrap_or(("", &self.lines));
        format!("{head}\n\n{packages}{SAME}\n{rest}")
    }

    /// What it is, and who its patients are.
    fn head(&mut self, source: &Source<'_>, on: &Selection, what: &str, path: &Path) {
        let one_line = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
        let mut head =
            format!("# {}, by riskset {}; run it with Rscript.\n", one_line(what), env!("CARGO_PKG_VERSION"));
        let _ = writeln!(head, "# Table: {}", one_line(&path.display().to_string()));
        for step in &source.data.cohort.flow().steps {
            let _ = writeln!(head, "# {}: {} rows remain", one_line(&step.criterion), step.rows);
        }
        for (what, value) in [("Cohort", &on.cohort), ("Filter", &on.filter), ("Endpoint", &on.endpoint)] {
            if let Some(value) = value {
                let _ = writeln!(head, "# {what}: {}", one_line(value));
            }
        }
        self.lines = head + "\n";
    }

    /// The rows of the file.
    fn read(&mut self, path: &Path) {
        let frame = self.data.cohort.frame();
        let rows: Vec<u32> = self.rows.iter().map(|row| frame.row_id(*row).row).collect();
        if let Some(raw) = &self.raw {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            let read = raw.reading(&path);
            self.add(read);
            self.add(format!("rows <- {}", values::ranges(&rows)));
            self.add("raw <- raw[rows, , drop = FALSE]");
        } else {
            self.add("# The table is no plain text: its values are written here.");
            self.add(format!("rows <- {}", values::ranges(&rows)));
        }
        self.add("data <- data.frame(row = rows)");
    }

    /// The columns `time` and `status`.
    fn follow_up(&mut self, study: &Study, endpoint: &str, survival: &survival::Survival) {
        let spec = study.endpoint(endpoint);
        let raw = self.raw.as_ref();
        let time = raw.and_then(|raw| raw.time(spec?, survival.time(), &self.rows, self.data));
        let status = raw.and_then(|raw| raw.event(spec?, survival.event(), &self.rows, self.data));
        let events: Vec<f64> = survival.event().iter().map(|event| f64::from(u8::from(*event))).collect();
        let (time, status) =
            (time.unwrap_or_else(|| numbers(survival.time())), status.unwrap_or_else(|| numbers(&events)));
        self.add(format!("data$time <- {time}\ndata$status <- {status}"));
    }

    /// The rows of the cohort that `data` holds.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// `Surv(time, status)`, or with entry.
    pub fn surv(on: &Selection) -> String {
        match &on.entry {
            Some(entry) => format!("Surv({}, time, status)", name(entry)),
            None => "Surv(time, status)".to_owned(),
        }
    }

    /// `, weights = w`, if there are weights.
    pub fn weights(on: &Selection) -> String {
        on.weights.as_ref().map_or(String::new(), |weights| format!(", weights = {}", name(weights)))
    }
}

/// Refuses a model that fills in missing covariates: R would draw others.
///
/// # Errors
/// It does.
pub fn of_known(model: &ModelSpec) -> Result<(), AskError> {
    match model.impute {
        ImputeMethod::None => Ok(()),
        _ => Err(without(&format!("the model {}, which fills in missing covariates", model.name))),
    }
}

/// The places of `some` among `all`, as R counts them; both ascending.
pub fn rows_in(all: &[usize], some: &[usize]) -> String {
    let places: Vec<u32> = some.iter().filter_map(|one| Some(all.binary_search(one).ok()? as u32 + 1)).collect();
    values::ranges(&places)
}

/// A covariate as a term of a formula.
pub fn formula_term(effect: &Effect) -> String {
    match effect {
        Effect::Column(column) | Effect::Spline(column, _) => name(column),
        Effect::Product(columns) => columns.iter().map(|column| name(column)).collect::<Vec<_>>().join(":"),
    }
}

/// What has no script yet, said by the option that asks for it.
pub fn without(what: &str) -> AskError {
    AskError::Impossible(format!("there is no script for R with {what}; text, json and csv hold the numbers"))
}
