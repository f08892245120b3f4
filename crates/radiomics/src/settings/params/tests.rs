//! Parameter files as people write them.

use super::*;
use crate::settings::Interpolator;

fn messages(text: &str) -> Vec<String> {
    match Settings::from_parameters(text) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.0.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_file_in_pyradiomics_words() {
    let text = "
imageType:
  Original: {}
  LoG:
    sigma: [1, 2.5]
    binWidth: 5
featureClass:
  firstorder: [Mean, StandardDeviation, Mean]
  glcm:
setting:
  resampledPixelSpacing: [1, 1, 0]
  interpolator: 2
  weightingNorm: null
  normalizeScale: 100
voxelSetting:
  kernelRadius: 2
  initValue: nan
";
    let settings = Settings::from_parameters(text).expect("sound settings");
    assert_eq!(settings.resampled_pixel_spacing, Some([1.0, 1.0, 0.0]));
    assert_eq!(settings.interpolator, Some(Interpolator::Linear));
    assert_eq!((settings.bin_width, settings.normalize_scale, settings.kernel_radius), (25.0, 100.0, 2));
    assert!(settings.init_value.is_nan());
    let log = settings.for_image(&settings.image_types[1]);
    assert_eq!(log.bin_width, 5.0);
    let columns = catalogue::columns(&settings);
    assert_eq!(columns[0], "original_firstorder_Mean");
    assert_eq!(columns[1], "original_firstorder_StandardDeviation");
    assert_eq!(columns[26], "log-sigma-1-mm-3D_firstorder_Mean");
    assert_eq!(columns[52], "log-sigma-2-5-mm-3D_firstorder_Mean");
}

#[test]
fn every_mistake_is_named_with_its_line() {
    let text = "\
setting:
  binWidht: 25
  binCount: 3.5
  kernelRadius: 1
  interpolator: sitkBspline
imageType:
  Wavelets: {}
  LoG: {sigma: [0]}
featureClass:
  glcm: [JointEntrpy]
settings: {}
";
    assert_eq!(
        messages(text),
        [
            "line 2, column 3: unknown setting binWidht; did you mean binWidth?",
            "line 3, column 13: binCount wants a whole number of 1 or more, not 3.5",
            "line 4, column 3: kernelRadius belongs under voxelSetting",
            "line 5, column 17: interpolator wants one of sitkNearestNeighbor, sitkLinear, sitkBSpline, sitkGaussian, \
             sitkLabelGaussian, sitkHammingWindowedSinc, sitkCosineWindowedSinc, sitkWelchWindowedSinc, \
             sitkLanczosWindowedSinc, sitkBlackmanWindowedSinc (did you mean sitkBSpline?), not sitkBspline",
            "line 7, column 3: unknown image type Wavelets; did you mean Wavelet?",
            "line 8, column 16: sigma wants a number above 0, not 0",
            "line 10, column 10: unknown glcm feature JointEntrpy; did you mean JointEntropy?",
            "line 11, column 1: unknown section settings; did you mean setting?",
        ]
    );
}

#[test]
fn files_of_windows_editors_and_of_several_documents() {
    let bin_width = |text: &str| Settings::from_parameters(text).expect("sound settings").bin_width;
    assert_eq!(bin_width("\u{feff}setting:\r\n  binWidth: 10\r\n"), 10.0);
    assert_eq!(bin_width("\u{feff}{\"setting\": {\"binWidth\": 10}}"), 10.0);
    assert_eq!(bin_width("%YAML 1.2\n---\nsetting: {binWidth: 5}\n...\n"), 5.0);
    for text in ["setting: {binWidth: 5}\n---\nsetting: {binWidth: 6}\n", "---\na: 1\n--- # b\n", "a: 1\n...\nb: 1\n"] {
        let said = messages(text);
        assert!(said.len() == 1 && said[0].contains("second YAML document"), "{said:?}");
    }
    assert!(messages("setting: {}\n---\n")[0].starts_with("line 2,"));
}

#[test]
fn numbers_in_quotes_are_named_as_such() {
    let text = "setting:\n  binWidth: '25'\n  label: \"1\"\n  normalize: \"true\"\n  interpolator: 'sitkBspline'\n";
    let said = messages(text);
    assert_eq!(said.iter().map(|m| m.contains("in quotes it is text")).collect::<Vec<_>>(), [true, true, true, false]);
    let sigma = "imageType:\n  LoG:\n    sigma: ['1', 2]\n";
    assert!(messages(sigma).is_empty() || messages(sigma)[0].contains("in quotes"), "{:?}", messages(sigma));
}

#[test]
fn texts_that_are_no_parameter_file() {
    for text in
        ["- a\n- b\n", "just words", "setting: [", "setting: &a {}\n", "a: *b\n", "setting:\n  label: 1\n  label: 2\n"]
    {
        assert_eq!(messages(text).len(), 1, "{text:?}: {:?}", messages(text));
    }
    assert_eq!(Settings::from_parameters("# nothing\n").expect("sound settings").feature_classes.len(), 8);
}

#[test]
fn json_is_taken_too() {
    let settings =
        Settings::from_parameters(r#"{"setting": {"binWidth": 10, "force2D": true}}"#).expect("sound settings");
    assert!(settings.force_2d);
    assert_eq!(settings.bin_width, 10.0);
}

#[test]
fn what_a_key_reads_can_be_set_again() {
    let mut settings = Settings::paper();
    settings.set("sigma", &[1.0, 2.0].as_slice().into()).expect("sound settings");
    settings.set("resegmentRange", &[3.0, -3.0].as_slice().into()).expect("sound settings");
    let mut copy = Settings { image_types: settings.image_types.clone(), ..Settings::paper() };
    for key in Key::ALL {
        key.assign(&mut copy, &key.read(&settings)).expect("sound settings");
    }
    assert_eq!(copy, settings);
    assert_eq!(copy.canonical(), settings.canonical());
    assert!(settings.canonical().contains("resegmentRange=[-3.0, 3.0]"));
}
