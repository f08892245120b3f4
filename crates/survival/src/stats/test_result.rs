//! What every hypothesis test gives back, and why one cannot be done.

use std::fmt;

/// Which test it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TestName {
    /// Student's t-test, equal variances.
    StudentT,
    /// Welch's t-test.
    WelchT,
    /// Wilcoxon's rank sum, Mann and Whitney's U.
    MannWhitney,
    /// One-way analysis of variance.
    Anova,
    /// Welch's one-way analysis of means without equal variances.
    WelchAnova,
    /// Kruskal and Wallis' rank sum test.
    KruskalWallis,
    /// Pearson's chi-square without correction.
    ChiSquare,
    /// Pearson's chi-square with Yates' continuity correction.
    ChiSquareYates,
    /// Fisher's exact test.
    Fisher,
    /// Shapiro and Wilk's test of normality.
    ShapiroWilk,
}

impl TestName {
    /// The name in files and scripts.
    pub fn id(self) -> &'static str {
        match self {
            Self::StudentT => "t_student",
            Self::WelchT => "t_welch",
            Self::MannWhitney => "mann_whitney",
            Self::Anova => "anova",
            Self::WelchAnova => "anova_welch",
            Self::KruskalWallis => "kruskal",
            Self::ChiSquare => "chi_square",
            Self::ChiSquareYates => "chi_square_yates",
            Self::Fisher => "fisher",
            Self::ShapiroWilk => "shapiro_wilk",
        }
    }
}

impl fmt::Display for TestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StudentT => "Student's t",
            Self::WelchT => "Welch's t",
            Self::MannWhitney => "Mann-Whitney",
            Self::Anova => "ANOVA",
            Self::WelchAnova => "Welch's ANOVA",
            Self::KruskalWallis => "Kruskal-Wallis",
            Self::ChiSquare => "chi-square",
            Self::ChiSquareYates => "chi-square (Yates)",
            Self::Fisher => "Fisher's exact",
            Self::ShapiroWilk => "Shapiro-Wilk",
        })
    }
}

/// Degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Df {
    /// The test has none.
    None,
    /// One number; Welch's need not be whole.
    One(f64),
    /// Numerator and denominator of an F.
    Two(f64, f64),
}

/// What a reader of the test has to know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TestNote {
    /// Groups are small enough for the exact distribution, but values tie.
    TiesPreventExact,
    /// An expected count is under 5: the chi-square approximation may be poor.
    SmallExpected(f64),
    /// Rows or columns without any count were left out.
    EmptyLevels(usize),
    /// The p-value is simulated: tables drawn, and the standard error of p.
    Simulated {
        /// Random tables drawn.
        draws: usize,
        /// Standard error of the p-value.
        standard_error: f64,
    },
    /// More than 5,000 values: the approximation of the p-value is not validated there.
    LargeSample(usize),
}

impl fmt::Display for TestNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TiesPreventExact => f.write_str("ties: the normal approximation instead of the exact distribution"),
            Self::SmallExpected(least) => {
                write!(f, "smallest expected count {least:.2}, under 5: the chi-square approximation may be poor")
            }
            Self::EmptyLevels(n) => write!(f, "{n} empty rows or columns left out"),
            Self::Simulated { draws, standard_error } => {
                write!(f, "too large to enumerate: simulated with {draws} tables, standard error {standard_error:.5}")
            }
            Self::LargeSample(n) => write!(f, "{n} values: the p-value is validated up to 5000"),
        }
    }
}

/// The outcome of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestResult {
    /// Which test.
    pub name: TestName,
    /// Its statistic: t, W, F, chi-square; NaN where the test has none (Fisher).
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: Df,
    /// Two-sided p-value.
    pub p: f64,
    /// Whether p comes from the exact distribution of the statistic.
    pub exact: bool,
    /// Caveats.
    pub notes: Vec<TestNote>,
}

impl TestResult {
    /// A result without caveats from an approximating distribution.
    pub(crate) fn new(name: TestName, statistic: f64, df: Df, p: f64) -> Self {
        Self { name, statistic, df, p, exact: false, notes: Vec::new() }
    }
}

/// Why a test cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum TestError {
    /// A group with too few values.
    #[error("group {group} has {found} values, the test needs {needed}")]
    TooFew {
        /// Group, from 0.
        group: usize,
        /// Values found.
        found: usize,
        /// Values needed.
        needed: usize,
    },
    /// Fewer than two groups or levels with any value.
    #[error("{found} groups with values, the test needs at least 2")]
    Groups {
        /// Groups found.
        found: usize,
    },
    /// A table in which only one level has any count.
    #[error("all values are of one level, the test needs at least 2")]
    OneLevel,
    /// No variation to test against.
    #[error("the values do not vary")]
    Constant,
    /// A value that is not a number.
    #[error("group {group} holds a value that is not a number; leave missing values out")]
    NotANumber {
        /// Group, from 0.
        group: usize,
    },
    /// Rows of a table of different length, or a table without cells.
    #[error("the rows of the table have {found} and {expected} columns")]
    Ragged {
        /// Columns in the offending row.
        found: usize,
        /// Columns in the first row.
        expected: usize,
    },
}

/// Refuses groups that hold NaN.
pub(crate) fn require_numbers(groups: &[&[f64]]) -> Result<(), TestError> {
    match groups.iter().position(|g| g.iter().any(|v| v.is_nan())) {
        Some(group) => Err(TestError::NotANumber { group }),
        None => Ok(()),
    }
}

/// Refuses groups with fewer than `needed` values.
pub(crate) fn require_size(groups: &[&[f64]], needed: usize) -> Result<(), TestError> {
    match groups.iter().position(|g| g.len() < needed) {
        Some(group) => Err(TestError::TooFew { group, found: groups[group].len(), needed }),
        None => Ok(()),
    }
}
