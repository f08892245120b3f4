//! Stata: .dta of every release from 102 to 119.

mod lengths;

use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::long_string_table::LongStringTable;
use dta::stata::dta::value::Value;
use dta::stata::dta::value_label_table::ValueLabelTable;
use dta::stata::dta::variable_type::VariableType;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::{Cells, Key, Variable, day_of_seconds};
use lengths::Source;

/// Days from 1960-01-01 to 1970-01-01.
const EPOCH: f64 = 3_653.0;

pub(super) fn read(bytes: &[u8], asked: Option<&'static Encoding>) -> Result<Vec<Variable>, String> {
    let said = |error: dta::stata::dta::dta_error::DtaError| error.to_string();
    let reader = match asked {
        Some(encoding) => DtaReader::new().encoding(encoding),
        None => DtaReader::new(),
    };
    let (source, lengths) = Source::new(bytes);
    let schema = reader.from_reader(source).read_header().map_err(said)?;
    let header = schema.header().clone();
    lengths.variables(&header)?;
    let mut characteristics = schema.read_schema().map_err(said)?;
    if !header.release().is_xml_like() {
        lengths.characteristics(&header)?;
        characteristics.skip_to_end().map_err(said)?;
    }
    let mut long = characteristics.seek_long_strings().map_err(said)?;
    let encoding = long.encoding();
    let mut texts = LongStringTable::for_reading();
    loop {
        lengths.long_text(&header)?;
        let Some(text) = long.read_long_string().map_err(said)? else { break };
        let (variable, observation) = (text.variable(), text.observation());
        texts.get_or_insert(variable, observation, text.into_content());
    }
    let mut value_labels = long.into_value_label_reader().map_err(said)?;
    let mut labels = ValueLabelTable::new();
    loop {
        lengths.labels(&header)?;
        let Some(set) = value_labels.read_value_label_set().map_err(said)? else { break };
        if labels.get(set.name()).is_none() {
            labels.insert(set);
        }
    }
    let mut records = value_labels.seek_records().map_err(said)?;

    let schema = records.schema().clone();
    let mut variables: Vec<Variable> = schema.variables().iter().map(|v| empty(v, &labels)).collect();
    while let Some(record) = records.read_record().map_err(said)? {
        for (variable, value) in variables.iter_mut().zip(record.values()) {
            match &mut variable.cells {
                Cells::Numbers(cells) => cells.push(number(value)),
                Cells::Texts(cells) => cells.push(text(value, &texts, encoding)),
                Cells::Days(_) => {}
            }
        }
    }
    for (variable, of) in variables.iter_mut().zip(schema.variables()) {
        dated(variable, of.format());
        if asked.is_none() {
            repair(variable);
        }
    }
    Ok(variables)
}

fn empty(of: &dta::stata::dta::variable::Variable, labels: &ValueLabelTable) -> Variable {
    let cells = match of.variable_type() {
        VariableType::FixedString(_) | VariableType::LongString => Cells::Texts(Vec::new()),
        _ => Cells::Numbers(Vec::new()),
    };
    let set = labels.get(of.value_label_name()).filter(|_| !of.value_label_name().is_empty());
    let labels = set.into_iter().flat_map(|set| set.entries());
    Variable {
        label: Some(of.label().to_owned()),
        labels: labels.map(|e| (Key::Number(f64::from(e.value())), e.label().to_owned())).collect(),
        ..Variable::new(of.name(), cells)
    }
}

fn number(value: &Value<'_>) -> f64 {
    let present = match value {
        Value::Byte(x) => x.present().map(f64::from),
        Value::Int(x) => x.present().map(f64::from),
        Value::Long(x) => x.present().map(f64::from),
        Value::Float(x) => x.present().map(f64::from),
        Value::Double(x) => x.present(),
        Value::String(_) | Value::LongStringRef(_) => None,
    };
    present.unwrap_or(f64::NAN)
}

fn text(value: &Value<'_>, long: &LongStringTable, encoding: &'static Encoding) -> Option<String> {
    let text = match value {
        Value::String(text) => text.to_string(),
        Value::LongStringRef(at) => long.get(at)?.data_str(encoding)?.into_owned(),
        _ => return None,
    };
    Some(text.trim_end_matches('\0').to_owned()).filter(|t| !t.trim().is_empty())
}

/// Old releases say nothing of their encoding: what was read as that of western Windows and is UTF-8, is UTF-8.
fn repair(variable: &mut Variable) {
    let repaired = |text: &str| {
        let (bytes, _, lost) = WINDOWS_1252.encode(text);
        if text.is_ascii() || lost { None } else { String::from_utf8(bytes.into_owned()).ok() }
    };
    let mend = |text: &mut String| {
        if let Some(better) = repaired(text) {
            *text = better;
        }
    };
    if let Cells::Texts(cells) = &mut variable.cells {
        cells.iter_mut().flatten().for_each(mend);
    }
    variable.label.iter_mut().for_each(mend);
    variable.labels.iter_mut().for_each(|(_, label)| mend(label));
}

/// Numbers whose format is that of dates become days: `%td`, `%tc` and their older spellings.
fn dated(variable: &mut Variable, format: &str) {
    let Cells::Numbers(numbers) = &variable.cells else { return };
    let kind = format.trim_start_matches('%').trim_start_matches('-');
    // A time of the day is a number of seconds.
    if kind.to_lowercase().starts_with("tchh") {
        variable.cells = Cells::Numbers(numbers.iter().map(|x| x / 1000.0).collect());
        return;
    }
    let day: fn(f64) -> Option<i32> = if kind.starts_with("tc") || kind.starts_with("tC") {
        |x| day_of_seconds(x / 1000.0 - EPOCH * 86_400.0)
    } else if kind.starts_with("td") || kind.starts_with('d') {
        |x| day_of_seconds((x - EPOCH) * 86_400.0)
    } else {
        return;
    };
    variable.cells = Cells::Days(numbers.iter().map(|x| if x.is_nan() { None } else { day(*x) }).collect());
}
