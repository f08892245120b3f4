//! Patients: clinical values, hidden risk, follow-up, and why some are not enrolled.

use super::Spec;
use survival::stats::rng::Rng;

/// Where a patient was treated; spacing and intensities of the images differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Centre {
    /// Training and internal validation come from here.
    A,
    /// External validation comes from here.
    B,
}

/// Why a screened patient is not enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exclusion {
    NoTace,
    PriorTreatment,
    LateMri,
    PoorImages,
    ShortFollowUp,
}

/// Each reason and how many of 231 it removes.
const EXCLUSIONS: [(Exclusion, usize); 5] = [
    (Exclusion::NoTace, 96),
    (Exclusion::PriorTreatment, 54),
    (Exclusion::LateMri, 38),
    (Exclusion::PoorImages, 23),
    (Exclusion::ShortFollowUp, 20),
];

/// Log hazard ratios of the truth.
pub(super) mod effect {
    /// Per unit of the neutrophil-to-lymphocyte ratio: ln 1.49.
    pub const NLR: f64 = 0.398_776_119_957_367_66;
    /// Per cm of tumour size: ln 1.28.
    pub const SIZE: f64 = 0.246_860_077_931_525_8;
    /// Per standard deviation of the hidden heterogeneity of the tumour, which only the images show: ln 2.2.
    pub const TEXTURE: f64 = 0.788_457_360_364_270_2;
}

/// Days from the first operation that a study like this counts to its last: four years.
const ACCRUAL: f64 = 1461.0;
/// 2018-01-01, in days since 1970-01-01.
const FIRST_DAY: i32 = 17_532;
/// 2024-06-30: follow-up after it is not used.
pub(super) const CUT_OFF: i32 = 19_904;
/// Days in a month.
const MONTH: f64 = 30.4375;

/// One screened patient.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Patient {
    pub id: String,
    pub number: usize,
    pub centre: Centre,
    pub(super) exclusion: Option<Exclusion>,
    pub age: i32,
    pub male: bool,
    pub bmi: f64,
    pub antiviral: bool,
    pub cirrhosis: bool,
    pub child_pugh_b: bool,
    pub bclc_b: bool,
    pub cnlc_2: bool,
    pub size: f64,
    pub lesions: usize,
    pub afp: f64,
    pub alb: f64,
    pub alt: f64,
    pub bilirubin: f64,
    pub platelets: f64,
    pub prothrombin: f64,
    pub neutrophils: f64,
    pub lymphocytes: f64,
    pub differentiation: usize,
    pub hep: bool,
    pub afp_expression: bool,
    pub gpc3: bool,
    pub ki67_high: bool,
    pub microvascular_invasion: bool,
    pub mri_days: i32,
    pub surgery_day: i32,
    pub rfs_months: f64,
    pub recurrence: bool,
    pub death_day: Option<i32>,
    pub last_contact_day: i32,
    /// What two readers saw in the images.
    pub(super) read: [Reading; 2],
    /// The hidden heterogeneity of the tumour, standard normal.
    pub texture: f64,
    /// The linear predictor of recurrence.
    pub risk: f64,
}

impl Patient {
    /// Whether the patient passes every criterion.
    pub fn is_enrolled(&self) -> bool {
        self.exclusion.is_none()
    }

    /// Neutrophils over lymphocytes.
    pub fn nlr(&self) -> f64 {
        self.neutrophils / self.lymphocytes
    }
}

/// Everybody who is screened, in the order of their numbers.
pub(super) fn screened(spec: Spec) -> Vec<Patient> {
    let total = (spec.patients * 380).div_ceil(149);
    let mut rng = Rng::stream(spec.seed, 1);
    let places = places(spec.patients, total, &mut rng);
    places.into_iter().enumerate().map(|(i, (centre, exclusion))| draw(spec.seed, i + 1, centre, exclusion)).collect()
}

/// Centre and fate of everybody, shuffled: 117 of 149 come from centre A.
fn places(enrolled: usize, total: usize, rng: &mut Rng) -> Vec<(Centre, Option<Exclusion>)> {
    let centre = |i: usize, n: usize| if i < (n * 117) / 149 { Centre::A } else { Centre::B };
    let mut places: Vec<_> = (0..enrolled).map(|i| (centre(i, enrolled), None)).collect();
    let excluded = total - enrolled;
    let mut reasons = Vec::with_capacity(excluded);
    for (reason, share) in EXCLUSIONS {
        reasons.extend(std::iter::repeat_n(reason, share * excluded / 231));
    }
    reasons.resize(excluded, Exclusion::NoTace);
    rng.shuffle(&mut reasons);
    places.extend(reasons.into_iter().enumerate().map(|(i, reason)| (centre(i, excluded), Some(reason))));
    rng.shuffle(&mut places);
    places
}

