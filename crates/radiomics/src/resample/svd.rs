//! The inverse of a 3 x 3 matrix in the arithmetic of ITK: through a singular value decomposition.
//!
//! ITK inverts the matrix that takes an index to a point with LINPACK's `dsvdc` (Householder reduction, then Golub and
//! Reinsch's QR steps; Dongarra and others, LINPACK Users' Guide, 1979). Any other way gives the same numbers but for a
//! few units in the last place, and that is enough to put a voxel centre that lies halfway between two others on the
//! wrong side. So the order of operations here is that of `dsvdc`.

/// Three rows of three.
pub(super) type Matrix = [[f64; 3]; 3];

/// QR steps for one singular value after which the iteration is given up.
const MAX_STEPS: usize = 1000;

/// The inverse of `m`; `None` for a matrix that is singular to working precision.
pub(super) fn inverse(m: &Matrix) -> Option<Matrix> {
    let Svd { u, s, v, .. } = Svd::of(*m)?;
    let mut inverse = [[0.0; 3]; 3];
    for (i, row) in inverse.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            for k in 0..3 {
                *cell += v[i][k] * (1.0 / s[k]) * u[j][k];
            }
        }
    }
    Some(inverse)
}

/// `m = u diag(s) vᵀ`; on the way there a bidiagonal matrix with `e` above the diagonal `s`.
struct Svd {
    u: Matrix,
    s: [f64; 3],
    e: [f64; 3],
    v: Matrix,
}

impl Svd {
    fn of(m: Matrix) -> Option<Self> {
        let mut svd = Self::bidiagonal(m);
        let (mut left, mut steps) = (3, 0);
        while left > 0 {
            let first = svd.first_of_block(left);
            if first + 1 == left {
                svd.settle(first);
                (left, steps) = (left - 1, 0);
            } else {
                if steps == MAX_STEPS || svd.has_zero(first, left) {
                    return None;
                }
                svd.qr_step(first, left);
                steps += 1;
            }
        }
        svd.s.iter().all(|&s| s > 0.0).then_some(svd)
    }

    /// Two reflections from the left and one from the right make `x` bidiagonal; `u` and `v` are their products.
    fn bidiagonal(mut x: Matrix) -> Self {
        let (mut u, mut s, mut e, mut v) = ([[0.0; 3]; 3], [0.0; 3], [0.0; 3], [[0.0; 3]; 3]);
        for l in 0..2 {
            let mut column = x.map(|row| row[l]);
            s[l] = reflector(&mut column[l..]);
            set_column(&mut x, l, column);
            if s[l] != 0.0 {
                (l + 1..3).for_each(|j| reflect(&mut x, l, l, j));
            }
            set_column(&mut u, l, column);
            if l == 0 {
                e = [0.0, x[0][1], x[0][2]];
                e[0] = reflector(&mut e[1..]);
                if e[0] != 0.0 {
                    reflect_rows(&mut x, &e);
                }
                set_column(&mut v, 0, e);
            }
        }
        s[2] = x[2][2];
        let (row_norm, above) = (e[0], x[1][2]);
        Self { u: left_product(u, &s), s, e: [row_norm, above, 0.0], v: right_product(v, row_norm) }
    }

    /// Where the block that ends before `left` begins: behind the last negligible element above the diagonal.
    fn first_of_block(&mut self, left: usize) -> usize {
        for l in (1..left).rev() {
            let diagonal = self.s[l - 1].abs() + self.s[l].abs();
            if diagonal + self.e[l - 1].abs() == diagonal {
                self.e[l - 1] = 0.0;
                return l;
            }
        }
        0
    }

    /// True if a diagonal element of the block is negligible beside its neighbours.
    fn has_zero(&self, first: usize, left: usize) -> bool {
        (first..left).any(|k| {
            let after = if k + 1 < left { self.e[k].abs() } else { 0.0 };
            let before = if k > first { self.e[k - 1].abs() } else { 0.0 };
            let beside = after + before;
            beside + self.s[k].abs() == beside
        })
    }

    /// One implicit QR step with Wilkinson's shift on the block `first..left`.
    fn qr_step(&mut self, first: usize, left: usize) {
        let Self { u, s, e, v } = self;
        let last = left - 1;
        let scale = [s[last - 1], e[last - 1], s[first], e[first]].iter().fold(s[last].abs(), |m, x| m.max(x.abs()));
        let [sm, smm1, emm1, sl, el] = [s[last], s[last - 1], e[last - 1], s[first], e[first]].map(|x| x / scale);
        let b = ((smm1 + sm) * (smm1 - sm) + emm1 * emm1) / 2.0;
        let c = (sm * emm1) * (sm * emm1);
        let mut shift = 0.0;
        if b != 0.0 || c != 0.0 {
            let root = (b * b + c).sqrt();
            shift = c / (b + if b < 0.0 { -root } else { root });
        }
        let (mut f, mut g) = ((sl + sm) * (sl - sm) + shift, sl * el);
        for k in first..last {
            let (r, cos, sin) = rotation(f, g);
            if k > first {
                e[k - 1] = r;
            }
            f = cos * s[k] + sin * e[k];
            e[k] = cos * e[k] - sin * s[k];
            g = sin * s[k + 1];
            s[k + 1] *= cos;
            rotate(v, k, cos, sin);
            let (r, cos, sin) = rotation(f, g);
            s[k] = r;
            f = cos * e[k] + sin * s[k + 1];
            s[k + 1] = -sin * e[k] + cos * s[k + 1];
            g = sin * e[k + 1];
            e[k + 1] *= cos;
            rotate(u, k, cos, sin);
        }
        e[last - 1] = f;
    }

