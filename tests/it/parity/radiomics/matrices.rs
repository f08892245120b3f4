//! Texture matrices of one case, element by element.

use radiomics::discretise::Levels;
use radiomics::features::matrices;
use radiomics::texture::{Grid, LevelGrid, both_ways, one_way};
use radiomics::{Region, Roi, Settings};
use serde_json::Value;

use super::{image, mask};
use crate::reference::{self, Tally};

/// All numbers of a nested array, the last index fastest.
fn flat(value: &Value, out: &mut Vec<f64>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| flat(item, out)),
        number => out.push(reference::number(number)),
    }
}

/// Element (i, j, a) of a stored matrix of shape [rows, columns, directions].
fn stored(matrix: &Value) -> (Vec<usize>, Vec<f64>) {
    let shape = reference::numbers(&matrix["shape"]).into_iter().map(|n| n as usize).collect();
    let mut values = Vec::new();
    flat(&matrix["values"], &mut values);
    (shape, values)
}

#[test]
fn of_breast1_at_one_millimetre() {
    let Some(golden) = reference::json("radiomics/golden/stages/breast1_1mm_matrices.json") else { return };
    let golden = &golden["matrices"];
    let file = |name: &str| {
        crate::oracle::path(&format!("radiomics/golden/stages/breast1_1mm_{name}.nrrd")).expect("beside the matrices")
    };
    let (image, mask) = (image(&file("image")), mask(&file("mask")));
    let settings = Settings::default();
    let region = Region::of_label(&mask, 1).expect("a labelled voxel");
    let roi = Roi::new(&mask, region, 1);
    let values = roi.values(&image);
    let levels = Levels::new(&values.values, values.single, &settings).expect("finite values");
    let grid = Grid::new(&roi, 1);
    let grid = LevelGrid::new(&grid, &levels);
    let size = roi.geometry.size;
    let one_way = one_way(&[1], size, &settings).expect("a large region");
    let both_ways = both_ways(&[1], size, &settings).expect("a large region");

    let mut tally = Tally::new("texture matrices of breast1", 1e-12, 1.0);
    let mut discretized = Vec::new();
    flat(&golden["discretized_zyx"], &mut discretized);
    let mut found = vec![0.0; discretized.len()];
    for (&voxel, &level) in roi.voxels.iter().zip(&levels.indices) {
        found[voxel as usize] = f64::from(levels.numbers[level as usize]);
    }
    tally.numbers("discretized", &found, &discretized);

    for name in ["glcm", "glrlm"] {
        let (shape, values) = stored(&golden[name]);
        let mut angles = Vec::new();
        flat(&golden[name]["angles_zyx"], &mut angles);
        for (a, &direction) in one_way.iter().enumerate() {
            let [x, y, z] = direction.map(f64::from);
            tally.numbers(&format!("{name} direction {a}"), &[z, y, x], &angles[3 * a..3 * a + 3]);
            let matrix = match name {
                "glcm" => matrices::co_occurrence(&grid, direction, true),
                _ => matrices::run_lengths(&grid, direction),
            };
            for i in 0..shape[0] {
                for j in 0..shape[1] {
                    let expected = values[(i * shape[1] + j) * shape[2] + a];
                    let found = matrix.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0);
                    tally.number(&format!("{name}[{i}][{j}] direction {a}"), found, expected);
                }
            }
        }
    }
    let sizes = matrices::size_zones(&grid, &one_way);
    let dependences = matrices::dependences(&grid, &both_ways, 0);
    let tones = matrices::tone_differences(&grid, &both_ways);
    for (name, matrix) in [("glszm", sizes), ("gldm", dependences), ("ngtdm", tones)] {
        let (shape, values) = stored(&golden[name]);
        // Columns that are empty throughout are left out of the stored dependence matrix.
        let filled = |j: &usize| name != "gldm" || matrix.iter().any(|row| row[*j] != 0.0);
        let width = matrix.iter().map(Vec::len).max().unwrap_or(0);
        let columns: Vec<usize> = (0..width).filter(filled).collect();
        tally.same(&format!("{name} shape"), vec![matrix.len(), columns.len()], shape.clone());
        for (i, row) in matrix.iter().enumerate() {
            let row: Vec<f64> = columns.iter().map(|&j| row[j]).collect();
            tally.numbers(&format!("{name}[{i}]"), &row, &values[i * shape[1]..(i + 1) * shape[1]]);
        }
    }
    tally.finish();
}
