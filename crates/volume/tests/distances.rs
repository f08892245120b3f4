//! Distances against those of SciPy's `ndimage.distance_transform_edt`.

use volume::squared_distances;

const STORED: &str = include_str!("distances_of_scipy.txt");

#[test]
fn distances_are_those_of_scipy() {
    let mut compared = 0;
    let mut worst: f64 = 0.0;
    for case in STORED.split("case ").skip(1) {
        let mut lines = case.lines();
        let head: Vec<f64> = words(lines.next(), "").collect();
        let size = [0, 1, 2].map(|d| head[d] as usize);
        let set = lines.next().and_then(|line| line.strip_prefix("set ")).expect("a set");
        let set: Vec<bool> = set.chars().map(|c| c == '1').collect();
        let wanted: Vec<f64> = words(lines.next(), "distances ").collect();
        let found = squared_distances(&set, size, [head[3], head[4], head[5]]);
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().map(|square| square.sqrt()).zip(wanted) {
            worst = worst.max((found - wanted).abs() / wanted.max(1.0));
            compared += 1;
        }
    }
    assert_eq!(compared, 7 * 6 * 5 + 8 * 5 * 4 + 6 * 7 * 5 + 12 * 9);
    assert!(worst < 1e-14, "{worst}");
}

fn words<'a>(line: Option<&'a str>, head: &str) -> impl Iterator<Item = f64> + use<'a> {
    let rest = line.and_then(|line| line.strip_prefix(head)).expect("a line");
    rest.split(' ').map(|word| word.parse().expect("a number"))
}
