//! Several imputed data sets: the model of each, and what they give together.

use super::answer::{Chosen, Term};
use super::candidates::{Brought, Candidate};
use super::spec::{Candidates, Spec};
use super::{Fitted, fit, terms};
use crate::ask::{AskError, Dataset};
use figures::format;
use watch::Watch;

/// The sets behind the first.
pub(super) struct Further<'a> {
    /// The patients of the fit, with the values of each set.
    pub sets: Vec<Fitted<'a>>,
    /// The candidates as everybody has them: what is to be expected stands for missing values.
    pub everybody: Vec<Candidate<'a>>,
}

impl Further<'_> {
    /// The models of all sets as one: a coefficient is its mean over the sets, Rubin's point estimate, 0 where a set does not
    /// select the candidate.
    pub fn pooled(
        &self,
        data: &Dataset,
        spec: &Spec,
        first: Chosen,
        notes: &mut Vec<String>,
        watch: &dyn Watch,
    ) -> Result<Chosen, AskError> {
        let mut penalties = vec![first.lambda];
        let mut all = first.terms;
        for fitted in &self.sets {
            let cv = fit::cross_validate(data, spec, fitted, watch)?.cv;
            let lambda = cv.lambda(spec.rule);
            penalties.push(lambda);
            all.extend(terms(spec, fitted, &cv, lambda));
        }
        let sets = penalties.len();
        penalties.sort_by(f64::total_cmp);
        let shown = |x: f64| format::significant(x, 3);
        notes.push(format!(
            "path, cross-validation and penalty are those of the first of {sets} imputed sets (penalties {} to {}); coefficients \
             are the means over all sets, and what the other features let expect stands for a missing value",
            shown(penalties[0]),
            shown(penalties[sets - 1])
        ));
        let pooled = self.terms_of_all(spec, &all, sets);
        let behind = self.behind(&pooled);
        Ok(Chosen { lambda: first.lambda, terms: pooled, behind, sets: Some(sets) })
    }

    fn terms_of_all(&self, spec: &Spec, all: &[Term], sets: usize) -> Vec<Term> {
        let one = |candidate: &Candidate<'_>| {
            let of: Vec<&Term> = all.iter().filter(|term| term.term == candidate.name).collect();
            let mean = |get: fn(&Term) -> f64| of.iter().map(|term| get(term)).sum::<f64>() / of.len() as f64;
            let coef = of.iter().map(|term| term.coef).sum::<f64>() / sets as f64;
            let (centre, sd) = (mean(|term| term.mean), mean(|term| term.sd));
            (!of.is_empty()).then(|| Term { coef, z_coef: coef * sd, ..without_effect(candidate, centre, sd) })
        };
        let mut pooled: Vec<Term> = self.everybody.iter().filter_map(one).collect();
        if spec.candidates == Candidates::Radiomics {
            pooled.sort_by(|a, b| b.z_coef.abs().total_cmp(&a.z_coef.abs()));
        }
        pooled
    }

    /// The candidates from which missing values of `terms` follow and that are no terms themselves.
    fn behind(&self, terms: &[Term]) -> Vec<Term> {
        let named: Vec<&str> = terms
            .iter()
            .filter_map(|t| t.from_others.as_ref())
            .flat_map(|of| &of.features)
            .map(|f| f.feature.as_str())
            .collect();
        let is_behind =
            |c: &&Candidate<'_>| named.contains(&c.name.as_str()) && !terms.iter().any(|term| term.term == c.name);
        self.everybody.iter().filter(is_behind).map(|c| without_effect(c, c.brought.fill.unwrap_or(0.0), 1.0)).collect()
    }
}

/// A term without a coefficient.
fn without_effect(candidate: &Candidate<'_>, mean: f64, sd: f64) -> Term {
    let Brought { sites, fill, from_others } = candidate.brought.clone();
    Term {
        term: candidate.name.clone(),
        coef: 0.0,
        z_coef: 0.0,
        mean,
        sd,
        icc: candidate.icc,
        sites,
        fill,
        from_others,
    }
}
