//! z-scores within each site: the same object with a mean of zero, a variance of one and no prior.

use super::bayes::Moments;
use super::{HarmonizeError, HarmonizeNote, Harmonizer, SiteData, SiteEstimates};

/// Mean and standard deviation (divisor n - 1) of every feature at each site; covariates are not looked at.
///
/// A value becomes (x - mean) / sd of its site. A site with one subject, and a feature that is constant at a site, have
/// no scale: the mean alone is taken off, with a note.
///
/// # Errors
/// Columns of different lengths, infinite values, a feature without two values at a site.
pub fn fit_z_scores(data: &SiteData) -> Result<Harmonizer, HarmonizeError> {
    data.check()?;
    let (p, mut sites, mut notes) = (data.features.len(), Vec::new(), Vec::new());
    for (name, rows) in data.sites() {
        data.check_site(&name, &rows)?;
        let (mut mean, mut variance, mut constant) = (Vec::with_capacity(p), Vec::with_capacity(p), 0);
        for values in data.features {
            let known: Vec<f64> = rows.iter().map(|&i| values[i]).filter(|v| !v.is_nan()).collect();
            let moments = Moments::of(&known);
            let same = known.iter().all(|v| *v == known[0]);
            constant += usize::from(same);
            mean.push(if same { known[0] } else { moments.mean });
            variance.push(if same { 1.0 } else { moments.delta(false) });
        }
        match constant {
            _ if rows.len() == 1 => notes.push(HarmonizeNote::OneSubject(name.clone())),
            0 => {}
            features => notes.push(HarmonizeNote::ConstantWithin { site: name.clone(), features }),
        }
        sites.push(SiteEstimates {
            name,
            n: rows.len(),
            gamma_hat: mean.clone(),
            delta_hat: variance.clone(),
            gamma_star: mean,
            delta_star: variance,
            prior: None,
        });
    }
    Ok(Harmonizer {
        combat: None,
        sites,
        reference: None,
        grand_mean: vec![0.0; p],
        effects: Vec::new(),
        pooled_variance: vec![1.0; p],
        unchanged: Vec::new(),
        notes,
    })
}
