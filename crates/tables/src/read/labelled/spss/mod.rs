//! SPSS: .sav, plain or packed by bytes, and .zsav, packed by blocks.
//!
//! After the description of system files in the developers' guide of GNU PSPP.

mod cases;
mod dictionary;

use super::bytes::Bytes;
use super::{Cells, Variable, day_of_seconds};
use dictionary::{Dictionary, Entry};

/// Days from 1582-10-14, from which SPSS counts seconds, to 1970-01-01.
const EPOCH: f64 = 141_428.0;

pub(super) fn read(bytes: &[u8], asked: Option<&'static encoding_rs::Encoding>) -> Result<Vec<Variable>, String> {
    let mut bytes = Bytes::new(bytes);
    let dictionary = Dictionary::read(&mut bytes, asked)?;
    let cases = cases::read(&dictionary, bytes)?;
    Ok(dictionary.entries.iter().map(|entry| variable(entry, &dictionary, &cases)).collect())
}

/// A variable with its cells, the ones declared missing taken out.
fn variable(entry: &Entry, dictionary: &Dictionary, cases: &[Vec<[u8; 8]>]) -> Variable {
    let order = Bytes::ordered(&[], dictionary.is_big_endian);
    let mut n_missing = 0;
    let cells = match entry.width {
        0 => {
            let number = |case: &Vec<[u8; 8]>| {
                let x = order.double(case[entry.position]);
                // The lowest number of all is the system's own missing value.
                let is_missing = entry.missing.iter().any(|m| m.holds(x));
                n_missing += usize::from(is_missing && x != -f64::MAX);
                if is_missing || x == -f64::MAX { f64::NAN } else { x }
            };
            dated(cases.iter().map(number).collect(), entry.format)
        }
        _ => {
            let text = |case: &Vec<[u8; 8]>| {
                let text = dictionary.decode(&entry.text(case));
                let is_missing = entry.missing_texts.contains(&text);
                n_missing += usize::from(is_missing);
                Some(text).filter(|t| !is_missing && !t.is_empty())
            };
            Cells::Texts(cases.iter().map(text).collect())
        }
    };
    Variable {
        label: entry.label.clone(),
        labels: entry.labels.clone(),
        declared_missing: (entry.missing_in_words(), n_missing),
        ..Variable::new(entry.name.clone(), cells)
    }
}

/// Numbers whose format is one of dates become days.
fn dated(numbers: Vec<f64>, format: u8) -> Cells {
    const DATES: [u8; 10] = [20, 22, 23, 24, 28, 29, 30, 38, 39, 41];
    if !DATES.contains(&format) {
        return Cells::Numbers(numbers);
    }
    let day = |x: &f64| if x.is_nan() { None } else { day_of_seconds(x - EPOCH * 86_400.0) };
    Cells::Days(numbers.iter().map(day).collect())
}
