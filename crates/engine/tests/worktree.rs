//! The door to the file system: what it opens, what it refuses, what it leaves as it was.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use auditlint_engine::{Worktree, WriteError};
use auditlint_source::{EntryKind, FilePath, Files, ReadError, name_of};
use tempfile::TempDir;

const LIMIT: u64 = 1 << 20;

/// A folder `outside/secret`, and beside it a repository with a root `repo/app` and a file `repo/shared`.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [("outside/secret", "secret"), ("repo/shared", "shared"), ("repo/app/a.ts", "a();\n")] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self { folder }
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    fn root(&self, path: &str) -> std::path::PathBuf {
        self.path("repo/app").join(path)
    }

    fn files(&self) -> Worktree {
        Worktree::open(&self.path("repo/app"), Some(&self.path("repo"))).unwrap()
    }

    /// The names beside the file of the root.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(self.path("repo/app")).unwrap().map(|entry| name_of(&entry.unwrap().file_name())).collect();
        names.sort();
        names
    }
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn nothing_leads_out_of_the_repository() {
    let place = Place::new();
    symlink("../shared", place.root("near")).unwrap();
    symlink(place.path("repo/shared"), place.root("absolute")).unwrap();
    symlink("../../outside/secret", place.root("far")).unwrap();
    symlink(place.path("outside"), place.root("folder")).unwrap();
    symlink("near", place.root("chain")).unwrap();
    symlink("folder/../shared", place.root("through")).unwrap();
    symlink("loop", place.root("loop")).unwrap();
    symlink("nowhere", place.root("dangling")).unwrap();
    let files = place.files();
    let read = |path: &str| files.read(&FilePath::new(path), LIMIT).map(|bytes| String::from_utf8(bytes).unwrap());
    for path in ["near", "absolute", "chain", "../shared"] {
        assert_eq!(read(path).as_deref(), Ok("shared"), "{path}");
        assert_eq!(files.kind(&FilePath::new(path)), Some(EntryKind::File), "{path}");
    }
    for path in ["far", "folder/secret", "through", "../../outside/secret", "../../../etc/passwd"] {
        assert_eq!(read(path), Err(ReadError::Outside), "{path}");
        assert_eq!(files.kind(&FilePath::new(path)), Some(EntryKind::Link), "{path}");
        let written = files.replace(&FilePath::new(path), b"secret", b"changed");
        assert!(matches!(written, Err(WriteError::Outside)), "{path}: {written:?}");
    }
    for path in ["folder", "../../outside"] {
        assert_eq!(files.list(&FilePath::new(path)), Err(ReadError::Outside), "{path}");
    }
    assert_eq!(read("dangling"), Err(ReadError::NotFound));
    assert!(read("loop").is_err());
    assert!(matches!(files.create(&FilePath::new("folder/new"), b""), Err(WriteError::Outside)));
    assert!(matches!(files.create(&FilePath::new("../../new"), b""), Err(WriteError::Outside)));
    assert!(matches!(files.write_output(&place.root("far"), b"report"), Err(WriteError::Outside)));
    assert_eq!(fs::read_to_string(place.path("outside/secret")).unwrap(), "secret");
    assert_eq!(fs::read_dir(place.path("outside")).unwrap().count(), 1);
}

#[test]
fn links_lead_to_paths_of_the_run() {
    let place = Place::new();
    fs::create_dir_all(place.root("d/e")).unwrap();
    for (target, link) in [
        (place.root("d"), "absolute"),
        ("d/e".into(), "relative"),
        ("absolute/e".into(), "chain"),
        ("../shared".into(), "above"),
        ("../../outside".into(), "outside"),
        ("nowhere".into(), "dangling"),
    ] {
        symlink(target, place.root(link)).unwrap();
    }
    let files = place.files();
    for (path, expected) in [
        ("absolute", Some("d")),
        ("absolute/e", Some("d/e")),
        ("relative", Some("d/e")),
        ("chain", Some("d/e")),
        ("above", None),
        ("outside", None),
        ("dangling", None),
        ("a.ts", None),
    ] {
        let target = files.target(&FilePath::new(path));
        assert_eq!(target.as_ref().map(FilePath::as_str), expected, "{path}");
    }
    // What is not there is not outside, however its folder is named.
    for (path, expected) in [
        ("absolute/gone", ReadError::NotFound),
        ("absolute/gone/a", ReadError::NotFound),
        ("outside/gone", ReadError::Outside),
    ] {
        assert_eq!(files.read(&FilePath::new(path), LIMIT), Err(expected), "{path}");
    }
    assert_eq!(files.kind(&FilePath::new("absolute/gone")), None);
}

