//! Terraform and `OpenTofu` files: resources as components by a table of types, their switches as controls, security groups
//! and public addresses as exposure, policies as permissions, references that mean an exchange of data as flows.
//!
//! Values that only a plan knows are left out. A resource type that no table knows is named as not understood, once.

pub(crate) mod plan;
pub(crate) mod shape;

mod access;
mod exposure;
mod flows;
mod resources;
mod switches;

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{ComponentClaim, ComponentType, ControlType, Document};

use crate::Reading;
use crate::environment::is_reference;
use crate::facts::{Facts, Place};
use crate::leftovers;
use crate::sensitive;
use crate::tree::hcl::{self, Block};
use crate::tree::{Entry, Node};

/// Reads one `.tf` file.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/terraform/2");
    match hcl::parse(&document.text) {
        Ok(file) => {
            file.blocks.iter().for_each(|block| facts.hide_secrets(&block.body));
            file.attributes
                .iter()
                .filter(|entry| sensitive::is_secret(&entry.key))
                .for_each(|entry| facts.hide_all(&entry.value));
            let named = file.blocks.iter().filter(|block| block.labels.iter().any(|label| sensitive::is_secret(label)));
            for default in named.filter_map(|block| block.body.get("default")) {
                facts.hide_all(default);
            }
            blocks(&file.blocks, Notation::Addresses, &mut facts);
            values(&file.attributes, &mut facts);
        }
        Err((at, problem)) => facts.not_understood(at, problem),
    }
    facts.finish()
}

/// How the text of a file names one of its resources.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// `aws_db_instance.orders`.
    Addresses,
    /// `{"Ref": "Orders"}` and its kin.
    LogicalIds,
}

/// Reads blocks, whatever file they come from.
pub(crate) fn blocks(blocks: &[Block], notation: Notation, facts: &mut Facts<'_>) {
    let file = File::new(blocks, facts.text(), notation);
    for resource in &file.resources {
        if let Some(kind) = resource.component {
            component(resource, kind, facts);
        }
        switches::read(resource, &file, facts);
        exposure::read(resource, &file, facts);
        access::read(resource, &file, facts);
        flows::read(resource, &file, facts);
        secrets(resource, &file, facts);
    }
    name_unknown(blocks, facts);
    let known = file.resources.iter().filter(|resource| resources::known(resource.kind)).map(Resource::body);
    let settings = blocks.iter().filter(|block| matches!(block.kind.as_str(), "terraform" | "provider"));
    leftovers::name(known.chain(settings.map(|block| &block.body)), facts);
}

/// Values of variables: a literal secret among them stands in the open.
fn values(attributes: &[Entry], facts: &mut Facts<'_>) {
    for entry in attributes.iter().filter(|entry| sensitive::is_secret(&entry.key)) {
        if entry.value.name().is_some_and(|value| !is_reference(value)) {
            let mechanism = "secrets kept out of the file";
            facts.lacks(ControlType::SecretManagement, &entry.key, mechanism, &[entry.key_place()]);
        }
    }
}

/// An attribute that holds something to sign in with: in the open, from a store of secrets, or from elsewhere.
fn secrets(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    let body = resource.body().entries();
    for entry in body
        .iter()
        .filter(|entry| sensitive::is_secret(&entry.key) && (!entry.value.is_map() || shape::is_function(&entry.value)))
    {
        let kept = file.references(&entry.value);
        let stores = ["secretsmanager", "secret_manager", "ssm_parameter", "key_vault", "vault_"];
        let store = kept.iter().find(|found| stores.iter().any(|store| found.kind.contains(store)));
        if let Some(store) = store {
            let places = resource.with([entry.place()]);
            facts.protects(ControlType::SecretManagement, &resource.name, store.kind, &places);
        } else if entry.value.name().is_some_and(|value| !is_reference(value)) {
            let places = resource.with([entry.key_place()]);
            facts.lacks(ControlType::SecretManagement, &resource.name, "secrets kept out of the file", &places);
        } else {
            facts.pass_over(entry.key_span.clone());
        }
    }
}

