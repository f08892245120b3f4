//! Who may use whom: the map of `src/lib.rs`, held against the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the bottom up; a module uses its own layer and those below.
const LAYERS: [&[&str]; 10] = [
    &["study", "document", "simulate", "writing"],
    &["ask"],
    &["methods"],
    &["plan"],
    &["jobs"],
    &["app", "config", "session"],
    &["ui", "theme"],
    &["panes"],
    &["program"],
    &["term", "cli"],
];

/// Libraries that only some modules may use: the name in the source, and the modules that may.
const CONFINED: [(&str, &[&str]); 6] = [
    ("polars::", &[]),
    ("polars_core::", &[]),
    ("polars_io::", &[]),
    ("ratatui::", &["program", "panes", "ui", "theme", "term"]),
    ("crossterm::", &["term"]),
    ("clap::", &["cli"]),
];

pub fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                found.push((path.strip_prefix(&root).expect("below src").to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The module that a file belongs to: its first folder, or its own name.
fn module(path: &Path) -> String {
    let first = path.components().next().map(|c| c.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    first.trim_end_matches(".rs").to_owned()
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The lines of a source that are code, without those of its tests.
pub fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line.trim()));
    lines.take_while(|(_, line)| *line != "#[cfg(test)]").filter(|(_, line)| !line.starts_with("//"))
}

/// Modules of this crate that a line names behind `crate::`.
fn used(line: &str) -> Vec<String> {
    line.match_indices("crate::")
        .map(|(at, found)| line[at + found.len()..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn modules_use_their_own_layer_and_those_below() {
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for (path, text) in sources() {
        let Some(own) = layer(&module(&path)) else { continue };
        for (number, line) in code(&text) {
            for name in used(line) {
                looked_at += 1;
                if layer(&name).is_some_and(|l| l > own) {
                    wrong.push(format!("{}:{number}: {line}", path.display()));
                }
            }
        }
    }
    assert!(looked_at > 500, "only {looked_at} uses were found: the test reads the wrong files");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let unknown: Vec<String> = sources()
        .iter()
        .map(|(path, _)| module(path))
        .filter(|m| !["lib", "main"].contains(&m.as_str()) && layer(m).is_none())
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// The crates below the program, and which of one another each may use.
const CRATES: [(&str, &[&str]); 9] = [
    ("watch", &[]),
    ("survival", &["watch"]),
    ("volume", &[]),
    ("radiomics", &["volume", "watch"]),
    ("imaging", &["volume", "whole"]),
    ("tables", &["figures", "watch"]),
    ("figures", &[]),
    ("sheets", &[]),
    ("whole", &[]),
];

#[test]
fn crates_use_only_the_crates_below_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    let mut found: Vec<String> = fs::read_dir(&root)
        .expect("the folder of crates")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut known: Vec<&str> = CRATES.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(found, known, "crates that the map of src/lib.rs does not know, or knows in vain");
    for (name, allowed) in CRATES {
        let manifest = fs::read_to_string(root.join(name).join("Cargo.toml")).expect("a manifest");
        // What a crate's own tests use does not stand above it.
        let depends =
            manifest.split("[dependencies]").nth(1).and_then(|rest| rest.split("\n[").next()).unwrap_or_default();
        for (other, _) in CRATES {
            let uses = depends.lines().any(|line| line.starts_with(&format!("{other}.workspace")));
            assert_eq!(uses, allowed.contains(&other), "{name} and {other}");
        }
    }
}

#[test]
fn libraries_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (library, allowed) in CONFINED {
            let home = module(&path);
            // A screen is turned into escape sequences for `render --ansi` by ratatui's own backend.
            let found = code(&text).find(|(_, line)| line.contains(library) && !line.contains("ratatui::backend"));
            if let (Some((number, line)), false) = (found, allowed.contains(&home.as_str())) {
                wrong.push(format!("{}:{number}: {line}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
