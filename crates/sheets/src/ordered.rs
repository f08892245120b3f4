//! A PDF in one order: what writes it numbers fonts and lists resources in no order of its own.

use std::collections::BTreeMap;
use std::ops::Range;

/// The same document with the references of each dictionary sorted by name, and its objects numbered as they are first
/// referred to, so that the same drawing gives the same bytes. What does not look as expected stays as it is.
pub fn ordered(pdf: Vec<u8>) -> Vec<u8> {
    rewritten(&pdf).unwrap_or(pdf)
}

fn rewritten(pdf: &[u8]) -> Option<Vec<u8>> {
    let last = |word: &[u8]| pdf.windows(word.len()).rposition(|window| window == word);
    let (table, trailer, end) = (last(b"\nxref\n")? + 1, last(b"trailer\n")?, last(b"startxref\n")?);
    let (begin, objects) = objects(pdf, table..trailer)?;
    let trailer = pdf.get(trailer..end)?;
    let order = order(trailer, &objects)?;
    let mut out = pdf.get(..begin)?.to_vec();
    let mut places = Vec::with_capacity(order.0.len());
    for number in order.keys_in_order() {
        places.push(out.len());
        let Object { text, stream } = objects.get(&number)?;
        let (_, dictionary) = text.split_at(text.windows(4).position(|window| window == b" obj")?);
        out.extend(format!("{} 0", places.len()).bytes());
        out.extend(order.renumbered(dictionary)?);
        out.extend(stream);
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f\r\n", places.len() + 1).bytes());
    places.iter().for_each(|place| out.extend(format!("{place:010} 00000 n\r\n").bytes()));
    // The size in the trailer counts the objects.
    let trailer = String::from_utf8(order.renumbered(trailer)?).ok()?;
    for line in trailer.split_inclusive('\n') {
        match line.trim_start().starts_with("/Size ") {
            true => out.extend(format!("  /Size {}\n", places.len() + 1).bytes()),
            false => out.extend(line.bytes()),
        }
    }
    out.extend(format!("startxref\n{start}\n%%EOF").bytes());
    Some(out)
}

/// An object: `12 0 obj` with its dictionary, and its stream if it has one.
struct Object {
    text: Vec<u8>,
    stream: Vec<u8>,
}

/// Where the first object begins, and every object by its number, as the table of places at `table` says.
fn objects(pdf: &[u8], table: Range<usize>) -> Option<(usize, BTreeMap<usize, Object>)> {
    let entries = std::str::from_utf8(pdf.get(table.clone())?).ok()?;
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (number, entry) in entries.lines().skip(2).enumerate() {
        if entry.trim_end().ends_with('n') {
            found.push((entry.get(..10)?.parse().ok()?, number));
        }
    }
    found.sort_unstable();
    let ends = found.iter().skip(1).map(|(place, _)| *place).chain([table.start]);
    let mut objects = BTreeMap::new();
    for ((place, number), end) in found.iter().zip(ends) {
        objects.insert(*number, Object::new(pdf.get(*place..end)?));
    }
    Some((found.first()?.0, objects))
}

impl Object {
    /// Neighbouring references in its dictionaries are sorted; a stream stays as it is.
    fn new(object: &[u8]) -> Self {
        let stream = object.windows(8).position(|window| window == b"\nstream\n").unwrap_or(object.len());
        let mut lines: Vec<&[u8]> = object[..stream].split_inclusive(|byte| *byte == b'\n').collect();
        let is_reference = |line: &&[u8]| line.trim_ascii().starts_with(b"/") && line.trim_ascii().ends_with(b" 0 R");
        lines.chunk_by_mut(|a, b| is_reference(a) && is_reference(b)).for_each(<[&[u8]]>::sort_unstable);
        Self { text: lines.concat(), stream: object[stream..].to_vec() }
    }
}

/// The new number of each object.
struct Order(BTreeMap<usize, usize>);

/// Numbers objects as they are first referred to, from the trailer on; none if one refers to nothing.
fn order(trailer: &[u8], objects: &BTreeMap<usize, Object>) -> Option<Order> {
    let mut order = BTreeMap::new();
    let mut waiting: Vec<usize> = references(trailer).iter().map(|(_, _, number)| *number).rev().collect();
    while let Some(number) = waiting.pop() {
        if !order.contains_key(&number) {
            order.insert(number, order.len() + 1);
            let text = &objects.get(&number)?.text;
            waiting.extend(references(text).iter().map(|(_, _, number)| *number).rev());
        }
    }
    Some(Order(order))
}

impl Order {
    /// The old numbers in the order of the new ones.
    fn keys_in_order(&self) -> Vec<usize> {
        let mut keys: Vec<(usize, usize)> = self.0.iter().map(|(old, new)| (*new, *old)).collect();
        keys.sort_unstable();
        keys.into_iter().map(|(_, old)| old).collect()
    }

    /// `text` with the new numbers in its references.
    fn renumbered(&self, text: &[u8]) -> Option<Vec<u8>> {
        let (mut out, mut done) = (Vec::with_capacity(text.len()), 0);
        for (from, to, number) in references(text) {
            out.extend(&text[done..from]);
            out.extend(self.0.get(&number)?.to_string().bytes());
            done = to;
        }
        out.extend(&text[done..]);
        Some(out)
    }
}

/// The references (`12 0 R`) in a text: where each number begins and ends, and the number.
fn references(text: &[u8]) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    for to in text.windows(4).enumerate().filter(|(_, window)| *window == b" 0 R").map(|(at, _)| at) {
        let digits = text[..to].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&text[to - digits..to]).ok().and_then(|digits| digits.parse().ok());
        found.extend(number.map(|number| (to - digits, to, number)));
    }
    found
}
