//! Tables whose fields stand between blanks, as R's `write.table` writes them.

/// The same text with tabs between the fields, if most of its first lines have the same number of fields, three or
/// more, between blanks. A header may be one name short.
pub(super) fn to_tabs(text: &[u8]) -> Option<Vec<u8>> {
    let lines = || text.split(|b| *b == b'\n').filter(|line| line.iter().any(|b| !b.is_ascii_whitespace()));
    let counts: Vec<usize> = lines().take(30).map(|line| fields(line).len()).collect();
    let (header, body) = counts.split_first()?;
    let usual = *body.first()?;
    let alike = body.iter().filter(|n| **n == usual).count();
    if usual < 3 || 10 * alike < 9 * body.len() || !(*header == usual || header + 1 == usual) {
        return None;
    }
    let mut tabbed = Vec::with_capacity(text.len());
    for line in text.split(|b| *b == b'\n') {
        for (k, field) in fields(line).into_iter().enumerate() {
            if k > 0 {
                tabbed.push(b'\t');
            }
            tabbed.extend_from_slice(field);
        }
        tabbed.push(b'\n');
    }
    Some(tabbed)
}

/// The fields of a line as they are written, with their quotes.
fn fields(line: &[u8]) -> Vec<&[u8]> {
    let mut fields = Vec::new();
    let mut start = None;
    let mut quoted = false;
    for (at, byte) in line.iter().enumerate() {
        quoted ^= *byte == b'"';
        let blank = matches!(byte, b' ' | b'\t' | b'\r') && !quoted;
        match start {
            None if !blank => start = Some(at),
            Some(from) if blank => {
                fields.push(&line[from..at]);
                start = None;
            }
            _ => {}
        }
    }
    fields.extend(start.map(|from| &line[from..]));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_between_blanks_keep_their_quotes() {
        let text = b"\"id\" \"note\" \"x\"\n\"1\" \"P 1\" \"a b\" 3\n\"2\" \"P 2\" \"c\" 4\n";
        let tabbed = to_tabs(text).expect("a table");
        assert_eq!(tabbed, b"\"id\"\t\"note\"\t\"x\"\n\"1\"\t\"P 1\"\t\"a b\"\t3\n\"2\"\t\"P 2\"\t\"c\"\t4\n\n");
        assert_eq!(to_tabs(b"one text\nof some words only\nand others\n"), None);
    }
}
