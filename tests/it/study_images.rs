//! Studies of images as hospitals keep them: DICOM folders named by UIDs, regions by name, numbers without their zeros,
//! settings for each sequence; through the binary.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use radiomics::{Geometry, Volume};
use serde_json::Value;

use crate::imaging::files::{Contour, slice, slice_values, write_rtstruct};

fn volume(add: i16) -> Volume {
    let geometry = Geometry { size: [12, 10, 5], spacing: [0.8, 0.8, 2.0], ..Geometry::unit([1; 3]) };
    Volume { voxels: (0..geometry.len()).map(|i| (i * 79 % 401) as i16 + add).collect::<Vec<_>>().into(), geometry }
}

/// Boxes on slices 2 to 4.
fn block(from: f64, to: f64) -> Vec<Contour> {
    (1..4).map(|z| [[from, from], [to, from], [to, to], [from, to]].map(|[x, y]| [x, y, f64::from(z)]).into()).collect()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// Two centres, four patients; T2 and PET in folders with UIDs, a structure set whose regions stand in another order in
/// every other patient.
fn study(folder: &Path) {
    let mut table = "id,centre,age,months,event\n".to_owned();
    for (i, id) in ["A01", "A02", "A03", "A04"].into_iter().enumerate() {
        let centre = ["North", "South"][i / 2];
        table += &format!("{id},{centre},{},{},{}\n", 50 + 3 * i, 10.5 + i as f64, i % 2);
        for (sequence, add) in [("T2", 0), ("PET", 500)] {
            let of = volume(add);
            let series = folder.join(format!("dicom/{id}/1.2.826.0.1.3680043.8.498.{i}{add:03}.7"));
            for z in 0..5 {
                slice(&of, z, &format!("{id} {sequence}"))
                    .text(tags::SERIES_DESCRIPTION, VR::LO, sequence)
                    .text(tags::MANUFACTURER, VR::LO, ["SIEMENS", "GE"][i / 2])
                    .text(tags::ECHO_TIME, VR::DS, (80 + i).to_string())
                    .text(tags::MAGNETIC_FIELD_STRENGTH, VR::DS, "3")
                    .words(tags::PIXEL_DATA, slice_values(&of, z))
                    .save(
                        &made(&series).join(format!("1.2.826.0.1.3680043.{i}{add}.{z}.dcm")),
                        uids::EXPLICIT_VR_LITTLE_ENDIAN,
                    );
            }
        }
        let (gtv, liver) = (("GTV", block(2.5, 6.5)), ("Liver", block(0.5, 8.5)));
        let regions = if i % 2 == 0 { [gtv, liver] } else { [liver, gtv] };
        let of_mask = folder.join(format!("dicom/{id}/RTSTRUCT"));
        write_rtstruct(&made(&of_mask).join(format!("RS.1.2.{i}.dcm")), &volume(0).geometry, &regions);
    }
    write(folder, "clinical.csv", &table);
}

fn made(folder: &Path) -> &Path {
    fs::create_dir_all(folder).expect("a folder");
    folder
}

const STUDY: &str = "version = 1\ntable = \"clinical.csv\"\nid = \"id\"\n[endpoints.OS]\ntime = \"months\"\nevent = \"event\"\n\
    [images]\nsequences = [\"T2\", \"PET\"]\nmask = \"dicom/{id}/RTSTRUCT\"\nlabel = [\"Tumour\", \"gtv*\"]\n\
    [images.T2]\nimage = \"dicom/{id}/*000.7\"\n[images.PET]\nimage = \"dicom/{id}/*500.7/*.dcm\"\n\
    [extraction]\nbin_width = 10\nclasses = [\"shape\", \"firstorder\"]\n[extraction.PET]\nbin_width = 2.5\nclasses = [\"glcm\"]\n";

fn riskset(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.env("RISKSET_STATE_DIR", folder.join("state")).env("RISKSET_CACHE_DIR", folder.join("cache"));
    let output = command.current_dir(folder).args(arguments).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let (code, out, err) = riskset(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!(code, Some(0), "{err}");
    serde_json::from_str(&out).expect("JSON")
}

#[test]
fn dicom_folders_and_named_regions_make_a_study() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path();
    study(folder);
    write(folder, "study.toml", STUDY);
    assert_eq!(json(folder, &["check", ".", "--images"])["errors"], 0);
    let features = json(folder, &["extract", "."]);
    for case in features["cases"].as_array().expect("cases") {
        assert_eq!(case["T2_original_shape_VoxelVolume"], 16.0 * 3.0 * 0.8 * 0.8 * 2.0, "{case}");
        assert!(
            case["T2_original_glcm_Contrast"].is_null() && case["PET_original_glcm_Contrast"].is_number(),
            "{case}"
        );
    }
    // Bins of 2.5 for PET: as one case with such a parameter file.
    write(folder, "pet.yaml", "setting: {binWidth: 2.5}\nfeatureClass: {glcm: []}\n");
    let series = "dicom/A02/1.2.826.0.1.3680043.8.498.1500.7";
    let one = ["extract", series, "dicom/A02/RTSTRUCT", "--region", "GTV", "--params", "pet.yaml"];
    let contrast = json(folder, &one)["original_glcm_Contrast"].clone();
    assert_eq!(features["cases"][1]["PET_original_glcm_Contrast"], contrast);
    // Without a choice there is a question, and no number.
    let (code, out, said) = riskset(folder, &["extract", series, "dicom/A02/RTSTRUCT"]);
    assert!(code == Some(1) && out.is_empty(), "{said}");
    assert!(said.contains("which region is meant") && said.contains("1 \"Liver\", 2 \"GTV\""), "{said}");
    let (_, _, said) = riskset(folder, &["extract", "dicom/A02", "dicom/A02/RTSTRUCT"]);
    assert!(
        said.contains("it holds 2 volumes") && said.contains("MR \"PET\"") && said.contains("--volume N"),
        "{said}"
    );
    let by_series =
        ["extract", "dicom/A02", "dicom/A02/RTSTRUCT", "--region", "GTV", "--params", "pet.yaml", "--series", "pet"];
    assert_eq!(json(folder, &by_series)["original_glcm_Contrast"], contrast);
    // Bins are judged by each sequence's own width, and the study writes itself as it was read.
    let images = json(folder, &["images", "."]);
    assert_eq!(images["binning"], "T2: bin width 10; PET: bin width 2.5");
    let (study, problems) = riskset::study::Study::load(&folder.join("study.toml"));
    assert!(problems.is_empty(), "{problems:?}");
    let study = study.expect("a study");
    write(folder, "again/study.toml", &study.to_toml());
    let again = riskset::study::Study::load(&folder.join("again/study.toml")).0.expect("the same study");
    assert_eq!((&again.images, &again.extraction), (&study.images, &study.extraction));
    write(folder, "study.toml", &STUDY.replace("[extraction.PET]", "[extraction.CT]"));
    let (code, _, said) = riskset(folder, &["extract", "."]);
    assert!(code == Some(1) && said.contains("there is no sequence CT"), "{said}");
}

#[test]
fn sequences_with_bins_of_their_own_have_the_features_of_two_extractions() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path();
    study(folder);
    let of = |extraction: &str| {
        let study = STUDY.split("[extraction]").next().expect("what stands before");
        write(folder, "study.toml", &format!("{study}{extraction}"));
        json(folder, &["extract", "."])["cases"].as_array().expect("cases").clone()
    };
    let (t2, pet) = ("bin_width = 10\nspacing = [1.0, 1.0, 2.0]\n", "bin_count = 24\nnormalize = true\n");
    let both = of(&format!("[extraction]\n{t2}[extraction.PET]\nspacing = [0.8, 0.8, 2.0]\n{pet}"));
    let alone = [
        ("T2_", of(&format!("[extraction]\n{t2}"))),
        ("PET_", of(&format!("[extraction]\nspacing = [0.8, 0.8, 2.0]\n{pet}"))),
    ];
    let mut compared = 0;
    for (patient, found) in both.iter().enumerate() {
        for (name, value) in found.as_object().expect("features by name").iter().filter(|(_, value)| value.is_number())
        {
            let Some((_, one)) = alone.iter().find(|(sequence, _)| name.starts_with(sequence)) else { continue };
            assert_eq!(&one[patient][name], value, "{name}");
            compared += 1;
        }
    }
    assert_eq!(compared, 4 * 2 * 107, "four patients, two sequences");
    // Each is judged by its own bins, and they are not the same.
    let differ = |name: &str| assert_ne!(alone[0].1[0][name], alone[1].1[0][name], "{name}");
    differ("T2_original_glcm_Contrast");
    differ("PET_original_glcm_Contrast");
}

