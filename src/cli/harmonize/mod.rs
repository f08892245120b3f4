//! `riskset harmonize`: features of several sites brought to one scale.

mod answer;
mod asked;
mod picture;
mod script;

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{anyhow, bail};
use clap::{Args, ValueEnum};
use survival::harmonize::{CombatSpec, HarmonizeError, Harmonizer, SiteData, SitePrior, fit_z_scores};
use watch::Unwatched;

use self::asked::Asked;
use super::output::{Format, Output};
use super::source::Data;
use super::{Common, Usage};

#[derive(Args)]
pub(super) struct Options {
    /// A table (CSV, TSV, Parquet, XLSX), a study's folder or its study.toml
    #[arg(value_name = "DATA")]
    data: PathBuf,
    /// Column of the sites: centre, scanner, protocol
    #[arg(long, value_name = "COL")]
    site: String,
    /// Features to harmonise: names, or patterns with * and ?
    #[arg(long, value_name = "GLOB,..", value_delimiter = ',', required = true)]
    features: Vec<String>,
    /// Covariates whose effect on the features is kept
    #[arg(long, value_name = "COL,..", value_delimiter = ',')]
    keep: Vec<String>,
    /// How sites are brought together
    #[arg(long, value_enum, default_value = "combat")]
    method: Method,
    /// Site that stays as it is and that the others are brought to
    #[arg(long, value_name = "SITE")]
    reference: Option<String>,
    /// Fit to the rows that meet a condition, such as 'cohort == "training"'; all rows are harmonised by that fit
    #[arg(long, value_name = "EXPR")]
    fit_where: Option<String>,
    /// Only rows that meet a condition, such as 'age >= 18'
    #[arg(long = "where", value_name = "EXPR")]
    condition: Option<String>,
    /// Take numeric columns of --keep as factors
    #[arg(long, value_name = "COL,..", value_delimiter = ',')]
    factor: Vec<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Location and scale by empirical Bayes
    Combat,
    /// The same without distributions assumed for the sites' estimates
    CombatNonparametric,
    /// Location by empirical Bayes, scale as it is
    MeanOnly,
    /// Location and scale as estimated
    LocationScale,
    /// z-scores within each site
    Z,
}

impl Method {
    fn id(self) -> &'static str {
        match self {
            Self::Combat => "combat",
            Self::CombatNonparametric => "combat-nonparametric",
            Self::MeanOnly => "mean-only",
            Self::LocationScale => "location-scale",
            Self::Z => "z",
        }
    }

    fn combat(self, reference: Option<String>) -> CombatSpec {
        let prior = match self {
            Self::CombatNonparametric => SitePrior::NonParametric,
            Self::LocationScale | Self::Z => SitePrior::None,
            Self::Combat | Self::MeanOnly => SitePrior::Parametric,
        };
        CombatSpec { prior, mean_only: self == Self::MeanOnly, reference }
    }
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    if options.method == Method::Z && (options.reference.is_some() || !options.keep.is_empty()) {
        bail!(Usage(
            "--method z knows no --reference and no --keep: each site has its own mean and deviation".to_owned()
        ));
    }
    let source = Data::of_columns(&options.data, options.condition.clone(), options.factor.clone()).columns()?;
    let source = asked::with_features(options, source, common)?;
    let asked = Asked::new(options, &source)?;
    let fitted = fit(options, &asked)?;
    let applied = asked.with(&asked.all(), |data| fitted.apply(data, &Unwatched)).map_err(|e| asked.explain(e))?;
    if options.output.is_script() {
        let (rows, reference) = (asked.fit_rows(options.fit_where.as_deref())?, options.reference.as_deref());
        let script = script::script(&source, &asked, options.method, reference, &rows, &applied)?;
        return options.output.write_text(&script);
    }
    let answer = answer::Answer::new(options.method.id(), &asked, &fitted, &applied);
    match options.output.format_or(Format::Csv) {
        Format::Csv => {
            for note in &answer.notes {
                let _ = writeln!(io::stderr(), "riskset: note: {note}");
            }
            options.output.write_text(&asked.table(&applied.features))
        }
        _ => options.output.write(&answer, || answer.document()),
    }
}

fn fit(options: &Options, asked: &Asked) -> anyhow::Result<Harmonizer> {
    let rows = asked.fit_rows(options.fit_where.as_deref())?;
    let fit = |data: &SiteData| match options.method {
        Method::Z => fit_z_scores(data),
        method => method.combat(options.reference.clone()).check()?.fit(data, &Unwatched),
    };
    asked.with(&rows, fit).map_err(|error| match error {
        HarmonizeError::Reference { reference, sites } => {
            anyhow!("--reference {reference}: the sites of the fit are {}", sites.join(", "))
        }
        error => asked.explain(error),
    })
}
