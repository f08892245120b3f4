//! What only a column's owner knows.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something about a column that changes its numbers and that only its owner knows: asked, never guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// What the answer decides.
    pub about: About,
    /// The question.
    pub text: String,
    /// The answers that there are.
    pub candidates: Vec<String>,
    /// How it is answered, on the command line and in a study file.
    pub option: String,
}

/// What a doubt is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Which mark stands before decimals.
    Decimal,
    /// Whether the day or the month comes first.
    Dates,
    /// What stands for a value beyond a limit of detection.
    Limits,
    /// In which of several units the numbers are.
    Units,
    /// Whether numbers among words are numbers.
    Kind,
}

impl About {
    /// Whether it is answered by taking the column as levels.
    pub fn is_of_numbers(self) -> bool {
        matches!(self, Self::Units | Self::Kind | Self::Limits | Self::Decimal)
    }
}

impl fmt::Display for Doubt {
    /// `question: is 1,957 in afp 1957 or 1.957? --decimal . or --decimal ,`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "question: {}", self.text)?;
        if !self.candidates.is_empty() {
            write!(f, " It may be: {}.", self.candidates.join(", "))?;
        }
        write!(f, " {}", self.option)
    }
}
