//! A score of a model file in the patients of a study or table.

use survival::stats::describe::sum;
use tables::{Category, Column, Values};

use super::super::schema::{Feature, Score};
use crate::ask::{AskError, Dataset};
use crate::study::{GROUP_PREFIX, RAD_GROUP};
use figures::format;

/// A score with the place of each of its features.
pub(super) struct OfScore<'a> {
    pub(super) score: &'a Score,
    places: Vec<Place<'a>>,
    /// The place of each patient's site among those of the model, where it brings sites to one scale.
    sites: Option<Vec<Option<usize>>>,
}

enum Place<'a> {
    Column(&'a [f64]),
    Extracted(usize),
}

impl<'a> OfScore<'a> {
    pub(super) fn new(score: &'a Score, data: &'a Dataset) -> Result<Self, AskError> {
        let extracted: Vec<String> = (0..data.features.n_columns()).map(|j| data.features.column_name(j)).collect();
        let mut absent = Vec::new();
        let mut places = Vec::new();
        for feature in &score.features {
            let column = data.cohort.frame().get(&feature.name).and_then(Column::numbers);
            match (column, extracted.iter().position(|name| *name == feature.name)) {
                (Some(values), _) => places.push(Place::Column(values)),
                (None, Some(j)) => places.push(Place::Extracted(j)),
                (None, None) => absent.push(feature.name.clone()),
            }
        }
        match absent.as_slice() {
            [] => Ok(Self { score, places, sites: sites(score, data)? }),
            [first, rest @ ..] => Err(AskError::Impossible(format!(
                "the score {} takes the feature {first}{}, which is neither a column nor extracted from images",
                score.name,
                if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) }
            ))),
        }
    }

    fn feature(&self, data: &Dataset, k: usize, row: usize) -> f64 {
        match self.places[k] {
            Place::Column(values) => values[row],
            Place::Extracted(j) => data.features.value(row, j),
        }
    }

    /// The score of a row; what is missing or beyond training is flagged.
    pub(super) fn value(&self, data: &Dataset, row: usize, flags: &mut Vec<String>) -> Option<f64> {
        let features = &self.score.features;
        let mut values: Vec<f64> = (0..features.len()).map(|k| self.feature(data, k, row)).collect();
        let site = self.sites.as_ref().map(|sites| sites[row]);
        if let (Some(None), Some(column)) = (site, &self.score.site) {
            flags.push(format!("{column} is missing: no {}", self.score.name));
            return None;
        }
        for (feature, x) in features.iter().zip(&mut values) {
            flags.extend(self.flag(feature, *x));
            if let Some(line) = site.flatten().and_then(|site| feature.sites.get(site)) {
                *x = line.factor * *x + line.offset;
            }
        }
        let values = self.filled_in(&values);
        let value = sum(features.iter().zip(&values).map(|(f, x)| f.coef * ((x - f.mean) / f.sd)));
        Some(value).filter(|value| value.is_finite())
    }

    /// What is to be known of a value.
    fn flag(&self, feature: &Feature, x: f64) -> Option<String> {
        let name = &feature.name;
        match (x.is_nan(), feature.fill, &feature.from_others) {
            (false, ..) => beyond(name, x, Some(feature.min), Some(feature.max)),
            // It counts nothing itself.
            (true, ..) if feature.coef == 0.0 => None,
            (true, None, _) => Some(format!("{name} is missing: no {}", self.score.name)),
            (true, Some(_), Some(_)) => {
                Some(format!("{name} is missing: what other features let expect stands for it"))
            }
            (true, Some(_), None) => {
                let what = self.score.filled_by.as_deref().unwrap_or("median");
                Some(format!("{name} is missing: the {what} of training stands for it"))
            }
        }
    }

    /// The values with what stands for missing ones.
    fn filled_in(&self, values: &[f64]) -> Vec<f64> {
        let features = &self.score.features;
        let simply = |(feature, x): (&Feature, &f64)| feature.fill.filter(|_| x.is_nan()).unwrap_or(*x);
        let simple: Vec<f64> = features.iter().zip(values).map(simply).collect();
        let of = |name: &str| features.iter().position(|f| f.name == name).map_or(f64::NAN, |k| simple[k]);
        let one = |(k, x): (usize, &f64)| match &features[k].from_others {
            Some(line) if x.is_nan() => {
                let parts = line.features.iter().map(|other| other.coef * of(&other.feature));
                (line.intercept + parts.sum::<f64>()).clamp(line.lower, line.upper)
            }
            _ => simple[k],
        };
        values.iter().enumerate().map(one).collect()
    }

    /// The score of everybody as a column, or its groups where it is called so.
    pub(super) fn column(&self, data: &Dataset) -> Column {
        let name = &self.score.name;
        let values = (0..data.cohort.len()).map(|row| self.value(data, row, &mut Vec::new()));
        let values = match name == RAD_GROUP || name.starts_with(GROUP_PREFIX) {
            false => Values::Number(values.map(|value| value.unwrap_or(f64::NAN)).collect()),
            true => {
                let code = |group: &String| self.score.groups.iter().position(|own| own == group).map(|k| k as u32);
                let codes = values.map(|value| self.group(value).as_ref().and_then(code)).collect();
                Values::Category(Category { ordered: true, ..Category::new(self.score.groups.clone(), codes) })
            }
        };
        Column::new(name, values, "a score")
    }

    pub(super) fn group(&self, value: Option<f64>) -> Option<String> {
        self.score.group(value?).map(str::to_owned)
    }
}

/// The place of each patient's site among those of the score, if it brings sites to one scale.
fn sites(score: &Score, data: &Dataset) -> Result<Option<Vec<Option<usize>>>, AskError> {
    let (Some(name), Some(first)) = (&score.site, score.features.first()) else { return Ok(None) };
    let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
    let place = |row: usize| {
        let Some(text) = column.values.text(row) else { return Ok(None) };
        first.sites.iter().position(|line| line.site == text).map(Some).ok_or_else(|| {
            let known: Vec<&str> = first.sites.iter().map(|line| line.site.as_str()).collect();
            AskError::Impossible(format!(
                "{}: {name} is {text}, and the score {} knows {}: how {text} differs from them one patient does not tell. Harmonise \
                 several of its patients in the study, with a training cohort that holds them, or use a model without that step",
                data.cohort.ids()[row],
                score.name,
                known.join(", ")
            ))
        })
    };
    (0..data.cohort.len()).map(place).collect::<Result<_, _>>().map(Some)
}

/// A flag where `x` lies outside of what the training cohort has.
pub(super) fn beyond(name: &str, x: f64, min: Option<f64>, max: Option<f64>) -> Option<String> {
    let (min, max) = (min?, max?);
    let shown = |x: f64| format::chosen_to(x, 4);
    // A feature of another machine differs in its last digits.
    let slack = 1e-9 * (max - min);
    (x < min - slack || x > max + slack)
        .then(|| format!("{name} {} is beyond the training cohort ({} to {})", shown(x), shown(min), shown(max)))
}
