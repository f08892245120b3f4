//! Templates of paths: `images/{id}_{sequence}.nii.gz`, `data/{id:03}/t1.nii`.

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Text that stands for itself.
    Plain(&'t str),
    /// The name between two braces.
    Placeholder(&'t str),
}

/// The pieces of a template, or what is wrong with it.
pub(super) fn pieces(template: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find(['{', '}']) {
        if rest[open..].starts_with('}') {
            return Err(format!("a brace closes in `{template}` that was never opened"));
        }
        let inside = &rest[open + 1..];
        let close = inside.find('}').ok_or_else(|| format!("a brace opens in `{template}` and is never closed"))?;
        let name = inside[..close].trim();
        if name.is_empty() || name.contains('{') {
            return Err(format!("a placeholder in `{template}` has no name"));
        }
        if open > 0 {
            pieces.push(Piece::Plain(&rest[..open]));
        }
        pieces.push(Piece::Placeholder(name));
        rest = &inside[close + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    Ok(pieces)
}

/// The names of the placeholders in order, repeats included.
pub(super) fn placeholders(template: &str) -> Result<Vec<String>, String> {
    let names = pieces(template)?.into_iter().filter_map(|piece| match piece {
        Piece::Placeholder(name) => Some(width(name).0.to_owned()),
        Piece::Plain(_) => None,
    });
    Ok(names.collect())
}

/// The template with every placeholder replaced; those without a value stay as they are.
pub(super) fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let Ok(pieces) = pieces(template) else { return template.to_owned() };
    let text = |piece: Piece<'_>| match piece {
        Piece::Plain(text) => text.to_owned(),
        Piece::Placeholder(name) => {
            let (bare, digits) = width(name);
            value(bare).map_or_else(|| format!("{{{name}}}"), |value| padded(value, digits))
        }
    };
    pieces.into_iter().map(text).collect()
}

/// The name of a placeholder, and how many digits its number is written with: `id` and 3 of `id:03`.
fn width(name: &str) -> (&str, usize) {
    let format = name.rsplit_once(':').and_then(|(bare, digits)| Some((bare.trim(), digits.trim().parse().ok()?)));
    format.filter(|(_, digits)| *digits <= MOST_DIGITS).unwrap_or((name, 0))
}

/// Numbers are written with no more digits than this.
pub(super) const MOST_DIGITS: usize = 12;

/// A whole number with zeros in front, anything else as it is.
pub(super) fn padded(value: String, digits: usize) -> String {
    match value.bytes().all(|b| b.is_ascii_digit()) && !value.is_empty() {
        true => format!("{value:0>digits$}"),
        false => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_and_filled() {
        let template = "images/{id}_{sequence}.nii.gz";
        assert_eq!(placeholders(template), Ok(vec!["id".to_owned(), "sequence".to_owned()]));
        let filled = fill(template, |name| (name == "id").then(|| "P01".to_owned()));
        assert_eq!(filled, "images/P01_{sequence}.nii.gz");
    }

    #[test]
    fn numbers_get_their_zeros_back() {
        assert_eq!(placeholders("d/{id:03}/{a:b}"), Ok(vec!["id".to_owned(), "a:b".to_owned()]));
        let fill = |id: &str| fill("d/{id:03}", |name| (name == "id").then(|| id.to_owned()));
        assert_eq!([fill("7"), fill("1234"), fill("A7")], ["d/007", "d/1234", "d/A7"]);
    }

    #[test]
    fn braces_must_match() {
        assert!(pieces("a{id").is_err_and(|e| e.contains("never closed")));
        assert!(pieces("a}b").is_err_and(|e| e.contains("never opened")));
        assert!(pieces("a{}b").is_err());
    }
}