#[test]
fn acquisition_is_told_by_centre_and_sequence() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path();
    study(folder);
    write(folder, "study.toml", STUDY);
    let answer = json(folder, &["images", ".", "--acquisition"]);
    assert_eq!((&answer["by"], &answer["centres"]), (&"centre".into(), &serde_json::json!(["North", "South"])));
    let row = |sequence: &str, centre: &str, parameter: &str| {
        let rows = answer["rows"].as_array().expect("rows").iter();
        let mut found =
            rows.filter(|r| r["sequence"] == sequence && r["centre"] == centre && r["parameter"] == parameter);
        found.next().unwrap_or_else(|| panic!("{sequence} {centre} {parameter}")).clone()
    };
    assert_eq!(row("T2", "South", "Manufacturer")["levels"], serde_json::json!([["GE", 2]]));
    assert_eq!(row("PET", "North", "Echo time")["levels"], serde_json::json!([["80", 1], ["81", 1]]));
    assert_eq!((&row("PET", "North", "Slices")["n"], &row("T2", "North", "Matrix")["missing"]), (&2.into(), &0.into()));
    let (_, text, _) = riskset(folder, &["images", ".", "--acquisition"]);
    assert!(text.contains("Echo time, ms") && text.contains("North (n = 2)"), "{text}");
}

