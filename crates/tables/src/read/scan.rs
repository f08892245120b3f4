//! The records of a text table: where each starts, on which line, with how many fields.

/// A record: a line, or several where a quoted field spans them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    /// Where it starts, in bytes.
    pub start: usize,
    /// Where it ends, without the line break.
    pub end: usize,
    /// Its line, from 1.
    pub line: u32,
    /// Number of fields.
    pub fields: usize,
}

/// A quote that opens on this line is never closed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnclosedQuote {
    pub line: u32,
}

/// The records of `text` that are not blank lines.
pub(super) fn records(text: &[u8], delimiter: u8) -> Result<Vec<Record>, UnclosedQuote> {
    let mut found = Vec::new();
    let (mut line, mut first_line, mut start, mut fields) = (1, 1, 0, 1);
    let mut quoted_since = None;
    let mut field_start = 0;
    let mut push = |start: usize, end: usize, line: u32, fields: usize| {
        let end = if end > start && text[end - 1] == b'\r' { end - 1 } else { end };
        if text[start..end].iter().any(|b| !matches!(b, b' ' | b'\r')) {
            found.push(Record { start, end, line, fields });
        }
    };
    for (at, &byte) in text.iter().enumerate() {
        if quoted_since.is_some() {
            match byte {
                b'"' => quoted_since = None,
                b'\n' => line += 1,
                _ => {}
            }
            continue;
        }
        match byte {
            // A quote opens a field at its start, or again after a doubled quote inside one.
            b'"' if at == field_start || at > 0 && text[at - 1] == b'"' => quoted_since = Some(line),
            b'\n' => {
                push(start, at, first_line, fields);
                line += 1;
                (start, field_start, fields, first_line) = (at + 1, at + 1, 1, line);
            }
            _ if byte == delimiter => {
                fields += 1;
                field_start = at + 1;
            }
            _ => {}
        }
    }
    if let Some(line) = quoted_since {
        return Err(UnclosedQuote { line });
    }
    push(start, text.len(), first_line, fields);
    Ok(found)
}

/// The fields of one record, without quotes.
pub(super) fn fields(record: &[u8], delimiter: u8) -> Vec<String> {
    let mut fields = vec![Vec::new()];
    let mut quoted = false;
    let mut bytes = record.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let field = fields.last_mut().expect("there is always a last field");
        match byte {
            b'"' if quoted && bytes.next_if_eq(&b'"').is_some() => field.push(b'"'),
            b'"' if quoted || field.is_empty() => quoted = !quoted,
            _ if byte == delimiter && !quoted => fields.push(Vec::new()),
            _ => field.push(byte),
        }
    }
    fields.into_iter().map(|f| String::from_utf8_lossy(&f).into_owned()).collect()
}

/// The delimiter that cuts the first lines into the same number of fields, more than one, if any does.
///
/// Titles above the header and short lines below do not count against it: what counts is how many of the lines agree.
pub(super) fn delimiter(text: &[u8]) -> Option<u8> {
    let lines = text.split(|&b| b == b'\n').filter(|l| !l.is_empty()).take(40);
    let head = lines.map(|l| l.len() + 1).sum::<usize>().min(text.len());
    let score = |delimiter: u8| {
        let records = records(&text[..head], delimiter).unwrap_or_default();
        let fields: Vec<usize> = records.iter().map(|r| r.fields).filter(|n| *n > 1).collect();
        let alike = |n: &usize| fields.iter().filter(|m| *m == n).count();
        fields.iter().map(|n| (alike(n), *n)).max().unwrap_or((0, 0))
    };
    // Later ones win ties, hence the comma last.
    let best = [b'|', b'\t', b';', b','].into_iter().max_by_key(|&d| score(d))?;
    (score(best).0 > 0).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_breaks_stay_inside_a_record() {
        let text = b"id,note\n1,\"two\nlines\"\n\n2,\"a \"\"b\"\", c\"\r\n";
        let found = records(text, b',').expect("closed quotes");
        let lines: Vec<(u32, usize)> = found.iter().map(|r| (r.line, r.fields)).collect();
        assert_eq!(lines, [(1, 2), (2, 2), (5, 2)]);
        assert_eq!(fields(&text[found[2].start..found[2].end], b','), ["2", "a \"b\", c"]);
        assert_eq!(records(b"a,b\n1,\"x\n", b','), Err(UnclosedQuote { line: 2 }));
    }

    #[test]
    fn delimiters_show_in_the_first_lines() {
        assert_eq!(delimiter(b"id;age;crp\n1;60;1,5\n2;61;2,5\n"), Some(b';'));
        assert_eq!(delimiter(b"id\tage\n1\t60\n"), Some(b'\t'));
        assert_eq!(delimiter(b"id,age\n1,60\n"), Some(b','));
        assert_eq!(delimiter(b"Table 1. Patients\nid;age\n1;60\n2;61\n"), Some(b';'));
        assert_eq!(delimiter(b"id\n1\n"), None);
    }
}
