//! Who is at risk when somebody dies at the time at which others are censored.
//!
//! Whoever is censored at a time of death is still at risk then. glmnet means that too and adds 100 times the spacing of
//! doubles at 1, 2.2e-14, to the times of the censored. From 256 on, such as on follow-up in days, rounding takes that away
//! again: those of them who then come before the first of the dead in its order have left the risk set. Its order of equal
//! times is that of its sort, Singleton's (CACM Algorithm 347, 1969), on the rows as they were given.

/// What becomes of those who are censored at a time of death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ties {
    /// All of them are at risk.
    AtRisk,
    /// Those whom glmnet's rounding leaves at risk.
    AsGlmnet,
}

/// What glmnet adds to the time of somebody censored.
const SHIFT: f64 = 100.0 * f64::EPSILON;

/// Segments up to this length are sorted by insertion, unless they are at the beginning.
const SHORT: usize = 11;

/// What is known of one subject.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    pub(super) time: f64,
    pub(super) event: bool,
    pub(super) weight: f64,
}

impl Ties {
    /// Those of `rows` (in the order of the data) that have a weight, by ascending time, the dead of a time first; and their
    /// times. Who is not at risk when others die at the same time is moved to just before it.
    pub(super) fn by_time(self, rows: &[usize], subject: impl Fn(usize) -> Subject) -> (Vec<usize>, Vec<f64>) {
        let subjects: Vec<Subject> = rows.iter().map(|row| subject(*row)).collect();
        let times = self.times(&subjects);
        let mut order: Vec<usize> = (0..rows.len()).filter(|i| subjects[*i].weight > 0.0).collect();
        order.sort_by(|&a, &b| times[a].total_cmp(&times[b]).then(subjects[b].event.cmp(&subjects[a].event)));
        order.into_iter().map(|i| (rows[i], times[i])).unzip()
    }

    fn times(self, subjects: &[Subject]) -> Vec<f64> {
        let mut times: Vec<f64> = subjects.iter().map(|s| s.time).collect();
        let is_rounded = |s: &Subject| !s.event && s.time + SHIFT == s.time;
        if self == Self::AtRisk || !subjects.iter().any(is_rounded) {
            return times;
        }
        let shifted: Vec<f64> = subjects.iter().map(|s| if s.event { s.time } else { s.time + SHIFT }).collect();
        let order = singleton(&shifted);
        let dies = |i: &usize| subjects[*i].event && subjects[*i].weight > 0.0;
        // Nobody has left before the first death of all.
        let mut is_first = true;
        for same in order.chunk_by(|a, b| shifted[*a] == shifted[*b]) {
            let Some(death) = same.iter().position(dies) else { continue };
            if !std::mem::take(&mut is_first) {
                same[..death].iter().for_each(|&i| times[i] = times[i].next_down());
            }
        }
        times
    }
}

/// The order that sorts `values`, with equal values as Singleton's sort leaves them.
fn singleton(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    // Segments by first and last place.
    let mut segments = vec![(0, values.len().saturating_sub(1))];
    while let Some((first, last)) = segments.pop() {
        if first >= last {
            continue;
        }
        if first > 0 && last - first < SHORT {
            order[first..=last].sort_by(|a, b| values[*a].total_cmp(&values[*b]));
            continue;
        }
        let (left, right) = divide(values, &mut order, first, last);
        segments.extend([(first, left), (right, last)]);
    }
    order
}

/// Divides a segment at the median of its first, middle and last value; the last place of the lower part and the first of
/// the upper.
fn divide(values: &[f64], order: &mut [usize], first: usize, last: usize) -> (usize, usize) {
    let middle = usize::midpoint(first, last);
    let value = |order: &[usize], place: usize| values[order[place]];
    if value(order, first) > value(order, middle) {
        order.swap(first, middle);
    }
    if value(order, last) < value(order, middle) {
        order.swap(last, middle);
        if value(order, first) > value(order, middle) {
            order.swap(first, middle);
        }
    }
    let pivot = value(order, middle);
    let (mut up, mut down) = (first, last);
    loop {
        down -= 1;
        while value(order, down) > pivot {
            down -= 1;
        }
        up += 1;
        while value(order, up) < pivot {
            up += 1;
        }
        if up > down {
            return (down, up);
        }
        order.swap(up, down);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts() {
        for n in [0, 1, 2, 3, 11, 12, 13, 40, 333] {
            let values: Vec<f64> = (0..n).map(|i| ((i * 7919 + 13) % 37) as f64).collect();
            let order = singleton(&values);
            assert!(order.is_sorted_by_key(|i| values[*i] as u64), "{n}");
            let mut all = order.clone();
            all.sort_unstable();
            assert_eq!(all, (0..n).collect::<Vec<_>>());
        }
    }

    fn times(ties: Ties, time: &[f64], event: &[bool]) -> Vec<f64> {
        let subjects: Vec<Subject> =
            time.iter().zip(event).map(|(&time, &event)| Subject { time, event, weight: 1.0 }).collect();
        ties.times(&subjects)
    }

    #[test]
    fn short_times_keep_everybody_at_risk() {
        let (time, event) = ([5.0, 5.0, 8.0, 8.0], [false, true, false, true]);
        assert_eq!(times(Ties::AsGlmnet, &time, &event), time);
        let days = time.map(|t| t + 1000.0);
        assert_eq!(times(Ties::AtRisk, &days, &event), days);
    }

    /// Here the sort leaves the dead last; at the first time of death that costs nobody.
    #[test]
    fn long_times_lose_who_comes_before_the_dead() {
        let (time, event) = ([500.0, 500.0, 800.0, 800.0, 800.0], [false, true, false, false, true]);
        let found = times(Ties::AsGlmnet, &time, &event);
        let before = 800.0_f64.next_down();
        assert_eq!(found, [500.0, 500.0, before, before, 800.0]);
    }
}
