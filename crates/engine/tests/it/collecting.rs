use std::path::PathBuf;

use cairn_engine::world::{Collected, collect};
use cairn_engine::{EngineError, Settings};

use crate::folder::Folder;

fn find(folder: &Folder, inputs: &[&str], settings: &Settings) -> Collected {
    let inputs: Vec<PathBuf> = inputs.iter().map(|input| folder.path(input)).collect();
    collect(&inputs, settings, &folder.path("cairn.toml")).unwrap()
}

fn paths(collected: &Collected) -> Vec<&str> {
    collected.files.iter().map(|file| file.path.as_str()).collect()
}

fn check(files: &[(&str, &str)], inputs: &[&str], expected: &[&str]) {
    let folder = Folder::with(files);
    assert_eq!(paths(&find(&folder, inputs, &Settings::default())), expected);
}

fn reason<'a>(collected: &'a Collected, path: &str) -> &'a str {
    let skipped = collected.skipped.iter().find(|skipped| skipped.path == path);
    &skipped.unwrap_or_else(|| panic!("{path} is not among {:?}", collected.skipped)).reason
}

#[test]
fn paths_are_relative_to_the_folder_given() {
    check(&[("docs/b/two.md", ""), ("docs/a.md", "")], &["docs"], &["a.md", "b/two.md"]);
}

#[test]
fn a_file_is_named_by_its_own_name() {
    check(&[("docs/b/two.md", "")], &["docs/b/two.md"], &["two.md"]);
}

#[test]
fn a_file_inside_a_folder_given_is_named_from_there() {
    check(&[("docs/b/two.md", ""), ("docs/a.md", "")], &["docs/b/two.md", "docs"], &["a.md", "b/two.md"]);
    check(&[("docs/b/two.md", ""), ("docs/a.md", "")], &["docs/b", "docs", "docs"], &["a.md", "b/two.md"]);
}

#[test]
fn equal_paths_of_several_folders_are_told_apart() {
    let files = [("x/docs/a.md", ""), ("y/docs/a.md", ""), ("y/docs/b.md", ""), ("z/c.md", "")];
    let expected = ["b.md", "c.md", "x/docs/a.md", "y/docs/a.md"];
    check(&files, &["x/docs", "y/docs", "z"], &expected);
    check(&files, &["z", "y/docs", "x/docs"], &expected);
}

#[test]
fn the_form_of_an_input_does_not_count() {
    let folder = Folder::with(&[("docs/a.md", ""), ("docs/b/c.md", "")]);
    let plain = find(&folder, &["docs"], &Settings::default());
    for form in ["docs/", "./docs", "docs/b/.."] {
        assert_eq!(find(&folder, &[form], &Settings::default()), plain, "{form}");
    }
}

#[test]
fn ignore_files_count_outside_a_repository() {
    check(
        &[("docs/.gitignore", "draft*\nb/\n"), ("docs/draft.md", ""), ("docs/a.md", ""), ("docs/b/c.md", "")],
        &["docs"],
        &["a.md"],
    );
}

#[test]
fn ignore_files_above_the_folder_count_inside_a_repository_only() {
    let files = [(".gitignore", "draft.md\n"), ("docs/draft.md", ""), ("docs/a.md", "")];
    check(&files, &["docs"], &["a.md", "draft.md"]);
    let inside = [files.as_slice(), &[(".git/HEAD", "")]].concat();
    check(&inside, &["docs"], &["a.md"]);
}

#[test]
fn whoever_names_a_file_means_it() {
    let files = [("docs/.gitignore", "draft.md\n"), ("docs/draft.md", ""), ("docs/a.md", "")];
    check(&files, &["docs", "docs/draft.md"], &["a.md", "draft.md"]);
}