    /// A singular value has converged: makes it positive and moves it to its place in falling order.
    fn settle(&mut self, at: usize) {
        if self.s[at] < 0.0 {
            self.s[at] = -self.s[at];
            self.v.iter_mut().for_each(|row| row[at] = -row[at]);
        }
        for k in at..2 {
            if self.s[k] >= self.s[k + 1] {
                break;
            }
            self.s.swap(k, k + 1);
            self.u.iter_mut().for_each(|row| row.swap(k, k + 1));
            self.v.iter_mut().for_each(|row| row.swap(k, k + 1));
        }
    }
}

/// Turns `x` into the vector of the reflection that takes it to a multiple of the first axis; gives that multiple.
fn reflector(x: &mut [f64]) -> f64 {
    let mut length = norm(x);
    if length != 0.0 {
        if x[0] != 0.0 {
            length = length.copysign(x[0]);
        }
        x.iter_mut().for_each(|value| *value *= 1.0 / length);
        x[0] += 1.0;
    }
    -length
}

/// Euclidean length, scaled by the largest element as it goes (BLAS `dnrm2`).
fn norm(x: &[f64]) -> f64 {
    let (mut scale, mut squares) = (0.0, 1.0);
    for a in x.iter().map(|value| value.abs()).filter(|&a| a != 0.0) {
        if scale < a {
            let ratio: f64 = scale / a;
            squares = 1.0 + squares * (ratio * ratio);
            scale = a;
        } else {
            squares += (a / scale) * (a / scale);
        }
    }
    scale * squares.sqrt()
}

fn set_column(m: &mut Matrix, j: usize, column: [f64; 3]) {
    m.iter_mut().zip(column).for_each(|(row, value)| row[j] = value);
}

/// Applies the reflection stored in column `l` from row `from` on to column `j`.
fn reflect(x: &mut Matrix, from: usize, l: usize, j: usize) {
    let mut product = 0.0;
    for row in &x[from..] {
        product += row[l] * row[j];
    }
    let t = -product / x[from][l];
    x[from..].iter_mut().for_each(|row| row[j] += t * row[l]);
}

/// Applies the reflection of the first row, stored in `e[1..]`, to the rows below it.
fn reflect_rows(x: &mut Matrix, e: &[f64; 3]) {
    for row in &mut x[1..] {
        let work = e[1] * row[1] + e[2] * row[2];
        for j in 1..3 {
            row[j] += -e[j] / e[1] * work;
        }
    }
}

/// The product of the two reflections from the left, stored in the columns of `u`.
fn left_product(mut u: Matrix, s: &[f64; 3]) -> Matrix {
    set_column(&mut u, 2, [0.0, 0.0, 1.0]);
    for l in [1, 0] {
        if s[l] == 0.0 {
            set_column(&mut u, l, [0, 1, 2].map(|i| f64::from(u8::from(i == l))));
            continue;
        }
        (l + 1..3).for_each(|j| reflect(&mut u, l, l, j));
        for (i, row) in u.iter_mut().enumerate() {
            row[l] = if i < l { 0.0 } else { -row[l] };
        }
        u[l][l] += 1.0;
    }
    u
}

/// The reflection from the right, stored in the first column of `v`; the identity where there was none.
fn right_product(mut v: Matrix, row_norm: f64) -> Matrix {
    for l in [2, 1] {
        set_column(&mut v, l, [0, 1, 2].map(|i| f64::from(u8::from(i == l))));
    }
    if row_norm != 0.0 {
        [1, 2].into_iter().for_each(|j| reflect(&mut v, 1, 0, j));
    }
    set_column(&mut v, 0, [1.0, 0.0, 0.0]);
    v
}

/// The rotation that takes (a, b) to (r, 0): r, cosine and sine (BLAS `drotg`).
fn rotation(a: f64, b: f64) -> (f64, f64, f64) {
    let scale = a.abs() + b.abs();
    if scale == 0.0 {
        return (0.0, 1.0, 0.0);
    }
    let length = scale * ((a / scale) * (a / scale) + (b / scale) * (b / scale)).sqrt();
    let r = length.copysign(if a.abs() > b.abs() { a } else { b });
    (r, a / r, b / r)
}

/// Rotates columns `k` and `k + 1`.
fn rotate(m: &mut Matrix, k: usize, cos: f64, sin: f64) {
    for row in m {
        let (a, b) = (row[k], row[k + 1]);
        row[k] = cos * a + sin * b;
        row[k + 1] = cos * b - sin * a;
    }
}
