//! Attributes of a DICOM data set by tag, as plain values; `None` where absent, empty or not of the kind.

use dicom_core::Tag;
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