fn draw(seed: u64, number: usize, centre: Centre, exclusion: Option<Exclusion>) -> Patient {
    let rng = &mut Rng::stream(seed, 1000 + number as u64);
    let chance = |rng: &mut Rng, p: f64| rng.uniform() < p;
    let age = normal_in(rng, 57.6, 9.7, 26.0, 83.0).round() as i32;
    let size = rounded(log_normal(rng, 3.9, 1.7).clamp(1.0, 8.0), 1);
    let lymphocytes = rounded(normal_in(rng, 1.6, 0.5, 0.5, 3.5), 2);
    let nlr = log_normal(rng, 2.3, 1.2).clamp(0.5, 9.5);
    let neutrophils = rounded(nlr * lymphocytes, 2);
    let texture = rng.normal();
    let cirrhosis = chance(rng, 0.40);
    let child_pugh_b = chance(rng, if cirrhosis { 0.30 } else { 0.14 });
    let lesions = 1 + usize::from(chance(rng, 0.25)) + usize::from(chance(rng, 0.08));
    let bclc_b = chance(rng, if size > 5.0 { 0.75 } else { 0.47 });
    let risk =
        effect::NLR * (neutrophils / lymphocytes - 2.3) + effect::SIZE * (size - 3.9) + effect::TEXTURE * texture;
    let mut patient = Patient {
        id: format!("HCC-{number:03}"),
        number,
        centre,
        exclusion,
        age,
        male: chance(rng, 0.85),
        bmi: rounded(normal_in(rng, 23.6, 3.1, 16.0, 36.0), 1),
        antiviral: chance(rng, if centre == Centre::A { 0.65 } else { 0.34 }),
        cirrhosis,
        child_pugh_b,
        bclc_b,
        cnlc_2: chance(rng, if centre == Centre::A { 0.28 } else { 0.53 }),
        size,
        lesions,
        afp: rounded(log_normal(rng, 240.0, 900.0).clamp(1.0, 60_500.0), 1),
        alb: rounded(normal_in(rng, if child_pugh_b { 35.5 } else { 40.6 }, 3.9, 26.0, 52.0), 1),
        alt: rounded(log_normal(rng, 38.0, 26.0).clamp(6.0, 320.0), 0),
        bilirubin: rounded(log_normal(rng, if child_pugh_b { 22.0 } else { 14.5 }, 6.5).clamp(4.0, 60.0), 1),
        platelets: rounded(normal_in(rng, if cirrhosis { 136.0 } else { 182.0 }, 58.0, 38.0, 420.0), 0),
        prothrombin: rounded(normal_in(rng, 12.1, 1.1, 9.5, 17.0), 1),
        neutrophils,
        lymphocytes,
        differentiation: match rng.uniform() {
            u if u < 0.148 => 0,
            u if u < 0.698 => 1,
            _ => 2,
        },
        hep: chance(rng, 0.90),
        afp_expression: chance(rng, 0.32),
        gpc3: chance(rng, 0.55),
        ki67_high: chance(rng, 0.26 + 0.08 * texture.clamp(-1.5, 1.5)),
        microvascular_invasion: chance(rng, (0.10 + 0.05 * size + 0.06 * texture).clamp(0.03, 0.8)),
        mri_days: 1 + rng.below(29) as i32,
        surgery_day: FIRST_DAY + (rng.uniform() * ACCRUAL) as i32,
        rfs_months: 0.0,
        recurrence: false,
        death_day: None,
        last_contact_day: 0,
        read: read(seed, number, size, texture),
        texture,
        risk,
    };
    if exclusion == Some(Exclusion::LateMri) {
        patient.mri_days = 31 + rng.below(60) as i32;
    }
    follow(rng, &mut patient);
    patient
}

/// What one reader saw: capsule (0 absent, 1 incomplete, 2 complete), peritumoural enhancement, diameter in cm.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub capsule: usize,
    pub enhancement: bool,
    pub diameter: f64,
}

