//! Templates of paths: `images/{id}_{sequence}.nii.gz`.

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
        Piece::Placeholder(name) => Some(name.to_owned()),
        Piece::Plain(_) => None,
    });
    Ok(names.collect())
}

/// The template with every placeholder replaced; those without a value stay as they are.
pub(super) fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let Ok(pieces) = pieces(template) else { return template.to_owned() };
    let text = |piece: Piece<'_>| match piece {
        Piece::Plain(text) => text.to_owned(),
        Piece::Placeholder(name) => value(name).unwrap_or_else(|| format!("{{{name}}}")),
    };
    pieces.into_iter().map(text).collect()
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
    fn braces_must_match() {
        assert!(pieces("a{id").is_err_and(|e| e.contains("never closed")));
        assert!(pieces("a}b").is_err_and(|e| e.contains("never opened")));
        assert!(pieces("a{}b").is_err());
    }
}
