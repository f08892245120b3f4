//! Every kind of figure, at three sizes, in UTF-8 and ASCII, and on paper.

mod any;
mod data;
mod lasso_data;
mod more_data;

use figures::format::Glyphs;
use figures::{
    CellStyle, Figure, Flow, FlowStep, Forest, ForestRow, GridCell, HeatMap, Nomogram, NomogramScale, Panels, Role,
    TimeUnit, Track, TrackValues, render_cells, svg,
};
use riskset::methods;
use riskset::methods::km::figure::kaplan_meier;
use riskset::methods::lasso::figure::Penalties;

/// The figure at 78x16, 40x12 and 118x30, in UTF-8 and ASCII.
fn sheets(figure: &Figure) -> String {
    let mut out = String::new();
    for (width, height) in [(78, 16), (40, 12), (118, 30)] {
        for (glyphs, name) in [(Glyphs::Utf8, "UTF-8"), (Glyphs::Ascii, "ASCII")] {
            let grid = render_cells(figure, width, height, CellStyle { glyphs, colour: false });
            assert_eq!((grid.width(), grid.height()), (width, height));
            out.push_str(&format!("== {width}x{height} {name} ==\n{}\n", grid.to_text()));
        }
    }
    out
}

/// Checks the figure on paper and, where asked for, leaves it to be looked at.
fn check_paper(name: &str, figure: &Figure) {
    let (width, height) = figure.preferred_pixels();
    let drawing = svg(figure, width, height);
    assert_well_formed(&drawing);
    if let Some(folder) = std::env::var_os("RISKSET_FIGURES") {
        let file = std::path::Path::new(&folder).join(format!("{name}.svg"));
        std::fs::write(file, &drawing).expect("the folder can be written to");
    }
}

/// Every tag is closed in its order, nothing is `NaN` or infinite.
fn assert_well_formed(drawing: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = drawing;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("every tag ends");
        let tag = &rest[start + 1..end];
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split_whitespace().next().unwrap_or("")),
        }
        assert!(!tag.contains("NaN") && !tag.contains("inf"), "{tag}");
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

fn check(name: &str, figure: &Figure) {
    insta::assert_snapshot!(name, sheets(figure));
    check_paper(name, figure);
    for (width, height) in (0..60).step_by(7).flat_map(|width| (0..24).step_by(3).map(move |height| (width, height))) {
        for glyphs in [Glyphs::Utf8, Glyphs::Ascii] {
            let text = render_cells(figure, width, height, CellStyle { glyphs, colour: true }).to_text();
            assert!(glyphs == Glyphs::Utf8 || text.is_ascii());
        }
    }
}

#[test]
fn survival_curves() {
    let figure = kaplan_meier(
        "Overall survival",
        TimeUnit::Days,
        &data::lung(),
        vec!["log-rank p = 0.001".into(), "HR 1.70 (1.22-2.36)".into()],
    );
    check("figure_kaplan_meier", &figure);
}

#[test]
fn survival_curves_of_one_and_of_many_groups() {
    check(
        "figure_kaplan_meier_one",
        &kaplan_meier("Overall survival", TimeUnit::Days, &[data::everybody()], Vec::new()),
    );
    let remarks = vec!["log-rank p = 0.34".into(), "trend p = 0.12".into()];
    check("figure_kaplan_meier_four", &kaplan_meier("Overall survival", TimeUnit::Days, &data::quarters(), remarks));
    let figure = kaplan_meier("Overall survival", TimeUnit::Months, &[data::without_events()], Vec::new());
    check("figure_kaplan_meier_no_events", &figure);
    check("figure_kaplan_meier_empty", &kaplan_meier("Overall survival", TimeUnit::Months, &[], Vec::new()));
}

fn penalties() -> Penalties<'static> {
    Penalties {
        lambda: &lasso_data::LAMBDA,
        df: &lasso_data::DF,
        lambda_min: Some(lasso_data::LAMBDA_MIN),
        lambda_1se: Some(lasso_data::LAMBDA_1SE),
        chosen: Some(lasso_data::LAMBDA_1SE),
    }
}