#[test]
fn hidden_files_are_left_out_but_for_those_with_documents() {
    let folder = Folder::with(&[
        ("docs/.github/workflows/ci.yml", ""),
        ("docs/CODEOWNERS", ""),
        ("docs/.secret/a.md", ""),
        ("docs/.git/a.md", ""),
    ]);
    let collected = find(&folder, &["docs"], &Settings::default());
    assert_eq!(paths(&collected), [".github/workflows/ci.yml", "CODEOWNERS"]);
    assert_eq!(reason(&collected, ".secret"), "hidden");
    assert_eq!(collected.skipped.len(), 1);
}

#[test]
fn what_is_never_a_document_is_left_out_with_its_reason() {
    let folder = Folder::with(&[
        ("docs/node_modules/x/README.md", ""),
        ("docs/a/logo.PNG", ""),
        ("docs/a/logo.png", ""),
        ("docs/Cargo.lock", ""),
        ("docs/a.md", ""),
    ]);
    let collected = find(&folder, &["docs"], &Settings::default());
    assert_eq!(reason(&collected, "node_modules"), "a folder of vendored or built code");
    assert_eq!(reason(&collected, "a/logo.png"), "an image");
    assert_eq!(reason(&collected, "a/logo.PNG"), "an image");
    assert_eq!(reason(&collected, "Cargo.lock"), "a lock file");
    assert_eq!(paths(&collected), ["a.md"]);
}

#[test]
fn patterns_of_the_settings_count() {
    let folder =
        Folder::with(&[("docs/a.md", ""), ("docs/old/b.md", ""), ("docs/new/c.md", ""), ("docs/new/d.txt", "")]);
    let check = |include: &[&str], exclude: &[&str], expected: &[&str]| {
        let texts = |patterns: &[&str]| patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        let settings = Settings { include: texts(include), exclude: texts(exclude), ..Settings::default() };
        assert_eq!(paths(&find(&folder, &["docs"], &settings)), expected, "{include:?} {exclude:?}");
    };
    check(&["*.md"], &[], &["a.md", "new/c.md", "old/b.md"]);
    check(&["new/*"], &[], &["new/c.md", "new/d.txt"]);
    check(&[], &["old"], &["a.md", "new/c.md", "new/d.txt"]);
    check(&[], &["new/*.txt", "/old/**"], &["a.md", "new/c.md"]);
}

#[test]
fn a_pattern_that_is_none_is_an_error() {
    let folder = Folder::with(&[("docs/a.md", "")]);
    let settings = Settings { exclude: vec!["a[".to_owned()], ..Settings::default() };
    let error = collect(&[folder.path("docs")], &settings, &folder.path("cairn.toml")).unwrap_err();
    assert!(matches!(&error, EngineError::Settings { reason, .. } if reason.contains("`a[`")), "{error}");
}

#[test]
fn an_input_that_does_not_exist_is_an_error() {
    let folder = Folder::with(&[]);
    let error = collect(&[folder.path("nowhere")], &Settings::default(), &folder.path("cairn.toml")).unwrap_err();
    assert!(matches!(&error, EngineError::Input { path, .. } if path.ends_with("nowhere")), "{error}");
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let folder = Folder::with(&[("docs/a.md", ""), ("outside/b.md", "")]);
    std::os::unix::fs::symlink(folder.path("outside"), folder.path("docs/link")).unwrap();
    std::os::unix::fs::symlink(folder.path("outside/b.md"), folder.path("docs/b.md")).unwrap();
    let collected = find(&folder, &["docs"], &Settings::default());
    assert_eq!(paths(&collected), ["a.md"]);
    assert_eq!(reason(&collected, "link"), "a symbolic link");
    assert_eq!(reason(&collected, "b.md"), "a symbolic link");
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_text_is_left_out_with_its_reason() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::with(&[("docs/a.md", "")]);
    std::fs::write(folder.path("docs").join(std::ffi::OsStr::from_bytes(b"b\xff.md")), "").unwrap();
    let collected = find(&folder, &["docs"], &Settings::default());
    assert_eq!(paths(&collected), ["a.md"]);
    assert_eq!(reason(&collected, "b\u{fffd}.md"), "the name is not UTF-8 text");
}
