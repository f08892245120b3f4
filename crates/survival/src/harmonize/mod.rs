//! Harmonisation of features measured at several sites: ComBat, or z-scores within each site.
//!
//! ComBat models feature j of subject i at site s as
//! `y = alpha_j + X_i beta_j + sigma_j (gamma_sj + sqrt(delta_sj) e)` and takes gamma and delta out, leaving the effect of
//! the covariates X that are kept. The mean alpha_j is that of the sites weighted by their subjects, sigma_j^2 the
//! residual variance with divisor n. gamma and delta are shrunk towards what they are over all features of the site:
//! Johnson, Li and Rabinovic, Biostatistics 8:118, 2007; for images Fortin and others, NeuroImage 167:104, 2018. With a
//! reference site alpha and sigma are those of its subjects alone, which stay as they are.
//!
//! Values follow neuroCombat 0.2.12 to the rule that ends its iterations (they end when no estimate of the site changes by
//! more than a ten-thousandth of itself, changes of negative ones not counting) and to the single precision in which it
//! takes covariates: their first seven digits count.
//!
//! A fit holds all that is needed to treat other subjects, and never sees an outcome. Subjects of a site that the fit has
//! not seen get location and scale from the features of that site's own subjects, standardized by the stored mean, effects
//! and variance, with priors that are the average of those of the fitted sites; where only one site was fitted, which has
//! no shift from itself, the new site's features make its own prior, and the result is ComBat's with the fitted site as
//! reference.
//!
//! What the definitions leave open is settled, and said in [`HarmonizeNote`]: a feature without variance stays as it is and
//! takes no part in priors; a site with one subject has no variance and gets its location alone; so does, without empirical
//! Bayes, a feature that is constant within a site.

mod apply;
mod bayes;
mod error;
mod fit;
mod standard;
mod z_score;

pub use apply::{Harmonized, NewSite, SiteLine};
pub use error::{HarmonizeError, HarmonizeNote};
pub use z_score::fit_z_scores;

/// How the site estimates of a feature borrow from the other features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SitePrior {
    /// Normal locations and inverse gamma scales, parameters by moments.
    #[default]
    Parametric,
    /// The other features' own estimates, weighted by their likelihood.
    NonParametric,
    /// No borrowing: location and scale as estimated.
    None,
}

/// A covariate as neuroCombat takes it: in single precision.
fn single(value: f64) -> f64 {
    f64::from(value as f32)
}

/// What to fit; [`CombatSpec::check`] it, and [`CheckedCombat::fit`] does so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CombatSpec {
    /// Empirical Bayes, and which.
    pub prior: SitePrior,
    /// Leave scales as they are.
    pub mean_only: bool,
    /// The site whose subjects stay as they are and which the others are brought to.
    pub reference: Option<String>,
}

/// A specification without contradictions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedCombat(CombatSpec);

impl CombatSpec {
    /// Checks what can be checked without data.
    ///
    /// ```
    /// use survival::harmonize::{CombatSpec, SiteData, SitePrior};
    ///
    /// // One feature, which the scanner of site B shows by 10 too high.
    /// let feature = [1.0, 2.0, 3.0, 11.0, 12.0, 13.0];
    /// let data = SiteData { features: &[&feature], site: &["A", "A", "A", "B", "B", "B"], kept: &[] };
    /// let combat = CombatSpec { prior: SitePrior::None, reference: Some("A".into()), ..CombatSpec::default() }.check()?;
    /// let harmonised = combat.fit(&data, &survival::Unwatched)?.apply(&data, &survival::Unwatched)?;
    /// let mean = harmonised.features[0][3..].iter().sum::<f64>() / 3.0;
    /// assert!((mean - 2.0).abs() < 1e-9, "B's mean is A's");
    /// # Ok::<(), survival::harmonize::HarmonizeError>(())
    /// ```
    ///
    /// # Errors
    /// [`HarmonizeError::NoName`]: a `reference` without a name.
    pub fn check(self) -> Result<CheckedCombat, HarmonizeError> {
        match &self.reference {
            Some(name) if name.trim().is_empty() => Err(HarmonizeError::NoName),
            _ => Ok(CheckedCombat(self)),
        }
    }
}

/// Features of subjects with their sites; all slices have one value per subject.
#[derive(Debug, Clone, Copy)]
pub struct SiteData<'a> {
    /// Features in their order; NaN is a missing value, which stays missing.
    pub features: &'a [&'a [f64]],
    /// The site of each subject.
    pub site: &'a [&'a str],
    /// Covariates whose effect is kept, as numbers (a factor as one 0/1 column a level but the first); none missing.
    pub kept: &'a [&'a [f64]],
}

