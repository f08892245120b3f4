//! What the abbreviations of a table mean, for its footnote.

use super::Table;

/// Abbreviations as whole words, and what they stand for.
const MEANINGS: [(&str, &str); 25] = [
    ("AIC", "Akaike's information criterion"),
    ("AUC", "area under the receiver operating characteristic curve"),
    ("BIC", "Bayesian information criterion"),
    ("C-index", "concordance index"),
    ("CI", "confidence interval"),
    ("CV", "cross-validation"),
    ("DFS", "disease-free survival"),
    ("EPV", "events per variable"),
    ("HR", "hazard ratio"),
    ("ICC", "intraclass correlation coefficient"),
    ("ICI", "integrated calibration index"),
    ("IDI", "integrated discrimination improvement"),
    ("IQR", "interquartile range"),
    ("LASSO", "least absolute shrinkage and selection operator"),
    ("LR", "likelihood ratio"),
    ("NRI", "net reclassification improvement"),
    ("OS", "overall survival"),
    ("PFS", "progression-free survival"),
    ("RFS", "recurrence-free survival"),
    ("RMST", "restricted mean survival time"),
    ("ROC", "receiver operating characteristic"),
    ("SD", "standard deviation"),
    ("SE", "standard error"),
    ("SMD", "standardized mean difference"),
    ("df", "degrees of freedom"),
];

/// `CI, confidence interval; HR, hazard ratio.` for those that stand in the table; nothing without any.
pub fn footnote(table: &Table) -> Option<String> {
    let headings = table.columns.iter().flat_map(|column| column.heading());
    let cells = table.rows.iter().flat_map(|row| row.cells.iter().map(|cell| cell.shown.clone()));
    let text: Vec<String> = table.caption.iter().cloned().chain(headings).chain(cells).collect();
    let found = MEANINGS.iter().filter(|(short, _)| text.iter().any(|text| has_word(text, short)));
    let said: Vec<String> = found.map(|(short, meaning)| format!("{short}, {meaning}")).collect();
    (!said.is_empty()).then(|| said.join("; ") + ".")
}

fn has_word(text: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word)
        .any(|(at, _)| !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + word.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::footnote;
    use crate::document::{Cell, ColumnSpec, Table};

    #[test]
    fn abbreviations_are_whole_words_of_the_table() {
        let mut table = Table::new([ColumnSpec::left("SEX"), ColumnSpec::decimal("HR (95 % CI)")]);
        table.push([Cell::text("CRP"), Cell::text("1.2")]);
        assert_eq!(footnote(&table).as_deref(), Some("CI, confidence interval; HR, hazard ratio."));
        assert_eq!(footnote(&Table::new([ColumnSpec::left("Term")])), None);
    }
}
