//! Sites before and after: the principal components of the features.

use figures::{Axis, Chart, Figure, Layer, Mark, Panels, format};
use serde::Serialize;
use survival::stats::components::Components;

use super::asked::Asked;

/// Components that are drawn.
const DRAWN: usize = 2;

/// Where rows lie along the first principal components of the features as they are measured, z-scored, before and after.
#[derive(Serialize)]
pub(super) struct Picture {
    /// Features without a missing value, which take part.
    features: usize,
    /// The share of the variance of the measured features in each component.
    shares: Vec<f64>,
    /// The share of each component's variance that lies between sites, before and after (R²).
    between_sites: [Vec<f64>; 2],
    #[serde(skip)]
    scores: [Vec<Vec<f64>>; 2],
    /// Names of the sites, in the order in which they come, and the site of each row.
    #[serde(skip)]
    sites: Vec<String>,
    #[serde(skip)]
    site: Vec<usize>,
}

impl Picture {
    /// None where the features have fewer than two components.
    pub fn of(asked: &Asked, harmonised: &[Vec<f64>]) -> Option<Self> {
        let (measured, names) = (asked.values(), asked.sites());
        let whole = |j: &usize| measured[*j].iter().chain(&harmonised[*j]).all(|value| value.is_finite());
        let complete: Vec<usize> = (0..measured.len()).filter(whole).collect();
        let before: Vec<&[f64]> = complete.iter().map(|&j| measured[j].as_slice()).collect();
        let after: Vec<&[f64]> = complete.iter().map(|&j| harmonised[j].as_slice()).collect();
        let components = Components::fit(&before, DRAWN);
        if components.shares.len() < DRAWN {
            return None;
        }
        let mut sites: Vec<String> = names.to_vec();
        sites.sort();
        sites.dedup();
        let site: Vec<usize> = names.iter().filter_map(|name| sites.iter().position(|s| s == name)).collect();
        let scores = [before, after].map(|values| components.scores(&values));
        let between = |scores: &Vec<Vec<f64>>| scores.iter().map(|along| between(along, &site, sites.len())).collect();
        Some(Self {
            features: complete.len(),
            between_sites: [between(&scores[0]), between(&scores[1])],
            shares: components.shares,
            scores,
            sites,
            site,
        })
    }

    /// In a sentence.
    pub fn words(&self) -> String {
        let percent = |share: f64| format!("{} %", format::fixed(100.0 * share, 0));
        let along = |k: usize| {
            let [before, after] = [0, 1].map(|state| percent(self.between_sites[state][k]));
            format!("{before} of the variance of component {} lies between sites before, {after} after", k + 1)
        };
        format!(
            "Principal components of {} features as z-scores: {}; {}.",
            format::count(self.features),
            along(0),
            along(1)
        )
    }

    /// Both states on the same axes.
    pub fn figure(&self) -> Figure {
        let range = |k: usize| {
            let all = || self.scores.iter().flat_map(|scores| scores[k].iter().copied());
            let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
            (low - 0.05 * (high - low), high + 0.05 * (high - low))
        };
        let axis = |k: usize| {
            let (low, high) = range(k);
            let share = format::fixed(100.0 * self.shares[k], 0);
            Axis::linear(format!("Component {} ({share} % of the variance)", k + 1)).between(low, high)
        };
        let panel = |state: usize, title: &str| {
            let of_site = |(s, name): (usize, &String)| {
                let of = |k: usize| -> Vec<f64> {
                    let along = self.scores[state][k].iter().zip(&self.site);
                    along.filter(|(_, site)| **site == s).map(|(score, _)| *score).collect()
                };
                let mark = Mark::Points { x: of(0), y: of(1), limits: None, names: Vec::new() };
                Layer::series(s, name.clone(), mark)
            };
            let layers = self.sites.iter().enumerate().map(of_site).collect();
            let share = format::fixed(100.0 * self.between_sites[state][0], 0);
            let remarks = vec![format!("{share} % of component 1 lie between sites")];
            Figure::new(title, Chart { x: axis(0), y: axis(1), layers, remarks, ..Chart::default() })
        };
        Figure::new("", Panels { columns: 2, figures: vec![panel(0, "Before"), panel(1, "After")] })
    }
}

/// The share of the variance of `values` that lies between groups.
fn between(values: &[f64], group: &[usize], groups: usize) -> f64 {
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
        (sum / n, n)
    };
    let (center, _) = mean(&mut values.iter().copied());
    let total: f64 = values.iter().map(|value| (value - center).powi(2)).sum();
    let of_group = |g: usize| {
        let (own, n) = mean(&mut values.iter().zip(group).filter(|(_, of)| **of == g).map(|(value, _)| *value));
        if n > 0.0 { n * (own - center).powi(2) } else { 0.0 }
    };
    (0..groups).map(of_group).sum::<f64>() / total
}
