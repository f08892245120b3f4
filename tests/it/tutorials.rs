//! The tutorials, followed: every command of a page is run, and prints what the page says.
//!
//! A block marked `console` holds commands behind `$ `, longer ones with `> ` on the lines that follow, and what they print.
//! `...` stands for lines that the page leaves out. With UPDATE_TUTORIALS=1 a page that no longer holds is written anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use radiomics::{Geometry, Volume, Voxels};

use crate::imaging::files::{Region, outlines, slice, slice_values, write_rtstruct};

/// A command of a page and what it prints there.
struct Step {
    command: String,
    /// Lines of the page that hold what is printed.
    printed: std::ops::Range<usize>,
}

fn steps(lines: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let (mut inside, mut open) = (false, false);
    for (at, line) in lines.iter().enumerate() {
        match line.strip_prefix("```") {
            Some(mark) => (inside, open) = (mark == "console", false),
            None if !inside => {}
            None => match (line.strip_prefix("$ "), line.strip_prefix('>'), steps.last_mut()) {
                (Some(command), ..) => {
                    steps.push(Step { command: command.to_owned(), printed: at + 1..at + 1 });
                    open = true;
                }
                (None, Some(more), Some(step)) if open && step.printed.is_empty() => {
                    step.command.push('\n');
                    step.command.push_str(more.strip_prefix(' ').unwrap_or(more));
                    step.printed = at + 1..at + 1;
                }
                (None, _, Some(step)) => step.printed.end = at + 1,
                (None, _, None) => panic!("line {}: nothing was called yet", at + 1),
            },
        }
    }
    steps
}

/// Whether what was printed is what the page says, `...` standing for any lines.
fn holds(page: &[&str], printed: &[&str]) -> bool {
    match page {
        [] => printed.is_empty(),
        ["...", rest @ ..] => (0..=printed.len()).any(|skipped| holds(rest, &printed[skipped..])),
        [line, rest @ ..] => printed.first() == Some(line) && holds(rest, &printed[1..]),
    }
}

fn follow(page: &str, folder: &Path) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tutorials").join(page);
    let text = fs::read_to_string(&path).expect("a page");
    let lines: Vec<&str> = text.lines().collect();
    let binary = assert_cmd::cargo::cargo_bin("riskset");
    let search = std::env::join_paths(
        std::iter::once(binary.parent().expect("a folder").to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .expect("a path");
    let own = tempfile::tempdir().expect("a folder");
    let steps = steps(&lines);
    assert!(!steps.is_empty(), "{page} has no commands");
    let mut anew: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let mut changed = Vec::new();
    for step in &steps {
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("{{ {}\n}} 2>&1", step.command))
            .current_dir(folder)
            .env("PATH", &search)
            .env("XDG_CACHE_HOME", own.path())
            .env("XDG_STATE_HOME", own.path())
            .env("XDG_CONFIG_HOME", own.path())
            .env("LC_ALL", "C.UTF-8")
            .output()
            .expect("a shell");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let printed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
        if !holds(&lines[step.printed.clone()], &printed) {
            changed.push(format!("$ {}\n{}", step.command, printed.join("\n")));
            let lines = printed.join("\n");
            anew[step.printed.clone()].iter_mut().for_each(|line| *line = "\0".to_owned());
            anew[step.printed.start - 1].push_str(&if lines.is_empty() { lines } else { format!("\n{lines}") });
        }
    }
    if std::env::var_os("UPDATE_TUTORIALS").is_some() && !changed.is_empty() {
        let kept: Vec<String> = anew.into_iter().filter(|line| line != "\0").collect();
        return fs::write(&path, kept.join("\n") + "\n").expect("room");
    }
    assert!(changed.is_empty(), "{page} says something else than is printed:\n{}", changed.join("\n\n"));
}

/// The real study beside the repository, or why it cannot be followed.
fn real_study() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real/sts");
    let there = folder.join("INFOclinical_STS.xlsx").is_file();
    if !there {
        println!("skipped: the sarcoma study is not beside the repository");
    }
    there.then_some(folder)
}

#[cfg(unix)]
#[test]
fn a_real_study_of_two_sequences_and_two_sheets() {
    let Some(real) = real_study() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(real.join("INFOclinical_STS.xlsx"), folder.path().join("INFOclinical_STS.xlsx")).expect("a copy");
    for name in ["images", "masks"] {
        let target = real.join(name).canonicalize().expect("a folder");
        std::os::unix::fs::symlink(target, folder.path().join(name)).expect("a link");
    }
    follow("sarcoma.md", folder.path());
    let out = folder.path().join("report");
    let features = fs::read_to_string(out.join("features.csv")).expect("features");
    assert_eq!(features.lines().count(), 52, "51 patients and a header");
}

