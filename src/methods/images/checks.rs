//! What is wrong or doubtful in images and masks before extraction, and how gray values compare between cohorts.

use serde::Serialize;
use tables::problem::{self, Place, Problem};

use super::{Case, Look, Seen};
use figures::format;
use radiomics::Settings;
use survival::stats::describe::quantile;

/// Fewer gray-level bins than this describe no texture, more make matrices sparse (16 to 128 are customary).
pub const BINS: std::ops::RangeInclusive<usize> = 16..=128;

/// A region whose log volume is so many robust standard deviations from its sequence's median is pointed out.
const OUTLYING: f64 = 3.5;

/// Turns a median absolute deviation into a standard deviation, for normal values.
const MAD_TO_SD: f64 = 1.4826;

/// Cohorts with fewer patients are not compared.
const LEAST_COMPARED: usize = 5;

/// Names listed in one message.
const NAMED: usize = 6;

/// Gray values inside the masks of one sequence and cohort: medians and quartiles over patients.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Range {
    /// The sequence.
    pub sequence: String,
    /// The cohort.
    pub group: String,
    /// Patients with a region.
    pub n: usize,
    /// Quartiles of the mean gray value.
    pub mean: [f64; 3],
    /// Median of the smallest gray value.
    pub low: f64,
    /// Median of the largest.
    pub high: f64,
    /// Quartiles of the number of bins.
    pub bins: [f64; 3],
    /// Quartiles of the volume in cm³.
    pub volume: [f64; 3],
}

/// Everything wrong or doubtful in `cases`, worst first; each sequence is judged by its own `settings`.
pub fn problems(cases: &[Case], settings: &[Settings]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = cases.iter().flat_map(|case| of_case(case, &settings[case.sequence])).collect();
    let mut sequences: Vec<(&str, usize)> = cases.iter().map(|c| (c.sequence_name.as_str(), c.sequence)).collect();
    sequences.sort_unstable();
    sequences.dedup();
    for (sequence, position) in sequences {
        let settings = &settings[position];
        let of_it: Vec<&Case> = cases.iter().filter(|case| case.sequence == position).collect();
        problems.extend(said(sequence, &of_it));
        problems.extend(bins(sequence, &of_it, settings));
        problems.extend(spacings(sequence, &of_it, settings));
        problems.extend(outlying(&of_it));
        problems.extend(labels(sequence, &of_it));
    }
    problem::sort(&mut problems);
    problems
}

fn place(case: &Case) -> Place {
    Place::default().patient(&case.patient).sequence(&case.sequence_name)
}

fn of_case(case: &Case, settings: &Settings) -> Vec<Problem> {
    match &case.seen {
        Seen::Absent(why) => vec![Problem::warning(place(case), why.clone())],
        // Nothing is extracted until it is answered.
        Seen::Asked(why) => vec![Problem::warning(place(case), why.clone())],
        Seen::Unreadable(why) => vec![Problem::error(place(case), why.clone())],
        Seen::Read(look) => of_look(case, look, settings),
    }
}

fn of_look(case: &Case, look: &Look, settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(mismatch) = &look.mismatch {
        // Resampling takes its grid from the mask and the image wherever it is in space.
        let tolerated = settings.correct_mask || settings.resampled_pixel_spacing.is_some();
        let problem = if tolerated { Problem::warning } else { Problem::error };
        problems.push(problem(place(case), mismatch.words.clone()));
    }
    match &look.roi {
        Err(why) => problems.push(Problem::error(place(case), why.clone())),
        Ok(roi) if roi.at_edge => {
            let message = "the region reaches the edge of the image: it may be cut off";
            problems.push(Problem::warning(place(case), message));
        }
        Ok(_) => {}
    }
    if look.range[0] == look.range[1] {
        problems.push(Problem::error(place(case), "all voxels of the image are equal"));
    }
    problems
}

