//! Applying a fit: to its own subjects or to others, of known or of new sites.

use super::fit::{SiteMoments, StoredPriors};
use super::{HarmonizeError, HarmonizeNote, Harmonizer, PriorParameters, SiteData, SiteEstimates};
use watch::Watch;

/// Harmonised features.
#[derive(Debug, Clone, PartialEq)]
pub struct Harmonized {
    /// One column a feature, a value per subject; NaN where it was missing.
    pub features: Vec<Vec<f64>>,
    /// Sites that the fit had not seen.
    pub new_sites: Vec<NewSite>,
    /// What a reader should know.
    pub notes: Vec<HarmonizeNote>,
}

/// What a harmonisation does to one feature at one site: `factor * y + offset`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SiteLine {
    /// Name of the site.
    pub site: String,
    /// What the value is multiplied by.
    pub factor: f64,
    /// What is added then.
    pub offset: f64,
}

/// A site that the fit had not seen: its estimates from its own subjects.
pub type NewSite = SiteEstimates;

impl Harmonizer {
    /// Harmonises `data`, whose features and covariates are those of the fit, in their order.
    ///
    /// # Errors
    /// Another number of features or covariates, columns of different lengths, a missing covariate, a new site without
    /// two values of a feature, cancellation.
    pub fn apply(&self, data: &SiteData, watch: &dyn Watch) -> Result<Harmonized, HarmonizeError> {
        data.check()?;
        self.check_shape(data)?;
        let mut features: Vec<Vec<f64>> = data.features.iter().map(|f| f.to_vec()).collect();
        let (mut new_sites, mut notes) = (Vec::new(), Vec::new());
        let (varying, stored) = (self.varying(), self.stored_priors());
        let sites = data.sites();
        for (place, (name, rows)) in sites.iter().enumerate() {
            watch.step(place, sites.len())?;
            let known = self.sites.iter().position(|site| site.name == *name);
            if known.is_some() && known == self.reference {
                continue;
            }
            let estimated;
            let site = match known {
                Some(known) => &self.sites[known],
                None => {
                    notes.push(HarmonizeNote::NewSite { site: name.clone(), n: rows.len() });
                    let (site, said) = self.estimate(data, name, rows, &varying, &stored, watch)?;
                    notes.extend(said);
                    estimated = site;
                    &estimated
                }
            };
            for &j in &varying {
                self.adjust(data, j, rows, site, &mut features[j]);
            }
            if known.is_none() {
                new_sites.push(site.clone());
            }
        }
        Ok(Harmonized { features, new_sites, notes })
    }

    /// How feature `j` is brought to the scale of the fit at each of its sites: `factor * y + offset`. None where covariates
    /// are kept, whose effect goes into the expected value of each subject.
    pub fn lines(&self, j: usize) -> Option<Vec<SiteLine>> {
        if !self.effects.is_empty() {
            return None;
        }
        let line = |(place, site): (usize, &SiteEstimates)| {
            let stays = Some(place) == self.reference || self.unchanged.contains(&j);
            let (sigma, alpha) = (self.pooled_variance[j].sqrt(), self.grand_mean[j]);
            let factor = if stays { 1.0 } else { site.delta_star[j].sqrt().recip() };
            let offset = if stays { 0.0 } else { alpha - factor * (alpha + sigma * site.gamma_star[j]) };
            SiteLine { site: site.name.clone(), factor, offset }
        };
        Some(self.sites.iter().enumerate().map(line).collect())
    }

    fn check_shape(&self, data: &SiteData) -> Result<(), HarmonizeError> {
        let (expected, found) = (self.grand_mean.len(), data.features.len());
        if expected != found {
            return Err(HarmonizeError::Shape { what: "features", expected, found });
        }
        let (expected, found) = (self.effects.len(), data.kept.len());
        if expected != found {
            return Err(HarmonizeError::Shape { what: "covariates kept", expected, found });
        }
        Ok(())
    }

    /// Feature `j` of the subjects `rows` of `site`.
    fn adjust(&self, data: &SiteData, j: usize, rows: &[usize], site: &SiteEstimates, out: &mut [f64]) {
        let (sigma, scale) = (self.pooled_variance[j].sqrt(), site.delta_star[j].sqrt());
        for &i in rows {
            let expected = self.expected(data, j, i);
            let z = (out[i] - expected) / sigma;
            out[i] = (z - site.gamma_star[j]) / scale * sigma + expected;
        }
    }

    fn estimate(
        &self,
        data: &SiteData,
        name: &str,
        rows: &[usize],
        varying: &[usize],
        stored: &StoredPriors,
        watch: &dyn Watch,
    ) -> Result<(SiteEstimates, Vec<HarmonizeNote>), HarmonizeError> {
        data.check_site(name, rows)?;
        let site = SiteMoments::new(self, data, rows, varying);
        // z-scores are location and scale without a prior.
        let spec =
            self.combat.clone().unwrap_or(super::CombatSpec { prior: super::SitePrior::None, ..Default::default() });
        site.estimate(&spec, name, false, Some(stored), watch)
    }

    /// What the sites that were shifted say of a site to come.
    fn stored_priors(&self) -> StoredPriors {
        let shifted: Vec<&SiteEstimates> = self
            .sites
            .iter()
            .enumerate()
            .filter(|(s, _)| self.sites.len() > 1 && Some(*s) != self.reference)
            .map(|(_, s)| s)
            .collect();
        let parameters = PriorParameters::mean(shifted.iter().filter_map(|site| site.prior.as_ref()));
        let varying = self.varying();
        let of_site =
            |site: &&SiteEstimates| varying.iter().map(|&j| (site.gamma_hat[j], site.delta_hat[j])).collect::<Vec<_>>();
        StoredPriors { parameters, estimates: shifted.iter().flat_map(of_site).collect() }
    }
}
