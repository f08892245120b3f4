//! Attributes by which volumes of one series differ that lie at the same place: b-values, echoes, phases, repetitions.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::attributes::{float, floats, item, private, text};

/// What a file says of one frame: what is said of the frame itself counts before what is said of all of them, and that
/// before the top level.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub header: &'a InMemDicomObject,
    pub shared: Option<&'a InMemDicomObject>,
    pub own: Option<&'a InMemDicomObject>,
    /// Number of the frame, from 0.
    pub frame: usize,
}

impl<'a> View<'a> {
    /// The functional group `group`, or the top level.
    pub fn group(&self, group: Tag) -> &'a InMemDicomObject {
        let own = self.own.and_then(|frame| item(frame, group));
        own.or_else(|| self.shared.and_then(|shared| item(shared, group))).unwrap_or(self.header)
    }

    /// The text of an attribute that stands in a functional group or at the top level under one of two tags.
    fn text(&self, group: Tag, tag: Tag, top: Tag) -> String {
        let inside = self.group(group);
        text(inside, tag).or_else(|| text(self.header, top)).unwrap_or_default()
    }

    /// The number of this frame in a vector that has one for each.
    fn in_vector(&self, tag: Tag) -> String {
        let number = floats(self.header, tag).and_then(|v| v.get(self.frame).copied());
        number.map(|n| n.to_string()).unwrap_or_default()
    }
}

/// What tells volumes apart, and how it is found.
type Trait = (&'static str, fn(&View<'_>) -> String);

/// In the order in which they are tried.
pub(super) const TRAITS: [Trait; 18] = [
    ("image type", image_type),
    ("echo time", |v| v.text(tags::MR_ECHO_SEQUENCE, tags::EFFECTIVE_ECHO_TIME, tags::ECHO_TIME)),
    ("b-value", |v| b_value(v).map(|b| b.to_string()).unwrap_or_default()),
    ("gradient", gradient),
    ("temporal position", |v| {
        let content = tags::FRAME_CONTENT_SEQUENCE;
        v.text(content, tags::TEMPORAL_POSITION_INDEX, tags::TEMPORAL_POSITION_IDENTIFIER)
    }),
    ("acquisition", |v| v.text(tags::FRAME_CONTENT_SEQUENCE, tags::FRAME_ACQUISITION_NUMBER, tags::ACQUISITION_NUMBER)),
    ("trigger time", |v| {
        let group = tags::CARDIAC_SYNCHRONIZATION_SEQUENCE;
        v.text(group, tags::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME, tags::TRIGGER_TIME)
    }),
    ("cardiac phase", |v| {
        let percent = tags::NOMINAL_PERCENTAGE_OF_CARDIAC_PHASE;
        v.text(tags::CARDIAC_SYNCHRONIZATION_SEQUENCE, percent, percent)
    }),
    ("flip angle", |v| v.text(tags::MR_TIMING_AND_RELATED_PARAMETERS_SEQUENCE, tags::FLIP_ANGLE, tags::FLIP_ANGLE)),
    ("inversion time", |v| v.text(tags::MR_MODIFIER_SEQUENCE, tags::INVERSION_TIME, tags::INVERSION_TIME)),
    ("frame reference time", |v| text(v.header, tags::FRAME_REFERENCE_TIME).unwrap_or_default()),
    ("kernel", |v| text(v.header, tags::CONVOLUTION_KERNEL).unwrap_or_default()),
    ("tube voltage", |v| text(v.header, tags::KVP).unwrap_or_default()),
    ("time slot", |v| v.in_vector(tags::TIME_SLOT_VECTOR)),
    ("energy window", |v| v.in_vector(tags::ENERGY_WINDOW_VECTOR)),
    ("sequence name", |v| text(v.header, tags::SEQUENCE_NAME).unwrap_or_default()),
    ("acquisition time", |v| {
        v.text(tags::FRAME_CONTENT_SEQUENCE, tags::FRAME_ACQUISITION_DATE_TIME, tags::ACQUISITION_TIME)
    }),
    ("content time", |v| text(v.header, tags::CONTENT_TIME).unwrap_or_default()),
];

/// Magnitude, phase, in phase, water and the like.
fn image_type(view: &View<'_>) -> String {
    let groups =
        [tags::MR_IMAGE_FRAME_TYPE_SEQUENCE, tags::CT_IMAGE_FRAME_TYPE_SEQUENCE, tags::PET_FRAME_TYPE_SEQUENCE];
    let of_frame = groups.into_iter().map(|group| view.group(group)).find_map(|group| {
        let kind = text(group, tags::FRAME_TYPE)?;
        let component = text(group, tags::COMPLEX_IMAGE_COMPONENT).unwrap_or_default();
        Some(format!("{kind} {component}").trim_end().to_owned())
    });
    of_frame.or_else(|| text(view.header, tags::IMAGE_TYPE)).unwrap_or_default()
}