/// The prior of one site's estimates, over its features.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriorParameters {
    /// Mean of the locations.
    pub gamma_bar: f64,
    /// Variance of the locations (divisor one less than the features).
    pub tau2: f64,
    /// Shape of the inverse gamma of the scales; infinite where all features have one scale.
    pub shape: f64,
    /// Its scale; NaN where the shape is infinite. The mean is then in `delta_bar`.
    pub rate: f64,
    /// Mean of the squared scales.
    pub delta_bar: f64,
}

/// Estimates of one site: everything by feature.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteEstimates {
    /// Name of the site.
    pub name: String,
    /// Subjects in the fit.
    pub n: usize,
    /// Location before shrinking.
    pub gamma_hat: Vec<f64>,
    /// Squared scale before shrinking.
    pub delta_hat: Vec<f64>,
    /// Location that is taken off, in standard deviations of the feature.
    pub gamma_star: Vec<f64>,
    /// Square of the scale that is divided by.
    pub delta_star: Vec<f64>,
    /// The prior, where there was one.
    pub prior: Option<PriorParameters>,
}

/// A fitted harmonisation: `y -> sigma (z - gamma) / sqrt(delta) + alpha + X beta`, z the standardized value.
#[derive(Debug, Clone, PartialEq)]
pub struct Harmonizer {
    /// What was fitted; `None` for z-scores.
    pub combat: Option<CombatSpec>,
    /// The sites, sorted: as numbers where all are, else as text.
    pub sites: Vec<SiteEstimates>,
    /// Place of the reference among the sites.
    pub reference: Option<usize>,
    /// alpha of each feature, at covariates of zero.
    pub grand_mean: Vec<f64>,
    /// beta: for each covariate kept, the effect on each feature.
    pub effects: Vec<Vec<f64>>,
    /// sigma^2 of each feature.
    pub pooled_variance: Vec<f64>,
    /// Features without variance, which stay as they are.
    pub unchanged: Vec<usize>,
    /// What a reader should know.
    pub notes: Vec<HarmonizeNote>,
}

impl SiteData<'_> {
    /// Number of subjects.
    pub fn subjects(&self) -> usize {
        self.site.len()
    }

    /// Fails unless every column has a value per subject and values are finite or missing.
    fn check(&self) -> Result<(), HarmonizeError> {
        let n = self.site.len();
        if n == 0 || self.features.is_empty() {
            return Err(HarmonizeError::Empty);
        }
        if let Some(column) = self.features.iter().position(|f| f.len() != n) {
            let found = self.features[column].len();
            return Err(HarmonizeError::Length { what: "feature", column, found, expected: n });
        }
        for (column, values) in self.kept.iter().enumerate() {
            if values.len() != n {
                return Err(HarmonizeError::Length { what: "covariate", column, found: values.len(), expected: n });
            }
            if let Some(row) = values.iter().position(|v| !v.is_finite()) {
                return Err(HarmonizeError::Covariate { column, row });
            }
        }
        for (feature, values) in self.features.iter().enumerate() {
            if let Some(row) = values.iter().position(|v| v.is_infinite()) {
                return Err(HarmonizeError::Infinite { feature, row });
            }
        }
        Ok(())
    }

    /// Fails where a feature has no two values among the subjects `rows` of a site, or not the only one.
    fn check_site(&self, name: &str, rows: &[usize]) -> Result<(), HarmonizeError> {
        for (feature, column) in self.features.iter().enumerate() {
            let values = rows.iter().filter(|&&i| !column[i].is_nan()).count();
            if values < rows.len().min(2) {
                return Err(HarmonizeError::FewAtSite { feature, site: name.to_owned(), values });
            }
        }
        Ok(())
    }

    /// Names of the sites, sorted, with the rows of each.
    fn sites(&self) -> Vec<(String, Vec<usize>)> {
        let mut names: Vec<&str> = self.site.to_vec();
        let number = |name: &str| name.trim().parse::<f64>().ok().filter(|v| v.is_finite());
        if names.iter().all(|name| number(name).is_some()) {
            names.sort_by(|a, b| {
                let order = number(a).unwrap_or(f64::NAN).total_cmp(&number(b).unwrap_or(f64::NAN));
                order.then_with(|| a.cmp(b))
            });
        } else {
            names.sort_unstable();
        }
        names.dedup();
        let rows = |name: &str| (0..self.site.len()).filter(|&i| self.site[i] == name).collect();
        names.into_iter().map(|name| (name.to_owned(), rows(name))).collect()
    }
}

#[cfg(test)]
mod tests;
