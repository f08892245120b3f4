//! Fitting ComBat.

use super::bayes::{Moments, non_parametric, parametric};
use super::standard::{Model, Standard};
use super::{
    CheckedCombat, CombatSpec, HarmonizeError, HarmonizeNote, Harmonizer, PriorParameters, SiteData, SiteEstimates,
    SitePrior, single,
};
use watch::Watch;

impl CheckedCombat {
    /// Fits to all subjects of `data`.
    ///
    /// # Errors
    /// Columns of different lengths, infinite values, covariates that are missing or that the sites determine, features
    /// without a value at a site, an unknown reference, too few features for empirical Bayes, cancellation.
    pub fn fit(&self, data: &SiteData, watch: &dyn Watch) -> Result<Harmonizer, HarmonizeError> {
        data.check()?;
        let rows = data.sites();
        rows.iter().try_for_each(|(name, rows)| data.check_site(name, rows))?;
        let reference = self.place_of_reference(&rows)?;
        let model = Model::new(*data, &rows, reference)?;
        let mut standards = Vec::with_capacity(data.features.len());
        for j in 0..data.features.len() {
            watch.step(j, data.features.len())?;
            standards.push(model.feature(j)?);
        }
        let mut fitted = self.standardized(data, &standards, reference);
        let varying = fitted.varying();
        if self.0.prior.borrows() && rows.len() > 1 && varying.len() < 2 {
            return Err(HarmonizeError::NothingToBorrow(varying.len()));
        }
        if let [(name, _)] = rows.as_slice() {
            fitted.notes.push(HarmonizeNote::OneSite(name.clone()));
        }
        for (place, (name, rows)) in rows.iter().enumerate() {
            let site = SiteMoments::new(&fitted, data, rows, &varying);
            let stays = rows.len() == data.subjects() || reference == Some(place);
            let (site, notes) = site.estimate(&self.0, name, stays, None, watch)?;
            fitted.sites.push(site);
            fitted.notes.extend(notes);
        }
        Ok(fitted)
    }

    fn place_of_reference(&self, rows: &[(String, Vec<usize>)]) -> Result<Option<usize>, HarmonizeError> {
        let Some(reference) = &self.0.reference else { return Ok(None) };
        match rows.iter().position(|(name, _)| name == reference) {
            Some(place) => Ok(Some(place)),
            None => Err(HarmonizeError::Reference {
                reference: reference.clone(),
                sites: rows.iter().map(|(name, _)| name.clone()).collect(),
            }),
        }
    }

    /// A fit without sites yet.
    fn standardized(&self, data: &SiteData, standards: &[Standard], reference: Option<usize>) -> Harmonizer {
        let unchanged: Vec<usize> = (0..standards.len()).filter(|&j| !standards[j].varies).collect();
        let notes = (!unchanged.is_empty()).then_some(HarmonizeNote::WithoutVariance(unchanged.len()));
        Harmonizer {
            combat: Some(self.0.clone()),
            sites: Vec::new(),
            reference,
            grand_mean: standards.iter().map(|s| s.mean).collect(),
            effects: (0..data.kept.len()).map(|c| standards.iter().map(|s| s.effects[c]).collect()).collect(),
            pooled_variance: standards.iter().map(|s| s.variance).collect(),
            unchanged,
            notes: notes.into_iter().collect(),
        }
    }
}

impl Harmonizer {
    /// The features that have variance.
    pub(super) fn varying(&self) -> Vec<usize> {
        (0..self.grand_mean.len()).filter(|j| self.unchanged.binary_search(j).is_err()).collect()
    }

    /// Mean of feature `j` for subject `i`, covariates included.
    pub(super) fn expected(&self, data: &SiteData, j: usize, i: usize) -> f64 {
        let of = |mean: f64, (effect, x): (&Vec<f64>, &&[f64])| mean + effect[j] * single(x[i]);
        self.effects.iter().zip(data.kept).fold(self.grand_mean[j], of)
    }
}