/// A resource or data source.
struct Resource<'a> {
    block: &'a Block,
    /// `aws_db_instance`.
    kind: &'a str,
    /// `aws_db_instance.orders`; data sources begin with `data.`.
    address: String,
    /// The name that documents would use, else the address.
    name: String,
    /// What it is, when it takes part in flows or holds data.
    component: Option<(ComponentType, &'static str)>,
}

impl<'a> Resource<'a> {
    fn body(&self) -> &'a Node {
        &self.block.body
    }

    fn head(&self) -> Place {
        self.block.head.clone().into()
    }

    fn with(&self, places: impl IntoIterator<Item = Place>) -> Vec<Place> {
        std::iter::once(self.head()).chain(places).collect()
    }

    fn is_data_source(&self) -> bool {
        self.block.kind == "data"
    }
}

/// The resources of one file, which refer to each other by address.
struct File<'a> {
    text: &'a str,
    resources: Vec<Resource<'a>>,
    notation: Notation,
    by_address: BTreeMap<String, usize>,
    /// For each resource, which others name it in one of the attributes of [`NAMING`].
    users: BTreeMap<usize, Vec<(usize, &'a Entry)>>,
}

/// Attributes in which a resource names another that is then asked who names it.
const NAMING: &[&str] =
    &["vpc_security_group_ids", "security_groups", "security_group_ids", "policy", "assume_role_policy"];

impl<'a> File<'a> {
    fn new(blocks: &'a [Block], text: &'a str, notation: Notation) -> Self {
        let mut resources: Vec<Resource<'a>> = blocks.iter().filter_map(|block| resource(block, notation)).collect();
        name_apart(&mut resources);
        let by_address = resources.iter().enumerate().map(|(at, resource)| (resource.address.clone(), at)).collect();
        let mut file = Self { text, resources, notation, by_address, users: BTreeMap::new() };
        file.users = file.find_users();
        file
    }

    fn find_users(&self) -> BTreeMap<usize, Vec<(usize, &'a Entry)>> {
        let mut users: BTreeMap<usize, Vec<(usize, &'a Entry)>> = BTreeMap::new();
        for (at, user) in self.resources.iter().enumerate() {
            let body: &'a Node = &user.block.body;
            let nested = body.entries().iter().flat_map(|entry| entry.value.entries());
            for entry in body.entries().iter().chain(nested).filter(|entry| NAMING.contains(&entry.key.as_str())) {
                for found in self.references(&entry.value) {
                    if let Some(named) = self.by_address.get(&found.address).filter(|named| **named != at) {
                        users.entry(*named).or_default().push((at, entry));
                    }
                }
            }
        }
        users
    }

    /// The resources whose addresses stand in the bytes of `node`, in order.
    fn references(&self, node: &Node) -> Vec<&Resource<'a>> {
        if self.notation == Notation::LogicalIds {
            let ids = crate::cloudformation::references(node);
            let places: BTreeSet<usize> = ids.iter().filter_map(|id| self.by_address.get(*id)).copied().collect();
            return places.into_iter().filter_map(|at| self.resources.get(at)).collect();
        }
        let source = self.text.get(node.span.clone()).unwrap_or_default();
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        for word in source.split(|c: char| !is_part(c)).filter(|word| word.contains('.')) {
            let mut parts = word.split('.');
            let first = parts.next().unwrap_or_default();
            let second = parts.next().unwrap_or_default();
            let address = match first {
                "data" => format!("data.{second}.{}", parts.next().unwrap_or_default()),
                _ => format!("{first}.{second}"),
            };
            if let Some(at) = self.by_address.get(&address).filter(|at| seen.insert(**at)) {
                found.extend(self.resources.get(*at));
            }
        }
        found
    }

    /// Resources that name `resource` in one of the attributes `keys`, which are among [`NAMING`].
    fn users_of(&self, resource: &Resource<'_>, keys: &[&str]) -> Vec<(&Resource<'a>, &'a Entry)> {
        let users = self.by_address.get(&resource.address).and_then(|at| self.users.get(at));
        let named = users.into_iter().flatten().filter(|(_, entry)| keys.contains(&entry.key.as_str()));
        named.filter_map(|(at, entry)| self.resources.get(*at).map(|user| (user, *entry))).collect()
    }
}