#[test]
fn names_are_never_taken_apart() {
    let place = Place::new();
    for name in [&b"..\\..\\outside\\secret"[..], b"a\\b.ts", b"caf\xe9.ts", b"new\nline.ts", b"\x1b[2J.ts", b"..\\a"] {
        let name = OsStr::from_bytes(name);
        fs::write(place.root("").join(name), name.as_bytes()).unwrap();
        let files = place.files();
        let entries = files.list(&FilePath::root()).unwrap();
        let entry = entries.iter().find(|entry| entry.name == name_of(name)).unwrap();
        let path = FilePath::root().child(&entry.name);
        assert_eq!(files.read(&path, LIMIT).as_deref(), Ok(name.as_bytes()), "{name:?}");
        files.replace(&path, name.as_bytes(), b"new").unwrap();
        assert_eq!(fs::read(place.root("").join(name)).unwrap(), b"new", "{name:?}");
    }
}

#[test]
fn what_is_no_file_is_looked_at_and_not_opened() {
    let place = Place::new();
    fifo(&place.root("pipe.ts"));
    symlink("pipe.ts", place.root("link.ts")).unwrap();
    let files = place.files();
    for path in ["pipe.ts", "link.ts"] {
        assert_eq!(files.read(&FilePath::new(path), LIMIT), Err(ReadError::NotAFile), "{path}");
        assert_eq!(files.kind(&FilePath::new(path)), Some(EntryKind::Other), "{path}");
        let written = files.replace(&FilePath::new(path), b"", b"x");
        assert!(matches!(written, Err(WriteError::NotAFile)), "{path}: {written:?}");
    }
    assert_eq!(files.read(&FilePath::root(), LIMIT), Err(ReadError::IsFolder));
    assert!(matches!(files.read(&FilePath::new("a.ts"), 4), Err(ReadError::TooLarge { size: 5, limit: 4 })));
}

#[test]
fn what_is_written_meanwhile_is_not_lost() {
    let place = Place::new();
    let (files, old, theirs) = (place.files(), "a();\n".repeat(20), "b();\n".to_owned() + &"a();\n".repeat(20));
    let paths: Vec<String> = (0..500).map(|number| format!("{number}.ts")).collect();
    paths.iter().for_each(|path| fs::write(place.root(path), &old).unwrap());
    let written: Vec<&String> = std::thread::scope(|scope| {
        let ours = scope.spawn(|| {
            for path in paths.iter().rev() {
                let _ = files.replace(&FilePath::new(path), old.as_bytes(), b"new");
            }
        });
        // As an editor saves: what it has read is still there, and it writes over it.
        let is_old = |path: &&String| fs::read_to_string(place.root(path)).is_ok_and(|text| text == old);
        let save = |path: &&String| fs::write(place.root(path), &theirs).unwrap();
        let written = paths.iter().filter(is_old).inspect(save).collect();
        ours.join().unwrap();
        written
    });
    for path in written {
        assert_eq!(fs::read_to_string(place.root(path)).unwrap(), theirs, "{path}");
    }
    assert!(place.names().iter().all(|name| !name.ends_with(".tmp")), "{:?}", place.names());
}

#[test]
fn only_what_was_analysed_is_replaced() {
    let place = Place::new();
    let (files, path) = (place.files(), FilePath::new("a.ts"));
    for other in ["", "a();", "a();\n ", "b();\n"] {
        fs::write(place.root("a.ts"), other).unwrap();
        assert!(matches!(files.replace(&path, b"a();\n", b"new"), Err(WriteError::Changed)), "{other:?}");
        assert_eq!(fs::read_to_string(place.root("a.ts")).unwrap(), other);
    }
    fs::remove_file(place.root("a.ts")).unwrap();
    assert!(matches!(files.replace(&path, b"a();\n", b"new"), Err(WriteError::Changed)));
    assert_eq!(place.names(), Vec::<String>::new());
}

#[test]
fn a_file_stays_what_it_is() {
    let place = Place::new();
    let (files, path) = (place.files(), FilePath::new("a.ts"));
    let meta = || fs::metadata(place.root("a.ts")).unwrap();
    fs::set_permissions(place.root("a.ts"), fs::Permissions::from_mode(0o751)).unwrap();
    let has_attribute = xattr::set(place.root("a.ts"), "user.note", b"kept").is_ok();
    let owner = (meta().uid(), meta().gid());
    files.replace(&path, b"a();\n", b"b();\n").unwrap();
    assert_eq!((meta().mode() & 0o777, (meta().uid(), meta().gid())), (0o751, owner));
    if has_attribute {
        assert_eq!(xattr::get(place.root("a.ts"), "user.note").unwrap().as_deref(), Some(&b"kept"[..]));
    }
    // Another name of the file sees the change, too.
    fs::hard_link(place.root("a.ts"), place.root("other.ts")).unwrap();
    files.replace(&path, b"b();\n", b"c\n").unwrap();
    assert_eq!(fs::read_to_string(place.root("other.ts")).unwrap(), "c\n");
    assert_eq!(meta().nlink(), 2);
    fs::set_permissions(place.root("a.ts"), fs::Permissions::from_mode(0o444)).unwrap();
    assert!(matches!(files.replace(&path, b"c\n", b"d\n"), Err(WriteError::ReadOnly)));
    assert!(matches!(files.create(&path, b"d\n"), Err(WriteError::ReadOnly)));
    assert!(matches!(files.write_output(&place.root("a.ts"), b"d\n"), Err(WriteError::ReadOnly)));
    assert_eq!((fs::read_to_string(place.root("a.ts")).unwrap().as_str(), place.names().len()), ("c\n", 2));
}