#[cfg(unix)]
#[test]
fn structure_sets_of_the_real_study_give_the_published_masks() {
    let Some(real) = real_study() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("patients.csv"), patients_of(&real)).expect("a table");
    let target = real.join("dicom").canonicalize().expect("a folder");
    std::os::unix::fs::symlink(target, folder.path().join("dicom")).expect("a link");
    let call = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("riskset").expect("the binary");
        let done = command.current_dir(folder.path()).args(arguments).assert().code(0);
        String::from_utf8_lossy(&done.get_output().stdout).into_owned()
    };
    call(&["init", "."]);
    let images: serde_json::Value =
        serde_json::from_str(&call(&["images", ".", "--format", "json"])).expect("the images as JSON");
    let published = fs::read_to_string(real.join("regions.csv")).expect("the published masks");
    let mut compared = 0;
    for case in images["cases"].as_array().expect("cases") {
        let id = case["patient"].as_str().expect("an id");
        let sequence = case["sequence_name"].as_str().expect("a sequence").replace("MR_", "");
        let row = published.lines().find(|line| line.starts_with(&format!("{id},{sequence},"))).expect("a row");
        let number = |k: usize| row.split(',').nth(k).and_then(|text| text.parse::<f64>().ok()).expect("a number");
        let region = &case["seen"]["read"]["roi"]["Ok"];
        assert_eq!(region["voxels"].as_f64(), Some(number(2)), "{id} {sequence}: {case}");
        // The mean is published to six decimals: it tells masks of equal size at other places apart.
        let mean = region["mean"].as_f64().expect("a mean");
        assert!((mean - number(4)).abs() < 1e-6, "{id} {sequence}: {mean}, {}", number(4));
        compared += 1;
    }
    assert_eq!(compared, 12, "six patients, two sequences");
}

/// The patients of the real study that there are DICOM files of.
fn patients_of(real: &Path) -> String {
    let mut ids: Vec<String> = fs::read_dir(real.join("dicom"))
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    ids.sort();
    let rows = ids.iter().enumerate().map(|(k, id)| format!("{id},{},{}\n", 10 + k, k % 2));
    format!("id,months,event\n{}", rows.collect::<String>())
}

#[test]
fn diffusion_of_four_weightings_and_a_structure_set_of_three_regions() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = "id,age,months,recurrence\n".to_owned();
    for k in 0..12_usize {
        let id = format!("HCC{k:02}");
        let times = [5, 31, 12, 44, 8, 27, 19, 52, 3, 36, 15, 23];
        table.push_str(&format!("{id},{},{},{}\n", 48 + 7 * k % 31, times[k], usize::from(k % 3 != 1)));
        diffusion(&folder.path().join("dicom").join(&id), k);
    }
    fs::write(folder.path().join("patients.csv"), table).expect("a table");
    follow("diffusion.md", folder.path());
}

/// A DICOM series of four b-values, and a structure set of liver, lesion and vessel.
fn diffusion(folder: &Path, k: usize) {
    let size = [20, 18, 6];
    let geometry = Geometry { spacing: [1.5, 1.5, 4.0], ..Geometry::unit(size) };
    let values = |b: usize| -> Vec<u16> {
        let at = |i: usize| {
            let (x, y) = (i % size[0], i / size[0] % size[1]);
            let lesion = x.abs_diff(11).pow(2) + y.abs_diff(8).pow(2) < 16;
            let texture = (i * (7 + k) + 13 * (i / 17)) % (19 + k);
            (900 / (1 + b / 250) + if lesion { 160 + 9 * k } else { 0 } + 6 * texture) as u16
        };
        (0..size.iter().product()).map(at).collect()
    };
    let series = folder.join("DWI");
    fs::create_dir_all(&series).expect("a folder");
    for (nth, b) in [0, 50, 400, 800].into_iter().enumerate() {
        let volume = Volume { geometry: geometry.clone(), voxels: Voxels::U16(values(b)) };
        for z in 0..size[2] {
            let at = nth * size[2] + z;
            slice(&volume, z, "ep2d_diff")
                .text(tags::SOP_INSTANCE_UID, VR::UI, format!("1.2.826.{k}.{at}"))
                .text(tags::DIFFUSION_B_VALUE, VR::DS, b.to_string())
                .words(tags::PIXEL_DATA, slice_values(&volume, z))
                .save(&series.join(format!("IM{at:04}.dcm")), uids::EXPLICIT_VR_LITTLE_ENDIAN);
        }
    }
    let within = |radius: usize, cx: usize, cy: usize, slices: std::ops::Range<usize>| -> Vec<usize> {
        let inside = |i: &usize| {
            let (x, y, z) = (i % size[0], i / size[0] % size[1], i / size[0] / size[1]);
            slices.contains(&z) && x.abs_diff(cx).pow(2) + y.abs_diff(cy).pow(2) <= radius * radius
        };
        (0..size.iter().product()).filter(inside).collect()
    };
    let lesion = if k.is_multiple_of(4) { "gtv_new" } else { "GTV-1" };
    let regions =
        [("Liver", within(8, 10, 9, 0..6)), (lesion, within(3, 11, 8, 1..5)), ("Portal vein", within(1, 5, 9, 0..6))];
    let contours: Vec<(&str, Vec<_>)> = regions
        .into_iter()
        .map(|(name, voxels)| (name, outlines(&geometry, &Region { name: "region", voxels })))
        .collect();
    write_rtstruct(&folder.join("RS.dcm"), &geometry, &contours);
}

#[test]
fn primary_biliary_cholangitis_with_two_endpoints() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = "write.csv(survival::pbc, 'pbc.csv', row.names = FALSE)";
    let wrote = Command::new("Rscript").args(["-e", write]).current_dir(folder.path()).output();
    if !wrote.is_ok_and(|output| output.status.success()) {
        println!("skipped: R's survival package is not at hand");
        return;
    }
    follow("pbc.md", folder.path());
}