fn resource(block: &Block, notation: Notation) -> Option<Resource<'_>> {
    let [kind, local] = block.labels.as_slice() else { return None };
    let address = match block.kind.as_str() {
        "resource" if notation == Notation::LogicalIds => local.clone(),
        "resource" => format!("{kind}.{local}"),
        "data" => format!("data.{kind}.{local}"),
        _ => return None,
    };
    let component = resources::component(kind).filter(|_| block.kind == "resource");
    Some(Resource { block, kind, name: name(block, local, &address), address, component })
}

/// A literal name, else the local name unless it says nothing (`this`, `main`), else the address.
fn name(block: &Block, local: &str, address: &str) -> String {
    let keys =
        ["name", "identifier", "cluster_identifier", "bucket", "function_name", "cluster_id", "domain_name", "family"];
    let literal = keys.iter().find_map(|key| block.body.text_of(key));
    let tag = block.body.at(&["tags", "Name"]).and_then(Node::name);
    if let Some(name) = literal.or(tag) {
        return name.to_owned();
    }
    let silent = ["this", "main", "default", "default_", "example", "primary", "instance", "resource", "self", "it"];
    if silent.contains(&local) { address.to_owned() } else { local.to_owned() }
}

/// Two components of one name would become one: both keep their addresses.
fn name_apart(resources: &mut [Resource<'_>]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for resource in resources.iter().filter(|resource| resource.component.is_some()) {
        *counts.entry(resource.name.clone()).or_default() += 1;
    }
    for resource in resources.iter_mut() {
        if counts.get(&resource.name).copied().unwrap_or(0) > 1 {
            resource.name.clone_from(&resource.address);
        }
    }
}

fn component(resource: &Resource<'_>, kind: (ComponentType, &str), facts: &mut Facts<'_>) {
    let (component_type, technology) = kind;
    let engine = resource.body().entry("engine").filter(|entry| entry.value.name().is_some());
    let technology = engine.and_then(|entry| entry.value.name()).unwrap_or(technology);
    let owner = resource.body().entry_at(&["tags", "owner"]).or_else(|| resource.body().entry_at(&["tags", "Owner"]));
    let aliases = if resource.name == resource.address { Vec::new() } else { vec![resource.address.clone()] };
    let named = resource.body().entries().iter().find(|entry| entry.value.name() == Some(resource.name.as_str()));
    let claim = ComponentClaim {
        name: resource.name.clone(),
        component_type: Some(component_type),
        technology: Some(technology.to_owned()),
        owner: owner.and_then(|entry| entry.value.name()).map(str::to_owned),
        aliases,
        ..ComponentClaim::default()
    };
    facts.component(claim, &resource.with([named, engine, owner].into_iter().flatten().map(Entry::place)));
}

/// Blocks that are read elsewhere, or that state nothing of what is deployed.
const SILENT_BLOCKS: &[&str] = &[
    "resource",
    "data",
    "variable",
    "output",
    "locals",
    "provider",
    "terraform",
    "moved",
    "import",
    "removed",
    "check",
];

/// A default of a variable with a secret's name stands in the open.
fn default_secret(block: &Block, name: &str, facts: &mut Facts<'_>) {
    let default =
        block.body.entry("default").filter(|entry| entry.value.name().is_some_and(|text| !is_reference(text)));
    if let Some(default) = default.filter(|_| sensitive::is_secret(name)) {
        let places = [block.head.clone().into(), default.key_place()];
        facts.lacks(ControlType::SecretManagement, name, "secrets kept out of the file", &places);
    }
}

/// Types that no table knows, and modules, whose content is elsewhere.
fn name_unknown(blocks: &[Block], facts: &mut Facts<'_>) {
    let mut seen = BTreeSet::new();
    for block in blocks {
        let label = block.labels.first().map_or("", String::as_str);
        match block.kind.as_str() {
            "module" => {
                let source = block.body.text_of("source").unwrap_or("an unnamed source");
                facts.not_understood(block.head.start, format!("module `{label}` from `{source}`"));
            }
            "variable" => default_secret(block, label, facts),
            kind if !SILENT_BLOCKS.contains(&kind) => {
                facts.not_understood(block.head.start, format!("block `{kind}`"));
            }
            "resource" if !resources::known(label) && seen.insert(label) => {
                facts.not_understood(block.head.start, format!("resource type `{label}`"));
            }
            _ => {}
        }
    }
}
