//! Files that know one another: no circle among siblings, and no pane that uses another.
//!
//! Two siblings are two files or folders of the same folder. A folder's own `mod.rs` is nobody's sibling: it may use all
//! that lies in the folder, and all of that may use it.

use std::collections::{BTreeMap, BTreeSet};

use crate::layering::{code, sources};

/// A module by its path from the root: `["panes", "km", "curves"]`.
type Path = Vec<String>;

/// Circles that are there, each by its folder and the siblings in it: none may come.
const KNOWN: [(&str, &[&str]); 5] = [
    // A question has a score among its columns, and the score is what another question answers.
    ("ask", &["question", "score", "selection"]),
    ("cli::run", &["folder", "manifest", "replace"]),
    ("jobs", &["extraction", "news"]),
    ("methods::cox", &["curve", "model", "profile", "subdistribution"]),
    ("study", &["build", "columns"]),
];

/// Every module with what it uses of this crate.
struct Uses {
    modules: BTreeSet<Path>,
    /// Names that a module passes on from one of its own: `pub use question::Question`.
    passed_on: BTreeMap<(Path, String), Path>,
    uses: BTreeMap<Path, BTreeSet<Path>>,
}

impl Uses {
    fn read() -> Self {
        let texts: BTreeMap<Path, String> = sources()
            .iter()
            .map(|(path, text)| {
                let mut names: Path =
                    path.with_extension("").iter().map(|n| n.to_string_lossy().into_owned()).collect();
                names.pop_if(|last| ["mod", "lib", "main"].contains(&last.as_str()));
                (names, code(text).map(|(_, line)| line).collect::<Vec<_>>().join("\n"))
            })
            .collect();
        let modules: BTreeSet<Path> = texts.keys().cloned().collect();
        let mut all = Self { modules, passed_on: BTreeMap::new(), uses: BTreeMap::new() };
        for (module, text) in &texts {
            for path in statements(text).filter(|(public, _)| *public).flat_map(|(_, tree)| leaves(&tree)) {
                let child: Path = module.iter().cloned().chain(path.first().cloned()).collect();
                if let (Some(name), true) = (path.last(), all.modules.contains(&child)) {
                    all.passed_on.insert((module.clone(), name.clone()), child);
                }
            }
        }
        for (module, text) in &texts {
            let used = statements(text).flat_map(|(_, tree)| leaves(&tree)).chain(inline(text));
            let used = used.filter_map(|path| all.module_of(module, &path)).filter(|other| other != module).collect();
            all.uses.insert(module.clone(), used);
        }
        all
    }

    /// The module that a path in `from` leads to.
    fn module_of(&self, from: &Path, path: &Path) -> Option<Path> {
        let mut at: Path = match path.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => from.clone(),
            _ => return None,
        };
        for name in path {
            let below: Path = at.iter().cloned().chain([name.clone()]).collect();
            match name.as_str() {
                "crate" | "self" => {}
                "super" => drop(at.pop()),
                _ if self.modules.contains(&below) => at = below,
                _ => match self.passed_on.get(&(at.clone(), name.clone())) {
                    Some(there) => at = there.clone(),
                    None => break,
                },
            }
        }
        Some(at)
    }

    /// Who uses whom among the children of each folder.
    fn siblings(&self) -> BTreeMap<Path, BTreeMap<String, BTreeSet<String>>> {
        let mut folders: BTreeMap<Path, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (module, other) in self.uses.iter().flat_map(|(module, used)| used.iter().map(move |o| (module, o))) {
            let same = module.iter().zip(other).take_while(|(a, b)| a == b).count();
            if let (Some(a), Some(b)) = (module.get(same), other.get(same)) {
                let folder = folders.entry(module[..same].to_vec()).or_default();
                folder.entry(a.clone()).or_default().insert(b.clone());
            }
        }
        folders
    }
}