/// What reading said of images and masks: each remark once a sequence, with the patients that it is of.
fn said(sequence: &str, cases: &[&Case]) -> Vec<Problem> {
    let mut remarks: Vec<(&str, Vec<&str>)> = Vec::new();
    for case in cases {
        let of_regions = case.regions.iter().flat_map(|region| &region.remarks);
        for note in case.look().iter().flat_map(|look| &look.notes).chain(of_regions) {
            match remarks.iter_mut().find(|(remark, _)| remark == note) {
                Some((_, patients)) => patients.push(&case.patient),
                None => remarks.push((note, vec![&case.patient])),
            }
        }
    }
    let problem = |(remark, patients): (&str, Vec<&str>)| match patients.as_slice() {
        [only] => Problem::warning(Place::default().patient(*only).sequence(sequence), remark),
        several => {
            let message = format!("{remark} ({} of {}: {})", several.len(), cases.len(), listed(several));
            Problem::warning(Place::default().sequence(sequence), message)
        }
    };
    remarks.into_iter().map(problem).collect()
}

/// Regions with too few or too many bins: one warning a sequence.
fn bins(sequence: &str, cases: &[&Case], settings: &Settings) -> Vec<Problem> {
    if settings.bin_count.is_some() {
        return Vec::new();
    }
    let with = |odd: &dyn Fn(usize) -> bool| -> Vec<&str> {
        let odd_ones = cases.iter().filter(|case| case.roi().is_some_and(|roi| odd(roi.bins)));
        odd_ones.map(|case| case.patient.as_str()).collect()
    };
    let judged = |names: Vec<&str>, what: String, remedy: &str| {
        let message = format!("{what} in {} of {} regions: {}", names.len(), cases.len(), listed(&names));
        let place = Place::default().sequence(sequence);
        (!names.is_empty()).then(|| Problem::warning(place, message).remedy(remedy))
    };
    let width = settings.bin_width;
    let few = with(&|n| n < *BINS.start());
    let many = with(&|n| n > *BINS.end());
    let few = judged(
        few,
        format!("fewer than {} grey-level bins at bin width {width}", BINS.start()),
        "choose a smaller bin width, or normalize with a larger normalizeScale",
    );
    let many = judged(
        many,
        format!("more than {} grey-level bins at bin width {width}", BINS.end()),
        "choose a larger bin width, or normalize",
    );
    few.into_iter().chain(many).collect()
}

/// Spacings that differ although nothing is resampled: features of size and texture then differ with them.
fn spacings(sequence: &str, cases: &[&Case], settings: &Settings) -> Option<Problem> {
    if settings.resampled_pixel_spacing.is_some() {
        return None;
    }
    let looks: Vec<&Look> = cases.iter().filter_map(|case| case.look()).collect();
    let range = |d: usize| {
        let along = looks.iter().map(|look| look.spacing[d]);
        (along.clone().fold(f64::INFINITY, f64::min), along.fold(0.0, f64::max))
    };
    let differing: Vec<String> = (0..3)
        .filter(|&d| range(d).1 > 1.01 * range(d).0)
        .map(|d| {
            let (low, high) = range(d);
            format!("{} {}-{} mm", ["x", "y", "z"][d], format::significant(low, 3), format::significant(high, 3))
        })
        .collect();
    (!differing.is_empty()).then(|| {
        let message =
            format!("voxel spacings differ between patients ({}) and are not resampled", differing.join(", "));
        Problem::warning(Place::default().sequence(sequence), message).remedy("set a common spacing under [extraction]")
    })
}

