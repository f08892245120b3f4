//! Columns that need no second look, from what was found while they were read.

use super::dates::DATE_WORDS;
use super::{Marks, Reading, Rules, Typed, Written, all_of};
use crate::column::{Category, Kind, Values};

/// The readers of clean columns: `cells` are not needed, and may be empty.
impl Written<'_> {
    /// Whether the column calls itself one of dates.
    pub fn name_is_of_dates(&self) -> bool {
        let name = self.name.to_lowercase();
        DATE_WORDS.iter().any(|word| name.contains(word))
    }

    /// A column of which `present` values are plain numbers and the others missing.
    pub fn of_plain_numbers(&self, numbers: Vec<f64>, present: usize, marks: Marks, rules: &Rules<'_>) -> Typed {
        let rows = self.rows.len();
        let mut reading = match (present, rules.kind) {
            (0, None) => Reading::of(Values::Text(vec![None; rows]), "no value in any row"),
            (0, Some(_)) => Reading::of(Values::Number(numbers), ""),
            _ => {
                let reason = format!("{} are numbers", all_of(present, rows));
                Reading { marks, ..Reading::of(Values::Number(numbers), reason) }
            }
        };
        self.look_for_codes(&mut reading, rules);
        self.said(reading, rules)
    }

    /// A column of words of which many are the same; `present` rows have one. `None` where it is to hold something else.
    pub fn of_levels(&self, levels: Category, present: usize, rules: &Rules<'_>) -> Option<Typed> {
        let reading = match rules.kind {
            _ if present == 0 => return None,
            None => {
                let digits = levels.levels.iter().all(|level| level.bytes().all(|b| b.is_ascii_digit()));
                self.words(levels, present, digits, None, rules)
            }
            Some(Kind::Category) => self.as_category(levels, rules),
            Some(Kind::Text) => Reading::of(levels.texts(), ""),
            Some(Kind::Number | Kind::Date) => return None,
        };
        Some(self.said(reading, rules))
    }

    /// A column of words of which nearly all differ; `present` rows have one, and `distinct` are different.
    pub fn of_texts(
        &self,
        texts: Vec<Option<String>>,
        present: usize,
        distinct: usize,
        rules: &Rules<'_>,
    ) -> Option<Typed> {
        let is_said = rules.kind == Some(Kind::Text);
        let are_names = rules.kind.is_none() && distinct > Self::FEW_LEVELS && Self::are_names(present, distinct);
        if !is_said && !are_names {
            return self.of_levels(Category::from_texts(texts), present, rules);
        }
        if present == 0 {
            return None;
        }
        let digits = || texts.iter().flatten().all(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let reason = if is_said { String::new() } else { Self::said_of_names(digits(), present, distinct) };
        let each = texts.iter().flatten().map(|text| (text.as_str(), 1));
        let doubt = if is_said { None } else { self.doubt_of_kind(each) };
        Some(self.said(Reading { doubt, ..Reading::of(Values::Text(texts), reason) }, rules))
    }

    fn said(&self, mut reading: Reading, rules: &Rules<'_>) -> Typed {
        if let Some(kind) = rules.kind {
            reading.reason = format!("said to be {kind}");
        }
        self.typed(reading, &[], &[])
    }
}
