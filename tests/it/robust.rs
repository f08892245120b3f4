//! What goes wrong around an analysis: output that would eat what is read, caches that would lie, hostile text, slips of
//! the pen with a price.

mod cache;
mod outputs;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;

/// The binary in `folder`, with state and cache below it.
fn riskset(folder: &Path, args: &[&str]) -> Assert {
    command(folder).args(args).assert()
}

fn command(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.current_dir(folder);
    command.env("RISKSET_STATE_DIR", folder.join("state")).env("RISKSET_CACHE_DIR", folder.join("cache"));
    command
}

fn said(outcome: &Assert) -> String {
    String::from_utf8_lossy(&outcome.get_output().stderr).into_owned()
}

fn printed(outcome: &Assert) -> String {
    String::from_utf8_lossy(&outcome.get_output().stdout).into_owned()
}

/// A table of sixty patients, with what `arm` says of each.
fn table(folder: &Path, arm: impl Fn(usize) -> String) {
    let row = |i: usize| format!("P{i},{},{},{}\n", 1 + i * 37 % 90, i % 2, arm(i));
    let rows: String = (1..=60).map(row).collect();
    fs::write(folder.join("t.csv"), format!("id,time,event,arm\n{rows}")).expect("room");
}

const ENDPOINT: [&str; 4] = ["--time", "time", "--event", "event"];

#[test]
fn what_a_table_says_does_nothing_to_a_terminal() {
    let scratch = tempfile::tempdir().expect("a folder");
    let titled = |i: usize| {
        if i.is_multiple_of(2) { "a\u{1b}]0;owned\u{7}".to_owned() } else { "b\u{202e}c\u{9b}31m".to_owned() }
    };
    table(scratch.path(), titled);
    for format in ["text", "md", "csv", "json"] {
        let outcome =
            riskset(scratch.path(), &[&["km", "t.csv", "--by", "arm", "--format", format], &ENDPOINT[..]].concat());
        let text = printed(&outcome.success());
        assert!(text.contains("owned"), "{format}");
        let unseen: Vec<char> = text.chars().filter(|c| figures::format::is_unseen(*c)).collect();
        assert!(unseen.is_empty(), "{format}: {unseen:?}");
    }
    let outcome = riskset(scratch.path(), &[&["km", "t.csv", "--by", "no\u{1b}[31m"], &ENDPOINT[..]].concat()).code(1);
    assert!(!said(&outcome).contains('\u{1b}'), "{}", said(&outcome));
    let outcome = riskset(scratch.path(), &["km", "t.csv", "--no\u{1b}[31m"]).code(2);
    assert!(!said(&outcome).contains('\u{1b}'), "{}", said(&outcome));
    let outcome = riskset(scratch.path(), &["check", "t.csv", "--format", "json"]).success();
    // Overrides of direction are read as plain text, which is said; what stays is named.
    for name in ["U+001B", "U+009B", "invisible characters"] {
        assert!(printed(&outcome).contains(name), "{}", printed(&outcome));
    }
}

#[test]
fn work_without_bound_is_named_and_not_begun() {
    let scratch = tempfile::tempdir().expect("a folder");
    table(scratch.path(), |i| format!("level {i}"));
    let cox = riskset(scratch.path(), &[&["cox", "t.csv", "--covariates", "arm"], &ENDPOINT[..]].concat()).code(1);
    assert!(said(&cox).contains("arm has 60 values"), "{}", said(&cox));
    for (command, option) in [("lasso", "--nlambda"), ("calibrate", "--bootstrap"), ("cutpoint", "--draws")] {
        let outcome = riskset(scratch.path(), &[command, "t.csv", option, "1000000000"]).code(2);
        assert!(said(&outcome).contains(option), "{}", said(&outcome));
    }
    let long = "x".repeat(100_000);
    let outcome = riskset(scratch.path(), &[&["km", "t.csv", "--where", &long], &ENDPOINT[..]].concat());
    assert!(said(&outcome).len() < 10_000, "{} characters", said(&outcome).len());
}

#[test]
fn a_session_is_for_its_owner() {
    use riskset::{config::Places, session::Session};
    let scratch = tempfile::tempdir().expect("a folder");
    let text = r#"{"path": "/study", "pane": "km", "views": {}, "choices": {}}"#;
    let session: Session = serde_json::from_str(text).expect("a session");
    let places = Places::under(scratch.path());
    session.save(&places).expect("room");
    assert_eq!(Session::load(&places, Path::new("/study")), Some(session));
    #[cfg(unix)]
    for file in [places.state().to_owned(), places.state().join("sessions")] {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o700, "{}", file.display());
        let inner = fs::read_dir(&file).expect("a folder").flatten().map(|entry| entry.path());
        inner.filter(|path| path.is_file()).for_each(|path| assert_eq!(mode(&path), 0o600, "{}", path.display()));
    }
}
