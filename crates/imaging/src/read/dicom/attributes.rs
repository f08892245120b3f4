//! Attributes of a DICOM data set by tag, as plain values; `None` where absent, empty or not of the kind.

use dicom_core::{Tag, VR};
use dicom_object::InMemDicomObject;

/// The text of an attribute without padding.
pub(super) fn text(object: &InMemDicomObject, tag: Tag) -> Option<String> {
    let text = object.get(tag)?.to_str().ok()?;
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// The numbers of an attribute.
pub(super) fn floats(object: &InMemDicomObject, tag: Tag) -> Option<Vec<f64>> {
    object.get(tag)?.to_multi_float64().ok().filter(|v| !v.is_empty())
}

/// The first `N` numbers of an attribute that has so many.
pub(super) fn array<const N: usize>(object: &InMemDicomObject, tag: Tag) -> Option<[f64; N]> {
    floats(object, tag)?.get(..N)?.try_into().ok()
}

/// The first number of an attribute.
pub(super) fn float(object: &InMemDicomObject, tag: Tag) -> Option<f64> {
    floats(object, tag)?.first().copied()
}

/// A whole number that is not negative.
pub(super) fn count(object: &InMemDicomObject, tag: Tag) -> Option<usize> {
    usize::try_from(object.get(tag)?.to_int::<i64>().ok()?).ok()
}

/// The items of a sequence; none where it is absent.
pub(super) fn items(object: &InMemDicomObject, tag: Tag) -> &[InMemDicomObject] {
    object.get(tag).and_then(|element| element.items()).unwrap_or(&[])
}

/// The first item of a sequence.
pub(super) fn item(object: &InMemDicomObject, tag: Tag) -> Option<&InMemDicomObject> {
    items(object, tag).first()
}

/// The numbers of a private attribute: element `element` of the block that `creator` has reserved in `group`.
///
/// Where no creator is left in the group, as after anonymization, the first block is taken for the creator's.
pub(super) fn private(object: &InMemDicomObject, group: u16, creator: &str, element: u8) -> Option<Vec<f64>> {
    let claims = (0x10..=0xff).filter_map(|block: u16| Some((block, text(object, Tag(group, block))?)));
    let claims: Vec<(u16, String)> = claims.collect();
    let block = match claims.iter().find(|(_, name)| name.eq_ignore_ascii_case(creator)) {
        Some((block, _)) => *block,
        None if claims.is_empty() => 0x10,
        None => return None,
    };
    let tag = Tag(group, block << 8 | u16::from(element));
    let element = object.get(tag)?;
    // In files that do not tell representations, private values are bytes: each is no number of its own.
    if !matches!(element.vr(), VR::UN | VR::OB)
        && let Some(numbers) = floats(object, tag)
    {
        return Some(numbers);
    }
    let bytes = element.to_bytes().ok()?;
    let written = std::str::from_utf8(&bytes).ok().map(|t| t.trim_matches(|c: char| c.is_whitespace() || c == '\0'));
    let words = written.map(|t| t.split('\\').map(|word| word.trim().parse::<f64>().ok()).collect::<Option<Vec<_>>>());
    match (words, &*bytes) {
        (Some(Some(numbers)), _) => Some(numbers),
        (_, &[a, b, c, d]) => Some(vec![f64::from(f32::from_le_bytes([a, b, c, d]))]),
        (_, &[a, b, c, d, e, f, g, h]) => Some(vec![f64::from_le_bytes([a, b, c, d, e, f, g, h])]),
        _ => None,
    }
}