/// Masks with other labels beside the one that is used.
fn labels(sequence: &str, cases: &[&Case]) -> Option<Problem> {
    let others = |case: &&&Case| case.look().is_some_and(|look| look.labels.iter().any(|(l, _)| *l != case.label));
    let with: Vec<&Case> = cases.iter().filter(others).copied().collect();
    let first = with.first()?;
    let held: Vec<String> = first.look()?.labels.iter().map(|(label, _)| label.to_string()).collect();
    let names: Vec<&str> = with.iter().map(|case| case.patient.as_str()).collect();
    let message = format!(
        "{} of {} masks hold other labels beside {} ({}: {}), which are not used: {}",
        with.len(),
        cases.len(),
        first.label,
        first.patient,
        held.join(", "),
        listed(&names)
    );
    Some(Problem::note(Place::default().sequence(sequence), message))
}

/// Regions far larger or smaller than those of the other patients.
fn outlying(cases: &[&Case]) -> Vec<Problem> {
    let volumes: Vec<(&Case, f64)> = cases.iter().filter_map(|case| Some((*case, case.roi()?.volume.ln()))).collect();
    let logs: Vec<f64> = volumes.iter().map(|(_, v)| *v).collect();
    if logs.len() < 10 {
        return Vec::new();
    }
    let median = quantile(&logs, 0.5);
    let distances: Vec<f64> = logs.iter().map(|v| (v - median).abs()).collect();
    let spread = MAD_TO_SD * quantile(&distances, 0.5);
    let far = |(_, v): &&(&Case, f64)| spread > 0.0 && (v - median).abs() > OUTLYING * spread;
    let problem = |(case, v): &(&Case, f64)| {
        let message = format!(
            "the region has {} cm³, the median of its sequence is {} cm³: is the mask right?",
            format::significant(v.exp(), 3),
            format::significant(median.exp(), 3)
        );
        Problem::warning(place(case), message)
    };
    volumes.iter().filter(far).map(problem).collect()
}

fn listed(names: &[&str]) -> String {
    let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
    format!("{}{more}", names[..names.len().min(NAMED)].join(", "))
}

/// Gray values, bins and volumes by sequence and cohort.
pub fn ranges(cases: &[Case], sequences: &[&str], groups: &[String]) -> Vec<Range> {
    let mut ranges = Vec::new();
    for sequence in sequences {
        for group in groups {
            let of_it = cases.iter().filter(|c| c.sequence_name == *sequence && c.group.as_ref() == Some(group));
            let rois: Vec<_> = of_it.filter_map(Case::roi).collect();
            if rois.is_empty() {
                continue;
            }
            let quartiles = |of: &dyn Fn(&super::Roi) -> f64| {
                let values: Vec<f64> = rois.iter().map(|roi| of(roi)).collect();
                [0.25, 0.5, 0.75].map(|p| quantile(&values, p))
            };
            ranges.push(Range {
                sequence: (*sequence).to_owned(),
                group: group.clone(),
                n: rois.len(),
                mean: quartiles(&|roi| roi.mean),
                low: quartiles(&|roi| roi.range[0])[1],
                high: quartiles(&|roi| roi.range[1])[1],
                bins: quartiles(&|roi| roi.bins as f64),
                volume: quartiles(&|roi| roi.volume),
            });
        }
    }
    ranges
}

/// Cohorts whose middle half of mean gray values does not meet that of the first cohort, sequence by sequence.
pub fn disjoint(ranges: &[Range]) -> Vec<String> {
    let enough = |range: &&Range| range.n >= LEAST_COMPARED;
    let apart = |a: &Range, b: &Range| a.mean[0] > b.mean[2] || b.mean[0] > a.mean[2];
    let mut notes = Vec::new();
    for of_it in ranges.chunk_by(|a, b| a.sequence == b.sequence) {
        let Some(first) = of_it.first().filter(enough) else { continue };
        for other in of_it[1..].iter().filter(enough).filter(|other| apart(first, other)) {
            notes.push(format!(
                "{}: grey values of {} (median of means {}) hardly meet those of {} ({}): other scanners or protocols? \
                 consider normalization or harmonisation",
                other.sequence,
                other.group,
                format::significant(other.mean[1], 3),
                first.group,
                format::significant(first.mean[1], 3)
            ));
        }
    }
    notes
}
