//! Real data for figures: small enough to stand here.

use riskset::methods::km::figure::Curve;

/// Survival in days of the men in the lung cancer study of the North Central Cancer Treatment Group (Loprinzi and
/// others, Journal of Clinical Oncology 12 (1994) 601-607); negative times are censored.
const MEN: [i32; 138] = [
    306, 455, -1010, 210, 883, -1022, 218, 166, 170, 71, 567, 144, 613, 707, 88, 301, 624, 371, 394, 574, 118, 390, 12,
    26, 533, 53, 814, 93, 460, 583, 303, 519, 643, 189, 53, 246, 689, 65, 132, 223, 175, 163, 65, 428, 230, -840, 11,
    132, 11, 176, 791, 95, -196, -806, 284, 147, 163, 655, 239, 88, 30, 179, 310, 477, 364, 107, 177, 156, 11, 429, 15,
    181, 283, 13, 212, 524, 288, 363, 442, 54, 558, 207, 92, 60, 202, 353, 267, 387, 457, 337, -404, 222, -458, 353,
    163, 31, 229, -444, 156, 329, 291, 179, -292, 142, -413, 320, 181, 285, -301, 197, -303, 180, -300, -284, -259,
    110, 286, 270, 81, 131, -225, 269, -225, -279, 135, 59, 105, -237, -221, -185, 13, -222, 183, -197, 116, -188,
    -191, -174,
];

/// The same of the women.
const WOMEN: [i32; 90] = [
    310, 361, 654, 728, 61, 81, 520, 473, 107, 122, -965, 731, 153, 433, 145, 95, 765, 735, 5, 687, 345, 444, 60, 208,
    -821, 305, 226, 426, 705, 363, 167, 641, -740, 245, -588, 166, -559, 450, -529, 351, 201, 524, 199, 550, -551,
    -543, 293, -511, -511, 371, 201, 62, -356, 340, -315, 182, -364, -376, -384, 268, -266, 194, 348, -382, -296, 186,
    145, -269, 350, -272, -292, -332, 285, -243, -276, 79, -240, -202, -235, -224, 239, -173, -252, -92, -192, -211,
    -175, -203, -105, -177,
];

/// Kaplan-Meier curves of men and women with 95% limits on the log scale.
pub fn lung() -> [Curve; 2] {
    [curve("Men", &MEN), curve("Women", &WOMEN)]
}

/// The curve of all, without a name.
pub fn everybody() -> Curve {
    let all: Vec<i32> = MEN.iter().chain(&WOMEN).copied().collect();
    curve("", &all)
}

/// Four groups with long names and few patients each.
pub fn quarters() -> Vec<Curve> {
    let names = ["Child-Pugh A, BCLC A", "Child-Pugh A, BCLC B", "Child-Pugh B, BCLC A", "Child-Pugh B, BCLC B or C"];
    MEN.chunks(35).zip(names).map(|(times, name)| curve(name, times)).collect()
}

/// Twelve patients, none of whom had the event.
pub fn without_events() -> Curve {
    curve("", &[-3, -5, -8, -12, -12, -15, -20, -21, -30, -33, -40, -41])
}

fn curve(group: &str, times: &[i32]) -> Curve {
    let mut distinct: Vec<i32> = times.iter().map(|time| time.abs()).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let mut curve = Curve { group: group.into(), ..Curve::default() };
    let (mut survival, mut variance) = (1.0, 0.0f64);
    for time in distinct {
        let at_risk = times.iter().filter(|other| other.abs() >= time).count() as f64;
        let events = times.iter().filter(|other| **other == time).count() as f64;
        survival *= 1.0 - events / at_risk;
        variance += events / (at_risk * (at_risk - events));
        let margin = 1.959_963_984_540_054 * variance.sqrt();
        curve.time.push(time.into());
        curve.estimate.push(survival);
        curve.lower.push(survival * (-margin).exp());
        curve.upper.push((survival * margin.exp()).min(1.0));
        curve.n_risk.push(at_risk);
        curve.n_censor.push(times.iter().filter(|other| **other == -time).count() as f64);
    }
    curve
}
