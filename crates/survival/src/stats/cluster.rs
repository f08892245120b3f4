//! Hierarchical clustering with complete linkage: the distance of two clusters is that of their farthest members.

use super::linalg::gram;

/// Distances of all pairs of `n` items.
#[derive(Debug, Clone, PartialEq)]
pub struct Distances {
    n: usize,
    /// Pairs (i, j) with i < j, i slowest. Single precision: thousands of items make millions of pairs.
    values: Vec<f32>,
}

impl Distances {
    /// `1 - f(r)` for the Pearson correlation r of every two of `columns`, which are centred and of length 1 (or 0).
    ///
    /// Correlations are rounded to a millionth first, so that the order in which a machine adds does not decide a tie.
    pub fn of_correlations(columns: &[Vec<f64>], f: impl Fn(f64) -> f64 + Sync) -> Self {
        let values = gram(columns, |r| (1.0 - f((r * 1e6).round() / 1e6)) as f32);
        Self { n: columns.len(), values }
    }

    /// Euclidean distances of `points`.
    pub fn euclidean(points: &[Vec<f64>]) -> Self {
        let mut values = Vec::with_capacity(points.len() * points.len().saturating_sub(1) / 2);
        for (i, a) in points.iter().enumerate() {
            for b in &points[i + 1..] {
                let square: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
                values.push(square.sqrt() as f32);
            }
        }
        Self { n: points.len(), values }
    }

    /// The distance of two different items.
    pub fn get(&self, i: usize, j: usize) -> f32 {
        self.values[self.at(i, j)]
    }

    fn at(&self, i: usize, j: usize) -> usize {
        let (i, j) = (i.min(j), i.max(j));
        i * (2 * self.n - i - 1) / 2 + j - i - 1
    }
}

/// A part of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Branch {
    /// One item.
    Leaf(usize),
    /// What an earlier merge made.
    Merged(usize),
}

/// Two branches become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merge {
    /// The tighter of the two, drawn first.
    pub first: Branch,
    /// The other.
    pub second: Branch,
    /// Their distance.
    pub height: f32,
}

/// The tree of `n` items: its merges by rising height.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    n: usize,
    /// The merges.
    pub merges: Vec<Merge>,
}

impl Tree {
    /// The tree of complete linkage, by chains of nearest neighbours (Murtagh 1983): time goes with the square of the
    /// number of items.
    pub fn complete(mut distances: Distances) -> Self {
        let n = distances.n;
        let mut alive: Vec<usize> = (0..n).collect();
        let mut chain: Vec<usize> = Vec::new();
        let mut joined: Vec<(usize, usize, f32)> = Vec::with_capacity(n.saturating_sub(1));
        while alive.len() > 1 {
            let last = *chain.last().unwrap_or(&alive[0]);
            if chain.is_empty() {
                chain.push(last);
            }
            let before = chain.len().checked_sub(2).map(|k| chain[k]);
            // The one before wins a tie, or the chain would never end.
            let mut nearest = before.map_or((usize::MAX, f32::INFINITY), |b| (b, distances.get(last, b)));
            for &other in alive.iter().filter(|&&other| other != last) {
                let distance = distances.get(last, other);
                if distance < nearest.1 || nearest.0 == usize::MAX {
                    nearest = (other, distance);
                }
            }
            if Some(nearest.0) != before {
                chain.push(nearest.0);
                continue;
            }
            chain.truncate(chain.len() - 2);
            let (kept, gone) = (last.min(nearest.0), last.max(nearest.0));
            joined.push((kept, gone, nearest.1));
            alive.retain(|&item| item != gone);
            for &other in alive.iter().filter(|&&other| other != kept) {
                let farthest = distances.get(kept, other).max(distances.get(gone, other));
                let at = distances.at(kept, other);
                distances.values[at] = farthest;
            }
        }
        Self::sorted(n, joined)
    }

    /// The tree of merges known by one item of each side.
    fn sorted(n: usize, mut joined: Vec<(usize, usize, f32)>) -> Self {
        joined.sort_by(|a, b| a.2.total_cmp(&b.2));
        let mut branch: Vec<Branch> = (0..n).map(Branch::Leaf).collect();
        let mut above: Vec<usize> = (0..n).collect();
        fn root(above: &mut [usize], mut item: usize) -> usize {
            while above[item] != item {
                above[item] = above[above[item]];
                item = above[item];
            }
            item
        }
        let mut merges = Vec::with_capacity(joined.len());
        for (a, b, height) in joined {
            let (a, b) = (root(&mut above, a), root(&mut above, b));
            // Single items first, then by age: the tighter branch comes first.
            let (first, second) = (branch[a].min(branch[b]), branch[a].max(branch[b]));
            above[b] = a;
            branch[a] = Branch::Merged(merges.len());
            merges.push(Merge { first, second, height });
        }
        Self { n, merges }
    }