#[test]
fn lasso_paths() {
    let paths =
        lasso_data::COEFFICIENTS.map(|(name, values)| (format!("T2WI_wavelet-LLH_glcm_{name}"), values.to_vec()));
    let short = lasso_data::COEFFICIENTS.map(|(name, values)| (name.to_owned(), values.to_vec()));
    check("figure_lasso_path", &methods::lasso::figure::coefficient_paths(penalties(), &short));
    check("figure_lasso_path_long_names", &methods::lasso::figure::coefficient_paths(penalties(), &paths));
}

#[test]
fn lasso_cross_validation() {
    let figure = methods::lasso::figure::cross_validation(
        penalties(),
        "Partial likelihood deviance",
        true,
        &lasso_data::CV_MEAN,
        &lasso_data::CV_SD,
    );
    check("figure_lasso_cross_validation", &figure);
}

#[test]
fn roc_curves() {
    let series = [
        ("1 year, AUC 0.75 (0.68-0.81)", more_data::FPR_365.to_vec(), more_data::TPR_365.to_vec()),
        ("3 years, AUC 0.73 (0.69-0.78)", more_data::FPR_1095.to_vec(), more_data::TPR_1095.to_vec()),
        ("5 years, AUC 0.70 (0.65-0.76)", more_data::FPR_1825.to_vec(), more_data::TPR_1825.to_vec()),
    ];
    let series = series.map(|(name, fpr, tpr)| methods::roc::figure::RocSeries { name: name.into(), fpr, tpr });
    check("figure_roc", &methods::roc::figure::roc(&series));
}

#[test]
fn auc_over_time() {
    let series = |name: &str, estimate: [f64; 3], lower: [f64; 3], upper: [f64; 3]| methods::roc::figure::TimeSeries {
        name: name.into(),
        time: vec![1.0, 3.0, 5.0],
        estimate: estimate.into(),
        lower: lower.into(),
        upper: upper.into(),
    };
    let both = [
        series("All covariates", [0.748, 0.731, 0.703], [0.682, 0.688, 0.650], [0.814, 0.775, 0.756]),
        series("Age and size", [0.593, 0.603, 0.614], [0.518, 0.555, 0.552], [0.668, 0.650, 0.675]),
    ];
    check("figure_auc_over_time", &methods::roc::figure::statistic_over_time("AUC", TimeUnit::Years, &both, Some(0.5)));
}

#[test]
fn calibration() {
    let series = more_data::CALIBRATION.iter().zip(["1 year", "3 years", "5 years"]).map(|(groups, name)| {
        let column = |index: usize| groups.iter().map(|group| group[index]).collect();
        methods::calibrate::figure::CalibrationSeries {
            name: name.into(),
            predicted: column(0),
            observed: column(1),
            lower: column(2),
            upper: column(3),
            smooth: (column(0), column(1)),
            counts: column(0).iter().flat_map(|at: &f64| [0, (at * 20.0) as usize]).collect(),
        }
    });
    let figure =
        methods::calibrate::figure::calibration(&series.collect::<Vec<_>>(), vec!["slope 0.98, ICI 0.012".into()]);
    check("figure_calibration", &figure);
}

#[test]
fn decision_curves() {
    let rules = [("Rad-score", more_data::BENEFIT_MODEL), ("Treat all", more_data::BENEFIT_ALL)]
        .map(|(name, values)| methods::dca::figure::NetBenefit { name: name.into(), net_benefit: values.to_vec() });
    check("figure_decision_curve", &methods::dca::figure::decision_curve(&more_data::THRESHOLD, &rules));
}

#[test]
fn histograms() {
    let ages: Vec<f64> = more_data::AGE_MEN.iter().chain(&more_data::AGE_WOMEN).copied().collect();
    check("figure_histogram", &methods::distribution::histogram("Age, years", &ages, &[(63.0, "median".into())]));
}

#[test]
fn boxes_by_group() {
    let groups = [
        methods::distribution::Group { name: "Men".into(), values: more_data::AGE_MEN.to_vec() },
        methods::distribution::Group { name: "Women".into(), values: more_data::AGE_WOMEN.to_vec() },
    ];
    check("figure_boxes", &methods::distribution::boxes("Age, years", &groups));
}