/// Two readers of the same images, the second a little less sure. The stream is their own: other values do not depend
/// on whether anybody read.
fn read(seed: u64, number: usize, size: f64, texture: f64) -> [Reading; 2] {
    let rng = &mut Rng::stream(seed, 500_000 + number as u64);
    let capsule = [0.35, 0.75].into_iter().filter(|limit| rng.uniform() > *limit).count();
    let enhancement = rng.uniform() < (0.30 + 0.10 * texture).clamp(0.05, 0.9);
    [0.90, 0.82].map(|right| Reading {
        // A misreading takes the capsule for its neighbour.
        capsule: match rng.uniform() < right {
            true => capsule,
            false if capsule == 1 => 2 * rng.below(2),
            false => 1,
        },
        enhancement: enhancement == (rng.uniform() < right + 0.05),
        diameter: rounded((size + 0.15 * rng.normal()).max(0.5), 1),
    })
}

/// Recurrence by a Weibull model, death after it or without it, and the end of follow-up.
fn follow(rng: &mut Rng, p: &mut Patient) {
    // Shape 1.1; the scale gives about two recurrences in five within the follow-up.
    let weibull =
        |rng: &mut Rng, scale: f64, risk: f64| scale * libm::pow(rng.exponential() * libm::exp(-risk), 1.0 / 1.1);
    let recurrence = weibull(rng, 88.0, p.risk);
    let after_recurrence = weibull(rng, 34.0, 0.25 * p.risk);
    let other_death = weibull(rng, 420.0, 0.04 * (f64::from(p.age) - 57.6));
    let death = other_death.min(recurrence + after_recurrence);
    let administrative = f64::from(CUT_OFF - p.surgery_day) / MONTH;
    // A tenth leaves follow-up early; a centre sees its last patients up to four months before the cut-off.
    let leaves = if rng.uniform() < 0.10 { 6.0 + 30.0 * rng.uniform() } else { f64::INFINITY };
    let mut end = (administrative - 4.0 * rng.uniform()).min(leaves).max(3.0);
    if p.exclusion == Some(Exclusion::ShortFollowUp) {
        end = 0.2 + 1.5 * rng.uniform();
    }
    let seen = end.min(death);
    p.recurrence = recurrence <= seen;
    p.rfs_months = rounded(recurrence.min(seen), 1).max(0.1);
    let day = |months: f64| p.surgery_day + (months * MONTH).round() as i32;
    p.death_day = (death <= end).then(|| day(death));
    p.last_contact_day = day(seen);
}

fn rounded(x: f64, decimals: i32) -> f64 {
    let unit = [1.0, 10.0, 100.0][decimals as usize];
    (x * unit).round() / unit
}

/// Normal, drawn again until it lies between the limits.
fn normal_in(rng: &mut Rng, mean: f64, sd: f64, lowest: f64, highest: f64) -> f64 {
    loop {
        let x = mean + sd * rng.normal();
        if (lowest..=highest).contains(&x) {
            return x;
        }
    }
}

/// Log-normal with this mean and standard deviation.
fn log_normal(rng: &mut Rng, mean: f64, sd: f64) -> f64 {
    let variance = libm::log(1.0 + (sd / mean) * (sd / mean));
    libm::exp(libm::log(mean) - variance / 2.0 + variance.sqrt() * rng.normal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marginals_are_those_of_the_published_study() {
        let everybody = screened(Spec { patients: 1490, seed: 7 });
        let enrolled: Vec<&Patient> = everybody.iter().filter(|p| p.is_enrolled()).collect();
        assert_eq!((everybody.len(), enrolled.len()), (3800, 1490));
        let mean = |f: &dyn Fn(&Patient) -> f64| enrolled.iter().map(|p| f(p)).sum::<f64>() / enrolled.len() as f64;
        let close = |what: &str, found: f64, wanted: f64, by: f64| {
            assert!((found - wanted).abs() < by, "{what}: {found} is not {wanted}");
        };
        close("age", mean(&|p| f64::from(p.age)), 57.6, 1.0);
        close("men", mean(&|p| f64::from(u8::from(p.male))), 0.85, 0.03);
        close("NLR", mean(&Patient::nlr), 2.3, 0.12);
        close("recurrence", mean(&|p| f64::from(u8::from(p.recurrence))), 0.38, 0.04);
        close("centre A", mean(&|p| f64::from(u8::from(p.centre == Centre::A))), 117.0 / 149.0, 0.001);
    }

    #[test]
    fn the_flow_is_380_to_149() {
        let everybody = screened(Spec::default());
        assert_eq!(everybody.len(), 380);
        for (reason, n) in EXCLUSIONS {
            assert_eq!(everybody.iter().filter(|p| p.exclusion == Some(reason)).count(), n, "{reason:?}");
        }
    }
}
