//! The fitted object as JSON, and what a reader should see of it.

use serde::Serialize;
use survival::harmonize::{Harmonized, Harmonizer, PriorParameters, SiteEstimates};

use super::asked::Asked;
use super::picture::Picture;
use crate::document::{Cell, ColumnSpec, Document, Table};

#[derive(Serialize)]
pub(super) struct Answer {
    method: &'static str,
    /// Those of the fit.
    sites: Vec<String>,
    reference: Option<String>,
    n: Vec<usize>,
    grand_mean: Vec<f64>,
    pooled_variance: Vec<f64>,
    gamma_star: Vec<Vec<f64>>,
    delta_star: Vec<Vec<f64>>,
    features: Vec<String>,
    /// Covariates kept, and the effect of each on every feature.
    kept: Vec<String>,
    effects: Vec<Vec<f64>>,
    priors: Vec<Option<Prior>>,
    /// Features without variance.
    unchanged: Vec<String>,
    new_sites: Vec<NewSite>,
    components: Option<Picture>,
    pub notes: Vec<String>,
}

#[derive(Serialize)]
struct Prior {
    gamma_bar: f64,
    tau2: f64,
    shape: f64,
    rate: f64,
}

/// A site that is not in the fit.
#[derive(Serialize)]
struct NewSite {
    site: String,
    n: usize,
    gamma_star: Vec<f64>,
    delta_star: Vec<f64>,
}

impl Answer {
    pub fn new(method: &'static str, asked: &Asked, fitted: &Harmonizer, applied: &Harmonized) -> Self {
        let prior = |prior: PriorParameters| {
            let PriorParameters { gamma_bar, tau2, shape, rate, .. } = prior;
            Prior { gamma_bar, tau2, shape, rate }
        };
        let new_site = |site: &SiteEstimates| NewSite {
            site: site.name.clone(),
            n: site.n,
            gamma_star: site.gamma_star.clone(),
            delta_star: site.delta_star.clone(),
        };
        Self {
            method,
            sites: fitted.sites.iter().map(|s| s.name.clone()).collect(),
            reference: fitted.reference.map(|r| fitted.sites[r].name.clone()),
            n: fitted.sites.iter().map(|s| s.n).collect(),
            grand_mean: fitted.grand_mean.clone(),
            pooled_variance: fitted.pooled_variance.clone(),
            gamma_star: fitted.sites.iter().map(|s| s.gamma_star.clone()).collect(),
            delta_star: fitted.sites.iter().map(|s| s.delta_star.clone()).collect(),
            features: asked.features.clone(),
            kept: asked.kept.clone(),
            effects: fitted.effects.clone(),
            priors: fitted.sites.iter().map(|s| s.prior.map(prior)).collect(),
            unchanged: fitted.unchanged.iter().map(|&j| asked.features[j].clone()).collect(),
            new_sites: applied.new_sites.iter().map(new_site).collect(),
            components: Picture::of(asked, &applied.features),
            notes: asked
                .notes
                .iter()
                .cloned()
                .chain(fitted.notes.iter().chain(&applied.notes).map(ToString::to_string))
                .collect(),
        }
    }

    /// Sites with how far they were off.
    pub fn document(&self) -> Document {
        let mut table = Table::new([
            ColumnSpec::left("Site"),
            ColumnSpec::right("n"),
            ColumnSpec::left("Part"),
            ColumnSpec::decimal("Median shift"),
            ColumnSpec::decimal("Largest shift"),
            ColumnSpec::decimal("Median scale"),
            ColumnSpec::decimal("Least scale"),
            ColumnSpec::decimal("Largest scale"),
        ]);
        let fitted = self.sites.iter().zip(&self.n).zip(self.gamma_star.iter().zip(&self.delta_star));
        for ((site, n), (gamma, delta)) in fitted {
            let part = if self.reference.as_ref() == Some(site) { "reference" } else { "fit" };
            table.push(row(site, *n, part, gamma, delta));
        }
        for new in &self.new_sites {
            table.push(row(&new.site, new.n, "new", &new.gamma_star, &new.delta_star));
        }
        let unit = match self.method {
            "z" => "mean and standard deviation that are taken off and divided by",
            _ => "shift taken off, in standard deviations of the feature, and scale divided by",
        };
        let title = format!("{} features harmonised by {}", self.features.len(), self.method);
        let sentence =
            format!("Over features: {unit}. --format csv writes the table, --format json the fitted object.");
        let document = Document::new(title).with(table).paragraph(sentence);
        let document = match &self.components {
            Some(picture) => document.with(picture.figure()).paragraph(picture.words()),
            None => document,
        };
        Document { notes: self.notes.clone(), ..document }
    }
}

fn row(site: &str, n: usize, part: &str, gamma: &[f64], delta: &[f64]) -> [Cell; 8] {
    let sorted = |values: Vec<f64>| {
        let mut values = values;
        values.sort_by(f64::total_cmp);
        values
    };
    let (shift, scale) = (sorted(gamma.to_vec()), sorted(delta.iter().map(|d| d.sqrt()).collect()));
    let middle = |values: &[f64]| survival::stats::describe::quantile_sorted(values, 0.5);
    let end =
        |values: &[f64]| values.iter().copied().fold(0.0, |far: f64, v| if v.abs() > far.abs() { v } else { far });
    [
        Cell::text(site),
        Cell::count(n),
        Cell::text(part),
        Cell::fixed(middle(&shift), 3),
        Cell::fixed(end(&shift), 3),
        Cell::fixed(middle(&scale), 3),
        Cell::fixed(scale[0], 3),
        Cell::fixed(scale[scale.len() - 1], 3),
    ]
}
