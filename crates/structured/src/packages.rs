//! Package manifests, only where they name an AI provider: the provider as a component, and the flow from the package to it.
//! Which packages mean which provider is data in `config/ai-packages.toml`.

mod manifests;

use std::ops::Range;
use std::sync::LazyLock;

use cairn_model::{ComponentClaim, ComponentType, Document, FlowClaim};
use serde::Deserialize;

use crate::Reading;
use crate::facts::{Facts, Place};

static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    let list: List = toml::from_str(include_str!("../../../config/ai-packages.toml"))
        .expect("`config/ai-packages.toml` has the form that the tests of this crate read");
    list.providers
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    providers: Vec<Provider>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Provider {
    name: String,
    #[serde(rename = "type")]
    component_type: ComponentType,
    npm: Vec<String>,
    cargo: Vec<String>,
    python: Vec<String>,
    go: Vec<String>,
}

/// Where packages come from; Python has two kinds of manifest.
#[derive(Clone, Copy)]
enum Ecosystem {
    Npm,
    Cargo,
    Python,
    PythonProject,
    Go,
}

/// What a manifest says: its package, and what that depends on.
#[derive(Default)]
struct Manifest {
    /// The package with the place that names it.
    package: Option<(String, Range<usize>)>,
    dependencies: Vec<Dependency>,
    /// Why the manifest, or a part of it, could not be read.
    problems: Vec<(usize, String)>,
}

/// A package that is depended on, and what of the line may be quoted.
struct Dependency {
    name: String,
    place: Range<usize>,
}

/// Whether the file is a package manifest.
pub(crate) fn is(path: &str) -> bool {
    ecosystem(path).is_some()
}

/// Reads one manifest.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/packages/1");
    let Some(ecosystem) = ecosystem(&document.path) else { return facts.finish() };
    let manifest = match ecosystem {
        Ecosystem::Npm => manifests::npm(facts.text()),
        Ecosystem::Cargo => manifests::cargo(facts.text()),
        Ecosystem::Go => manifests::go(facts.text()),
        Ecosystem::PythonProject => manifests::pyproject(facts.text()),
        Ecosystem::Python => manifests::requirements(facts.text()),
    };
    for (at, problem) in &manifest.problems {
        facts.not_understood(*at, problem);
    }
    for dependency in &manifest.dependencies {
        if let Some(provider) = provider(ecosystem, &dependency.name) {
            claim(provider, dependency, manifest.package.as_ref(), &mut facts);
        }
    }
    facts.finish()
}

fn claim(
    provider: &Provider,
    dependency: &Dependency,
    package: Option<&(String, Range<usize>)>,
    facts: &mut Facts<'_>,
) {
    let place = Place::without_values(dependency.place.clone());
    let component = ComponentClaim {
        name: provider.name.clone(),
        component_type: Some(provider.component_type),
        ..ComponentClaim::default()
    };
    facts.component(component, std::slice::from_ref(&place));
    if let Some((name, range)) = package {
        let flow = FlowClaim { source: name.clone(), target: provider.name.clone(), ..FlowClaim::default() };
        facts.flow(flow, &[Place::without_values(range.clone()), place]);
    }
}

fn ecosystem(path: &str) -> Option<Ecosystem> {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    match name.as_str() {
        "package.json" => Some(Ecosystem::Npm),
        "cargo.toml" => Some(Ecosystem::Cargo),
        "pyproject.toml" => Some(Ecosystem::PythonProject),
        "go.mod" => Some(Ecosystem::Go),
        _ if name.starts_with("requirements") && name.strip_suffix(".txt").is_some() => Some(Ecosystem::Python),
        _ => None,
    }
}

fn provider(ecosystem: Ecosystem, name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| {
        let names = match ecosystem {
            Ecosystem::Npm => &provider.npm,
            Ecosystem::Cargo => &provider.cargo,
            Ecosystem::Python | Ecosystem::PythonProject => &provider.python,
            Ecosystem::Go => &provider.go,
        };
        names.iter().any(|known| known == name)
    })
}
