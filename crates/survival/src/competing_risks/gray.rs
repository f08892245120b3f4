//! Gray's test: cumulative incidences of one cause compared between groups.

use super::{CompetingRisks, CompetingRisksError};
use crate::groups::Groups;
use crate::order::TimeOrder;
use crate::stats::linalg::{Ldl, PIVOT_TOLERANCE, dot};
use crate::stats::tails::{chi_square_upper, ln_chi_square_upper};
use nalgebra::DMatrix;

/// What to compare, and the weights of the event times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GraySpec {
    /// The cause whose incidence is compared.
    pub cause: u32,
    /// Each event time weighs (1 - F(t-))^rho, F the pooled incidence.
    pub rho: f64,
}

/// A specification without contradictions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedGray {
    spec: GraySpec,
}

/// The comparison of groups for one cause.
#[derive(Debug, Clone, PartialEq)]
pub struct GrayTest {
    /// The cause.
    pub cause: u32,
    /// Quadratic form of the scores of all groups but the last.
    pub statistic: f64,
    /// Degrees of freedom: groups with subjects less one.
    pub df: usize,
    /// Upper tail of the chi-square distribution.
    pub p: f64,
    /// Its logarithm.
    pub ln_p: f64,
}

impl GraySpec {
    /// The unweighted comparison of the incidence of `cause`.
    pub fn of_cause(cause: u32) -> Self {
        Self { cause, rho: 0.0 }
    }

    /// Refuses weights that are no numbers.
    ///
    /// # Errors
    /// [`CompetingRisksError::Rho`] for a rho that is not finite.
    pub fn check(self) -> Result<CheckedGray, CompetingRisksError> {
        if self.rho.is_finite() { Ok(CheckedGray { spec: self }) } else { Err(CompetingRisksError::Rho(self.rho)) }
    }
}

impl CheckedGray {
    /// Compares the incidence of the cause between `groups` within `strata` (Gray 1988, as `cmprsk::cuminc`).
    ///
    /// Ties are exact ones. O(n log n + event times x groups^3).
    ///
    /// # Errors
    /// Groups or strata of another number of rows than `data`; a cause that nobody has; fewer than two groups with subjects;
    /// delayed entry or case weights; scores without variance.
    pub fn fit(
        &self,
        data: &CompetingRisks,
        groups: Groups<'_>,
        strata: Groups<'_>,
    ) -> Result<GrayTest, CompetingRisksError> {
        let cause = self.spec.cause;
        groups.check(data.any())?;
        strata.check(data.any())?;
        if !data.is_plain() {
            return Err(CompetingRisksError::EntryOrWeights { what: "Gray's test" });
        }
        if !data.causes().contains(&cause) {
            return Err(CompetingRisksError::NoCause { cause, known: data.causes().to_vec() });
        }
        let mut size = vec![0; groups.count()];
        (0..data.len()).for_each(|row| size[groups.of(row)] += 1);
        let present: Vec<usize> = (0..groups.count()).filter(|&g| size[g] > 0).collect();
        let k = present.len();
        if k < 2 {
            return Err(CompetingRisksError::Groups { found: k });
        }
        let mut place = vec![0; groups.count()];
        present.iter().enumerate().for_each(|(i, &g)| place[g] = i);
        let mut by_stratum = vec![Vec::new(); strata.count()];
        let order = TimeOrder::new(data.any().time());
        for (&time, &row) in order.time.iter().zip(&order.row) {
            let row = row as usize;
            let kind = match data.cause()[row] {
                0 => Kind::Censored,
                c if c == cause => Kind::Own,
                _ => Kind::Other,
            };
            by_stratum[strata.of(row)].push((time, place[groups.of(row)], kind));
        }
        let mut scores = vec![0.0; k];
        let mut variance = DMatrix::zeros(k, k);
        for rows in by_stratum {
            let stratum = Stratum::new(k, self.spec.rho).run(&rows);
            scores.iter_mut().zip(&stratum.score).for_each(|(all, own)| *all += own);
            variance += stratum.variance();
        }
        let df = k - 1;
        let ldl = Ldl::new(&variance.view((0, 0), (df, df)).into_owned(), PIVOT_TOLERANCE);
        if ldl.rank() < df {
            return Err(CompetingRisksError::Singular { cause });
        }
        let mut solution = scores[..df].to_vec();
        ldl.solve(&mut solution);
        let statistic = dot(&scores[..df], &solution);
        let p = chi_square_upper(statistic, df as f64);
        Ok(GrayTest { cause, statistic, df, p, ln_p: ln_chi_square_upper(statistic, df as f64) })
    }
}

