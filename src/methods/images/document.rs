//! Images and masks of a cohort, and one of them from near.

use tables::problem;

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::images::checks::{BINS, Range};
use crate::methods::images::{Answer, Case, GREYS, Look, Plane, Roi, Seen, Window, one, times};
use crate::methods::problems;
use figures::format;
use figures::{Axis, Chart, Figure, Layer, Mark, Panels, Pattern, Picture, PictureRegion, Role};

/// Every case; `status` says where its extraction stands.
pub fn cases(answer: &Answer, status: impl Fn(&Case) -> String) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Patient"),
        ColumnSpec::left("Seq"),
        ColumnSpec::left("Cohort").priority(5),
        ColumnSpec::right("Voxels").priority(2),
        ColumnSpec::right("Spacing").unit("mm").priority(3),
        ColumnSpec::decimal("ROI").unit("cm³"),
        ColumnSpec::right("ROI voxels").priority(4),
        ColumnSpec::right("Grey values").priority(1),
        ColumnSpec::right("Bins"),
        ColumnSpec::left("Features"),
    ]);
    for case in &answer.cases {
        let [size, spacing] = case.look().map_or_else(|| [Cell::missing(), Cell::missing()], grid);
        let [volume, voxels, range, bins] = case.roi().map_or_else(|| [(); 4].map(|()| Cell::missing()), region);
        table.push([
            Cell::text(case.patient.clone()),
            Cell::text(case.sequence_name.clone()),
            Cell::text(case.group.clone().unwrap_or_default()),
            size,
            spacing,
            volume,
            voxels,
            range,
            bins,
            Cell::text(status(case)),
        ]);
    }
    table
}

fn grid(look: &Look) -> [Cell; 2] {
    [Cell::text(times(&look.size)), Cell::text(spacing(look))]
}

fn spacing(look: &Look) -> String {
    times(&look.spacing.map(|mm| format::significant(mm, 3)))
}

fn region(roi: &Roi) -> [Cell; 4] {
    [
        Cell::significant(roi.volume, 3),
        Cell::count(roi.voxels),
        Cell::parts([("low", roi.range[0]), ("high", roi.range[1])], span(roi.range)),
        Cell::count(roi.bins),
    ]
}

/// `12 to 480`.
fn span([low, high]: [f64; 2]) -> String {
    format!("{} to {}", format::significant(low, 3), format::significant(high, 3))
}

/// What is wrong with a case, in full; nothing if all is well.
pub fn remark(case: &Case) -> Option<String> {
    match &case.seen {
        Seen::Absent(why) | Seen::Unreadable(why) | Seen::Asked(why) => Some(why.clone()),
        Seen::Read(look) => match (&look.roi, &look.mismatch) {
            (Err(why), _) => Some(why.clone()),
            (_, Some(mismatch)) => Some(mismatch.words.clone()),
            (Ok(roi), _) if roi.at_edge => Some("the region reaches the edge of the image".to_owned()),
            (Ok(roi), _) if !BINS.contains(&roi.bins) => Some(format!("{} bins are few or many", roi.bins)),
            _ => None,
        },
    }
}

/// Gray values by sequence and cohort.
pub fn ranges(ranges: &[Range], binning: &str) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Sequence"),
        ColumnSpec::left("Cohort"),
        ColumnSpec::right("n"),
        ColumnSpec::decimal("Mean grey value"),
        ColumnSpec::right("Lowest to highest").priority(2),
        ColumnSpec::decimal("Bins"),
        ColumnSpec::decimal("Volume").unit("cm³").priority(1),
    ])
    .caption(format!("Median [quartiles] over patients, inside the masks; {binning}"));
    let quartiles = |[q1, median, q3]: [f64; 3]| Cell::median_iqr(median, q1, q3, q3 - q1);
    let whole = |[q1, median, q3]: [f64; 3]| {
        let shown = format!("{} [{}-{}]", format::fixed(median, 0), format::fixed(q1, 0), format::fixed(q3, 0));
        Cell::parts([("median", median), ("q1", q1), ("q3", q3)], shown)
    };
    for range in ranges {
        table.push([
            Cell::text(range.sequence.clone()),
            Cell::text(range.group.clone()),
            Cell::count(range.n),
            quartiles(range.mean),
            Cell::parts([("low", range.low), ("high", range.high)], span([range.low, range.high])),
            whole(range.bins),
            quartiles(range.volume),
        ]);
    }
    table
}