/// The owner of a file is kept even where a new file cannot be given to them; only root can set the scene.
#[test]
fn the_owner_stays() {
    let place = Place::new();
    if std::os::unix::fs::chown(place.root("a.ts"), Some(12_345), Some(12_345)).is_err() {
        return;
    }
    place.files().replace(&FilePath::new("a.ts"), b"a();\n", b"b();\n").unwrap();
    let meta = fs::metadata(place.root("a.ts")).unwrap();
    assert_eq!((meta.uid(), meta.gid()), (12_345, 12_345));
}

#[test]
fn leftovers_of_killed_runs_are_taken_away_at_the_next_write() {
    let place = Place::new();
    fs::write(place.root(".auditlint-write-1-0.tmp"), "left").unwrap();
    let held = fs::File::create(place.root(".auditlint-write-2-0.tmp")).unwrap();
    held.lock().unwrap();
    let files = place.files();
    let listed = |files: &Worktree| files.list(&FilePath::root()).unwrap().len();
    assert_eq!(listed(&files), 1, "they are not files of the project");
    // What only looks like one is somebody's file.
    fs::write(place.root(".auditlint-notes.tmp"), "kept").unwrap();
    fs::create_dir(place.root(".auditlint-write-3-0.tmp")).unwrap();
    assert_eq!(listed(&files), 3);
    files.replace(&FilePath::new("a.ts"), b"a();\n", b"b();\n").unwrap();
    let left = [".auditlint-notes.tmp", ".auditlint-write-2-0.tmp", ".auditlint-write-3-0.tmp", "a.ts"];
    assert_eq!(place.names(), left);
}

#[test]
fn an_output_goes_where_a_person_says() {
    let place = Place::new();
    let files = place.files();
    let write = |path: &Path| files.write_output(path, b"report");
    let read = |path: &str| fs::read_to_string(place.path(path)).unwrap();
    // A new file, inside and outside.
    for path in ["repo/app/out.json", "outside/out.json"] {
        write(&place.path(path)).unwrap();
        assert_eq!(read(path), "report");
        assert_eq!(fs::metadata(place.path(path)).unwrap().mode() & 0o777, 0o644);
    }
    // What a link leads to is replaced, and the link stays; one that leads nowhere yet makes its target.
    fs::write(place.path("outside/target"), "old").unwrap();
    symlink("target", place.path("outside/link")).unwrap();
    symlink("fresh", place.path("outside/to-fresh")).unwrap();
    write(&place.path("outside/link")).unwrap();
    write(&place.path("outside/to-fresh")).unwrap();
    assert_eq!((read("outside/target"), read("outside/fresh")), ("report".into(), "report".into()));
    assert!(fs::symlink_metadata(place.path("outside/link")).unwrap().is_symlink());
    // A pipe is written to.
    for path in ["outside/pipe", "repo/app/pipe"] {
        let pipe = place.path(path);
        fifo(&pipe);
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        write(&pipe).unwrap();
        assert_eq!(reader.join().unwrap(), "report");
        assert!(!fs::symlink_metadata(&pipe).unwrap().is_file(), "{path} was replaced");
    }
    // However the way to it is spelled, a link of the repository that leads out of it is refused.
    symlink(place.path("outside/target"), place.root("report.json")).unwrap();
    symlink(place.path("repo"), place.path("alias")).unwrap();
    symlink("../repo/app/report.json", place.path("outside/back")).unwrap();
    for path in
        ["repo/app/report.json", "alias/app/report.json", "outside/back", "outside/../alias/app/../app/report.json"]
    {
        assert!(matches!(write(&place.path(path)), Err(WriteError::Outside)), "{path}");
    }
    // Inside of it a link is followed, also to where nothing stands yet, and so is a chain of a person's own.
    for (link, target, path) in [
        ("repo/app/later", "later.json", "repo/app/later.json"),
        ("outside/two", "three", "outside/three"),
        ("outside/one", "two", "outside/three"),
    ] {
        symlink(target, place.path(link)).unwrap();
        write(&place.path(link)).unwrap();
        assert_eq!(read(path), "report", "{link}");
    }
    // A pipe of the repository that nobody reads hangs nobody.
    fifo(&place.root("unread"));
    assert!(matches!(write(&place.root("unread")), Err(WriteError::NoReader)));
    assert!(matches!(write(&place.path("outside")), Err(WriteError::IsFolder)));
    assert!(matches!(write(&place.path("nowhere/out.json")), Err(WriteError::NoFolder(_))));
    assert!(matches!(write(&place.path("repo/nowhere/out.json")), Err(WriteError::NoFolder(_))));
}

#[test]
fn an_error_does_not_name_the_temporary_file() {
    let place = Place::new();
    let error = place.files().write_output(&place.path("nowhere/out.json"), b"").unwrap_err().to_string();
    assert!(error.contains("there is no folder") && !error.contains(".auditlint-"), "{error}");
}