#[test]
fn bars() {
    let used = 16;
    let mut amounts: Vec<(String, f64, String)> = lasso_data::COEFFICIENTS
        .iter()
        .filter(|(_, values)| values[used] != 0.0)
        .map(|(name, values)| (format!("AP_glcm_{name}"), values[used], format!("{:.3}", values[used])))
        .collect();
    amounts.sort_by(|a, b| b.1.total_cmp(&a.1));
    check("figure_bars", &methods::distribution::bars("Coefficient", &amounts));
}

#[test]
fn volcano() {
    let features: Vec<(String, f64, f64)> = (more_data::SCREEN_COEFFICIENT.iter().zip(more_data::SCREEN_P).enumerate())
        .map(|(index, (effect, p))| (format!("f{:04}", index + 1), *effect, p))
        .collect();
    check("figure_volcano", &methods::features::figure::volcano(&features, Some(0.001)));
}

#[test]
fn residuals_over_time() {
    let limits =
        |sign: f64| more_data::SMOOTH.iter().zip(more_data::SMOOTH_SE).map(|(y, se)| y + sign * 1.96 * se).collect();
    let band = figures::Band { lower: limits(-1.0), upper: limits(1.0) };
    let figure = methods::cox::figure::scaled_residuals(
        "karno",
        "Time, days",
        (&more_data::RESIDUAL_TIME, &more_data::RESIDUAL),
        (&more_data::SMOOTH_TIME, &more_data::SMOOTH, Some(band)),
        -0.031,
    );
    check("figure_residuals", &figure);
}

#[test]
fn cut_points() {
    let figure = methods::cutpoint::figure::cut_point(
        "Age, years",
        &more_data::CUT,
        &more_data::CUT_STATISTIC,
        40.0,
        Some(2.98),
    );
    check("figure_cut_point", &figure);
}

#[test]
fn competing_risks() {
    let curve = |name: &str, estimate: &[f64]| methods::cuminc::figure::CauseCurve {
        name: name.into(),
        time: more_data::WAITING.to_vec(),
        estimate: estimate.to_vec(),
        ..methods::cuminc::figure::CauseCurve::default()
    };
    let mut curves = [
        curve("Death", &more_data::INCIDENCE_DEATH),
        curve("Withdrawal", &more_data::INCIDENCE_WITHDRAW),
        curve("Transplantation", &more_data::INCIDENCE_TRANSPLANT),
    ];
    curves[0].lower = more_data::DEATH_LOWER.to_vec();
    curves[0].upper = more_data::DEATH_UPPER.to_vec();
    check(
        "figure_cumulative_incidence",
        &methods::cuminc::figure::cumulative_incidence(TimeUnit::Days, &curves, Vec::new()),
    );
}

#[test]
fn forests() {
    let mut rows = vec![
        ForestRow::ratio("Neutrophil-lymphocyte ratio", [1.4918, 1.1063, 2.0117], 0.00876).n("149"),
        ForestRow::ratio("Tumour size, cm", [1.2776, 1.1321, 1.4419], 0.000_071).n("149"),
        ForestRow::header("Child-Pugh class"),
        ForestRow::reference("A").n("128"),
        ForestRow::ratio("B", [2.36, 0.98, 155.2], 0.0513).indented().n("21"),
        ForestRow::header("BCLC stage"),
        ForestRow::reference("A").n("60"),
        ForestRow::ratio("B", [0.62, 0.41, 0.93], 0.021).indented().n("70"),
        ForestRow::ratio("C", [1.05, 0.60, 1.84], 0.87).indented().n("19"),
        ForestRow::ratio("Portal vein thrombosis (separated)", [2.3e9, 0.0, f64::INFINITY], 0.998).n("3"),
        ForestRow::ratio("AFP, per 100 ng/mL", [1.0003, 1.0001, 1.0005], 0.004).n("149"),
    ];
    check("figure_forest", &Figure::new("", Forest::hazard_ratios(rows.clone())));
    rows.truncate(3);
    let figure = Figure::new("Multivariable model", Forest { selected: Some(1), ..Forest::hazard_ratios(rows) });
    check("figure_forest_short", &figure);
}