/// One site's standardized values, summed up by feature.
pub(super) struct SiteMoments<'a> {
    n: usize,
    features: usize,
    varying: &'a [usize],
    moments: Vec<Moments>,
}

/// Priors of sites that the fit has seen, for one that it has not.
pub(super) struct StoredPriors {
    pub parameters: Option<PriorParameters>,
    /// Locations and squared scales of all features and sites.
    pub estimates: Vec<(f64, f64)>,
}

impl<'a> SiteMoments<'a> {
    pub(super) fn new(fit: &Harmonizer, data: &SiteData, rows: &[usize], varying: &'a [usize]) -> Self {
        let of = |&j: &usize| {
            let sigma = fit.pooled_variance[j].sqrt();
            let known = rows.iter().filter(|&&i| !data.features[j][i].is_nan());
            let z: Vec<f64> = known.map(|&i| (data.features[j][i] - fit.expected(data, j, i)) / sigma).collect();
            Moments::of(&z)
        };
        Self { n: rows.len(), features: data.features.len(), varying, moments: varying.iter().map(of).collect() }
    }

    /// The site's estimates; those of one that `stays` are 0 and 1.
    pub(super) fn estimate(
        &self,
        spec: &CombatSpec,
        name: &str,
        stays: bool,
        stored: Option<&StoredPriors>,
        watch: &dyn Watch,
    ) -> Result<(SiteEstimates, Vec<HarmonizeNote>), HarmonizeError> {
        watch.step(0, 1)?;
        let mut notes = Vec::new();
        let single = self.n == 1;
        if single && !spec.mean_only && !stays {
            notes.push(HarmonizeNote::OneSubject(name.to_owned()));
        }
        let location_only = spec.mean_only || single;
        let gamma_hat: Vec<f64> = self.moments.iter().map(|m| m.mean).collect();
        let delta_hat: Vec<f64> = self.moments.iter().map(|m| m.delta(location_only)).collect();
        let mut prior = None;
        let (gamma, mut delta) = match spec.prior {
            _ if stays => (vec![0.0; gamma_hat.len()], vec![1.0; gamma_hat.len()]),
            SitePrior::None => (gamma_hat.clone(), delta_hat.clone()),
            SitePrior::Parametric => {
                let parameters = stored.and_then(|s| s.parameters);
                let parameters = parameters.unwrap_or_else(|| PriorParameters::new(&gamma_hat, &delta_hat));
                prior = Some(parameters);
                parametric(&self.moments, location_only, &parameters)
            }
            SitePrior::NonParametric => match stored.filter(|s| !s.estimates.is_empty()) {
                Some(stored) => non_parametric(&self.moments, &stored.estimates, false),
                None => {
                    let own: Vec<(f64, f64)> = gamma_hat.iter().copied().zip(delta_hat.iter().copied()).collect();
                    non_parametric(&self.moments, &own, true)
                }
            },
        };
        let constant = delta.iter().filter(|d| **d <= 0.0).count();
        if constant > 0 {
            notes.push(HarmonizeNote::ConstantWithin { site: name.to_owned(), features: constant });
            delta.iter_mut().filter(|d| **d <= 0.0).for_each(|d| *d = 1.0);
        }
        let site = SiteEstimates {
            name: name.to_owned(),
            n: self.n,
            gamma_hat: self.spread(&gamma_hat, 0.0),
            delta_hat: self.spread(&delta_hat, 1.0),
            gamma_star: self.spread(&gamma, 0.0),
            delta_star: self.spread(&delta, 1.0),
            prior,
        };
        Ok((site, notes))
    }

    /// Values of the varying features among all.
    fn spread(&self, values: &[f64], otherwise: f64) -> Vec<f64> {
        let mut all = vec![otherwise; self.features];
        self.varying.iter().zip(values).for_each(|(&j, v)| all[j] = *v);
        all
    }
}