/// The `use` statements of a source, each with whether it passes on what it names.
fn statements(text: &str) -> impl Iterator<Item = (bool, String)> + '_ {
    text.split(';').filter_map(|statement| {
        let at = statement.rfind("use ").filter(|at| {
            let before = statement[..*at].trim_end();
            before.is_empty() || before.ends_with(['}', ')', ']']) || before.ends_with("pub")
        })?;
        let before = statement[..at].trim_end();
        let public = before.ends_with("pub") || before.rsplit('\n').next().is_some_and(|l| l.starts_with("pub("));
        Some((public, statement[at + 4..].to_owned()))
    })
}

/// The paths of a tree: `a::{b, c::d}` has `a::b` and `a::c::d`.
fn leaves(tree: &str) -> Vec<Path> {
    let (stem, inside) = match tree.split_once('{') {
        Some((stem, inside)) => (stem, inside.rsplit_once('}').map(|(inside, _)| inside)),
        None => (tree.split(" as ").next().unwrap_or_default(), None),
    };
    let stem: Path = stem.split("::").map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
    let Some(inside) = inside else { return vec![stem] };
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[start..]);
    let below = parts.into_iter().filter(|part| !part.trim().is_empty()).flat_map(leaves);
    below.map(|path| stem.iter().cloned().chain(path).collect()).collect()
}

/// Paths that stand in the code itself.
fn inline(text: &str) -> impl Iterator<Item = Path> + '_ {
    let starts = ["crate::", "super::"].into_iter().flat_map(|root| text.match_indices(root));
    starts.map(|(at, _)| {
        let path =
            text[at..].split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).next().unwrap_or_default();
        path.split("::").filter(|n| !n.is_empty()).map(str::to_owned).collect()
    })
}

/// Everything that can be reached from `from`.
fn reached<'a>(from: &'a str, uses: &'a BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'a str> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(at) = open.pop() {
        for next in uses.get(at).into_iter().flatten() {
            if seen.insert(next.as_str()) {
                open.push(next);
            }
        }
    }
    seen
}

#[test]
fn siblings_do_not_use_one_another_in_circles() {
    let mut circles: BTreeSet<(String, Vec<String>)> = BTreeSet::new();
    let mut looked_at = 0;
    for (folder, uses) in Uses::read().siblings() {
        looked_at += uses.values().map(BTreeSet::len).sum::<usize>();
        for name in uses.keys() {
            let circle: Vec<String> = reached(name, &uses)
                .into_iter()
                .filter(|other| reached(other, &uses).contains(name.as_str()))
                .map(str::to_owned)
                .collect();
            if circle.len() > 1 {
                circles.insert((folder.join("::"), circle));
            }
        }
    }
    assert!(looked_at > 300, "only {looked_at} uses among siblings were found: the test reads the wrong files");
    let known: BTreeSet<(String, Vec<String>)> = KNOWN
        .iter()
        .map(|(folder, names)| ((*folder).to_owned(), names.iter().map(|n| (*n).to_owned()).collect()))
        .collect();
    let new: Vec<_> = circles.difference(&known).collect();
    let gone: Vec<_> = known.difference(&circles).collect();
    assert!(new.is_empty(), "these use one another in a circle: {new:?}");
    assert!(gone.is_empty(), "these do so no more, take them off the list: {gone:?}");
}

#[test]
fn no_pane_uses_another() {
    let siblings = Uses::read().siblings();
    let panes = &siblings[&vec!["panes".to_owned()]];
    assert!(panes.len() > 10, "only {} panes were found", panes.len());
    for (pane, used) in panes {
        let others: Vec<&String> = used.iter().filter(|name| !["tab", "view"].contains(&name.as_str())).collect();
        assert!(others.is_empty(), "{pane} uses {others:?}: what panes share belongs into `ui` or `app`");
    }
}

#[test]
fn paths_are_read_as_the_compiler_reads_them() {
    let tree = "crate::a::{self, b::{C, d as e}, f}";
    let of = |path: &str| path.split("::").map(str::to_owned).collect::<Path>();
    let paths = ["crate::a::self", "crate::a::b::C", "crate::a::b::d", "crate::a::f"].map(of);
    assert_eq!(leaves(tree), paths);
    let found: Vec<_> = statements("mod x;\n\npub use x::Y;\nuse super::{z, w};\n").collect();
    assert_eq!(found, [(true, "x::Y".to_owned()), (false, "super::{z, w}".to_owned())]);
}