#[test]
fn slices() {
    let disc = |x: f64, y: f64, radius: f64| {
        let inside = move |at: usize| ((at % 32) as f64 - x).hypot((at / 32) as f64 - y) < radius;
        (0..32 * 24).map(inside).collect::<Vec<bool>>()
    };
    let region = |label: &str, role: Role, pattern: figures::Pattern, inside: Vec<bool>| figures::PictureRegion {
        label: label.into(),
        role,
        inside,
        pattern,
    };
    let picture = figures::Picture {
        width: 32,
        greys: (0..32 * 24).map(|at| (at % 32 * 8) as u8).collect(),
        field: [64.0, 48.0],
        regions: vec![
            region("reader A", Role::series(1), figures::Pattern::Solid, disc(15.0, 11.0, 7.0)),
            region("reader B", Role::series(5), figures::Pattern::Dashed, disc(18.0, 12.0, 6.0)),
        ],
        caption: "axial, slice 6 of 8, S 12.0 mm".into(),
        sides: ["R", "L", "A", "P"],
    };
    let figure = Figure::new("HCC-046 T2WI", picture);
    check("figure_slice", &figure);
    // Which way it lies stands on pictures as well.
    let paper = svg(&figure, 400.0, 320.0);
    assert!(["R", "L", "A", "P"].iter().all(|side| paper.lines().any(|line| line == *side)), "{paper}");
}

#[test]
fn heat_maps() {
    let event = more_data::HEAT_EVENT.iter().map(|event| Some(usize::from(*event))).collect();
    let score = (0..80).map(|column| f64::from((column * 37) % 80) / 20.0 - 2.0).collect();
    let map = HeatMap {
        rows: (1..=24).map(|row| format!("T2WI_wavelet-LLH_glcm_Contrast{row}")).collect(),
        columns: 80,
        values: more_data::HEAT.concat(),
        limit: 2.0,
        quantity: "z".into(),
        column_label: "80 patients".into(),
        tracks: vec![
            Track { label: "Event".into(), values: TrackValues::Categories(vec!["no".into(), "yes".into()], event) },
            Track { label: "Rad-score".into(), values: TrackValues::Numbers(score, 2.0) },
        ],
    };
    check("figure_heat_map", &Figure::new("", map));
}

#[test]
fn nomograms() {
    let scale = |label: &str, total: bool, ticks: &[(f64, &str)]| NomogramScale {
        label: label.into(),
        ticks: ticks.iter().map(|(position, label)| (*position, (*label).to_owned())).collect(),
        total,
        marked: Vec::new(),
    };
    let every = |step: i32, end: i32| -> Vec<(f64, String)> {
        (0..=end / step).map(|index| (f64::from(index * step), (index * step).to_string())).collect()
    };
    let mut nomogram = Nomogram { points: 100.0, total: 180.0, scales: Vec::new() };
    nomogram.scales = vec![
        NomogramScale { label: "Points".into(), ticks: every(10, 100), total: false, marked: Vec::new() },
        scale("Age, years", false, &[(2.6, "20"), (1.73, "40"), (0.87, "60"), (0.0, "80")]),
        scale("Size, mm", false, &[(0.0, "0"), (5.27, "40"), (10.54, "80"), (15.81, "120")]),
        scale("Nodes", false, &[(0.0, "0"), (9.34, "10"), (18.68, "20"), (28.02, "30"), (37.36, "40"), (46.7, "50")]),
        scale(
            "Progesterone receptor",
            false,
            &[(100.0, "0"), (75.0, "600"), (50.0, "1200"), (25.0, "1800"), (0.0, "2400")],
        ),
        scale("Grade", false, &[(0.0, "1"), (12.05, "2"), (15.4, "3")]),
        NomogramScale {
            label: "Total points".into(),
            ticks: every(20, 180),
            total: true,
            marked: vec![(110.0, String::new())],
        },
        scale(
            "1-year survival",
            true,
            &[(109.58, "0.95"), (123.05, "0.9"), (137.1, "0.8"), (145.88, "0.7"), (152.6, "0.6"), (158.31, "0.5")],
        ),
        scale(
            "5-year survival",
            true,
            &[
                (68.02, "0.95"),
                (81.49, "0.9"),
                (95.54, "0.8"),
                (104.32, "0.7"),
                (111.04, "0.6"),
                (116.75, "0.5"),
                (127.09, "0.3"),
                (139.23, "0.1"),
            ],
        ),
    ];
    check("figure_nomogram", &Figure::new("", nomogram));
}

