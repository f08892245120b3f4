//! Which test stands in a baseline table.

use super::anova::{anova, kruskal_wallis, welch_anova};
use super::chi_square::{chi_square, chi_square_yates};
use super::cross_table::CrossTable;
use super::fisher::fisher;
use super::mann_whitney::mann_whitney;
use super::shapiro::shapiro_wilk;
use super::t_test::{student_t, welch_t};
use super::test_result::{TestError, TestResult};
use crate::choice::choices;

/// Below this expected count in any cell, a categorical variable is compared by Fisher's exact test.
pub const FISHER_BELOW: f64 = 5.0;
/// Below this p of Shapiro and Wilk's test in any group, values are taken as not normal.
pub const NORMAL_FROM: f64 = 0.05;

/// How a continuous variable is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ContinuousChoice {
    /// Means (Welch's t, ANOVA) where no group speaks against normality, else ranks.
    #[default]
    Auto,
    /// Student's t; ANOVA for more than two groups.
    Student,
    /// Welch's t; Welch's ANOVA for more than two groups.
    Welch,
    /// Mann and Whitney's test; Kruskal and Wallis' for more than two groups.
    MannWhitney,
}

choices!(ContinuousChoice, "test of continuous variables": Auto = "auto", Student = "student", Welch = "welch", MannWhitney = "mann-whitney");

/// How a categorical variable is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CategoricalChoice {
    /// Fisher's test where an expected count is under 5; else chi-square, with Yates' correction for 2 x 2 tables.
    #[default]
    Auto,
    /// Fisher's exact test.
    Exact,
    /// Chi-square without correction.
    ChiSquare,
}

choices!(CategoricalChoice, "test of categorical variables": Auto = "auto", Exact = "exact", ChiSquare = "chi-square");

/// Compares a continuous variable over `groups`; values must not be NaN, groups without values are left out.
///
/// # Errors
/// Those of the test that is chosen.
pub fn compare_continuous(groups: &[&[f64]], choice: ContinuousChoice) -> Result<TestResult, TestError> {
    let present: Vec<&[f64]> = groups.iter().copied().filter(|g| !g.is_empty()).collect();
    let choice = match choice {
        ContinuousChoice::Auto if looks_normal(&present) => {
            // More than two groups: the classical analysis of variance.
            if present.len() == 2 { ContinuousChoice::Welch } else { ContinuousChoice::Student }
        }
        ContinuousChoice::Auto => ContinuousChoice::MannWhitney,
        chosen => chosen,
    };
    match (choice, present.as_slice()) {
        (_, [] | [_]) => Err(TestError::Groups { found: present.len() }),
        (ContinuousChoice::Student, [a, b]) => student_t(a, b),
        (ContinuousChoice::Student, many) => anova(many),
        (ContinuousChoice::Welch, [a, b]) => welch_t(a, b),
        (ContinuousChoice::Welch, many) => welch_anova(many),
        (ContinuousChoice::MannWhitney | ContinuousChoice::Auto, [a, b]) => mann_whitney(a, b),
        (ContinuousChoice::MannWhitney | ContinuousChoice::Auto, many) => kruskal_wallis(many),
    }
}

/// Compares a categorical variable: rows of `table` are its levels, columns the groups.
///
/// # Errors
/// Those of the test that is chosen.
pub fn compare_categorical(table: &CrossTable, choice: CategoricalChoice) -> Result<TestResult, TestError> {
    match choice {
        CategoricalChoice::Exact => fisher(table),
        CategoricalChoice::ChiSquare => chi_square(table),
        CategoricalChoice::Auto => {
            let (kept, _) = table.without_empty()?;
            if kept.least_expected() < FISHER_BELOW { fisher(table) } else { chi_square_yates(table) }
        }
    }
}

/// Whether no group speaks against normality: Shapiro and Wilk's p is at least 0.05 in each, or it has no p because
/// the group has fewer than three values. Groups that do not vary count as not normal.
pub fn looks_normal(groups: &[&[f64]]) -> bool {
    groups.iter().all(|group| match shapiro_wilk(group) {
        Ok(result) => result.p >= NORMAL_FROM,
        Err(TestError::TooFew { .. }) => true,
        Err(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::test_result::TestName;
    use super::*;

    fn name(result: Result<TestResult, TestError>) -> TestName {
        result.expect("comparable").name
    }

    #[test]
    fn the_choice_follows_the_table() {
        let choose = |rows: &[Vec<u64>]| {
            name(compare_categorical(&CrossTable::new(rows).expect("rectangular"), CategoricalChoice::Auto))
        };
        assert_eq!(choose(&[vec![70, 30], vec![11, 6]]), TestName::ChiSquareYates);
        assert_eq!(choose(&[vec![14, 4], vec![44, 20], vec![23, 12]]), TestName::ChiSquare);
        assert_eq!(choose(&[vec![5, 6], vec![76, 30]]), TestName::Fisher);
        assert_eq!(choose(&[vec![70, 30], vec![0, 0], vec![11, 6]]), TestName::ChiSquareYates);
        let one = CrossTable::new(&[vec![3, 4]]).expect("rectangular");
        assert!(compare_categorical(&one, CategoricalChoice::Auto).is_err());
    }

    #[test]
    fn the_choice_follows_the_values() {
        let even: Vec<f64> =
            (-12..=12).map(|i| super::super::tails::normal_quantile(f64::from(i) / 26.0 + 0.5)).collect();
        let skewed: Vec<f64> = even.iter().map(|z| (2.0 * z).exp()).collect();
        let shifted: Vec<f64> = even.iter().map(|z| z + 0.1).collect();
        let choose = |groups: &[&[f64]]| name(compare_continuous(groups, ContinuousChoice::Auto));
        assert_eq!(choose(&[&even, &shifted]), TestName::WelchT);
        assert_eq!(choose(&[&even, &skewed]), TestName::MannWhitney);
        assert_eq!(choose(&[&even, &shifted, &[], &even]), TestName::Anova);
        assert_eq!(choose(&[&even, &skewed, &even]), TestName::KruskalWallis);
        let chosen = compare_continuous(&[&skewed, &even], ContinuousChoice::Student);
        assert_eq!(name(chosen), TestName::StudentT);
        assert!(compare_continuous(&[&even, &[]], ContinuousChoice::Auto).is_err());
    }
}