/// How a subject ended.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Censored,
    Own,
    Other,
}

/// What is known of a group before the present time.
#[derive(Clone)]
struct Group {
    at_risk: f64,
    /// Kaplan-Meier of no event of any kind.
    survival: f64,
    /// Cumulative incidence of the cause.
    incidence: f64,
    own: f64,
    other: f64,
    censored: f64,
}

/// Scores of one stratum and what their variance is made of.
///
/// Score i is a sum of martingale increments: one of group k at time u counts with a_ik(u) + t_k(u) (C_ik - c_ik(u)), c the
/// compensator's share so far and C its last value, not known until the end. The square is therefore kept in powers of C.
struct Stratum {
    rho: f64,
    groups: Vec<Group>,
    score: Vec<f64>,
    /// Pooled incidence.
    pooled: f64,
    c: DMatrix<f64>,
    /// Sums of v (a - t c)(a - t c)', v t (a - t c) and v t^2 over the increments of each group.
    without: DMatrix<f64>,
    once: DMatrix<f64>,
    twice: Vec<f64>,
}

impl Stratum {
    fn new(k: usize, rho: f64) -> Self {
        let start = Group { at_risk: 0.0, survival: 1.0, incidence: 0.0, own: 0.0, other: 0.0, censored: 0.0 };
        Self {
            rho,
            groups: vec![start; k],
            score: vec![0.0; k],
            pooled: 0.0,
            c: DMatrix::zeros(k, k),
            without: DMatrix::zeros(k, k),
            once: DMatrix::zeros(k, k),
            twice: vec![0.0; k],
        }
    }

    /// Runs through subjects in ascending time.
    fn run(mut self, rows: &[(f64, usize, Kind)]) -> Self {
        rows.iter().for_each(|row| self.groups[row.1].at_risk += 1.0);
        for tied in rows.chunk_by(|a, b| a.0 == b.0) {
            for &(_, group, kind) in tied {
                let group = &mut self.groups[group];
                match kind {
                    Kind::Censored => group.censored += 1.0,
                    Kind::Own => group.own += 1.0,
                    Kind::Other => group.other += 1.0,
                }
            }
            if tied.iter().any(|row| row.2 != Kind::Censored) {
                self.step();
            }
            for group in &mut self.groups {
                group.at_risk -= group.own + group.other + group.censored;
                (group.own, group.other, group.censored) = (0.0, 0.0, 0.0);
            }
        }
        self
    }

