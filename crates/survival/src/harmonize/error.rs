//! Why features cannot be harmonised, and what is to be said where they were.

use watch::Cancelled;

/// Why a harmonisation cannot be fitted or applied.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HarmonizeError {
    /// No subjects or no features.
    #[error("there are no subjects or no features to harmonise")]
    Empty,
    /// Columns of another length.
    #[error("{what} {column} has {found} values for {expected} subjects")]
    Length {
        /// Feature or covariate.
        what: &'static str,
        /// Which, from 0.
        column: usize,
        /// Its length.
        found: usize,
        /// Number of subjects.
        expected: usize,
    },
    /// A missing covariate.
    #[error("covariate {column}, row {row}: a covariate that is kept must be known")]
    Covariate {
        /// Which, from 0.
        column: usize,
        /// Row, from 0.
        row: usize,
    },
    /// A covariate that the sites (and earlier covariates) determine.
    #[error("covariate {column} cannot be told apart from the sites and the covariates before it: do not keep it")]
    Confounded {
        /// Which, from 0.
        column: usize,
    },
    /// A feature with too few values at a site of several subjects.
    #[error("feature {feature} has {values} of the two values that it needs at site {site}: leave it out, or the site")]
    FewAtSite {
        /// Which, from 0.
        feature: usize,
        /// The site.
        site: String,
        /// Values that are not missing.
        values: usize,
    },
    /// Too few values of a feature for the effects that are estimated.
    #[error("feature {feature} has {values} values, too few for {effects} sites and covariates")]
    TooFew {
        /// Which, from 0.
        feature: usize,
        /// Values that are not missing.
        values: usize,
        /// Effects to be estimated.
        effects: usize,
    },
    /// An infinite value.
    #[error("feature {feature}, row {row}: the value is infinite")]
    Infinite {
        /// Which, from 0.
        feature: usize,
        /// Row, from 0.
        row: usize,
    },
    /// A reference without a name.
    #[error("the reference has no name: write that of a site, or none")]
    NoName,
    /// A reference that is no site of the data.
    #[error("the reference {reference} is none of the sites {}", sites.join(", "))]
    Reference {
        /// The reference asked for.
        reference: String,
        /// The sites there are.
        sites: Vec<String>,
    },
    /// Nothing to borrow from.
    #[error("empirical Bayes borrows from other features: {0} with variance are too few, take two or more or no prior")]
    NothingToBorrow(usize),
    /// Data of another form than those of the fit.
    #[error("{what}: the fit has {expected}, these data have {found}")]
    Shape {
        /// Features or covariates.
        what: &'static str,
        /// Their number in the fit.
        expected: usize,
        /// Their number now.
        found: usize,
    },
    /// Told to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// What is to be said of a harmonisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HarmonizeNote {
    /// There was one site: its subjects stay as they are and are what others are brought to.
    OneSite(String),
    /// A site with one subject, of which the location alone is known.
    OneSubject(String),
    /// So many features are constant within a site; their scale is left there (without empirical Bayes).
    ConstantWithin {
        /// The site.
        site: String,
        /// Number of features.
        features: usize,
    },
    /// So many features have no variance (given sites and covariates) and stay as they are.
    WithoutVariance(usize),
    /// A site that the fit had not seen, estimated from its own subjects.
    NewSite {
        /// The site.
        site: String,
        /// Its subjects.
        n: usize,
    },
}

impl std::fmt::Display for HarmonizeNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OneSite(site) => write!(
                f,
                "site {site} is the only one in the fit: its subjects stay as they are, and other sites are brought to it"
            ),
            Self::OneSubject(site) => {
                write!(f, "site {site} has one subject: its location is taken off, not its scale")
            }
            Self::ConstantWithin { site, features } => {
                let features = counted(*features, "feature is", "features are");
                write!(f, "site {site}: {features} constant there, where the location is taken off and not the scale")
            }
            Self::WithoutVariance(features) => {
                let features = counted(*features, "feature has", "features have");
                write!(f, "{features} no variance beyond sites and covariates and stay as they are")
            }
            Self::NewSite { site, n } => write!(
                f,
                "site {site} was not in the fit: estimated from the features of its own {}, without outcomes",
                counted(*n, "subject", "subjects")
            ),
        }
    }
}

fn counted(n: usize, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}
