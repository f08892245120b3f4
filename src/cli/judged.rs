//! What `cindex` and `roc` judge: a score, alone or against others, or the study's models.

use clap::Args;
use tables::names::split_names;

use super::source::column;

/// A score, or models.
#[derive(Args)]
pub(super) struct Judged {
    /// Column of scores; higher means a higher risk. A risk between 0 and 1 gets Brier scores from `roc`
    #[arg(long, value_name = "COL", value_parser = column, conflicts_with = "model")]
    pub score: Option<String>,
    /// Named models of the study, fitted in its training cohort, in every cohort [default without --score: all of them]
    #[arg(long, value_name = "NAME,..", value_delimiter = ',', conflicts_with_all = ["compare", "higher_is_better"])]
    pub model: Vec<String>,
    /// Further scores, each of which the score is compared with on the same patients
    #[arg(long, value_name = "COL,..")]
    compare: Vec<String>,
    /// Higher scores mean a lower risk, such as predicted survival
    #[arg(long)]
    pub higher_is_better: bool,
}

impl Judged {
    /// The further scores.
    pub fn compare(&self) -> Vec<String> {
        split_names(&self.compare)
    }
}
