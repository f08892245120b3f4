//! What of a cohort goes into its revision, length-prefixed so that no two contents run together.

use blake3::Hasher;
use tables::{Category, Frame, Values};

use super::endpoint::Endpoint;

pub(super) fn frame(hasher: &mut Hasher, frame: &Frame) {
    count(hasher, frame.len());
    count(hasher, frame.columns().len());
    for column in frame.columns() {
        text(hasher, &column.name);
        text(hasher, column.label());
        text(hasher, column.unit.as_deref().unwrap_or_default());
        values(hasher, &column.values);
    }
}

pub(super) fn endpoint(hasher: &mut Hasher, endpoint: &Endpoint) {
    text(hasher, &endpoint.name);
    text(hasher, &endpoint.label);
    text(hasher, endpoint.unit.word());
    numbers(hasher, &endpoint.time);
    for event in &endpoint.event {
        hasher.update(&[event.map_or(2, u8::from)]);
    }
    if let Some(causes) = &endpoint.causes {
        text(hasher, &causes.column);
        text(hasher, &causes.censored);
    }
}

pub(super) fn category(hasher: &mut Hasher, category: &Category) {
    texts(hasher, &category.levels);
    hasher.update(&[u8::from(category.ordered)]);
    hasher.update(&category.reference.to_le_bytes());
    count(hasher, category.codes.len());
    let codes: Vec<u32> = category.codes.iter().map(|code| code.unwrap_or(u32::MAX)).collect();
    hasher.update(bytemuck::cast_slice(&codes));
}

pub(super) fn texts(hasher: &mut Hasher, texts: &[String]) {
    count(hasher, texts.len());
    texts.iter().for_each(|t| text(hasher, t));
}

fn values(hasher: &mut Hasher, values: &Values) {
    text(hasher, values.kind().word());
    match values {
        Values::Number(v) => numbers(hasher, v),
        Values::Category(c) => category(hasher, c),
        Values::Date(v) => {
            let days: Vec<i32> = v.iter().map(|day| day.unwrap_or(i32::MIN)).collect();
            hasher.update(bytemuck::cast_slice(&days));
        }
        Values::Text(v) => v.iter().for_each(|value| {
            hasher.update(&[u8::from(value.is_some())]);
            text(hasher, value.as_deref().unwrap_or_default());
        }),
    }
}

fn numbers(hasher: &mut Hasher, numbers: &[f64]) {
    count(hasher, numbers.len());
    // As they lie in memory. Missing values of other bits make another revision, which costs one more answer.
    hasher.update(bytemuck::cast_slice(numbers));
}

fn text(hasher: &mut Hasher, text: &str) {
    count(hasher, text.len());
    hasher.update(text.as_bytes());
}

fn count(hasher: &mut Hasher, n: usize) {
    hasher.update(&(n as u64).to_le_bytes());
}
