//! What is not part of a text table's records: old line ends, Excel's separator line, comments above the header.

use std::borrow::Cow;

use super::scan;

/// A text with nothing but records, and what was taken away from it.
pub(super) struct Lines<'t> {
    pub text: Cow<'t, [u8]>,
    /// How many lines were cut off above.
    pub cut: u32,
    /// The delimiter that the file itself names.
    pub delimiter: Option<u8>,
    /// What was done, for the reader.
    pub notes: Vec<String>,
}

/// Makes every line end in `\n`, and takes `sep=;` and comment lines off the top.
pub(super) fn prepare(text: Cow<'_, [u8]>) -> Lines<'_> {
    let mut lines = Lines { text, cut: 0, delimiter: None, notes: Vec::new() };
    lines.end_in_line_feeds();
    lines.take_separator();
    lines.take_comments();
    lines
}

impl Lines<'_> {
    /// Lines of the old Macintosh end in carriage returns alone.
    fn end_in_line_feeds(&mut self) {
        let is_old = self.text.contains(&b'\r') && !self.text.contains(&b'\n');
        if is_old {
            self.text.to_mut().iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
            self.notes.push("its lines end in carriage returns alone, as on old Macintoshes".to_owned());
        }
    }

    /// `sep=;`, by which Excel is told the delimiter.
    fn take_separator(&mut self) {
        let line = first_line(&self.text);
        let plain: Vec<u8> = line.iter().copied().filter(|b| !matches!(b, b'"' | b'\r')).collect();
        let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] = plain.as_slice() else { return };
        self.delimiter = Some(*delimiter);
        self.notes.push(format!("its first line names the delimiter: {}", String::from_utf8_lossy(&plain)));
        let length = line.len() + 1;
        self.cut_off(length, 1);
    }

    /// Lines above the header that begin with `#`. The last of them is the header itself if it has a name for each
    /// field of the line below and that line holds numbers.
    fn take_comments(&mut self) {
        let (mut length, mut count, mut last) = (0, 0, 0);
        while self.text[length..].first() == Some(&b'#') {
            last = length;
            length += first_line(&self.text[length..]).len() + 1;
            count += 1;
            if length >= self.text.len() {
                return;
            }
        }
        if count == 0 {
            return;
        }
        let below = &self.text[length..];
        let delimiter = self.delimiter.unwrap_or_else(|| scan::delimiter(below).unwrap_or(b','));
        let (header, row) = (first_line(&self.text[last + 1..length]), first_line(below));
        let fields = |line: &[u8]| scan::fields(line, delimiter);
        let is_number = |field: &String| field.trim().parse::<f64>().is_ok();
        let is_header = fields(header).len() == fields(row).len()
            && fields(row).iter().any(is_number)
            && !fields(header).iter().any(is_number);
        if is_header {
            count -= 1;
            length = last + 1;
        }
        if count > 0 {
            let lines = if count == 1 { "line that begins" } else { "lines that begin" };
            self.notes.push(format!("{count} {lines} with # above the columns' names left out"));
        }
        self.cut_off(length, count);
    }

    fn cut_off(&mut self, bytes: usize, lines: u32) {
        self.cut += lines;
        let bytes = bytes.min(self.text.len());
        match &mut self.text {
            Cow::Borrowed(text) => *text = &text[bytes..],
            Cow::Owned(text) => drop(text.drain(..bytes)),
        }
    }
}

fn first_line(text: &[u8]) -> &[u8] {
    text.split(|b| *b == b'\n').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(text: &str) -> (String, u32, Option<u8>) {
        let lines = prepare(Cow::Borrowed(text.as_bytes()));
        (String::from_utf8_lossy(&lines.text).into_owned(), lines.cut, lines.delimiter)
    }

    #[test]
    fn only_records_are_left() {
        assert_eq!(rest("sep=;\na;b\n"), ("a;b\n".to_owned(), 1, Some(b';')));
        assert_eq!(rest("\"sep=\t\"\na\tb\n"), ("a\tb\n".to_owned(), 1, Some(b'\t')));
        assert_eq!(rest("a,b\r1,2\r"), ("a,b\n1,2\n".to_owned(), 0, None));
        assert_eq!(rest("# of 2024\n#b\nid,age\n1,2\n"), ("id,age\n1,2\n".to_owned(), 2, None));
        assert_eq!(rest("#1\t2\nID\tAGE\nP\t3\n"), ("ID\tAGE\nP\t3\n".to_owned(), 1, None));
    }

    #[test]
    fn a_header_behind_a_comment_sign_is_a_header() {
        assert_eq!(rest("#id,age,sex\nP1,61,M\n"), ("id,age,sex\nP1,61,M\n".to_owned(), 0, None));
    }
}