    /// The items from left to right, branches uncrossed.
    pub fn order(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.n);
        let mut waiting = match self.merges.len().checked_sub(1) {
            Some(last) => vec![Branch::Merged(last)],
            None => (0..self.n).map(Branch::Leaf).collect(),
        };
        while let Some(branch) = waiting.pop() {
            match branch {
                Branch::Leaf(item) => order.push(item),
                Branch::Merged(k) => waiting.extend([self.merges[k].second, self.merges[k].first]),
            }
        }
        order
    }

    /// The number of the cluster of each item where the tree is cut at `height`, from 0 in the order of the items: no
    /// two items of a cluster are farther apart than that.
    pub fn cut(&self, height: f32) -> Vec<usize> {
        let mut cluster: Vec<Option<usize>> = vec![None; self.merges.len()];
        let mut of_item: Vec<Option<usize>> = vec![None; self.n];
        // From the top down: a merge below the cut hands its cluster on.
        for (k, merge) in self.merges.iter().enumerate().rev() {
            let own = if merge.height <= height { Some(cluster[k].unwrap_or(k)) } else { None };
            for branch in [merge.first, merge.second] {
                match branch {
                    Branch::Leaf(item) => of_item[item] = own,
                    Branch::Merged(below) => cluster[below] = own,
                }
            }
        }
        let mut seen: Vec<usize> = Vec::new();
        let mut next = 0;
        let mut number = vec![usize::MAX; self.merges.len()];
        for own in of_item {
            let fresh = match own {
                Some(k) if number[k] != usize::MAX => number[k],
                _ => {
                    next += 1;
                    next - 1
                }
            };
            if let Some(k) = own {
                number[k] = fresh;
            }
            seen.push(fresh);
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve points in the plane.
    fn points() -> Vec<Vec<f64>> {
        (0..12).map(|i| vec![f64::from(i * i * 7 % 23), f64::from(i * 5 % 13) * 1.5 + f64::from(i) * 0.01]).collect()
    }

    #[test]
    fn a_tree_is_that_of_hclust() {
        let tree = Tree::complete(Distances::euclidean(&points()));
        // R: hclust(dist(m), "complete"), its height and order, cutree(h = 9).
        let heights = [
            2.548804, 3.190752, 4.254703, 5.846443, 7.152964, 7.488017, 9.496362, 11.11289, 11.27349, 19.2167, 25.0029,
        ];
        assert!(tree.merges.iter().zip(heights).all(|(merge, height)| (f64::from(merge.height) - height).abs() < 1e-5));
        assert_eq!(tree.order(), [0, 1, 8, 2, 5, 10, 6, 3, 11, 9, 4, 7]);
        assert_eq!(tree.cut(9.0), [0, 1, 2, 3, 4, 5, 3, 4, 1, 4, 5, 3]);
    }

    #[test]
    fn few_items() {
        assert_eq!(Tree::complete(Distances::euclidean(&[])).order(), [0_usize; 0]);
        let one = Tree::complete(Distances::euclidean(&[vec![1.0]]));
        assert_eq!((one.order(), one.cut(1.0)), (vec![0], vec![0]));
        let same = Tree::complete(Distances::euclidean(&vec![vec![1.0]; 4]));
        assert_eq!((same.order().len(), same.cut(0.0)), (4, vec![0; 4]));
    }

    #[test]
    fn members_of_a_group_are_no_farther_apart_than_the_cut() {
        let unit = |v: [f64; 4]| {
            let mean = v.iter().sum::<f64>() / 4.0;
            let length = v.iter().map(|x| (x - mean).powi(2)).sum::<f64>().sqrt();
            v.iter().map(|x| (x - mean) / length).collect::<Vec<f64>>()
        };
        let columns =
            [[1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.1], [4.0, 3.0, 2.0, 1.1], [1.0, 5.0, 2.0, 4.0]].map(unit);
        let by_size = Distances::of_correlations(&columns, f64::abs);
        assert!((by_size.get(0, 1) - by_size.get(1, 0)).abs() < 1e-9 && by_size.get(0, 2) < 0.01);
        assert_eq!(Tree::complete(by_size).cut(0.1), [0, 0, 0, 1]);
        let with_sign = Distances::of_correlations(&columns, |r| r);
        assert_eq!(Tree::complete(with_sign).cut(0.1), [0, 0, 1, 2]);
    }
}
