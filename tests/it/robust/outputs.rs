//! Outputs: never one of the inputs, into what is no plain file, and in the place of nothing but a former run's.

use std::fs;
use std::path::Path;

use super::{ENDPOINT, printed, riskset, said, table};

const STUDY: &str = "version = 1\ntitle = \"T\"\ntable = \"t.csv\"\nid = \"id\"\n[endpoints.OS]\nlabel = \"Overall\"\n\
                     time = \"time\"\nevent = \"event\"\nunit = \"months\"\n[models]\nall = [\"arm\"]\n";

fn study(folder: &Path) {
    table(folder, |i| format!("{}", i % 5));
    fs::write(folder.join("study.toml"), STUDY).expect("room");
}

fn at<'a>(args: &[&'a str]) -> Vec<&'a str> {
    args.to_vec()
}

#[test]
fn an_output_is_never_an_input() {
    let scratch = tempfile::tempdir().expect("a folder");
    study(scratch.path());
    let files = ["t.csv", "study.toml"];
    let before = files.map(|name| fs::read(scratch.path().join(name)).expect("a file"));
    fs::hard_link(scratch.path().join("t.csv"), scratch.path().join("hard.csv")).expect("a link");
    let km = [&["km", "t.csv", "--format", "csv", "--force", "-o"], &ENDPOINT[..]];
    let with = |output| [km[0], &[output], km[1]].concat();
    for args in [
        with("t.csv"),
        with("./t.csv"),
        with("hard.csv"),
        at(&["km", ".", "--force", "-o", "t.csv"]),
        at(&["km", ".", "--force", "-o", "study.toml"]),
        at(&["check", ".", "--force", "-o", "t.csv"]),
        at(&["init", "t.csv", "--force", "-o", "t.csv"]),
        at(&["run", ".", "--no-extract", "--force", "-o", "."]),
    ] {
        let outcome = riskset(scratch.path(), &args);
        let code = outcome.get_output().status.code();
        assert!(matches!(code, Some(1 | 2)), "{args:?}: {code:?} {}", said(&outcome));
        let after = files.map(|name| fs::read(scratch.path().join(name)).expect("a file"));
        assert!(before == after, "{args:?}");
    }
}

#[test]
fn a_run_removes_nothing_but_a_run() {
    let scratch = tempfile::tempdir().expect("a folder");
    let inside = scratch.path().join("s");
    fs::create_dir(&inside).expect("room");
    study(&inside);
    fs::write(inside.join("manifest.json"), r#"{"name": "a download", "files": 2}"#).expect("room");
    for out in ["s", ".", "s/../s"] {
        let outcome = riskset(scratch.path(), &["run", "s", "--no-extract", "--force", "-o", out]).code(1);
        assert!(inside.join("t.csv").is_file() && inside.join("study.toml").is_file(), "{}", said(&outcome));
    }
    let run = ["run", "s", "--no-extract", "-o", "out"];
    riskset(scratch.path(), &run).success();
    let out = scratch.path().join("out");
    let first = fs::read(out.join("report.html")).expect("a report");
    fs::write(out.join("notes.txt"), "mine").expect("room");
    fs::create_dir(out.join("tables/mine")).expect("room");
    fs::write(out.join("tables/mine/fig1.ai"), "mine").expect("room");
    assert!(said(&riskset(scratch.path(), &run).code(1)).contains("--force"));
    fs::write(out.join("report.html"), "old").expect("room");
    riskset(scratch.path(), &[&run[..], &["--force"]].concat()).success();
    assert!(out.join("notes.txt").is_file() && out.join("tables/mine/fig1.ai").is_file());
    assert!(first == fs::read(out.join("report.html")).expect("a report"));
    assert!(!scratch.path().join(".out.riskset-new").exists() && !out.join(".riskset-new").exists());
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_written_into() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    use std::process::Command;
    let scratch = tempfile::tempdir().expect("a folder");
    table(scratch.path(), |i| format!("{}", i % 5));
    let km = |output: &str, force: bool| {
        let force: &[&str] = if force { &["--force"] } else { &[] };
        riskset(scratch.path(), &[&["km", "t.csv", "--format", "csv", "-o", output], force, &ENDPOINT[..]].concat())
    };
    let straight = printed(&km("-", false).success());
    assert!(straight.starts_with("group,") || straight.contains(','), "{straight}");
    assert!(!scratch.path().join("-").exists());
    km("/dev/null", true).success();
    km("/dev/null", false).success();
    assert!(fs::metadata("/dev/null").expect("a device").file_type().is_char_device());
    assert_eq!(printed(&km("/dev/stdout", false).success()), straight);
    let pipe = scratch.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).expect("a pipe")
    });
    km("pipe", false).success();
    assert_eq!(reader.join().expect("a reader"), straight);
    assert!(fs::metadata(&pipe).expect("a pipe").file_type().is_fifo());

    let kept = scratch.path().join("kept.csv");
    fs::write(&kept, "old").expect("room");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o600)).expect("ours");
    symlink("kept.csv", scratch.path().join("link.csv")).expect("a link");
    km("link.csv", false).code(1);
    km("link.csv", true).success();
    assert_eq!(fs::read_to_string(&kept).expect("a file"), straight);
    assert_eq!(fs::metadata(&kept).expect("a file").permissions().mode() & 0o777, 0o600);
}
