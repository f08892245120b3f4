//! What is to be said of the files of a study that are not there.

use tables::problem::{Place, Problem};

use super::{CaseFiles, FoundFile, leaves_folder};
use crate::study::spec::{DerivedRegion, SequenceSpec, Study};
use crate::study::template;

impl Study {
    /// Problems of `files`: sequences of which nothing is there, patients without an image or mask.
    pub fn check_files(&self, files: &[CaseFiles]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let Some(images) = &self.images else { return problems };
        let mut stray: Vec<&str> =
            files.iter().map(|case| case.patient.as_str()).filter(|id| leaves_folder(id)).collect();
        stray.dedup();
        if !stray.is_empty() {
            let message =
                format!("{} would lead out of the folder of the images: {}", ids_are(stray.len()), first_three(&stray));
            let remedy = "ids are no paths: write them without .. and without a / in front; no file is looked for";
            problems.push(Problem::error(self.place("id"), message).remedy(remedy));
        }
        for sequence in &images.sequences {
            let setting = self.place(&format!("images.{}", sequence.name));
            let cases: Vec<&CaseFiles> = files.iter().filter(|f| f.sequence == sequence.name).collect();
            problems.extend(unknown_placeholder(sequence, &cases, &setting));
            problems.extend(absent(&cases, "image", &sequence.image, &setting, |case| &case.image));
            problems.extend(absent(&cases, "mask", &sequence.mask, &setting, |case| &case.mask));
            for (region, template) in images.regions.iter().filter_map(DerivedRegion::own_mask) {
                let of = |case: &&&CaseFiles| {
                    case.is_complete() && case.regions.iter().any(|r| r.region == *region && !r.mask.exists)
                };
                let absent: Vec<&str> = cases.iter().filter(of).map(|case| case.patient.as_str()).collect();
                if !absent.is_empty() {
                    let (n, all) = (absent.len(), cases.len());
                    let message = format!("{n} of {all} patients have no mask of {region}: {}", first_three(&absent));
                    let place = self.place(&format!("regions.{region}.mask")).sequence(&sequence.name);
                    let remedy = format!("is the template right? {template}");
                    problems.push(Problem::warning(place, message).remedy(remedy));
                }
            }
            if let Some(template) = &sequence.repeats
                && !cases.is_empty()
                && cases.iter().all(|case| case.repeats.is_empty())
            {
                let message = format!("{}: no repeated segmentation at {template}", sequence.name);
                problems
                    .push(Problem::warning(setting.clone(), message).remedy("correct the template, or leave it out"));
            }
        }
        problems
    }
}

/// `1 id`, `3 ids`
fn ids_are(n: usize) -> String {
    if n == 1 { "1 id".to_owned() } else { format!("{n} ids") }
}

/// The first three, and whether there are more.
fn first_three(names: &[&str]) -> String {
    let more = if names.len() > 3 { ", .." } else { "" };
    format!("{}{more}", names[..names.len().min(3)].join(", "))
}

/// A placeholder that is still in a path was no column.
fn unknown_placeholder(sequence: &SequenceSpec, cases: &[&CaseFiles], setting: &Place) -> Option<Problem> {
    let first = cases.first()?;
    let left = [&first.image, &first.mask].into_iter().find_map(|file| {
        let names = template::placeholders(&file.path.to_string_lossy()).ok()?;
        names.into_iter().next()
    })?;
    let message = format!("{}: the template names {{{left}}}, which is not a column", sequence.name);
    Some(Problem::error(setting.clone(), message).remedy("it can name id, sequence, or a column of the table"))
}

/// So many patients without a file are named one by one.
const FEW_ABSENT: usize = 5;

fn absent<'c>(
    cases: &[&'c CaseFiles],
    what: &str,
    template: &str,
    setting: &Place,
    file: impl Fn(&'c CaseFiles) -> &'c FoundFile,
) -> Vec<Problem> {
    let absent: Vec<&&CaseFiles> = cases.iter().filter(|case| !file(case).exists).collect();
    let Some(first) = absent.first() else { return Vec::new() };
    if absent.len() == cases.len() {
        let shown = file(first).path.display();
        if template::placeholders(&shown.to_string()).is_ok_and(|left| !left.is_empty()) {
            // That the template is wrong is said already.
            return Vec::new();
        }
        let message = format!("{}: no {what} of any patient is there; looked for {shown} first", first.sequence);
        let message = match several(file(first)) {
            Some(fitting) => format!("{}: {fitting} fit the template of the {what} {shown}", first.sequence),
            None => message,
        };
        let remedy = match (file(first).instead.as_slice(), template.contains('*')) {
            ([], _) => format!("is the template right? {template}"),
            (_, true) => "write more of the path, so that one is left".to_owned(),
            ([there, ..], false) => {
                format!("{} is there: write {{id:0{}}} instead of {{id}}", there.display(), file(first).digits)
            }
        };
        return vec![Problem::error(setting.clone(), message).remedy(remedy)];
    }
    let problem = |case: &&&'c CaseFiles| {
        let place = Place::default().patient(&case.patient).sequence(&case.sequence);
        let path = file(case).path.display();
        match (several(file(case)), file(case).instead.first()) {
            (Some(fitting), _) => {
                let message = format!("{fitting} fit the template of the {what} {path}");
                Problem::warning(place, message).remedy("write more of the path, so that one is left")
            }
            (None, Some(there)) => {
                let message = format!("no {what} at {path}; {} is there", there.display());
                let digits = file(case).digits;
                Problem::warning(place, message)
                    .remedy(format!("write {{id:0{digits}}} for numbers of {digits} digits"))
            }
            (None, None) => Problem::warning(place, format!("no {what} at {path}")),
        }
    };
    // Files that are simply not there are told one by one while they are few.
    let (plain, odd): (Vec<_>, Vec<_>) = absent.iter().partition(|case| file(case).instead.is_empty());
    let mut problems: Vec<Problem> = odd.into_iter().map(problem).collect();
    match plain.first() {
        Some(example) if plain.len() > FEW_ABSENT => {
            let names: Vec<&str> = plain.iter().map(|case| case.patient.as_str()).collect();
            let (n, all) = (plain.len(), cases.len());
            let message = format!("{n} of {all} patients have no {what}: {}", first_three(&names));
            let place = Place::default().sequence(&example.sequence);
            let remedy = format!("looked for {} first", file(example).path.display());
            problems.push(Problem::warning(place, message).remedy(remedy));
        }
        _ => problems.extend(plain.into_iter().map(problem)),
    }
    problems
}

/// The paths that a template with `*` may mean, if they are several: `3 files (a, b, c)`.
fn several(file: &FoundFile) -> Option<String> {
    const MOST: usize = 4;
    let shown: Vec<String> = file.instead.iter().take(MOST).map(|path| path.display().to_string()).collect();
    let more = if file.instead.len() > MOST { ", .." } else { "" };
    (file.instead.len() > 1).then(|| format!("{} paths ({}{more})", file.instead.len(), shown.join(", ")))
}
