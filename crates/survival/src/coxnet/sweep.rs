//! One pass of coordinate descent.
//!
//! A step waits for the gradient that the step before it has left, and most of the time of a sweep taken literally goes by
//! in waiting and in reading the residuals again. Here one pass over the residuals makes up for a step and takes the next
//! gradient, or the next two where the first is that of a member without a coefficient: it will hardly get one, so that
//! the second gradient mostly holds.

use crate::widest::{Kernel, LANES, accumulate, reduce, widest};

/// A feature that takes part in the sweeps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) feature: usize,
    pub(super) factor: f64,
    pub(super) beta: f64,
    /// The coefficient that the quadratic model was made at.
    pub(super) before: f64,
    /// Sum of w x^2; known where there is or was a coefficient.
    pub(super) curvature: f64,
    /// Whether it ever had a coefficient.
    pub(super) active: bool,
}

/// A step of each member at some places, in the order given.
pub(super) struct Sweep<'a> {
    pub(super) places: &'a [usize],
    pub(super) members: &'a mut [Member],
    /// The members' columns, one after the other.
    pub(super) columns: &'a [f64],
    pub(super) weight: &'a [f64],
    pub(super) residual: &'a mut [f64],
    pub(super) l1: f64,
    pub(super) l2: f64,
}

/// A member's place and by how much its coefficient has moved.
type Step = (usize, f64);

impl Kernel for Sweep<'_> {
    /// The largest curvature times squared step.
    type Output = f64;

    #[inline(always)]
    fn run(mut self) -> f64 {
        let (mut change, mut at) = (0.0, 0);
        let mut behind: Step = (0, 0.0);
        while let [first, rest @ ..] = &self.places[at..] {
            let (gradient, second) = match rest {
                [second, ..] if self.members[*first].beta == 0.0 => {
                    let [gradient, other] = self.pass(behind, [*first, *second]);
                    (gradient, Some((*second, other)))
                }
                _ => (self.pass(behind, [*first])[0], None),
            };
            at += 1;
            behind = self.step(*first, gradient, &mut change);
            // Once the first has moved, the second gradient is no longer known.
            if let Some((second, gradient)) = second
                && behind.1 == 0.0
            {
                at += 1;
                behind = self.step(second, gradient, &mut change);
            }
        }
        if behind.1 != 0.0 {
            self.pass(behind, [behind.0]);
        }
        change
    }
}

impl Sweep<'_> {
    /// Takes a step from the residuals; the gradients of one or two other members then.
    #[inline(always)]
    fn pass<const AHEAD: usize>(&mut self, (behind, step): Step, ahead: [usize; AHEAD]) -> [f64; AHEAD] {
        let n = self.residual.len();
        let (residual, weight) = (self.residual.as_chunks_mut::<LANES>().0, self.weight.as_chunks::<LANES>().0);
        let rows = residual.len();
        let column = |place: usize| &self.columns[place * n..(place + 1) * n].as_chunks::<LANES>().0[..rows];
        let (weight, behind) = (&weight[..rows], column(behind));
        let (first, second) = (column(ahead[0]), column(ahead[AHEAD - 1]));
        let step = [-step; LANES];
        let mut sums = [[0.0; LANES]; AHEAD];
        for row in 0..rows {
            let (mut r, mut weighted) = (residual[row], [0.0; LANES]);
            accumulate(&mut weighted, &behind[row], &weight[row]);
            accumulate(&mut r, &weighted, &step);
            residual[row] = r;
            accumulate(&mut sums[0], &first[row], &r);
            // Not a loop over both: compilers would mix the lanes of the sums.
            if AHEAD > 1 {
                accumulate(&mut sums[1], &second[row], &r);
            }
        }
        reduce(sums)
    }

    /// Sets the coefficient of a member with this gradient.
    #[inline(always)]
    fn step(&mut self, place: usize, gradient: f64, change: &mut f64) -> Step {
        let (n, member) = (self.residual.len(), &mut self.members[place]);
        let u = member.beta * member.curvature + gradient;
        let size = u.abs() - member.factor * self.l1;
        let new = if size <= 0.0 {
            0.0
        } else {
            if member.beta == 0.0 {
                member.curvature = curvature(&self.columns[place * n..(place + 1) * n], self.weight);
            }
            size.copysign(u) / (member.curvature + member.factor * self.l2)
        };
        let step = new - member.beta;
        member.beta = new;
        *change = change.max(member.curvature * step * step);
        (place, step)
    }
}

/// Takes the curvature, at these weights, of each member that has a coefficient.
pub(super) fn renew_curvature(members: &mut [Member], columns: &[f64], weight: &[f64]) {
    widest(Curvatures { members, columns, weight });
}

struct Curvatures<'a> {
    members: &'a mut [Member],
    columns: &'a [f64],
    weight: &'a [f64],
}

impl Kernel for Curvatures<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let columns = self.columns.chunks_exact(self.weight.len());
        for (member, column) in self.members.iter_mut().zip(columns).filter(|(m, _)| m.beta != 0.0) {
            member.curvature = curvature(column, self.weight);
        }
    }
}

/// Sum of w x^2.
#[inline(always)]
fn curvature(column: &[f64], weight: &[f64]) -> f64 {
    let mut sum = [[0.0; LANES]];
    for (x, w) in column.as_chunks::<LANES>().0.iter().zip(weight.as_chunks::<LANES>().0) {
        let mut weighted = [0.0; LANES];
        accumulate(&mut weighted, x, w);
        accumulate(&mut sum[0], x, &weighted);
    }
    reduce(sum)[0]
}