/// `447 images and masks were read, 2 are absent; 3 warnings; bin width 25`.
pub fn summary(answer: &Answer) -> String {
    let count = |wanted: fn(&Seen) -> bool| answer.cases.iter().filter(|case| wanted(&case.seen)).count();
    let mut parts = vec![format!("{} cases read", format::count(count(|seen| matches!(seen, Seen::Read(_)))))];
    for (n, what) in [
        (count(|seen| matches!(seen, Seen::Absent(_))), "without files"),
        (count(|seen| matches!(seen, Seen::Unreadable(_))), "unreadable"),
        (count(|seen| matches!(seen, Seen::Asked(_))), "of several volumes or regions"),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", format::count(n)));
        }
    }
    format!("{}; {}; {}", parts.join(", "), answer.binning, problem::summary(&answer.problems))
}

/// Everything about the images of a cohort.
pub fn document(answer: &Answer) -> Document {
    let document = Document::new("Images and masks")
        .paragraph(summary(answer))
        .with(cases(answer, |case| remark(case).unwrap_or_default()).caption("Cases"))
        .with(ranges(&answer.ranges, &answer.binning))
        .with(problems::table(&answer.problems).caption("Checks"));
    Document { notes: answer.notes.clone(), ..document }
}

/// Image, mask and region of one case, line by line.
pub fn facts(answer: &one::Answer) -> Vec<(String, Cell)> {
    let look = &answer.look;
    let text = |name: &str, value: String| (name.to_owned(), Cell::text(value));
    let labels = look.labels.iter().map(|(label, n)| format!("{label} ({})", format::count(*n)));
    let mut facts = vec![
        text("Image", answer.image.display().to_string()),
        text("Mask", answer.mask.display().to_string()),
        text("Voxels", times(&look.size)),
        text("Spacing", format!("{} mm", spacing(look))),
        text("Image values", span(look.range)),
        text("Labels", labels.collect::<Vec<_>>().join(", ")),
    ];
    match &look.roi {
        Err(why) => facts.push(text("Region", why.clone())),
        Ok(roi) => facts.extend([
            text("ROI", format!("{} voxels, {} cm³", format::count(roi.voxels), format::significant(roi.volume, 3))),
            text("ROI box", format!("{} voxels", times(&roi.size))),
            text("ROI values", format!("{}, mean {}", span(roi.range), format::significant(roi.mean, 4))),
            text("Bins", format!("{} at {}", roi.bins, answer.binning)),
        ]),
    }
    for region in &answer.regions {
        let (voxels, volume) = (format::count(region.voxels), format::significant(region.volume, 3));
        let of = (region.voxels > 0).then(|| format!("{voxels} voxels, {volume} cm³"));
        let said = of.into_iter().chain(region.remarks.iter().cloned()).collect::<Vec<_>>().join("; ");
        facts.push(text(&region.region, said));
    }
    if let Some(who) = &answer.other {
        let is_region = answer.regions.iter().any(|region| region.region == *who);
        facts.push(text(if is_region { "Outlined too" } else { "Other mask" }, who.clone()));
    }
    if let Some(mismatch) = &look.mismatch {
        facts.push(text("Grid", mismatch.words.clone()));
    }
    facts
}

/// Voxels of the region in each gray-level bin.
pub fn histogram(answer: &one::Answer) -> Option<Figure> {
    if answer.counts.is_empty() {
        return None;
    }
    let mark = Mark::Histogram { edges: answer.edges.clone(), heights: answer.counts.clone() };
    let chart = Chart {
        x: Axis::linear("Grey value"),
        y: Axis::linear("Voxels").from(0.0),
        layers: vec![Layer::plain(Role::series(0), mark)],
        ..Chart::default()
    };
    Some(Figure::new("", chart))
}

