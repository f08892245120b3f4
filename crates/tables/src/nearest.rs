//! The name that was probably meant.

/// The one of `names` that `wanted` most likely misspells, if any is near enough to suggest.
///
/// Letter case, blanks, hyphens, dots and underscores do not count; beyond that the Damerau-Levenshtein distance may be
/// at most a third of the length. Of equally near names the first is taken.
pub fn nearest<'n, I>(wanted: &str, names: I) -> Option<&'n str>
where
    I: IntoIterator<Item = &'n str>,
{
    let plain_wanted = plain(wanted);
    let allowed = (plain_wanted.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&plain_wanted, &plain(name)), name))
        .filter(|&(distance, name)| distance <= allowed && distance < plain(name).chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// `did you mean age?`, when there is a near name.
pub fn did_you_mean<'n, I>(wanted: &str, names: I) -> Option<String>
where
    I: IntoIterator<Item = &'n str>,
{
    nearest(wanted, names).map(|name| format!("did you mean {name}?"))
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, ' ' | '_' | '-' | '.')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_of_case_separator_and_letter() {
        let names = ["patient_id", "age", "tumour_size", "rfs_months"];
        assert_eq!(nearest("Tumor size", names), Some("tumour_size"));
        assert_eq!(nearest("rfs.moths", names), Some("rfs_months"));
        assert_eq!(nearest("AGE", names), Some("age"));
        assert_eq!(nearest("bilirubin", names), None);
        assert_eq!(nearest("x", names), None);
    }
}