    /// One time with events.
    fn step(&mut self) {
        let k = self.groups.len();
        let own: f64 = self.groups.iter().map(|g| g.own).sum();
        // Everybody who could still have the cause, on two scales: r / S and r (1 - F) / S.
        let risk = |g: &Group| if g.at_risk > 0.0 { g.at_risk / g.survival } else { 0.0 };
        let of_cause = |g: &Group| risk(g) * (1.0 - g.incidence);
        let hazard_base: f64 = self.groups.iter().map(risk).sum();
        let expected_base: f64 = self.groups.iter().map(of_cause).sum();
        let before = self.pooled;
        self.pooled += own / hazard_base;
        let weight = (1.0 - before).powf(self.rho);
        let share: Vec<f64> = self.groups.iter().map(|g| risk(g) / hazard_base).collect();
        let a =
            DMatrix::from_fn(k, k, |i, j| weight * risk(&self.groups[i]) * (f64::from(u8::from(i == j)) - share[j]));
        if own > 0.0 {
            self.c += &a * (own / (hazard_base * (1.0 - before)));
        }
        for (group, score) in self.groups.iter().zip(&mut self.score) {
            if group.at_risk > 0.0 {
                *score += weight * (group.own - own * of_cause(group) / expected_base);
            }
        }
        for j in 0..k {
            let group = self.groups[j].clone();
            if group.at_risk <= 0.0 {
                continue;
            }
            let after = group.survival * (group.at_risk - group.own - group.other) / group.at_risk;
            let left = if after > 0.0 { (1.0 - self.pooled) / after } else { 0.0 };
            if own > 0.0 {
                let ties = if own > 1.0 { 1.0 - (own - 1.0) / (hazard_base * group.survival - 1.0) } else { 1.0 };
                let v = ties * group.survival * own / (hazard_base * group.at_risk);
                self.increment(j, v, 1.0 - left, Some(&a));
            }
            if group.other > 0.0 && after > 0.0 {
                let ties = if group.other > 1.0 { 1.0 - (group.other - 1.0) / (group.at_risk - 1.0) } else { 1.0 };
                let v = ties * group.survival * group.survival * group.other / (group.at_risk * group.at_risk);
                self.increment(j, v, -left, None);
            }
            self.groups[j].incidence += group.survival * group.own / group.at_risk;
            self.groups[j].survival = after;
        }
    }

    /// Adds the variance `v` of an increment of group `j` that counts with a + `t` (C - c).
    fn increment(&mut self, j: usize, v: f64, t: f64, a: Option<&DMatrix<f64>>) {
        let k = self.groups.len();
        let known: Vec<f64> = (0..k).map(|i| a.map_or(0.0, |a| a[(i, j)]) - t * self.c[(i, j)]).collect();
        self.twice[j] += v * t * t;
        for i in 0..k {
            self.once[(i, j)] += v * t * known[i];
            for l in 0..k {
                self.without[(i, l)] += v * known[i] * known[l];
            }
        }
    }

    fn variance(&self) -> DMatrix<f64> {
        let mut last = self.c.clone();
        for (j, twice) in self.twice.iter().enumerate() {
            last.column_mut(j).scale_mut(*twice);
        }
        let cross = &self.c * self.once.transpose();
        &self.without + &last * self.c.transpose() + &cross + cross.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (CompetingRisks, Vec<usize>) {
        let mut rng = crate::stats::rng::Rng::new(2);
        let time = (0..120).map(|_| (rng.exponential() * 20.0).ceil()).collect();
        let cause = (0..120).map(|_| rng.below(3) as u32).collect();
        (CompetingRisks::new(time, cause).expect("valid"), (0..120).map(|_| rng.below(3)).collect())
    }

    #[test]
    fn the_order_of_groups_does_not_matter() {
        let (data, group) = sample();
        let test = GraySpec::of_cause(1).check().expect("valid");
        let turned: Vec<usize> = group.iter().map(|g| 3 - g).collect();
        let one = test.fit(&data, Groups::new(&group, 3).expect("codes"), Groups::one()).expect("compares");
        // One group more, without subjects.
        let other = test.fit(&data, Groups::new(&turned, 4).expect("codes"), Groups::one()).expect("compares");
        assert!((one.statistic / other.statistic - 1.0).abs() < 1e-10);
        assert_eq!((one.df, other.df), (2, 2));
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let (data, group) = sample();
        let test = GraySpec::of_cause(1).check().expect("valid");
        assert!(matches!(
            GraySpec::of_cause(5).check().and_then(|test| test.fit(&data, Groups::new(&group, 3)?, Groups::one())),
            Err(CompetingRisksError::NoCause { cause: 5, .. })
        ));
        assert!(matches!(test.fit(&data, Groups::one(), Groups::one()), Err(CompetingRisksError::Groups { found: 1 })));
        let weighted = data.with_weights(vec![2.0; 120]).expect("weights");
        assert!(test.fit(&weighted, Groups::new(&group, 3).expect("codes"), Groups::one()).is_err());
        assert!(GraySpec { cause: 1, rho: f64::INFINITY }.check().is_err());
    }
}
