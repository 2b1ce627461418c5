//! What each kind of manifest says of its package and what that depends on. Packages that only development or tests need are
//! left out: they are no part of what runs. An address that a dependency comes from may hold a secret and is never quoted.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Dependency, Manifest};
use crate::tree::{self, Node};

/// `package.json`.
pub(super) fn npm(text: &str) -> Manifest {
    let forest = tree::parse(text);
    let Some(root) = forest.trees.first() else { return Manifest { problems: forest.problems, ..Manifest::default() } };
    let named = root.entry("name").filter(|entry| entry.value.name().is_some());
    let package = named
        .map(|entry| (entry.value.text().unwrap_or_default().to_owned(), entry.key_span.start..entry.value.span.end));
    let sections = ["dependencies", "optionalDependencies", "peerDependencies"];
    let entries = sections.iter().filter_map(|section| root.get(section)).flat_map(Node::entries);
    let dependencies = entries.map(|entry| {
        let version = entry.value.text().unwrap_or_default();
        let end = if is_address(version) { entry.key_span.end } else { entry.value.span.end };
        Dependency { name: entry.key.clone(), place: entry.key_span.start..end.max(entry.key_span.end) }
    });
    Manifest { package, dependencies: dependencies.collect(), problems: forest.problems }
}

/// `Cargo.toml`.
pub(super) fn cargo(text: &str) -> Manifest {
    let Some(root) = toml_table(text) else { return broken() };
    let mut manifest = Manifest { package: name_in(at(&root, &["package"])), ..Manifest::default() };
    for path in [&["dependencies"][..], &["workspace", "dependencies"]] {
        add_keys(at(&root, path), &mut manifest);
    }
    for (_, target) in at(&root, &["target"]).into_iter().flatten() {
        add_keys(target.get_ref().as_table().and_then(|table| at(table, &["dependencies"])), &mut manifest);
    }
    manifest
}

/// `pyproject.toml`, as the standard and as Poetry write it.
pub(super) fn pyproject(text: &str) -> Manifest {
    let Some(root) = toml_table(text) else { return broken() };
    let poetry = at(&root, &["tool", "poetry"]);
    let package = name_in(at(&root, &["project"])).or_else(|| name_in(poetry));
    let mut manifest = Manifest { package, ..Manifest::default() };
    let project = at(&root, &["project"]);
    let own = project.and_then(|project| list(project, "dependencies"));
    let optional = project.and_then(|project| at(project, &["optional-dependencies"]));
    let optional = optional.into_iter().flatten().filter_map(|(_, extra)| extra.get_ref().as_array());
    for item in own.into_iter().chain(optional).flat_map(|list| list.iter()) {
        if let DeValue::String(requirement) = item.get_ref() {
            // Behind the quotation mark.
            manifest.dependencies.extend(requirement_of(requirement, item.span().start + 1));
        }
    }
    let before = manifest.dependencies.len();
    add_keys(poetry.and_then(|poetry| at(poetry, &["dependencies"])), &mut manifest);
    for dependency in manifest.dependencies.iter_mut().skip(before) {
        dependency.name = normal(&dependency.name);
    }
    manifest
}

/// `requirements.txt`.
pub(super) fn requirements(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut start = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_end();
        let indent = line.len() - line.trim_start().len();
        if !line.trim_start().starts_with(['-', '#']) {
            manifest.dependencies.extend(requirement_of(line.trim_start(), start + indent));
        }
        start += raw.len();
    }
    manifest
}

/// `go.mod`. What is only needed by others is marked `// indirect`.
pub(super) fn go(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut in_require = false;
    let mut start = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim();
        let at = start + (raw.len() - raw.trim_start().len());
        start += raw.len();
        if let Some(module) = line.strip_prefix("module ") {
            let module = module.trim();
            let short = without_major(module).rsplit('/').next().unwrap_or(module);
            manifest.package = Some((short.to_owned(), at..at + line.len()));
        }
        let required = match line.strip_prefix("require ") {
            Some("(") => {
                in_require = true;
                continue;
            }
            Some(single) => Some(single),
            None if line == ")" => {
                in_require = false;
                None
            }
            None => Some(line).filter(|_| in_require),
        };
        let Some(required) = required.filter(|required| !required.contains("// indirect")) else { continue };
        let (bare, _) = required.split_once("//").unwrap_or((required, ""));
        if let Some(module) = bare.split_whitespace().next() {
            let from = at + (line.len() - required.len());
            let name = without_major(module).to_owned();
            manifest.dependencies.push(Dependency { name, place: from..from + bare.trim_end().len() });
        }
    }
    manifest
}

fn broken() -> Manifest {
    Manifest { problems: vec![(0, "not TOML".to_owned())], ..Manifest::default() }
}

fn toml_table(text: &str) -> Option<DeTable<'_>> {
    DeTable::parse(text).ok().map(Spanned::into_inner)
}

/// The table at the end of `path`.
fn at<'t, 'i>(table: &'t DeTable<'i>, path: &[&str]) -> Option<&'t DeTable<'i>> {
    path.iter().try_fold(table, |table, key| table.get(*key)?.get_ref().as_table())
}

fn list<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t toml::de::DeArray<'i>> {
    table.get(key)?.get_ref().as_array()
}

/// The entry `name` of a table, with its bytes.
fn name_in(table: Option<&DeTable<'_>>) -> Option<(String, Range<usize>)> {
    let (key, value) = table?.get_key_value("name")?;
    Some((value.get_ref().as_str()?.to_owned(), key.span().start..value.span().end))
}

/// The keys of a table of dependencies.
fn add_keys(table: Option<&DeTable<'_>>, manifest: &mut Manifest) {
    for (key, value) in table.into_iter().flatten() {
        let is_version = value.get_ref().as_str().is_some_and(|version| !is_address(version));
        let end = if is_version { value.span().end } else { key.span().end };
        // A crate may be used under another name.
        let renamed = value.get_ref().as_table().and_then(|table| table.get_key_value("package"));
        let dependency = match renamed.and_then(|(key, value)| Some((key, value, value.get_ref().as_str()?))) {
            Some((key, value, name)) => Dependency { name: name.to_owned(), place: key.span().start..value.span().end },
            None => Dependency { name: key.get_ref().to_string(), place: key.span().start..end.max(key.span().end) },
        };
        manifest.dependencies.push(dependency);
    }
}

/// The package in a Python requirement such as `name[extra]>=1 ; marker`.
fn requirement_of(written: &str, at: usize) -> Option<Dependency> {
    let length =
        written.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.')).unwrap_or(written.len());
    let name = written.get(..length).filter(|name| !name.is_empty())?;
    let shown = written.split([';', '#', '@']).next().unwrap_or(name).trim_end();
    Some(Dependency { name: normal(name), place: at..at + shown.len().max(name.len()) })
}

/// Python takes `_`, `.` and `-` for the same.
fn normal(name: &str) -> String {
    name.to_lowercase().replace(['_', '.'], "-")
}

/// A Go module's path without its major version.
fn without_major(module: &str) -> &str {
    let is_major = |part: &str| part.strip_prefix('v').is_some_and(|number| number.parse::<u32>().is_ok());
    module.rsplit_once('/').filter(|(_, last)| is_major(last)).map_or(module, |(path, _)| path)
}

fn is_address(text: &str) -> bool {
    text.contains("://") || text.contains('@')
}
