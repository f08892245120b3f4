//! The effect of one covariate in subgroups of the patients, and whether it differs between them.
//!
//! In every subgroup the model is fitted anew. Whether the effect differs is asked of everybody whose subgroup is known: a
//! model with the products of effect and subgroup against the one without them, by their likelihood ratio; by Wald's test
//! of the products where errors are robust, as there the likelihood is none.

mod script;

use serde::Serialize;
use survival::cox::{ChiSquare, CoxFit, Design, Factor, Ties};
use tables::Column;
use watch::Watch;

use super::term::{Term, terms};
use super::{Described, Options, fitted, survival_of};
use crate::ask::grouping::{Grouping, grouped};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use crate::methods::covariates::{self, Designed};
use figures::format;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Of whom, for which endpoint.
    pub on: Selection,
    /// The covariate whose effect it is: a column.
    pub effect: String,
    /// Covariates that it is adjusted for.
    pub adjusted: Vec<String>,
    /// What divides the patients, one after the other.
    pub by: Vec<Grouping>,
    /// The kind of model.
    pub options: Options,
}

/// The effect in everybody and in every subgroup.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Name of the endpoint.
    pub endpoint: String,
    /// The covariate.
    pub effect: String,
    /// What it is called in print.
    pub label: String,
    /// What it is adjusted for.
    pub adjusted: Vec<String>,
    /// Patients with all values known.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Patients left out.
    pub n_dropped: usize,
    /// The ties method.
    pub ties: Ties,
    /// What the models are besides their covariates.
    #[serde(flatten)]
    pub described: Described,
    /// The effect in all of them.
    pub overall: Vec<Term>,
    /// The subgroups by each of what divides.
    pub subgroups: Vec<Subgroup>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// The effect by the levels of one variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Subgroup {
    /// What divides.
    pub variable: String,
    /// What it is called in print.
    pub label: String,
    /// Whether the effect differs between the levels; none where that cannot be tested.
    pub interaction: Option<Interaction>,
    /// The levels.
    pub levels: Vec<Level>,
}

/// A test of interaction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Interaction {
    /// `likelihood_ratio` or `wald`.
    pub test: &'static str,
    pub statistic: f64,
    pub df: usize,
    pub p: f64,
}

/// One subgroup; without terms where no model could be fitted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Level {
    pub level: String,
    pub n: usize,
    pub events: usize,
    pub terms: Vec<Term>,
}

/// What stands for the subgroup in the models with products.
const SUBGROUP: &str = "(subgroup)";

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "subgroups";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Patients with all values known, and their follow-up.
struct Known<'a> {
    data: &'a Dataset,
    spec: &'a Spec,
    rows: Vec<usize>,
    survival: survival::Survival,
    watch: &'a dyn Watch,
}

fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let selected = data.select(&spec.on)?;
    let survival = survival_of(data, &spec.on, &selected)?;
    let spec = &Spec { options: spec.options.settled(survival), ..spec.clone() };
    let mut notes = selected.notes.clone();
    let everybody = covariates_of(spec, None);
    let Designed { known, .. } =
        covariates::design(data, &everybody, &spec.options.columns(), &selected.rows, &selected.rows)?;
    let rows: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
    data.note_training(&rows, &mut notes);
    let of = Known { data, spec, survival: survival.select(&known), rows, watch };
    let all: Vec<usize> = (0..of.rows.len()).collect();
    let overall = of.effect(&all, &everybody)?;
    let mut subgroups = Vec::with_capacity(spec.by.len());
    for (k, by) in spec.by.iter().enumerate() {
        watch.step(k, spec.by.len())?;
        match of.subgroup(by, &mut notes) {
            Ok(one) => subgroups.push(one),
            Err(AskError::Cancelled) => return Err(AskError::Cancelled),
            Err(why) => notes.push(format!("{}: {why}", by.words())),
        }
    }
    if subgroups.is_empty() {
        return Err(AskError::Impossible(match notes.last() {
            Some(why) => format!("nothing divides these patients; {why}"),
            None => "name what divides the patients into subgroups".to_owned(),
        }));
    }
    let tests = subgroups.iter().filter(|s| s.interaction.is_some()).count();
    if tests > 1 {
        notes.push(format!("{tests} tests of interaction, their p-values not adjusted for their number"));
    }
    Ok(Answer {
        endpoint: spec.on.endpoint.clone().unwrap_or_default(),
        label: label(data, &spec.effect),
        effect: spec.effect.clone(),
        adjusted: spec.adjusted.clone(),
        n: of.rows.len(),
        events: of.survival.n_events(),
        n_dropped: selected.n_dropped + selected.rows.len() - of.rows.len(),
        ties: spec.options.ties,
        described: Described::new(&spec.on, &spec.options),
        overall,
        subgroups,
        notes,
    })
}

fn label(data: &Dataset, name: &str) -> String {
    data.cohort.frame().get(name).map_or(name, Column::label).to_owned()
}

/// The covariates of a model, the effect first; what divides the patients is none of them.
pub(super) fn covariates_of(spec: &Spec, by: Option<&Grouping>) -> Vec<String> {
    let divides = |name: &String| by.is_some_and(|by| by.columns().any(|column| column == name));
    let adjusted = spec.adjusted.iter().filter(|name| **name != spec.effect && !divides(name)).cloned();
    std::iter::once(spec.effect.clone()).chain(adjusted).collect()
}