#[test]
fn enrolment_flows() {
    let step = |label: &str, n: usize, lost: &[(&str, usize)]| FlowStep {
        label: label.into(),
        n,
        lost: lost.iter().map(|(reason, n)| ((*reason).to_owned(), *n)).collect(),
    };
    let flow = Flow {
        steps: vec![
            step(
                "Screened",
                380,
                &[("Other treatment before", 96), ("No MRI within 30 days", 74), ("Lost to follow-up", 41)],
            ),
            step("Eligible", 169, &[("Image quality", 20)]),
            step("Analysed", 149, &[]),
        ],
        ends: vec![("Training".into(), 81), ("Internal validation".into(), 36), ("External validation".into(), 32)],
    };
    check("figure_flow", &Figure::new("", flow.clone()));
    // On few lines the numbers still add up: what there is no line for is one reason together.
    let style = CellStyle { glyphs: Glyphs::Utf8, colour: true };
    let short = render_cells(&Figure::new("", flow), 60, 9, style).to_text();
    for (reason, n) in [("Other treatment before", "-96"), ("2 other reasons", "-115"), ("Image quality", "-20")] {
        assert!(short.lines().any(|line| line.contains(reason) && line.contains(n)), "{short}");
    }
}

#[test]
fn panels() {
    let one = |title: &str| {
        let mut figure = kaplan_meier("Survival", TimeUnit::Days, &data::lung(), vec!["p = 0.001".into()]);
        figure.title = title.into();
        figure
    };
    let panels =
        Panels { columns: 3, figures: ["Training", "Internal validation", "External validation"].map(one).into() };
    check("figure_panels", &Figure::new("", panels));
}

/// One letter for each cell's role, in place of its character.
fn roles(figure: &Figure, width: usize, height: usize) -> String {
    let grid = render_cells(figure, width, height, CellStyle { glyphs: Glyphs::Utf8, colour: true });
    let letter = |cell: &GridCell| match cell.role {
        _ if cell.character == ' ' => ' ',
        Role::Text => 't',
        Role::Dim => 'd',
        Role::Title => 'T',
        Role::Axis => 'a',
        Role::Reference => 'r',
        Role::Series(index) => char::from(b'1' + index),
        Role::Band => '.',
        Role::RiskLow => 'l',
        Role::RiskHigh => 'h',
        Role::Heat(level) => char::from(b'0' + level),
        Role::Selection => 's',
        Role::Accent => 'A',
        Role::Warn => 'w',
    };
    let line = |row: &[GridCell]| row.iter().map(letter).collect::<String>().trim_end().to_owned();
    grid.rows().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn cells_know_what_they_mean() {
    let mut curves = data::lung();
    (curves[0].risk, curves[1].risk) = (Some(methods::km::figure::Risk::High), Some(methods::km::figure::Risk::Low));
    let figure = kaplan_meier("Overall survival", TimeUnit::Days, &curves, vec!["p = 0.001".into()]);
    insta::assert_snapshot!("roles_kaplan_meier", roles(&figure, 60, 14));
    let rows = vec![
        ForestRow::header("Stage"),
        ForestRow::reference("I"),
        ForestRow::ratio("II", [1.5, 1.1, 2.0], 0.01).indented(),
        ForestRow::ratio("III", [0.6, 0.4, 0.9], 0.01).indented(),
    ];
    let forest = Forest { selected: Some(3), ..Forest::hazard_ratios(rows) };
    insta::assert_snapshot!("roles_forest", roles(&Figure::new("Cox model", forest), 60, 10));
}
