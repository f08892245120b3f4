//! What is harmonised: the sites, features and covariates of a table or a study.

use anyhow::{anyhow, bail};
use survival::harmonize::{HarmonizeError, SiteData};
use tables::{Column, Expr, Frame, Values};

use super::Options;
use crate::cli::source::Source;
use crate::cli::{Common, Usage};
use crate::document::delimited::{self, Separator};
use crate::document::{Cell, ColumnSpec, Precision, Table};
use crate::study::matches;

/// At most so many rows are listed.
const LISTED: usize = 5;

pub(super) struct Asked {
    frame: Frame,
    /// The same, where a study's cohorts can be asked for by the name of `cohort`.
    conditions: Frame,
    site: Vec<String>,
    /// Names of the features, in the order of the table.
    pub features: Vec<String>,
    values: Vec<Vec<f64>>,
    /// Names of the covariates' columns of numbers.
    pub kept: Vec<String>,
    kept_values: Vec<Vec<f64>>,
    /// What is to be said of the choices.
    pub notes: Vec<String>,
}

impl Asked {
    pub fn new(options: &Options, source: &Source) -> anyhow::Result<Self> {
        let cohorts =
            Column::new("cohort", Values::Category(source.data.cohort.groups().clone()), "the study's cohorts");
        let outcome = source.event_column().filter(|event| options.keep.iter().any(|k| k == event));
        options.output.refuse_inputs(&source.study.sources(Some(&source.data.cohort)))?;
        let warning = outcome.map(|event| {
            format!("--keep {event}: the outcome is kept, and models of these features will find it: they are too good")
        });
        let (frame, mut notes) = with_radiomic_features(options, source)?;
        notes.extend(warning);
        let mut conditions = frame.clone();
        if conditions.get("cohort").is_none() {
            conditions.set(cohorts)?;
        }
        let mut asked = Self {
            site: sites(&frame, &options.site)?,
            features: Vec::new(),
            values: Vec::new(),
            kept: Vec::new(),
            kept_values: Vec::new(),
            notes,
            frame,
            conditions,
        };
        asked.take_features(options)?;
        for name in &options.keep {
            asked.keep(name)?;
        }
        Ok(asked)
    }

    fn take_features(&mut self, options: &Options) -> anyhow::Result<()> {
        for pattern in &options.features {
            let mut named = self.frame.columns().filter(|c| matches(pattern, &c.name)).peekable();
            if named.peek().is_none() {
                bail!("--features {pattern}: no column of the table is called so");
            }
            let literal = !pattern.contains(['*', '?']);
            if let (true, Some(column)) = (literal, named.next())
                && column.numbers().is_none()
            {
                bail!(
                    "--features {pattern}: a feature should hold numbers, and holds {} ({})",
                    column.kind(),
                    column.guess.reason
                );
            }
        }
        let is_other = |name: &str| name == options.site || options.keep.iter().any(|k| k == name);
        for column in self.frame.columns() {
            let wanted = options.features.iter().any(|pattern| matches(pattern, &column.name));
            if let (true, false, Some(values)) = (wanted, is_other(&column.name), column.numbers()) {
                self.features.push(column.name.clone());
                self.values.push(values.to_vec());
            }
        }
        match self.features.is_empty() {
            true => bail!("--features {}: none of these columns holds numbers", options.features.join(",")),
            false => Ok(()),
        }
    }

    /// Takes a covariate: numbers as they are, levels as one 0/1 column for each but the first.
    fn keep(&mut self, name: &str) -> anyhow::Result<()> {
        let column = self.frame.column(name)?;
        let missing: Vec<usize> = (0..self.frame.len()).filter(|&i| column.values.is_missing(i)).collect();
        if !missing.is_empty() {
            let places = places(&self.frame, &missing);
            bail!("--keep {name}: the value is missing in {places}; fill it in, or leave these rows out with --where");
        }
        match &column.values {
            Values::Number(numbers) => {
                self.kept.push(name.to_owned());
                self.kept_values.push(numbers.clone());
            }
            _ => {
                let factor = column.factor();
                for (level, label) in factor.levels.iter().enumerate().filter(|(l, _)| *l as u32 != factor.reference) {
                    let is = |code: &Option<u32>| f64::from(*code == Some(level as u32));
                    let values: Vec<f64> = factor.codes.iter().map(is).collect();
                    // A level that nobody has any more says nothing.
                    if values.contains(&1.0) {
                        self.kept.push(format!("{name}={label}"));
                        self.kept_values.push(values);
                    }
                }
            }
        }
        Ok(())
    }

    /// The features as they are measured, each with a value for every row.
    pub fn values(&self) -> &[Vec<f64>] {
        &self.values
    }

    /// The covariates kept, each with a value for every row.
    pub fn kept_values(&self) -> &[Vec<f64>] {
        &self.kept_values
    }

    /// The site of each row.
    pub fn sites(&self) -> &[String] {
        &self.site
    }

    pub fn all(&self) -> Vec<usize> {
        (0..self.frame.len()).collect()
    }