/// Slice `at` with the outlines of the region, gray values drawn as `window` says.
pub fn slice(answer: &one::Answer, at: usize, window: Window) -> Option<Figure> {
    let slice = answer.slices.get(at).filter(|slice| !slice.values.is_empty())?;
    let [low, high] = answer.limits(window);
    let grey = |value: &f32| ((f64::from(*value) - low) / (high - low) * 255.0).round().clamp(0.0, 255.0) as u8;
    let region = |which: usize, label: String, role: Role, pattern: Pattern| {
        let inside = slice.inside[which].clone();
        inside.contains(&true).then_some(PictureRegion { label, role, inside, pattern })
    };
    let drawn = region(0, "region that is analysed".to_owned(), Role::series(1), Pattern::Solid);
    let again = answer.other.clone().and_then(|who| region(1, who, Role::series(5), Pattern::Dashed));
    let picture = Picture {
        width: slice.width,
        greys: slice.values.iter().map(grey).collect(),
        field: answer.field,
        regions: drawn.into_iter().chain(again).collect(),
        caption: format!("{}; grey values {}", place(answer, at), span([low, high])),
        sides: answer.plane.sides(),
    };
    Some(Figure::new(answer.name.clone(), picture))
}

/// `axial, slice 6 of 8, S 12.0 mm`.
pub fn place(answer: &one::Answer, at: usize) -> String {
    let (of, side) = (answer.slices.len(), side(answer, at));
    format!("{}, slice {} of {of}, {side}", answer.plane.name(), at + 1)
}

/// `axial 5/8, I 35.0 mm`: the same where there is less room.
pub fn short_place(answer: &one::Answer, at: usize) -> String {
    format!("{} {}/{}, {}", answer.plane.name(), at + 1, answer.slices.len(), side(answer, at))
}

/// `I 35.0 mm`: the side of the origin that a slice lies on, and how far.
fn side(answer: &one::Answer, at: usize) -> String {
    let mm = answer.places.get(at).copied().unwrap_or(f64::NAN);
    // Positions are counted to the left, the back and the head.
    let [forth, back] = match answer.plane {
        Plane::Sagittal => ["L", "R"],
        Plane::Coronal => ["P", "A"],
        Plane::Axial | Plane::Acquired => ["S", "I"],
    };
    let side = if mm < 0.0 { back } else { forth };
    format!("{side} {} mm", format::fixed(mm.abs(), 1))
}

/// Slices beside one another.
pub fn side_by_side(figures: Vec<Figure>) -> Document {
    Document::new("Sequences").with(Figure::new("", Panels { columns: figures.len(), figures }))
}

/// The largest slice of every case, in this order.
pub fn sheet(answer: &Answer, order: &[usize]) -> Document {
    let figure = |case: &Case| {
        let thumb = case.thumb.as_ref()?;
        let window = thumb.window;
        let inside = thumb.slice.inside[0].clone();
        let region = PictureRegion { role: Role::series(1), inside, ..PictureRegion::default() };
        let picture = Picture {
            width: thumb.slice.width,
            greys: (0..thumb.slice.values.len()).map(|at| thumb.slice.grey(at, window) * (255 / (GREYS - 1))).collect(),
            field: thumb.field,
            regions: vec![region],
            caption: remark(case).unwrap_or_default(),
            sides: [""; 4],
        };
        Some(Figure::new(format!("{} {}", case.patient, case.sequence_name), picture))
    };
    let figures: Vec<Figure> = order.iter().filter_map(|at| figure(answer.cases.get(*at)?)).collect();
    // A little wider than high.
    let columns = ((1.3 * figures.len() as f64).sqrt().ceil() as usize).clamp(1, 16);
    Document::new("Contact sheet").with(Figure::new("", Panels { columns, figures }))
}

/// One case from near: the slice that is shown, or the one in which the region is largest.
pub fn document_of_one(answer: &one::Answer, shown: Option<(usize, Window)>) -> Document {
    let (at, window) = shown.unwrap_or((answer.best, Window::Auto));
    let document = Document::new(format!("Image and mask of {}", answer.name));
    let document = match slice(answer, at, window) {
        Some(figure) => document.with(figure),
        None => document,
    };
    let document = document.with(crate::document::Block::KeyValues(facts(answer)));
    match histogram(answer) {
        Some(figure) => document.with(figure),
        None => document,
    }
}