impl Known<'_> {
    /// The fit of a design to those at `positions`.
    fn fit(&self, positions: &[usize], design: &Design) -> Result<CoxFit, AskError> {
        let rows: Vec<usize> = positions.iter().map(|i| self.rows[*i]).collect();
        let method = self.spec.options.method(self.data, &rows)?;
        fitted(&method, design, &self.survival.select(positions), self.watch)
    }

    fn design(&self, positions: &[usize], covariates: &[String]) -> Result<Design, AskError> {
        let rows: Vec<usize> = positions.iter().map(|i| self.rows[*i]).collect();
        // Knots are those of everybody, so that all subgroups have the same curve.
        Ok(covariates::design(self.data, covariates, &[], &rows, &self.rows)?.design)
    }

    /// The coefficients of the effect among those at `positions`.
    fn effect(&self, positions: &[usize], covariates: &[String]) -> Result<Vec<Term>, AskError> {
        let design = self.design(positions, covariates)?;
        let fit = self.fit(positions, &design)?;
        let all = terms(design.terms(), &fit.coefficients);
        Ok(all.into_iter().filter(|term| term.variable == self.spec.effect).collect())
    }

    fn subgroup(&self, by: &Grouping, notes: &mut Vec<String>) -> Result<Subgroup, AskError> {
        if by.columns().any(|column| column == self.spec.effect) {
            return Err(AskError::Impossible("its own effect is what is asked about".to_owned()));
        }
        let groups = grouped(self.data, by, &self.rows, notes)?;
        if groups.levels.len() < 2 {
            return Err(AskError::Impossible("all of these patients are in one subgroup".to_owned()));
        }
        let covariates = covariates_of(self.spec, Some(by));
        let named = match by {
            Grouping::Column(name) | Grouping::Median(name) | Grouping::Cut(name, _) => label(self.data, name),
            other => other.words(),
        };
        let mut levels = Vec::with_capacity(groups.levels.len());
        for (code, level) in groups.levels.iter().enumerate() {
            let of = groups.known.iter().zip(&groups.codes).filter(|(_, c)| **c == code);
            let positions: Vec<usize> = of.map(|(i, _)| *i).collect();
            let events = positions.iter().filter(|i| self.survival.event()[**i]).count();
            let terms = match self.effect(&positions, &covariates) {
                Ok(terms) => terms,
                Err(AskError::Cancelled) => return Err(AskError::Cancelled),
                Err(why) => {
                    notes.push(format!("{named}, {level}: {why}"));
                    Vec::new()
                }
            };
            levels.push(Level { level: level.clone(), n: positions.len(), events, terms });
        }
        let interaction = match self.interaction(&groups.known, &groups.codes, &groups.levels, &covariates) {
            Ok(test) => Some(test),
            Err(AskError::Cancelled) => return Err(AskError::Cancelled),
            Err(why) => {
                notes.push(format!("{named}: no test of interaction; {why}"));
                None
            }
        };
        let variable = by.columns().next().map_or_else(|| by.words(), str::to_owned);
        Ok(Subgroup { variable, label: named, interaction, levels })
    }

    /// The model with products of effect and subgroup against the one without.
    fn interaction(
        &self,
        positions: &[usize],
        codes: &[usize],
        levels: &[String],
        covariates: &[String],
    ) -> Result<Interaction, AskError> {
        let codes = codes.iter().map(|code| *code as u32).collect();
        let factor = Factor::new(codes, levels.to_vec()).map_err(AskError::impossible)?;
        let apart = self.design(positions, covariates)?.factor(SUBGROUP, &factor).map_err(AskError::impossible)?;
        let columns = apart.n_columns();
        let joined = apart.clone().interaction(&[&self.spec.effect, SUBGROUP]).map_err(AskError::impossible)?;
        let with = self.fit(positions, &joined)?;
        let options = &self.spec.options;
        if options.robust || options.cluster.is_some() {
            let products: Vec<usize> = (columns..joined.n_columns()).collect();
            let ChiSquare { statistic, df, p } = with.wald_of(&products);
            return Ok(Interaction { test: "wald", statistic, df, p });
        }
        let without = self.fit(positions, &apart)?;
        let test = ChiSquare::new(2.0 * (with.loglik - without.loglik), with.df - without.df);
        match test.df {
            0 => Err(AskError::Impossible("no product of effect and subgroup can be estimated".to_owned())),
            df => Ok(Interaction { test: "likelihood_ratio", statistic: test.statistic.max(0.0), df, p: test.p }),
        }
    }
}

/// The sentence for a paper.
pub fn methods(answer: &Answer) -> String {
    let adjusted = match answer.adjusted.as_slice() {
        [] => String::new(),
        some => format!(", adjusted for {}", some.join(", ")),
    };
    let robust = answer.subgroups.iter().filter_map(|s| s.interaction).any(|test| test.test == "wald");
    format!(
        "The effect of {}{adjusted} was estimated in each subgroup by a Cox model of its own; whether it differs between \
         subgroups was tested by the {} of the products of both in a model of all patients{}.",
        answer.label,
        if robust { "Wald test" } else { "likelihood ratio test" },
        match answer.subgroups.len() {
            0 | 1 => String::new(),
            n => format!(" ({} tests, not adjusted for their number)", format::count(n)),
        }
    )
}