    /// The rows that are fitted to.
    pub fn fit_rows(&self, condition: Option<&str>) -> anyhow::Result<Vec<usize>> {
        let Some(text) = condition else { return Ok(self.all()) };
        let condition = Expr::parse(text).map_err(|error| Usage(format!("--fit-where: {error}")))?;
        let kept = condition.keep(&self.conditions).map_err(|error| anyhow!("--fit-where: {error}"))?;
        let rows: Vec<usize> = (0..kept.len()).filter(|&i| kept[i] == Some(true)).collect();
        if rows.is_empty() {
            bail!("--fit-where {text}: no row meets it");
        }
        Ok(rows)
    }

    /// Hands the rows `rows` to `then`.
    pub fn with<T>(&self, rows: &[usize], then: impl FnOnce(&SiteData) -> T) -> T {
        let pick = |columns: &[Vec<f64>]| -> Vec<Vec<f64>> {
            columns.iter().map(|c| rows.iter().map(|&i| c[i]).collect()).collect()
        };
        let (features, kept) = (pick(&self.values), pick(&self.kept_values));
        let features: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
        let kept: Vec<&[f64]> = kept.iter().map(Vec::as_slice).collect();
        let site: Vec<&str> = rows.iter().map(|&i| self.site[i].as_str()).collect();
        then(&SiteData { features: &features, site: &site, kept: &kept })
    }

    /// The error with the names of features and covariates instead of their numbers.
    pub fn explain(&self, error: HarmonizeError) -> anyhow::Error {
        let feature = |j: usize| &self.features[j];
        match error {
            HarmonizeError::Confounded { column } => anyhow!(
                "--keep {}: it cannot be told apart from the sites and the covariates before it (each site has one value of \
                 it, or nearly so); do not keep it",
                self.kept[column]
            ),
            HarmonizeError::FewAtSite { feature: j, site, values } => anyhow!(
                "{}: site {site} has {values} of the two values that are needed; leave the feature or the site out",
                feature(j)
            ),
            HarmonizeError::TooFew { feature: j, values, effects } => anyhow!(
                "{}: {values} values are too few for {effects} sites and covariates; leave the feature out",
                feature(j)
            ),
            HarmonizeError::Infinite { feature: j, .. } => {
                anyhow!("{}: a value is infinite; leave the feature out", feature(j))
            }
            HarmonizeError::NothingToBorrow(n) => anyhow!(
                "empirical Bayes borrows from other features, and only {n} have variance: name more, or --method location-scale"
            ),
            error => error.into(),
        }
    }

    /// The table with harmonised features in the place of the measured ones.
    pub fn table(&self, harmonised: &[Vec<f64>]) -> String {
        let mut table = Table::new(self.frame.names().map(ColumnSpec::left).collect::<Vec<_>>());
        let place: Vec<Option<usize>> = self.frame.names().map(|n| self.features.iter().position(|f| f == n)).collect();
        for i in 0..self.frame.len() {
            let cell = |(column, place): (&Column, &Option<usize>)| match (place, column.numbers()) {
                (Some(j), _) => Cell::number(harmonised[*j][i], ""),
                (None, Some(numbers)) => Cell::number(numbers[i], ""),
                (None, None) => column.values.text(i).map_or_else(Cell::missing, Cell::text),
            };
            table.push(self.frame.columns().zip(&place).map(cell).collect::<Vec<_>>());
        }
        delimited::table(&table, Separator::Comma, Precision::Full)
    }
}

/// The source with radiomic features where a study has images and a pattern names none of its columns.
pub(super) fn with_features(options: &Options, source: Source, common: &Common) -> anyhow::Result<Source> {
    let named = {
        let frame = source.data.cohort.frame();
        options.features.iter().all(|pattern| frame.names().any(|name| matches(pattern, name)))
    };
    if named || source.study.images.is_none() { Ok(source) } else { source.with_features(common) }
}

/// The table and what is to be said of it, with a column for each radiomic feature that was asked for.
fn with_radiomic_features(options: &Options, source: &Source) -> anyhow::Result<(Frame, Vec<String>)> {
    let has = |frame: &Frame, pattern: &str| frame.names().any(|name| matches(pattern, name));
    let mut frame = source.data.cohort.frame().clone();
    if options.features.iter().all(|pattern| has(&frame, pattern)) || source.study.images.is_none() {
        return Ok((frame, source.notes().to_vec()));
    }
    let features = &source.data.features;
    for j in 0..features.n_columns() {
        let values = (0..features.patients()).map(|i| features.value(i, j)).collect();
        frame.set(Column::new(features.column_name(j), Values::Number(values), "a radiomic feature"))?;
    }
    Ok((frame, source.notes().to_vec()))
}

fn sites(frame: &Frame, name: &str) -> anyhow::Result<Vec<String>> {
    let column = frame.column(name)?;
    let texts: Vec<Option<String>> = (0..frame.len()).map(|i| column.values.text(i)).collect();
    let missing: Vec<usize> = (0..texts.len()).filter(|&i| texts[i].is_none()).collect();
    if !missing.is_empty() {
        let places = places(frame, &missing);
        bail!("--site {name}: the site is missing in {places}; fill it in, or leave these rows out with --where");
    }
    Ok(texts.into_iter().flatten().collect())
}

/// `row 3, row 7 and 4 more`.
fn places(frame: &Frame, rows: &[usize]) -> String {
    let listed: Vec<String> = rows.iter().take(LISTED).map(|&i| frame.place_of(i).to_string()).collect();
    let more = rows.len().saturating_sub(LISTED);
    if more > 0 { format!("{} and {more} more", listed.join(", ")) } else { listed.join(", ") }
}