/// Direction of the diffusion gradient, or that there is none.
fn gradient(view: &View<'_>) -> String {
    let group = view.group(tags::MR_DIFFUSION_SEQUENCE);
    let directions = item(group, tags::DIFFUSION_GRADIENT_DIRECTION_SEQUENCE).unwrap_or(group);
    let public =
        text(directions, tags::DIFFUSION_GRADIENT_ORIENTATION).or_else(|| text(group, tags::DIFFUSION_DIRECTIONALITY));
    public.unwrap_or_else(|| {
        let of_siemens = private(view.header, 0x0019, "SIEMENS MR HEADER", 0x0e);
        let numbers = of_siemens.or_else(|| {
            let of = |element| private(view.header, 0x0019, "GEMS_ACQU_01", element)?.first().copied();
            Some(vec![of(0xbb)?, of(0xbc)?, of(0xbd)?])
        });
        numbers.map(|v| v.iter().map(f64::to_string).collect::<Vec<_>>().join("\\")).unwrap_or_default()
    })
}

/// The diffusion weighting in s/mm²: by the standard's attribute, else by those of Siemens, GE, Philips and United Imaging.
pub(super) fn b_value(view: &View<'_>) -> Option<f64> {
    let header = view.header;
    let public = float(view.group(tags::MR_DIFFUSION_SEQUENCE), tags::DIFFUSION_B_VALUE);
    let first = |numbers: Option<Vec<f64>>| numbers?.first().copied();
    public
        .or_else(|| float(header, tags::DIFFUSION_B_VALUE))
        .or_else(|| first(private(header, 0x0019, "SIEMENS MR HEADER", 0x0c)))
        // GE adds 1,000,000,000 for the number of directions.
        .or_else(|| first(private(header, 0x0043, "GEMS_PARM_01", 0x39)).map(|b| b % 100_000.0))
        .or_else(|| first(private(header, 0x2001, "Philips Imaging DD 001", 0x03)))
        .or_else(|| first(private(header, 0x0065, "Image Private Header", 0x09)))
        .or_else(|| in_sequence_name(&text(header, tags::SEQUENCE_NAME)?))
        .filter(|b| b.is_finite() && *b >= 0.0)
}

/// The b-value in a name of Siemens': `*ep_b800t`, `ep_b50#3`.
fn in_sequence_name(name: &str) -> Option<f64> {
    let (_, after) = name.split_once("_b")?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dicom_core::{DataElement, PrimitiveValue, VR};

    fn header(elements: &[(Tag, VR, PrimitiveValue)]) -> InMemDicomObject {
        InMemDicomObject::from_element_iter(elements.iter().map(|(t, vr, v)| DataElement::new(*t, *vr, v.clone())))
    }

    fn b_of(elements: &[(Tag, VR, PrimitiveValue)]) -> Option<f64> {
        b_value(&View { header: &header(elements), shared: None, own: None, frame: 0 })
    }

    #[test]
    fn b_values_of_three_makers() {
        let text = |t: &str| PrimitiveValue::from(t);
        let siemens = (Tag(0x0019, 0x0010), VR::LO, text("SIEMENS MR HEADER"));
        assert_eq!(b_of(&[siemens.clone(), (Tag(0x0019, 0x100c), VR::IS, text("800"))]), Some(800.0));
        let united = (Tag(0x0065, 0x0010), VR::LO, text("Image Private Header"));
        assert_eq!(b_of(&[united, (Tag(0x0065, 0x1009), VR::FD, PrimitiveValue::from(600.0))]), Some(600.0));
        // Another maker's block, and Siemens' in the second.
        let other = (Tag(0x0019, 0x0010), VR::LO, text("SOMEBODY"));
        assert_eq!(b_of(&[other.clone(), (Tag(0x0019, 0x100c), VR::IS, text("7"))]), None);
        let second = (Tag(0x0019, 0x0011), VR::LO, text("SIEMENS MR HEADER"));
        let of_second = (Tag(0x0019, 0x110c), VR::UN, PrimitiveValue::from(b"50 ".to_vec()));
        assert_eq!(b_of(&[other, second, of_second]), Some(50.0));
        let ge = (Tag(0x0043, 0x1039), VR::IS, text("1000000600\\8\\0\\0"));
        assert_eq!(b_of(&[(Tag(0x0043, 0x0010), VR::LO, text("GEMS_PARM_01")), ge.clone()]), Some(600.0));
        assert_eq!(b_of(&[ge]), Some(600.0));
        let philips = (Tag(0x2001, 0x1003), VR::UN, PrimitiveValue::from(1000_f32.to_le_bytes().to_vec()));
        assert_eq!(b_of(&[(Tag(0x2001, 0x0010), VR::LO, text("Philips Imaging DD 001")), philips]), Some(1000.0));
        assert_eq!(b_of(&[(tags::SEQUENCE_NAME, VR::SH, text("*ep_b1000t"))]), Some(1000.0));
        assert_eq!(b_of(&[(tags::SEQUENCE_NAME, VR::SH, text("*tse2d1_15"))]), None);
    }
}