#[test]
fn init_finds_dicom_bids_and_numbers_without_zeros() {
    let scratch = tempfile::tempdir().expect("a folder");
    study(scratch.path());
    let (code, text, _) = riskset(scratch.path(), &["init", ".", "-o", "-"]);
    assert_eq!(code, Some(0));
    // UIDs say nothing: the series are told apart by their descriptions.
    for line in
        ["sequences = [\"PET\", \"T2\"]", "image = \"dicom/{id}\"", "mask = \"dicom/{id}/RTSTRUCT\"", "series = \"T2\""]
    {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let drafted = text.replace("[endpoints.outcome]", "[endpoints.OS]");
    write(scratch.path(), "study.toml", &drafted.replace("series = \"T2\"", "series = \"T2\"\nlabel = \"GTV\""));
    let features = json(scratch.path(), &["images", "."]);
    let seen = features["cases"].as_array().expect("cases").iter().filter(|case| case["seen"]["read"].is_object());
    assert_eq!(seen.count(), 4, "T2 of all four, whose region is named: {features}");
    for (ids, layout, image, mask) in [
        (
            ["001", "002", "003"],
            "bids/sub-{id}/anat/sub-{id}_T1w.nii.gz|bids/derivatives/masks/sub-{id}/anat/sub-{id}_T1w_mask.nii.gz",
            "bids/sub-{id}/anat/sub-{id}_{sequence}.nii.gz",
            "bids/derivatives/masks/sub-{id}/anat/sub-{id}_{sequence}_mask.nii.gz",
        ),
        (
            ["1", "2", "3"],
            "data/00{id}/t1.mha|data/00{id}/roi.mha",
            "data/{id:03}/{sequence}.mha",
            "data/{id:03}/roi.mha",
        ),
    ] {
        let scratch = tempfile::tempdir().expect("a folder");
        let mut table = "id,age,months,event\n".to_owned();
        for (i, id) in ids.iter().enumerate() {
            table += &format!("{id},{},{},{}\n", 50 + i, 10 + i, i % 2);
            layout.split('|').for_each(|file| write(scratch.path(), &file.replace("{id}", id), ""));
        }
        write(scratch.path(), "clinical.csv", &table);
        let (_, text, said) = riskset(scratch.path(), &["init", ".", "-o", "-"]);
        assert!(
            text.contains(&format!("\nimage = \"{image}\"")) && text.contains(&format!("\nmask = \"{mask}\"")),
            "{text}{said}"
        );
        // A template without the zeros says where they are.
        if image.contains(":03") {
            write(scratch.path(), "study.toml", &text.replace(":03", ""));
            let (code, _, said) = riskset(scratch.path(), &["check", "."]);
            assert!(code == Some(1) && said.contains("data/001/t1.mha is there: write {id:03}"), "{said}");
        }
    }
}
