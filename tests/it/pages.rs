//! The pages of the site: every command that they print is one that the program knows, and the site leads to every page.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Every page below docs, and the README.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")];
    let mut folders = vec![docs()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.extension() {
                None if path.is_dir() => folders.push(path),
                Some(ending) if ending == "md" => pages.push(path),
                _ => {}
            }
        }
    }
    pages.sort();
    pages
}

/// The commands of a page's `sh` blocks that call riskset, each on one line; what `&&` or a pipe leads to is left out.
fn commands(page: &str) -> Vec<String> {
    let (mut found, mut inside): (Vec<String>, bool) = (Vec::new(), false);
    let mut open = false;
    for line in page.lines() {
        if let Some(mark) = line.strip_prefix("```") {
            (inside, open) = (mark == "sh", false);
            continue;
        }
        if !inside {
            continue;
        }
        let text = line.split(" #").next().unwrap_or(line).trim();
        let (part, goes_on) = text.strip_suffix('\\').map_or((text, false), |part| (part.trim(), true));
        match found.last_mut().filter(|_| open) {
            Some(last) => *last = format!("{last} {part}"),
            None if part.starts_with("riskset ") => found.push(part.to_owned()),
            None => {
                open = false;
                continue;
            }
        }
        open = goes_on;
    }
    let first = |command: &String| {
        let end = [" && ", " | ", " > ", "; "].iter().filter_map(|mark| command.find(mark)).min();
        command[..end.unwrap_or(command.len())].trim().to_owned()
    };
    found.iter().map(first).collect()
}

/// A folder in which names that pages use lead to a study and a table.
fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let lung = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/lung_ncctg");
    for name in ["study_folder", "STUDY", "other_study", "study"] {
        let target = folder.path().join(name);
        fs::create_dir(&target).expect("room");
        for file in ["study.toml", "patients.csv"] {
            fs::copy(lung.join(file), target.join(file)).expect("a copy");
        }
    }
    folder
}

/// The arguments of a command as a shell splits them.
fn arguments(command: &str) -> Vec<String> {
    let (mut all, mut one, mut quote) = (Vec::new(), String::new(), None);
    for c in command.chars() {
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (c, None) if c.is_whitespace() => {
                if !one.is_empty() {
                    all.push(std::mem::take(&mut one));
                }
            }
            (c, _) => one.push(c),
        }
    }
    all.extend(Some(one).filter(|one| !one.is_empty()));
    all
}

/// A page may name files that are not here: a command then ends with 1 and says so. It never ends with 2, wrong usage: an
/// option or a subcommand that there is not.
#[test]
fn every_command_of_a_page_is_one_that_there_is() {
    let (folder, mut tried) = (place(), 0);
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        for command in commands(&text) {
            let arguments = arguments(&command);
            // What opens the screen, or waits for a cluster, is tried elsewhere.
            let waits = arguments.iter().any(|a| a == "--slurm" || a == "...") || arguments.len() < 2;
            if waits || arguments.get(1).is_some_and(|first| first == "demo") {
                continue;
            }
            let mut call = Command::cargo_bin("riskset").expect("the binary is built");
            let own = folder.path().join("own");
            call.current_dir(folder.path()).args(&arguments[1..]).env("RISKSET_CONFIG_DIR", &own);
            call.env("RISKSET_STATE_DIR", &own).env("RISKSET_CACHE_DIR", own.join("cache"));
            let output = call.output().expect("it runs");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let known = output.status.code().is_some_and(|code| code < 2) || is_said_of_data(&said);
            assert!(known, "{}: {command}\n{said}", page.display());
            assert!(!said.contains("panicked"), "{command}\n{said}");
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried} commands were found on the pages");
}

/// Usage that depends on the data: a study without models cannot be asked for one by name.
fn is_said_of_data(said: &str) -> bool {
    !["unexpected argument", "unrecognized subcommand", "invalid value", "required arguments"]
        .iter()
        .any(|words| said.contains(words))
}

#[test]
fn the_site_leads_to_every_page() {
    let summary = fs::read_to_string(docs().join("SUMMARY.md")).expect("the summary");
    let linked: BTreeSet<String> =
        summary.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect();
    let there: BTreeSet<String> = pages()
        .iter()
        .filter_map(|page| Some(page.strip_prefix(docs()).ok()?.to_string_lossy().into_owned()))
        .filter(|page| page != "SUMMARY.md")
        .collect();
    assert_eq!(linked, there);
}

#[test]
fn links_between_pages_lead_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || link.contains("://") || link.contains(char::is_whitespace) {
                continue;
            }
            let there = page.parent().expect("a folder").join(file).exists();
            assert!(there, "{}: {link} leads nowhere", page.display());
        }
    }
}
