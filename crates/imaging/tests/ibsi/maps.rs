//! Response maps of phase 1 of chapter 2: within 1 % of the range of the reference in every voxel.

use radiomics::ibsi;

use crate::oracle;

fn compare(phantom: &str, setting: &str) -> usize {
    let (Some(settings), Some((image, mask))) = (oracle::params(setting), oracle::case(phantom)) else { return 0 };
    let own = settings.dialect.ibsi().expect("settings of the dialect");
    let mut failed = Vec::new();
    let mut compared = 0;
    let mut each = |name: &str, map: radiomics::Volume, _: &radiomics::Mask| {
        let Some(path) = oracle::path(&format!("ibsi/reference/ibsi2_maps/{name}.nii.gz")) else { return };
        let reference = imaging::read_image(&path).expect("a map").voxels.to_f64();
        let found = map.voxels.to_f64();
        assert_eq!(found.len(), reference.len(), "{name}");
        let low = reference.iter().copied().fold(f64::INFINITY, f64::min);
        let high = reference.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let worst = found.iter().zip(&reference).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let share = 100.0 * worst / (high - low);
        println!("{name}: {share:.5} % of the range");
        compared += 1;
        if !(share <= 1.0) {
            failed.push(format!("{name}: {share} %"));
        }
    };
    ibsi::response_maps(&image, &mask, &settings, own, &mut each).expect("maps");
    assert!(failed.is_empty(), "{setting}: {}", failed.join(", "));
    compared
}

macro_rules! maps {
    ($($test:ident $phantom:literal $setting:literal $count:literal;)+) => {
        $(#[test]
        fn $test() {
            let compared = compare($phantom, $setting);
            assert!(compared == $count || compared == 0, "{compared} maps compared");
        })+
    };
}

maps! {
    checkerboard "checkerboard" "ibsi2_maps_checkerboard" 13;
    checkerboard_2d "checkerboard" "ibsi2_maps_checkerboard_2d" 4;
    impulse "impulse" "ibsi2_maps_impulse" 9;
    impulse_2d "impulse" "ibsi2_maps_impulse_2d" 1;
    pattern "pattern_1" "ibsi2_maps_pattern_1" 1;
    sphere "sphere" "ibsi2_maps_sphere" 5;
}
