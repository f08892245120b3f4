//! Names of columns in lists: `age, "Sex, M/F", rcs(size,4)`. A name with commas, blanks or brackets stands in backticks
//! or quotes.

/// The parts of `text` between `separator`s that stand outside of backticks, quotes and brackets, without blanks around
/// them; empty ones are left out.
pub fn split_outside(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut quoted: Option<char> = None;
    for (at, c) in text.char_indices() {
        match (quoted, c) {
            (Some(open), c) if c == open => quoted = None,
            (Some(_), _) => {}
            (None, '`' | '"') => quoted = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, c) if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A name without the backticks or quotes around the whole of it.
pub fn unquoted(name: &str) -> &str {
    let name = name.trim();
    let inside =
        |quote: char| name.strip_prefix(quote).and_then(|n| n.strip_suffix(quote)).filter(|n| !n.contains(quote));
    inside('`').or_else(|| inside('"')).unwrap_or(name)
}

/// The names in lists such as options give them.
pub fn split_names<S: AsRef<str>>(lists: &[S]) -> Vec<String> {
    lists.iter().flat_map(|list| split_outside(list.as_ref(), ',')).map(|name| unquoted(name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_inside_quotes_and_brackets_do_not_divide() {
        assert_eq!(split_outside("age, `Sex, M/F`,rcs(size,4)", ','), ["age", "`Sex, M/F`", "rcs(size,4)"]);
        assert_eq!(split_names(&["a,\"b, c\"", "`d`"]), ["a", "b, c", "d"]);
        assert_eq!(unquoted("`a`*`b`"), "`a`*`b`");
        assert!(split_outside(" ,", ',').is_empty());
    }
}
